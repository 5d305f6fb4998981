// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <fmt/format.h>
#include <fmt/os.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "bench_report.hpp"
#include "statistics.hpp"

namespace truenoctl {

namespace {

// A point for each codec. A plain copy is a ceiling for speed only, and would
// squeeze all others into a corner.
std::string points(const GroupMeasurement& total, const std::string& baseline,
                   PageTimes CodecMeasurement::*direction) {
    std::string text;
    for (const CodecMeasurement& codec : total.codecs) {
        const double bytes = static_cast<double>(total.pages * kPageSize);
        if (codec.name == "memcpy") {
            continue;
        }
        text += fmt::format("{} {} \"{}\" {}\n", sum(codec.sizes) / bytes,
                            bytes / sum((codec.*direction).minimum_ns) * 1000, codec.name,
                            codec.name == baseline             ? 3
                            : codec.name.starts_with("trueno") ? 1
                                                               : 2);
    }
    return text;
}

std::string panel(const char* title, const char* data) {
    return fmt::format(
        "set title \"{0}\"\n"
        "plot ${1} using 1:2:4 with points pointtype 7 pointsize 1 linecolor variable notitle, "
        "${1} using 1:2:3 with labels offset char 0,0.8 font \",9\" notitle\n",
        title, data);
}

std::string script(const BenchRun& run, const std::string& path, const char* terminal) {
    const GroupMeasurement total = total_of(run.groups);
    std::string quoted;
    for (const char c : path) {
        quoted += c == '\'' ? "''" : std::string(1, c);
    }
    return fmt::format("$compress << END\n{}END\n$decompress << END\n{}END\n",
                       points(total, run.baseline, &CodecMeasurement::compress),
                       points(total, run.baseline, &CodecMeasurement::decompress)) +
           fmt::format("set terminal {}\nset output '{}'\n", terminal, quoted) +
           "set logscale y 2\nset grid\nset offsets graph 0.12, graph 0.12, graph 0.05, "
           "graph 0.05\nset xlabel \"size, fraction of the page (left is better)\"\n"
           "set ylabel \"MB/s (up is better)\"\nset multiplot layout 1,2\n" +
           panel("compress", "compress") + panel("decompress", "decompress") + "unset multiplot\n";
}

}  // namespace

Result<void> plot_bench(const BenchRun& run, const std::string& path) {
    const std::string extension = std::filesystem::path(path).extension().string();
    const char* terminal = extension == ".svg"   ? "svg size 1400,640 background rgb 'white'"
                           : extension == ".png" ? "pngcairo size 1400,640"
                                                 : nullptr;
    if (terminal == nullptr) {
        return usage_failure(fmt::format("{}: a picture is an .svg or a .png file", path),
                             "give a name that ends in .svg or .png");
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
