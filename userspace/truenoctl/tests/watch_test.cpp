// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What monitor and top make of the kernel's messages and files.
#include <gtest/gtest.h>

#include <string>

#include "codec_users.hpp"
#include "fake_root.hpp"
#include "monitor_events.hpp"
#include "top_view.hpp"

namespace truenoctl {
namespace {

using namespace std::string_literals;

TEST(ParseUevent, TakesThoseOfZramDisksOnly) {
    const auto event = parse_uevent(
        "add@/devices/virtual/block/zram3\0ACTION=add\0DEVPATH=/devices/virtual/block/zram3\0"
        "SUBSYSTEM=block\0MAJOR=252\0DEVNAME=zram3\0SEQNUM=7\0"s);
    ASSERT_TRUE(event.has_value());
    EXPECT_EQ(to_text(*event), "zram3 add");
    EXPECT_EQ(to_json(*event, "T").dump(),
              R"({"time":"T","device":"zram3","event":"uevent","action":"add"})");
    EXPECT_FALSE(parse_uevent("add@/x\0ACTION=add\0SUBSYSTEM=block\0DEVNAME=sda\0"s));
    EXPECT_FALSE(parse_uevent("add@/x\0ACTION=add\0SUBSYSTEM=bdi\0DEVNAME=zram0\0"s));
    for (const std::string& text : {""s, "\0\0\0"s, "libudev\0\xfe\xed"s, "SUBSYSTEM=block"s}) {
        EXPECT_FALSE(parse_uevent(text));
    }
}

class Devices : public testing::Test {
  protected:
    void set_device(const std::string& size, const std::string& algorithm,
                    const std::string& memory) {
        files_.write("sys/block/zram0/disksize", size);
        files_.write("sys/block/zram0/comp_algorithm", algorithm);
        files_.write("sys/block/zram0/mm_stat", memory);
    }

