// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Arithmetic as zram-generator.conf has it, such as "min(ram / 2, 4096)".
#ifndef TRUENO_GENERATOR_EXPRESSION_HPP
#define TRUENO_GENERATOR_EXPRESSION_HPP

#include <map>
#include <string>

#include "error.hpp"

namespace trueno_generator {

/// Numbers by name, such as ram.
using Variables = std::map<std::string, double>;

/// The value of @p text: operators + - * / % ^ and comparisons, parentheses, the
/// numbers pi and e (also as pi() and e()), suffixes k M G T of 1000, and the
/// functions of muParser and ceil, floor, round, int. Usage errors quote @p text;
/// a value that is not finite is one.
truenoctl::Result<double> evaluate_expression(const std::string& text, const Variables& variables);

}  // namespace trueno_generator

#endif  // TRUENO_GENERATOR_EXPRESSION_HPP
