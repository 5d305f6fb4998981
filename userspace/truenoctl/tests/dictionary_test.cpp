// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "dictionary.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <set>
#include <string_view>
#include <unordered_set>

#include "fake_codec.hpp"

namespace truenoctl {
namespace {

constexpr std::size_t kNoLimit = kPageSize;

std::vector<PageGroup> one_group(PageGroup group) {
    std::vector<PageGroup> groups;
    groups.push_back(std::move(group));
    return groups;
}

PageGroup sample_pages() {
    return value_or_throw(read_pages_file(TRUENO_SAMPLE_PAGES));
}

std::string content(const std::byte* page) {
    return {reinterpret_cast<const char*>(page), kPageSize};
}

TEST(SplitPages, NoHeldOutPageWasTrainedOnEvenIfItCameTwice) {
    PageGroup twice("twice");
    for (int pass = 0; pass < 2; pass++) {
        const PageGroup numbered = numbered_pages(100);
        for (std::size_t i = 0; i < numbered.size(); i++) {
            twice.add(numbered.page(i));
        }
    }
    const auto groups = one_group(std::move(twice));
    const auto split = split_pages(groups, 1);
    ASSERT_TRUE(split);
    EXPECT_EQ(split->held_out.size(), 20u);
    EXPECT_EQ(split->training.size(), 80u);
    std::set<std::string> all;
    for (const PageList* list : {&split->training, &split->held_out}) {
        for (const std::byte* page : *list) {
            EXPECT_TRUE(all.insert(content(page)).second);
        }
    }
}

TEST(SplitPages, TooFewDifferentPagesAreAnErrorWithTheirNumber) {
    const auto groups = one_group(numbered_pages(kLeastTrainingPages - 1));
    const auto split = split_pages(groups, 1);
    ASSERT_FALSE(split);
    EXPECT_NE(split.error().reason.find("63 different pages"), std::string::npos);
    EXPECT_FALSE(split.error().remedy.empty());
}

TEST(DictionaryKind, SuitsTheCodec) {
    EXPECT_EQ(*dictionary_kind("trueno-zstd"), DictionaryKind::zstd);
    EXPECT_EQ(*dictionary_kind("trueno-zstd-fast"), DictionaryKind::zstd);
    EXPECT_EQ(*dictionary_kind("trueno-lz4"), DictionaryKind::raw_content);
    const auto none = dictionary_kind("trueno-word");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().status, ExitStatus::usage);
    EXPECT_NE(none.error().remedy.find("trueno-lz4"), std::string::npos);
    EXPECT_FALSE(dictionary_kind("frobnicate"));
}

class Trained : public testing::TestWithParam<DictionaryKind> {};

TEST_P(Trained, MakesPagesItHasNotSeenSmaller) {
    const auto groups = one_group(sample_pages());
    const PageSplit split = value_or_throw(split_pages(groups, 1));
    const auto dictionary = value_or_throw(train_dictionary(split.training, GetParam(), 16384));
    EXPECT_LE(dictionary.size(), 16384u);
    const auto gains = value_or_throw(measure_gain(dictionary, split.held_out, kNoLimit));
    bool has_lz4 = false;
    bool has_zstd = false;
    for (const DictionaryGain& gain : gains) {
        EXPECT_LT(gain.bytes_with, gain.bytes_without) << gain.codec;
        has_lz4 = has_lz4 || gain.codec.starts_with("trueno-lz4@");
        has_zstd = has_zstd || gain.codec.starts_with("trueno-zstd@");
    }
    EXPECT_TRUE(has_lz4 && has_zstd);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Trained,
                         testing::Values(DictionaryKind::zstd, DictionaryKind::raw_content));

TEST(TrainDictionary, RawContentIsOnlyBytesOfThePages) {
    const auto groups = one_group(sample_pages());
    const PageSplit split = value_or_throw(split_pages(groups, 1));
    const auto dictionary =
        value_or_throw(train_dictionary(split.training, DictionaryKind::raw_content, 4096));
    const std::uint32_t zstd_magic = 0xec30a437;
    EXPECT_NE(std::memcmp(dictionary.data(), &zstd_magic, sizeof(zstd_magic)), 0);
    std::string pages;
    for (const std::byte* page : split.training) {
        pages += content(page);
    }
    constexpr std::size_t kPiece = 8;
    std::unordered_set<std::string_view> pieces;
    for (std::size_t i = 0; i + kPiece <= pages.size(); i++) {
        pieces.insert(std::string_view(pages).substr(i, kPiece));
    }
    const std::string_view text(reinterpret_cast<const char*>(dictionary.data()),
                                dictionary.size());
    std::size_t foreign = 0;
    for (std::size_t i = 0; i + kPiece <= text.size(); i++) {
        foreign += pieces.contains(text.substr(i, kPiece)) ? 0 : 1;
    }
    // Where one segment ends and another begins.
    EXPECT_LT(foreign, text.size() / 10);
}

TEST(TrainDictionary, PagesWithoutAnythingInCommonAreNoPanic) {
    PageGroup noise("noise");
    std::mt19937 random(1);
    std::byte page[kPageSize];
    for (int i = 0; i < 100; i++) {
        std::generate(page, page + kPageSize, [&] { return static_cast<std::byte>(random()); });
        noise.add(page);
    }
    const auto groups = one_group(std::move(noise));
    const PageSplit split = value_or_throw(split_pages(groups, 1));
    const auto dictionary = train_dictionary(split.training, DictionaryKind::zstd, 4096);
    ASSERT_TRUE(dictionary) << dictionary.error().reason;
    const auto gains = value_or_throw(measure_gain(*dictionary, split.held_out, 3624));
    EXPECT_FALSE(gains.empty());
    for (const DictionaryGain& gain : gains) {
        EXPECT_EQ(gain.bytes_with, 20 * kPageSize) << "noise is stored as plain pages";
    }
}

}  // namespace
}  // namespace truenoctl
