// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// zram devices as the kernel's sysfs shows them. The attributes are those of
// Documentation/admin-guide/blockdev/zram.rst.
#ifndef TRUENOCTL_ZRAM_HPP
#define TRUENOCTL_ZRAM_HPP

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"
#include "sysfs.hpp"

namespace truenoctl {

/// The attribute mm_stat: sizes in bytes, pages as counts.
struct MemoryStat {
    std::uint64_t original_bytes = 0;
    std::uint64_t compressed_bytes = 0;
    std::uint64_t used_bytes = 0;  ///< with the allocator's overhead
    std::uint64_t limit_bytes = 0;
    std::uint64_t peak_bytes = 0;
    std::uint64_t same_pages = 0;
    std::uint64_t compacted_pages = 0;
    std::uint64_t huge_pages = 0;  ///< stored uncompressed
};

/// The attribute comp_algorithm.
struct Algorithms {
    std::string selected;
    std::vector<std::string> known;  ///< what this zram lists; others may work
};

/// Reads the fields of mm_stat in the kernel's order. Later kernels append
/// fields, which are ignored.
Result<MemoryStat> parse_memory_stat(std::string_view text);

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

    Result<std::uint64_t> read_number(std::string_view attribute_name) const;
    Result<Algorithms> algorithms() const;
    Result<MemoryStat> memory_stat() const;
    Result<DeviceUse> use() const;

    /// Frees what the device holds and its size. Retries while others, such as
    /// udev, have it open.
    Result<void> reset() const;

  private:
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
