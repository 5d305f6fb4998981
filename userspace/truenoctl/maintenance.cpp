// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "maintenance.hpp"

#include <fmt/format.h>

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
    for (const std::string& name : options.devices) {
        const ZramDevice device = value_or_throw(driver.find(name));
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

}  // namespace truenoctl
