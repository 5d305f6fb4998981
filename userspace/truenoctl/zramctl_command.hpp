// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The command line of zramctl(8), as util-linux 2.42 has it: what can be given,
// what excludes what, and what is then to be done. Nothing here looks at the
// system.
#ifndef TRUENOCTL_ZRAMCTL_COMMAND_HPP
#define TRUENOCTL_ZRAMCTL_COMMAND_HPP

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"

namespace truenoctl {

enum class ZramctlColumn {
    name,
    disk_size,
    data,
    compressed,
    algorithm,
    streams,
    zero_pages,
    total,
    memory_limit,
    memory_used,
    migrated,
    ratio,
    mount_point,
};

struct ZramctlColumnInfo {
    ZramctlColumn column;
    const char* name;
    double width_hint;  ///< below 1: a share of the terminal; else characters
    int flags;          ///< libsmartcols' SCOLS_FL_*
    const char* summary;
};

/// In the order of --output-all, which is that of ZramctlColumn.
std::span<const ZramctlColumnInfo> zramctl_columns();

enum class ZramctlAction { list, find, set_up, reset, help, version };

struct ZramctlCommand {
    ZramctlAction action = ZramctlAction::list;
    std::vector<std::string> devices;
    std::vector<ZramctlColumn> columns;
    bool bytes = false;
    bool no_headings = false;
    bool raw = false;
    bool find = false;  ///< set up a free device instead of a named one
    std::uint64_t size = 0;
    std::uint64_t streams = 0;  ///< 0: as they are
    std::optional<std::string> algorithm;
    std::optional<std::string> algorithm_parameters;
};

/// Reads the words after "zramctl" by the rules of getopt_long(3), so letters
/// may be joined and long names abbreviated. Errors name the word.
Result<ZramctlCommand> parse_zramctl_command(std::vector<std::string> words);

/// What --help prints.
std::string zramctl_help();

}  // namespace truenoctl

#endif  // TRUENOCTL_ZRAMCTL_COMMAND_HPP
