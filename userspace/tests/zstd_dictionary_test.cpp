// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Dictionaries of trueno-zstd, raw and formatted (RFC 8878, 5): libzstd reads
// what is written with one and writes what is read, another one or none is
// refused, and so is a dictionary that is damaged.
#include <gtest/gtest.h>
#include <zdict.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>

#include "support/codec_calls.hpp"

namespace trueno::test {
namespace {

// Where things are in a formatted dictionary.
constexpr std::size_t id_at = 4;
constexpr std::size_t header_size = 8;

std::vector<Codec> zstd_codecs() {
    std::vector<Codec> codecs = Codec::all();
    std::erase_if(codecs, [](Codec codec) {
        return !std::string_view(codec.format()).starts_with("trueno-zstd");
    });
    return codecs;
}

bool is_reference(Codec codec) {
    return std::string_view(codec.isa()) == "reference";
}

std::uint32_t number_at(const Bytes& bytes, std::size_t at) {
    std::uint32_t number;
    std::memcpy(&number, &bytes[at], sizeof(number));
    return number;
}

void put_number(Bytes& bytes, std::size_t at, std::uint32_t number) {
    std::memcpy(&bytes[at], &number, sizeof(number));
}

// Every second page of the sample is for dictionaries, the others are tried.
Bytes pages_for_training() {
    Bytes bytes;
    for (std::size_t i = 0; i < sample_pages().size(); i += 2) {
        bytes.insert(bytes.end(), sample_pages()[i].begin(), sample_pages()[i].end());
    }
    return bytes;
}

Bytes raw_dictionary(std::size_t length) {
    Bytes dictionary = pages_for_training();
    dictionary.resize(length);
    return dictionary;
}

Bytes trained_dictionary(const Bytes& samples, std::size_t length) {
    const std::vector<std::size_t> sizes(samples.size() / TRUENO_PAGE_SIZE, TRUENO_PAGE_SIZE);
    Bytes dictionary(length);
    const std::size_t trained =
        ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), samples.data(), sizes.data(),
                              static_cast<unsigned int>(sizes.size()));
    EXPECT_FALSE(ZDICT_isError(trained)) << ZDICT_getErrorName(trained);
    dictionary.resize(trained);
    return dictionary;
}

// What training takes is needed once.
const Bytes& long_trained_dictionary() {
    static const Bytes dictionary = trained_dictionary(pages_for_training(), 112640);
    return dictionary;
}

const Bytes& short_trained_dictionary() {
    static const Bytes dictionary = trained_dictionary(pages_for_training(), 6000);
    return dictionary;
}

std::size_t tables_end(const Bytes& dictionary) {
    return ZDICT_getDictHeaderSize(dictionary.data(), dictionary.size());
}

std::vector<Bytes> dictionaries() {
    std::vector<Bytes> all = {long_trained_dictionary(), short_trained_dictionary()};
    for (const std::size_t length : {1, 7, 8, 15, 17, 40, 5000, 65528, 65536, 100000}) {
        all.push_back(raw_dictionary(length));
    }
    // Dictionary_ID in one, two and four bytes.
    for (const std::uint32_t id : {1u, 255u, 256u, 65535u, 65536u, ~0u}) {
        Bytes dictionary = short_trained_dictionary();
        put_number(dictionary, id_at, id);
        all.push_back(dictionary);
    }
    return all;
}

std::vector<Bytes> contents_beside(const Bytes& dictionary) {
    std::vector<Bytes> contents = mixed_pages(25);
    for (std::size_t length = 0; length < 100; length += 3) {
        contents.push_back(generate(InputKind::text, length, 5));
    }
    for (const std::size_t length : {18, 100, 4096, 5000, 16384, 65536, 70000}) {
        // The dictionary's end, and its start: what is farthest away.
        Bytes content(
            dictionary.end() - static_cast<std::ptrdiff_t>(std::min(length, dictionary.size())),
            dictionary.end());
        content.insert(content.end(), dictionary.begin(), dictionary.end());
        content.resize(length);
        contents.push_back(content);
    }
    return contents;
}

