// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// trueno-auto: hand-made streams from tests/corpus/auto, and what is chosen for
// which content.
#include <gtest/gtest.h>

#include <map>

#include "support/codec_calls.hpp"
#include "support/corpus.hpp"

namespace trueno::test {
namespace {

std::vector<Codec> auto_codecs() {
    std::vector<Codec> codecs = Codec::all();
    std::erase_if(codecs, [](Codec codec) {
        return !std::string_view(codec.format()).starts_with("trueno-auto");
    });
    return codecs;
}

class AutoFormat : public testing::TestWithParam<Codec> {};

TEST_P(AutoFormat, DecodesWhatMustBeDecoded) {
    Corpus{"auto"}.expect_decodes(GetParam(), 20);
}

TEST_P(AutoFormat, RefusesWhatMustBeRefused) {
    Corpus{"auto"}.expect_refuses(GetParam(), 20);
}

TEST_P(AutoFormat, NothingGrowsByMoreThanTheTag) {
    for (const std::size_t length : {0, 1, 100, 4095, 4096, 4097, 16384, 65536}) {
        EXPECT_EQ(compressed(GetParam(), generate(InputKind::random, length, 3)).size(),
                  length + 1);
    }
}

// Every variant counts the same features. Without vectors the fast profile leaves
// out the word format.
TEST(AutoChoice, DoesNotDependOnTheVariant) {
    std::map<std::pair<std::string_view, bool>, std::vector<std::byte>> tags;
    for (const Codec codec : auto_codecs()) {
        if (codec.isa() == std::string_view("reference")) {
            continue;
        }
        std::vector<std::byte> chosen;
        for (const Bytes& page : mixed_pages(1)) {
            chosen.push_back(compressed(codec, page).front());
        }
        const auto [first, is_new] =
            tags.emplace(std::pair(codec.format(), codec.needs_simd()), chosen);
        EXPECT_EQ(first->second, chosen) << codec.name();
    }
}

TEST(AutoChoice, PagesOfASampleTakeMoreThanOneFormat) {
    for (const Codec codec : auto_codecs()) {
        std::map<std::byte, int> chosen;
        for (const Bytes& page : mixed_pages(1)) {
            ++chosen[compressed(codec, page).front()];
        }
        const bool has_words =
            codec.needs_simd() || codec.format() != std::string_view("trueno-auto");
        EXPECT_GE(chosen.size(), has_words ? 3u : 2u) << codec.name();
    }
}

INSTANTIATE_TEST_SUITE_P(Codecs, AutoFormat, testing::ValuesIn(auto_codecs()),
                         [](const auto& info) { return test_name(info.param.name()); });

}  // namespace
}  // namespace trueno::test
