// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What a report shows, read from the JSON that bench and analyze print. Whoever
// wrote that JSON is not trusted.
#ifndef TRUENOCTL_REPORT_INPUT_HPP
#define TRUENOCTL_REPORT_INPUT_HPP

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "error.hpp"
#include "memory_analysis.hpp"

namespace truenoctl {

/// One codec of a run.
struct ReportCodec {
    std::string name;
    double size_ratio = 0;       ///< bytes stored over bytes of pages, in (0, 100]
    double compress_mb_s = 0;    ///< 10^6 bytes of pages a second, in [10^-3, 10^9]; 0 if not known
    double decompress_mb_s = 0;  ///< the same
};

/// An analysis, or one group of pages of a benchmark.
struct ReportSection {
    std::string title;
    std::vector<std::pair<std::string, std::string>> facts;  ///< name and value
    std::string recommendation;                              ///< empty if there is none
    std::optional<EntropyHistogram> entropy;
    std::vector<ReportCodec> codecs;
};

/// The sections of all JSON documents in @p text, one after the other. @p name
/// says in errors where the text is from.
Result<std::vector<ReportSection>> read_report_input(const std::string& text,
                                                     const std::string& name);

}  // namespace truenoctl

#endif  // TRUENOCTL_REPORT_INPUT_HPP
