// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace truenoctl {
namespace {

TEST(Statistics, PercentilesInterpolateBetweenNeighbours) {
    EXPECT_DOUBLE_EQ(percentile({40, 10, 30, 20}, 0.0), 10);
    EXPECT_DOUBLE_EQ(percentile({40, 10, 30, 20}, 1.0), 40);
    EXPECT_DOUBLE_EQ(percentile({40, 10, 30, 20}, 0.5), 25);
    EXPECT_DOUBLE_EQ(percentile({40, 10, 30, 20}, 0.9), 37);
    EXPECT_DOUBLE_EQ(percentile({7}, 0.99), 7);
}

TEST(Statistics, TheMedianOfAnOddSampleIsItsMiddle) {
    EXPECT_DOUBLE_EQ(median({9, 1, 5}), 5);
}

TEST(Statistics, ExactlyProportionalTotalsLeaveNoDoubt) {
    const std::vector<double> numerators{2, 4, 6};
    const std::vector<double> denominators{1, 2, 3};
    const RatioEstimate estimate = ratio_of_totals(numerators, denominators);
    EXPECT_DOUBLE_EQ(estimate.ratio, 2);
    EXPECT_DOUBLE_EQ(estimate.low, 2);
    EXPECT_DOUBLE_EQ(estimate.high, 2);
}

TEST(Statistics, TheIntervalOfARatioIsTheTextbooksOne) {
    const std::vector<double> numerators{1, 3};
    const std::vector<double> denominators{1, 1};
    const RatioEstimate estimate = ratio_of_totals(numerators, denominators);
    EXPECT_DOUBLE_EQ(estimate.ratio, 2);
    // Residuals -1 and 1: deviation sqrt(2), times sqrt(2) pages, over 2.
    EXPECT_NEAR(estimate.high - estimate.ratio, 1.959964, 1e-6);
    EXPECT_NEAR(estimate.ratio - estimate.low, 1.959964, 1e-6);
}

TEST(Statistics, OnePairHasARatioAndNoWidth) {
    const std::vector<double> numerator{3};
    const std::vector<double> denominator{2};
    const RatioEstimate estimate = ratio_of_totals(numerator, denominator);
    EXPECT_DOUBLE_EQ(estimate.low, 1.5);
    EXPECT_DOUBLE_EQ(estimate.high, 1.5);
}

// Draws many samples of pages from a population whose ratio is known.
TEST(Statistics, NineteenOfTwentyIntervalsHoldTheTrueRatio) {
    constexpr int kExperiments = 2000;
    constexpr double kTrueRatio = 1.5;
    std::mt19937_64 random(1);
    std::lognormal_distribution<double> page(7, 0.5);
    std::normal_distribution<double> noise(0, 200);
    int hits = 0;
    for (int experiment = 0; experiment < kExperiments; experiment++) {
        std::vector<double> numerators;
        std::vector<double> denominators;
        for (int i = 0; i < 300; i++) {
            denominators.push_back(page(random));
            numerators.push_back(kTrueRatio * denominators.back() + noise(random));
        }
        const RatioEstimate estimate = ratio_of_totals(numerators, denominators);
        hits += estimate.low <= kTrueRatio && kTrueRatio <= estimate.high ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(hits) / kExperiments, 0.95, 0.02);
}

}  // namespace
}  // namespace truenoctl
