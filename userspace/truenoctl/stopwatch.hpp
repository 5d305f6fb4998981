// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Times one call of a few hundred nanoseconds, and says what the CPU did
// meanwhile.
#ifndef TRUENOCTL_STOPWATCH_HPP
#define TRUENOCTL_STOPWATCH_HPP

#include <cstdint>
#include <optional>
#include <string>

#ifdef __x86_64__
#include <x86intrin.h>
#else
#include <ctime>
#endif

#include "error.hpp"

namespace truenoctl {

/// Time in ticks of the time-stamp counter where there is one, else in
/// nanoseconds of the monotonic clock. The fences keep the timed code between
/// the two readings.
inline std::uint64_t ticks_at_start() {
#ifdef __x86_64__
    _mm_lfence();
    const std::uint64_t ticks = __rdtsc();
    _mm_lfence();
    return ticks;
#else
    timespec now;
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec);
#endif
}

inline std::uint64_t ticks_at_end() {
#ifdef __x86_64__
    unsigned int cpu;
    const std::uint64_t ticks = __rdtscp(&cpu);
    _mm_lfence();
    return ticks;
#else
    return ticks_at_start();
#endif
}

/// What is needed to turn ticks into nanoseconds of the timed code alone.
struct TickScale {
    std::string timer;  ///< "rdtsc" or "clock_gettime"
    double nanoseconds_per_tick;
    double overhead_ticks;  ///< between two readings with nothing between them

    double nanoseconds(std::uint64_t ticks) const {
        const double net = static_cast<double>(ticks) - overhead_ticks;
        return (net > 0 ? net : 0) * nanoseconds_per_tick;
    }
};

/// Takes about 50 ms.
TickScale measure_tick_scale();

/// Keeps the calling thread on @p cpu, or on the last one it may use.
Result<int> pin_to_cpu(std::optional<int> cpu);

/// Clock of the core in MHz, from the time a chain of multiplications of known
/// latency takes; nullopt where the latency is not known.
std::optional<double> measure_core_mhz(const TickScale& scale);

/// Milliseconds that the hypervisor has taken from @p cpu since boot.
std::uint64_t steal_ms(int cpu);

/// How often this thread has lost its CPU against its will.
std::uint64_t involuntary_switches();

/// Such as "AMD EPYC 9R14"; empty if unknown.
std::string cpu_model();

}  // namespace truenoctl

#endif  // TRUENOCTL_STOPWATCH_HPP
