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
};

/// All subcommands, in the order of --help.
std::span<const Subcommand> subcommands();

Run add_counters(CLI::App& app);
Run add_create(CLI::App& app);
Run add_doctor(CLI::App& app);
Run add_remove(CLI::App& app);
Run add_status(CLI::App& app);
Run add_bench(CLI::App& app);
Run add_verify(CLI::App& app);
Run add_crypto(CLI::App& app);
Run add_module(CLI::App& app);
Run add_metrics(CLI::App& app);
Run add_monitor(CLI::App& app);
Run add_top(CLI::App& app);

}  // namespace truenoctl

#endif  // TRUENOCTL_SUBCOMMAND_HPP
