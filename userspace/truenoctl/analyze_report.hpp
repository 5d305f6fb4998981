// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// An analysis of memory in words for people and as JSON for programs.
#ifndef TRUENOCTL_ANALYZE_REPORT_HPP
#define TRUENOCTL_ANALYZE_REPORT_HPP

#include <string>
#include <vector>

#include "memory_analysis.hpp"
#include "page_codec.hpp"
#include "recommendation.hpp"
#include "table.hpp"

namespace truenoctl {

/// An analysis and what follows from it.
struct AnalyzeRun {
    MemoryAnalysis memory;
    std::string baseline;  ///< a codec of memory.codecs
    FaultRate rate;
    Recommendation recommendation;
    std::vector<MissingCodec> missing;
    std::string cpu_model;
};

/// What run.baseline names.
const CodecPrediction& baseline_of(const AnalyzeRun& run);

std::string analyze_text(const AnalyzeRun& run);

/// The members are documented in truenoctl(8).
Json analyze_json(const AnalyzeRun& run);

}  // namespace truenoctl

#endif  // TRUENOCTL_ANALYZE_REPORT_HPP
