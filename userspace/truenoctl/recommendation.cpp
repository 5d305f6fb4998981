// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "recommendation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <sstream>

namespace truenoctl {

namespace {

constexpr double kAssumedFaultsPerSecond = 1000;
constexpr double kMicrosecondsPerSecond = 1e6;

double mean_us(const Candidate& candidate) {
    return candidate.compress_mean_us + candidate.decompress_mean_us;
}

// Of one core, if each fault comes with one page that is swapped out.
double core_percent(double us_per_page, const FaultRate& rate) {
    return us_per_page * rate.per_second / kMicrosecondsPerSecond * 100;
}

bool qualifies(const Candidate& candidate, const Candidate& baseline, const FaultRate& rate,
               const RecommendationLimits& limits) {
    const double extra_us = mean_us(candidate) - mean_us(baseline);
    return candidate.decompress_us - baseline.decompress_us <= limits.extra_us_per_fault &&
           core_percent(extra_us, rate) <= limits.extra_core_percent;
}

Candidate choose(const Candidate& baseline, const std::vector<Candidate>& candidates,
                 const FaultRate& rate, const RecommendationLimits& limits) {
    std::vector<Candidate> qualified{baseline};
    std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(qualified),
                 [&](const Candidate& each) { return qualifies(each, baseline, rate, limits); });
    const auto smallest = std::min_element(
        qualified.begin(), qualified.end(),
        [](const Candidate& a, const Candidate& b) { return a.stored_bytes < b.stored_bytes; });
    const double largest_equal =
        static_cast<double>(smallest->stored_bytes) * (1 + limits.equal_size_percent / 100);
    std::erase_if(qualified, [&](const Candidate& each) {
        return static_cast<double>(each.stored_bytes) > largest_equal;
    });
    return *std::min_element(
        qualified.begin(), qualified.end(),
        [](const Candidate& a, const Candidate& b) { return mean_us(a) < mean_us(b); });
}

std::string describe_size(double smaller_percent, const std::string& baseline) {
    const double rounded = std::round(smaller_percent);
    if (rounded == 0) {
        return fmt::format("as small as {}", baseline);
    }
    return fmt::format("{:.0f} % {} than {}", std::abs(rounded), rounded > 0 ? "smaller" : "larger",
                       baseline);
}

// Two digits where there are no more before the point.
std::string describe_number(double number) {
    return number >= 10 ? fmt::format("{:.0f}", number) : fmt::format("{:.2g}", number);
}

std::string describe_percent(double percent) {
    constexpr double kLeastShown = 0.01;
    return percent < kLeastShown ? fmt::format("less than {}", kLeastShown)
                                 : describe_number(percent);
}

std::string describe_core(double percent, const FaultRate& rate) {
    const std::string at =
        rate.is_assumed
            ? fmt::format("at {} faults/s ({})", describe_number(rate.per_second), rate.source)
            : fmt::format("at your fault rate of {}/s ({})", describe_number(rate.per_second),
                          rate.source);
    const char* verb = rate.is_assumed ? "would be" : "is";
    return fmt::format("{} that {} {} % of one core{}", at, verb,
                       describe_percent(std::abs(percent)), percent < 0 ? " less" : "");
}

std::optional<double> number_after(const std::string& text, const std::string& key) {
    std::istringstream lines(text);
    for (std::string name; lines >> name;) {
        double value = 0;
        if (!(lines >> value)) {
            return std::nullopt;
        }
        if (name == key) {
            return value;
        }
    }
    return std::nullopt;
}

}  // namespace

Result<FaultRate> read_fault_rate(const SystemRoot& root) {
    const auto vmstat_path = root.proc() / "vmstat";
    const auto uptime_path = root.proc() / "uptime";
    const SystemResult<std::string> vmstat = read_attribute(vmstat_path);
    if (!vmstat) {
        return tl::unexpected(
            describe_system_error(fmt::format("read {}", vmstat_path.string()), vmstat.error()));
    }
    const SystemResult<std::string> uptime = read_attribute(uptime_path);
    if (!uptime) {
        return tl::unexpected(
            describe_system_error(fmt::format("read {}", uptime_path.string()), uptime.error()));
    }
    const double swapped_in = number_after(*vmstat, "pswpin").value_or(0);
    const double seconds = std::strtod(uptime->c_str(), nullptr);
    if (swapped_in == 0 || seconds <= 0) {
        return FaultRate{kAssumedFaultsPerSecond, "assumed: nothing was swapped in since boot",
                         true};
    }
    return FaultRate{swapped_in / seconds, "/proc/vmstat pswpin, average since boot", false};
}

Recommendation recommend(const Candidate& baseline, const std::vector<Candidate>& candidates,
                         const FaultRate& rate, const RecommendationLimits& limits) {
    const Candidate chosen = choose(baseline, candidates, rate, limits);
    Recommendation result;
    result.algorithm = chosen.algorithm;
    result.smaller_percent = baseline.stored_bytes == 0
                                 ? 0
                                 : 100 - 100 * static_cast<double>(chosen.stored_bytes) /
                                             static_cast<double>(baseline.stored_bytes);
    result.extra_fault_us = chosen.decompress_us - baseline.decompress_us;
    result.extra_compress_us = chosen.compress_us - baseline.compress_us;
    result.extra_core_percent = core_percent(mean_us(chosen) - mean_us(baseline), rate);
    if (chosen.algorithm == baseline.algorithm) {
        result.sentence = fmt::format(
            "{}: nothing over {:.0f} % smaller costs at most {:.0f} us more per fault and, at {} "
            "faults/s ({}), {:.0f} % of one core",
            chosen.algorithm, limits.equal_size_percent, limits.extra_us_per_fault,
            describe_number(rate.per_second), rate.source, limits.extra_core_percent);
    } else {
        result.sentence = fmt::format(
            "{}: {}, {:+.1f} us per fault, {:+.1f} us per page swapped out; {}", chosen.algorithm,
            describe_size(result.smaller_percent, baseline.algorithm), result.extra_fault_us,
            result.extra_compress_us, describe_core(result.extra_core_percent, rate));
    }
    return result;
}

}  // namespace truenoctl
