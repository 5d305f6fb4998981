// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "report_input.hpp"

#include <fmt/format.h>

#include <cmath>
#include <sstream>

#include "page_source.hpp"
#include "table.hpp"

namespace truenoctl {

namespace {

constexpr const char* kRemedy =
    "give what 'truenoctl bench --json' or 'truenoctl analyze --json' has printed";

// A JSON object that knows where it is, so that an error can say so. Its
// members are asked for by type; one that is absent or of another type is Fatal.
class Object {
  public:
    Object(const Json& json, std::string place) : json_(json), place_(std::move(place)) {
        require(json.is_object(), "is not an object");
    }

    double number(const char* key) const {
        const Json& value = member(key);
        require(value.is_number() && std::isfinite(value.get<double>()) && value.get<double>() >= 0,
                fmt::format("'{}' is not a number from 0 up", key));
        return value.get<double>();
    }

    std::string text(const char* key) const {
        const Json& value = member(key);
        require(value.is_string(), fmt::format("'{}' is not a string", key));
        return value.get<std::string>();
    }

    Object object(const char* key) const {
        return {member(key), fmt::format("{}, {}", place_, key)};
    }

    std::vector<Object> objects(const char* key) const {
        const Json& value = member(key);
        require(value.is_array(), fmt::format("'{}' is not an array", key));
        std::vector<Object> objects;
        for (std::size_t i = 0; i < value.size(); i++) {
            objects.emplace_back(value[i], fmt::format("{}, {}[{}]", place_, key, i));
        }
        return objects;
    }

    std::vector<std::string> texts(const char* key) const {
        const Json& value = member(key);
        require(value.is_array(), fmt::format("'{}' is not an array", key));
        std::vector<std::string> texts;
        for (const Json& each : value) {
            require(each.is_string(), fmt::format("'{}' holds something else than strings", key));
            texts.push_back(each.get<std::string>());
        }
        return texts;
    }

    bool has(const char* key) const { return json_.contains(key); }

    void require(bool condition, const std::string& otherwise) const {
        if (!condition) {
            throw Fatal({fmt::format("{}: {}", place_, otherwise), kRemedy});
        }
    }

  private:
    const Json& member(const char* key) const {
        require(has(key), fmt::format("'{}' is missing", key));
        return json_[key];
    }

    const Json& json_;
    std::string place_;
};

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

std::string part_of(double part, double whole) {
    return fmt::format("{:.0f} ({:.1f} %)", part, whole > 0 ? 100 * part / whole : 0);
}

double mb_per_s(double us_per_page) {
    return us_per_page > 0 ? static_cast<double>(kPageSize) / us_per_page : 0;
}

// Whatever is drawn from a codec's numbers stays within a picture of finite size.
ReportCodec checked(const Object& codec, ReportCodec result) {
    constexpr double kLargestRatio = 100;
    constexpr double kSlowest = 1e-3;
    constexpr double kFastest = 1e9;
    codec.require(result.size_ratio > 0 && result.size_ratio <= kLargestRatio,
                  fmt::format("'size_ratio' is not a number above 0, up to {}", kLargestRatio));
    for (const double speed : {result.compress_mb_s, result.decompress_mb_s}) {
        codec.require(speed == 0 || (speed >= kSlowest && speed <= kFastest),
                      "no codec is as fast or as slow as its speeds say");
    }
    return result;
}

ReportSection analysis_section(const Object& run) {
    ReportSection section;
    section.title = fmt::format("Memory of {}", joined(run.texts("sources")));
    section.recommendation = run.object("recommendation").text("sentence");
    const double pages = run.number("pages");
    section.facts = {{"pages", fmt::format("{:.0f}", pages)},
                     {"same-filled, free in zram", part_of(run.number("same_filled_pages"), pages)},
                     {"equal to another", part_of(run.number("duplicate_pages"), pages)},
                     {"processor", run.text("cpu_model")}};
    const std::vector<Object> entropy = run.objects("entropy");
    section.entropy.emplace();
    run.require(entropy.size() == section.entropy->size(), "'entropy' has another length than 8");
    for (std::size_t i = 0; i < entropy.size(); i++) {
        (*section.entropy)[i] =
            static_cast<std::size_t>(std::min(entropy[i].number("pages"), 1e15));
    }
    for (const Object& codec : run.objects("codecs")) {
        section.codecs.push_back(checked(codec, {codec.text("name"), codec.number("size_ratio"),
                                                 mb_per_s(codec.number("compress_us")),
                                                 mb_per_s(codec.number("decompress_us"))}));
    }
    return section;
}

ReportSection bench_section(const Object& group, const std::string& name, const Object& run) {
    ReportSection section;
    section.title = fmt::format("Benchmark of {}", name);
    const double pages = group.number("pages");
    section.facts = {
        {"pages", fmt::format("{:.0f}", pages)},
        {"equal to another", part_of(group.number("duplicate_pages"), pages)},
        {"same-filled, left out", fmt::format("{:.0f}", group.number("same_filled_pages"))},
        {"rounds", fmt::format("{:.0f}", group.number("rounds"))},
        {"processor", run.object("machine").text("cpu_model")}};
    for (const Object& codec : group.objects("codecs")) {
        // A plain copy is a ceiling for speed only, and would squeeze all others.
        if (codec.text("name") != "memcpy") {
            section.codecs.push_back(
                checked(codec, {codec.text("name"), codec.number("size_ratio"),
                                codec.object("compress").number("mb_per_s"),
                                codec.object("decompress").number("mb_per_s")}));
        }
    }
    return section;
}

void append_sections(const Object& run, std::vector<ReportSection>& sections) {
    if (run.has("entropy")) {
        sections.push_back(analysis_section(run));
        return;
    }
    run.require(run.has("total") && run.has("groups"), "is no result of bench or analyze");
    const std::vector<Object> groups = run.objects("groups");
    if (groups.size() > 1) {
        std::vector<std::string> names;
        for (const Object& group : groups) {
            names.push_back(group.text("name"));
        }
        sections.push_back(bench_section(run.object("total"), joined(names), run));
    }
    for (const Object& group : groups) {
        sections.push_back(bench_section(group, group.text("name"), run));
    }
}

}  // namespace

Result<std::vector<ReportSection>> read_report_input(const std::string& text,
                                                     const std::string& name) {
    std::vector<ReportSection> sections;
    std::istringstream stream(text);
    try {
        while (!(stream >> std::ws).eof()) {
            Json document;
            stream >> document;
            append_sections(Object(document, name), sections);
        }
    } catch (const Fatal& fatal) {
        return tl::unexpected(fatal.error());
    } catch (const Json::exception& error) {
        return failure(fmt::format("{}: is not JSON: {}", name, error.what()), kRemedy);
    }
    if (sections.empty()) {
        return failure(fmt::format("{}: is empty", name), kRemedy);
    }
    return sections;
}

}  // namespace truenoctl
