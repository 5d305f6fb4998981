// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Pictures of a report, as SVG elements that take their colours from the page's
// style sheet. No text in them but what is escaped here.
#ifndef TRUENOCTL_REPORT_PLOT_HPP
#define TRUENOCTL_REPORT_PLOT_HPP

#include <string>
#include <string_view>
#include <vector>

#include "memory_analysis.hpp"

namespace truenoctl {

/// @p text as content or as a quoted attribute of HTML and SVG. Control
/// characters, which no document may hold, become U+FFFD.
std::string escape_html(std::string_view text);

struct PlotPoint {
    std::string name;  ///< shown when pointed at
    double size_ratio;
    double mb_per_s;  ///< a point without speed (0) is not drawn
    bool is_ours;
};

/// Speed, on a logarithmic axis, against size. Points bear their number, from 1
/// on, since names would cover each other on a phone. Empty if no point can be
/// drawn.
std::string speed_against_size_svg(const std::string& title, const std::vector<PlotPoint>& points);

/// A bar for each point: its size.
std::string size_bars_svg(const std::string& title, const std::vector<PlotPoint>& points);

std::string entropy_svg(const std::string& title, const EntropyHistogram& histogram);

}  // namespace truenoctl

#endif  // TRUENOCTL_REPORT_PLOT_HPP
