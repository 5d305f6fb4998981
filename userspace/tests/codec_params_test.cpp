// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Levels and dictionaries of every codec: what is refused, and that pages come
// back whatever was set.
#include <gtest/gtest.h>

#include <memory>
#include <optional>

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

std::vector<Codec> codecs_without_dictionaries() {
    std::vector<Codec> codecs = Codec::all();
    std::erase_if(codecs, [](Codec codec) { return codec.takes_dictionary(); });
    return codecs;
}

class CodecDictionary : public testing::TestWithParam<Codec> {};

TEST_P(CodecDictionary, IsRefused) {
    const Bytes dictionary = generate(InputKind::text, 1000, 1);
    EXPECT_EQ(
        CompressorBuilder().format(GetParam().format()).dictionary(dictionary).build().error(),
        Error::no_dictionary);
    trueno_codec_params params = {TRUENO_LEVEL_DEFAULT, dictionary.data(), dictionary.size(),
                                  nullptr};
    EXPECT_EQ(trueno_codec_prepared_size(GetParam().handle(), &params), 0u);
    EXPECT_EQ(trueno_codec_prepare(GetParam().handle(), &params, nullptr), -EOPNOTSUPP);
}

INSTANTIATE_TEST_SUITE_P(Codecs, CodecDictionary, testing::ValuesIn(codecs_without_dictionaries()),
                         [](const auto& info) { return test_name(info.param.name()); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CodecDictionary);

std::vector<Format> formats_with_dictionaries() {
    std::vector<Format> formats = all_formats();
    std::erase_if(formats, [](const Format& f) { return !f.reference().takes_dictionary(); });
    return formats;
}

Bytes sample_dictionary(std::size_t length) {
    Bytes dictionary;
    for (std::size_t i = 3; dictionary.size() < length; i += 7) {
        const Bytes& page = sample_pages()[i % sample_pages().size()];
        dictionary.insert(dictionary.end(), page.begin(), page.end());
    }
    dictionary.resize(length);
    return dictionary;
}

// Params over guarded memory, so that not one byte beside the dictionary or
// what was prepared is read or written.
class GuardedDictionary {
  public:
    GuardedDictionary(Codec codec, ByteView dictionary, GuardedCall::Guard guard)
        : dictionary_("dictionary", dictionary.size()), memory_("prepared", 1 << 18) {
        const std::span<std::byte> bytes = guard == GuardedCall::Guard::front
                                               ? dictionary_.behind_front_guard(dictionary.size())
                                               : dictionary_.before_rear_guard(dictionary.size());
        std::copy(dictionary.begin(), dictionary.end(), bytes.begin());
        params_ = {TRUENO_LEVEL_DEFAULT, bytes.data(), bytes.size(), nullptr};
        const std::size_t size = trueno_codec_prepared_size(codec.handle(), &params_);
        EXPECT_LE(size, std::size_t{TRUENO_PREPARED_MAX});
        std::byte* memory = memory_.before_rear_guard((size + 7) / 8 * 8).data();
        EXPECT_EQ(trueno_codec_prepare(codec.handle(), &params_, memory), 0);
    }

    const trueno_codec_params* params() const { return &params_; }

  private:
    GuardedBuffer dictionary_;
    GuardedBuffer memory_;
    trueno_codec_params params_;
};

class FormatDictionary : public testing::TestWithParam<Format> {
  protected:
    static constexpr std::size_t longest = 80000;

    void SetUp() override {
        for (const Codec codec : GetParam().variants) {
            memory_.push_back(std::make_unique<GuardedCall>(codec, codec.bound(longest)));
        }
    }

    void set_dictionary(ByteView bytes, GuardedCall::Guard guard) {
        guard_ = guard;
        dictionary_.emplace(GetParam().variants.front(), bytes, guard);
    }

    Outcome run(std::size_t variant, decltype(trueno_codec_compress_with) call, ByteView source,
                std::span<std::byte> destination) {
        std::size_t length = destination.size();
        const ByteView placed = memory_[variant]->source(source, guard_);
        const int status = call(GetParam().variants[variant].handle(), dictionary_->params(),
                                placed.data(), placed.size(), destination.data(), &length,
                                memory_[variant]->workmem(guard_).data());
        return {status, length};
    }

    std::span<std::byte> destination(std::size_t variant, std::size_t length) {
        return memory_[variant]->destination(length, guard_);
    }

    Bytes stream_of(std::size_t variant, ByteView content) {
        const auto room = destination(variant, GetParam().variants[variant].bound(content.size()));
        const Outcome outcome = run(variant, trueno_codec_compress_with, content, room);
        EXPECT_EQ(outcome.status, 0) << GetParam().variants[variant].name();
        return {room.begin(), room.begin() + static_cast<std::ptrdiff_t>(outcome.length)};
    }

    void expect_round_trips(ByteView content) {
        for (std::size_t e = 0; e < GetParam().variants.size(); ++e) {
            const Bytes stream = stream_of(e, content);
            ASSERT_EQ(run(e, trueno_codec_compress_with, content, destination(e, stream.size())),
                      (Outcome{0, stream.size()}));
            ASSERT_EQ(
                run(e, trueno_codec_compress_with, content, destination(e, stream.size() - 1)),
                no_space);
            for (std::size_t d = 0; d < GetParam().variants.size(); ++d) {
                const auto restored = destination(d, content.size());
                ASSERT_EQ(run(d, trueno_codec_decompress_with, stream, restored),
                          (Outcome{0, content.size()}))
                    << GetParam().variants[e].name() << " to " << GetParam().variants[d].name();
                ASSERT_TRUE(std::equal(restored.begin(), restored.end(), content.begin()));
                if (!content.empty()) {
                    ASSERT_EQ(run(d, trueno_codec_decompress_with, stream,
                                  destination(d, content.size() - 1)),
                              no_space);
                }
            }
        }
    }

    // Every variant gives the reference's verdict, and its bytes.
    void expect_agreement(ByteView stream, std::size_t room) {
        const std::size_t last = GetParam().variants.size() - 1;
        const auto expected = destination(last, room);
        const Outcome verdict = run(last, trueno_codec_decompress_with, stream, expected);
        for (std::size_t d = 0; d < last; ++d) {
            const auto restored = destination(d, room);
            ASSERT_EQ(run(d, trueno_codec_decompress_with, stream, restored), verdict)
                << testing::PrintToString(stream);
            if (verdict.status == 0) {
                const auto length = static_cast<std::ptrdiff_t>(verdict.length);
                ASSERT_TRUE(
                    std::equal(restored.begin(), restored.begin() + length, expected.begin()));
            }
        }
    }

  private:
    std::vector<std::unique_ptr<GuardedCall>> memory_;
    std::optional<GuardedDictionary> dictionary_;
    GuardedCall::Guard guard_ = GuardedCall::Guard::rear;
};

TEST_P(FormatDictionary, EveryVariantReadsEveryVariant) {
    std::vector<Bytes> contents = mixed_pages(20);
    for (std::size_t length = 0; length < 60; ++length) {
        contents.push_back(generate(InputKind::text, length, 5));
        contents.push_back(sample_dictionary(length));
    }
    contents.push_back(sample_dictionary(5000));
    contents.push_back(sample_dictionary(70000));
    contents.push_back(generate(InputKind::pointers, 70000, 4));
    for (const std::size_t length : {1, 4, 7, 8, 9, 30, 1000, 4096, 65535, 65536, 100000}) {
        for (const GuardedCall::Guard guard : both_guards) {
            set_dictionary(sample_dictionary(length), guard);
            for (const Bytes& content : contents) {
                ASSERT_NO_FATAL_FAILURE(expect_round_trips(content))
                    << length << " bytes of dictionary, " << content.size() << " of content";
            }
        }
    }
}

TEST_P(FormatDictionary, APageOfTheDictionaryCostsAQuarterAtMost) {
    const Bytes dictionary = sample_dictionary(5 * TRUENO_PAGE_SIZE);
    set_dictionary(dictionary, GuardedCall::Guard::rear);
    for (std::size_t i = 0; i < 5; ++i) {
        const ByteView page = std::span(dictionary).subspan(i * TRUENO_PAGE_SIZE, TRUENO_PAGE_SIZE);
        for (std::size_t e = 0; e < GetParam().variants.size(); ++e) {
            // A reference may store what it is given.
            const Codec codec = GetParam().variants[e];
            if (compressed(codec, page).size() < page.size()) {
                EXPECT_LT(stream_of(e, page).size(), 1000u) << codec.name();
            }
        }
    }
}

TEST_P(FormatDictionary, AnotherDictionaryDoesNoHarm) {
    for (const Bytes& page : mixed_pages(30)) {
        set_dictionary(sample_dictionary(30000), GuardedCall::Guard::rear);
        const Bytes stream = stream_of(0, page);
        for (const std::size_t length : {10, 3000, 30000}) {
            set_dictionary(generate(InputKind::text, length, 9), GuardedCall::Guard::front);
            ASSERT_NO_FATAL_FAILURE(expect_agreement(stream, page.size()));
        }
    }
}

TEST_P(FormatDictionary, DamagedStreamsGetTheReferencesVerdict) {
    const Bytes dictionary = sample_dictionary(3000);
    set_dictionary(dictionary, GuardedCall::Guard::rear);
    std::vector<Bytes> contents = {generate(InputKind::text, 400, 1), sample_dictionary(700)};
    contents.push_back(sample_pages()[40]);
    for (const Bytes& content : contents) {
        Bytes stream = stream_of(0, content);
        for (std::size_t length = 0; length < stream.size(); ++length) {
            ASSERT_NO_FATAL_FAILURE(
                expect_agreement(std::span(stream).first(length), content.size()));
        }
        for (std::byte& byte : stream) {
            const std::byte original = byte;
            for (const unsigned int change : {1u, 0x10u, 0x80u, 0xffu}) {
                byte = original ^ static_cast<std::byte>(change);
                ASSERT_NO_FATAL_FAILURE(expect_agreement(stream, content.size()));
            }
            byte = original;
        }
    }
    for (std::uint32_t seed = 0; seed < 3000; ++seed) {
        ASSERT_NO_FATAL_FAILURE(
            expect_agreement(generate(InputKind::random, seed % 100, seed), seed % 900));
    }
}

INSTANTIATE_TEST_SUITE_P(Formats, FormatDictionary, testing::ValuesIn(formats_with_dictionaries()),
                         [](const auto& info) { return test_name(info.param.name); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FormatDictionary);

}  // namespace
}  // namespace trueno::test
