// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The subcommands. Each lives in a file of its own, defines one add function,
// and is listed in the table in subcommand.cpp.
#ifndef TRUENOCTL_SUBCOMMAND_HPP
#define TRUENOCTL_SUBCOMMAND_HPP

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "error.hpp"

namespace truenoctl {

/// Does a subcommand's work after its options are parsed. Throws Fatal.
using Run = std::function<ExitStatus()>;

struct Subcommand {
    const char* name;
    const char* summary;  ///< one line for --help, no full stop
    /// Declares the options on @p app and returns the work; the closure owns
    /// the variables that the options are parsed into.
    Run (*add)(CLI::App& app);
    /// Instead of add, for a command line with rules of its own: runs with the
    /// words after the subcommand's name. Throws Fatal.
    ExitStatus (*run_words)(const std::vector<std::string>& words) = nullptr;
};

/// All subcommands, in the order of --help.
std::span<const Subcommand> subcommands();

Run add_analyze(CLI::App& app);
Run add_bench(CLI::App& app);
Run add_capture(CLI::App& app);
Run add_compact(CLI::App& app);
Run add_counters(CLI::App& app);
Run add_create(CLI::App& app);
Run add_crypto(CLI::App& app);
Run add_doctor(CLI::App& app);
Run add_find(CLI::App& app);
Run add_idle(CLI::App& app);
Run add_metrics(CLI::App& app);
Run add_module(CLI::App& app);
Run add_monitor(CLI::App& app);
Run add_recompress(CLI::App& app);
Run add_remove(CLI::App& app);
Run add_report(CLI::App& app);
Run add_reset(CLI::App& app);
Run add_set(CLI::App& app);
Run add_status(CLI::App& app);
Run add_top(CLI::App& app);
Run add_train(CLI::App& app);
Run add_tune(CLI::App& app);
Run add_verify(CLI::App& app);
Run add_writeback(CLI::App& app);
ExitStatus run_zramctl(const std::vector<std::string>& words);

}  // namespace truenoctl

#endif  // TRUENOCTL_SUBCOMMAND_HPP
