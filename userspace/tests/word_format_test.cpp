// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// trueno-word against docs/word-format.md: hand-made streams from
// tests/corpus/word, the size of what is written, and that every fast variant
// writes the same bytes.
#include <gtest/gtest.h>

#include "support/codec_calls.hpp"
#include "support/corpus.hpp"

namespace trueno::test {
namespace {

std::vector<Codec> word_codecs() {
    std::vector<Codec> codecs = Codec::all();
    std::erase_if(codecs,
                  [](Codec codec) { return std::string_view(codec.format()) != "trueno-word"; });
    return codecs;
}

std::vector<Bytes> contents() {
    std::vector<Bytes> contents = mixed_pages(1);
    for (std::size_t length = 0; length < 300; ++length) {
        const InputKind kind = all_input_kinds[length % all_input_kinds.size()];
        contents.push_back(generate(kind, length, static_cast<std::uint32_t>(length)));
    }
    for (const std::size_t length : {4095, 4097, 8191, 8192, 8193, 16384, 65536, 70001}) {
        for (const InputKind kind : all_input_kinds) {
            contents.push_back(generate(kind, length, 8));
        }
    }
    return contents;
}

class WordFormat : public testing::TestWithParam<Codec> {};

TEST_P(WordFormat, MustDecode) {
    Corpus{"word"}.expect_decodes(GetParam(), 50);
}

TEST_P(WordFormat, MustFail) {
    Corpus{"word"}.expect_refuses(GetParam(), 15);
}

TEST_P(WordFormat, NoStreamIsLongerThanItsContentByMoreThanAByteAPage) {
    for (const Bytes& content : contents()) {
        const std::size_t pages = std::max<std::size_t>((content.size() + 4095) / 4096, 1);
        EXPECT_LE(compressed(GetParam(), content).size(), content.size() + pages);
    }
}

TEST_P(WordFormat, PagesOfWordsShrink) {
    for (const InputKind kind : {InputKind::zeros, InputKind::zero_rich, InputKind::pointers}) {
        const Bytes page = generate(kind, TRUENO_PAGE_SIZE, 3);
        EXPECT_LT(compressed(GetParam(), page).size(), page.size() * 3 / 4) << kind_name(kind);
    }
}

INSTANTIATE_TEST_SUITE_P(Variants, WordFormat, testing::ValuesIn(word_codecs()),
                         [](const auto& info) { return test_name(info.param.name()); });

// The choice of a variant must not show in what is stored.
TEST(WordFormatVariants, WriteTheSameBytes) {
    std::vector<Codec> codecs = word_codecs();
    std::erase_if(codecs, [](Codec codec) { return std::string_view(codec.isa()) == "reference"; });
    ASSERT_FALSE(codecs.empty());
    for (const Bytes& content : contents()) {
        const Bytes expected = compressed(codecs.back(), content);
        for (const Codec codec : codecs) {
            ASSERT_EQ(compressed(codec, content), expected)
                << codec.name() << ", " << content.size() << " bytes";
        }
    }
}

}  // namespace
}  // namespace trueno::test
