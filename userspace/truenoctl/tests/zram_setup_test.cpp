// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// From command lines to the steps that set a device up, and how steps are
// undone. What the kernel does with them is tested by selftests/test_5_manage.sh.
#include "zram_setup.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "fake_root.hpp"
#include "retry.hpp"
#include "transaction.hpp"
#include "zram_algorithm.hpp"
#include "zram_attribute.hpp"

namespace truenoctl {
namespace {

namespace fs = std::filesystem;

constexpr SystemMemory kMemory{std::uint64_t{8} << 30, std::uint64_t{4} << 30};

/// The error that @p action throws; an empty one if it throws none.
Error thrown_by(const std::function<void()>& action) {
    try {
        action();
    } catch (const Fatal& fatal) {
        return fatal.error();
    }
    return {"nothing was thrown", "", ExitStatus::success};
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

class ZramSetup : public testing::Test {
  protected:
    /// A device with these attributes.
    ZramDevice device(const std::vector<std::string>& attributes) {
        ZramDevice device(root_, 0);
        for (const std::string& name : attributes) {
            files_.write("sys/block/zram0/" + name, "0\n");
        }
        return device;
    }

    FakeRoot files_;
    const SystemRoot& root_ = files_.root();
};

TEST(ParseAlgorithmChoice, ReadsNameAndParameters) {
    const AlgorithmChoice plain = parse_algorithm_choice("trueno-lz4").value();
    EXPECT_EQ(plain.name, "trueno-lz4");
    EXPECT_FALSE(plain.has_parameters());
    const AlgorithmChoice full =
        parse_algorithm_choice("deflate,level=-1,dict=/a/b.dict,deflate.winbits=-12").value();
    EXPECT_EQ(full.name, "deflate");
    EXPECT_EQ(algorithm_parameters(full), "priority=0 level=-1 dict=/a/b.dict deflate.winbits=-12");
}

TEST(ParseAlgorithmChoice, RefusesOthersAndQuotesThem) {
    for (const char* text :
         {"", ",level=3", "zstd,level", "zstd,level=", "zstd,level=3x", "zstd,dict=relative",
          "zstd,dict=/a b", "zstd,speed=1", "a b", "algo=zstd", "zstd,,level=3"}) {
        const auto choice = parse_algorithm_choice(text);
        ASSERT_FALSE(choice.has_value()) << text;
        EXPECT_EQ(choice.error().status, ExitStatus::usage);
        EXPECT_TRUE(contains(choice.error().reason, "'" + std::string(text) + "'"))
            << choice.error().reason;
    }
}

TEST(ParseRecompression, FindsWhatIsSelectedByPriority) {
    const auto found =
        parse_recompression("#1: lzo lzo-rle [zstd]\n#2: lzo [trueno-zstd-dense] zstd");
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].priority, 1u);
    EXPECT_EQ(found[0].name, "zstd");
    EXPECT_EQ(found[1].priority, 2u);
    EXPECT_EQ(found[1].name, "trueno-zstd-dense");
    EXPECT_TRUE(parse_recompression("").empty());
}

TEST(ParseRecompression, OverlooksTheZeroBytesOfLinux7) {
    using namespace std::string_literals;
    const auto found = parse_recompression("#1: lzo [zstd] \n\0\0\0\0#2: [deflate] lzo \n\0\0"s);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[1].priority, 2u);
    EXPECT_EQ(found[1].name, "deflate");
}

TEST(ParseSettings, TellsNoLimitFromNoChange) {
    SettingOptions options;
    EXPECT_TRUE(parse_settings(options, kMemory).empty());
    options.memory_limit = "none";
    options.writeback_limit = "1M";
    const DeviceSettings settings = parse_settings(options, kMemory);
    ASSERT_TRUE(settings.memory_limit.has_value());
    EXPECT_FALSE(settings.memory_limit->bytes.has_value());
    EXPECT_EQ(settings.writeback_limit->bytes, 1048576u);
    EXPECT_EQ(settings.fixed_with_size(), "");
}

TEST(ParseSettings, RefusesASizeWhosePageTableDoesNotFit) {
    SettingOptions options;
    options.size = "2000G";
    const Error error = thrown_by([&] { parse_settings(options, kMemory); });
    EXPECT_EQ(error.status, ExitStatus::failure);
    EXPECT_TRUE(contains(error.reason, "--size 2000G is too large")) << error.reason;
}

