// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What verify must not overlook: one fault in one codec each.
#include <gtest/gtest.h>

#include "fake_codec.hpp"
#include "verify_pages.hpp"

namespace truenoctl {
namespace {

constexpr std::size_t kPages = 20;
constexpr std::size_t kFaultyPage = 13;

bool is_faulty_page(const std::byte* bytes) {
    std::byte page[kPageSize];
    fill_page(page, kFaultyPage);
    return std::memcmp(bytes, page, kPageSize) == 0;
}

VerifyResult verify_beside_reference(PageCodec& codec) {
    FakeCodec reference("fake@reference");
    VerifyResult result;
    verify_group(numbered_pages(kPages), {&codec, &reference}, 10, 1, result);
    return result;
}

// The mismatches are of @p codec alone, and the first says @p what.
void expect_blamed(const VerifyResult& result, const std::string& codec, const std::string& what) {
    ASSERT_FALSE(result.mismatches.empty());
    for (const Mismatch& mismatch : result.mismatches) {
        EXPECT_EQ(mismatch.codec, codec) << mismatch.what;
    }
    EXPECT_NE(result.mismatches.front().what.find(what), std::string::npos)
        << result.mismatches.front().what;
    EXPECT_EQ(result.codecs[0].mismatches, result.mismatches.size());
    EXPECT_EQ(result.codecs[1].mismatches, 0u);
}

TEST(Verify, CodecsThatAgreePass) {
    FakeCodec codec("fake@good");
    const VerifyResult result = verify_beside_reference(codec);
    EXPECT_TRUE(result.mismatches.empty());
    ASSERT_EQ(result.codecs.size(), 2u);
    EXPECT_EQ(result.codecs[0].pages_compressed, kPages);
    EXPECT_EQ(result.codecs[0].streams_decompressed, 2 * kPages);
    EXPECT_EQ(result.codecs[0].damaged_streams, 10 * kPages);
}

TEST(Verify, AWrongByteIsFoundAndThePageNamed) {
    class OneWrongByte : public FakeCodec {
        using FakeCodec::FakeCodec;
        int decompress(const std::byte* from, std::size_t from_size, std::byte* to,
                       std::size_t* to_size) override {
            const int error = FakeCodec::decompress(from, from_size, to, to_size);
            if (error == 0 && is_faulty_page(to)) {
                to[4095] ^= std::byte{1};
            }
            return error;
        }
    };
    OneWrongByte codec("fake@wrong-byte");
    const VerifyResult result = verify_beside_reference(codec);
    expect_blamed(result, codec.name(), "");
    for (const Mismatch& mismatch : result.mismatches) {
        EXPECT_EQ(mismatch.source_index, kFaultyPage);
        EXPECT_EQ(mismatch.group, "numbered");
    }
}

TEST(Verify, AStreamThatOthersCannotReadIsFound) {
    class OwnDialect : public FakeCodec {
        using FakeCodec::FakeCodec;
        int compress(const std::byte* from, std::size_t from_size, std::byte* to,
                     std::size_t* to_size) override {
            const int error = FakeCodec::compress(from, from_size, to, to_size);
            to[0] ^= is_faulty_page(from) && error == 0 ? std::byte{0x80} : std::byte{0};
            return error;
        }
    };
    OwnDialect codec("fake@dialect");
    const VerifyResult result = verify_beside_reference(codec);
    bool reference_fails = false;
    for (const Mismatch& mismatch : result.mismatches) {
        EXPECT_EQ(mismatch.source_index, kFaultyPage);
        reference_fails =
            reference_fails || (mismatch.codec == "fake@reference" &&
                                mismatch.what.find("fake@dialect") != std::string::npos);
    }
    EXPECT_TRUE(reference_fails);
}

TEST(Verify, CompressionThatFailsIsFound) {
    class GivesUp : public FakeCodec {
        using FakeCodec::FakeCodec;
        int compress(const std::byte* from, std::size_t from_size, std::byte* to,
                     std::size_t* to_size) override {
            return is_faulty_page(from) ? -EINVAL
                                        : FakeCodec::compress(from, from_size, to, to_size);
        }
    };
    GivesUp codec("fake@gives-up");
    const VerifyResult result = verify_beside_reference(codec);
    expect_blamed(result, codec.name(), "compression fails: EINVAL");
    EXPECT_EQ(result.mismatches.size(), 1u);
}

TEST(Verify, AByteWrittenBehindTheBufferIsFound) {
    class Overruns : public FakeCodec {
        using FakeCodec::FakeCodec;
        int decompress(const std::byte* from, std::size_t from_size, std::byte* to,
                       std::size_t* to_size) override {
            const std::size_t capacity = *to_size;
            const int error = FakeCodec::decompress(from, from_size, to, to_size);
            to[capacity] = std::byte{0};
            return error;
        }
    };
    Overruns codec("fake@overruns");
    expect_blamed(verify_beside_reference(codec), codec.name(), "writes outside");
}

TEST(Verify, AByteWrittenBeforeTheBufferIsFound) {
    class Underruns : public FakeCodec {
        using FakeCodec::FakeCodec;
        int compress(const std::byte* from, std::size_t from_size, std::byte* to,
                     std::size_t* to_size) override {
            to[-1] = std::byte{0};
            return FakeCodec::compress(from, from_size, to, to_size);
        }
    };
    Underruns codec("fake@underruns");
    expect_blamed(verify_beside_reference(codec), codec.name(), "writes outside");
}

TEST(Verify, RoomThatIsNotNeededMayNotBeDemanded) {
    class WantsSlack : public FakeCodec {
        using FakeCodec::FakeCodec;
        int compress(const std::byte* from, std::size_t from_size, std::byte* to,
                     std::size_t* to_size) override {
            return *to_size < from_size + 2 ? -ENOSPC
                                            : FakeCodec::compress(from, from_size, to, to_size);
        }
    };
    WantsSlack codec("fake@slack");
    expect_blamed(verify_beside_reference(codec), codec.name(), "into exactly 4097 bytes");
}

TEST(Verify, TheWrongErrorForALackOfRoomIsFound) {
    class SaysCorrupt : public FakeCodec {
        using FakeCodec::FakeCodec;
        int decompress(const std::byte* from, std::size_t from_size, std::byte* to,
                       std::size_t* to_size) override {
            const int error = FakeCodec::decompress(from, from_size, to, to_size);
            return error == -ENOSPC ? -EINVAL : error;
        }
    };
    SaysCorrupt codec("fake@says-corrupt");
    expect_blamed(verify_beside_reference(codec), codec.name(), "one byte too few: EINVAL");
}

TEST(Verify, ADecoderThatAcceptsDamageIsFound) {
    class Trusts : public FakeCodec {
        using FakeCodec::FakeCodec;
        int decompress(const std::byte* from, std::size_t from_size, std::byte* to,
                       std::size_t* to_size) override {
            if (from_size != kPageSize + 1 || *to_size < kPageSize) {
                return FakeCodec::decompress(from, from_size, to, to_size);
            }
            std::memcpy(to, from + 1, kPageSize);
            *to_size = kPageSize;
            return 0;
        }
    };
    Trusts codec("fake@trusts");
    expect_blamed(verify_beside_reference(codec), codec.name(),
                  "verdict on a damaged stream: success, the reference says EINVAL");
}

TEST(Verify, TruenosOwnCodecsPassOnTheSample) {
    CodecSet set;
    add_trueno_codecs(set);
    add_peer_codecs(set);
    std::vector<PageCodec*> codecs;
    for (const auto& codec : set.codecs) {
        codecs.push_back(codec.get());
    }
    VerifyResult result;
    verify_group(value_or_throw(read_pages_file(TRUENO_SAMPLE_PAGES)), codecs, 4, 1, result);
    EXPECT_TRUE(result.mismatches.empty())
        << result.mismatches.front().codec << ": " << result.mismatches.front().what;
}

}  // namespace
}  // namespace truenoctl
