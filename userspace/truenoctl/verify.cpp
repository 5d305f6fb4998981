// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl verify: do all codecs give every page back, and agree on damage.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "page_codec.hpp"
#include "page_source.hpp"
#include "subcommand.hpp"
#include "table.hpp"
#include "verify_pages.hpp"

namespace truenoctl {

namespace {

constexpr std::size_t kMismatchesShown = 20;

struct VerifyOptions {
    PageSourceOptions source;
    std::vector<std::string> codecs;
    unsigned int damages = 4;
    std::string save;
    bool json = false;
};

// The reference judges, so it is always there; peers take part where they share
// a format with a codec of ours.
std::vector<PageCodec*> codecs_to_verify(const CodecSet& set, std::vector<std::string> patterns) {
    if (patterns.empty()) {
        patterns = {"*"};
    } else {
        patterns.push_back("trueno-*@reference");
    }
    std::vector<PageCodec*> codecs = value_or_throw(select_codecs(set, patterns));
    std::set<std::string> formats;
    for (const PageCodec* codec : codecs) {
        if (codec->keeps_trueno_contract()) {
            formats.insert(codec->stream_format());
        }
    }
    std::erase_if(
        codecs, [&](const PageCodec* codec) { return !formats.contains(codec->stream_format()); });
    return codecs;
}

Table checks_table(const VerifyResult& result) {
    Table table({{"CODEC"},
                 {"PAGES-COMPRESSED", Align::right},
                 {"STREAMS-DECOMPRESSED", Align::right},
                 {"BOUNDS-CHECKED", Align::right},
                 {"DAMAGED-STREAMS", Align::right},
                 {"MISMATCHES", Align::right}});
    for (const CodecChecks& codec : result.codecs) {
        table.add_row({text_cell(codec.name), count_cell(codec.pages_compressed),
                       count_cell(codec.streams_decompressed), count_cell(codec.bounds_checked),
                       count_cell(codec.damaged_streams), count_cell(codec.mismatches)});
    }
    return table;
}

Json result_json(const VerifyResult& result, const std::vector<PageGroup>& groups,
                 const CodecSet& set) {
    Json json_groups = Json::array();
    for (const PageGroup& group : groups) {
        json_groups.push_back({{"name", group.name()},
                               {"pages", group.size()},
                               {"duplicate_pages", group.duplicates()},
                               {"same_filled_pages", group.same_filled()}});
    }
    Json mismatches = Json::array();
    for (const Mismatch& mismatch : result.mismatches) {
        mismatches.push_back({{"group", mismatch.group},
                              {"page", mismatch.source_index},
                              {"codec", mismatch.codec},
                              {"what", mismatch.what}});
    }
    Json missing = Json::array();
    for (const MissingCodec& codec : set.missing) {
        missing.push_back({{"name", codec.name}, {"reason", codec.reason}});
    }
    return {{"groups", std::move(json_groups)},
            {"codecs", checks_table(result).to_json()},
            {"missing", std::move(missing)},
            {"mismatches", std::move(mismatches)}};
}

std::string result_text(const VerifyResult& result, const std::vector<PageGroup>& groups,
                        const CodecSet& set) {
    std::string text;
    for (const PageGroup& group : groups) {
        text += fmt::format("{}: {} pages, {} more same-filled and left out\n", group.name(),
                            group.size(), group.same_filled());
    }
    text += checks_table(result).to_text();
    for (const MissingCodec& codec : set.missing) {
        text += fmt::format("left out: {}: {}\n", codec.name, codec.reason);
    }
    const std::size_t shown = std::min(result.mismatches.size(), kMismatchesShown);
    for (std::size_t i = 0; i < shown; i++) {
        const Mismatch& mismatch = result.mismatches[i];
        text += fmt::format("{}, page {}: {}: {}\n", mismatch.group, mismatch.source_index,
                            mismatch.codec, mismatch.what);
    }
    if (shown < result.mismatches.size()) {
        text += fmt::format("and {} more; --json lists all\n", result.mismatches.size() - shown);
    }
    return text;
}

void save_mismatches(const std::string& path, const VerifyResult& result,
                     const std::vector<PageGroup>& groups) {
    PageGroup offending("mismatches");
    std::set<std::pair<std::string, std::size_t>> saved;
    for (const Mismatch& mismatch : result.mismatches) {
        const auto group = std::find_if(groups.begin(), groups.end(), [&](const PageGroup& each) {
            return each.name() == mismatch.group;
        });
        if (saved.emplace(mismatch.group, mismatch.page).second) {
            offending.add(group->page(mismatch.page));
        }
    }
    std::vector<PageGroup> only;
    only.push_back(std::move(offending));
    value_or_throw(save_pages(path, only));
}

ExitStatus run_verify(const VerifyOptions& options) {
    CodecSet set;
    add_trueno_codecs(set);
    add_peer_codecs(set);
    const std::vector<PageCodec*> codecs = codecs_to_verify(set, options.codecs);
    const std::vector<PageGroup> groups = collect_pages(options.source);
    VerifyResult result;
    for (const PageGroup& group : groups) {
        verify_group(group, codecs, options.damages, options.source.seed, result);
    }
    if (!options.save.empty() && !result.mismatches.empty()) {
        save_mismatches(options.save, result, groups);
    }
    if (options.json) {
        print(to_json_text(result_json(result, groups, set)));
    } else {
        print(result_text(result, groups, set));
    }
    return result.mismatches.empty() ? ExitStatus::success : ExitStatus::problem_found;
}

}  // namespace

Run add_verify(CLI::App& app) {
    auto options = std::make_shared<VerifyOptions>();
    add_page_source_options(app, options->source);
    app.add_option("--codec", options->codecs,
                   "Verify these and the references only; names as in 'bench'")
        ->type_name("NAME")
        ->allow_extra_args(false)
        ->delimiter(',');
    app.add_option("--damages", options->damages, "Damaged streams to try for each page")
        ->type_name("COUNT")
        ->capture_default_str();
    app.add_option("--save", options->save, "Write the pages that were not right to this new file")
        ->type_name("FILE");
    app.add_flag("--json", options->json, "Print JSON");
    return [options] { return run_verify(*options); };
}

}  // namespace truenoctl
