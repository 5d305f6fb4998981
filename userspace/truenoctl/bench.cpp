// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl bench: how fast and how dense each codec is on real pages.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "bench_measure.hpp"
#include "bench_report.hpp"
#include "page_codec.hpp"
#include "page_source.hpp"
#include "stopwatch.hpp"
#include "subcommand.hpp"

namespace truenoctl {

namespace {

constexpr const char* kDefaultBaselines[] = {"kernel-lz4", "liblz4", "memcpy"};
// Whose streams the other decoders of a format are measured on.
constexpr const char* kForeignEncoders[] = {"liblz4", "libzstd-3"};

struct BenchOptions {
    PageSourceOptions source;
    std::string save;
    std::vector<std::string> codecs;
    std::string baseline;
    std::optional<unsigned int> rounds;
    double seconds = 20;
    std::optional<int> cpu;
    std::string plot;
    bool json = false;
};

PageCodec& find_baseline(const CodecSet& set, const std::string& wanted) {
    if (!wanted.empty()) {
        const auto matching = value_or_throw(select_codecs(set, {wanted}));
        if (matching.size() > 1) {
            throw Fatal({fmt::format("--baseline '{}' matches {} codecs", wanted, matching.size()),
                         "give the full name of one", ExitStatus::usage});
        }
        return *matching.front();
    }
    for (const char* name : kDefaultBaselines) {
        if (PageCodec* codec = set.find(name); codec != nullptr) {
            return *codec;
        }
    }
    throw Fatal({"there is no codec to compare with", ""});
}

void show_progress(const std::string& group, unsigned int round) {
    if (isatty(STDERR_FILENO) != 0) {
        fmt::print(stderr, "\r{}: round {}\033[K", group, round);
    }
}

void end_progress() {
    if (isatty(STDERR_FILENO) != 0) {
        fmt::print(stderr, "\r\033[K");
    }
}

std::vector<GroupMeasurement> measure_groups(const std::vector<PageGroup>& groups,
                                             const std::vector<PageCodec*>& codecs,
                                             const CodecSet& set, MeasureOptions measure) {
    std::vector<PageCodec*> foreign_encoders;
    for (const char* name : kForeignEncoders) {
        if (PageCodec* codec = set.find(name); codec != nullptr) {
            foreign_encoders.push_back(codec);
        }
    }
    std::vector<GroupMeasurement> measured;
    for (const PageGroup& group : groups) {
        measure.on_round = [&](unsigned int round) { show_progress(group.name(), round); };
        measured.push_back(value_or_throw(measure_group(group, codecs, foreign_encoders, measure)));
    }
    end_progress();
    return measured;
}

ExitStatus run_bench(const BenchOptions& options) {
    CodecSet set;
    add_trueno_codecs(set);
    add_peer_codecs(set);
    std::vector<PageCodec*> codecs = value_or_throw(select_codecs(set, options.codecs));
    PageCodec& baseline = find_baseline(set, options.baseline);
    if (std::find(codecs.begin(), codecs.end(), &baseline) == codecs.end()) {
        codecs.push_back(&baseline);
    }
    const std::vector<PageGroup> groups = collect_pages(options.source);
    if (!options.save.empty()) {
        value_or_throw(save_pages(options.save, groups));
    }

    BenchRun run;
    run.baseline = baseline.name();
    run.missing = set.missing;
    run.seed = options.source.seed;
    run.cpu = value_or_throw(pin_to_cpu(options.cpu));
    run.cpu_model = cpu_model();
    run.scale = measure_tick_scale();
    run.core_mhz_before = measure_core_mhz(run.scale);
    const std::uint64_t steal_before = steal_ms(run.cpu);
    const std::uint64_t switches_before = involuntary_switches();
    MeasureOptions measure;
    measure.rounds = options.rounds;
    measure.seconds = options.seconds / static_cast<double>(groups.size());
    measure.seed = options.source.seed;
    measure.scale = run.scale;
    run.groups = measure_groups(groups, codecs, set, measure);
    run.steal_ms = steal_ms(run.cpu) - steal_before;
    run.involuntary_switches = involuntary_switches() - switches_before;
    run.core_mhz_after = measure_core_mhz(run.scale);

    if (!options.plot.empty()) {
        value_or_throw(plot_bench(run, options.plot));
    }
    if (options.json) {
        print(to_json_text(bench_json(run)));
    } else {
        print(bench_text(run));
    }
    return ExitStatus::success;
}

}  // namespace

Run add_bench(CLI::App& app) {
    auto options = std::make_shared<BenchOptions>();
    add_page_source_options(app, options->source);
    app.add_option("--save", options->save, "Write the pages that are used to this new file")
        ->type_name("FILE");
    app.add_option("--codec", options->codecs,
                   "Measure these only: a name such as trueno-lz4@avx2, a format such as\n"
                   "trueno-lz4 for its best variant, or a pattern such as 'kernel-*'")
        ->type_name("NAME")
        ->allow_extra_args(false)
        ->delimiter(',');
    app.add_option("--baseline", options->baseline,
                   "Give ratios against this codec (default: kernel-lz4, else liblz4)")
        ->type_name("NAME");
    app.add_option("--rounds", options->rounds, "Visit each page this many times")
        ->type_name("COUNT")
        ->check(CLI::Range(1, 1000));
    app.add_option("--seconds", options->seconds,
                   "Without --rounds: stop after about this time, and at least 3 rounds")
        ->type_name("TIME")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app.add_option("--cpu", options->cpu, "Run on this CPU (default: the last one allowed)")
        ->type_name("NUMBER")
        ->check(CLI::NonNegativeNumber);
    app.add_option("--plot", options->plot,
                   "Draw speed against size into this .svg or .png file (needs gnuplot)")
        ->type_name("FILE");
    app.add_flag("--json", options->json, "Print JSON");
    return [options] { return run_bench(*options); };
}

}  // namespace truenoctl
