// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <gtest/gtest.h>

#include "bench_measure.hpp"
#include "bench_report.hpp"
#include "fake_codec.hpp"

namespace truenoctl {
namespace {

constexpr std::size_t kPages = 150;  // more than two turns

MeasureOptions two_rounds() {
    MeasureOptions options;
    options.rounds = 2;
    options.scale = {"test", 1, 0};
    return options;
}

// A reproducible result: page i takes i + 1 microseconds times @p slowness.
CodecMeasurement invented(const std::string& name, double slowness, double size) {
    CodecMeasurement codec;
    codec.name = name;
    for (std::size_t i = 0; i < 100; i++) {
        const double time = slowness * 1000 * static_cast<double>(i + 1);
        codec.sizes.push_back(size);
        codec.compress.minimum_ns.push_back(time);
        codec.compress.median_ns.push_back(2 * time);
    }
    codec.decompress = codec.compress;
    return codec;
}

BenchRun invented_run() {
    BenchRun run;
    run.baseline = "base";
    GroupMeasurement group{"first.pages", 100, 3, 2, 5, {}};
    group.codecs = {invented("base", 1, 2000), invented("fast", 0.5, 1000)};
    run.groups = {group, group};
    run.groups[1].name = "second.pages";
    run.missing = {{"absent", "no such library"}};
    run.scale = {"test", 1, 0};
    return run;
}

TEST(Bench, EveryPageIsTimedInEachDirection) {
    FakeCodec codec("fake@a");
    FakeCodec other("fake@b");
    const auto group =
        measure_group(numbered_pages(kPages), {&codec, &other}, {&other}, two_rounds());
    ASSERT_TRUE(group);
    EXPECT_EQ(group->rounds, 2u);
    ASSERT_EQ(group->codecs.size(), 2u);
    for (const CodecMeasurement& measured : group->codecs) {
        for (const PageTimes* times :
             {&measured.compress, &measured.decompress, &measured.decompress_foreign}) {
            ASSERT_EQ(times->minimum_ns.size(), kPages);
            for (std::size_t i = 0; i < kPages; i++) {
                EXPECT_GT(times->minimum_ns[i], 0) << measured.name << " page " << i;
                EXPECT_LE(times->minimum_ns[i], times->median_ns[i]);
            }
        }
        EXPECT_EQ(measured.foreign_encoder, "fake@b");
    }
}

TEST(Bench, APageThatGrowsCountsAsAPage) {
    FakeCodec codec("fake@grows");
    const auto group = measure_group(numbered_pages(kPages), {&codec}, {}, two_rounds());
    ASSERT_TRUE(group);
    for (const double size : group->codecs[0].sizes) {
        EXPECT_EQ(size, kPageSize);
    }
}

TEST(Bench, ACodecThatLosesAPageIsNotTimedButNamed) {
    class LosesPage70 : public FakeCodec {
        using FakeCodec::FakeCodec;
        int decompress(const std::byte* from, std::size_t from_size, std::byte* to,
                       std::size_t* to_size) override {
            std::byte page[kPageSize];
            fill_page(page, 70);
            const int error = FakeCodec::decompress(from, from_size, to, to_size);
            to[17] ^= std::memcmp(to, page, kPageSize) == 0 ? std::byte{1} : std::byte{0};
            return error;
        }
    };
    LosesPage70 codec("fake@loses");
    const auto group = measure_group(numbered_pages(kPages), {&codec}, {}, two_rounds());
    ASSERT_FALSE(group);
    EXPECT_EQ(group.error().status, ExitStatus::problem_found);
    EXPECT_NE(group.error().reason.find("fake@loses"), std::string::npos);
    EXPECT_NE(group.error().reason.find("page 70"), std::string::npos) << group.error().reason;
}

TEST(Bench, JsonHoldsWhatWasMeasured) {
    const Json json = bench_json(invented_run());
    EXPECT_EQ(json["baseline"], "base");
    EXPECT_EQ(json["missing"][0]["name"], "absent");
    ASSERT_EQ(json["groups"].size(), 2u);
    const Json& group = json["groups"][0];
    EXPECT_EQ(group["name"], "first.pages");
    EXPECT_EQ(group["pages"], 100);
    EXPECT_EQ(group["same_filled_pages"], 3);
    EXPECT_EQ(group["duplicate_pages"], 2);
    EXPECT_EQ(group["enough_pages"], false);
    const Json& fast = group["codecs"][1];
    EXPECT_EQ(fast["name"], "fast");
    EXPECT_EQ(fast["bytes_in"], 409600);
    EXPECT_EQ(fast["bytes_out"], 100000);
    EXPECT_DOUBLE_EQ(fast["size_vs_baseline"], 0.5);
    // 409600 bytes in 5050 * 0.5 microseconds.
    EXPECT_NEAR(fast["compress"]["mb_per_s"], 162.218, 0.001);
    EXPECT_NEAR(fast["compress"]["mb_per_s_median"], 81.109, 0.001);
    EXPECT_DOUBLE_EQ(fast["compress"]["ratio"], 2);
    EXPECT_DOUBLE_EQ(fast["compress"]["ratio_low"], 2);
    EXPECT_DOUBLE_EQ(fast["decompress"]["p50_ns"], 50500);
    EXPECT_NEAR(fast["decompress"]["p99_ns"], 99010, 0.001);
    EXPECT_FALSE(fast.contains("decompress_foreign"));
}

TEST(Bench, TheTotalIsOverAllPagesOfAllGroups) {
    const Json total = bench_json(invented_run())["total"];
    EXPECT_EQ(total["pages"], 200);
    EXPECT_EQ(total["same_filled_pages"], 6);
    EXPECT_EQ(total["codecs"][0]["bytes_out"], 400000);
    EXPECT_DOUBLE_EQ(total["codecs"][1]["compress"]["ratio"], 2);
}

TEST(Bench, TheTableWarnsOfFewPagesAndNamesWhatIsMissing) {
    const std::string text = bench_text(invented_run());
    EXPECT_NE(text.find("first.pages: fewer than 1000 different pages"), std::string::npos);
    EXPECT_NE(text.find("left out: absent: no such library"), std::string::npos);
    EXPECT_NE(text.find("2.000±0.000"), std::string::npos);
}

TEST(Bench, PatternsChooseCodecs) {
    CodecSet set;
    set.codecs.push_back(std::make_unique<FakeCodec>("fake@fast"));
    set.codecs.push_back(std::make_unique<FakeCodec>("other"));
    set.codecs.push_back(std::make_unique<FakeCodec>("fake@reference"));
    set.missing = {{"absent", "no such library"}};
    const auto names = [&](const std::vector<std::string>& patterns) {
        std::string text;
        for (const PageCodec* codec : value_or_throw(select_codecs(set, patterns))) {
            text += codec->name() + " ";
        }
        return text;
    };
    EXPECT_EQ(names({}), "fake@fast other ");
    EXPECT_EQ(names({"fake@*"}), "fake@fast fake@reference ");
    EXPECT_EQ(names({"other", "fake@fast"}), "fake@fast other ");
    const auto unknown = select_codecs(set, {"nosuch"});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().status, ExitStatus::usage);
    EXPECT_NE(unknown.error().remedy.find("fake@fast"), std::string::npos);
    const auto absent = select_codecs(set, {"absent"});
    ASSERT_FALSE(absent);
    EXPECT_NE(absent.error().reason.find("no such library"), std::string::npos);
}

}  // namespace
}  // namespace truenoctl
