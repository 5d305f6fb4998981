// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The analysis as 'analyze' makes it, for 'report' to make it too.
#ifndef TRUENOCTL_ANALYZE_HPP
#define TRUENOCTL_ANALYZE_HPP

#include <optional>
#include <string>
#include <vector>

#include "analyze_report.hpp"
#include "page_source.hpp"

namespace truenoctl {

struct AnalyzeOptions {
    PageSourceOptions source;
    std::vector<std::string> codecs;  ///< patterns of select_codecs(); empty: those of the machine
    std::optional<double> faults_per_second;  ///< else those that the kernel has counted
};

/// Keeps the calling thread on one CPU from then on. Throws Fatal.
AnalyzeRun analyze_pages(const AnalyzeOptions& options);

}  // namespace truenoctl

#endif  // TRUENOCTL_ANALYZE_HPP
