// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The C++ face: choosing a codec, compressing with it, and what its errors say.
#include <gtest/gtest.h>
#include <trueno/lz4.h>

#include <set>
#include <trueno/trueno.hpp>

#include "support/inputs.hpp"

namespace trueno::test {
namespace {

TEST(CompressorBuilder, TakesTheBestLz4UnlessTold) {
    const auto compressor = CompressorBuilder().build();
    ASSERT_TRUE(compressor);
    EXPECT_EQ(compressor->codec().handle(), trueno_codec_find("trueno-lz4"));
}

TEST(CompressorBuilder, TakesTheFormatAndIsaAskedFor) {
    for (const Codec codec : Codec::all()) {
        const auto compressor = CompressorBuilder().format(codec.format()).isa(codec.isa()).build();
        ASSERT_TRUE(compressor) << codec.name();
        EXPECT_EQ(compressor->codec(), codec);
    }
}

TEST(CompressorBuilder, AutoIsTheBestIsa) {
    const auto compressor = CompressorBuilder().isa("reference").isa("auto").build();
    ASSERT_TRUE(compressor);
    EXPECT_EQ(compressor->codec().handle(), trueno_codec_find("trueno-lz4"));
}

TEST(CompressorBuilder, TellsAnUnknownFormatFromAnUnusableIsa) {
    EXPECT_EQ(CompressorBuilder().format("zip").build().error(), Error::unknown_format);
    EXPECT_EQ(CompressorBuilder().format("zip").isa("scalar").build().error(),
              Error::unknown_format);
    EXPECT_EQ(CompressorBuilder().isa("sse17").build().error(), Error::unusable_isa);
    EXPECT_EQ(CompressorBuilder().isa("").build().error(), Error::unusable_isa);
}

TEST(PageCompressor, RestoresWhatItCompressed) {
    for (const Codec codec : Codec::all()) {
        PageCompressor compressor(codec);
        const Bytes page = generate(InputKind::pointers, TRUENO_PAGE_SIZE, 4);
        Bytes stream(codec.bound(page.size()));
        const auto length = compressor.compress(page, stream);
        ASSERT_TRUE(length);
        // A reference need not find anything, only be right.
        if (std::string_view(codec.isa()) != "reference") {
            EXPECT_LT(*length, page.size());
        }
        Bytes restored(page.size());
        EXPECT_EQ(compressor.decompress(std::span(stream).first(*length), restored).value_or(0),
                  page.size());
        EXPECT_EQ(restored, page);
    }
}

TEST(PageCompressor, StaysUsableWhenMoved) {
    PageCompressor first = *CompressorBuilder().build();
    PageCompressor second = std::move(first);
    const Bytes page = generate(InputKind::text, TRUENO_PAGE_SIZE, 4);
    Bytes stream(second.codec().bound(page.size()));
    EXPECT_TRUE(second.compress(page, stream));
}

TEST(PageCompressor, ASiblingMakesTheSameStreams) {
    PageCompressor first = *CompressorBuilder().level(1).build();
    PageCompressor second = first.sibling();
    const Bytes page = generate(InputKind::text, TRUENO_PAGE_SIZE, 5);
    Bytes one(first.codec().bound(page.size()));
    Bytes other(one.size());
    EXPECT_EQ(first.compress(page, one).value_or(0), second.compress(page, other).value_or(1));
    EXPECT_EQ(one, other);
}

TEST(PageCompressor, SaysWhatIsWrong) {
    PageCompressor compressor = *CompressorBuilder().build();
    const Bytes page = generate(InputKind::random, TRUENO_PAGE_SIZE, 4);
    Bytes small(100);
    EXPECT_EQ(compressor.compress(page, small).error(), Error::no_space);
    const ByteView too_long(page.data(), std::size_t{TRUENO_LZ4_MAX_INPUT} + 1);
    EXPECT_EQ(compressor.compress(too_long, small).error(), Error::input_too_long);
    EXPECT_EQ(compressor.decompress({}, small).error(), Error::corrupt_input);
    Bytes stream(compressor.codec().bound(page.size()));
    const std::size_t length = *compressor.compress(page, stream);
    EXPECT_EQ(compressor.decompress(std::span(stream).first(length), small).error(),
              Error::no_space);
}

TEST(Error, EachHasASentenceOfItsOwn) {
    std::set<std::string_view> sentences;
    for (const Error error :
         {Error::corrupt_input, Error::no_space, Error::input_too_long, Error::unknown_format,
          Error::unusable_isa, Error::unknown_level, Error::no_dictionary, Error::bad_dictionary}) {
        EXPECT_TRUE(sentences.insert(describe(error)).second) << describe(error);
    }
}

TEST(Result, HoldsAValueOrAnError) {
    Result<std::string> value = std::string("page");
    ASSERT_TRUE(value.has_value());
    EXPECT_EQ(value->size(), 4u);
    EXPECT_EQ(value.value_or("none"), "page");
    EXPECT_EQ(*std::move(value), "page");
    const Result<std::string> error = Error::no_space;
    ASSERT_FALSE(error);
    EXPECT_EQ(error.error(), Error::no_space);
    EXPECT_EQ(error.value_or("none"), "none");
}

}  // namespace
}  // namespace trueno::test
