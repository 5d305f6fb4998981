// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "analyze_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace truenoctl {

namespace {

constexpr std::size_t kBarWidth = 40;

double share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

Table entropy_table(const EntropyHistogram& histogram) {
    const std::size_t most = *std::max_element(histogram.begin(), histogram.end());
    Table table({{"BITS-PER-BYTE"}, {"PAGES", Align::right}, {""}});
    for (std::size_t i = 0; i < histogram.size(); i++) {
        const auto width = static_cast<std::size_t>(share(histogram[i], most) * kBarWidth + 0.5);
        table.add_row({text_cell(fmt::format("{} to {}", i, i + 1)), count_cell(histogram[i]),
                       text_cell(std::string(width, '#'))});
    }
    return table;
}

Table codec_table(const AnalyzeRun& run) {
    Table table({{"CODEC"},
                 {"STORED", Align::right},
                 {"OF-PAGES", Align::right},
                 {"VS-BASE", Align::right},
                 {"PLAIN-PAGES", Align::right},
                 {"COMPRESS-US", Align::right},
                 {"DECOMPRESS-US", Align::right}});
    const CodecPrediction& baseline = baseline_of(run);
    for (const CodecPrediction& codec : run.memory.codecs) {
        table.add_row({text_cell(codec.codec), size_cell(codec.stored_bytes),
                       number_cell(share(codec.stored_bytes, run.memory.pages * kPageSize), 4),
                       number_cell(share(codec.stored_bytes, baseline.stored_bytes), 4),
                       count_cell(codec.plain_pages), number_cell(codec.compress_us, 2),
                       number_cell(codec.decompress_us, 2)});
    }
    return table;
}

Json recommendation_json(const Recommendation& recommendation) {
    return {{"algorithm", recommendation.algorithm},
            {"smaller_percent", recommendation.smaller_percent},
            {"extra_fault_us", recommendation.extra_fault_us},
            {"extra_compress_us", recommendation.extra_compress_us},
            {"extra_core_percent", recommendation.extra_core_percent},
            {"sentence", recommendation.sentence}};
}

}  // namespace

const CodecPrediction& baseline_of(const AnalyzeRun& run) {
    return *std::find_if(run.memory.codecs.begin(), run.memory.codecs.end(),
                         [&](const CodecPrediction& codec) { return codec.codec == run.baseline; });
}

std::string analyze_text(const AnalyzeRun& run) {
    const MemoryAnalysis& memory = run.memory;
    std::string text =
        fmt::format("{}: {} pages, {} same-filled ({:.1f} %), {} equal to another ({:.1f} %)\n\n",
                    fmt::join(memory.sources, ", "), memory.pages, memory.same_filled,
                    100 * share(memory.same_filled, memory.pages), memory.duplicates,
                    100 * share(memory.duplicates, memory.pages));
    text += entropy_table(memory.entropy).to_text() + "\n" + codec_table(run).to_text() + "\n";
    for (const MissingCodec& missing : run.missing) {
        text += fmt::format("left out: {}: {}\n", missing.name, missing.reason);
    }
    text += fmt::format(
        "STORED: what zram would keep: nothing of same-filled pages, and the page itself\n"
        "(PLAIN-PAGES) where the stream is longer than {} bytes. VS-BASE: against {}.\n"
        "Times: of one page, median over {} pages, on {}.\n",
        memory.stream_limit, run.baseline, memory.timed_pages,
        run.cpu_model.empty() ? "this CPU" : run.cpu_model);
    return text + fmt::format("\nrecommended: {}\n", run.recommendation.sentence);
}

Json analyze_json(const AnalyzeRun& run) {
    const MemoryAnalysis& memory = run.memory;
    const CodecPrediction& baseline = baseline_of(run);
    Json entropy = Json::array();
    for (std::size_t i = 0; i < memory.entropy.size(); i++) {
        entropy.push_back({{"bits_from", i}, {"bits_to", i + 1}, {"pages", memory.entropy[i]}});
    }
    Json codecs = Json::array();
    for (const CodecPrediction& codec : memory.codecs) {
        codecs.push_back({{"name", codec.codec},
                          {"algorithm", codec.algorithm},
                          {"stored_bytes", codec.stored_bytes},
                          {"size_ratio", share(codec.stored_bytes, memory.pages * kPageSize)},
                          {"size_vs_baseline", share(codec.stored_bytes, baseline.stored_bytes)},
                          {"plain_pages", codec.plain_pages},
                          {"compress_us", codec.compress_us},
                          {"decompress_us", codec.decompress_us},
                          {"compress_mean_us", codec.compress_mean_us},
                          {"decompress_mean_us", codec.decompress_mean_us}});
    }
    Json missing = Json::array();
    for (const MissingCodec& codec : run.missing) {
        missing.push_back({{"name", codec.name}, {"reason", codec.reason}});
    }
    return {{"sources", memory.sources},
            {"pages", memory.pages},
            {"same_filled_pages", memory.same_filled},
            {"duplicate_pages", memory.duplicates},
            {"entropy", std::move(entropy)},
            {"stream_limit", memory.stream_limit},
            {"timed_pages", memory.timed_pages},
            {"cpu_model", run.cpu_model},
            {"baseline", run.baseline},
            {"codecs", std::move(codecs)},
            {"missing", std::move(missing)},
            {"faults_per_second", run.rate.per_second},
            {"faults_source", run.rate.source},
            {"recommendation", recommendation_json(run.recommendation)}};
}

}  // namespace truenoctl
