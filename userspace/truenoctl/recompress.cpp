// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl recompress: pages once more, with a denser algorithm.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "maintenance.hpp"
#include "subcommand.hpp"
#include "zram_algorithm.hpp"

namespace truenoctl {

namespace {

struct RecompressOptions {
    MaintenanceOptions maintenance;
    std::string type;
    std::optional<unsigned> threshold_bytes;
    std::optional<std::uint64_t> max_pages;
    std::string algorithm;
    std::optional<unsigned> priority;
};

std::string value_for(const ZramDevice& device, const RecompressOptions& options) {
    std::vector<std::string> parameters;
    if (!options.type.empty()) {
        parameters.push_back(fmt::format("type={}", options.type));
    }
    if (options.threshold_bytes) {
        parameters.push_back(fmt::format("threshold={}", *options.threshold_bytes));
    }
    if (options.max_pages) {
        parameters.push_back(fmt::format("max_pages={}", *options.max_pages));
    }
    if (options.priority) {
        parameters.push_back(only_with(find_recompression(device, *options.priority)));
    } else if (!options.algorithm.empty()) {
        parameters.push_back(only_with(find_recompression(device, options.algorithm)));
    } else {
        require_recompression(device);
    }
    return fmt::format("{}", fmt::join(parameters, " "));
}

void explain(SystemError cause, Error& error) {
    if (cause.number == EINVAL) {
        error.remedy =
            "--threshold must be below the size from which zram stores pages as they are";
    }
}

ExitStatus recompress(const RecompressOptions& options) {
    if (options.type.empty() && !options.threshold_bytes) {
        throw Fatal({"neither --type nor --threshold is given",
                     "'--type idle' takes pages that are marked idle, '--threshold 3000' those "
                     "that take 3000 bytes or more",
                     ExitStatus::usage});
    }
    maintain(options.maintenance, {"recompress",
                                   [&](const ZramDevice& device) {
                                       return std::vector<std::string>{value_for(device, options)};
                                   },
                                   explain});
    return ExitStatus::success;
}

}  // namespace

Run add_recompress(CLI::App& app) {
    auto options = std::make_shared<RecompressOptions>();
    add_maintenance_options(app, options->maintenance);
    app.add_option("-t,--type", options->type, "Which pages: idle, huge or huge_idle")
        ->check(CLI::IsMember({"idle", "huge", "huge_idle"}));
    app.add_option("--threshold", options->threshold_bytes,
                   "Only pages whose compressed size is this many bytes or more");
    app.add_option("--max-pages", options->max_pages, "Try this many pages at most");
    CLI::Option* algorithm = app.add_option("-a,--algorithm", options->algorithm,
                                            "Only with this one of the device's algorithms");
    app.add_option("-p,--priority", options->priority,
                   "Only with the algorithm of this priority, 1 to 3")
        ->check(CLI::Range(1U, kRecompressionPriorityMax))
        ->excludes(algorithm);
    return [options] { return recompress(*options); };
}

}  // namespace truenoctl
