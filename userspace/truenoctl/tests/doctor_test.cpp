// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// doctor's verdicts on settings outside trueno.
#include "doctor.hpp"

#include <gtest/gtest.h>

#include <string>

#include "doctor_system.hpp"
#include "fake_root.hpp"

namespace truenoctl {
namespace {

using namespace std::string_literals;

SwapSettings swapping_to_zram() {
    SwapSettings settings;
    settings.zram_swaps = {"/dev/zram0"};
    return settings;
}

TEST(CheckSwapLayers, IsAProblemWithZswapInFrontOfZram) {
    SwapSettings settings = swapping_to_zram();
    EXPECT_EQ(check_swap_layers(settings).state, CheckState::ok);
    settings.zswap_enabled = true;
    const Check both = check_swap_layers(settings);
    EXPECT_EQ(both.state, CheckState::problem);
    EXPECT_NE(both.detail.find("/dev/zram0"), std::string::npos);
    settings.zram_swaps.clear();
    EXPECT_EQ(check_swap_layers(settings).state, CheckState::ok);
}

TEST(CheckSwappiness, AdvisesOnlyThoseWhoSwapToZram) {
    SwapSettings settings = swapping_to_zram();
    EXPECT_EQ(check_swappiness(settings).state, CheckState::ok);
    for (const int value : {0, 60, 99}) {
        settings.swappiness = value;
        EXPECT_EQ(check_swappiness(settings).state, CheckState::advice) << value;
    }
    for (const int value : {100, 180, 200}) {
        settings.swappiness = value;
        EXPECT_EQ(check_swappiness(settings).state, CheckState::ok) << value;
    }
    settings.zram_swaps.clear();
    settings.swappiness = 60;
    EXPECT_EQ(check_swappiness(settings).state, CheckState::ok);
}

TEST(CheckPageCluster, AdvisesAgainstReadingAhead) {
    SwapSettings settings = swapping_to_zram();
    settings.page_cluster = 3;
    const Check check = check_page_cluster(settings);
    EXPECT_EQ(check.state, CheckState::advice);
    EXPECT_NE(check.detail.find("8 pages"), std::string::npos);
    settings.page_cluster = 0;
    EXPECT_EQ(check_page_cluster(settings).state, CheckState::ok);
}

TEST(CheckZswapCompressor, IsAProblemIfAnotherThanTheWantedIsUsed) {
    SwapSettings settings;
    settings.zswap_wanted = "zstd";
    EXPECT_EQ(check_zswap_compressor(settings).detail, "not in this kernel");
    EXPECT_EQ(check_zswap_compressor(settings).state, CheckState::ok);
    settings.zswap_compressor = "lzo";
    EXPECT_EQ(check_zswap_compressor(settings).state, CheckState::ok) << "zswap is off";
    settings.zswap_enabled = true;
    settings.zswap_wanted = "lzo";
    EXPECT_EQ(check_zswap_compressor(settings).state, CheckState::ok);
    settings.zswap_wanted = "zstd";
    EXPECT_EQ(check_zswap_compressor(settings).state, CheckState::problem);
}

TEST(FindKernelParameter, TakesTheLastOne) {
    const char* line = "quiet zswap.compressor=lz4 xzswap.compressor=a zswap.compressor=zstd";
    EXPECT_EQ(find_kernel_parameter(line, "zswap.compressor"), "zstd");
    EXPECT_EQ(find_kernel_parameter(line, "quiet"), "");
    EXPECT_EQ(find_kernel_parameter("", "zswap.compressor"), "");
}

TEST(CheckSecureBoot, IsAProblemWithAnUnsignedModule) {
    const ModuleInfo unsigned_module{ModuleState::available, "1", "/lib/trueno.ko", "", {}};
    const ModuleInfo signed_module{ModuleState::available, "1", "/lib/trueno.ko", "DKMS", {}};
    EXPECT_EQ(check_secure_boot(true, unsigned_module).state, CheckState::problem);
    EXPECT_EQ(check_secure_boot(true, signed_module).state, CheckState::ok);
    EXPECT_EQ(check_secure_boot(true, {}).state, CheckState::ok);
    EXPECT_EQ(check_secure_boot(false, unsigned_module).state, CheckState::ok);
    EXPECT_EQ(check_secure_boot(std::nullopt, unsigned_module).state, CheckState::ok);
}

TEST(ParseSecureBoot, ReadsTheByteBehindTheAttributes) {
    EXPECT_EQ(parse_secure_boot("\x06\0\0\0\x01"s), true);
    EXPECT_EQ(parse_secure_boot("\x06\0\0\0\0"s), false);
    EXPECT_EQ(parse_secure_boot(""), std::nullopt);
    EXPECT_EQ(parse_secure_boot("\x06\0\0\0"s), std::nullopt);
}

TEST(CheckKernelConfig, NeedsZramAndSwap) {
    const KernelConfig config = parse_kernel_config(
        "# comment\nCONFIG_ZRAM=m\nCONFIG_SWAP=y\n# CONFIG_ZRAM_MULTI_COMP is not set\n"
        "CONFIG_ZSWAP=y\n");
    const Check check = check_kernel_config(config);
    EXPECT_EQ(check.state, CheckState::ok);
    EXPECT_NE(check.detail.find("ZRAM=m"), std::string::npos);
    EXPECT_NE(check.detail.find("not set: ZRAM_WRITEBACK ZRAM_MULTI_COMP"), std::string::npos);
    EXPECT_EQ(check_kernel_config({}).state, CheckState::ok);
    EXPECT_EQ(check_kernel_config({{"CONFIG_SWAP", "y"}}).state, CheckState::problem);
    EXPECT_EQ(check_kernel_config({{"CONFIG_ZRAM", "m"}}).state, CheckState::problem);
}

TEST(CheckAlgorithmModules, AdvisesOnWhatIsConfiguredAndMissing) {
    EXPECT_EQ(check_algorithm_modules({"lz4"}, {}).state, CheckState::ok);
    const Check check = check_algorithm_modules({"lz4"}, {"zstd"});
    EXPECT_EQ(check.state, CheckState::advice);
    EXPECT_NE(check.detail.find("zstd"), std::string::npos);
}

TEST(SwapSettings, AreReadFromTheKernelsFiles) {
    const FakeRoot files;
    files.write("sys/module/zswap/parameters/enabled", "Y\n");
    files.write("sys/module/zswap/parameters/compressor", "lzo\n");
    files.write("proc/cmdline", "root=/dev/sda zswap.compressor=zstd\n");
    files.write("proc/sys/vm/swappiness", "60\n");
    files.write("proc/sys/vm/page-cluster", "3\n");
    const SwapSettings settings = read_swap_settings(files.root());
    EXPECT_TRUE(settings.zswap_enabled);
    EXPECT_EQ(settings.zswap_compressor, "lzo");
    EXPECT_EQ(settings.zswap_wanted, "zstd");
    EXPECT_EQ(settings.swappiness, 60);
    EXPECT_EQ(settings.page_cluster, 3);
    EXPECT_TRUE(settings.zram_swaps.empty());
}

TEST(ReadKernelConfig, PrefersTheFileInBoot) {
    const FakeRoot files;
    EXPECT_TRUE(read_kernel_config("6.1.0", files.root()).empty());
    files.write("proc/config.gz", "CONFIG_ZRAM=y\n");
    EXPECT_EQ(read_kernel_config("6.1.0", files.root())["CONFIG_ZRAM"], "y");
    files.write("boot/config-6.1.0", "CONFIG_ZRAM=m\n");
    EXPECT_EQ(read_kernel_config("6.1.0", files.root())["CONFIG_ZRAM"], "m");
}

}  // namespace
}  // namespace truenoctl
