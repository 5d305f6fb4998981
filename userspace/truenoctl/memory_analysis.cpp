// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "memory_analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <set>
#include <utility>

#include "bench_measure.hpp"
#include "kernel_release.hpp"
#include "statistics.hpp"
#include "stopwatch.hpp"

namespace truenoctl {

namespace {

// Enough for a branch predictor not to learn them, and for a few seconds.
constexpr std::size_t kTimedPages = 1024;
static_assert(kTimedPages >= kEnoughPages);
constexpr double kNanosecondsPerMicrosecond = 1000;

// zsmalloc's classes are 16 bytes apart, and each object carries a handle.
constexpr std::size_t kClassDistance = 16;
constexpr std::size_t kHandleSize = 8;

PageGroup merge(std::vector<PageGroup> groups) {
    PageGroup all("all");
    for (PageGroup& group : groups) {
        all.add(std::move(group));
    }
    return all;
}

PageGroup choose_sample(const PageGroup& pages, std::uint64_t seed) {
    std::vector<std::size_t> indexes(pages.size());
    std::iota(indexes.begin(), indexes.end(), std::size_t{0});
    std::vector<std::size_t> chosen;
    std::sample(indexes.begin(), indexes.end(), std::back_inserter(chosen), kTimedPages,
                std::mt19937_64(seed));
    PageGroup sample(pages.name());
    for (const std::size_t index : chosen) {
        sample.add(pages.page(index));
    }
    return sample;
}

EntropyHistogram entropy_of(const PageGroup& pages) {
    EntropyHistogram histogram{};
    for (std::size_t i = 0; i < pages.size(); i++) {
        const auto bits =
            static_cast<std::size_t>(entropy_bits_per_byte({pages.page(i), kPageSize}));
        histogram[std::min(bits, histogram.size() - 1)]++;
    }
    return histogram;
}

Result<void> predict_sizes(PageCodec& codec, const PageGroup& pages, std::size_t stream_limit,
                           CodecPrediction& prediction) {
    std::byte stream[kStreamCapacity];
    for (std::size_t i = 0; i < pages.size(); i++) {
        std::size_t size = kStreamCapacity;
        if (const int error = codec.compress(pages.page(i), kPageSize, stream, &size); error != 0) {
            return failure(fmt::format("{}: compression failed with error {}", codec.name(), error),
                           "'truenoctl verify' on the same pages tells more",
                           ExitStatus::problem_found);
        }
        const bool is_plain = size > stream_limit;
        prediction.plain_pages += is_plain ? 1 : 0;
        prediction.stored_bytes += is_plain ? kPageSize : size;
    }
    return {};
}

double mean(double sum, std::size_t count) {
    return count == 0 ? 0 : sum / static_cast<double>(count);
}

// A page that zram keeps plain was compressed in vain and is never decompressed.
void predict_times(const CodecMeasurement& measured, std::size_t stream_limit,
                   CodecPrediction& prediction) {
    const std::vector<double>& compress_ns = measured.compress.median_ns;
    std::vector<double> decompress_ns;
    for (std::size_t i = 0; i < measured.sizes.size(); i++) {
        if (measured.sizes[i] <= static_cast<double>(stream_limit)) {
            decompress_ns.push_back(measured.decompress.median_ns[i]);
        }
    }
    const double compress_sum = std::accumulate(compress_ns.begin(), compress_ns.end(), 0.0);
    const double decompress_sum = std::accumulate(decompress_ns.begin(), decompress_ns.end(), 0.0);
    prediction.compress_mean_us =
        mean(compress_sum, compress_ns.size()) / kNanosecondsPerMicrosecond;
    prediction.decompress_mean_us =
        mean(decompress_sum, measured.sizes.size()) / kNanosecondsPerMicrosecond;
    prediction.compress_us = median(compress_ns) / kNanosecondsPerMicrosecond;
    prediction.decompress_us =
        decompress_ns.empty() ? 0 : median(std::move(decompress_ns)) / kNanosecondsPerMicrosecond;
}

}  // namespace

double entropy_bits_per_byte(std::span<const std::byte> bytes) {
    std::array<std::size_t, 256> counts{};
    for (const std::byte byte : bytes) {
        counts[std::to_integer<std::size_t>(byte)]++;
    }
    double bits = 0;
    for (const std::size_t count : counts) {
        if (count > 0) {
            const double share = static_cast<double>(count) / static_cast<double>(bytes.size());
            bits -= share * std::log2(share);
        }
    }
    return bits;
}

std::size_t zram_stream_limit(std::string_view release) {
    constexpr std::pair<int, int> kLongerChains{6, 3};
    const std::size_t chain_pages = parse_release(release) >= kLongerChains ? 8 : 4;
    // The largest class of which n chained pages hold n + 1 objects; of the next
    // one they hold n, as n single pages do.
    const std::size_t largest_class =
        chain_pages * kPageSize / (chain_pages + 1) / kClassDistance * kClassDistance;
    return largest_class - kHandleSize;
}

std::optional<std::string> zram_algorithm(std::string_view codec) {
    if (codec.starts_with("trueno-")) {
        return std::string(codec.substr(0, codec.find('@')));
    }
    if (codec == "kernel-lz4" || codec == "liblz4") {
        return "lz4";
    }
    if (codec == "kernel-lzo-rle") {
        return "lzo-rle";
    }
    for (const std::string_view prefix : {"kernel-zstd-", "libzstd-"}) {
        if (codec.starts_with(prefix)) {
            const std::string_view level = codec.substr(prefix.size());
            constexpr std::string_view fast = "fast";
            return level == "3"
                       ? "zstd"
                       : fmt::format("zstd level={}",
                                     level.starts_with(fast) ? level.substr(fast.size()) : level);
        }
    }
    return std::nullopt;
}

std::vector<PageCodec*> codecs_to_analyze(const CodecSet& set) {
    std::vector<PageCodec*> codecs;
    std::set<std::string> seen_formats;
    for (const auto& codec : set.codecs) {
        const std::optional<std::string> algorithm = zram_algorithm(codec->name());
        const bool is_ours = codec->keeps_trueno_contract();
        // The variants of a format follow each other, the best one first.
        if (algorithm && (!is_ours || seen_formats.insert(*algorithm).second)) {
            codecs.push_back(codec.get());
        }
    }
    return codecs;
}

Result<MemoryAnalysis> analyze_memory(std::vector<PageGroup> groups,
                                      const std::vector<PageCodec*>& codecs,
                                      std::size_t stream_limit, std::uint64_t seed) {
    MemoryAnalysis analysis;
    for (const PageGroup& group : groups) {
        analysis.sources.push_back(group.name());
    }
    const PageGroup pages = merge(std::move(groups));
    analysis.same_filled = pages.same_filled();
    analysis.pages = pages.size() + pages.same_filled();
    analysis.duplicates = pages.duplicates();
    analysis.entropy = entropy_of(pages);
    analysis.stream_limit = stream_limit;

    const PageGroup sample = choose_sample(pages, seed);
    analysis.timed_pages = sample.size();
    MeasureOptions options;
    options.rounds = kMinimumRounds;
    options.seed = seed;
    options.scale = measure_tick_scale();
    const Result<GroupMeasurement> measured = measure_group(sample, codecs, {}, options);
    if (!measured) {
        return tl::unexpected(measured.error());
    }
    for (std::size_t i = 0; i < codecs.size(); i++) {
        CodecPrediction prediction;
        prediction.codec = codecs[i]->name();
        prediction.algorithm = zram_algorithm(codecs[i]->name()).value();
        if (Result<void> sizes = predict_sizes(*codecs[i], pages, stream_limit, prediction);
            !sizes) {
            return tl::unexpected(sizes.error());
        }
        predict_times(measured->codecs[i], stream_limit, prediction);
        analysis.codecs.push_back(std::move(prediction));
    }
    return analysis;
}

}  // namespace truenoctl
