// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Every codec, called with buffers whose neighbours fault: any length, any
// alignment, and destinations of exactly the needed size.
#include <gtest/gtest.h>

#include "support/codec_calls.hpp"

namespace trueno::test {
namespace {

class CodecMemory : public testing::TestWithParam<Codec> {};

// Compresses into bound() bytes, decompresses what came out into a destination
// of exactly the content's length, and repeats both with one byte too few.
void expect_exact_round_trip(Codec codec, GuardedCall& memory, ByteView content,
                             GuardedCall::Guard guard) {
    const std::span<std::byte> workmem = memory.workmem(guard);
    const ByteView source = memory.source(content, guard);
    const std::span<std::byte> bound = memory.destination(codec.bound(content.size()), guard);
    const Outcome packed = compress(codec, source, bound, workmem);
    ASSERT_EQ(packed.status, 0) << "compress, " << content.size() << " bytes";
    ASSERT_LE(packed.length, bound.size());
    const Bytes stream(bound.begin(), bound.begin() + static_cast<std::ptrdiff_t>(packed.length));

    const std::span<std::byte> exact = memory.destination(stream.size(), guard);
    ASSERT_EQ(compress(codec, source, exact, workmem), packed)
        << "compress " << content.size() << " bytes into exactly the needed " << stream.size();
    ASSERT_TRUE(std::equal(exact.begin(), exact.end(), stream.begin()))
        << "the destination's size changes the stream of " << content.size() << " bytes";
    if (!stream.empty()) {
        ASSERT_EQ(compress(codec, source, memory.destination(stream.size() - 1, guard), workmem),
                  no_space)
            << "compress " << content.size() << " bytes into one byte less than " << stream.size();
    }

    const ByteView packed_source = memory.source(stream, guard);
    const std::span<std::byte> restored = memory.destination(content.size(), guard);
    ASSERT_EQ(decompress(codec, packed_source, restored, workmem), (Outcome{0, content.size()}));
    ASSERT_TRUE(std::equal(restored.begin(), restored.end(), content.begin(), content.end()))
        << content.size() << " bytes come back changed";
    if (!content.empty()) {
        ASSERT_EQ(decompress(codec, packed_source, memory.destination(content.size() - 1, guard),
                             workmem),
                  no_space)
            << "decompress " << content.size() << " bytes into one byte less";
    }
}

TEST_P(CodecMemory, EveryLengthTo4200BetweenGuardPages) {
    constexpr std::size_t longest = 4200;
    GuardedCall memory(GetParam(), GetParam().bound(longest));
    for (std::size_t length = 0; length <= longest; ++length) {
        const InputKind kind = all_input_kinds[length % all_input_kinds.size()];
        const Bytes content = generate(kind, length, static_cast<std::uint32_t>(length));
        const GuardedCall::Guard guard = both_guards[length / all_input_kinds.size() % 2];
        ASSERT_NO_FATAL_FAILURE(expect_exact_round_trip(GetParam(), memory, content, guard))
            << kind_name(kind);
    }
}

TEST_P(CodecMemory, EveryKindAtEveryLengthTo300BetweenGuardPages) {
    constexpr std::size_t longest = 300;
    GuardedCall memory(GetParam(), GetParam().bound(longest));
    for (const InputKind kind : all_input_kinds) {
        for (std::size_t length = 0; length <= longest; ++length) {
            const Bytes content = generate(kind, length, static_cast<std::uint32_t>(length));
            for (const GuardedCall::Guard guard : both_guards) {
                ASSERT_NO_FATAL_FAILURE(expect_exact_round_trip(GetParam(), memory, content, guard))
                    << kind_name(kind);
            }
        }
    }
}

TEST_P(CodecMemory, LongLengthsBetweenGuardPages) {
    constexpr std::array<std::size_t, 9> lengths = {8192,  16383, 16384,  16385, 65535,
                                                    65536, 65537, 131072, 200000};
    GuardedCall memory(GetParam(), GetParam().bound(lengths.back()));
    for (const std::size_t length : lengths) {
        for (const InputKind kind : all_input_kinds) {
            const Bytes content = generate(kind, length, static_cast<std::uint32_t>(length) + 3);
            for (const GuardedCall::Guard guard : both_guards) {
                ASSERT_NO_FATAL_FAILURE(expect_exact_round_trip(GetParam(), memory, content, guard))
                    << kind_name(kind);
            }
        }
    }
}

TEST_P(CodecMemory, PagesBetweenGuardPages) {
    GuardedCall memory(GetParam(), GetParam().bound(TRUENO_PAGE_SIZE));
    for (const Bytes& page : mixed_pages(1)) {
        for (const GuardedCall::Guard guard : both_guards) {
            ASSERT_NO_FATAL_FAILURE(expect_exact_round_trip(GetParam(), memory, page, guard));
        }
    }
}

// The three buffers take every combination of which one is aligned, and each
// of them every alignment.
TEST_P(CodecMemory, EveryAlignmentGivesTheSameStream) {
    constexpr std::size_t alignments = 64;
    constexpr std::array<std::size_t, 6> lengths = {1, 13, 64, 333, 4096, 4199};
    const Codec codec = GetParam();
    Bytes source_room(4200 + 2 * alignments);
    Bytes stream_room(codec.bound(4200) + 2 * alignments);
    Bytes restored_room(4200 + 2 * alignments);
    Bytes workmem_room(codec.workmem_size() + 2 * alignments);
    const auto at_alignment = [](Bytes& room, std::size_t alignment, std::size_t length) {
        const auto start = reinterpret_cast<std::uintptr_t>(room.data());
        return std::span(room).subspan(-start % alignments + alignment, length);
    };
    for (const std::size_t length : lengths) {
        for (const InputKind kind : {InputKind::pointers, InputKind::text, InputKind::periodic}) {
            const Bytes content = generate(kind, length, 5);
            const Bytes expected = compressed(codec, content);
            for (std::size_t i = 0; i < alignments; ++i) {
                for (std::size_t moved = 1; moved < 8; ++moved) {
                    const std::size_t source_alignment = moved & 1 ? i : 0;
                    const std::size_t stream_alignment = moved & 2 ? i : 0;
                    const std::size_t workmem_alignment = moved & 4 ? i : 0;
                    const auto source = at_alignment(source_room, source_alignment, length);
                    std::copy(content.begin(), content.end(), source.begin());
                    const auto stream =
                        at_alignment(stream_room, stream_alignment, expected.size());
                    const auto workmem =
                        at_alignment(workmem_room, workmem_alignment, codec.workmem_size());
                    ASSERT_EQ(compress(codec, source, stream, workmem),
                              (Outcome{0, expected.size()}));
                    ASSERT_TRUE(std::equal(stream.begin(), stream.end(), expected.begin()))
                        << kind_name(kind) << ", " << length << " bytes, alignment " << i;
                    const auto restored = at_alignment(restored_room, source_alignment, length);
                    ASSERT_EQ(decompress(codec, stream, restored, workmem), (Outcome{0, length}));
                    ASSERT_TRUE(std::equal(restored.begin(), restored.end(), content.begin()))
                        << kind_name(kind) << ", " << length << " bytes, alignment " << i;
                }
            }
        }
    }
}

TEST_P(CodecMemory, SmallerDestinationsNeverFitAndLargerOnesAlwaysDo) {
    const Codec codec = GetParam();
    for (const InputKind kind : all_input_kinds) {
        const Bytes content = generate(kind, 700, 11);
        const Bytes stream = compressed(codec, content);
        GuardedCall memory(codec, codec.bound(1000));
        const std::span<std::byte> workmem = memory.workmem(GuardedCall::Guard::rear);
        const ByteView source = memory.source(content, GuardedCall::Guard::rear);
        for (std::size_t room = 0; room <= codec.bound(content.size()); ++room) {
            ASSERT_EQ(compress(codec, source, memory.destination(room, GuardedCall::Guard::rear),
                               workmem),
                      room < stream.size() ? no_space : (Outcome{0, stream.size()}))
                << kind_name(kind) << ": compress into " << room << " bytes";
        }
        const ByteView packed = memory.source(stream, GuardedCall::Guard::rear);
        for (std::size_t room = 0; room <= 1000; ++room) {
            ASSERT_EQ(decompress(codec, packed, memory.destination(room, GuardedCall::Guard::rear),
                                 workmem),
                      room < content.size() ? no_space : (Outcome{0, content.size()}))
                << kind_name(kind) << ": decompress into " << room << " bytes";
        }
    }
}

// An empty std::vector's data() is a null pointer.
TEST_P(CodecMemory, BuffersOfNoBytesMayBeNull) {
    Bytes workmem(GetParam().workmem_size());
    Bytes stream(GetParam().bound(0));
    const Outcome packed = compress(GetParam(), {}, stream, workmem);
    ASSERT_EQ(packed.status, 0);
    stream.resize(packed.length);
    EXPECT_EQ(compress(GetParam(), {}, {}, workmem), no_space);
    EXPECT_EQ(decompress(GetParam(), stream, {}, workmem), (Outcome{0, 0}));
    EXPECT_EQ(decompress(GetParam(), {}, {}, workmem), invalid);
    EXPECT_EQ(decompress(GetParam(), compressed(GetParam(), stream), {}, workmem), no_space);
}

// Random bytes are what a codec can do least about.
TEST_P(CodecMemory, BoundSufficesForRandomBytes) {
    for (std::uint32_t seed = 0; seed < 400; ++seed) {
        const std::size_t length = seed * 37 % 9000;
        EXPECT_LE(compressed(GetParam(), generate(InputKind::random, length, seed)).size(),
                  GetParam().bound(length));
    }
}

TEST_P(CodecMemory, WorkMemoryStaysWithinTheLimitAndIsTheSameForEveryVariant) {
    EXPECT_LE(GetParam().workmem_size(), std::size_t{TRUENO_WORKMEM_MAX});
    for (const Codec other : Codec::all()) {
        if (std::string_view(other.format()) == GetParam().format()) {
            EXPECT_EQ(other.workmem_size(), GetParam().workmem_size()) << other.name();
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Codecs, CodecMemory, testing::ValuesIn(Codec::all()),
                         [](const auto& info) { return test_name(info.param.name()); });

}  // namespace
}  // namespace trueno::test