auto building(Codec codec, const Bytes& dictionary) {
    return CompressorBuilder()
        .format(codec.format())
        .isa(codec.isa())
        .dictionary(dictionary)
        .build();
}

/// @throws std::runtime_error if the dictionary is refused.
PageCompressor with(Codec codec, const Bytes& dictionary) {
    auto built = building(codec, dictionary);
    if (!built) {
        throw std::runtime_error("refused");
    }
    return *std::move(built);
}

Bytes stream_of(PageCompressor& compressor, const Bytes& content) {
    Bytes stream(compressor.codec().bound(content.size()));
    const auto length = compressor.compress(content, stream);
    EXPECT_TRUE(length);
    stream.resize(length.value_or(0));
    return stream;
}

// libzstd with one dictionary, which it takes apart by itself.
class Libzstd {
  public:
    explicit Libzstd(const Bytes& dictionary)
        : prepared_(ZSTD_createDDict(dictionary.data(), dictionary.size())) {
        EXPECT_TRUE(prepared_);
        EXPECT_FALSE(ZSTD_isError(
            ZSTD_CCtx_loadDictionary(compressor_.get(), dictionary.data(), dictionary.size())));
    }

    void set(ZSTD_cParameter parameter, int value) {
        EXPECT_FALSE(ZSTD_isError(ZSTD_CCtx_setParameter(compressor_.get(), parameter, value)));
    }

    Bytes compress(const Bytes& content) {
        Bytes stream(ZSTD_compressBound(content.size()));
        const std::size_t length = ZSTD_compress2(compressor_.get(), stream.data(), stream.size(),
                                                  content.data(), content.size());
        EXPECT_FALSE(ZSTD_isError(length)) << ZSTD_getErrorName(length);
        stream.resize(length);
        return stream;
    }

    void expect_reads(const Bytes& stream, const Bytes& content) {
        Bytes restored(content.size() + 1);
        const std::size_t length =
            ZSTD_decompress_usingDDict(decompressor_.get(), restored.data(), content.size(),
                                       stream.data(), stream.size(), prepared_.get());
        ASSERT_FALSE(ZSTD_isError(length)) << ZSTD_getErrorName(length);
        restored.resize(length);
        ASSERT_EQ(restored, content);
    }

  private:
    template <auto function>
    struct Free {
        void operator()(auto* object) const { function(object); }
    };

    std::unique_ptr<ZSTD_CCtx, Free<ZSTD_freeCCtx>> compressor_{ZSTD_createCCtx()};
    std::unique_ptr<ZSTD_DCtx, Free<ZSTD_freeDCtx>> decompressor_{ZSTD_createDCtx()};
    std::unique_ptr<ZSTD_DDict, Free<ZSTD_freeDDict>> prepared_;
};

class ZstdDictionary : public testing::TestWithParam<Codec> {
  protected:
    void expect_refused(const Bytes& dictionary, const std::string& what) {
        EXPECT_EQ(building(GetParam(), dictionary).error(), Error::bad_dictionary) << what;
    }
};

TEST_P(ZstdDictionary, LibzstdReadsOurFrames) {
    for (const Bytes& dictionary : dictionaries()) {
        Libzstd libzstd(dictionary);
        PageCompressor compressor = with(GetParam(), dictionary);
        for (const Bytes& content : contents_beside(dictionary)) {
            const Bytes stream = stream_of(compressor, content);
            ASSERT_NO_FATAL_FAILURE(libzstd.expect_reads(stream, content))
                << dictionary.size() << " bytes of dictionary, " << content.size() << " of content";
            ASSERT_EQ(ZSTD_getDictID_fromFrame(stream.data(), stream.size()),
                      ZSTD_getDictID_fromDict(dictionary.data(), dictionary.size()));
            ASSERT_EQ(ZSTD_getFrameContentSize(stream.data(), stream.size()), content.size());
        }
    }
}

