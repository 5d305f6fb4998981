// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "size_expression.hpp"

#include <gtest/gtest.h>

#include <string>

namespace truenoctl {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;
constexpr std::uint64_t kRam = 16 * kGiB;

struct Example {
    const char* text;
    std::uint64_t bytes;
};

TEST(EvaluateSize, TakesPlainSizesAsBefore) {
    for (const Example& example : {Example{"1.5GiB", 3 * kGiB / 2}, Example{"50%", kRam / 2},
                                   Example{"500MB", 500'000'000}, Example{"4096", 4096}}) {
        EXPECT_EQ(evaluate_size(example.text, kRam).value(), example.bytes) << example.text;
    }
}

TEST(EvaluateSize, IsExactWhereADoubleIsNot) {
    EXPECT_EQ(evaluate_size("9007199254740993", kRam).value(), 9007199254740993u);
}

TEST(EvaluateSize, ComputesWithUnitsPercentagesAndRam) {
    for (const Example& example :
         {Example{"ram", kRam}, Example{"ram / 2", kRam / 2}, Example{"min(ram / 2, 4G)", 4 * kGiB},
          Example{"min(ram/2,4GiB)", 4 * kGiB}, Example{"max(25%, 512M)", kRam / 4},
          Example{"max(1%, 512m)", 512 * kMiB}, Example{"2 * (ram - 1G)", 2 * (kRam - kGiB)},
          Example{"1KB + 1K", 2024}, Example{"4G - 512M", 4 * kGiB - 512 * kMiB},
          Example{"50% - 1G", kRam / 2 - kGiB}, Example{"1.5k*2", 3072}, Example{"7 / 2", 3}}) {
        const auto bytes = evaluate_size(example.text, kRam);
        ASSERT_TRUE(bytes.has_value()) << bytes.error().reason;
        EXPECT_EQ(*bytes, example.bytes) << example.text;
    }
}

TEST(EvaluateSize, UsesTheMemoryThatItIsGiven) {
    EXPECT_EQ(evaluate_size("max(50%, 1)", kRam).value(), kRam / 2);
    EXPECT_EQ(evaluate_size("max(50%, 1)", kGiB).value(), kGiB / 2);
}

TEST(EvaluateSize, RefusesWhatIsNoSizeAndQuotesIt) {
    for (const char* text :
         {"ram - 17G", "ram / 0", "(ram", "ram 2", "min(ram,", "2 ** 3", "rom / 2", "sqrt(-1)",
          "ram ^ 9", "ram = 5", "", "lots", "-5", "1G2"}) {
        const auto bytes = evaluate_size(text, kRam);
        ASSERT_FALSE(bytes.has_value()) << text << " is " << *bytes;
        EXPECT_EQ(bytes.error().status, ExitStatus::usage) << text;
        EXPECT_NE(bytes.error().reason.find("'" + std::string(text) + "'"), std::string::npos)
            << bytes.error().reason;
        EXPECT_FALSE(bytes.error().remedy.empty()) << text;
    }
}

}  // namespace
}  // namespace truenoctl
