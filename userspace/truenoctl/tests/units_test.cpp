// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "units.hpp"

#include <gtest/gtest.h>

#include <string>

namespace truenoctl {
namespace {

constexpr std::uint64_t kKibi = 1024;
constexpr std::uint64_t kMebi = kKibi * 1024;
constexpr std::uint64_t kGibi = kMebi * 1024;

TEST(ParseSize, ReadsBytesAndUnits) {
    EXPECT_EQ(parse_size("0").value(), 0u);
    EXPECT_EQ(parse_size("4096").value(), 4096u);
    EXPECT_EQ(parse_size("7B").value(), 7u);
    EXPECT_EQ(parse_size("64K").value(), 64 * kKibi);
    EXPECT_EQ(parse_size("64k").value(), 64 * kKibi);
    EXPECT_EQ(parse_size("512M").value(), 512 * kMebi);
    EXPECT_EQ(parse_size("512MiB").value(), 512 * kMebi);
    EXPECT_EQ(parse_size("512mib").value(), 512 * kMebi);
    EXPECT_EQ(parse_size("2G").value(), 2 * kGibi);
    EXPECT_EQ(parse_size("3T").value(), 3 * 1024 * kGibi);
}

TEST(ParseSize, ReadsPowersOfThousand) {
    EXPECT_EQ(parse_size("1KB").value(), 1000u);
    EXPECT_EQ(parse_size("500MB").value(), 500'000'000u);
    EXPECT_EQ(parse_size("2GB").value(), 2'000'000'000u);
}

TEST(ParseSize, ReadsDecimalFractionsExactly) {
    EXPECT_EQ(parse_size("1.5K").value(), 1536u);
    EXPECT_EQ(parse_size("0.1G").value(), kGibi / 10);
    EXPECT_EQ(parse_size("2.25GiB").value(), 2 * kGibi + kGibi / 4);
}

TEST(ParseSize, ReadsTheLargestSizeAndNoMore) {
    EXPECT_EQ(parse_size("18446744073709551615").value(), UINT64_MAX);
    EXPECT_EQ(parse_size("15E").value(), 15ull << 60);
    for (const char* text : {"18446744073709551616", "16E", "99999999999999999999E"}) {
        const auto size = parse_size(text);
        ASSERT_FALSE(size.has_value()) << text;
        EXPECT_NE(size.error().reason.find("too large"), std::string::npos) << text;
    }
}

TEST(ParseSize, RefusesWhatIsNoSizeAndQuotesIt) {
    for (const char* text : {"", "G", "-1", "+5", "1..5G", "1.G", ".5G", "5X", "5 G", "5GiBs",
                             "5iB", "0x10", "1e3", "50%", "5K5", "111111111111111111111"}) {
        const auto size = parse_size(text);
        ASSERT_FALSE(size.has_value()) << text;
        EXPECT_NE(size.error().reason.find("'" + std::string(text) + "'"), std::string::npos)
            << size.error().reason;
        EXPECT_FALSE(size.error().remedy.empty()) << text;
        EXPECT_EQ(size.error().status, ExitStatus::usage) << text;
    }
}

TEST(ParseSizeOfRam, ReadsPercentages) {
    EXPECT_EQ(parse_size_of_ram("50%", 8 * kGibi).value(), 4 * kGibi);
    EXPECT_EQ(parse_size_of_ram("150%", 2 * kGibi).value(), 3 * kGibi);
    EXPECT_EQ(parse_size_of_ram("12.5%", 8 * kGibi).value(), kGibi);
    EXPECT_EQ(parse_size_of_ram("0%", 8 * kGibi).value(), 0u);
    EXPECT_EQ(parse_size_of_ram("100%", 3).value(), 3u);
}

TEST(ParseSizeOfRam, ReadsPlainSizesToo) {
    EXPECT_EQ(parse_size_of_ram("1G", 8 * kGibi).value(), kGibi);
}

TEST(ParseSizeOfRam, RefusesWhatIsNoPercentage) {
    for (const char* text : {"%", "-5%", "5K%", "5%%", "x%"}) {
        const auto size = parse_size_of_ram(text, kGibi);
        ASSERT_FALSE(size.has_value()) << text;
        EXPECT_NE(size.error().reason.find(text), std::string::npos);
    }
}

TEST(FormatSize, PrintsOneDecimalAndAUnit) {
    EXPECT_EQ(format_size(0), "0B");
    EXPECT_EQ(format_size(1023), "1023B");
    EXPECT_EQ(format_size(1024), "1K");
    EXPECT_EQ(format_size(1536), "1.5K");
    EXPECT_EQ(format_size(kMebi), "1M");
    EXPECT_EQ(format_size(1007353856), "960.7M");
    EXPECT_EQ(format_size(UINT64_MAX), "16E");
}

TEST(FormatSize, RoundsUpIntoTheNextUnit) {
    EXPECT_EQ(format_size(kMebi - 1), "1M");
    EXPECT_EQ(format_size(kKibi * 1023 + 999), "1M");
    EXPECT_EQ(format_size(2 * kKibi - 1), "2K");
}

TEST(FormatSize, RoundsAsUtilLinuxDoes) {
    // 1.0503 MiB: the tenth above, although 1075.5 KiB cut to 1075 are below it.
    EXPECT_EQ(format_size(kMebi + 51 * kKibi + 512), "1.1M");
    EXPECT_EQ(format_size(kMebi + 51 * kKibi), "1M");
    EXPECT_EQ(format_size(kMebi - 1, Carry::none), "1024K");
    EXPECT_EQ(format_size((kMebi - 4) * kKibi, Carry::none), "1024M");
}

TEST(FormatSize, IsReadBackWithinFivePercent) {
    for (std::uint64_t bytes = 1; bytes < (1ull << 58); bytes = bytes * 3 + 1) {
        const std::uint64_t read = parse_size(format_size(bytes)).value();
        const std::uint64_t difference = read > bytes ? read - bytes : bytes - read;
        EXPECT_LE(difference, bytes / 20) << bytes;
    }
}

}  // namespace
}  // namespace truenoctl
