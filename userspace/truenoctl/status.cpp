// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl status: the zram devices and what they hold.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "subcommand.hpp"
#include "table.hpp"
#include "zram.hpp"

namespace truenoctl {

namespace {

struct StatusOptions {
    std::vector<std::string> devices;
    bool json = false;
};

Cell use_cell(const DeviceUse& use) {
    std::vector<std::string> users = use.mount_points;
    if (use.swap) {
        users.insert(users.begin(), "[SWAP]");
    }
    for (const std::string& holder : use.holders) {
        users.push_back(fmt::format("[{}]", holder));
    }
    return {fmt::format("{}", fmt::join(users, ",")), users};
}

std::vector<Cell> describe_device(const ZramDevice& device) {
    const MemoryStat stat = value_or_throw(device.memory_stat());
    const Cell ratio = stat.used_bytes == 0 ? empty_cell()
                                            : number_cell(static_cast<double>(stat.original_bytes) /
                                                              static_cast<double>(stat.used_bytes),
                                                          2);
    return {
        text_cell(device.device()),
        text_cell(value_or_throw(device.algorithms()).selected),
        size_cell(value_or_throw(device.read_number("disksize"))),
        size_cell(stat.original_bytes),
        size_cell(stat.compressed_bytes),
        size_cell(stat.used_bytes),
        ratio,
        count_cell(stat.same_pages),
        count_cell(stat.huge_pages),
        use_cell(value_or_throw(device.use())),
    };
}

ExitStatus show_status(const StatusOptions& options) {
    const ZramDriver driver;
    std::vector<ZramDevice> devices;
    for (const std::string& name : options.devices) {
        devices.push_back(value_or_throw(driver.find(name)));
    }
    if (options.devices.empty()) {
        devices = driver.devices();
    }

    Table table({{"NAME"},
                 {"ALGORITHM"},
                 {"DISKSIZE", Align::right},
                 {"DATA", Align::right},
                 {"COMPR", Align::right},
                 {"TOTAL", Align::right},
                 {"COMP-RATIO", Align::right},
                 {"ZERO-PAGES", Align::right},
                 {"HUGE-PAGES", Align::right},
                 {"MOUNTPOINT"}});
    for (const ZramDevice& device : devices) {
        table.add_row(describe_device(device));
    }
    if (options.json) {
        print(to_json_text(Json::object({{"devices", table.to_json()}})));
    } else if (table.empty()) {
        std::fputs(driver.loaded() ? "no zram device exists; 'truenoctl create' makes one\n"
                                   : "zram is not loaded; 'truenoctl create' loads it\n",
                   stderr);
    } else {
        print(table.to_text());
    }
    return ExitStatus::success;
}

}  // namespace

Run add_status(CLI::App& app) {
    auto options = std::make_shared<StatusOptions>();
    app.add_option("DEVICE", options->devices, "Devices to show; all if none is named");
    app.add_flag("--json", options->json, "Print JSON, sizes in bytes");
    return [options] { return show_status(*options); };
}

}  // namespace truenoctl
