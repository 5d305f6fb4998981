// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "zram.hpp"

#include <fmt/format.h>
#include <libmount/libmount.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>
#include <optional>
#include <sstream>

#include "retry.hpp"

namespace truenoctl {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kDevicePrefix = "zram";

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

struct TableDeleter {
    void operator()(libmnt_table* table) const { mnt_unref_table(table); }
};
struct IteratorDeleter {
    void operator()(libmnt_iter* iterator) const { mnt_free_iter(iterator); }
};
using MountTable = std::unique_ptr<libmnt_table, TableDeleter>;

template <class Visit>
void for_each_entry(libmnt_table* table, Visit visit) {
    const std::unique_ptr<libmnt_iter, IteratorDeleter> iterator(mnt_new_iter(MNT_ITER_FORWARD));
    libmnt_fs* entry = nullptr;
    while (mnt_table_next_fs(table, iterator.get(), &entry) == 0) {
        visit(entry);
    }
}

bool is_swap(const SystemRoot& root, const fs::path& device) {
    const MountTable swaps(mnt_new_table());
    bool found = false;
    // A kernel without swap has no /proc/swaps.
    if (mnt_table_parse_swaps(swaps.get(), (root.proc() / "swaps").c_str()) == 0) {
        for_each_entry(swaps.get(), [&](libmnt_fs* entry) {
            const char* source = mnt_fs_get_srcpath(entry);
            found = found || (source != nullptr && device == source);
        });
    }
    return found;
}

std::optional<dev_t> parse_device_id(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const auto major_number = parse_number(text.substr(0, colon));
    const auto minor_number = parse_number(text.substr(colon + 1));
    if (!major_number || !minor_number) {
        return std::nullopt;
    }
    return makedev(static_cast<unsigned>(*major_number), static_cast<unsigned>(*minor_number));
}

// Btrfs shows a device number of its own, and the device as its source.
Result<std::vector<std::string>> find_mount_points(const SystemRoot& root, dev_t id,
                                                   const fs::path& device) {
    const fs::path file = root.proc() / "self/mountinfo";
    const MountTable mounts(mnt_new_table());
    if (mnt_table_parse_file(mounts.get(), file.c_str()) != 0) {
        return failure(fmt::format("cannot read {}", file.string()), "mount /proc");
    }
    std::vector<std::string> points;
    for_each_entry(mounts.get(), [&](libmnt_fs* entry) {
        const char* source = mnt_fs_get_srcpath(entry);
        if (mnt_fs_get_devno(entry) == id || (source != nullptr && device == source)) {
            points.emplace_back(mnt_fs_get_target(entry));
        }
    });
    return points;
}

Result<std::uint64_t> parse_attribute_number(const fs::path& file, std::string_view text) {
    const auto number = parse_number(text);
    if (!number) {
        return failure(fmt::format("{} holds '{}', not a number", file.string(), text));
    }
    return *number;
}

// @p action: such as "reset /dev/zram0".
Result<void> outcome_of(const SystemResult<void>& written, const ZramDevice& device,
                        std::string_view action) {
    if (written) {
        return {};
    }
    Error error = describe_system_error(fmt::format("{} {}", action, device.device().string()),
                                        written.error());
    if (written.error().number == EBUSY) {
        error.remedy =
            fmt::format("a process has it open; 'fuser -v {}' names it", device.device().string());
    }
    return tl::unexpected(error);
}

}  // namespace

Algorithms parse_algorithms(std::string_view text) {
    Algorithms algorithms;
    std::istringstream words{std::string(text)};
    std::string word;
    while (words >> word) {
        if (word.size() > 2 && word.front() == '[' && word.back() == ']') {
            word = word.substr(1, word.size() - 2);
            algorithms.selected = word;
        }
        algorithms.known.push_back(word);
    }
    return algorithms;
}

Result<unsigned> parse_device_number(std::string_view text) {
    constexpr std::string_view kDirectory = "/dev/";
    std::string_view name = text;
    if (name.starts_with(kDirectory)) {
        name.remove_prefix(kDirectory.size());
    }
    if (name.starts_with(kDevicePrefix)) {
        const auto number = parse_number(name.substr(kDevicePrefix.size()));
        constexpr std::uint64_t kMinorLimit = 1u << 20;
        if (number && *number < kMinorLimit) {
            return static_cast<unsigned>(*number);
        }
    }
    return usage_failure(fmt::format("'{}' is not a zram device", text),
                         "name it like zram0 or /dev/zram0; 'truenoctl status' lists the devices");
}

