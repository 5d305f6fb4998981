// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What pages are made of, and what zram would make of them with each codec.
#ifndef TRUENOCTL_MEMORY_ANALYSIS_HPP
#define TRUENOCTL_MEMORY_ANALYSIS_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"
#include "page_codec.hpp"
#include "page_source.hpp"

namespace truenoctl {

/// Shannon entropy of the bytes as single symbols: 0 if all are equal, 8 if all
/// 256 values are equally frequent. @p bytes must not be empty.
double entropy_bits_per_byte(std::span<const std::byte> bytes);

/// The longest stream, in bytes, that zram stores as a stream under a kernel of
/// that @p release: what is longer falls into a zsmalloc class
/// of one object a page, and zram keeps the page itself instead. The limit
/// follows from the pages zsmalloc chains (Documentation/mm/zsmalloc.rst): 4
/// before Linux 6.3, by default 8 from then on.
std::size_t zram_stream_limit(std::string_view release);

/// What to write into zram's comp_algorithm for a codec of bench's names:
/// "trueno-zstd" for "trueno-zstd@bmi2", "zstd" for "kernel-zstd-3". A level
/// other than the default follows as in algorithm_params: "zstd level=1".
/// nullopt for what is no codec of zram, such as "memcpy".
std::optional<std::string> zram_algorithm(std::string_view codec);

/// What zram would make of the analysed pages with one codec.
struct CodecPrediction {
    std::string codec;               ///< such as "trueno-zstd@bmi2"
    std::string algorithm;           ///< zram's name of it, by zram_algorithm()
    std::uint64_t stored_bytes = 0;  ///< streams and plain pages; same-filled pages take none
    std::size_t plain_pages = 0;     ///< pages kept as they are, their stream being too long
    double compress_us = 0;          ///< of one page, median over the sample
    double decompress_us = 0;        ///< the same, of pages that are not kept plain
    double compress_mean_us = 0;     ///< of one page, mean over the sample: what adds up
    double decompress_mean_us = 0;   ///< the same; a page kept plain takes nothing
};

/// Pages by their entropy: [0, 1), [1, 2) ... [7, 8] bits per byte.
using EntropyHistogram = std::array<std::size_t, 8>;

struct MemoryAnalysis {
    std::vector<std::string> sources;
    std::size_t pages = 0;         ///< all of them
    std::size_t same_filled = 0;   ///< which zram keeps as one word
    std::size_t duplicates = 0;    ///< of the others: equal to an earlier one
    EntropyHistogram entropy{};    ///< of those not same-filled
    std::size_t stream_limit = 0;  ///< zram_stream_limit()
    std::size_t timed_pages = 0;   ///< size of the sample that was timed
    std::vector<CodecPrediction> codecs;
};

/// The codecs of @p set that a machine would choose among: the best variant of
/// each of trueno's formats and the peers, without the plain copy.
std::vector<PageCodec*> codecs_to_analyze(const CodecSet& set);

/// All @p groups taken as one. Sizes are of all pages; times of a sample that
/// @p seed chooses, measured as by bench on the CPU the caller runs on. Each
/// codec must be one that zram_algorithm() knows. A codec that does not restore
/// a page is an error with ExitStatus::problem_found.
Result<MemoryAnalysis> analyze_memory(std::vector<PageGroup> groups,
                                      const std::vector<PageCodec*>& codecs,
                                      std::size_t stream_limit, std::uint64_t seed);

}  // namespace truenoctl

#endif  // TRUENOCTL_MEMORY_ANALYSIS_HPP
