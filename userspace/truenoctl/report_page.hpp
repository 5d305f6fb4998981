// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// A report as one HTML document that needs nothing else: no script, no font, no
// picture from elsewhere.
#ifndef TRUENOCTL_REPORT_PAGE_HPP
#define TRUENOCTL_REPORT_PAGE_HPP

#include <string>
#include <vector>

#include "report_input.hpp"

namespace truenoctl {

/// The whole document. All text of @p sections is escaped.
std::string report_page(const std::vector<ReportSection>& sections);

}  // namespace truenoctl

#endif  // TRUENOCTL_REPORT_PAGE_HPP
