// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "signal_wait.hpp"

#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>

#include "sysfs.hpp"

namespace truenoctl {

namespace {

int open_signals(std::initializer_list<int> signals) {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : signals) {
        sigaddset(&set, number);
    }
    sigprocmask(SIG_BLOCK, &set, nullptr);
    const int descriptor = signalfd(-1, &set, SFD_CLOEXEC);
    if (descriptor < 0) {
        throw Fatal(describe_system_error("wait for signals", {errno}));
    }
    return descriptor;
}

}  // namespace

SignalWait::SignalWait(std::initializer_list<int> signals) : descriptor_(open_signals(signals)) {}

int SignalWait::next() const {
    signalfd_siginfo info = {};
    while (read(descriptor(), &info, sizeof(info)) < 0) {
        if (errno != EINTR) {
            throw Fatal(describe_system_error("wait for signals", {errno}));
        }
    }
    return static_cast<int>(info.ssi_signo);
}

}  // namespace truenoctl
