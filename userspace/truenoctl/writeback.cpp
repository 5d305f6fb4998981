// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl writeback: pages from memory to the backing device.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "maintenance.hpp"
#include "subcommand.hpp"

namespace truenoctl {

namespace {

struct WritebackOptions {
    MaintenanceOptions maintenance;
    std::string type;
    std::vector<std::string> pages;  // "7" or "7-19"
};

// One page is what every kernel takes, a range what newer ones take.
std::string page_value(const std::string& page) {
    return fmt::format("{}={}", page.find('-') == std::string::npos ? "page_index" : "page_indexes",
                       page);
}

std::string check_page(const std::string& text) {
    const std::size_t bad = text.find_first_not_of("0123456789-");
    const std::size_t dash = text.find('-');
    const bool is_range = dash != std::string::npos;
    if (text.empty() || bad != std::string::npos || dash == 0 ||
        (is_range && (dash + 1 == text.size() || text.find('-', dash + 1) != std::string::npos))) {
        return fmt::format("'{}' is not a page's index or a range such as 7-19", text);
    }
    return {};
}

std::vector<std::string> values_for(const ZramDevice& device, const WritebackOptions& options) {
    require_backing_device(device);
    std::vector<std::string> values;
    if (!options.type.empty()) {
        values.push_back(options.type);
    }
    for (const std::string& page : options.pages) {
        values.push_back(page_value(page));
    }
    return values;
}

ExitStatus write_back(const WritebackOptions& options) {
    if (options.type.empty() && options.pages.empty()) {
        throw Fatal({"neither --type nor --page-index is given",
                     "'truenoctl writeback --help' lists what is accepted", ExitStatus::usage});
    }
    maintain(options.maintenance,
             {"writeback", [&](const ZramDevice& device) { return values_for(device, options); },
              explain_writeback_error});
    return ExitStatus::success;
}

}  // namespace

Run add_writeback(CLI::App& app) {
    auto options = std::make_shared<WritebackOptions>();
    add_maintenance_options(app, options->maintenance);
    app.add_option("-t,--type", options->type,
                   "Which pages: huge, idle, huge_idle or incompressible")
        ->check(CLI::IsMember({"huge", "idle", "huge_idle", "incompressible"}));
    app.add_option("--page-index", options->pages, "This page, or a range such as 7-19")
        ->allow_extra_args(false)
        ->check(CLI::Validator([](std::string& text) { return check_page(text); }, ""));
    return [options] { return write_back(*options); };
}

}  // namespace truenoctl
