// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "report_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace truenoctl {

namespace {

// In the units of the picture, which is scaled to the width of its column; on a
// phone a unit is a pixel.
constexpr double kWidth = 360;
constexpr double kPlotHeight = 280;
constexpr double kMarkRadius = 8;
constexpr double kBarRow = 20;
constexpr double kBarStart = 172;
constexpr double kBarEnd = 312;
constexpr std::size_t kLongestLabel = 27;
constexpr double kEntropyHeight = 180;

struct Frame {
    double left, right, top, bottom;
};
constexpr Frame kPlotFrame{44, kWidth - 14, 26, kPlotHeight - 38};
constexpr Frame kEntropyFrame{10, kWidth - 10, 36, kEntropyHeight - 34};

// Where values lie between the two ends of an axis.
struct Axis {
    double first, last;  // values at the ends
    double from, to;     // positions of the ends

    double position(double value) const {
        return from + (value - first) / (last - first) * (to - from);
    }
};

std::string open_svg(const std::string& title, double height) {
    return fmt::format(
        "<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">\n"
        "<text class=\"title\" x=\"{:.0f}\" y=\"14\">{}</text>\n",
        kWidth, height, escape_html(title), kWidth / 2, escape_html(title));
}

std::string text_at(const char* style, double x, double y, std::string_view text) {
    return fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", style, x, y,
                       escape_html(text));
}

std::string line(double x1, double y1, double x2, double y2) {
    return fmt::format(
        "<line class=\"grid\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", x1, y1,
        x2, y2);
}

const char* style_of(const PlotPoint& point) {
    return point.is_ours ? "ours" : "peer";
}

// In thousands where a number would not fit beside its axis.
std::string speed_label(double mb_per_s) {
    return mb_per_s >= 1000 ? fmt::format("{:g}k", mb_per_s / 1000) : fmt::format("{:g}", mb_per_s);
}

// A step of 1, 2 or 5 times a power of ten, for about five of them.
double tick_step(double range) {
    const double rough = range / 5;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (rough <= factor * power) {
            return factor * power;
        }
    }
    return 10 * power;
}

std::string size_ticks(const Axis& axis) {
    std::string svg;
    const double step = tick_step(axis.last - axis.first);
    const auto first = static_cast<int>(std::ceil(axis.first / step));
    const auto last = static_cast<int>(std::floor(axis.last / step));
    for (int i = first; i <= last; i++) {
        const double x = axis.position(i * step);
        svg += line(x, kPlotFrame.top, x, kPlotFrame.bottom);
        svg +=
            text_at("middle", x, kPlotFrame.bottom + 14, fmt::format("{:.6g} %", i * step * 100));
    }
    return svg;
}

// @p axis is of logarithms to base 10.
std::string speed_ticks(const Axis& axis) {
    std::string svg;
    for (int power = static_cast<int>(std::floor(axis.first)); power <= axis.last; power++) {
        for (const double factor : {1.0, 2.0, 5.0}) {
            const double value = factor * std::pow(10, power);
            if (std::log10(value) >= axis.first && std::log10(value) <= axis.last) {
                const double y = axis.position(std::log10(value));
                svg += line(kPlotFrame.left, y, kPlotFrame.right, y);
                svg += text_at("end", kPlotFrame.left - 5, y + 4, speed_label(value));
            }
        }
    }
    return svg;
}

// Ends with some room around the least and the greatest of @p values.
Axis axis_around(const std::vector<double>& values, double least_range, double from, double to) {
    const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
    const double room = std::max((*greatest - *least) * 0.08, least_range);
    return {*least - room, *greatest + room, from, to};
}

// No more than fit beside the bars; a character of UTF-8 stays whole.
std::string shortened(const std::string& name) {
    std::size_t characters = 0;
    for (std::size_t i = 0; i < name.size(); i++) {
        const bool is_start = (static_cast<unsigned char>(name[i]) & 0xc0) != 0x80;
        if (is_start && ++characters > kLongestLabel) {
            return name.substr(0, i) + "…";
        }
    }
    return name;
}

}  // namespace

std::string escape_html(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        switch (c) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            case '\'':
                escaped += "&#39;";
                break;
            default:
                escaped += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? "\xef\xbf\xbd"
                                                                              : std::string(1, c);
        }
    }
    return escaped;
}

