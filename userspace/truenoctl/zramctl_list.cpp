// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "zramctl_list.hpp"

#include <fmt/format.h>
#include <libsmartcols/libsmartcols.h>
#include <sys/stat.h>

#include <clocale>
#include <cstdlib>
#include <memory>
#include <new>

#include "units.hpp"

namespace truenoctl {

namespace {

using Text = std::optional<std::string>;

struct TableDeleter {
    void operator()(libscols_table* table) const { scols_unref_table(table); }
};
struct FreeDeleter {
    void operator()(char* text) const { std::free(text); }
};

// Memory is all that libsmartcols can lack here.
template <class T>
T* check_allocation(T* pointer) {
    if (pointer == nullptr) {
        throw std::bad_alloc();
    }
    return pointer;
}

void check_allocation(int error) {
    if (error != 0) {
        throw std::bad_alloc();
    }
}

std::string localized(std::string number) {
    if (const std::size_t point = number.find('.'); point != std::string::npos) {
        number.replace(point, 1, std::localeconv()->decimal_point);
    }
    return number;
}

template <class T, class Format>
Text text_of(const Result<T>& value, Format format) {
    return value ? Text(format(*value)) : std::nullopt;
}

// The first mount point if its file system can be reached there: not if another
// one is mounted over it.
Text mount_point(const ZramDevice& device) {
    const Result<DeviceUse> use = device.use();
    if (use && use->swap) {
        return "[SWAP]";
    }
    const Result<dev_t> id = device.id();
    struct stat status;
    if (!use || use->mount_points.empty() || !id ||
        stat(use->mount_points.front().c_str(), &status) != 0 || status.st_dev != *id) {
        return std::nullopt;
    }
    return use->mount_points.front();
}

Text memory_cell(const MemoryStat& memory, ZramctlColumn column, bool bytes) {
    const auto size = [bytes](std::uint64_t number) {
        return bytes ? fmt::to_string(number) : localized(format_size(number, Carry::none));
    };
    switch (column) {
        case ZramctlColumn::data:
            return size(memory.original_bytes);
        case ZramctlColumn::compressed:
            return size(memory.compressed_bytes);
        case ZramctlColumn::zero_pages:
            return fmt::to_string(memory.same_pages);
        case ZramctlColumn::total:
            return size(memory.used_bytes);
        case ZramctlColumn::memory_limit:
            return size(memory.limit_bytes);
        case ZramctlColumn::memory_used:
            return size(memory.peak_bytes);
        // A count, but zramctl prints it as it prints sizes.
        case ZramctlColumn::migrated:
            return size(memory.compacted_pages);
        case ZramctlColumn::ratio:
            return localized(fmt::format("{:.4f}", static_cast<double>(memory.original_bytes) /
                                                       static_cast<double>(memory.used_bytes)));
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<std::string> zramctl_cell(const NamedDevice& named, ZramctlColumn column,
                                        bool bytes) {
    const ZramDevice& device = named.device;
    switch (column) {
        case ZramctlColumn::name:
            return named.name;
        case ZramctlColumn::disk_size:
            return text_of(device.read_number("disksize"), [bytes](std::uint64_t size) {
                return bytes ? fmt::to_string(size) : localized(format_size(size, Carry::none));
            });
        case ZramctlColumn::algorithm: {
            const Text selected = text_of(device.algorithms(),
                                          [](const Algorithms& listed) { return listed.selected; });
            return selected && selected->empty() ? std::nullopt : selected;
        }
        case ZramctlColumn::streams: {
            const auto limit = device.stream_limit();
            return limit && *limit ? Text(fmt::to_string(**limit)) : std::nullopt;
        }
        case ZramctlColumn::mount_point:
            return mount_point(device);
        default: {
            const Result<MemoryStat> memory = device.memory_stat();
            return memory ? memory_cell(*memory, column, bytes) : std::nullopt;
        }
    }
}

std::string zramctl_table(const std::vector<NamedDevice>& devices, const ZramctlCommand& command) {
    const std::unique_ptr<libscols_table, TableDeleter> table(check_allocation(scols_new_table()));
    scols_table_enable_raw(table.get(), command.raw ? 1 : 0);
    scols_table_enable_noheadings(table.get(), command.no_headings ? 1 : 0);
    for (const ZramctlColumn column : command.columns) {
        const ZramctlColumnInfo& info = zramctl_columns()[static_cast<std::size_t>(column)];
        check_allocation(
            scols_table_new_column(table.get(), info.name, info.width_hint, info.flags));
    }
    for (const NamedDevice& device : devices) {
        libscols_line* line = check_allocation(scols_table_new_line(table.get(), nullptr));
        for (std::size_t i = 0; i < command.columns.size(); ++i) {
            const Text text = zramctl_cell(device, command.columns[i], command.bytes);
            if (text) {
                check_allocation(scols_line_set_data(line, i, text->c_str()));
            }
        }
    }
    if (devices.empty()) {
        return {};
    }
    char* printed = nullptr;
    check_allocation(scols_print_table_to_string(table.get(), &printed));
    const std::unique_ptr<char, FreeDeleter> text(printed);
    return std::string(text.get()) + "\n";
}

}  // namespace truenoctl
