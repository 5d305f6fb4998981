// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl idle: marks pages for writeback and recompression of idle ones.
#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "maintenance.hpp"
#include "subcommand.hpp"

namespace truenoctl {

namespace {

struct IdleOptions {
    MaintenanceOptions maintenance;
    std::optional<std::uint64_t> age_seconds;
};

ExitStatus mark_idle(const IdleOptions& options) {
    const std::string value = options.age_seconds ? fmt::to_string(*options.age_seconds) : "all";
    maintain(options.maintenance,
             {"idle", [&](const ZramDevice&) { return std::vector<std::string>{value}; },
              explain_idle_error});
    return ExitStatus::success;
}

}  // namespace

Run add_idle(CLI::App& app) {
    auto options = std::make_shared<IdleOptions>();
    add_maintenance_options(app, options->maintenance);
    app.add_option("--age", options->age_seconds,
                   "Only pages that nobody has used for so many seconds; all if not given")
        ->check(CLI::Range(std::uint64_t{0}, static_cast<std::uint64_t>(kIdleAgeMax.count())));
    return [options] { return mark_idle(*options); };
}

}  // namespace truenoctl
