// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "expression.hpp"

#include <gtest/gtest.h>

namespace trueno_generator {

using truenoctl::ExitStatus;
using truenoctl::Result;

namespace {

double value_of(const std::string& text) {
    const Result<double> value = evaluate_expression(text, {{"ram", 8000}});
    EXPECT_TRUE(value.has_value()) << value.error().reason;
    return value.value_or(-1);
}

TEST(Expression, IsCalculated) {
    EXPECT_EQ(value_of("12"), 12);
    EXPECT_EQ(value_of("min(ram / 2, 4096)"), 4000);
    EXPECT_EQ(value_of("min(min(ram, 4096) + max(ram - 4096, 0) / 2, 32 * 1024)"), 6048);
    EXPECT_EQ(value_of("2 ^ 3 + 17 % 5"), 10);
    EXPECT_EQ(value_of("ram > 4000 ? 1 : 2"), 1);
    EXPECT_EQ(value_of("floor(2.7) + ceil(2.1) + round(2.5) + int(2.9)"), 10);
    EXPECT_EQ(value_of("3k + 1M"), 1003000);
    EXPECT_NEAR(value_of("pi() + e()"), 5.8598744, 1e-6);
}

TEST(Expression, WhatIsNotOneIsQuoted) {
    for (const std::string text : {"", "ram -", "ram 2", "rom / 2", "min(", "1 / 0", "0 / 0"}) {
        const Result<double> value = evaluate_expression(text, {{"ram", 8000}});
        ASSERT_FALSE(value.has_value()) << text;
        EXPECT_EQ(value.error().status, ExitStatus::usage);
        EXPECT_NE(value.error().reason.find("'" + text + "'"), std::string::npos);
    }
}

}  // namespace

}  // namespace trueno_generator
