// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl compact: zram's allocator gives back the pages it can empty.
#include <memory>
#include <string>
#include <vector>

#include "maintenance.hpp"
#include "subcommand.hpp"

namespace truenoctl {

Run add_compact(CLI::App& app) {
    auto options = std::make_shared<MaintenanceOptions>();
    add_maintenance_options(app, *options);
    return [options] {
        maintain(*options,
                 {"compact", [](const ZramDevice&) { return std::vector<std::string>{"1"}; }});
        return ExitStatus::success;
    };
}

}  // namespace truenoctl
