// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// zram devices as the kernel's sysfs shows them. The attributes are those of
// Documentation/admin-guide/blockdev/zram.rst.
#ifndef TRUENOCTL_ZRAM_HPP
#define TRUENOCTL_ZRAM_HPP

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"
#include "sysfs.hpp"
#include "zram_stat.hpp"

namespace truenoctl {

/// The attribute comp_algorithm.
struct Algorithms {
    std::string selected;
    std::vector<std::string> known;  ///< what this zram lists; others may work
};

/// Reads a list such as "lzo [lz4] zstd".
Algorithms parse_algorithms(std::string_view text);

/// The number in "zram3" or "/dev/zram3"; a usage error for anything else.
Result<unsigned> parse_device_number(std::string_view text);

/// Who keeps a device busy.
struct DeviceUse {
    bool swap = false;
    std::vector<std::string> mount_points;
    std::vector<std::string> holders;  ///< block devices on top of it, such as dm-0

    bool in_use() const { return swap || !mount_points.empty() || !holders.empty(); }
};

class ZramDevice {
  public:
    ZramDevice(SystemRoot root, unsigned number);

    unsigned number() const { return number_; }
    std::string name() const;              ///< "zram0"
    std::filesystem::path device() const;  ///< "/dev/zram0"
    std::filesystem::path attribute(std::string_view name) const;

    bool exists() const;
    bool initialized() const;  ///< has a disk size
    /// Whether this kernel's zram has the attribute.
    bool has(std::string_view attribute_name) const;

    Result<dev_t> id() const;  ///< of its block device

    Result<std::uint64_t> read_number(std::string_view attribute_name) const;
    Result<Algorithms> algorithms() const;
    Result<MemoryStat> memory_stat() const;
    Result<IoStat> io_stat() const;
    /// nullopt if the kernel is built without CONFIG_ZRAM_WRITEBACK.
    Result<std::optional<WritebackStat>> writeback_stat() const;
    /// The device or file that pages are written back to; empty if there is
    /// none, or no CONFIG_ZRAM_WRITEBACK.
    Result<std::string> backing_device() const;
    /// How many compressions may run at once; nullopt where the kernel no
    /// longer has the attribute max_comp_streams.
    Result<std::optional<std::uint64_t>> stream_limit() const;
    Result<DeviceUse> use() const;

    /// Writes an attribute; a failure names it and the value.
    Result<void> write(std::string_view attribute_name, std::string_view value) const;

    /// Frees all that the device holds and takes its size away, so that it can
    /// be set up anew. Retries for up to a second while others, such as udev,
    /// have it open; the kernel refuses that with EBUSY.
    Result<void> reset() const;

  private:
    Result<std::string> read_text(std::string_view attribute_name) const;
    Result<std::optional<std::string>> read_text_if_present(std::string_view attribute_name) const;

    SystemRoot root_;
    unsigned number_;
};

/// The driver: /sys/class/zram-control and the devices it has made.
class ZramDriver {
  public:
    explicit ZramDriver(SystemRoot root = {}) : root_(std::move(root)) {}

    bool loaded() const;

    /// All devices by ascending number; empty if the driver is not loaded.
    std::vector<ZramDevice> devices() const;

    /// The device called @p text, "zram3" or "/dev/zram3".
    Result<ZramDevice> find(std::string_view text) const;

    /// find() for each, without those that were named before.
    Result<std::vector<ZramDevice>> find_all(const std::vector<std::string>& names) const;

    /// Makes a device with the lowest free number and waits until its file in
    /// /dev is there.
    Result<ZramDevice> hot_add() const;

    /// The device that hot_add() would make.
    ZramDevice next_device() const;

    /// Frees the device's memory and removes it. Retries while others, such as
    /// udev, have it open.
    Result<void> hot_remove(const ZramDevice& device) const;

  private:
    SystemRoot root_;
};

}  // namespace truenoctl

#endif  // TRUENOCTL_ZRAM_HPP
