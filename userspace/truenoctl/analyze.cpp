// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl analyze: what memory is made of, and which codec suits it.
#include "analyze.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <utility>

#include "kernel_release.hpp"
#include "memory_analysis.hpp"
#include "page_codec.hpp"
#include "recommendation.hpp"
#include "stopwatch.hpp"
#include "subcommand.hpp"
#include "table.hpp"

namespace truenoctl {

namespace {

// The kernel's default as it is built, else as a library; a format of ours that
// every build has, else.
constexpr const char* kBaselines[] = {"kernel-lz4", "liblz4"};
constexpr const char* kLastBaseline = "trueno-lz4";

PageCodec& find_baseline(const CodecSet& set) {
    for (const char* name : kBaselines) {
        if (PageCodec* codec = set.find(name); codec != nullptr) {
            return *codec;
        }
    }
    return *value_or_throw(select_codecs(set, {kLastBaseline})).front();
}

bool is_for_zram(const PageCodec* codec) {
    return zram_algorithm(codec->name()).has_value();
}

std::vector<PageCodec*> choose_codecs(const CodecSet& set,
                                      const std::vector<std::string>& patterns) {
    if (patterns.empty()) {
        return codecs_to_analyze(set);
    }
    for (const std::string& pattern : patterns) {
        const std::vector<PageCodec*> named = value_or_throw(select_codecs(set, {pattern}));
        if (std::none_of(named.begin(), named.end(), is_for_zram)) {
            throw Fatal({fmt::format("--codec '{}': zram has no such codec", pattern),
                         "'truenoctl bench' takes it", ExitStatus::usage});
        }
    }
    std::vector<PageCodec*> codecs = value_or_throw(select_codecs(set, patterns));
    std::erase_if(codecs, std::not_fn(is_for_zram));
    return codecs;
}

Candidate candidate_of(const CodecPrediction& codec) {
    return {codec.algorithm,     codec.stored_bytes,     codec.compress_us,
            codec.decompress_us, codec.compress_mean_us, codec.decompress_mean_us};
}

// One for each algorithm but the baseline's, and the first: the kernel's build of
// an algorithm comes before the library's.
std::vector<Candidate> candidates_of(const MemoryAnalysis& memory, const std::string& baseline) {
    std::vector<Candidate> candidates;
    std::set<std::string> seen{baseline};
    for (const CodecPrediction& codec : memory.codecs) {
        if (seen.insert(codec.algorithm).second) {
            candidates.push_back(candidate_of(codec));
        }
    }
    return candidates;
}

ExitStatus run_analyze(const AnalyzeOptions& options, bool json) {
    const AnalyzeRun run = analyze_pages(options);
    print(json ? to_json_text(analyze_json(run)) : analyze_text(run));
    return ExitStatus::success;
}

}  // namespace

AnalyzeRun analyze_pages(const AnalyzeOptions& options) {
    CodecSet set;
    add_trueno_codecs(set);
    add_peer_codecs(set);
    PageCodec& baseline = find_baseline(set);
    std::vector<PageCodec*> codecs = choose_codecs(set, options.codecs);
    if (std::find(codecs.begin(), codecs.end(), &baseline) == codecs.end()) {
        codecs.push_back(&baseline);
    }
    AnalyzeRun run;
    run.rate = options.faults_per_second
                   ? FaultRate{*options.faults_per_second, "--faults-per-second", false}
                   : value_or_throw(read_fault_rate({}));
    std::vector<PageGroup> groups = collect_pages(options.source);
    value_or_throw(pin_to_cpu(std::nullopt));
    run.cpu_model = cpu_model();
    run.missing = set.missing;
    run.baseline = baseline.name();
    run.memory = value_or_throw(analyze_memory(
        std::move(groups), codecs, zram_stream_limit(kernel_release()), options.source.seed));

    const CodecPrediction& predicted_baseline = baseline_of(run);
    run.recommendation =
        recommend(candidate_of(predicted_baseline),
                  candidates_of(run.memory, predicted_baseline.algorithm), run.rate);
    return run;
}

Run add_analyze(CLI::App& app) {
    auto options = std::make_shared<AnalyzeOptions>();
    auto json = std::make_shared<bool>(false);
    add_page_source_options(app, options->source);
    app.add_option("--codec", options->codecs, "Consider these only; names as in 'bench'")
        ->type_name("NAME")
        ->allow_extra_args(false)
        ->delimiter(',');
    app.add_option("--faults-per-second", options->faults_per_second,
                   "Pages swapped in per second (default: the average since boot)")
        ->type_name("NUMBER")
        ->check(CLI::Range(0.0, 1e9));
    app.add_flag("--json", *json, "Print JSON");
    return [options, json] { return run_analyze(*options, *json); };
}

}  // namespace truenoctl
