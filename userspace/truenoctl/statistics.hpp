// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The few statistics that a benchmark report needs.
#ifndef TRUENOCTL_STATISTICS_HPP
#define TRUENOCTL_STATISTICS_HPP

#include <span>
#include <vector>

namespace truenoctl {

/// The value below which @p fraction (0 to 1) of @p sample lies, interpolated
/// linearly between neighbours. @p sample must not be empty.
double percentile(std::vector<double> sample, double fraction);

double median(std::vector<double> sample);

double sum(std::span<const double> sample);

struct RatioEstimate {
    double ratio;  ///< sum of the numerators over sum of the denominators
    double low;    ///< ends of the 95 % confidence interval; equal to ratio
    double high;   ///< when there are fewer than two pairs
};

/// The ratio of two totals over the same items, with the classical interval of
/// a ratio estimator: the items are taken as a random sample, so the interval
/// says how far the ratio may lie for other items of the same kind.
/// @p numerators and @p denominators are of equal, non-zero length.
RatioEstimate ratio_of_totals(std::span<const double> numerators,
                              std::span<const double> denominators);

}  // namespace truenoctl

#endif  // TRUENOCTL_STATISTICS_HPP
