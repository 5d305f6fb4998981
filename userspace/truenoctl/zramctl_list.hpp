// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The table that zramctl(8) prints, made by the library that it is made by.
#ifndef TRUENOCTL_ZRAMCTL_LIST_HPP
#define TRUENOCTL_ZRAMCTL_LIST_HPP

#include <string>
#include <vector>

#include "zram.hpp"
#include "zramctl_command.hpp"

namespace truenoctl {

/// A device under the name by which it is shown.
struct NamedDevice {
    ZramDevice device;
    std::string name;
};

/// The table of @p devices, for standard output: fitted to its width if that is
/// a terminal. Empty without devices. What cannot be read is an empty cell.
std::string zramctl_table(const std::vector<NamedDevice>& devices, const ZramctlCommand& command);

/// One cell, or nullopt where the table has none. Sizes have the decimal point
/// of the locale.
std::optional<std::string> zramctl_cell(const NamedDevice& device, ZramctlColumn column,
                                        bool bytes);

}  // namespace truenoctl

#endif  // TRUENOCTL_ZRAMCTL_LIST_HPP
