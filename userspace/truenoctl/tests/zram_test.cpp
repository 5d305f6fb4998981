// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The parsers, on files as kernels 6.1 and later write them. What the tool does
// to real devices is tested in a booted kernel by selftests/test_5_truenoctl.sh.
#include "zram.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "fake_root.hpp"

namespace truenoctl {
namespace {

class ZramFiles : public testing::Test {
  protected:
    void SetUp() override {
        write("proc/swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
        write("proc/self/mountinfo", "");
    }

    void write(const std::string& file, const std::string& content) { files_.write(file, content); }

    FakeRoot files_;
    const SystemRoot& root_ = files_.root();
};

TEST(ParseMemoryStat, ReadsTheKernelsOrder) {
    const MemoryStat stat =
        parse_memory_stat("    4096     1234    12288  65536  20480    7    8    9   10").value();
    EXPECT_EQ(stat.original_bytes, 4096u);
    EXPECT_EQ(stat.compressed_bytes, 1234u);
    EXPECT_EQ(stat.used_bytes, 12288u);
    EXPECT_EQ(stat.limit_bytes, 65536u);
    EXPECT_EQ(stat.peak_bytes, 20480u);
    EXPECT_EQ(stat.same_pages, 7u);
    EXPECT_EQ(stat.compacted_pages, 8u);
    EXPECT_EQ(stat.huge_pages, 9u);
    EXPECT_EQ(stat.huge_pages_since, 10u);
}

TEST(ParseMemoryStat, AcceptsFewerFieldsOfOldKernels) {
    EXPECT_EQ(parse_memory_stat("1 2 3 4 5 6 7").value().huge_pages, 0u);
    EXPECT_EQ(parse_memory_stat("1 2 3 4 5 6 7 8").value().huge_pages_since, std::nullopt);
}

TEST(ParseMemoryStat, RefusesATruncatedOrForeignText) {
    for (const char* text : {"", "1 2 3", "1 2 3 4 5 6 x", "orig_data_size 5"}) {
        EXPECT_FALSE(parse_memory_stat(text).has_value()) << text;
    }
}

TEST(ParseIoStat, ReadsTheKernelsOrder) {
    const IoStat stat = parse_io_stat("       1        2        3        4").value();
    EXPECT_EQ(stat.failed_reads, 1u);
    EXPECT_EQ(stat.failed_writes, 2u);
    EXPECT_EQ(stat.invalid_io, 3u);
    EXPECT_EQ(stat.notified_free, 4u);
    EXPECT_NE(parse_io_stat("1 2").error().reason.find("io_stat"), std::string::npos);
}

TEST(ParseWritebackStat, ReadsUnitsOf4KiB) {
    const WritebackStat stat = parse_writeback_stat("       1        2        3").value();
    EXPECT_EQ(stat.stored_bytes, 4096u);
    EXPECT_EQ(stat.read_bytes, 8192u);
    EXPECT_EQ(stat.written_bytes, 12288u);
    EXPECT_NE(parse_writeback_stat("none").error().reason.find("bd_stat"), std::string::npos);
}

TEST(ParseAlgorithms, FindsTheSelectedOne) {
    const Algorithms algorithms = parse_algorithms("lzo lzo-rle [trueno-lz4] zstd");
    EXPECT_EQ(algorithms.selected, "trueno-lz4");
    EXPECT_EQ(algorithms.known, (std::vector<std::string>{"lzo", "lzo-rle", "trueno-lz4", "zstd"}));
}

TEST(ParseDeviceNumber, AcceptsNameAndPath) {
    EXPECT_EQ(parse_device_number("zram0").value(), 0u);
    EXPECT_EQ(parse_device_number("/dev/zram12").value(), 12u);
}

TEST(ParseDeviceNumber, RefusesOtherNamesAndQuotesThem) {
    for (const char* text : {"", "zram", "sda", "zram-1", "zram1p1", "/dev/../zram1", "/zram1", "1",
                             "zram99999999999999999999", "zram1048576"}) {
        const auto number = parse_device_number(text);
        ASSERT_FALSE(number.has_value()) << text;
        EXPECT_NE(number.error().reason.find("'" + std::string(text) + "'"), std::string::npos);
        EXPECT_EQ(number.error().status, ExitStatus::usage);
    }
}

TEST_F(ZramFiles, ListsDevicesByNumber) {
    for (const char* name : {"zram10", "zram2", "zram0", "sda", "zramfoo", "loop0"}) {
        write(std::string("sys/block/") + name + "/disksize", "0\n");
    }
    std::vector<std::string> names;
    for (const ZramDevice& device : ZramDriver(root_).devices()) {
        names.push_back(device.name());
    }
    EXPECT_EQ(names, (std::vector<std::string>{"zram0", "zram2", "zram10"}));
}

TEST_F(ZramFiles, ListsNothingWithoutADriver) {
    EXPECT_FALSE(ZramDriver(root_).loaded());
    EXPECT_TRUE(ZramDriver(root_).devices().empty());
    const auto found = ZramDriver(root_).find("zram3");
    ASSERT_FALSE(found.has_value());
    EXPECT_NE(found.error().reason.find("zram3"), std::string::npos);
}

TEST_F(ZramFiles, NamesTheFileThatHoldsNoNumber) {
    write("sys/block/zram0/disksize", "many\n");
    const auto size = ZramDevice(root_, 0).read_number("disksize");
    ASSERT_FALSE(size.has_value());
    EXPECT_NE(size.error().reason.find("sys/block/zram0/disksize"), std::string::npos);
    EXPECT_NE(size.error().reason.find("'many'"), std::string::npos);
}

TEST_F(ZramFiles, KnowsWhatAKernelDoesNotHave) {
    const ZramDevice device(root_, 0);
    EXPECT_FALSE(device.stream_limit().has_value()) << "there is no such device";
    write("sys/block/zram0/disksize", "4096\n");
    EXPECT_EQ(device.stream_limit().value(), std::nullopt);
    EXPECT_FALSE(device.writeback_stat().value().has_value());
    EXPECT_EQ(device.backing_device().value(), "");
    write("sys/block/zram0/max_comp_streams", "4\n");
    write("sys/block/zram0/bd_stat", "       1        0        1\n");
    write("sys/block/zram0/backing_dev", "none\n");
    EXPECT_EQ(device.stream_limit().value(), 4u);
    EXPECT_EQ(device.writeback_stat().value()->stored_bytes, 4096u);
    EXPECT_EQ(device.backing_device().value(), "");
    write("sys/block/zram0/backing_dev", "/dev/loop0\n");
    EXPECT_EQ(device.backing_device().value(), "/dev/loop0");
}

TEST_F(ZramFiles, FindsSwapMountsAndHolders) {
    const std::string device = (root_.dev() / "zram0").string();
    write("sys/block/zram0/dev", "252:0\n");
    write("sys/block/zram0/holders/dm-3/dev", "253:3\n");
    write("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n" + device +
                            "                              partition\t65532\t0\t5\n");
    write("proc/self/mountinfo",
          "21 1 252:0 / /var/tmp rw,relatime shared:1 - ext4 /dev/zram0 rw\n"
          "22 1 8:1 / /home rw,relatime shared:2 - ext4 /dev/sda1 rw\n"
          "23 1 252:0 / /mnt/a\\040b rw,relatime shared:3 - ext4 /dev/zram0 rw\n");
    const DeviceUse use = ZramDevice(root_, 0).use().value();
    EXPECT_TRUE(use.swap);
    EXPECT_EQ(use.mount_points, (std::vector<std::string>{"/var/tmp", "/mnt/a b"}));
    EXPECT_EQ(use.holders, (std::vector<std::string>{"dm-3"}));
    EXPECT_TRUE(use.in_use());
}

TEST_F(ZramFiles, SeesBtrfsWhoseDeviceNumberIsItsOwn) {
    const std::string device = (root_.dev() / "zram0").string();
    write("sys/block/zram0/dev", "252:0\n");
    write("proc/self/mountinfo", "21 1 0:45 / /data rw - btrfs " + device + " rw\n");
    EXPECT_EQ(ZramDevice(root_, 0).use().value().mount_points, std::vector<std::string>{"/data"});
}

TEST_F(ZramFiles, FindsEachDeviceOnce) {
    write("sys/block/zram0/disksize", "0\n");
    write("sys/block/zram1/disksize", "0\n");
    const auto devices = ZramDriver(root_).find_all({"zram1", "zram0", "/dev/zram1"});
    ASSERT_TRUE(devices.has_value());
    ASSERT_EQ(devices->size(), 2u);
    EXPECT_EQ(devices->front().number(), 1u);
    EXPECT_FALSE(ZramDriver(root_).find_all({"zram0", "zram7"}).has_value());
}

TEST_F(ZramFiles, DoesNotTakeZram1ForZram10) {
    write("sys/block/zram1/dev", "252:1\n");
    write("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n" +
                            (root_.dev() / "zram10").string() + " partition\t65532\t0\t5\n");
    write("proc/self/mountinfo", "21 1 252:10 / /m rw - ext4 /dev/zram10 rw\n");
    EXPECT_FALSE(ZramDevice(root_, 1).use().value().in_use());
}

}  // namespace
}  // namespace truenoctl
