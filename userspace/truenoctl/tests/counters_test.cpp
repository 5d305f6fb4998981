// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The parsers of the module's counters, on files that a kernel showed and on
// damaged ones.
#include "counters.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <utility>

namespace truenoctl {
namespace {

std::string captured(const char* name) {
    return read_attribute(std::filesystem::path(TRUENO_CAPTURED) / name).value();
}

Counters captured_counters() {
    return {parse_counters(captured("counters")).value(),
            parse_choices(captured("choices")).value()};
}

constexpr const char* kCounters =
    "codec direction calls bytes_in bytes_out no_space failures fallbacks\n"
    "trueno-auto@avx2 compress 10 40960 8192 2 1 0\n"
    "trueno-auto@avx2 decompress 0 0 0 0 0 0\n";
constexpr const char* kChoices =
    "codec direction choice calls bytes\n"
    "trueno-auto@avx2 compress raw 0 0\n"
    "trueno-auto@avx2 compress lz4 3 6144\n"
    "trueno-auto@avx2 compress word 4 2048\n"
    "trueno-auto@avx2 decompress raw 0 0\n";

TEST(ParseCounters, ReadsEveryLineAKernelShows) {
    const Counters counters = captured_counters();
    ASSERT_FALSE(counters.codecs.empty());
    ASSERT_FALSE(counters.choices.empty());
    EXPECT_EQ(counters.codecs.front().direction, "compress");
    EXPECT_EQ(counters.choices.front().choice, "raw");
}

TEST(ParseCounters, TheChoicesOfAKernelAddUpToItsCalls) {
    const Counters counters = captured_counters();
    std::map<std::pair<std::string, std::string>, std::uint64_t> chosen;
    for (const ChoiceCounters& choice : counters.choices) {
        chosen[{choice.codec, choice.direction}] += choice.calls;
    }
    std::uint64_t calls = 0;
    for (const CodecCounters& codec : counters.codecs) {
        const auto found = chosen.find({codec.codec, codec.direction});
        if (found != chosen.end()) {
            EXPECT_EQ(found->second, codec.calls - codec.no_space - codec.failures) << codec.codec;
            calls += codec.calls;
        }
    }
    EXPECT_GT(calls, 1000u);
}

TEST(ParseCounters, GoesByTheNamesOfTheColumns) {
    const auto choices =
        parse_choices("new bytes calls choice direction codec\n7 6144 3 lz4 compress a@b\n")
            .value();
    ASSERT_EQ(choices.size(), 1u);
    EXPECT_EQ(choices[0].codec, "a@b");
    EXPECT_EQ(choices[0].choice, "lz4");
    EXPECT_EQ(choices[0].calls, 3u);
    EXPECT_EQ(choices[0].bytes, 6144u);
    EXPECT_TRUE(parse_choices("").value().empty());
}

TEST(ParseCounters, RefusesWhatItCannotRead) {
    const auto reason = [](const char* text) { return parse_choices(text).error().reason; };
    EXPECT_NE(reason("codec direction choice calls\na b c 1\n").find("'bytes'"), std::string::npos);
    EXPECT_NE(reason("codec direction choice calls bytes\na b c 1x 2\n").find("'1x'"),
              std::string::npos);
    EXPECT_NE(reason("codec direction choice calls bytes\na b c 1 -2\n").find("'-2'"),
              std::string::npos);
    EXPECT_NE(reason("codec direction choice calls bytes\na b c 1\n").find("4 fields"),
              std::string::npos);
}

TEST(CountersText, ShowsWhatWasCalledAndShares) {
    const Counters counters = {parse_counters(kCounters).value(), parse_choices(kChoices).value()};
    EXPECT_EQ(
        to_text(counters),
        "CODEC             DIRECTION  CALLS  BYTES-IN  BYTES-OUT  NO-SPACE  FAILURES  FALLBACKS\n"
        "trueno-auto@avx2  compress      10       40K         8K         2         1          0\n"
        "\n"
        "CODEC             DIRECTION  CHOICE  CALLS  SHARE  BYTES\n"
        "trueno-auto@avx2  compress   lz4         3  42.9%     6K\n"
        "trueno-auto@avx2  compress   word        4  57.1%     2K\n");
    EXPECT_EQ(to_text({}), "");
}

TEST(CountersJson, HasAllLinesAndBytes) {
    const Json json = to_json({parse_counters(kCounters).value(), parse_choices(kChoices).value()});
    EXPECT_EQ(json["counters"].size(), 2u);
    EXPECT_EQ(json["counters"][0]["bytes_out"], 8192);
    EXPECT_EQ(json["choices"].size(), 4u);
    EXPECT_EQ(json["choices"][1]["choice"], "lz4");
    EXPECT_EQ(json["choices"][1]["bytes"], 6144);
    EXPECT_TRUE(json["choices"][3]["share"].is_null());
}

TEST(ReadCounters, SaysThatTheModuleIsNotLoaded) {
    const auto counters = read_counters({"/nonexistent"});
    ASSERT_FALSE(counters.has_value());
    EXPECT_EQ(counters.error().reason, "the module trueno is not loaded");
    EXPECT_FALSE(counters.error().remedy.empty());
}

}  // namespace
}  // namespace truenoctl
