// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "stopwatch.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

#include "statistics.hpp"

namespace truenoctl {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kCalibrationTime = std::chrono::milliseconds(50);
constexpr int kOverheadReadings = 10001;

double ticks_per_nanosecond() {
    const auto clock_start = Clock::now();
    const std::uint64_t start = ticks_at_start();
    while (Clock::now() - clock_start < kCalibrationTime) {
    }
    const std::uint64_t end = ticks_at_end();
    const std::chrono::duration<double, std::nano> elapsed = Clock::now() - clock_start;
    return static_cast<double>(end - start) / elapsed.count();
}

}  // namespace

TickScale measure_tick_scale() {
    TickScale scale{};
#ifdef __x86_64__
    scale.timer = "rdtsc";
#else
    scale.timer = "clock_gettime";
#endif
    scale.nanoseconds_per_tick = 1 / ticks_per_nanosecond();
    std::vector<double> readings(kOverheadReadings);
    for (double& reading : readings) {
        const std::uint64_t start = ticks_at_start();
        reading = static_cast<double>(ticks_at_end() - start);
    }
    scale.overhead_ticks = median(std::move(readings));
    return scale;
}

Result<int> pin_to_cpu(std::optional<int> cpu) {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) {
        return failure(fmt::format("cannot read the CPU affinity: {}",
                                   std::generic_category().message(errno)));
    }
    int chosen = cpu.value_or(-1);
    if (!cpu) {
        for (int i = 0; i < CPU_SETSIZE; i++) {
            if (CPU_ISSET(i, &allowed)) {
                chosen = i;
            }
        }
    }
    if (chosen < 0 || chosen >= CPU_SETSIZE || !CPU_ISSET(chosen, &allowed)) {
        return usage_failure(fmt::format("CPU {} may not be used", chosen),
                             "'taskset --cpu-list --pid $$' prints those that may");
    }
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(chosen, &only);
    if (sched_setaffinity(0, sizeof(only), &only) != 0) {
        return failure(fmt::format("cannot stay on CPU {}: {}", chosen,
                                   std::generic_category().message(errno)));
    }
    return chosen;
}

std::optional<double> measure_core_mhz(const TickScale& scale) {
#ifdef __x86_64__
    // 64-bit imul takes 3 cycles on every x86 CPU since 2008.
    constexpr int kLatency = 3;
    constexpr int kMultiplications = 3000;
    std::uint64_t best = UINT64_MAX;
    for (int attempt = 0; attempt < 50; attempt++) {
        std::uint64_t value = 3;
        const std::uint64_t start = ticks_at_start();
        for (int i = 0; i < kMultiplications; i += 10) {
            __asm__ volatile(
                "imul %0, %0\n imul %0, %0\n imul %0, %0\n imul %0, %0\n imul %0, %0\n"
                "imul %0, %0\n imul %0, %0\n imul %0, %0\n imul %0, %0\n imul %0, %0\n"
                : "+r"(value));
        }
        best = std::min(best, ticks_at_end() - start);
    }
    return kLatency * kMultiplications / scale.nanoseconds(best) * 1000;
#else
    (void)scale;
    return std::nullopt;
#endif
}

std::uint64_t steal_ms(int cpu) {
    std::ifstream stat("/proc/stat");
    const std::string wanted = fmt::format("cpu{}", cpu);
    for (std::string line; std::getline(stat, line);) {
        std::istringstream fields(line);
        std::string name;
        fields >> name;
        if (name != wanted) {
            continue;
        }
        // user nice system idle iowait irq softirq steal
        std::uint64_t value = 0;
        for (int field = 0; field < 8; field++) {
            fields >> value;
        }
        return value * 1000 / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
    }
    return 0;
}

std::uint64_t involuntary_switches() {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return static_cast<std::uint64_t>(usage.ru_nivcsw);
}

std::string cpu_model() {
    std::ifstream cpuinfo("/proc/cpuinfo");
    for (std::string line; std::getline(cpuinfo, line);) {
        if (const auto colon = line.find(": ");
            line.starts_with("model name") && colon != std::string::npos) {
            return line.substr(colon + 2);
        }
    }
    return {};
}

}  // namespace truenoctl
