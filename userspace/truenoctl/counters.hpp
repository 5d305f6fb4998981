// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What trueno.ko has counted since it was loaded, as its files in debugfs say.
#ifndef TRUENOCTL_COUNTERS_HPP
#define TRUENOCTL_COUNTERS_HPP

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"
#include "sysfs.hpp"
#include "table.hpp"

namespace truenoctl {

/// What one codec did in one direction.
struct CodecCounters {
    std::string codec;
    std::string direction;
    std::uint64_t calls = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t no_space = 0;   ///< calls that failed for want of room
    std::uint64_t failures = 0;   ///< calls that failed for any other reason
    std::uint64_t fallbacks = 0;  ///< calls that came because SIMD could not be used
};

/// How often a codec that chooses a format by page chose this one, or met it.
struct ChoiceCounters {
    std::string codec;
    std::string direction;
    std::string choice;
    std::uint64_t calls = 0;
    std::uint64_t bytes = 0;  ///< of the streams
};

struct Counters {
    std::vector<CodecCounters> codecs;
    /// The choices of a codec and direction add up to its calls that succeeded.
    std::vector<ChoiceCounters> choices;
};

/// The content of trueno/counters and trueno/choices. The first line names the
/// columns: their order does not matter, and unknown ones are passed over.
Result<std::vector<CodecCounters>> parse_counters(std::string_view text);
Result<std::vector<ChoiceCounters>> parse_choices(std::string_view text);

/// Reads both files. A module that has no file of choices has made none.
Result<Counters> read_counters(const SystemRoot& root = {});

/// Two tables, of what was called only.
std::string to_text(const Counters& counters);
/// All there is.
Json to_json(const Counters& counters);

}  // namespace truenoctl

#endif  // TRUENOCTL_COUNTERS_HPP
