// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "dictionary.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zdict.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <set>
#include <string_view>
#include <unordered_set>

#include "page_codec.hpp"

namespace truenoctl {

namespace {

constexpr std::size_t kHeldOutDivisor = 5;

// The best variant of each format comes first.
std::vector<trueno::Codec> best_codecs_with_dictionary() {
    std::vector<trueno::Codec> codecs;
    std::set<std::string_view> formats;
    for (const trueno::Codec codec : trueno::Codec::all()) {
        if (codec.takes_dictionary() && formats.insert(codec.format()).second) {
            codecs.push_back(codec);
        }
    }
    return codecs;
}

Result<std::uint64_t> stored_bytes(trueno::PageCompressor compressor, const PageList& pages,
                                   std::size_t stream_limit) {
    std::byte stream[kStreamCapacity];
    std::byte restored[kPageSize];
    std::uint64_t bytes = 0;
    for (const std::byte* page : pages) {
        const auto size = compressor.compress({page, kPageSize}, stream);
        const auto length = size ? compressor.decompress({stream, *size}, restored)
                                 : trueno::Result<std::size_t>(size.error());
        if (!length || *length != kPageSize || std::memcmp(restored, page, kPageSize) != 0) {
            return failure(
                fmt::format("{}: a page does not come back as it was", compressor.codec().name()),
                "do not use it, and report this as a bug", ExitStatus::problem_found);
        }
        bytes += *size > stream_limit ? kPageSize : *size;
    }
    return bytes;
}

}  // namespace

Result<DictionaryKind> dictionary_kind(const std::string& algorithm) {
    const auto codec = trueno::Codec::find(algorithm);
    if (codec && codec->takes_dictionary()) {
        return std::string_view(codec->stream_format()) == "trueno-zstd"
                   ? DictionaryKind::zstd
                   : DictionaryKind::raw_content;
    }
    std::vector<std::string_view> names;
    for (const trueno::Codec each : best_codecs_with_dictionary()) {
        names.emplace_back(each.format());
    }
    return usage_failure(fmt::format("--algorithm '{}' takes no dictionary", algorithm),
                         fmt::format("these do: {}", fmt::join(names, ", ")));
}

Result<PageSplit> split_pages(const std::vector<PageGroup>& groups, std::uint64_t seed) {
    std::unordered_set<std::string_view> seen;
    PageList pages;
    for (const PageGroup& group : groups) {
        for (std::size_t i = 0; i < group.size(); i++) {
            const std::byte* page = group.page(i);
            if (seen.emplace(reinterpret_cast<const char*>(page), kPageSize).second) {
                pages.push_back(page);
            }
        }
    }
    if (pages.size() < kLeastTrainingPages) {
        return failure(fmt::format("{} different pages are too few to train on", pages.size()),
                       fmt::format("give files with at least {}; 'truenoctl capture' makes them",
                                   kLeastTrainingPages));
    }
    std::shuffle(pages.begin(), pages.end(), std::mt19937_64(seed));
    const auto boundary =
        pages.begin() + static_cast<std::ptrdiff_t>(pages.size() / kHeldOutDivisor);
    return PageSplit{{boundary, pages.end()}, {pages.begin(), boundary}};
}

Result<std::vector<std::byte>> train_dictionary(const PageList& pages, DictionaryKind kind,
                                                std::size_t size) {
    std::vector<std::byte> samples;
    samples.reserve(pages.size() * kPageSize);
    for (const std::byte* page : pages) {
        samples.insert(samples.end(), page, page + kPageSize);
    }
    const std::vector<std::size_t> sizes(pages.size(), kPageSize);
    std::vector<std::byte> dictionary(size);
    const std::size_t length =
        ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), samples.data(), sizes.data(),
                              static_cast<unsigned int>(sizes.size()));
    if (ZDICT_isError(length) != 0) {
        return failure(
            fmt::format("no dictionary can be made of these pages: {}", ZDICT_getErrorName(length)),
            "give more pages, or pages that have content in common");
    }
    dictionary.resize(length);
    if (kind == DictionaryKind::raw_content) {
        const std::size_t header = ZDICT_getDictHeaderSize(dictionary.data(), dictionary.size());
        if (ZDICT_isError(header) != 0) {
            return failure(fmt::format("the dictionary of libzstd is not one: {}",
                                       ZDICT_getErrorName(header)));
        }
        dictionary.erase(dictionary.begin(),
                         dictionary.begin() + static_cast<std::ptrdiff_t>(header));
    }
    return dictionary;
}

Result<std::vector<DictionaryGain>> measure_gain(std::span<const std::byte> dictionary,
                                                 const PageList& pages, std::size_t stream_limit) {
    std::vector<DictionaryGain> gains;
    for (const trueno::Codec codec : best_codecs_with_dictionary()) {
        const auto params = trueno::CodecParams::prepare(codec, TRUENO_LEVEL_DEFAULT, dictionary);
        if (!params) {
            return failure(fmt::format("{} does not take the dictionary", codec.name()));
        }
        const auto without = stored_bytes(trueno::PageCompressor(codec), pages, stream_limit);
        const auto with = stored_bytes(trueno::PageCompressor(codec, *params), pages, stream_limit);
        if (!without || !with) {
            return tl::unexpected(without ? with.error() : without.error());
        }
        gains.push_back({codec.name(), *without, *with});
    }
    return gains;
}

}  // namespace truenoctl
