// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "size_expression.hpp"

#include <fmt/format.h>
#include <muParser.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>
#include <utility>

#include "units.hpp"

namespace truenoctl {

namespace {

// muParser's postfix operators carry no data of their own.
thread_local double percent_base = 0;

double percent(double number) {
    return number / 100 * percent_base;
}

template <int kBase, int kPower>
double scale(double number) {
    return number * std::pow(kBase, kPower);
}

template <int kPower>
void define_unit(mu::Parser& parser, char letter) {
    const char lower = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    for (const char first : {letter, lower}) {
        parser.DefinePostfixOprt(std::string(1, first), scale<1024, kPower>);
        parser.DefinePostfixOprt(fmt::format("{}iB", first), scale<1024, kPower>);
        parser.DefinePostfixOprt(fmt::format("{}B", first), scale<1000, kPower>);
    }
}

double evaluate(const std::string& text, std::uint64_t ram_bytes) {
    percent_base = static_cast<double>(ram_bytes);
    mu::Parser parser;
    parser.DefineConst("ram", percent_base);
    parser.DefineOprtChars(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-*^/?<>=#!$%&|~'_");
    parser.DefinePostfixOprt("%", percent);
    define_unit<1>(parser, 'K');
    define_unit<2>(parser, 'M');
    define_unit<3>(parser, 'G');
    define_unit<4>(parser, 'T');
    define_unit<5>(parser, 'P');
    parser.SetExpr(text);
    return parser.Eval();
}

}  // namespace

Result<std::uint64_t> evaluate_size(std::string_view text, std::uint64_t ram_bytes) {
    Result<std::uint64_t> plain = parse_size_of_ram(text, ram_bytes);
    // What looks like one number gets the message about numbers.
    const bool is_number = text.find_first_of("+*/^(") == std::string_view::npos &&
                           text.find('-', 1) == std::string_view::npos &&
                           text.find("ram") == std::string_view::npos;
    if (plain || is_number) {
        return plain;
    }
    constexpr const char* kRemedy =
        "write a size, or an expression such as 'min(ram / 2, 4G)' or 'ram - 1G'";
    try {
        const double bytes = evaluate(std::string(text), ram_bytes);
        constexpr double kLimit = 9223372036854775808.0;  // 2^63
        if (!(bytes >= 0 && bytes < kLimit)) {
            return usage_failure(fmt::format("'{}' is {:g} bytes, which is no size", text, bytes),
                                 kRemedy);
        }
        return static_cast<std::uint64_t>(bytes);
    } catch (const mu::Parser::exception_type& error) {
        std::string reason = error.GetMsg();
        reason.erase(reason.find_last_not_of(". \n") + 1);
        return usage_failure(fmt::format("'{}' is not a size: {}", text, reason), kRemedy);
    }
}

}  // namespace truenoctl
