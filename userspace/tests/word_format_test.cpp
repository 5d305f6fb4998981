// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// trueno-word against docs/word-format.md: hand-made streams from
// tests/corpus/word, the size of what is written, and that every fast variant
// writes the same bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

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

// Every fourth dword is of bytes that fit a dictionary, the others are of any;
// the encoder of coded streams counts no others than those.
Bytes page_that_deceives_samples() {
    std::mt19937 engine(1);
    Bytes page(TRUENO_PAGE_SIZE);
    for (std::size_t dword = 0; dword < 890; ++dword) {
        for (std::size_t i = 0; i < 4; ++i) {
            page[4 * dword + i] = static_cast<std::byte>(engine());
        }
        if (dword % 4 == 0) {
            const std::size_t number = dword / 4;
            page[4 * dword] = static_cast<std::byte>(engine() % 63);
            page[4 * dword + 1] = static_cast<std::byte>(engine() % 63);
            page[4 * dword + 2] = static_cast<std::byte>(number % 63);
            page[4 * dword + 3] = static_cast<std::byte>(1 + number / 63);
        }
    }
    return page;
}

// With red zones this is about the memory behind the coded streams.
TEST(WordFormatVariants, CodeNoStreamsBeyondTheirRoomWhereASampleDeceives) {
    const Bytes page = page_that_deceives_samples();
    for (const Codec codec : Codec::all()) {
        GuardedCall memory(codec, codec.bound(page.size()));
        const auto guard = GuardedCall::Guard::rear;
        const Bytes stream = compressed(codec, page);
        EXPECT_LE(stream.size(), codec.bound(page.size())) << codec.name();
        const auto restored = memory.destination(page.size(), guard);
        EXPECT_EQ(decompress(codec, memory.source(stream, guard), restored, memory.workmem(guard)),
                  (Outcome{0, page.size()}))
            << codec.name();
        EXPECT_TRUE(std::equal(page.begin(), page.end(), restored.begin())) << codec.name();
    }
}

}  // namespace
}  // namespace trueno::test
