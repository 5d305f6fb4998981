// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "guarded_buffer.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace trueno::test {
namespace {

constexpr std::size_t guard_size = 65536;

struct Registration {
    const char* name;
    std::uintptr_t start;
    std::size_t capacity;
};

// Fixed, so that the signal handler may read it.
std::array<Registration, 256> registrations;

void report_fault(int, siginfo_t* info, void*) {
    const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
    std::array<char, 200> text;
    int length = std::snprintf(text.data(), text.size(), "fault outside every guarded buffer\n");
    for (const Registration& r : registrations) {
        if (r.name && address + guard_size >= r.start && address < r.start) {
            length = std::snprintf(text.data(), text.size(), "access %zu bytes before '%s'\n",
                                   static_cast<std::size_t>(r.start - address), r.name);
        } else if (r.name && address >= r.start + r.capacity &&
                   address < r.start + r.capacity + guard_size) {
            length =
                std::snprintf(text.data(), text.size(), "access %zu bytes behind '%s'\n",
                              static_cast<std::size_t>(address - r.start - r.capacity), r.name);
        }
    }
    [[maybe_unused]] const auto written =
        write(STDERR_FILENO, text.data(), static_cast<std::size_t>(length));
    signal(SIGSEGV, SIG_DFL);
}

void install_fault_handler() {
    struct sigaction current;
    sigaction(SIGSEGV, nullptr, &current);
    if (current.sa_handler != SIG_DFL) {
        return;  // A sanitizer's, which says more.
    }
    struct sigaction action = {};
    action.sa_sigaction = report_fault;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSEGV, &action, nullptr);
}

std::mutex registrations_mutex;

void add_registration(const Registration& added) {
    static std::once_flag installed;
    std::call_once(installed, install_fault_handler);
    const std::lock_guard lock(registrations_mutex);
    for (Registration& r : registrations) {
        if (!r.name) {
            r = added;
            return;
        }
    }
}

void remove_registration(std::uintptr_t start) {
    const std::lock_guard lock(registrations_mutex);
    for (Registration& r : registrations) {
        if (r.name && r.start == start) {
            r.name = nullptr;
        }
    }
}

}  // namespace

GuardedBuffer::GuardedBuffer(const char* name, std::size_t capacity) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    capacity_ = (capacity + page - 1) / page * page;
    void* mapping =
        mmap(nullptr, capacity_ + 2 * guard_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) {
        std::perror("mmap of a guarded buffer");
        std::abort();
    }
    start_ = static_cast<std::byte*>(mapping) + guard_size;
    if (capacity_ && mprotect(start_, capacity_, PROT_READ | PROT_WRITE) != 0) {
        std::perror("mprotect of a guarded buffer");
        std::abort();
    }
    add_registration({name, reinterpret_cast<std::uintptr_t>(start_), capacity_});
}

GuardedBuffer::~GuardedBuffer() {
    remove_registration(reinterpret_cast<std::uintptr_t>(start_));
    munmap(start_ - guard_size, capacity_ + 2 * guard_size);
}

std::span<std::byte> GuardedBuffer::before_rear_guard(std::size_t length) const {
    if (length > capacity_) {
        std::abort();
    }
    return {start_ + capacity_ - length, length};
}

std::span<std::byte> GuardedBuffer::behind_front_guard(std::size_t length) const {
    if (length > capacity_) {
        std::abort();
    }
    return {start_, length};
}

}  // namespace trueno::test
