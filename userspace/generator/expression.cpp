// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "expression.hpp"

#include <fmt/format.h>
#include <muParser.h>

#include <cmath>
#include <numbers>

namespace trueno_generator {

using truenoctl::Result;
using truenoctl::usage_failure;

namespace {

double times_1e3(double number) {
    return number * 1e3;
}
double times_1e6(double number) {
    return number * 1e6;
}
double times_1e9(double number) {
    return number * 1e9;
}
double times_1e12(double number) {
    return number * 1e12;
}

void define_language(mu::Parser& parser) {
    parser.DefineOprt(
        "%", [](double a, double b) { return std::fmod(a, b); }, mu::prMUL_DIV);
    parser.DefineFun("ceil", static_cast<double (*)(double)>(std::ceil));
    parser.DefineFun("floor", static_cast<double (*)(double)>(std::floor));
    parser.DefineFun("round", static_cast<double (*)(double)>(std::round));
    parser.DefineFun("int", static_cast<double (*)(double)>(std::trunc));
    parser.DefineFun("pi", [] { return std::numbers::pi; });
    parser.DefineFun("e", [] { return std::numbers::e; });
    parser.DefinePostfixOprt("k", times_1e3);
    parser.DefinePostfixOprt("K", times_1e3);
    parser.DefinePostfixOprt("M", times_1e6);
    parser.DefinePostfixOprt("G", times_1e9);
    parser.DefinePostfixOprt("T", times_1e12);
}

}  // namespace

Result<double> evaluate_expression(const std::string& text, const Variables& variables) {
    double value = 0;
    try {
        mu::Parser parser;
        define_language(parser);
        for (const auto& [name, number] : variables) {
            parser.DefineConst(name, number);
        }
        parser.SetExpr(text);
        value = parser.Eval();
    } catch (const mu::Parser::exception_type& error) {
        std::string reason = error.GetMsg();
        reason.erase(reason.find_last_not_of('.') + 1);
        return usage_failure(fmt::format("'{}' cannot be calculated: {}", text, reason));
    }
    if (!std::isfinite(value)) {
        return usage_failure(fmt::format("'{}' has no finite value", text));
    }
    return value;
}

}  // namespace trueno_generator
