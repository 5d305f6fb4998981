// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "top_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string_view>
#include <utility>

#include "units.hpp"
#include "zram.hpp"

namespace truenoctl {

namespace {

constexpr std::size_t kHistoryMax = 512;
constexpr std::uint64_t kSectorBytes = 512;
constexpr const char* kUnicodeLevels[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr const char* kPlainLevels[] = {" ", ".", ":", "-", "=", "+", "*", "%", "#"};
constexpr std::size_t kLevels = std::size(kPlainLevels);

// Documentation/block/stat.rst: sectors read are the third field, sectors
// written the seventh.
void read_transfers(const ZramDevice& device, DeviceSample& sample) {
    std::istringstream text(read_attribute(device.attribute("stat")).value_or(""));
    std::uint64_t fields[7] = {};
    for (std::uint64_t& field : fields) {
        text >> field;
    }
    sample.read_bytes = fields[2] * kSectorBytes;
    sample.written_bytes = fields[6] * kSectorBytes;
}

DeviceSample read_device(const ZramDevice& device) {
    DeviceSample sample;
    sample.name = device.name();
    sample.algorithm = device.algorithms().value_or(Algorithms{}).selected;
    sample.disksize_bytes = device.read_number("disksize").value_or(0);
    const MemoryStat stat = device.memory_stat().value_or(MemoryStat{});
    sample.stored_bytes = stat.original_bytes;
    sample.memory_bytes = stat.used_bytes;
    sample.limit_bytes = stat.limit_bytes;
    read_transfers(device, sample);
    return sample;
}

// A device that was reset counts from zero again.
std::uint64_t growth(std::uint64_t before, std::uint64_t now) {
    return now >= before ? now - before : now;
}

std::string rate(std::uint64_t before, std::uint64_t now, double seconds) {
    if (seconds <= 0) {
        return "-";
    }
    return format_size(
        static_cast<std::uint64_t>(static_cast<double>(growth(before, now)) / seconds));
}

std::string ratio(std::uint64_t whole, std::uint64_t part) {
    return part == 0
               ? "-"
               : fmt::format("{:.2f}", static_cast<double>(whole) / static_cast<double>(part));
}

template <class Entry, class Same>
Entry find_or(const std::vector<Entry>* entries, const Entry& instead, Same same) {
    if (entries != nullptr) {
        const auto found = std::find_if(entries->begin(), entries->end(), same);
        if (found != entries->end()) {
            return *found;
        }
    }
    return instead;
}

std::string cut(std::string line, std::size_t width) {
    return line.size() > width ? line.substr(0, width) : line;
}

}  // namespace

TopSample read_top_sample(double seconds, const SystemRoot& root) {
    TopSample sample;
    sample.seconds = seconds;
    const ZramDriver driver(root);
    sample.zram_loaded = driver.loaded();
    for (const ZramDevice& device : driver.devices()) {
        sample.devices.push_back(read_device(device));
    }
    if (Result<Counters> counters = read_counters(root)) {
        sample.codecs = std::move(counters->codecs);
    } else {
        sample.codecs_absent = counters.error().reason;
    }
    return sample;
}

std::string sparkline(const std::deque<double>& values, double most, std::size_t width,
                      bool unicode) {
    std::string line;
    const std::size_t shown = std::min(width, values.size());
    for (auto value = values.end() - static_cast<std::ptrdiff_t>(shown); value != values.end();
         ++value) {
        // What is more than nothing is seen.
        const double part = most > 0 ? std::clamp(*value / most, 0.0, 1.0) : 0;
        const auto level = static_cast<std::size_t>(std::ceil(part * (kLevels - 1)));
        line += unicode ? kUnicodeLevels[level] : kPlainLevels[level];
    }
    return line;
}

void TopView::add(TopSample sample) {
    // A device that comes back under an old name has a history of its own.
    std::erase_if(histories_, [&](const auto& history) {
        return std::none_of(
            sample.devices.begin(), sample.devices.end(),
            [&](const DeviceSample& device) { return device.name == history.first; });
    });
    for (const DeviceSample& device : sample.devices) {
        std::deque<double>& history = histories_[device.name];
        history.push_back(static_cast<double>(device.stored_bytes));
        if (history.size() > kHistoryMax) {
            history.pop_front();
        }
    }
    previous_ = std::exchange(current_, std::move(sample));
}

double TopView::elapsed() const {
    return previous_ && current_ ? current_->seconds - previous_->seconds : 0;
}

std::vector<std::string> TopView::device_lines(std::size_t width, bool unicode) const {
    if (current_->devices.empty()) {
        return {cut(current_->zram_loaded ? "no zram device exists; 'truenoctl create' makes one"
                                          : "zram is not loaded; 'truenoctl create' loads it",
                    width)};
    }
    constexpr std::string_view kFormat = "{:<7} {:<19} {:>6} {:>6} {:>6} {:>6} {:>5} {:>7} {:>7}";
    std::vector<std::string> lines = {
        cut(fmt::format(kFormat, "DEVICE", "ALGORITHM", "SIZE", "STORED", "MEMORY", "LIMIT",
                        "RATIO", "WRITE/s", "READ/s"),
            width)};
    for (const DeviceSample& device : current_->devices) {
        const DeviceSample before =
            find_or(previous_ ? &previous_->devices : nullptr, device,
                    [&](const DeviceSample& other) { return other.name == device.name; });
        lines.push_back(cut(
            fmt::format(kFormat, device.name, device.algorithm, format_size(device.disksize_bytes),
                        format_size(device.stored_bytes), format_size(device.memory_bytes),
                        device.limit_bytes == 0 ? "-" : format_size(device.limit_bytes),
                        ratio(device.stored_bytes, device.memory_bytes),
                        rate(before.written_bytes, device.written_bytes, elapsed()),
                        rate(before.read_bytes, device.read_bytes, elapsed())),
            width));
        constexpr std::string_view kIndent = "        ";
        const std::deque<double>& history = histories_.at(device.name);
        const std::size_t room = width > kIndent.size() + 2 ? width - kIndent.size() - 2 : 0;
        const std::string line =
            sparkline(history, static_cast<double>(device.disksize_bytes), room, unicode);
        lines.push_back(room > 0 ? fmt::format("{}[{}]", kIndent, line) : "");
    }
    return lines;
}

std::vector<std::string> TopView::codec_lines(std::size_t width) const {
    if (!current_->codecs_absent.empty()) {
        return {cut("codecs: " + current_->codecs_absent, width)};
    }
    constexpr std::string_view kFormat = "{:<29} {:<10} {:>9} {:>7} {:>6} {:>9}";
    std::vector<std::string> lines = {
        cut(fmt::format(kFormat, "CODEC", "DIRECTION", "CALLS/s", "BYTES/s", "RATIO", "FAILURES"),
            width)};
    for (const CodecCounters& codec : current_->codecs) {
        if (codec.calls == 0) {
            continue;
        }
        const CodecCounters before = find_or(
            previous_ ? &previous_->codecs : nullptr, codec, [&](const CodecCounters& other) {
                return other.codec == codec.codec && other.direction == codec.direction;
            });
        const bool compresses = codec.direction == "compress";
        const auto plain = compresses ? &CodecCounters::bytes_in : &CodecCounters::bytes_out;
        const auto packed = compresses ? &CodecCounters::bytes_out : &CodecCounters::bytes_in;
        const double calls = static_cast<double>(growth(before.calls, codec.calls));
        lines.push_back(
            cut(fmt::format(kFormat, codec.codec, codec.direction,
                            elapsed() > 0 ? fmt::format("{:.0f}", calls / elapsed()) : "-",
                            rate(before.*plain, codec.*plain, elapsed()),
                            ratio(codec.*plain, codec.*packed), codec.failures),
                width));
    }
    if (lines.size() == 1) {
        return {cut("codecs: none was called since the module was loaded", width)};
    }
    return lines;
}

std::vector<std::string> TopView::lines(std::size_t width, std::size_t height, bool unicode) const {
    if (!current_) {
        return {};
    }
    std::vector<std::string> lines = {
        fmt::format("truenoctl top: {} zram device(s); q quits", current_->devices.size()), ""};
    for (std::string& line : device_lines(width, unicode)) {
        lines.push_back(std::move(line));
    }
    lines.emplace_back();
    for (std::string& line : codec_lines(width)) {
        lines.push_back(std::move(line));
    }
    lines.front() = cut(lines.front(), width);
    if (lines.size() > height) {
        const std::size_t left_out = lines.size() - height + 1;
        lines.resize(height);
        if (height > 0) {
            lines.back() = cut(fmt::format("... {} more lines", left_out), width);
        }
    }
    return lines;
}

}  // namespace truenoctl
