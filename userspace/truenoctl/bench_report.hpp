// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What a measurement says: tables for people, JSON for programs, a picture.
#ifndef TRUENOCTL_BENCH_REPORT_HPP
#define TRUENOCTL_BENCH_REPORT_HPP

#include <optional>
#include <string>
#include <vector>

#include "bench_measure.hpp"
#include "error.hpp"
#include "page_codec.hpp"
#include "table.hpp"

namespace truenoctl {

/// The circumstances of a run.
struct BenchRun {
    std::string baseline;  ///< name of the codec that ratios are against
    std::vector<GroupMeasurement> groups;
    std::vector<MissingCodec> missing;
    TickScale scale;
    std::uint64_t seed = 0;
    int cpu = 0;
    std::string cpu_model;
    std::optional<double> core_mhz_before, core_mhz_after;
    std::uint64_t steal_ms = 0;
    std::uint64_t involuntary_switches = 0;
};

/// A table for each group, and one for the total if there are several.
std::string bench_text(const BenchRun& run);

/// The fields are documented in docs/benchmark-method.md.
Json bench_json(const BenchRun& run);

/// Speed against size for every codec, both directions, drawn by gnuplot into
/// @p path, which must end in .svg or .png.
Result<void> plot_bench(const BenchRun& run, const std::string& path);

}  // namespace truenoctl

#endif  // TRUENOCTL_BENCH_REPORT_HPP
