// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Dictionaries for trueno's codecs: made of some pages, judged on others.
#ifndef TRUENOCTL_DICTIONARY_HPP
#define TRUENOCTL_DICTIONARY_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <trueno/trueno.hpp>
#include <vector>

#include "error.hpp"
#include "page_source.hpp"

namespace truenoctl {

/// What codecs look at is the last 64 KiB of a dictionary's content.
inline constexpr std::size_t kLargestDictionary = 65536;
inline constexpr std::size_t kSmallestDictionary = 1024;

/// Fewer different pages than this say nothing about others.
inline constexpr std::size_t kLeastTrainingPages = 64;

enum class DictionaryKind {
    zstd,         ///< entropy tables and content (RFC 8878, section 5)
    raw_content,  ///< the content alone
};

/// The kind that suits a codec of trueno; a usage error that names those that
/// take one if @p algorithm does not.
Result<DictionaryKind> dictionary_kind(const std::string& algorithm);

using PageList = std::vector<const std::byte*>;

struct PageSplit {
    PageList training;
    PageList held_out;
};

/// Holds a fifth of the pages out, chosen by @p seed. Of pages that are equal
/// only one takes part: else what was trained on would be measured, too. The
/// pointers are valid as long as @p groups. An error if there are too few pages.
Result<PageSplit> split_pages(const std::vector<PageGroup>& groups, std::uint64_t seed);

/// The segments that come up in most pages, the most used last, as libzstd's
/// dictionary builder finds them; at most @p size bytes.
Result<std::vector<std::byte>> train_dictionary(const PageList& pages, DictionaryKind kind,
                                                std::size_t size);

struct DictionaryGain {
    std::string codec;
    std::uint64_t bytes_without = 0;  ///< stored, by zram's rules
    std::uint64_t bytes_with = 0;
};

/// What every codec that takes @p dictionary makes of @p pages without and with
/// it; the best variant of each. A page that does not come back is an error
/// with ExitStatus::problem_found.
Result<std::vector<DictionaryGain>> measure_gain(std::span<const std::byte> dictionary,
                                                 const PageList& pages, std::size_t stream_limit);

}  // namespace truenoctl

#endif  // TRUENOCTL_DICTIONARY_HPP
