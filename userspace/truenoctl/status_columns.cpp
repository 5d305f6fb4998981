// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "status_columns.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <strings.h>

#include <algorithm>

namespace truenoctl {

namespace {

Cell size_in(SizeForm form, std::uint64_t bytes) {
    return form == SizeForm::bytes ? count_cell(bytes) : size_cell(bytes);
}

Cell optional_count(std::optional<std::uint64_t> count) {
    return count ? count_cell(*count) : empty_cell();
}

Cell ratio_cell(const MemoryStat& memory) {
    return memory.used_bytes == 0 ? empty_cell()
                                  : number_cell(static_cast<double>(memory.original_bytes) /
                                                    static_cast<double>(memory.used_bytes),
                                                2);
}

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

template <auto Stat, auto Field>
Cell count(const DeviceState& state, SizeForm) {
    return count_cell(state.*Stat.*Field);
}

template <auto Field>
Cell memory_size(const DeviceState& state, SizeForm form) {
    return size_in(form, state.memory.*Field);
}

template <auto Field>
Cell writeback_size(const DeviceState& state, SizeForm form) {
    return state.writeback ? size_in(form, (*state.writeback).*Field) : empty_cell();
}

constexpr StatusColumn kColumns[] = {
    {"NAME", "the device", Align::left,
     [](const DeviceState& s, SizeForm) { return text_cell(s.path); }},
    {"DISKSIZE", "its size, uncompressed", Align::right,
     [](const DeviceState& s, SizeForm form) { return size_in(form, s.disk_bytes); }},
    {"DATA", "what is stored, uncompressed", Align::right,
     memory_size<&MemoryStat::original_bytes>},
    {"COMPR", "what is stored, compressed", Align::right,
     memory_size<&MemoryStat::compressed_bytes>},
    {"ALGORITHM", "the compression algorithm", Align::left,
     [](const DeviceState& s, SizeForm) { return text_cell(s.algorithms.selected); }},
    {"STREAMS", "compressions that may run at once", Align::right,
     [](const DeviceState& s, SizeForm) { return optional_count(s.stream_limit); }},
    {"ZERO-PAGES", "pages filled with one value, which take no memory", Align::right,
     count<&DeviceState::memory, &MemoryStat::same_pages>},
    {"TOTAL", "memory taken, with the allocator's overhead", Align::right,
     memory_size<&MemoryStat::used_bytes>},
    {"MEM-LIMIT", "the most memory it may take, 0 if there is no limit", Align::right,
     memory_size<&MemoryStat::limit_bytes>},
    {"MEM-USED", "the most memory it has taken", Align::right,
     memory_size<&MemoryStat::peak_bytes>},
    {"MIGRATED", "pages that compaction freed", Align::right,
     count<&DeviceState::memory, &MemoryStat::compacted_pages>},
    {"COMP-RATIO", "DATA divided by TOTAL", Align::right,
     [](const DeviceState& s, SizeForm) { return ratio_cell(s.memory); }},
    {"MOUNTPOINT", "where it is mounted, [SWAP], and devices on top", Align::left,
     [](const DeviceState& s, SizeForm) { return use_cell(s.use); }},
    {"SAME-PAGES", "the kernel's name for ZERO-PAGES", Align::right,
     count<&DeviceState::memory, &MemoryStat::same_pages>},
    {"PAGES-COMPACTED", "the kernel's name for MIGRATED", Align::right,
     count<&DeviceState::memory, &MemoryStat::compacted_pages>},
    {"HUGE-PAGES", "pages stored uncompressed", Align::right,
     count<&DeviceState::memory, &MemoryStat::huge_pages>},
    {"HUGE-PAGES-SINCE", "the same, all since it was set up", Align::right,
     [](const DeviceState& s, SizeForm) { return optional_count(s.memory.huge_pages_since); }},
    {"FAILED-READS", "reads that failed", Align::right,
     count<&DeviceState::io, &IoStat::failed_reads>},
    {"FAILED-WRITES", "writes that failed", Align::right,
     count<&DeviceState::io, &IoStat::failed_writes>},
    {"INVALID-IO", "requests that were no whole pages", Align::right,
     count<&DeviceState::io, &IoStat::invalid_io>},
    {"NOTIFY-FREE", "pages given back by swap or a discard", Align::right,
     count<&DeviceState::io, &IoStat::notified_free>},
    {"BACKING-DEVICE", "where pages are written back to", Align::left,
     [](const DeviceState& s, SizeForm) {
         return s.backing_device.empty() ? empty_cell() : text_cell(s.backing_device);
     }},
    {"WRITEBACK", "data on the backing device", Align::right,
     writeback_size<&WritebackStat::stored_bytes>},
    {"WRITEBACK-READS", "data read from there", Align::right,
     writeback_size<&WritebackStat::read_bytes>},
    {"WRITEBACK-WRITES", "data written there", Align::right,
     writeback_size<&WritebackStat::written_bytes>},
};

constexpr std::string_view kDefaultColumns =
    "NAME,ALGORITHM,DISKSIZE,DATA,COMPR,TOTAL,COMP-RATIO,ZERO-PAGES,HUGE-PAGES,MOUNTPOINT";

Result<const StatusColumn*> find_column(std::string_view name) {
    const auto found =
        std::find_if(std::begin(kColumns), std::end(kColumns), [&](const StatusColumn& column) {
            const std::string_view known = column.name;
            return known.size() == name.size() &&
                   strncasecmp(known.data(), name.data(), name.size()) == 0;
        });
    if (found != std::end(kColumns)) {
        return found;
    }
    std::vector<std::string_view> names;
    for (const StatusColumn& column : kColumns) {
        names.emplace_back(column.name);
    }
    return usage_failure(fmt::format("'{}' is not a column", name),
                         fmt::format("the columns are {}", fmt::join(names, ", ")));
}

}  // namespace

Result<DeviceState> read_device_state(const ZramDevice& device) {
    try {
        return DeviceState{device.device(),
                           value_or_throw(device.read_number("disksize")),
                           value_or_throw(device.algorithms()),
                           value_or_throw(device.memory_stat()),
                           value_or_throw(device.io_stat()),
                           value_or_throw(device.writeback_stat()),
                           value_or_throw(device.backing_device()),
                           value_or_throw(device.stream_limit()),
                           value_or_throw(device.use())};
    } catch (const Fatal& fatal) {
        return tl::unexpected(fatal.error());
    }
}

std::span<const StatusColumn> status_columns() {
    return kColumns;
}

ColumnSelection default_status_columns() {
    return value_or_throw(select_columns(kDefaultColumns, {}));
}

Result<ColumnSelection> select_columns(std::string_view list, ColumnSelection base) {
    ColumnSelection selection;
    if (list.starts_with('+')) {
        list.remove_prefix(1);
        selection = std::move(base);
    }
    for (;;) {
        const std::size_t comma = list.find(',');
        const Result<const StatusColumn*> column = find_column(list.substr(0, comma));
        if (!column) {
            return tl::unexpected(column.error());
        }
        selection.push_back(*column);
        if (comma == std::string_view::npos) {
            return selection;
        }
        list.remove_prefix(comma + 1);
    }
}

}  // namespace truenoctl
