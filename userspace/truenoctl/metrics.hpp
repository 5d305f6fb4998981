// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What a monitoring system samples of zram, zswap and trueno's codecs, in
// Prometheus' text exposition format, version 0.0.4.
#ifndef TRUENOCTL_METRICS_HPP
#define TRUENOCTL_METRICS_HPP

#include <string>
#include <utility>
#include <vector>

#include "sysfs.hpp"

namespace truenoctl {

struct Metric {
    const char* name;
    const char* type;  ///< "counter" or "gauge"
    const char* help;
};

using Labels = std::vector<std::pair<std::string, std::string>>;

/// Samples, kept together by metric in the order in which metrics came first.
class MetricSet {
  public:
    void add(const Metric& metric, const Labels& labels, double value);

    /// HELP and TYPE of each metric, then its samples.
    std::string to_text() const;

    /// Of the metrics that have a sample.
    std::vector<std::string> names() const;

  private:
    struct Family {
        Metric metric;
        std::vector<std::string> samples;
    };
    std::vector<Family> families_;
};

/// Reads everything that is there and that the caller may read. What is not is
/// left out, and truenoctl_collector_success tells of it.
MetricSet collect_metrics(const SystemRoot& root = {});

}  // namespace truenoctl

#endif  // TRUENOCTL_METRICS_HPP
