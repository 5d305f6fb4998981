// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// trueno-lz4 against the LZ4 block format: interoperation with liblz4, the
// encoder's end-of-block rules, and hand-made streams from tests/corpus/lz4.
#include <gtest/gtest.h>
#include <lz4.h>
#include <trueno/lz4.h>

#include "support/codec_calls.hpp"
#include "support/corpus.hpp"

namespace trueno::test {
namespace {

const char* chars(ByteView bytes) {
    return reinterpret_cast<const char*>(bytes.data());
}
char* chars(Bytes& bytes) {
    return reinterpret_cast<char*>(bytes.data());
}

std::vector<Codec> lz4_codecs() {
    std::vector<Codec> codecs = Codec::all();
    std::erase_if(codecs, [](Codec codec) {
        return codec.stream_format() != std::string_view("trueno-lz4");
    });
    return codecs;
}

std::vector<Bytes> contents() {
    std::vector<Bytes> contents = mixed_pages(1);
    for (std::size_t length = 0; length < 300; ++length) {
        const InputKind kind = all_input_kinds[length % all_input_kinds.size()];
        contents.push_back(generate(kind, length, static_cast<std::uint32_t>(length)));
    }
    for (const std::size_t length : {16384, 65535, 65536, 65537, 200000}) {
        for (const InputKind kind : all_input_kinds) {
            contents.push_back(generate(kind, length, 8));
        }
    }
    return contents;
}

class Lz4Format : public testing::TestWithParam<Codec> {};

TEST_P(Lz4Format, Liblz4ReadsOurStreams) {
    for (const Bytes& content : contents()) {
        const Bytes stream = compressed(GetParam(), content);
        Bytes restored(content.size() + 1);
        const int length =
            LZ4_decompress_safe(chars(stream), chars(restored), static_cast<int>(stream.size()),
                                static_cast<int>(content.size()));
        ASSERT_EQ(length, static_cast<int>(content.size()));
        restored.pop_back();
        ASSERT_EQ(restored, content);
    }
}

TEST_P(Lz4Format, WeReadLiblz4Streams) {
    GuardedCall memory(GetParam(), 400000);
    for (const Bytes& content : contents()) {
        for (const int acceleration : {1, 8}) {
            Bytes stream(
                static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(content.size()))));
            const int packed =
                LZ4_compress_fast(chars(content), chars(stream), static_cast<int>(content.size()),
                                  static_cast<int>(stream.size()), acceleration);
            ASSERT_GT(packed, 0);
            stream.resize(static_cast<std::size_t>(packed));
            for (const GuardedCall::Guard guard : both_guards) {
                const std::span<std::byte> restored = memory.destination(content.size(), guard);
                ASSERT_EQ(decompress(GetParam(), memory.source(stream, guard), restored,
                                     memory.workmem(guard)),
                          (Outcome{0, content.size()}));
                ASSERT_TRUE(std::equal(restored.begin(), restored.end(), content.begin()));
            }
        }
    }
}

TEST_P(Lz4Format, BoundIsLiblz4s) {
    for (const std::size_t length : {0, 1, 254, 255, 256, 4096, 65536, TRUENO_LZ4_MAX_INPUT}) {
        EXPECT_EQ(GetParam().bound(length),
                  static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(length))));
    }
    EXPECT_EQ(GetParam().bound(std::size_t{TRUENO_LZ4_MAX_INPUT} + 1), 0u);
}

TEST_P(Lz4Format, InputLongerThanTheFormatHoldsIsRefused) {
    const std::array<std::byte, 1> never_read = {};
    std::array<std::byte, 64> destination;
    Bytes workmem(GetParam().workmem_size());
    const ByteView too_long(never_read.data(), std::size_t{TRUENO_LZ4_MAX_INPUT} + 1);
    EXPECT_EQ(compress(GetParam(), too_long, destination, workmem), invalid);
}

// What old and strict decoders rely on: a block ends with at least five
// literals, and no match starts in its last twelve bytes.
void expect_end_of_block_rules(const Bytes& stream, std::size_t content_length) {
    std::size_t at = 0;
    std::size_t produced = 0;
    const auto take = [&] { return std::to_integer<std::size_t>(stream.at(at++)); };
    const auto count = [&](std::size_t nibble) {
        std::size_t total = nibble;
        for (std::size_t byte = 255; nibble == TRUENO_LZ4_NIBBLE_MAX && byte == 255;) {
            byte = take();
            total += byte;
        }
        return total;
    };
    for (;;) {
        const std::size_t token = take();
        const std::size_t literals = count(token >> 4);
        at += literals;
        produced += literals;
        if (at == stream.size()) {
            ASSERT_EQ(produced, content_length);
            ASSERT_EQ(token & 15, 0u) << "the last token counts a match";
            ASSERT_TRUE(produced == literals || literals >= TRUENO_LZ4_LAST_LITERALS);
            return;
        }
        at += 2;
        ASSERT_LE(produced + TRUENO_LZ4_MATCH_START_LIMIT, content_length);
        produced += TRUENO_LZ4_MIN_MATCH + count(token & 15);
    }
}