ZramDevice::ZramDevice(SystemRoot root, unsigned number)
    : root_(std::move(root)), number_(number) {}

std::string ZramDevice::name() const {
    return fmt::format("{}{}", kDevicePrefix, number_);
}

fs::path ZramDevice::device() const {
    return root_.dev() / name();
}

fs::path ZramDevice::attribute(std::string_view attribute_name) const {
    return root_.sys() / "block" / name() / attribute_name;
}

bool ZramDevice::exists() const {
    return fs::exists(attribute("disksize"));
}

bool ZramDevice::initialized() const {
    const Result<std::uint64_t> disk_size = read_number("disksize");
    return disk_size && *disk_size != 0;
}

bool ZramDevice::has(std::string_view attribute_name) const {
    return fs::exists(attribute(attribute_name));
}

Result<std::optional<std::string>> ZramDevice::read_text_if_present(
    std::string_view attribute_name) const {
    const fs::path file = attribute(attribute_name);
    const SystemResult<std::string> text = read_attribute(file);
    if (text) {
        return *text;
    }
    if (text.error().number == ENOENT && exists()) {
        return std::nullopt;
    }
    return tl::unexpected(
        describe_system_error(fmt::format("read {}", file.string()), text.error()));
}

Result<std::string> ZramDevice::read_text(std::string_view attribute_name) const {
    const Result<std::optional<std::string>> text = read_text_if_present(attribute_name);
    if (!text) {
        return tl::unexpected(text.error());
    }
    if (!*text) {
        return tl::unexpected(describe_system_error(
            fmt::format("read {}", attribute(attribute_name).string()), SystemError{ENOENT}));
    }
    return **text;
}

Result<std::uint64_t> ZramDevice::read_number(std::string_view attribute_name) const {
    return read_text(attribute_name).and_then([&](const std::string& text) {
        return parse_attribute_number(attribute(attribute_name), text);
    });
}

Result<Algorithms> ZramDevice::algorithms() const {
    return read_text("comp_algorithm").map(parse_algorithms);
}

Result<MemoryStat> ZramDevice::memory_stat() const {
    return read_text("mm_stat").and_then(parse_memory_stat);
}

Result<IoStat> ZramDevice::io_stat() const {
    return read_text("io_stat").and_then(parse_io_stat);
}

Result<std::optional<WritebackStat>> ZramDevice::writeback_stat() const {
    const Result<std::optional<std::string>> text = read_text_if_present("bd_stat");
    if (!text) {
        return tl::unexpected(text.error());
    }
    if (!*text) {
        return std::nullopt;
    }
    return parse_writeback_stat(**text);
}

Result<std::string> ZramDevice::backing_device() const {
    return read_text_if_present("backing_dev").map([](const std::optional<std::string>& text) {
        return text.value_or("none") == "none" ? std::string() : *text;
    });
}

Result<std::optional<std::uint64_t>> ZramDevice::stream_limit() const {
    const Result<std::optional<std::string>> text = read_text_if_present("max_comp_streams");
    if (!text) {
        return tl::unexpected(text.error());
    }
    if (!*text) {
        return std::nullopt;
    }
    return parse_attribute_number(attribute("max_comp_streams"), **text);
}

Result<dev_t> ZramDevice::id() const {
    const Result<std::string> text = read_text("dev");
    if (!text) {
        return tl::unexpected(text.error());
    }
    const std::optional<dev_t> id = parse_device_id(*text);
    if (!id) {
        return failure(
            fmt::format("{} holds '{}', not MAJOR:MINOR", attribute("dev").string(), *text));
    }
    return *id;
}

Result<DeviceUse> ZramDevice::use() const {
    const Result<dev_t> device_id = id();
    if (!device_id) {
        return tl::unexpected(device_id.error());
    }
    const Result<std::vector<std::string>> mount_points =
        find_mount_points(root_, *device_id, device());
    if (!mount_points) {
        return tl::unexpected(mount_points.error());
    }
    DeviceUse use{is_swap(root_, device()), *mount_points, {}};
    std::error_code no_holders;
    for (const fs::directory_entry& holder :
         fs::directory_iterator(attribute("holders"), no_holders)) {
        use.holders.push_back(holder.path().filename());
    }
    return use;
}

