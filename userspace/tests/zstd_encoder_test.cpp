// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The encoder of trueno-zstd: libzstd reads what it makes of contents that drive
// its tables to their limits, and its sizes are what each profile is for.
#include <gtest/gtest.h>
#include <zstd.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "support/codec_calls.hpp"

namespace trueno::test {
namespace {

// A frame's header and that of its one block.
constexpr std::size_t raw_page_overhead = 7 + 3;

std::vector<Codec> encoders() {
    std::vector<Codec> codecs = Codec::all();
    std::erase_if(codecs, [](Codec codec) {
        return !std::string_view(codec.format()).starts_with("trueno-zstd") ||
               std::string_view(codec.isa()) == "reference";
    });
    return codecs;
}

// Bytes in no order, so that few of them are matches: byte i of @p alphabet has
// the share weight(i).
template <class Weight>
Bytes shuffled(std::size_t length, unsigned int alphabet, std::uint32_t seed, Weight weight) {
    std::vector<double> weights;
    for (unsigned int i = 0; i < alphabet; ++i) {
        weights.push_back(weight(i));
    }
    std::mt19937 random(seed);
    std::discrete_distribution<int> next(weights.begin(), weights.end());
    Bytes bytes(length);
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::byte>(next(random)); });
    return bytes;
}

void expect_libzstd_reads(Codec codec, ByteView content) {
    const Bytes stream = compressed(codec, content);
    Bytes restored(content.size() + 1);
    ASSERT_EQ(ZSTD_decompress(restored.data(), restored.size(), stream.data(), stream.size()),
              content.size())
        << codec.name() << ", " << content.size() << " bytes";
    restored.resize(content.size());
    ASSERT_TRUE(std::equal(restored.begin(), restored.end(), content.begin()));
}

class ZstdEncoder : public testing::TestWithParam<Codec> {
  protected:
    std::size_t size_of_sample() const {
        std::size_t size = 0;
        for (const Bytes& page : sample_pages()) {
            size += compressed(GetParam(), page).size();
        }
        return size;
    }
};

// One byte with half of all and the rest alike, a share of 2^-i each, and what
// lies between: codes of every length, and more of the longest than there is
// room for.
TEST_P(ZstdEncoder, LibzstdReadsLiteralsOfEverySkew) {
    std::uint32_t seed = 0;
    for (const std::size_t length : {64, 256, 300, 900, 1500, 4096, 16384, 40000}) {
        for (const unsigned int alphabet : {2u, 3u, 17u, 100u, 129u, 130u, 256u}) {
            for (const double base : {1.02, 1.2, 1.6, 2.0, 4.0}) {
                ASSERT_NO_FATAL_FAILURE(expect_libzstd_reads(
                    GetParam(), shuffled(length, alphabet, ++seed, [&](unsigned int i) {
                        return std::pow(base, -1.0 * i);
                    })));
            }
            for (const double common : {0.3, 0.45, 0.7, 0.97}) {
                ASSERT_NO_FATAL_FAILURE(expect_libzstd_reads(
                    GetParam(), shuffled(length, alphabet, ++seed, [&](unsigned int i) {
                        return i < 2 ? common : (1 - common) / alphabet;
                    })));
            }
        }
    }
}

// 200 bytes that occur once get codes of nine bits, which is too short for them;
// so the common ones, which have a bit more than their codes say, must be longer.
TEST_P(ZstdEncoder, LibzstdReadsMoreRareLiteralsThanShortCodesHaveRoomFor) {
    Bytes common(405, std::byte{0});
    common.resize(510, std::byte{1});
    common.resize(600, std::byte{2});
    std::shuffle(common.begin(), common.end(), std::mt19937(1));
    Bytes content;
    for (std::size_t i = 0; i < 200; ++i) {
        content.insert(content.end(), &common[3 * i], &common[3 * i] + 3);
        content.push_back(static_cast<std::byte>(3 + i));
    }
    ASSERT_NO_FATAL_FAILURE(expect_libzstd_reads(GetParam(), content));
}

// Matches at one offset and of one length, so that a table has one symbol; at
// every offset up to the farthest; and of lengths that need most extra bits.
TEST_P(ZstdEncoder, LibzstdReadsSequencesOfEveryKind) {
    const Bytes noise = generate(InputKind::random, 70000, 1);
    for (const std::size_t record : {5, 8, 12, 33, 200}) {
        for (const std::size_t changed : {1, 2, 3}) {
            Bytes content(600 * record);
            for (std::size_t i = 0; i < content.size(); ++i) {
                const bool is_new = i % record < changed;
                content[i] = noise[is_new ? i : i % record];
            }
            ASSERT_NO_FATAL_FAILURE(expect_libzstd_reads(GetParam(), content));
            content.resize(4096);
            ASSERT_NO_FATAL_FAILURE(expect_libzstd_reads(GetParam(), content));
        }
    }
    for (const std::size_t distance : {1, 100, 4000, 16384, 32768, 65535, 65536, 65537}) {
        Bytes content(noise.begin(), noise.begin() + static_cast<std::ptrdiff_t>(distance));
        for (const std::size_t length : {4, 40, 400, 4000, 20000}) {
            const std::size_t from = content.size() - distance;
            for (std::size_t i = 0; i < length; ++i) {
                content.push_back(content[from + i]);
            }
            content.push_back(noise[length]);
        }
        ASSERT_NO_FATAL_FAILURE(expect_libzstd_reads(GetParam(), content));
    }
}

TEST_P(ZstdEncoder, RandomPagesAreStoredAsTheyAre) {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
        const Bytes page = generate(InputKind::random, TRUENO_PAGE_SIZE, seed);
        EXPECT_EQ(compressed(GetParam(), page).size(), page.size() + raw_page_overhead);
    }
}

TEST_P(ZstdEncoder, VariantsWriteTheSameBytes) {
    std::vector<Bytes> contents = mixed_pages(1);
    contents.push_back(generate(InputKind::text, 70000, 1));
    for (const Codec other : encoders()) {
        if (std::string_view(other.format()) != GetParam().format()) {
            continue;
        }
        for (const Bytes& content : contents) {
            ASSERT_EQ(compressed(GetParam(), content), compressed(other, content)) << other.name();
        }
    }
}

TEST_P(ZstdEncoder, PagesTakeLessThanOfAComparableLevel) {
    const std::string_view format = GetParam().format();
    const int level = format == "trueno-zstd-fast" ? -2 : format == "trueno-zstd-dense" ? 3 : 1;
    std::size_t size = 0;
    for (const Bytes& page : sample_pages()) {
        Bytes stream(ZSTD_compressBound(page.size()));
        size += ZSTD_compress(stream.data(), stream.size(), page.data(), page.size(), level);
    }
    EXPECT_LT(size_of_sample(), size) << "libzstd at level " << level;
}

INSTANTIATE_TEST_SUITE_P(Variants, ZstdEncoder, testing::ValuesIn(encoders()),
                         [](const auto& info) { return test_name(info.param.name()); });

}  // namespace
}  // namespace trueno::test
