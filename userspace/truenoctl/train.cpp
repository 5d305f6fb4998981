// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl train: a dictionary for zram, and what it is worth.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "dictionary.hpp"
#include "kernel_release.hpp"
#include "memory_analysis.hpp"
#include "output_file.hpp"
#include "page_source.hpp"
#include "subcommand.hpp"
#include "table.hpp"
#include "units.hpp"

namespace truenoctl {

namespace {

// A dictionary is memory, too.
constexpr mode_t kDictionaryMode = 0600;

struct TrainOptions {
    std::vector<std::string> files;
    std::string algorithm;
    std::string output;
    std::string size = "16K";
    std::uint64_t seed = 1;
    bool force = false;
    bool json = false;
};

struct Training {
    std::string file;
    std::size_t dictionary_bytes = 0;
    std::size_t trained_pages = 0;
    std::size_t held_out_pages = 0;
    std::vector<DictionaryGain> gains;
};

std::size_t dictionary_size(const std::string& text) {
    const std::uint64_t size = value_or_throw(parse_size(text));
    if (size < kSmallestDictionary || size > kLargestDictionary) {
        throw Fatal({fmt::format("--size {} is out of range", text),
                     fmt::format("a dictionary has from {} to {}", format_size(kSmallestDictionary),
                                 format_size(kLargestDictionary)),
                     ExitStatus::usage});
    }
    return size;
}

double smaller_percent(const DictionaryGain& gain) {
    return 100 -
           100 * static_cast<double>(gain.bytes_with) / static_cast<double>(gain.bytes_without);
}

std::string training_text(const Training& training) {
    Table table({{"CODEC"},
                 {"WITHOUT", Align::right},
                 {"WITH", Align::right},
                 {"SMALLER-%", Align::right}});
    for (const DictionaryGain& gain : training.gains) {
        table.add_row({text_cell(gain.codec), size_cell(gain.bytes_without),
                       size_cell(gain.bytes_with), number_cell(smaller_percent(gain), 1)});
    }
    return fmt::format("{}: {} bytes, trained on {} pages; stored size of {} other pages:\n",
                       training.file, training.dictionary_bytes, training.trained_pages,
                       training.held_out_pages) +
           table.to_text();
}

Json training_json(const Training& training) {
    Json codecs = Json::array();
    for (const DictionaryGain& gain : training.gains) {
        codecs.push_back({{"name", gain.codec},
                          {"bytes_without", gain.bytes_without},
                          {"bytes_with", gain.bytes_with},
                          {"smaller_percent", smaller_percent(gain)}});
    }
    return {{"file", training.file},
            {"dictionary_bytes", training.dictionary_bytes},
            {"trained_pages", training.trained_pages},
            {"held_out_pages", training.held_out_pages},
            {"codecs", std::move(codecs)}};
}

void warn_if_useless(const Training& training, const std::string& algorithm) {
    const std::string format = algorithm.substr(0, algorithm.find('@')) + "@";
    const bool helps =
        std::any_of(training.gains.begin(), training.gains.end(), [&](const DictionaryGain& gain) {
            return gain.codec.starts_with(format) && gain.bytes_with < gain.bytes_without;
        });
    if (!helps) {
        fmt::print(stderr,
                   "truenoctl: {} makes pages it was not trained on no smaller with {}\n"
                   "HINT: without a dictionary {} does as well on such pages\n",
                   training.file, algorithm, algorithm);
    }
}

ExitStatus run_train(const TrainOptions& options) {
    const DictionaryKind kind = value_or_throw(dictionary_kind(options.algorithm));
    const std::size_t size = dictionary_size(options.size);
    const Existing existing = options.force ? Existing::replace : Existing::refuse_without_force;
    value_or_throw(check_output(options.output, existing));
    PageSourceOptions source;
    source.files = options.files;
    const std::vector<PageGroup> groups = collect_pages(source);
    const PageSplit split = value_or_throw(split_pages(groups, options.seed));
    const std::vector<std::byte> dictionary =
        value_or_throw(train_dictionary(split.training, kind, size));

    Training training{
        options.output, dictionary.size(), split.training.size(), split.held_out.size(), {}};
    training.gains = value_or_throw(
        measure_gain(dictionary, split.held_out, zram_stream_limit(kernel_release())));
    OutputFile file = value_or_throw(OutputFile::create(options.output, existing, kDictionaryMode));
    value_or_throw(file.write(dictionary));
    value_or_throw(file.commit());
    print(options.json ? to_json_text(training_json(training)) : training_text(training));
    warn_if_useless(training, options.algorithm);
    return ExitStatus::success;
}

}  // namespace

Run add_train(CLI::App& app) {
    auto options = std::make_shared<TrainOptions>();
    app.add_option("FILE", options->files, "Files of raw 4096-byte pages")->required();
    app.add_option("-a,--algorithm", options->algorithm,
                   "The codec to make it for, such as trueno-zstd or trueno-lz4")
        ->type_name("NAME")
        ->required();
    app.add_option("--output", options->output,
                   "The dictionary to write, readable by its owner only")
        ->type_name("FILE")
        ->check(refuse_empty_path)
        ->required();
    app.add_option("--size", options->size, "Size of the dictionary at most, 1K to 64K")
        ->type_name("SIZE")
        ->capture_default_str();
    app.add_option("--seed", options->seed, "Seed of the choice of pages that are held out")
        ->type_name("NUMBER")
        ->capture_default_str();
    app.add_flag("--force", options->force, "Replace the file if it exists");
    app.add_flag("--json", options->json, "Print JSON");
    return [options] { return run_train(*options); };
}

}  // namespace truenoctl