TEST_P(ZstdDictionary, WeReadFramesOfLibzstd) {
    for (const Bytes& dictionary : dictionaries()) {
        Libzstd libzstd(dictionary);
        PageCompressor compressor = with(GetParam(), dictionary);
        const std::vector<Bytes> contents = contents_beside(dictionary);
        for (const int level : {-5, 1, 3, 6, 19}) {
            libzstd.set(ZSTD_c_compressionLevel, level);
            libzstd.set(ZSTD_c_dictIDFlag, level != 1);
            libzstd.set(ZSTD_c_checksumFlag, level == 6);
            for (std::size_t i = 0; i < contents.size(); i += 1 + (level == 19)) {
                Bytes restored(contents[i].size());
                const Bytes stream = libzstd.compress(contents[i]);
                ASSERT_EQ(compressor.decompress(stream, restored).value_or(~std::size_t{0}),
                          contents[i].size())
                    << dictionary.size() << " bytes of dictionary, level " << level;
                ASSERT_EQ(restored, contents[i]);
            }
        }
    }
}

TEST_P(ZstdDictionary, AnotherDictionaryOrNoneIsRefused) {
    const Bytes& dictionary = long_trained_dictionary();
    Bytes renamed = dictionary;
    put_number(renamed, id_at, number_at(dictionary, id_at) + 1);
    PageCompressor compressor = with(GetParam(), dictionary);
    PageCompressor others[] = {with(GetParam(), renamed), with(GetParam(), raw_dictionary(30000)),
                               PageCompressor(GetParam())};
    for (const Bytes& page : mixed_pages(10)) {
        Bytes restored(page.size());
        for (const Bytes& stream :
             {stream_of(compressor, page), Libzstd(dictionary).compress(page)}) {
            EXPECT_TRUE(compressor.decompress(stream, restored));
            for (PageCompressor& other : others) {
                EXPECT_EQ(other.decompress(stream, restored).error(), Error::corrupt_input);
            }
        }
    }
}

// Raw content has no name: what reaches before it is all that is seen.
TEST_P(ZstdDictionary, WithoutItsRawDictionaryAMatchIntoItIsRefused) {
    const Bytes dictionary = raw_dictionary(TRUENO_PAGE_SIZE);
    PageCompressor compressor = with(GetParam(), dictionary);
    const Bytes stream = Libzstd(dictionary).compress(dictionary);
    Bytes restored(dictionary.size());
    EXPECT_TRUE(compressor.decompress(stream, restored));
    EXPECT_EQ(PageCompressor(GetParam()).decompress(stream, restored).error(),
              Error::corrupt_input);
    EXPECT_EQ(with(GetParam(), raw_dictionary(100)).decompress(stream, restored).error(),
              Error::corrupt_input);
}

TEST_P(ZstdDictionary, ATruncatedDictionaryIsRefused) {
    const Bytes& whole = short_trained_dictionary();
    // All offsets to repeat must be in the content, and one of them is 8.
    for (std::size_t length = header_size; length < tables_end(whole) + 8; ++length) {
        expect_refused(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)),
                       "cut to " + std::to_string(length));
    }
    Bytes shortest(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(tables_end(whole)));
    shortest.resize(shortest.size() + 8, std::byte{'x'});
    PageCompressor compressor = with(GetParam(), shortest);
    const Bytes page = generate(InputKind::text, TRUENO_PAGE_SIZE, 2);
    Libzstd(shortest).expect_reads(stream_of(compressor, page), page);
}

// What libzstd refuses is refused; what is taken serves both directions.
TEST_P(ZstdDictionary, ADamagedDictionaryIsRefusedOrServes) {
    const Bytes& good = short_trained_dictionary();
    const Bytes page = sample_pages()[3];
    std::size_t refused = 0;
    for (std::size_t at = header_size; at < tables_end(good); ++at) {
        for (const unsigned int change : {1u, 0x10u, 0x80u, 0xffu}) {
            Bytes damaged = good;
            damaged[at] ^= static_cast<std::byte>(change);
            const auto built = building(GetParam(), damaged);
            ZSTD_DDict* const prepared = ZSTD_createDDict(damaged.data(), damaged.size());
            ZSTD_freeDDict(prepared);
            ASSERT_EQ(built.has_value(), prepared != nullptr) << "byte " << at << " ^ " << change;
            if (!built) {
                ASSERT_EQ(built.error(), Error::bad_dictionary);
                ++refused;
                continue;
            }
            PageCompressor compressor = with(GetParam(), damaged);
            const Bytes stream = stream_of(compressor, page);
            Bytes restored(page.size());
            ASSERT_EQ(compressor.decompress(stream, restored).value_or(0), page.size());
            ASSERT_EQ(restored, page);
        }
    }
    EXPECT_GT(refused, tables_end(good));
}

