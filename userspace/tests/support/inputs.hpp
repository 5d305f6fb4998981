// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What the codecs are fed: generated memory contents of several kinds and the
// sample of real pages that the repository ships.
#ifndef TRUENO_TESTS_INPUTS_HPP
#define TRUENO_TESTS_INPUTS_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace trueno::test {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

enum class InputKind { zeros, zero_rich, pointers, text, periodic, random };

inline constexpr std::array all_input_kinds = {InputKind::zeros,    InputKind::zero_rich,
                                               InputKind::pointers, InputKind::text,
                                               InputKind::periodic, InputKind::random};

std::string_view kind_name(InputKind kind);

/// The same bytes for the same arguments, on every machine. @p seed also sets
/// the period (1 to 64) of InputKind::periodic.
Bytes generate(InputKind kind, std::size_t length, std::uint32_t seed);

/// The shipped sample, page by page.
const std::vector<Bytes>& sample_pages();

/// A few pages of each generated kind and every @p stride-th of the sample.
std::vector<Bytes> mixed_pages(std::size_t stride);

}  // namespace trueno::test

#endif  // TRUENO_TESTS_INPUTS_HPP