TEST_P(Lz4Format, StreamsObeyTheEndOfBlockRules) {
    for (const Bytes& content : contents()) {
        ASSERT_NO_FATAL_FAILURE(
            expect_end_of_block_rules(compressed(GetParam(), content), content.size()));
    }
}

// A block of 0x7E000000 bytes takes too long here; a run whose count needs
// many length bytes does not.
TEST_P(Lz4Format, LongRunsTakeLengthBytes) {
    constexpr std::size_t length = 16 << 20;
    const Bytes content(length, std::byte{'x'});
    const Bytes stream = compressed(GetParam(), content);
    EXPECT_LT(stream.size(), length / 250);
    Bytes restored(length);
    Bytes workmem(GetParam().workmem_size());
    EXPECT_EQ(decompress(GetParam(), stream, restored, workmem), (Outcome{0, length}));
    EXPECT_EQ(restored, content);
}

TEST_P(Lz4Format, MustDecode) {
    Corpus{"lz4"}.expect_decodes(GetParam(), 50);
}

TEST_P(Lz4Format, MustFail) {
    Corpus{"lz4"}.expect_refuses(GetParam(), 15);
}

Bytes dictionary_of(std::size_t length) {
    Bytes dictionary;
    for (std::size_t i = 0; dictionary.size() < length; i += 5) {
        const Bytes& page = sample_pages()[i % sample_pages().size()];
        dictionary.insert(dictionary.end(), page.begin(), page.end());
    }
    dictionary.resize(length);
    return dictionary;
}

TEST_P(Lz4Format, Liblz4ReadsOurStreamsWithADictionary) {
    for (const std::size_t length : {5, 1000, 4096, 65536, 100000}) {
        const Bytes dictionary = dictionary_of(length);
        PageCompressor compressor(
            GetParam(), *CodecParams::prepare(GetParam(), TRUENO_LEVEL_DEFAULT, dictionary));
        for (const Bytes& content : mixed_pages(10)) {
            Bytes stream(GetParam().bound(content.size()));
            stream.resize(*compressor.compress(content, stream));
            Bytes restored(content.size());
            ASSERT_EQ(LZ4_decompress_safe_usingDict(
                          chars(stream), chars(restored), static_cast<int>(stream.size()),
                          static_cast<int>(content.size()), chars(dictionary),
                          static_cast<int>(dictionary.size())),
                      static_cast<int>(content.size()));
            ASSERT_EQ(restored, content);
        }
    }
}

TEST_P(Lz4Format, WeReadLiblz4StreamsWithADictionary) {
    for (const std::size_t length : {5, 1000, 4096, 65536, 100000}) {
        Bytes dictionary = dictionary_of(length);
        PageCompressor compressor(
            GetParam(), *CodecParams::prepare(GetParam(), TRUENO_LEVEL_DEFAULT, dictionary));
        for (const Bytes& content : mixed_pages(10)) {
            LZ4_stream_t encoder;
            LZ4_initStream(&encoder, sizeof(encoder));
            LZ4_loadDict(&encoder, chars(dictionary), static_cast<int>(dictionary.size()));
            Bytes stream(GetParam().bound(content.size()));
            const int packed = LZ4_compress_fast_continue(&encoder, chars(content), chars(stream),
                                                          static_cast<int>(content.size()),
                                                          static_cast<int>(stream.size()), 1);
            ASSERT_GT(packed, 0);
            stream.resize(static_cast<std::size_t>(packed));
            Bytes restored(content.size());
            ASSERT_EQ(compressor.decompress(stream, restored).value_or(0), content.size());
            ASSERT_EQ(restored, content);
        }
    }
}

// Faster, by making less of the matches there are; denser, by making more.
TEST_P(Lz4Format, LevelsTradeSize) {
    std::size_t total_before = 0;
    for (const int level : {-1, 1, 8, 64}) {
        const Codec codec = *GetParam().at_level(level);
        PageCompressor compressor(codec, *CodecParams::prepare(codec, level, {}));
        Bytes stream(codec.bound(TRUENO_PAGE_SIZE));
        std::size_t total = 0;
        for (const Bytes& page : sample_pages()) {
            total += *compressor.compress(page, stream);
        }
        if (codec.isa() != std::string_view("reference") || level != 1) {
            EXPECT_GT(total, total_before) << level;
        }
        total_before = total;
    }
}

INSTANTIATE_TEST_SUITE_P(Variants, Lz4Format, testing::ValuesIn(lz4_codecs()),
                         [](const auto& info) { return test_name(info.param.name()); });

}  // namespace
}  // namespace trueno::test
