// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <fmt/format.h>
#include <fmt/os.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "bench_report.hpp"
#include "statistics.hpp"

namespace truenoctl {

namespace {

// A plain copy is a ceiling for speed only, and would squeeze all others into a
// corner.
bool is_drawn(const CodecMeasurement& codec) {
    return codec.name != "memcpy";
}

// A block of data for each codec: its name, then its point.
std::string points(const GroupMeasurement& total, PageTimes CodecMeasurement::*direction) {
    std::string text;
    const double bytes = static_cast<double>(total.pages * kPageSize);
    for (const CodecMeasurement& codec : total.codecs) {
        if (is_drawn(codec)) {
            text += fmt::format("\"{}\"\n{} {}\n\n\n", codec.name, sum(codec.sizes) / bytes,
                                bytes / sum((codec.*direction).minimum_ns) * 1000);
        }
    }
    return text;
}

std::string panel(const char* direction, std::size_t codecs) {
    return fmt::format(
        "set title \"{0}\"\n"
        "plot for [i=0:{1}] ${0} index i using 1:2 with points pointtype i+1 linecolor i+1 "
        "linewidth 2 pointsize 1.5 title columnheader(1)\n",
        direction, codecs - 1);
}

std::string script(const BenchRun& run, const std::string& path, const char* terminal) {
    const GroupMeasurement total = total_of(run.groups);
    const auto codecs =
        static_cast<std::size_t>(std::count_if(total.codecs.begin(), total.codecs.end(), is_drawn));
    std::string quoted_path;
    for (const char c : path) {
        quoted_path += c == '\'' ? "''" : std::string(1, c);
    }
    return fmt::format(
        "$compress << END\n{}END\n"
        "$decompress << END\n{}END\n"
        "set terminal {}\n"
        "set output '{}'\n"
        "set key outside bottom center horizontal\n"
        "set logscale y 2\n"
        "set grid\n"
        "set offsets graph 0.12, graph 0.12, graph 0.05, graph 0.05\n"
        "set xlabel \"size, fraction of the page (left is better)\"\n"
        "set ylabel \"MB/s (up is better)\"\n"
        "set multiplot layout 1,2\n"
        "{}{}"
        "unset multiplot\n",
        points(total, &CodecMeasurement::compress), points(total, &CodecMeasurement::decompress),
        terminal, quoted_path, panel("compress", codecs), panel("decompress", codecs));
}

}  // namespace

Result<void> plot_bench(const BenchRun& run, const std::string& path) {
    const std::string extension = std::filesystem::path(path).extension().string();
    const char* terminal = extension == ".svg"
                               ? "svg noenhanced size 1400,640 background rgb 'white'"
                           : extension == ".png" ? "pngcairo noenhanced size 1400,640"
                                                 : nullptr;
    if (terminal == nullptr) {
        return usage_failure(fmt::format("{}: a picture is an .svg or a .png file", path),
                             "give a name that ends in .svg or .png");
    }
    if (std::none_of(run.groups.front().codecs.begin(), run.groups.front().codecs.end(),
                     is_drawn)) {
        return usage_failure("a picture needs a codec other than memcpy", "name one with --codec");
    }
    if (std::system("command -v gnuplot >/dev/null") != 0) {
        return failure(fmt::format("{}: gnuplot is not installed", path),
                       "apt-get install gnuplot-nox");
    }
    std::FILE* gnuplot = popen("gnuplot", "w");
    if (gnuplot == nullptr) {
        return failure(
            fmt::format("cannot run gnuplot: {}", std::generic_category().message(errno)));
    }
    const std::string text = script(run, path, terminal);
    const bool is_written = std::fwrite(text.data(), 1, text.size(), gnuplot) == text.size();
    if (pclose(gnuplot) != 0 || !is_written) {
        return failure(fmt::format("{}: gnuplot could not draw it", path),
                       "gnuplot's own message is above");
    }
    return {};
}

}  // namespace truenoctl
