// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Configuration files: sections, "key = value", comments with # and ;.
#ifndef TRUENOCTL_INI_HPP
#define TRUENOCTL_INI_HPP

#include <string>
#include <string_view>
#include <vector>

namespace truenoctl {

/// One "key = value", or the beginning of a section, where key and value are empty.
struct IniEntry {
    std::string section;  ///< empty before the first
    std::string key;
    std::string value;  ///< without quotes around it
};

/// A line that says nothing.
struct IniFault {
    int line = 0;
    std::string reason;
};

struct IniFile {
    std::vector<IniEntry> entries;  ///< in their order
    std::vector<IniFault> faults;
};

/// Lines are what they are whatever their indentation: none continues another. What
/// follows a faulty section header belongs to no section and is left out.
IniFile parse_ini(std::string_view text);

}  // namespace truenoctl

#endif  // TRUENOCTL_INI_HPP
