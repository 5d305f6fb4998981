// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Checks codecs against each other on real pages: every encoder's stream with
// every decoder of its format, buffers of exactly the needed size and one byte
// less, and the verdict of every decoder on damaged streams.
#ifndef TRUENOCTL_VERIFY_PAGES_HPP
#define TRUENOCTL_VERIFY_PAGES_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "page_codec.hpp"
#include "page_source.hpp"

namespace truenoctl {

struct Mismatch {
    std::string group;
    std::size_t page;  ///< index within the group
    std::size_t source_index;
    std::string codec;
    std::string what;
};

/// What was asked of one codec.
struct CodecChecks {
    std::string name;
    std::uint64_t pages_compressed = 0;
    std::uint64_t streams_decompressed = 0;
    std::uint64_t bounds_checked = 0;
    std::uint64_t damaged_streams = 0;
    std::uint64_t mismatches = 0;
};

struct VerifyResult {
    std::vector<CodecChecks> codecs;  ///< in the order of the codecs given
    std::vector<Mismatch> mismatches;
};

/// @p damages: damaged streams for each page and format. Adds to @p result,
/// whose codecs are empty or those of an earlier call with the same @p codecs.
void verify_group(const PageGroup& pages, const std::vector<PageCodec*>& codecs,
                  unsigned int damages, std::uint64_t seed, VerifyResult& result);

}  // namespace truenoctl

#endif  // TRUENOCTL_VERIFY_PAGES_HPP
