// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The columns of truenoctl status: one table of names, of what they mean and of
// where their values come from.
#ifndef TRUENOCTL_STATUS_COLUMNS_HPP
#define TRUENOCTL_STATUS_COLUMNS_HPP

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"
#include "table.hpp"
#include "zram.hpp"

namespace truenoctl {

/// All that is shown of a device, read at one time.
struct DeviceState {
    std::string path;  ///< "/dev/zram0"
    std::uint64_t disk_bytes = 0;
    Algorithms algorithms;
    MemoryStat memory;
    IoStat io;
    std::optional<WritebackStat> writeback;
    std::string backing_device;
    std::optional<std::uint64_t> stream_limit;
    DeviceUse use;
};

Result<DeviceState> read_device_state(const ZramDevice& device);

/// How sizes are printed; JSON has bytes in any case.
enum class SizeForm { human, bytes };

struct StatusColumn {
    const char* name;
    const char* summary;  ///< for --help, no full stop
    Align align;
    Cell (*cell)(const DeviceState& state, SizeForm form);
};

/// Every column: zramctl's under its names and in its order, then the others.
std::span<const StatusColumn> status_columns();

using ColumnSelection = std::vector<const StatusColumn*>;

/// What status shows if nothing else is asked for.
ColumnSelection default_status_columns();

/// The columns of @p list, names with commas between them in any case; with a
/// "+" before the first one, @p base and then those. A usage error quotes a
/// name that is not a column and lists those that are.
Result<ColumnSelection> select_columns(std::string_view list, ColumnSelection base);

}  // namespace truenoctl

#endif  // TRUENOCTL_STATUS_COLUMNS_HPP