    FakeRoot files_;
};

TEST_F(Devices, ChangesAreReportedOnceAndAlone) {
    set_device("0\n", "lzo [lz4]\n", "0 0 0 0 0 0 0 0\n");
    const DeviceStates before = read_device_states(files_.root());
    EXPECT_TRUE(compare(before, before).empty());
    set_device("8192\n", "[lzo] lz4\n", "4096 100 2048 0 0 0 0 0\n");
    const auto events = compare(before, read_device_states(files_.root()));
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(to_text(events[0]), "zram0 comp_algorithm: lz4 -> lzo");
    EXPECT_EQ(to_text(events[1]), "zram0 disksize: 0 -> 8192");
    EXPECT_EQ(to_text(events[2]), "zram0 stored 0B -> 4K, memory 0B -> 2K");
    const Json memory = to_json(events[2], "T");
    EXPECT_EQ(memory["event"], "memory");
    EXPECT_EQ(memory["after"]["compressed_bytes"], 100);
    const Json attribute = to_json(events[1], "T");
    EXPECT_EQ(attribute["attribute"], "disksize");
    EXPECT_EQ(attribute["after"], "8192");
}

TEST_F(Devices, AlgorithmsAreTheChosenNamesAndOtherTextIsLeftAlone) {
    set_device("8192\n", "[lzo] lz4\n", "0 0 0 0 0 0 0 0\n");
    files_.write("sys/block/zram0/recomp_algorithm", "");
    files_.write("sys/block/zram0/backing_dev", "none\n");
    const DeviceStates before = read_device_states(files_.root());
    files_.write("sys/block/zram0/recomp_algorithm", "#1: lzo [zstd]\n#2: [lz4hc] lzo\n");
    files_.write("sys/block/zram0/backing_dev", "/tmp/[a] file\n");
    const auto events = compare(before, read_device_states(files_.root()));
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(to_text(events[0]), "zram0 backing_dev: none -> /tmp/[a] file");
    EXPECT_EQ(to_text(events[1]), "zram0 recomp_algorithm: none -> zstd, lz4hc");
}

TEST_F(Devices, OneThatVanishesWhileItIsReadHasNotChanged) {
    set_device("8192\n", "[lzo] lz4\n", "4096 100 2048 0 0 0 0 0\n");
    const DeviceStates before = read_device_states(files_.root());
    const auto device = files_.root().path / "sys/block/zram0";
    for (const char* attribute : {"disksize", "comp_algorithm", "mm_stat"}) {
        std::filesystem::remove(device / attribute);
        EXPECT_TRUE(compare(before, read_device_states(files_.root())).empty()) << attribute;
    }
}

TEST_F(Devices, OneThatGotItsSizeUnseenIsReported) {
    const DeviceStates none = read_device_states(files_.root());
    set_device("8192\n", "[lzo]\n", "0 0 0 0 0 0 0 0\n");
    const DeviceStates sized = read_device_states(files_.root());
    const auto events = compare(none, sized);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(to_text(events[0]), "zram0 disksize: 0 -> 8192");
    EXPECT_TRUE(compare(sized, none).empty());
}

TEST_F(Devices, CodecUsersAreThoseWithASizeAndATruenoName) {
    set_device("0\n", "[trueno-lz4]\n", "");
    EXPECT_TRUE(find_codec_users(files_.root()).empty());
    set_device("8192\n", "[lzo] lz4\n", "");
    EXPECT_TRUE(find_codec_users(files_.root()).empty());
    files_.write("sys/block/zram0/recomp_algorithm", "#1: lzo [zstd]\n#2: lzo [trueno-zstd]\n");
    files_.write("sys/block/zram1/disksize", "4096\n");
    files_.write("sys/block/zram1/comp_algorithm", "lzo [trueno-auto]\n");
    files_.write("sys/module/zswap/parameters/compressor", "trueno-word\n");
    std::string users;
    for (const CodecUser& user : find_codec_users(files_.root())) {
        users += user.name.substr(user.name.rfind('/') + 1) + "=" + user.algorithm + " ";
    }
    EXPECT_EQ(users, "zram0=trueno-zstd zram1=trueno-auto zswap=trueno-word ");
}

TEST(Sparkline, DrawsTheNewestValuesByTheirPartOfTheMost) {
    EXPECT_EQ(sparkline({0, 1, 50, 100, 200}, 100, 10, false), " .=##");
    EXPECT_EQ(sparkline({0, 1, 50, 100, 200}, 100, 2, false), "##");
    EXPECT_EQ(sparkline({50, 100}, 100, 9, true), "▄█");
    EXPECT_EQ(sparkline({5}, 0, 9, false), " ");
    EXPECT_EQ(sparkline({}, 1, 9, false), "");
}

TopSample sample(double seconds, std::uint64_t written) {
    TopSample sample;
    sample.seconds = seconds;
    sample.zram_loaded = true;
    sample.devices.push_back(
        {"zram0", "trueno-auto-densest", 1 << 20, 1 << 19, 1 << 17, 1 << 18, 0, written});
    sample.codecs.push_back(
        {"trueno-auto-densest@avx512", "compress", written, written, written / 4, 0, 5, 0});
    sample.codecs.push_back({"trueno-lz4@avx2", "compress", 0, 0, 0, 0, 0, 0});
    return sample;
}

TEST(TopView, ShowsRatesOfWhatChangedSinceTheLastSample) {
    TopView view;
    view.add(sample(10, 1000));
    view.add(sample(12, 1000 + 8192));
    const std::vector<std::string> lines = view.lines(80, 24, false);
    ASSERT_GE(lines.size(), 7u);
    EXPECT_EQ(lines[2],
              "DEVICE  ALGORITHM             SIZE STORED MEMORY  LIMIT RATIO WRITE/s  READ/s");
    EXPECT_EQ(lines[3],
              "zram0   trueno-auto-densest     1M   512K   128K   256K  4.00      4K      0B");
    EXPECT_EQ(lines[4], "        [==]");
    EXPECT_EQ(lines[7],
              "trueno-auto-densest@avx512    compress        4096      4K   4.00         5");
    EXPECT_EQ(lines.size(), 8u);
}

TEST(TopView, KeepsToTheTerminalsSize) {
    TopView view;
    for (int second = 0; second < 200; ++second) {
        view.add(sample(second, 1000));
    }
    for (const std::size_t width : {1, 9, 40, 80, 200}) {
        for (const std::size_t height : {1, 3, 5, 7, 8, 24}) {
            const auto lines = view.lines(width, height, false);
            EXPECT_LE(lines.size(), height);
            for (const std::string& line : lines) {
                EXPECT_LE(line.size(), width) << line;
            }
        }
    }
    EXPECT_EQ(view.lines(80, 4, false).back(), "... 5 more lines");
}

TEST(TopView, ADeviceThatComesBackHasAHistoryOfItsOwn) {
    TopView view;
    view.add(sample(1, 1000));
    TopSample without = sample(2, 1000);
    without.devices.clear();
    view.add(without);
    view.add(sample(3, 1000));
    EXPECT_EQ(view.lines(80, 24, false)[4], "        [=]");
}

TEST(TopView, SaysWhyThereIsNothingToShow) {
    TopView view;
    TopSample empty;
    empty.codecs_absent = "the module trueno is not loaded";
    view.add(empty);
    const std::vector<std::string> lines = view.lines(80, 24, false);
    EXPECT_EQ(lines[2], "zram is not loaded; 'truenoctl create' loads it");
    EXPECT_EQ(lines.back(), "codecs: the module trueno is not loaded");
}

}  // namespace
}  // namespace truenoctl
