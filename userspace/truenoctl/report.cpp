// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl report: a run of bench or analyze as a page for a browser.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iostream>
#include <iterator>
#include <memory>

#include "analyze.hpp"
#include "output_file.hpp"
#include "report_input.hpp"
#include "report_page.hpp"
#include "subcommand.hpp"
#include "sysfs.hpp"
#include "table.hpp"

namespace truenoctl {

namespace {

constexpr const char* kStandardInput = "-";

struct ReportOptions {
    AnalyzeOptions analyze;  ///< its files may be results, too
    std::string output;
    bool force = false;
};

// What the caller's umask leaves to a new file.
mode_t default_mode() {
    const mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

bool is_pages_file(const std::string& file) {
    return file.ends_with(".pages");
}

std::string read_results(const std::string& file) {
    if (file == kStandardInput) {
        return {std::istreambuf_iterator<char>(std::cin), {}};
    }
    const SystemResult<std::string> content = read_attribute(file);
    if (!content) {
        Error error = describe_system_error(fmt::format("read {}", file), content.error());
        if (error.remedy.empty()) {
            error.remedy =
                "give the output of 'bench --json' or 'analyze --json', or a file of pages whose "
                "name ends in .pages";
        }
        throw Fatal(std::move(error));
    }
    return *content;
}

std::vector<ReportSection> collect_sections(ReportOptions options) {
    PageSourceOptions& source = options.analyze.source;
    std::vector<std::string> results;
    std::vector<std::string> pages;
    for (const std::string& file : source.files) {
        (is_pages_file(file) ? pages : results).push_back(file);
    }
    source.files = pages;
    const bool has_pages = !pages.empty() || !source.pids.empty() || source.system;
    if (results.empty() && !has_pages) {
        if (isatty(STDIN_FILENO) != 0) {
            throw Fatal({"there is nothing to report on",
                         "give a FILE, --pid or --system, or the output of 'bench --json' on "
                         "standard input",
                         ExitStatus::usage});
        }
        results.emplace_back(kStandardInput);
    }
    std::vector<ReportSection> sections;
    const auto append = [&](const std::string& text, const std::string& name) {
        for (ReportSection& section : value_or_throw(read_report_input(text, name))) {
            sections.push_back(std::move(section));
        }
    };
    for (const std::string& file : results) {
        append(read_results(file), file == kStandardInput ? "standard input" : file);
    }
    if (has_pages) {
        append(to_json_text(analyze_json(analyze_pages(options.analyze))), "analyze");
    }
    return sections;
}

ExitStatus run_report(const ReportOptions& options) {
    const Existing existing = options.force ? Existing::replace : Existing::refuse_without_force;
    if (options.output.empty()) {
        print(report_page(collect_sections(options)));
        return ExitStatus::success;
    }
    value_or_throw(check_output(options.output, existing));
    const std::string page = report_page(collect_sections(options));
    OutputFile file = value_or_throw(OutputFile::create(options.output, existing, default_mode()));
    value_or_throw(file.write(page));
    value_or_throw(file.commit());
    return ExitStatus::success;
}

}  // namespace

Run add_report(CLI::App& app) {
    auto options = std::make_shared<ReportOptions>();
    add_page_source_options(app, options->analyze.source);
    app.get_option("FILE")->description(
        "Output of bench --json or analyze --json, or files of pages whose name ends in .pages;\n"
        "- is standard input");
    app.add_option("--faults-per-second", options->analyze.faults_per_second,
                   "As for 'analyze', where pages are given")
        ->type_name("NUMBER")
        ->check(CLI::Range(0.0, 1e9));
    app.add_option("--output", options->output,
                   "Write the page to this new file (default: standard output)")
        ->type_name("FILE")
        ->check(refuse_empty_path);
    app.add_flag("--force", options->force, "Replace the file that --output names");
    return [options] { return run_report(*options); };
}

}  // namespace truenoctl
