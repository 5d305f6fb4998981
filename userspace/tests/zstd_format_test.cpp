// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// trueno-zstd against RFC 8878: interoperation with libzstd at every level and
// with its options, and the hand-made streams of tests/corpus/zstd.
#include <gtest/gtest.h>
#include <zstd.h>

#include <algorithm>
#include <memory>

#include "support/codec_calls.hpp"
#include "support/corpus.hpp"

namespace trueno::test {
namespace {

std::vector<Codec> zstd_codecs() {
    std::vector<Codec> codecs = Codec::all();
    std::erase_if(codecs, [](Codec codec) {
        return !std::string_view(codec.format()).starts_with("trueno-zstd");
    });
    return codecs;
}

std::vector<Bytes> short_contents() {
    std::vector<Bytes> contents = mixed_pages(4);
    for (std::size_t length = 0; length < 300; ++length) {
        const InputKind kind = all_input_kinds[length % all_input_kinds.size()];
        contents.push_back(generate(kind, length, static_cast<std::uint32_t>(length)));
    }
    return contents;
}

// Some beyond a block, some beyond what any work memory could hold.
std::vector<Bytes> long_contents() {
    std::vector<Bytes> contents;
    for (const std::size_t length : {16384, 65537, 131072, 300000}) {
        for (const InputKind kind : all_input_kinds) {
            contents.push_back(generate(kind, length, 8));
        }
    }
    Bytes sample;
    for (const Bytes& page : sample_pages()) {
        sample.insert(sample.end(), page.begin(), page.end());
    }
    sample.resize(std::min<std::size_t>(sample.size(), 400000));
    contents.push_back(sample);
    return contents;
}

/// libzstd's encoder, set up for one kind of frame.
class Libzstd {
  public:
    Libzstd& set(ZSTD_cParameter parameter, int value) {
        EXPECT_FALSE(ZSTD_isError(ZSTD_CCtx_setParameter(context_.get(), parameter, value)));
        return *this;
    }

    /// One frame; if @p piece is not 0, a block ends after so many bytes and
    /// the content size is not known in advance.
    Bytes compress(ByteView content, std::size_t piece = 0) {
        Bytes stream(2 * ZSTD_compressBound(content.size()) + content.size() / 4);
        ZSTD_outBuffer out = {stream.data(), stream.size(), 0};
        std::size_t at = 0;
        for (std::size_t end = piece; piece && end < content.size(); end += piece) {
            run(content.subspan(at, end - at), out, ZSTD_e_flush);
            at = end;
        }
        run(content.subspan(at), out, ZSTD_e_end);
        stream.resize(out.pos);
        return stream;
    }

  private:
    struct Free {
        void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    };

    void run(ByteView content, ZSTD_outBuffer& out, ZSTD_EndDirective directive) {
        ZSTD_inBuffer in = {content.data(), content.size(), 0};
        ASSERT_EQ(ZSTD_compressStream2(context_.get(), &out, &in, directive), 0u);
    }

    std::unique_ptr<ZSTD_CCtx, Free> context_{ZSTD_createCCtx()};
};

class ZstdFormat : public testing::TestWithParam<Codec> {
  protected:
    // Decodes next to each guard, into exactly enough room and one byte less.
    void expect_content(ByteView stream, ByteView content) {
        for (const GuardedCall::Guard guard : both_guards) {
            const std::span<std::byte> restored = memory_.destination(content.size(), guard);
            ASSERT_EQ(decompress(GetParam(), memory_.source(stream, guard), restored,
                                 memory_.workmem(guard)),
                      (Outcome{0, content.size()}));
            ASSERT_TRUE(std::equal(restored.begin(), restored.end(), content.begin()));
        }
        if (!content.empty()) {
            const auto guard = GuardedCall::Guard::rear;
            ASSERT_EQ(
                decompress(GetParam(), memory_.source(stream, guard),
                           memory_.destination(content.size() - 1, guard), memory_.workmem(guard)),
                no_space);
        }
    }

