// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl: parses the command line, runs one subcommand, reports its error.
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "error.hpp"
#include "subcommand.hpp"
#include "table.hpp"

namespace truenoctl {

namespace {

constexpr const char* kDescription =
    "Set up zram devices, and judge the codecs that compress their pages.";
constexpr const char* kFooter =
    "Exit status: 0 success, 1 failure, 2 wrong usage, 3 a check found a problem,\n"
    "4 not permitted. truenoctl(8) has the details.";

std::string help_command(const CLI::App& app) {
    for (const CLI::App* subcommand : app.get_subcommands()) {
        return fmt::format("truenoctl {} --help", subcommand->get_name());
    }
    return "truenoctl --help";
}

[[noreturn]] void throw_usage(const CLI::App& app, const std::string& reason) {
    throw Fatal(
        {reason, fmt::format("'{}' lists what is accepted", help_command(app)), ExitStatus::usage});
}

void refuse_extras(const CLI::App& app) {
    const std::vector<std::string> extras = app.remaining(true);
    if (!extras.empty()) {
        throw_usage(app,
                    fmt::format("'{}' is not {}", extras.front(),
                                app.get_subcommands().empty() ? "a subcommand" : "expected here"));
    }
}

ExitStatus run_command_line(int argc, char** argv) {
    CLI::App app{kDescription, "truenoctl"};
    app.footer(kFooter);
    app.set_version_flag("-V,--version", "truenoctl " TRUENO_VERSION);
    app.set_help_flag("-h,--help", "Print this help and exit");
    app.allow_extras();

    std::vector<std::pair<CLI::App*, Run>> runs;
    for (const Subcommand& subcommand : subcommands()) {
        CLI::App* added = app.add_subcommand(subcommand.name, subcommand.summary);
        added->set_help_flag("-h,--help", "Print this help and exit");
        if (subcommand.run_words == nullptr) {
            runs.emplace_back(added, subcommand.add(*added));
        } else if (argc > 1 && argv[1] == std::string_view(subcommand.name)) {
            return subcommand.run_words({argv + 2, argv + argc});
        }
    }

    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        print(app.help());
        return ExitStatus::success;
    } catch (const CLI::CallForVersion& version) {
        print(std::string(version.what()) + "\n");
        return ExitStatus::success;
    } catch (const CLI::RequiredError& error) {
        // A mistyped option makes the one it was meant for look absent.
        refuse_extras(app);
        throw_usage(app, error.what());
    } catch (const CLI::ParseError& error) {
        throw_usage(app, error.what());
    }
    refuse_extras(app);
    for (const auto& [subcommand, run] : runs) {
        if (subcommand->parsed()) {
            return run();
        }
    }
    throw_usage(app, "a subcommand is missing");
}

}  // namespace

}  // namespace truenoctl

int main(int argc, char** argv) {
    using truenoctl::ExitStatus;
    try {
        return static_cast<int>(truenoctl::run_command_line(argc, argv));
    } catch (const truenoctl::Fatal& fatal) {
        std::fputs(truenoctl::describe(fatal.error()).c_str(), stderr);
        return static_cast<int>(fatal.error().status);
    } catch (const std::exception& exception) {
        std::fputs(truenoctl::describe({exception.what(), ""}).c_str(), stderr);
        return static_cast<int>(ExitStatus::failure);
    }
}
