// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The policy file of tune: what is done to which device's cold pages.
#ifndef TRUENOCTL_TUNE_POLICY_HPP
#define TRUENOCTL_TUNE_POLICY_HPP

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "error.hpp"

namespace truenoctl {

struct TunePolicy {
    std::chrono::seconds idle_after{3600};  ///< pages unused for so long are idle
    bool recompress = false;                ///< idle pages
    std::string recompress_algorithm;       ///< empty: all of the device, by priority
    std::vector<std::string> writeback;     ///< types as of the attribute writeback
    std::uint64_t writeback_bytes_per_day = 0;

    bool acts() const { return recompress || !writeback.empty(); }

    /// Whether pages have to be marked idle for it.
    bool needs_idle_pages() const;
};

struct TunePolicies {
    TunePolicy defaults;
    std::map<std::string, TunePolicy> devices;  ///< by name, such as "zram0"

    const TunePolicy& of(const std::string& device) const;
};

/// Reads the text of an INI file with the sections [defaults] and [zramN],
/// whose keys override the defaults wherever those stand. Usage errors quote
/// the line's key or value.
Result<TunePolicies> parse_tune_policies(const std::string& text);

/// "90", "90s", "15min", "2h", "1d". A usage error quotes @p text.
Result<std::chrono::seconds> parse_duration(const std::string& text);

}  // namespace truenoctl

#endif  // TRUENOCTL_TUNE_POLICY_HPP