Result<void> ZramDevice::write(std::string_view attribute_name, std::string_view value) const {
    const fs::path file = attribute(attribute_name);
    if (const SystemResult<void> written = write_attribute(file, value); !written) {
        return tl::unexpected(describe_system_error(
            fmt::format("write '{}' to {}", value, file.string()), written.error()));
    }
    return {};
}

Result<void> ZramDevice::reset() const {
    return outcome_of(retry_while_busy([&] { return write_attribute(attribute("reset"), "1"); }),
                      *this, "reset");
}

bool ZramDriver::loaded() const {
    return fs::exists(root_.sys() / "class/zram-control");
}

std::vector<ZramDevice> ZramDriver::devices() const {
    std::vector<unsigned> numbers;
    std::error_code no_block_devices;
    for (const fs::directory_entry& entry :
         fs::directory_iterator(root_.sys() / "block", no_block_devices)) {
        const std::string name = entry.path().filename();
        if (const Result<unsigned> number = parse_device_number(name)) {
            numbers.push_back(*number);
        }
    }
    std::sort(numbers.begin(), numbers.end());
    std::vector<ZramDevice> devices;
    for (unsigned number : numbers) {
        devices.emplace_back(root_, number);
    }
    return devices;
}

Result<ZramDevice> ZramDriver::find(std::string_view text) const {
    const Result<unsigned> number = parse_device_number(text);
    if (!number) {
        return tl::unexpected(number.error());
    }
    ZramDevice device(root_, *number);
    if (!device.exists()) {
        return failure(fmt::format("{} does not exist", device.device().string()),
                       "'truenoctl status' lists the devices, 'truenoctl create' makes one");
    }
    return device;
}

Result<std::vector<ZramDevice>> ZramDriver::find_all(const std::vector<std::string>& names) const {
    std::vector<ZramDevice> devices;
    for (const std::string& name : names) {
        const Result<ZramDevice> found = find(name);
        if (!found) {
            return tl::unexpected(found.error());
        }
        if (std::none_of(devices.begin(), devices.end(), [&](const ZramDevice& device) {
                return device.number() == found->number();
            })) {
            devices.push_back(*found);
        }
    }
    return devices;
}

Result<ZramDevice> ZramDriver::hot_add() const {
    const fs::path file = root_.sys() / "class/zram-control/hot_add";
    const SystemResult<std::string> text = retry_while_busy([&] { return read_attribute(file); });
    if (!text) {
        return tl::unexpected(
            describe_system_error(fmt::format("read {}", file.string()), text.error()));
    }
    const auto number = parse_number(*text);
    if (!number) {
        return failure(fmt::format("{} returned '{}', not a number", file.string(), *text));
    }
    ZramDevice device(root_, static_cast<unsigned>(*number));
    const SystemResult<void> appeared = retry_while_busy([&]() -> SystemResult<void> {
        if (fs::exists(device.device())) {
            return {};
        }
        return tl::unexpected(SystemError{EAGAIN});
    });
    if (!appeared) {
        Error error{fmt::format("{} did not appear", device.device().string()),
                    "mount devtmpfs on /dev, or see whether udev runs"};
        if (const Result<void> removed = hot_remove(device); !removed) {
            error.reason += fmt::format("\nnot undone: {}", removed.error().reason);
        }
        return tl::unexpected(error);
    }
    return device;
}

ZramDevice ZramDriver::next_device() const {
    unsigned number = 0;
    for (const ZramDevice& device : devices()) {
        if (device.number() != number) {
            break;
        }
        ++number;
    }
    return ZramDevice(root_, number);
}

Result<void> ZramDriver::hot_remove(const ZramDevice& device) const {
    const fs::path file = root_.sys() / "class/zram-control/hot_remove";
    return outcome_of(
        retry_while_busy([&] { return write_attribute(file, fmt::to_string(device.number())); }),
        device, "remove");
}

}  // namespace truenoctl
