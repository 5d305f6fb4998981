// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl status: the zram devices and what they hold.
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "status_columns.hpp"
#include "subcommand.hpp"
#include "table.hpp"
#include "zram.hpp"

namespace truenoctl {

namespace {

struct StatusOptions {
    std::vector<std::string> devices;
    std::string output;
    bool output_given = false;
    bool output_all = false;
    bool bytes = false;
    bool no_headings = false;
    bool raw = false;
    bool json = false;
};

ColumnSelection chosen_columns(const StatusOptions& options) {
    ColumnSelection columns = default_status_columns();
    if (options.output_all) {
        columns.clear();
        for (const StatusColumn& column : status_columns()) {
            columns.push_back(&column);
        }
    }
    return options.output_given ? value_or_throw(select_columns(options.output, columns)) : columns;
}

Table make_table(const ColumnSelection& selection, const std::vector<ZramDevice>& devices,
                 SizeForm form) {
    std::vector<Column> columns;
    for (const StatusColumn* column : selection) {
        columns.push_back({column->name, column->align});
    }
    Table table(std::move(columns));
    for (const ZramDevice& device : devices) {
        const DeviceState state = value_or_throw(read_device_state(device));
        std::vector<Cell> row;
        for (const StatusColumn* column : selection) {
            row.push_back(column->cell(state, form));
        }
        table.add_row(std::move(row));
    }
    return table;
}

ExitStatus show_status(const StatusOptions& options) {
    const ZramDriver driver;
    const ColumnSelection columns = chosen_columns(options);
    std::vector<ZramDevice> devices;
    for (const std::string& name : options.devices) {
        devices.push_back(value_or_throw(driver.find(name)));
    }
    if (options.devices.empty()) {
        devices = driver.devices();
    }

    const Table table =
        make_table(columns, devices, options.bytes ? SizeForm::bytes : SizeForm::human);
    if (options.json) {
        print(to_json_text(Json::object({{"devices", table.to_json()}})));
    } else if (table.empty()) {
        std::fputs(driver.loaded() ? "no zram device exists; 'truenoctl create' makes one\n"
                                   : "zram is not loaded; 'truenoctl create' loads it\n",
                   stderr);
    } else if (options.raw) {
        print(table.to_raw_text(!options.no_headings));
    } else {
        print(table.to_text(!options.no_headings));
    }
    return ExitStatus::success;
}

std::string describe_columns() {
    std::string text = "Columns:\n";
    for (const StatusColumn& column : status_columns()) {
        text += fmt::format("  {:<16}  {}\n", column.name, column.summary);
    }
    return text;
}

}  // namespace

Run add_status(CLI::App& app) {
    auto options = std::make_shared<StatusOptions>();
    app.alias("list");
    app.footer(describe_columns());
    app.add_option("DEVICE", options->devices, "Devices to show; all if none is named");
    const CLI::Option* output =
        app.add_option("-o,--output", options->output,
                       "Columns to show, such as NAME,DATA; +COMPR,... adds to the default ones");
    app.add_flag("--output-all", options->output_all, "Show all columns");
    app.add_flag("-b,--bytes", options->bytes, "Print sizes in bytes");
    app.add_flag("-n,--noheadings", options->no_headings, "Print no headings");
    CLI::Option* raw =
        app.add_flag("--raw", options->raw, "Print cells with one space between them");
    app.add_flag("--json", options->json, "Print JSON, sizes in bytes")->excludes(raw);
    return [options, output] {
        options->output_given = output->count() > 0;
        return show_status(*options);
    };
}

}  // namespace truenoctl
