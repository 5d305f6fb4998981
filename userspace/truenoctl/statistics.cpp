// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace truenoctl {

namespace {

// Two-sided 95 % quantile of the normal distribution; a group has hundreds of
// pages, where Student's quantile is the same to two decimals.
constexpr double kNormalQuantile95 = 1.959964;

}  // namespace

double percentile(std::vector<double> sample, double fraction) {
    const double position = fraction * static_cast<double>(sample.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const auto nth = sample.begin() + static_cast<std::ptrdiff_t>(below);
    std::nth_element(sample.begin(), nth, sample.end());
    const double low = *nth;
    if (below + 1 == sample.size()) {
        return low;
    }
    const double high = *std::min_element(nth + 1, sample.end());
    return low + (position - static_cast<double>(below)) * (high - low);
}

double median(std::vector<double> sample) {
    return percentile(std::move(sample), 0.5);
}

double sum(std::span<const double> sample) {
    return std::accumulate(sample.begin(), sample.end(), 0.0);
}

RatioEstimate ratio_of_totals(std::span<const double> numerators,
                              std::span<const double> denominators) {
    const double denominator_total = sum(denominators);
    const double ratio = sum(numerators) / denominator_total;
    const auto count = static_cast<double>(numerators.size());
    if (numerators.size() < 2) {
        return {ratio, ratio, ratio};
    }
    double squares = 0;
    for (std::size_t i = 0; i < numerators.size(); i++) {
        const double residual = numerators[i] - ratio * denominators[i];
        squares += residual * residual;
    }
    const double deviation = std::sqrt(squares / (count - 1));
    const double margin = kNormalQuantile95 * deviation * std::sqrt(count) / denominator_total;
    return {ratio, ratio - margin, ratio + margin};
}

}  // namespace truenoctl
