// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#ifndef TRUENOCTL_SIZE_EXPRESSION_HPP
#define TRUENOCTL_SIZE_EXPRESSION_HPP

#include <cstdint>
#include <string_view>

#include "error.hpp"

namespace truenoctl {

/// A size in bytes: what parse_size_of_ram() takes, or an expression of such
/// sizes, percentages and the variable "ram", with + - * / ^, parentheses and
/// muParser's functions: "min(ram / 2, 4G)", "max(25%, 512M)". A fraction of a
/// byte is cut off. Errors are usage errors that quote @p text.
Result<std::uint64_t> evaluate_size(std::string_view text, std::uint64_t ram_bytes);

}  // namespace truenoctl

#endif  // TRUENOCTL_SIZE_EXPRESSION_HPP