std::string speed_against_size_svg(const std::string& title, const std::vector<PlotPoint>& points) {
    std::vector<double> sizes;
    std::vector<double> speeds;
    for (const PlotPoint& point : points) {
        if (point.mb_per_s > 0) {
            sizes.push_back(point.size_ratio);
            speeds.push_back(std::log10(point.mb_per_s));
        }
    }
    if (sizes.empty()) {
        return {};
    }
    const Axis x = axis_around(sizes, 0.01, kPlotFrame.left, kPlotFrame.right);
    const Axis y = axis_around(speeds, 0.1, kPlotFrame.bottom, kPlotFrame.top);
    std::string svg = open_svg(title, kPlotHeight) + size_ticks(x) + speed_ticks(y);
    svg += text_at("middle", (kPlotFrame.left + kPlotFrame.right) / 2, kPlotHeight - 6,
                   "size stored (left is better)");
    svg += text_at("start", 2, kPlotFrame.top - 10, "MB/s");
    for (std::size_t i = 0; i < points.size(); i++) {
        const PlotPoint& point = points[i];
        if (point.mb_per_s > 0) {
            const double at_x = x.position(point.size_ratio);
            const double at_y = y.position(std::log10(point.mb_per_s));
            svg += fmt::format(
                "<g class=\"mark {}\"><title>{}: {:.1f} %, {:.0f} MB/s</title>"
                "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.0f}\"/>"
                "<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text></g>\n",
                style_of(point), escape_html(point.name), point.size_ratio * 100, point.mb_per_s,
                at_x, at_y, kMarkRadius, at_x, at_y + 3, i + 1);
        }
    }
    return svg + "</svg>\n";
}

std::string size_bars_svg(const std::string& title, const std::vector<PlotPoint>& points) {
    double largest = 0;
    for (const PlotPoint& point : points) {
        largest = std::max(largest, point.size_ratio);
    }
    if (largest == 0) {
        return {};
    }
    std::string svg = open_svg(title, 28 + kBarRow * static_cast<double>(points.size()));
    for (std::size_t i = 0; i < points.size(); i++) {
        const PlotPoint& point = points[i];
        const double top = 24 + kBarRow * static_cast<double>(i);
        const double width = point.size_ratio / largest * (kBarEnd - kBarStart);
        svg += text_at("end", kBarStart - 6, top + 12, shortened(point.name));
        svg += fmt::format(
            "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"14\">"
            "<title>{}</title></rect>\n",
            style_of(point), kBarStart, top, width, escape_html(point.name));
        svg += text_at("start", kBarStart + width + 4, top + 12,
                       fmt::format("{:.1f} %", point.size_ratio * 100));
    }
    return svg + "</svg>\n";
}

std::string entropy_svg(const std::string& title, const EntropyHistogram& histogram) {
    const std::size_t most =
        std::max<std::size_t>(1, *std::max_element(histogram.begin(), histogram.end()));
    const double step =
        (kEntropyFrame.right - kEntropyFrame.left) / static_cast<double>(histogram.size());
    std::string svg = open_svg(title, kEntropyHeight);
    svg +=
        line(kEntropyFrame.left, kEntropyFrame.bottom, kEntropyFrame.right, kEntropyFrame.bottom);
    for (std::size_t i = 0; i < histogram.size(); i++) {
        const double height = static_cast<double>(histogram[i]) / static_cast<double>(most) *
                              (kEntropyFrame.bottom - kEntropyFrame.top);
        const double left = kEntropyFrame.left + step * static_cast<double>(i);
        const double middle = left + step / 2;
        svg += fmt::format(
            "<rect class=\"ours\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n",
            left + 3, kEntropyFrame.bottom - height, step - 6, height);
        svg += text_at("middle", middle, kEntropyFrame.bottom - height - 4,
                       fmt::format("{}", histogram[i]));
        svg += text_at("middle", middle, kEntropyFrame.bottom + 14, fmt::format("{}–{}", i, i + 1));
    }
    svg += text_at("middle", kWidth / 2, kEntropyHeight - 4, "bits per byte");
    return svg + "</svg>\n";
}

}  // namespace truenoctl
