// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Damaged and hostile streams: every variant gives the reference's verdict and,
// where that is success, the reference's bytes. Guard pages hold throughout.
#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "support/codec_calls.hpp"

namespace trueno::test {
namespace {

class CodecCorruption : public testing::TestWithParam<Format> {
  protected:
    static constexpr std::size_t longest = 9000;

    void SetUp() override {
        for (const Codec codec : GetParam().variants) {
            memory_.push_back(std::make_unique<GuardedCall>(codec, longest));
        }
    }

    // Decompresses with every variant and compares with the reference.
    void expect_agreement(ByteView stream, std::size_t room) {
        const GuardedCall::Guard guard = both_guards[calls_++ % 2];
        const std::vector<Codec>& variants = GetParam().variants;
        const auto run = [&](std::size_t i, std::span<std::byte> destination) {
            return decompress(variants[i], memory_[i]->source(stream, guard), destination,
                              memory_[i]->workmem(guard));
        };
        const std::size_t last = variants.size() - 1;
        const std::span<std::byte> expected = memory_[last]->destination(room, guard);
        const Outcome verdict = run(last, expected);
        ASSERT_TRUE(verdict.status == 0 || verdict.status == -EINVAL || verdict.status == -ENOSPC)
            << "status " << verdict.status;
        for (std::size_t i = 0; i < last; ++i) {
            const std::span<std::byte> restored = memory_[i]->destination(room, guard);
            ASSERT_EQ(run(i, restored), verdict) << variants[i].name() << ", room for " << room
                                                 << " bytes, " << testing::PrintToString(stream);
            if (verdict.status == 0) {
                ASSERT_TRUE(
                    std::equal(restored.begin(),
                               restored.begin() + static_cast<std::ptrdiff_t>(verdict.length),
                               expected.begin()))
                    << variants[i].name() << ", room for " << room << " bytes, "
                    << testing::PrintToString(stream);
            }
        }
    }

  private:
    std::vector<std::unique_ptr<GuardedCall>> memory_;
    std::size_t calls_ = 0;
};

TEST_P(CodecCorruption, EveryByteChangedToEveryValue) {
    for (const Codec encoder : GetParam().variants) {
        for (const InputKind kind : all_input_kinds) {
            const Bytes content = generate(kind, kind == InputKind::random ? 60 : 260, 21);
            Bytes stream = compressed(encoder, content);
            for (std::byte& byte : stream) {
                const std::byte original = byte;
                for (unsigned int value = 0; value < 256; ++value) {
                    byte = static_cast<std::byte>(value);
                    ASSERT_NO_FATAL_FAILURE(expect_agreement(stream, content.size()))
                        << "byte " << &byte - stream.data() << " of " << kind_name(kind);
                }
                byte = original;
            }
        }
    }
}

TEST_P(CodecCorruption, EveryByteOfAPageChanged) {
    std::mt19937 engine(1);
    std::vector<Bytes> pages = {generate(InputKind::zero_rich, TRUENO_PAGE_SIZE, 6),
                                generate(InputKind::pointers, TRUENO_PAGE_SIZE, 6),
                                generate(InputKind::text, TRUENO_PAGE_SIZE, 6)};
    for (std::size_t i = 0; i < sample_pages().size(); i += 100) {
        pages.push_back(sample_pages()[i]);
    }
    for (const Bytes& page : pages) {
        Bytes stream = compressed(GetParam().variants.front(), page);
        for (std::byte& byte : stream) {
            const std::byte original = byte;
            for (const auto change : {1ul, 0x10ul, 0xfful, 1 + engine() % 255}) {
                byte = original ^ static_cast<std::byte>(change);
                ASSERT_NO_FATAL_FAILURE(expect_agreement(stream, page.size()));
            }
            byte = original;
        }
    }
}

TEST_P(CodecCorruption, CutOffAtEveryLength) {
    for (const InputKind kind : all_input_kinds) {
        const Bytes content = generate(kind, TRUENO_PAGE_SIZE, 30);
        const Bytes stream = compressed(GetParam().variants.front(), content);
        for (std::size_t length = 0; length < stream.size(); ++length) {
            ASSERT_NO_FATAL_FAILURE(
                expect_agreement(std::span(stream).first(length), content.size()));
        }
    }
}

TEST_P(CodecCorruption, BytesAddedBehindAStream) {
    for (const InputKind kind : all_input_kinds) {
        Bytes stream = compressed(GetParam().variants.front(), generate(kind, 500, 31));
        for (std::size_t added = 1; added < 40; ++added) {
            stream.push_back(static_cast<std::byte>(added * 29));
            ASSERT_NO_FATAL_FAILURE(expect_agreement(stream, 500));
            ASSERT_NO_FATAL_FAILURE(expect_agreement(stream, 2000));
        }
    }
}

TEST_P(CodecCorruption, RandomBytes) {
    std::mt19937 engine(2);
    for (std::uint32_t round = 0; round < 40000; ++round) {
        const Bytes garbage = generate(InputKind::random, engine() % 300, round);
        ASSERT_NO_FATAL_FAILURE(expect_agreement(garbage, engine() % 1500));
    }
}

TEST_P(CodecCorruption, RandomBytesOfFewValues) {
    static constexpr std::array<std::uint8_t, 12> values = {0x00, 0x01, 0x04, 0x08, 0x0f, 0x10,
                                                            0x1f, 0x40, 0xf0, 0xf1, 0xff, 0x20};
    std::mt19937 engine(3);
    for (std::uint32_t round = 0; round < 60000; ++round) {
        Bytes garbage(engine() % 120);
        for (std::byte& byte : garbage) {
            byte = static_cast<std::byte>(values[engine() % values.size()]);
        }
        ASSERT_NO_FATAL_FAILURE(expect_agreement(garbage, engine() % 5000));
    }
}

TEST_P(CodecCorruption, NothingIsNotAStream) {
    for (const Codec codec : GetParam().variants) {
        GuardedCall memory(codec, 64);
        EXPECT_EQ(decompress(codec, memory.source({}, GuardedCall::Guard::rear),
                             memory.destination(64, GuardedCall::Guard::rear),
                             memory.workmem(GuardedCall::Guard::rear)),
                  invalid)
            << codec.name();
    }
}

INSTANTIATE_TEST_SUITE_P(Formats, CodecCorruption, testing::ValuesIn(all_formats()),
                         [](const auto& info) { return test_name(info.param.name); });

}  // namespace
}  // namespace trueno::test
