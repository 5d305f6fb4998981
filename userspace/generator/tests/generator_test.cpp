// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "configuration.hpp"
#include "units.hpp"

namespace trueno_generator {

namespace {

TEST(UnitName, IsEscapedAsSystemdDoes) {
    // What systemd-escape --path prints.
    EXPECT_EQ(unit_name("/", "mount"), "-.mount");
    EXPECT_EQ(unit_name("/dev/disk/by-label/a", "device"), "dev-disk-by\\x2dlabel-a.device");
    EXPECT_EQ(unit_name("/var/compressed", "mount"), "var-compressed.mount");
    EXPECT_EQ(unit_name("/var/a-b", "mount"), "var-a\\x2db.mount");
    EXPECT_EQ(unit_name("/.a/.b", "mount"), "\\x2ea-.b.mount");
    EXPECT_EQ(unit_name("/a b%", "mount"), "a\\x20b\\x25.mount");
    EXPECT_EQ(unit_name("/\xc5\xbc", "mount"), "\\xc5\\xbc.mount");
}

TEST(KernelSwitch, TheLastTruthValueCounts) {
    EXPECT_EQ(parse_kernel_switch("quiet splash"), std::nullopt);
    EXPECT_EQ(parse_kernel_switch("systemd.zram"), true);
    EXPECT_EQ(parse_kernel_switch("systemd.zram=1 systemd.zram=no"), false);
    EXPECT_EQ(parse_kernel_switch("systemd.zram=perhaps"), std::nullopt);
    EXPECT_EQ(parse_kernel_switch("nosystemd.zram=0 systemd.zramx"), std::nullopt);
}

TEST(Compressions, AreNamesWithParameters) {
    DeviceConfiguration device;
    parse_compressions("lz4 zstd(level=3,dict=/d) trueno-zstd() (type=idle,threshold=3000)",
                       device);
    ASSERT_EQ(device.compressions.size(), 3u);
    EXPECT_EQ(device.compressions[0].algorithm, "lz4");
    EXPECT_EQ(device.compressions[0].parameters, "");
    EXPECT_EQ(device.compressions[1].algorithm, "zstd");
    EXPECT_EQ(device.compressions[1].parameters, "level=3 dict=/d");
    EXPECT_EQ(device.compressions[2].algorithm, "trueno-zstd");
    EXPECT_EQ(device.compressions[2].parameters, "");
    EXPECT_EQ(device.recompress_parameters, "type=idle threshold=3000");

    parse_compressions("zstd", device);
    EXPECT_EQ(device.compressions.size(), 1u);
    EXPECT_EQ(device.recompress_parameters, "");
}

TEST(DeviceConfiguration, IsSwapUnlessItHasAFileSystem) {
    DeviceConfiguration device;
    EXPECT_TRUE(device.is_swap());
    EXPECT_EQ(device.format(), "swap");
    device.mount_point = "/mnt";
    EXPECT_FALSE(device.is_swap());
    EXPECT_EQ(device.format(), "ext2");
    device.file_system = "btrfs";
    EXPECT_EQ(device.format(), "btrfs");
    device.mount_point.clear();
    EXPECT_FALSE(device.is_swap());
    device.file_system = "swap";
    EXPECT_TRUE(device.is_swap());
}

TEST(Configuration, SizesAreCalculated) {
    const auto configuration = read_configuration({TRUENO_GOLDEN "/sizes/root"});
    ASSERT_TRUE(configuration.has_value());
    constexpr std::uint64_t kMebibyte = 1 << 20;
    // 8036132 kB of memory are 7847 MiB.
    std::map<std::string, std::uint64_t> mebibytes;
    for (const DeviceConfiguration& device : configuration->devices) {
        mebibytes[device.name()] = device.disk_bytes / kMebibyte;
        EXPECT_EQ(device.resident_limit_bytes, device.number == 2 ? 7847 * kMebibyte / 4 : 0);
    }
    const std::map<std::string, std::uint64_t> expected = {{"zram0", 5971}, {"zram2", 1000},
                                                           {"zram3", 3923}, {"zram4", 3923},
                                                           {"zram5", 3923}, {"zram6", 3923}};
    EXPECT_EQ(mebibytes, expected);
}

TEST(Configuration, ObsoleteKeysGiveSizes) {
    const auto configuration = read_configuration({TRUENO_GOLDEN "/obsolete-keys/root"});
    ASSERT_TRUE(configuration.has_value());
    ASSERT_EQ(configuration->devices.size(), 2u);
    EXPECT_EQ(configuration->devices[0].disk_bytes, 1961ull << 20);
    EXPECT_EQ(configuration->devices[1].disk_bytes, 100ull << 20);
}

TEST(Configuration, AlgorithmsAndWritebackAreKept) {
    const auto configuration = read_configuration({TRUENO_GOLDEN "/recompression/root"});
    ASSERT_TRUE(configuration.has_value());
    ASSERT_EQ(configuration->devices.size(), 1u);
    const DeviceConfiguration& device = configuration->devices[0];
    ASSERT_EQ(device.compressions.size(), 3u);
    EXPECT_EQ(device.compressions[1].parameters, "level=3 dict=/etc/zram.dictionary");
    EXPECT_EQ(device.recompress_parameters, "type=idle");
    EXPECT_EQ(device.writeback_device, "/dev/disk/by-label/swap");
}

}  // namespace

}  // namespace trueno_generator
