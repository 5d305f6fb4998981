// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Waiting, within a bound, for what others hold for a moment: udev and blkid
// open every new or changed block device to look what is on it.
#ifndef TRUENOCTL_RETRY_HPP
#define TRUENOCTL_RETRY_HPP

#include <cerrno>
#include <chrono>
#include <thread>

namespace truenoctl {

constexpr int kRetries = 20;
constexpr std::chrono::milliseconds kRetryPause{50};

/// Whether a call that failed with this errno may succeed a moment later.
inline bool passes_by_itself(int number) {
    // EEXIST: the last traces of a removed zram device of the same number.
    return number == EBUSY || number == EAGAIN || number == EINTR || number == EEXIST;
}

/// Calls @p attempt, which returns a SystemResult, until it succeeds or fails
/// for good, for up to a second. Returns the last result.
template <class Attempt>
auto retry_while_busy(Attempt attempt) {
    auto result = attempt();
    for (int retry = 0; retry < kRetries && !result && passes_by_itself(result.error().number);
         ++retry) {
        std::this_thread::sleep_for(kRetryPause);
        result = attempt();
    }
    return result;
}

}  // namespace truenoctl

#endif  // TRUENOCTL_RETRY_HPP
