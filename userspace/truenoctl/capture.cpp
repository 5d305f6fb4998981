// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl capture: pages of running processes, to be looked at later.
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "output_file.hpp"
#include "page_source.hpp"
#include "subcommand.hpp"
#include "table.hpp"

namespace truenoctl {

namespace {

struct CaptureOptions {
    PageSourceOptions source;
    std::string output;
    bool force = false;
    bool json = false;
};

std::string saved_text(const std::string& file, const std::vector<PageGroup>& groups) {
    std::string text;
    for (const PageGroup& group : groups) {
        text += fmt::format("{}: {} pages of {}, {} same-filled, {} equal to another\n", file,
                            group.size() + group.same_filled(), group.name(), group.same_filled(),
                            group.duplicates());
    }
    return text;
}

Json saved_json(const std::string& file, const std::vector<PageGroup>& groups) {
    Json sources = Json::array();
    for (const PageGroup& group : groups) {
        sources.push_back({{"name", group.name()},
                           {"pages", group.size() + group.same_filled()},
                           {"same_filled_pages", group.same_filled()},
                           {"duplicate_pages", group.duplicates()}});
    }
    return {{"file", file}, {"sources", std::move(sources)}};
}

ExitStatus run_capture(const CaptureOptions& options) {
    if (options.source.pids.empty() && !options.source.system) {
        throw Fatal(
            {"nothing to capture is named", "give --pid PID or --system", ExitStatus::usage});
    }
    const Existing existing = options.force ? Existing::replace : Existing::refuse_without_force;
    value_or_throw(check_output(options.output, existing));
    const std::vector<PageGroup> groups = collect_pages(options.source);
    value_or_throw(save_pages(options.output, groups, Saved::offered, existing));
    fmt::print(stderr,
               "truenoctl: {} holds memory as it was, with whatever passwords and keys were in "
               "it; only its owner can read it\n",
               options.output);
    print(options.json ? to_json_text(saved_json(options.output, groups))
                       : saved_text(options.output, groups));
    return ExitStatus::success;
}

}  // namespace

Run add_capture(CLI::App& app) {
    auto options = std::make_shared<CaptureOptions>();
    app.add_option("FILE", options->output, "The file to write, readable by its owner only")
        ->check(refuse_empty_path)
        ->required();
    add_memory_options(app, options->source);
    app.add_flag("--force", options->force, "Replace the file if it exists");
    app.add_flag("--json", options->json, "Print JSON");
    return [options] { return run_capture(*options); };
}

}  // namespace truenoctl