TEST_P(ZstdDictionary, OffsetsBeyondTheContentAndNoNameAreRefused) {
    const Bytes& good = short_trained_dictionary();
    const std::size_t content = tables_end(good);
    const auto length = static_cast<std::uint32_t>(good.size() - content);
    for (const std::size_t back : {12, 8, 4}) {
        for (const std::uint32_t offset : {0u, length + 1, ~0u}) {
            Bytes bad = good;
            put_number(bad, content - back, offset);
            expect_refused(bad, "offset " + std::to_string(offset));
        }
        Bytes farthest = good;
        put_number(farthest, content - back, length);
        EXPECT_NO_THROW(with(GetParam(), farthest));
    }
    Bytes nameless = good;
    put_number(nameless, id_at, 0);
    expect_refused(nameless, "no name");
}

// Pages that go on with an offset of the dictionary's from their first byte.
TEST_P(ZstdDictionary, ItsOffsetsAreRepeated) {
    for (const Bytes* const trained : {&short_trained_dictionary(), &long_trained_dictionary()}) {
        const std::size_t start = tables_end(*trained);
        const std::size_t length = trained->size() - start;
        for (const std::size_t offset : {std::size_t{20}, length / 2, length - 1, length}) {
            Bytes dictionary = *trained;
            for (const std::size_t back : {12, 8, 4}) {
                put_number(dictionary, start - back, static_cast<std::uint32_t>(offset));
            }
            Bytes page = generate(InputKind::random, TRUENO_PAGE_SIZE, 7);
            for (std::size_t i = 0; i < 2000; ++i) {
                page[i] =
                    i < offset ? dictionary[dictionary.size() - offset + i] : page[i - offset];
            }
            PageCompressor compressor = with(GetParam(), dictionary);
            const Bytes stream = stream_of(compressor, page);
            Libzstd(dictionary).expect_reads(stream, page);
            if (!is_reference(GetParam()) && offset < 65000) {
                EXPECT_LT(stream.size(), page.size() - 1900u) << "offset " << offset;
            }
        }
    }
}

TEST_P(ZstdDictionary, PagesOfTheKindTakeLess) {
    Bytes raw;
    for (std::uint32_t seed = 0; seed < 64; ++seed) {
        const Bytes page = generate(InputKind::text, TRUENO_PAGE_SIZE, seed);
        raw.insert(raw.end(), page.begin(), page.end());
    }
    for (const Bytes& dictionary : {raw, trained_dictionary(raw, 65536)}) {
        std::size_t without = 0;
        std::size_t size = 0;
        PageCompressor compressor = with(GetParam(), dictionary);
        for (std::uint32_t seed = 100; seed < 130; ++seed) {
            const Bytes page = generate(InputKind::text, TRUENO_PAGE_SIZE, seed);
            without += compressed(GetParam(), page).size();
            size += stream_of(compressor, page).size();
        }
        EXPECT_TRUE(size < without - without / 10 || is_reference(GetParam()))
            << size << ", without " << without;
    }
}

TEST_P(ZstdDictionary, VariantsWriteTheSameBytes) {
    for (const Codec other : zstd_codecs()) {
        if (std::string_view(other.format()) != GetParam().format() || is_reference(other) ||
            is_reference(GetParam())) {
            continue;
        }
        for (const Bytes& dictionary : {long_trained_dictionary(), raw_dictionary(5000)}) {
            PageCompressor one = with(GetParam(), dictionary);
            PageCompressor another = with(other, dictionary);
            for (const Bytes& content : contents_beside(dictionary)) {
                ASSERT_EQ(stream_of(one, content), stream_of(another, content)) << other.name();
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Variants, ZstdDictionary, testing::ValuesIn(zstd_codecs()),
                         [](const auto& info) { return test_name(info.param.name()); });

}  // namespace
}  // namespace trueno::test
