// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What recompress, writeback, idle and compact share: they write an attribute
// of devices that hold pages.
#ifndef TRUENOCTL_MAINTENANCE_HPP
#define TRUENOCTL_MAINTENANCE_HPP

#include <CLI/App.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "error.hpp"
#include "zram.hpp"
#include "zram_attribute.hpp"

namespace truenoctl {

struct MaintenanceOptions {
    std::vector<std::string> devices;
    bool dry_run = false;
};

/// Declares DEVICE... and --dry-run.
void add_maintenance_options(CLI::App& app, MaintenanceOptions& options);

struct Maintenance {
    std::string attribute;
    /// What to write to the device, one write each. Throws Fatal if the device
    /// cannot do it.
    std::function<std::vector<std::string>(const ZramDevice&)> values;
    Explain explain = {};
};

/// Checks all devices, then writes to each. Throws Fatal.
void maintain(const MaintenanceOptions& options, const Maintenance& maintenance);

/// The kernel counts ages in nanoseconds of 63 bits.
constexpr std::chrono::seconds kIdleAgeMax{9'000'000'000};

/// Fatal unless the device has a backing device.
void require_backing_device(const ZramDevice& device);

/// What a failed write to idle or writeback most often means.
void explain_idle_error(SystemError cause, Error& error);
void explain_writeback_error(SystemError cause, Error& error);

}  // namespace truenoctl

#endif  // TRUENOCTL_MAINTENANCE_HPP