  private:
    GuardedCall memory_{GetParam(), 500000};
};

TEST_P(ZstdFormat, LibzstdReadsOurStreams) {
    std::vector<Bytes> contents = short_contents();
    const std::vector<Bytes> more = long_contents();
    contents.insert(contents.end(), more.begin(), more.end());
    for (const Bytes& content : contents) {
        const Bytes stream = compressed(GetParam(), content);
        ASSERT_EQ(ZSTD_getFrameContentSize(stream.data(), stream.size()), content.size());
        Bytes restored(content.size() + 1);
        ASSERT_EQ(ZSTD_decompress(restored.data(), content.size(), stream.data(), stream.size()),
                  content.size());
        restored.pop_back();
        ASSERT_EQ(restored, content);
    }
}

TEST_P(ZstdFormat, WeReadEveryLevelOfLibzstd) {
    Libzstd libzstd;
    const std::vector<Bytes> contents = short_contents();
    for (int level = -7; level <= ZSTD_maxCLevel(); ++level) {
        libzstd.set(ZSTD_c_compressionLevel, level).set(ZSTD_c_checksumFlag, level % 2 != 0);
        for (std::size_t i = static_cast<std::size_t>(level + 7) % 4; i < contents.size(); i += 4) {
            ASSERT_NO_FATAL_FAILURE(expect_content(libzstd.compress(contents[i]), contents[i]))
                << "level " << level << ", content " << i;
        }
    }
}

TEST_P(ZstdFormat, WeReadLongFramesOfLibzstd) {
    Libzstd libzstd;
    libzstd.set(ZSTD_c_checksumFlag, 1);
    const std::vector<Bytes> contents = long_contents();
    for (const int level : {-7, -1, 1, 3, 6, 12, 19, 22}) {
        libzstd.set(ZSTD_c_compressionLevel, level);
        for (std::size_t i = 0; i < contents.size(); ++i) {
            ASSERT_NO_FATAL_FAILURE(expect_content(libzstd.compress(contents[i]), contents[i]))
                << "level " << level << ", content " << i;
        }
    }
}

// Blocks that go on with the tables, the offsets and the window of the last.
TEST_P(ZstdFormat, WeReadFramesOfManyBlocks) {
    Libzstd libzstd;
    const std::vector<Bytes> contents = long_contents();
    for (const int level : {-3, 2, 5, 16}) {
        libzstd.set(ZSTD_c_compressionLevel, level).set(ZSTD_c_checksumFlag, level > 0);
        for (std::size_t i = 0; i < contents.size(); ++i) {
            for (const std::size_t piece : {997, 4096, 40000}) {
                ASSERT_NO_FATAL_FAILURE(
                    expect_content(libzstd.compress(contents[i], piece), contents[i]))
                    << "level " << level << ", content " << i << ", pieces of " << piece;
            }
        }
    }
}

TEST_P(ZstdFormat, WeReadWindowsAndLongDistances) {
    const std::vector<Bytes> contents = long_contents();
    for (const int window_log : {10, 11, 17, 27, 31}) {
        Libzstd libzstd;
        libzstd.set(ZSTD_c_windowLog, window_log).set(ZSTD_c_enableLongDistanceMatching, 1);
        libzstd.set(ZSTD_c_contentSizeFlag, window_log % 2).set(ZSTD_c_compressionLevel, 4);
        for (std::size_t i = 2; i < contents.size(); i += 3) {
            ASSERT_NO_FATAL_FAILURE(expect_content(libzstd.compress(contents[i]), contents[i]))
                << "window log " << window_log << ", content " << i;
        }
    }
}

TEST_P(ZstdFormat, FramesFollowEachOther) {
    Libzstd libzstd;
    const Bytes skipped = {std::byte{0x5a}, std::byte{0x2a}, std::byte{0x4d}, std::byte{0x18},
                           std::byte{3},    std::byte{0},    std::byte{0},    std::byte{0},
                           std::byte{'x'},  std::byte{'y'},  std::byte{'z'}};
    Bytes stream = skipped;
    Bytes content;
    for (const InputKind kind : all_input_kinds) {
        const Bytes part = generate(kind, 3000, 4);
        const Bytes frame = libzstd.set(ZSTD_c_contentSizeFlag, kind != InputKind::text)
                                .set(ZSTD_c_checksumFlag, kind != InputKind::zeros)
                                .compress(part);
        content.insert(content.end(), part.begin(), part.end());
        stream.insert(stream.end(), frame.begin(), frame.end());
        stream.insert(stream.end(), skipped.begin(), skipped.end());
    }
    expect_content(stream, content);
}

TEST_P(ZstdFormat, AWrongChecksumIsRefused) {
    const Bytes content = generate(InputKind::pointers, 4096, 3);
    Bytes stream = Libzstd().set(ZSTD_c_checksumFlag, 1).compress(content);
    Bytes restored(content.size());
    Bytes workmem(GetParam().workmem_size());
    for (std::size_t byte = 1; byte <= 4; ++byte) {
        stream[stream.size() - byte] ^= std::byte{0x10};
        EXPECT_EQ(decompress(GetParam(), stream, restored, workmem), invalid);
        stream[stream.size() - byte] ^= std::byte{0x10};
    }
    EXPECT_EQ(decompress(GetParam(), stream, restored, workmem), (Outcome{0, content.size()}));
}

TEST_P(ZstdFormat, MustDecode) {
    Corpus{"zstd"}.expect_decodes(GetParam(), 100);
}

TEST_P(ZstdFormat, MustFail) {
    Corpus{"zstd"}.expect_refuses(GetParam(), 50);
}

INSTANTIATE_TEST_SUITE_P(Variants, ZstdFormat, testing::ValuesIn(zstd_codecs()),
                         [](const auto& info) { return test_name(info.param.name()); });

}  // namespace
}  // namespace trueno::test
