// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "bench_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "statistics.hpp"

namespace truenoctl {

namespace {

constexpr double kNanosecondsPerMicrosecond = 1000;

struct Speed {
    double mb_per_s;         // of the per-page minima; bytes of pages, 10^6 a MB
    double mb_per_s_median;  // of the per-page medians
    double p50_ns, p99_ns;   // over the pages, of the per-page medians
    RatioEstimate ratio;     // baseline's time over this codec's, per-page minima
    double ratio_median;     // the same of the medians
};

struct Summary {
    std::string name;
    double bytes_in, bytes_out;
    double size_vs_baseline;
    Speed compress, decompress;
    std::optional<Speed> decompress_foreign;
    std::string foreign_encoder;
};

double mb_per_s(const std::vector<double>& times_ns) {
    return static_cast<double>(times_ns.size() * kPageSize) / sum(times_ns) * 1000;
}

Speed speed_of(const PageTimes& times, const PageTimes& baseline) {
    return {mb_per_s(times.minimum_ns),
            mb_per_s(times.median_ns),
            percentile(times.median_ns, 0.50),
            percentile(times.median_ns, 0.99),
            ratio_of_totals(baseline.minimum_ns, times.minimum_ns),
            sum(baseline.median_ns) / sum(times.median_ns)};
}

const CodecMeasurement& baseline_of(const GroupMeasurement& group, const std::string& name) {
    return *std::find_if(group.codecs.begin(), group.codecs.end(),
                         [&](const CodecMeasurement& codec) { return codec.name == name; });
}

// A decoder's time on foreign streams is set against the baseline's on the same
// streams; the baseline may be of another format and have none.
std::optional<Speed> foreign_speed_of(const CodecMeasurement& codec,
                                      const CodecMeasurement& baseline) {
    if (codec.foreign_encoder.empty()) {
        return std::nullopt;
    }
    const bool is_same_stream = codec.foreign_encoder == baseline.foreign_encoder;
    return speed_of(codec.decompress_foreign,
                    is_same_stream ? baseline.decompress_foreign : baseline.decompress);
}

std::vector<Summary> summarize(const GroupMeasurement& group, const std::string& baseline_name) {
    const CodecMeasurement& baseline = baseline_of(group, baseline_name);
    std::vector<Summary> summaries;
    for (const CodecMeasurement& codec : group.codecs) {
        summaries.push_back({codec.name, static_cast<double>(group.pages * kPageSize),
                             sum(codec.sizes), sum(codec.sizes) / sum(baseline.sizes),
                             speed_of(codec.compress, baseline.compress),
                             speed_of(codec.decompress, baseline.decompress),
                             foreign_speed_of(codec, baseline), codec.foreign_encoder});
    }
    return summaries;
}

Cell ratio_cell(const RatioEstimate& ratio) {
    return text_cell(fmt::format("{:.3f}±{:.3f}", ratio.ratio, ratio.high - ratio.ratio));
}

Cell us_cell(double nanoseconds) {
    return number_cell(nanoseconds / kNanosecondsPerMicrosecond, 2);
}

std::string group_text(const GroupMeasurement& group, const std::string& baseline) {
    std::string text = fmt::format(
        "{}: {} pages, {} of them equal to another, {} more same-filled and left out; {} rounds\n",
        group.name, group.pages, group.duplicates, group.same_filled, group.rounds);
    if (group.pages - group.duplicates < kEnoughPages) {
        text += fmt::format(
            "{}: fewer than {} different pages: the branch predictor learns them, decoders look "
            "faster than they are\n",
            group.name, kEnoughPages);
    }
    Table table({{"CODEC"},
                 {"SIZE", Align::right},
                 {"VS-BASE", Align::right},
                 {"COMP-MB/S", Align::right},
                 {"VS-BASE", Align::right},
                 {"P50-US", Align::right},
                 {"P99-US", Align::right},
                 {"DECOMP-MB/S", Align::right},
                 {"VS-BASE", Align::right},
                 {"P50-US", Align::right},
                 {"P99-US", Align::right},
                 {"FOREIGN-MB/S", Align::right},
                 {"VS-BASE", Align::right}});
    for (const Summary& codec : summarize(group, baseline)) {
        const auto& foreign = codec.decompress_foreign;
        table.add_row({text_cell(codec.name), number_cell(codec.bytes_out / codec.bytes_in, 4),
                       number_cell(codec.size_vs_baseline, 4),
                       number_cell(codec.compress.mb_per_s, 0), ratio_cell(codec.compress.ratio),
                       us_cell(codec.compress.p50_ns), us_cell(codec.compress.p99_ns),
                       number_cell(codec.decompress.mb_per_s, 0),
                       ratio_cell(codec.decompress.ratio), us_cell(codec.decompress.p50_ns),
                       us_cell(codec.decompress.p99_ns),
                       foreign ? number_cell(foreign->mb_per_s, 0) : empty_cell(),
                       foreign ? ratio_cell(foreign->ratio) : empty_cell()});
    }
    return text + table.to_text();
}

Json speed_json(const Speed& speed) {
    return {{"mb_per_s", speed.mb_per_s},     {"mb_per_s_median", speed.mb_per_s_median},
            {"p50_ns", speed.p50_ns},         {"p99_ns", speed.p99_ns},
            {"ratio", speed.ratio.ratio},     {"ratio_low", speed.ratio.low},
            {"ratio_high", speed.ratio.high}, {"ratio_median", speed.ratio_median}};
}

Json group_json(const GroupMeasurement& group, const std::string& baseline) {
    Json codecs = Json::array();
    for (const Summary& codec : summarize(group, baseline)) {
        Json entry = {{"name", codec.name},
                      {"bytes_in", static_cast<std::uint64_t>(codec.bytes_in)},
                      {"bytes_out", static_cast<std::uint64_t>(codec.bytes_out)},
                      {"size_ratio", codec.bytes_out / codec.bytes_in},
                      {"size_vs_baseline", codec.size_vs_baseline},
                      {"compress", speed_json(codec.compress)},
                      {"decompress", speed_json(codec.decompress)}};
        if (codec.decompress_foreign) {
            entry["decompress_foreign"] = speed_json(*codec.decompress_foreign);
            entry["decompress_foreign"]["encoder"] = codec.foreign_encoder;
        }
        codecs.push_back(std::move(entry));
    }
    return {{"name", group.name},
            {"pages", group.pages},
            {"duplicate_pages", group.duplicates},
            {"same_filled_pages", group.same_filled},
            {"enough_pages", group.pages - group.duplicates >= kEnoughPages},
            {"rounds", group.rounds},
            {"codecs", std::move(codecs)}};
}

Json optional_json(const std::optional<double>& value) {
    return value ? Json(*value) : Json();
}

}  // namespace

std::string bench_text(const BenchRun& run) {
    std::string text;
    for (const GroupMeasurement& group : run.groups) {
        text += group_text(group, run.baseline) + "\n";
    }
    if (run.groups.size() > 1) {
        text += group_text(total_of(run.groups), run.baseline) + "\n";
    }
    for (const MissingCodec& missing : run.missing) {
        text += fmt::format("left out: {}: {}\n", missing.name, missing.reason);
    }
    text += fmt::format(
        "VS-BASE: size over, speed relative to {}, with the 95 % confidence interval over pages.\n"
        "MB/S: 10^6 bytes of pages, from each page's fastest round; P50 and P99: pages, from each "
        "page's median round.\nFOREIGN: decompression of what liblz4 or libzstd wrote.\n",
        run.baseline);
    text += fmt::format("CPU {} ({}), timer {} ({:.0f} ns subtracted), ", run.cpu, run.cpu_model,
                        run.scale.timer, run.scale.overhead_ticks * run.scale.nanoseconds_per_tick);
    if (run.core_mhz_before && run.core_mhz_after) {
        text += fmt::format("core clock {:.0f} MHz before, {:.0f} after, ", *run.core_mhz_before,
                            *run.core_mhz_after);
    }
    text += fmt::format("steal {} ms, {} involuntary switches\n", run.steal_ms,
                        run.involuntary_switches);
    return text;
}

Json bench_json(const BenchRun& run) {
    Json groups = Json::array();
    for (const GroupMeasurement& group : run.groups) {
        groups.push_back(group_json(group, run.baseline));
    }
    Json missing = Json::array();
    for (const MissingCodec& codec : run.missing) {
        missing.push_back({{"name", codec.name}, {"reason", codec.reason}});
    }
    return {{"baseline", run.baseline},
            {"machine",
             {{"cpu", run.cpu},
              {"cpu_model", run.cpu_model},
              {"timer", run.scale.timer},
              {"timer_overhead_ns", run.scale.overhead_ticks * run.scale.nanoseconds_per_tick},
              {"core_mhz_before", optional_json(run.core_mhz_before)},
              {"core_mhz_after", optional_json(run.core_mhz_after)},
              {"steal_ms", run.steal_ms},
              {"involuntary_switches", run.involuntary_switches}}},
            {"seed", run.seed},
            {"missing", std::move(missing)},
            {"groups", std::move(groups)},
            {"total", group_json(total_of(run.groups), run.baseline)}};
}

}  // namespace truenoctl
