// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Levels and dictionaries of every codec: what is refused, and that pages come
// back whatever was set.
#include <gtest/gtest.h>

#include "support/codec_calls.hpp"

namespace trueno::test {
namespace {

trueno_codec_params at_level(int level) {
    return {level, nullptr, 0, nullptr};
}

class CodecLevels : public testing::TestWithParam<Codec> {};

// The ends of the range and some levels between.
std::vector<int> levels_of(Codec codec) {
    const trueno_level_range range = codec.levels();
    std::vector<int> levels = {range.min, range.max, range.default_level};
    for (int level = range.min; level < range.max && level < range.min + 40; level += 3) {
        levels.push_back(level);
    }
    return levels;
}

TEST_P(CodecLevels, DefaultIsInTheRange) {
    const trueno_level_range range = GetParam().levels();
    EXPECT_LE(range.min, range.default_level);
    EXPECT_LE(range.default_level, range.max);
    EXPECT_NE(range.min, TRUENO_LEVEL_DEFAULT);
}

TEST_P(CodecLevels, OutOfRangeIsRefused) {
    const trueno_level_range range = GetParam().levels();
    for (const int level : {range.min - 1, range.max + 1, range.max + 1000, -2147483647}) {
        trueno_codec_params params = at_level(level);
        EXPECT_EQ(trueno_codec_prepare(GetParam().handle(), &params, nullptr), -ERANGE) << level;
    }
}

TEST_P(CodecLevels, DefaultLevelMakesTheSameStream) {
    for (const int level : {TRUENO_LEVEL_DEFAULT, GetParam().levels().default_level}) {
        trueno_codec_params params = at_level(level);
        ASSERT_EQ(trueno_codec_prepare(GetParam().handle(), &params, nullptr), 0);
        EXPECT_EQ(params.level, GetParam().levels().default_level);
        Bytes workmem(GetParam().workmem_size());
        for (const Bytes& page : mixed_pages(20)) {
            const Bytes expected = compressed(GetParam(), page);
            Bytes stream(GetParam().bound(page.size()));
            std::size_t length = stream.size();
            ASSERT_EQ(
                trueno_codec_compress_with(GetParam().handle(), &params, page.data(), page.size(),
                                           stream.data(), &length, workmem.data()),
                0);
            stream.resize(length);
            ASSERT_EQ(stream, expected);
        }
    }
}

TEST_P(CodecLevels, PagesComeBackAtEveryLevel) {
    const Codec codec = GetParam();
    for (const int level : levels_of(codec)) {
        PageCompressor compressor =
            *CompressorBuilder().format(codec.format()).isa(codec.isa()).level(level).build();
        ASSERT_EQ(compressor.codec(), codec);
        std::vector<Bytes> contents = mixed_pages(10);
        contents.push_back(generate(InputKind::pointers, 70000, 3));
        contents.push_back(generate(InputKind::text, 100, 3));
        contents.push_back({});
        for (const Bytes& content : contents) {
            Bytes stream(codec.bound(content.size()));
            const auto length = compressor.compress(content, stream);
            ASSERT_TRUE(length) << "level " << level;
            Bytes restored(content.size());
            ASSERT_EQ(compressor.decompress(std::span(stream).first(*length), restored).value_or(1),
                      content.size())
                << "level " << level;
            ASSERT_EQ(restored, content) << "level " << level;
        }
    }
}

TEST_P(CodecLevels, ALevelSelectsAProfileThatTakesIt) {
    for (const Codec other : Codec::all()) {
        if (std::string_view(other.stream_format()) != GetParam().stream_format()) {
            continue;
        }
        for (const int level : {other.levels().min, other.levels().max}) {
            const auto selected = GetParam().at_level(level);
            ASSERT_TRUE(selected) << level;
            EXPECT_STREQ(selected->format(), other.format());
            EXPECT_LE(selected->needs_simd(), GetParam().needs_simd());
        }
    }
    EXPECT_EQ(GetParam().at_level(TRUENO_LEVEL_DEFAULT).value_or(*Codec::find("trueno-lz4")),
              GetParam());
}

TEST_P(CodecLevels, NoProfileHasALevelBeyondAllRanges) {
    int lowest = GetParam().levels().min;
    int highest = GetParam().levels().max;
    for (const Codec other : Codec::all()) {
        if (std::string_view(other.stream_format()) == GetParam().stream_format()) {
            lowest = std::min(lowest, other.levels().min);
            highest = std::max(highest, other.levels().max);
        }
    }
    for (const int level : {lowest - 1, highest + 1}) {
        const auto refused =
            CompressorBuilder().format(GetParam().format()).isa(GetParam().isa()).level(level);
        EXPECT_EQ(refused.build().error(), Error::unknown_level) << level;
    }
}

INSTANTIATE_TEST_SUITE_P(Codecs, CodecLevels, testing::ValuesIn(Codec::all()),
                         [](const auto& info) { return test_name(info.param.name()); });

class CodecDictionary : public testing::TestWithParam<Codec> {};

TEST_P(CodecDictionary, IsRefusedByACodecThatTakesNone) {
    if (GetParam().takes_dictionary()) {
        GTEST_SKIP() << GetParam().name() << " takes one";
    }
    const Bytes dictionary = generate(InputKind::text, 1000, 1);
    EXPECT_EQ(
        CompressorBuilder().format(GetParam().format()).dictionary(dictionary).build().error(),
        Error::no_dictionary);
    trueno_codec_params params = {TRUENO_LEVEL_DEFAULT, dictionary.data(), dictionary.size(),
                                  nullptr};
    EXPECT_EQ(trueno_codec_prepared_size(GetParam().handle(), &params), 0u);
    EXPECT_EQ(trueno_codec_prepare(GetParam().handle(), &params, nullptr), -EOPNOTSUPP);
}

INSTANTIATE_TEST_SUITE_P(Codecs, CodecDictionary, testing::ValuesIn(Codec::all()),
                         [](const auto& info) { return test_name(info.param.name()); });

}  // namespace
}  // namespace trueno::test
