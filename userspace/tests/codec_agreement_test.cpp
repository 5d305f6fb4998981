// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Codecs against each other and against themselves: every decoder of a format
// reads every encoder's streams, and a stream depends on nothing but the input.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "support/codec_calls.hpp"

namespace trueno::test {
namespace {

std::vector<Bytes> contents() {
    std::vector<Bytes> contents = mixed_pages(1);
    for (const std::size_t length : {0, 1, 12, 13, 100, 4095, 4097, 16384, 65536, 70000, 200000}) {
        for (const InputKind kind : all_input_kinds) {
            contents.push_back(generate(kind, length, static_cast<std::uint32_t>(length) + 9));
        }
    }
    return contents;
}

class FormatAgreement : public testing::TestWithParam<Format> {};

TEST_P(FormatAgreement, EveryVariantReadsEveryVariant) {
    for (const Bytes& content : contents()) {
        for (const Codec encoder : GetParam().variants) {
            const Bytes stream = compressed(encoder, content);
            for (const Codec decoder : GetParam().variants) {
                Bytes restored(content.size());
                Bytes workmem(decoder.workmem_size());
                ASSERT_EQ(decompress(decoder, stream, restored, workmem),
                          (Outcome{0, content.size()}))
                    << encoder.name() << " to " << decoder.name();
                ASSERT_EQ(restored, content) << encoder.name() << " to " << decoder.name();
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Formats, FormatAgreement, testing::ValuesIn(all_formats()),
                         [](const auto& info) { return test_name(info.param.name); });

class CodecDeterminism : public testing::TestWithParam<Codec> {};

TEST_P(CodecDeterminism, WorkMemoryContentDoesNotMatter) {
    const Codec codec = GetParam();
    const std::size_t size = codec.workmem_size();
    const std::array<Bytes, 4> fillings = {Bytes(size), Bytes(size, std::byte{0xff}),
                                           Bytes(size, std::byte{0x01}),
                                           generate(InputKind::random, size, 77)};
    Bytes used(size);
    for (const Bytes& content : contents()) {
        const Bytes expected = compressed(codec, content);
        Bytes stream(codec.bound(content.size()));
        Bytes restored(content.size());
        for (Bytes filling : fillings) {
            ASSERT_EQ(compress(codec, content, stream, filling), (Outcome{0, expected.size()}));
            ASSERT_TRUE(std::equal(expected.begin(), expected.end(), stream.begin()));
        }
        for (Bytes filling : fillings) {
            ASSERT_EQ(decompress(codec, expected, restored, filling), (Outcome{0, content.size()}));
            ASSERT_EQ(restored, content);
        }
        // What the previous content left behind is the likeliest to mislead.
        ASSERT_EQ(compress(codec, content, stream, used), (Outcome{0, expected.size()}));
        ASSERT_TRUE(std::equal(expected.begin(), expected.end(), stream.begin()));
    }
}

TEST_P(CodecDeterminism, InputIsNotChanged) {
    const Codec codec = GetParam();
    Bytes workmem(codec.workmem_size());
    for (const Bytes& content : mixed_pages(50)) {
        Bytes source = content;
        Bytes stream(codec.bound(content.size()));
        const Outcome packed = compress(codec, source, stream, workmem);
        ASSERT_EQ(source, content);
        ASSERT_EQ(packed.status, 0);
        stream.resize(packed.length);
        const Bytes before = stream;
        ASSERT_EQ(decompress(codec, stream, source, workmem).status, 0);
        ASSERT_EQ(stream, before);
    }
}

TEST_P(CodecDeterminism, ThreadsDoNotDisturbEachOther) {
    const Codec codec = GetParam();
    const std::vector<Bytes> pages = mixed_pages(10);
    std::vector<Bytes> streams;
    for (const Bytes& page : pages) {
        streams.push_back(compressed(codec, page));
    }
    std::atomic<int> differences = 0;
    const auto work = [&](std::size_t first) {
        PageCompressor compressor(codec);
        Bytes stream(codec.bound(TRUENO_PAGE_SIZE));
        Bytes page(TRUENO_PAGE_SIZE);
        for (std::size_t n = 0; n < 4000; ++n) {
            const std::size_t i = (first + n) % pages.size();
            const auto length = compressor.compress(pages[i], stream);
            const auto restored = compressor.decompress(streams[i], page);
            if (length.value_or(0) != streams[i].size() ||
                !std::equal(streams[i].begin(), streams[i].end(), stream.begin()) ||
                restored.value_or(0) != page.size() || page != pages[i]) {
                ++differences;
            }
        }
    };
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < 4; ++i) {
        threads.emplace_back(work, i * 5);
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(differences, 0);
}

INSTANTIATE_TEST_SUITE_P(Codecs, CodecDeterminism, testing::ValuesIn(Codec::all()),
                         [](const auto& info) { return test_name(info.param.name()); });

}  // namespace
}  // namespace trueno::test