TEST_F(ZramSetup, TellsTheStepsInTheOrderTheKernelWants) {
    SettingOptions options;
    options.size = "1G";
    options.algorithm = "no-such-codec,level=3";
    options.recompression = {"second,level=9", "third"};
    options.memory_limit = "25%";
    options.writeback_limit = "400M";
    const ZramDevice absent(root_, 0);
    Transaction transaction(Mode::tell);
    const Modules modules;
    apply_settings(transaction, absent, modules, parse_settings(options, kMemory),
                   DeviceAge::fresh);
    const std::string directory = absent.attribute("").string();
    const auto write = [&](const std::string& value, const std::string& attribute) {
        return "write '" + value + "' to " + directory + attribute;
    };
    EXPECT_EQ(transaction.told(), (std::vector<std::string>{
                                      write("no-such-codec", "comp_algorithm"),
                                      write("priority=0 level=3", "algorithm_params"),
                                      write("algo=second priority=1", "recomp_algorithm"),
                                      write("priority=1 level=9", "algorithm_params"),
                                      write("algo=third priority=2", "recomp_algorithm"),
                                      write("2147483648", "mem_limit"),
                                      write("102400", "writeback_limit"),
                                      write("1", "writeback_limit_enable"),
                                      write("1073741824", "disksize"),
                                  }));
}

TEST_F(ZramSetup, ADryRunSaysWhatTheKernelLacks) {
    const ZramDevice old = device({"comp_algorithm", "disksize", "mem_limit"});
    Transaction transaction(Mode::tell);
    const Error error = thrown_by([&] {
        write_step(transaction, old, {"algorithm_params", "level=3"});
    });
    EXPECT_TRUE(contains(error.reason, "no attribute algorithm_params")) << error.reason;
    EXPECT_TRUE(contains(error.remedy, "6.12")) << error.remedy;
}

TEST_F(ZramSetup, AFailedStepRestoresTheEarlierOnes) {
    const ZramDevice with_limits =
        device({"disksize", "writeback_limit", "writeback_limit_enable"});
    std::ofstream(with_limits.attribute("writeback_limit")) << "77\n";
    DeviceSettings settings;
    settings.writeback_limit = Limit{std::uint64_t{1} << 20};
    settings.disk_bytes = 4096;
    fs::remove(with_limits.attribute("disksize"));
    Transaction transaction(Mode::take);
    const Modules modules;
    const Error error = thrown_by([&] {
        transaction.run([&] {
            apply_settings(transaction, with_limits, modules, settings, DeviceAge::existing);
        });
    });
    EXPECT_TRUE(contains(error.reason, "no attribute disksize")) << error.reason;
    EXPECT_TRUE(contains(error.reason, "undone: ")) << error.reason;
    // A plain file is not cut when it is written: "77" over "256".
    EXPECT_EQ(with_limits.read_number("writeback_limit").value(), 776u);
}

TEST(RetryWhileBusy, WaitsForOthersAndNotForErrors) {
    int attempts = 0;
    const auto third = retry_while_busy([&]() -> SystemResult<void> {
        if (++attempts < 3) {
            return tl::unexpected(SystemError{EBUSY});
        }
        return {};
    });
    EXPECT_TRUE(third.has_value());
    EXPECT_EQ(attempts, 3);
    attempts = 0;
    const auto refused = retry_while_busy([&]() -> SystemResult<void> {
        ++attempts;
        return tl::unexpected(SystemError{EINVAL});
    });
    EXPECT_EQ(refused.error().number, EINVAL);
    EXPECT_EQ(attempts, 1);
}

TEST(RetryWhileBusy, GivesUpAndReturnsTheLastError) {
    int attempts = 0;
    const auto result = retry_while_busy([&]() -> SystemResult<void> {
        ++attempts;
        return tl::unexpected(SystemError{EBUSY});
    });
    EXPECT_EQ(result.error().number, EBUSY);
    EXPECT_EQ(attempts, 1 + kRetries);
}

}  // namespace
}  // namespace truenoctl
