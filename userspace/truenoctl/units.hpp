// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Sizes and numbers as people write and read them.
#ifndef TRUENOCTL_UNITS_HPP
#define TRUENOCTL_UNITS_HPP

#include <cstdint>
#include <string>
#include <string_view>

#include "error.hpp"

namespace truenoctl {

/// Parses a size in bytes: digits, an optional decimal fraction, an optional
/// unit. As in util-linux, K, M, G, T, P, E and KiB, MiB ... are powers of
/// 1024; KB, MB ... are powers of 1000; case does not matter. Errors are usage
/// errors that quote @p text.
Result<std::uint64_t> parse_size(std::string_view text);

/// parse_size(), or a percentage of @p ram_bytes such as "50%".
Result<std::uint64_t> parse_size_of_ram(std::string_view text, std::uint64_t ram_bytes);

/// What is printed of a size that rounds to 1024 of a unit: "1M", or "1024K" as
/// util-linux has it.
enum class Carry { into_next_unit, none };

/// A size as zramctl prints it: at most one decimal and a one-letter unit of
/// 1024, such as "4K", "1.5G", "0B".
std::string format_size(std::uint64_t bytes, Carry carry = Carry::into_next_unit);

}  // namespace truenoctl

#endif  // TRUENOCTL_UNITS_HPP
