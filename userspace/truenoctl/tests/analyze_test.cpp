// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include "fake_codec.hpp"
#include "memory_analysis.hpp"
#include "recommendation.hpp"

namespace truenoctl {
namespace {

using Bytes = std::vector<std::byte>;

Bytes page_of_values(std::size_t values) {
    Bytes page(kPageSize);
    for (std::size_t i = 0; i < page.size(); i++) {
        page[i] = static_cast<std::byte>(i % values);
    }
    return page;
}

TEST(Entropy, IsTheLogarithmOfEquallyFrequentValues) {
    EXPECT_EQ(entropy_bits_per_byte(page_of_values(1)), 0);
    EXPECT_NEAR(entropy_bits_per_byte(page_of_values(2)), 1, 1e-9);
    EXPECT_NEAR(entropy_bits_per_byte(page_of_values(64)), 6, 1e-9);
    EXPECT_NEAR(entropy_bits_per_byte(page_of_values(256)), 8, 1e-9);
}

TEST(ZramStreamLimit, FollowsTheChainsOfTheKernelsZsmalloc) {
    // Documentation/mm/zsmalloc.rst: the first class of one object a page comes
    // after 3264 with chains of 4, after 3632 with chains of 8; less the handle.
    EXPECT_EQ(zram_stream_limit("6.1.0-56-amd64"), 3264u - 8);
    EXPECT_EQ(zram_stream_limit("6.2"), 3264u - 8);
    EXPECT_EQ(zram_stream_limit("6.3.0"), 3632u - 8);
    EXPECT_EQ(zram_stream_limit("6.12.107+deb13-amd64"), 3632u - 8);
    EXPECT_EQ(zram_stream_limit("7.0-rc1"), 3632u - 8);
    EXPECT_EQ(zram_stream_limit("5.10.0"), 3264u - 8);
}

TEST(ZramAlgorithm, IsWhatComparesToACodecInZram) {
    EXPECT_EQ(zram_algorithm("trueno-zstd@bmi2"), "trueno-zstd");
    EXPECT_EQ(zram_algorithm("kernel-lz4"), "lz4");
    EXPECT_EQ(zram_algorithm("liblz4"), "lz4");
    EXPECT_EQ(zram_algorithm("kernel-lzo-rle"), "lzo-rle");
    EXPECT_EQ(zram_algorithm("kernel-zstd-3"), "zstd");
    EXPECT_EQ(zram_algorithm("libzstd-1"), "zstd level=1");
    EXPECT_EQ(zram_algorithm("kernel-zstd-fast-1"), "zstd level=-1");
    EXPECT_FALSE(zram_algorithm("memcpy"));
}

// Its streams are as long as it is told; it knows a page again by its first word.
class SizedCodec : public FakeCodec {
  public:
    SizedCodec(std::string name, std::size_t size) : FakeCodec(std::move(name)), size_(size) {}

    int compress(const std::byte* from, std::size_t from_size, std::byte* to,
                 std::size_t* to_size) override {
        pages_.emplace_back(from, from + from_size);
        std::fill(to, to + size_, std::byte{0});
        std::memcpy(to, from, sizeof(std::uint64_t));
        *to_size = size_;
        return 0;
    }

    int decompress(const std::byte* from, std::size_t, std::byte* to,
                   std::size_t* to_size) override {
        for (const Bytes& page : pages_) {
            if (std::memcmp(page.data(), from, sizeof(std::uint64_t)) == 0) {
                std::memcpy(to, page.data(), page.size());
                *to_size = page.size();
                return 0;
            }
        }
        return -EINVAL;
    }

