// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The systemd units of the configured devices.
#ifndef TRUENO_GENERATOR_UNITS_HPP
#define TRUENO_GENERATOR_UNITS_HPP

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "configuration.hpp"

namespace trueno_generator {

/// The name of the unit of @p path, absolute and without a slash at its end, escaped
/// as systemd.unit(5) has it: "/var/a-b" and "mount" become "var-a\x2db.mount".
std::string unit_name(std::string_view path, std::string_view suffix);

/// Writes below @p directory, for each device, the swap or mount unit, what binds
/// systemd-zram-setup@.service to it, and the link that starts it at boot; nothing
/// for a device that is neither swap nor mounted.
truenoctl::Result<void> write_units(const std::vector<DeviceConfiguration>& devices,
                                    const std::filesystem::path& directory);

}  // namespace trueno_generator

#endif  // TRUENO_GENERATOR_UNITS_HPP
