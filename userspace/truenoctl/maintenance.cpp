// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "maintenance.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

#include "transaction.hpp"

namespace truenoctl {

void add_maintenance_options(CLI::App& app, MaintenanceOptions& options) {
    app.add_option("DEVICE", options.devices, "Devices, such as zram0")->required();
    app.add_flag("-n,--dry-run", options.dry_run, "Print the steps, take none");
}

void maintain(const MaintenanceOptions& options, const Maintenance& maintenance) {
    const ZramDriver driver;
    std::vector<std::pair<ZramDevice, std::vector<std::string>>> writes;
    for (const ZramDevice& device : value_or_throw(driver.find_all(options.devices))) {
        require_attribute(device, maintenance.attribute);
        if (!device.initialized()) {
            throw Fatal(
                {fmt::format("{} has no size yet and holds nothing", device.device().string()),
                 fmt::format("'truenoctl set {} --size SIZE' gives it one", device.name())});
        }
        writes.emplace_back(device, maintenance.values(device));
    }
    Transaction transaction(options.dry_run ? Mode::tell : Mode::take);
    for (const auto& [device, values] : writes) {
        for (const std::string& value : values) {
            write_step(transaction, device, {maintenance.attribute, value, maintenance.explain});
        }
    }
    if (options.dry_run) {
        print_steps(transaction);
    }
}

void require_backing_device(const ZramDevice& device) {
    require_attribute(device, "backing_dev");
    if (value_or_throw(device.backing_device()).empty()) {
        throw Fatal({fmt::format("{} has no backing device", device.device().string()),
                     "one is given before the size is set: 'truenoctl create --backing-dev'"});
    }
}

void explain_idle_error(SystemError cause, Error& error) {
    if (cause.number == EINVAL) {
        error.remedy =
            "ages take a kernel with CONFIG_ZRAM_MEMORY_TRACKING or, from Linux 6.7 on, "
            "CONFIG_ZRAM_TRACK_ENTRY_ACTIME; without an age all pages are marked";
    }
}

void explain_writeback_error(SystemError cause, Error& error) {
    if (cause.number == EIO) {
        error.remedy =
            "the writeback limit may be used up: 'truenoctl set --writeback-limit' sets a new one";
    } else if (cause.number == ENOSPC) {
        error.remedy = "the backing device is full";
    } else if (cause.number == EINVAL || cause.number == ERANGE) {
        error.remedy =
            "a page must be within the device; incompressible takes Linux 6.2, a range of pages "
            "6.16";
    }
}

}  // namespace truenoctl