  private:
    std::size_t size_;
    std::vector<Bytes> pages_;
};

PageGroup three_kinds_of_pages() {
    PageGroup group("test");
    const Bytes zero(kPageSize);
    const Bytes all_values = page_of_values(256);
    // Four values in turn repeat every word: that would be same-filled.
    Bytes nearly_two_bits = page_of_values(4);
    nearly_two_bits[0] = std::byte{1};
    for (const Bytes& page : {zero, all_values, zero, nearly_two_bits, all_values}) {
        group.add(page.data());
    }
    return group;
}

MemoryAnalysis analyze(PageCodec& codec) {
    std::vector<PageGroup> groups;
    groups.push_back(three_kinds_of_pages());
    groups.push_back(three_kinds_of_pages());
    auto analysis = analyze_memory(std::move(groups), {&codec}, 3624, 1);
    EXPECT_TRUE(analysis) << analysis.error().reason;
    return *analysis;
}

TEST(AnalyzeMemory, CountsWhatPagesAreOverAllGroups) {
    SizedCodec codec("liblz4", 100);
    const MemoryAnalysis analysis = analyze(codec);
    EXPECT_EQ(analysis.pages, 10u);
    EXPECT_EQ(analysis.same_filled, 4u);
    EXPECT_EQ(analysis.duplicates, 4u);
    EXPECT_EQ(analysis.entropy, (EntropyHistogram{0, 2, 0, 0, 0, 0, 0, 4}));
}

TEST(AnalyzeMemory, AStreamUpToTheLimitIsStoredAndALongerOneAsAPage) {
    SizedCodec fits("liblz4", 3624);
    EXPECT_EQ(analyze(fits).codecs[0].stored_bytes, 6u * 3624);
    EXPECT_EQ(analyze(fits).codecs[0].plain_pages, 0u);
    SizedCodec does_not_fit("liblz4", 3625);
    const CodecPrediction prediction = analyze(does_not_fit).codecs[0];
    EXPECT_EQ(prediction.stored_bytes, 6u * kPageSize);
    EXPECT_EQ(prediction.plain_pages, 6u);
    EXPECT_EQ(prediction.decompress_mean_us, 0);
    EXPECT_GT(prediction.compress_mean_us, 0);
    EXPECT_EQ(prediction.decompress_us, 0) << "a plain page is never decompressed";
}

TEST(AnalyzeMemory, APagesOrderAndDuplicatesOutlastTheMerge) {
    PageGroup all("all");
    all.add(three_kinds_of_pages());
    all.add(three_kinds_of_pages());
    EXPECT_EQ(all.duplicates(), 4u);
    std::string kinds;
    all.for_each_offered([&](const std::byte* page) {
        kinds += is_same_filled(page) ? 'z' : page[0] == std::byte{1} ? 't' : 'a';
    });
    EXPECT_EQ(kinds, "zaztazazta");
    EXPECT_EQ(all.source_index(3), 6u);
}

TEST(CodecsToAnalyze, AreTheBestOfEachFormatWithoutReferencesAndCopies) {
    CodecSet set;
    add_trueno_codecs(set);
    add_peer_codecs(set);
    std::set<std::string> algorithms;
    for (const PageCodec* codec : codecs_to_analyze(set)) {
        if (codec->keeps_trueno_contract()) {
            EXPECT_TRUE(algorithms.insert(zram_algorithm(codec->name()).value()).second)
                << codec->name();
            EXPECT_FALSE(codec->name().ends_with("@reference"));
        }
        EXPECT_NE(codec->name(), "memcpy");
    }
    EXPECT_TRUE(algorithms.contains("trueno-lz4"));
    EXPECT_TRUE(algorithms.contains("trueno-auto-densest"));
}

// Of a codec whose pages all take the same time.
Candidate even(const std::string& algorithm, std::uint64_t stored_bytes, double compress_us,
               double decompress_us) {
    return {algorithm, stored_bytes, compress_us, decompress_us, compress_us, decompress_us};
}

const Candidate kLz4 = even("lz4", 1000, 5, 1);

FaultRate faults(double per_second) {
    return {per_second, "a test", false};
}

TEST(Recommend, TheSmallestThatTheMachineCanAfford) {
    const std::vector<Candidate> candidates{even("small", 690, 12, 3.1),
                                            even("smaller", 600, 30, 4)};
    const Recommendation idle = recommend(kLz4, candidates, faults(100));
    EXPECT_EQ(idle.algorithm, "smaller");
    // 28 us at 1000/s are 2.8 % of a core, 9.1 us are 0.91 %.
    const Recommendation busy = recommend(kLz4, candidates, faults(1000));
    EXPECT_EQ(busy.algorithm, "small");
    EXPECT_EQ(busy.sentence,
              "small: 31 % smaller than lz4, +2.1 us per fault, +7.0 us per page swapped out; at "
              "your fault rate of 1000/s (a test) that is 0.91 % of one core");
    const Recommendation busiest = recommend(kLz4, candidates, faults(100'000));
    EXPECT_EQ(busiest.algorithm, "lz4");
    EXPECT_NE(busiest.sentence.find("nothing over 1 % smaller"), std::string::npos)
        << busiest.sentence;
}

TEST(Recommend, AFaultMayNotTakeMuchLongerHoweverRareItIs) {
    EXPECT_EQ(recommend(kLz4, {even("slow", 500, 5, 11.1)}, faults(0)).algorithm, "lz4");
    EXPECT_EQ(recommend(kLz4, {even("slow", 500, 5, 10.9)}, faults(0)).algorithm, "slow");
}

TEST(Recommend, TheProcessorsTimeIsOfMeansAndAFaultsOfMedians) {
    // Few pages take most of the time: at 1000/s, 30 us are 3 % of a core.
    const Candidate skewed{"skewed", 500, 5, 1, 30, 6};
    EXPECT_EQ(recommend(kLz4, {skewed}, faults(1000)).algorithm, "lz4");
    const Recommendation idle = recommend(kLz4, {skewed}, faults(100));
    EXPECT_EQ(idle.algorithm, "skewed");
    EXPECT_NEAR(idle.extra_core_percent, 0.3, 1e-9);
    EXPECT_EQ(idle.extra_compress_us, 0);
}

TEST(Recommend, OfSizesThatAreNearlyEqualTheFastestWins) {
    const std::vector<Candidate> candidates{even("slow", 600, 20, 3), even("fast", 605, 2, 0.5)};
    EXPECT_EQ(recommend(kLz4, candidates, faults(10)).algorithm, "fast");
    EXPECT_EQ(recommend(kLz4, {even("slow", 600, 20, 3), even("fast", 607, 2, 0.5)}, faults(10))
                  .algorithm,
              "slow");
}

TEST(Recommend, WhatIsFasterTakesLess) {
    const Recommendation result = recommend(kLz4, {even("both", 800, 2, 0.5)}, faults(2000));
    EXPECT_NEAR(result.extra_core_percent, -0.7, 1e-9);
    EXPECT_TRUE(result.sentence.ends_with("that is 0.7 % of one core less")) << result.sentence;
}

TEST(Recommend, NumbersAreWrittenForPeople) {
    const auto sentence = [](double per_second) {
        return recommend(kLz4, {even("both", 800, 2, 0.5)}, faults(per_second)).sentence;
    };
    EXPECT_NE(sentence(0.25).find("rate of 0.25/s (a test) that is less than 0.01 %"),
              std::string::npos)
        << sentence(0.25);
    EXPECT_NE(sentence(1234567).find("rate of 1234567/s (a test) that is 432 %"), std::string::npos)
        << sentence(1234567);
}

TEST(Recommend, PagesThatAreAllSameFilledLeaveNothingToSave) {
    const Recommendation result = recommend(even("lz4", 0, 5, 1), {}, faults(10));
    EXPECT_EQ(result.algorithm, "lz4");
    EXPECT_EQ(result.smaller_percent, 0);
}

class FaultRateTest : public testing::Test {
  protected:
    FaultRateTest()
        : root_{std::filesystem::temp_directory_path() /
                ("trueno-fault-rate-" + std::to_string(getpid()))} {
        std::filesystem::create_directories(root_.proc());
    }
    ~FaultRateTest() override { std::filesystem::remove_all(root_.path); }

    void write(const std::string& name, const std::string& content) const {
        std::ofstream(root_.proc() / name) << content;
    }

    SystemRoot root_;
};

TEST_F(FaultRateTest, IsTheAverageSinceBoot) {
    write("vmstat", "nr_free_pages 5\npswpin 12000\npswpout 40000\n");
    write("uptime", "600.00 1100.00\n");
    const auto rate = read_fault_rate(root_);
    ASSERT_TRUE(rate);
    EXPECT_EQ(rate->per_second, 20);
    EXPECT_FALSE(rate->is_assumed);
}

TEST_F(FaultRateTest, IsAssumedWhereNothingWasSwappedIn) {
    write("vmstat", "nr_free_pages 5\npswpin 0\n");
    write("uptime", "600.00 1100.00\n");
    const auto rate = read_fault_rate(root_);
    ASSERT_TRUE(rate);
    EXPECT_TRUE(rate->is_assumed);
    EXPECT_GT(rate->per_second, 0);
    EXPECT_NE(recommend(kLz4, {even("small", 500, 6, 2)}, *rate).sentence.find("would be"),
              std::string::npos);
}

TEST_F(FaultRateTest, WithoutTheFileTheErrorNamesIt) {
    const auto rate = read_fault_rate(root_);
    ASSERT_FALSE(rate);
    EXPECT_NE(rate.error().reason.find("vmstat"), std::string::npos);
}

}  // namespace
}  // namespace truenoctl
