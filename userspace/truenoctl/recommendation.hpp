// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Which codec to take, by a rule that truenoctl(8) documents.
#ifndef TRUENOCTL_RECOMMENDATION_HPP
#define TRUENOCTL_RECOMMENDATION_HPP

#include <cstdint>
#include <string>
#include <vector>

#include "error.hpp"
#include "sysfs.hpp"

namespace truenoctl {

/// How often a page comes back from swap.
struct FaultRate {
    double per_second = 0;
    std::string source;       ///< where the number is from, for people
    bool is_assumed = false;  ///< nothing is known of this machine
};

/// Pages swapped in per second, on average since boot, by proc(5): pswpin of
/// /proc/vmstat and /proc/uptime. A machine that has swapped nothing in tells
/// nothing about its future: then the rate is an assumption.
Result<FaultRate> read_fault_rate(const SystemRoot& root);

/// A codec as the rule sees it.
struct Candidate {
    std::string algorithm;
    std::uint64_t stored_bytes = 0;
    double compress_us = 0;       ///< of one page, median: what a task waits
    double decompress_us = 0;     ///< the same
    double compress_mean_us = 0;  ///< of one page, mean: processor time adds up by means
    double decompress_mean_us = 0;
};

/// The limits of the rule.
struct RecommendationLimits {
    double extra_us_per_fault = 10;
    double extra_core_percent = 2;  ///< for decompression and compression together
    double equal_size_percent = 1;  ///< sizes so close are taken as equal
};

struct Recommendation {
    std::string algorithm;
    double smaller_percent = 0;     ///< than the baseline
    double extra_fault_us = 0;      ///< decompression over the baseline's, of medians
    double extra_compress_us = 0;   ///< the same of compression
    double extra_core_percent = 0;  ///< of one core at the fault rate, of means
    std::string sentence;           ///< the choice and its reason
};

/// A candidate qualifies if a fault takes at most extra_us_per_fault longer
/// than with @p baseline and if, with one page swapped out for each that faults
/// in, it takes at most extra_core_percent of one core more on average; the baseline
/// always does. Of those that qualify the smallest is recommended; of those as
/// small as it but for equal_size_percent the one that takes the least time.
Recommendation recommend(const Candidate& baseline, const std::vector<Candidate>& candidates,
                         const FaultRate& rate, const RecommendationLimits& limits = {});

}  // namespace truenoctl

#endif  // TRUENOCTL_RECOMMENDATION_HPP
