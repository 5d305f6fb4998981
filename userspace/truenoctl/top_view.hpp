// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What truenoctl top shows, as lines of text: the terminal is not its business.
#ifndef TRUENOCTL_TOP_VIEW_HPP
#define TRUENOCTL_TOP_VIEW_HPP

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "counters.hpp"
#include "sysfs.hpp"

namespace truenoctl {

/// One device at one time. Sizes in bytes; those read and written are
/// uncompressed and since the device was made.
struct DeviceSample {
    std::string name;
    std::string algorithm;
    std::uint64_t disksize_bytes = 0;
    std::uint64_t stored_bytes = 0;
    std::uint64_t memory_bytes = 0;
    std::uint64_t limit_bytes = 0;  ///< 0: none
    std::uint64_t read_bytes = 0;
    std::uint64_t written_bytes = 0;
};

struct TopSample {
    double seconds = 0;  ///< on a clock that never steps back
    bool zram_loaded = false;
    std::vector<DeviceSample> devices;
    std::vector<CodecCounters> codecs;  ///< empty if the caller may not read them
    std::string codecs_absent;          ///< why there are none
};

TopSample read_top_sample(double seconds, const SystemRoot& root = {});

/// Draws one figure after the other in @p width columns, the newest last, each
/// as high as its part of @p most. @p unicode: with block characters.
std::string sparkline(const std::deque<double>& values, double most, std::size_t width,
                      bool unicode);

/// Keeps the samples that rates and histories are made of.
class TopView {
  public:
    void add(TopSample sample);

    /// At most @p height lines of at most @p width columns.
    std::vector<std::string> lines(std::size_t width, std::size_t height, bool unicode) const;

  private:
    std::vector<std::string> device_lines(std::size_t width, bool unicode) const;
    std::vector<std::string> codec_lines(std::size_t width) const;
    double elapsed() const;

    std::optional<TopSample> previous_;
    std::optional<TopSample> current_;
    std::map<std::string, std::deque<double>> histories_;  // of stored bytes, by device
};

}  // namespace truenoctl

#endif  // TRUENOCTL_TOP_VIEW_HPP
