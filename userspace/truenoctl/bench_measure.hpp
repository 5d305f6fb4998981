// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Measures codecs against each other on one group of pages.
// docs/benchmark-method.md says why it is done this way.
#ifndef TRUENOCTL_BENCH_MEASURE_HPP
#define TRUENOCTL_BENCH_MEASURE_HPP

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "error.hpp"
#include "page_codec.hpp"
#include "page_source.hpp"
#include "stopwatch.hpp"

namespace truenoctl {

/// Fewer different pages than this train the branch predictor.
inline constexpr std::size_t kEnoughPages = 1000;
inline constexpr unsigned int kMinimumRounds = 3;

/// One value for each page.
struct PageTimes {
    std::vector<double> minimum_ns;  ///< over the rounds
    std::vector<double> median_ns;
};

struct CodecMeasurement {
    std::string name;
    /// Length of each page's stream, at most kPageSize: zram stores a page that
    /// does not shrink as it is.
    std::vector<double> sizes;
    PageTimes compress;
    PageTimes decompress;
    /// Of the streams that another encoder of the format wrote; empty if there
    /// is none.
    PageTimes decompress_foreign;
    std::string foreign_encoder;
};

struct GroupMeasurement {
    std::string name;
    std::size_t pages = 0;
    std::size_t same_filled = 0;
    std::size_t duplicates = 0;
    unsigned int rounds = 0;
    std::vector<CodecMeasurement> codecs;  ///< in the order of the codecs given
};

struct MeasureOptions {
    std::optional<unsigned int> rounds;  ///< else as many as fit into seconds
    double seconds = 0;                  ///< at least kMinimumRounds are made
    std::uint64_t seed = 1;
    TickScale scale;
    std::function<void(unsigned int round)> on_round;
};

/// Checks that each codec restores every page, then times it. @p foreign_encoders
/// write the streams for decompress_foreign. A wrong round trip is an error with
/// ExitStatus::problem_found.
Result<GroupMeasurement> measure_group(const PageGroup& pages,
                                       const std::vector<PageCodec*>& codecs,
                                       const std::vector<PageCodec*>& foreign_encoders,
                                       const MeasureOptions& options);

/// All groups taken as one. @p groups: not empty, of the same codecs.
GroupMeasurement total_of(const std::vector<GroupMeasurement>& groups);

}  // namespace truenoctl

#endif  // TRUENOCTL_BENCH_MEASURE_HPP
