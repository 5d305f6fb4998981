// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl counters: what the module's codecs did since it was loaded, and
// which formats those that choose have chosen.
#include "counters.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <sstream>
#include <utility>

#include "subcommand.hpp"

namespace truenoctl {

namespace {

constexpr const char* kNothingCalled = "no codec was called since the module was loaded\n";

using Fields = std::map<std::string, std::string>;

std::vector<std::string> split_words(const std::string& line) {
    std::istringstream words(line);
    std::vector<std::string> split;
    for (std::string word; words >> word;) {
        split.push_back(word);
    }
    return split;
}

// Each line behind the first by the names that the first gives.
Result<std::vector<Fields>> parse_lines(std::string_view text) {
    std::istringstream lines{std::string(text)};
    std::string line;
    std::getline(lines, line);
    const std::vector<std::string> names = split_words(line);
    std::vector<Fields> parsed;
    while (std::getline(lines, line)) {
        const std::vector<std::string> words = split_words(line);
        if (words.size() != names.size()) {
            return failure(fmt::format("the module's counters have a line of {} fields, not {}: {}",
                                       words.size(), names.size(), line));
        }
        Fields fields;
        for (std::size_t i = 0; i < words.size(); ++i) {
            fields[names[i]] = words[i];
        }
        parsed.push_back(std::move(fields));
    }
    return parsed;
}

// Takes fields by name; remembers the first that is not there or no number.
class FieldReader {
  public:
    explicit FieldReader(const Fields& fields) : fields_(fields) {}

    std::string text(const char* name) {
        const auto field = fields_.find(name);
        if (field == fields_.end()) {
            fail(fmt::format("the module's counters have no column '{}'", name));
            return {};
        }
        return field->second;
    }

    std::uint64_t number(const char* name) {
        const std::string digits = text(name);
        std::uint64_t number = 0;
        const char* end = digits.data() + digits.size();
        const auto [stop, error] = std::from_chars(digits.data(), end, number);
        if (error != std::errc() || stop != end) {
            fail(fmt::format("the module's counters have '{}' for '{}'", digits, name));
        }
        return number;
    }

    const std::string& fault() const { return fault_; }

  private:
    void fail(std::string fault) {
        if (fault_.empty()) {
            fault_ = std::move(fault);
        }
    }

    const Fields& fields_;
    std::string fault_;
};

template <class Entry>
Result<std::vector<Entry>> parse_entries(std::string_view text, Entry (*read)(FieldReader&)) {
    const Result<std::vector<Fields>> lines = parse_lines(text);
    if (!lines) {
        return tl::unexpected(lines.error());
    }
    std::vector<Entry> entries;
    for (const Fields& fields : *lines) {
        FieldReader reader(fields);
        entries.push_back(read(reader));
        if (!reader.fault().empty()) {
            return failure(reader.fault());
        }
    }
    return entries;
}

CodecCounters read_codec(FieldReader& from) {
    return {from.text("codec"),      from.text("direction"),   from.number("calls"),
            from.number("bytes_in"), from.number("bytes_out"), from.number("no_space"),
            from.number("failures"), from.number("fallbacks")};
}

ChoiceCounters read_choice(FieldReader& from) {
    return {from.text("codec"), from.text("direction"), from.text("choice"), from.number("calls"),
            from.number("bytes")};
}

Error describe_read_error(const SystemRoot& root, const std::filesystem::path& file,
                          SystemError error) {
    Error described = describe_system_error(fmt::format("read {}", file.string()), error);
    if (error.number == EPERM) {
        described.remedy = "a kernel that is locked down, as under Secure Boot, shows no debugfs";
    } else if (error.number == ENOENT && !std::filesystem::exists(root.sys() / "module/trueno")) {
        described.reason = "the module trueno is not loaded";
        described.remedy =
            "the first use of a trueno algorithm loads it, and so does 'modprobe "
            "trueno'";
    } else if (error.number == ENOENT) {
        described.remedy = "'mount -t debugfs none /sys/kernel/debug' makes debugfs visible";
    }
    return described;
}

// Of the calls for which the codec chose in that direction.
Cell share_cell(const ChoiceCounters& choice, const std::vector<ChoiceCounters>& all) {
    std::uint64_t calls = 0;
    for (const ChoiceCounters& other : all) {
        if (other.codec == choice.codec && other.direction == choice.direction) {
            calls += other.calls;
        }
    }
    if (calls == 0) {
        return empty_cell();
    }
    const double share = static_cast<double>(choice.calls) / static_cast<double>(calls);
    return {fmt::format("{:.1f}%", 100 * share), share};
}

Table make_codec_table(const std::vector<CodecCounters>& codecs, bool called_only) {
    Table table({{"CODEC"},
                 {"DIRECTION"},
                 {"CALLS", Align::right},
                 {"BYTES-IN", Align::right},
                 {"BYTES-OUT", Align::right},
                 {"NO-SPACE", Align::right},
                 {"FAILURES", Align::right},
                 {"FALLBACKS", Align::right}});
    for (const CodecCounters& codec : codecs) {
        if (codec.calls != 0 || !called_only) {
            table.add_row({text_cell(codec.codec), text_cell(codec.direction),
                           count_cell(codec.calls), size_cell(codec.bytes_in),
                           size_cell(codec.bytes_out), count_cell(codec.no_space),
                           count_cell(codec.failures), count_cell(codec.fallbacks)});
        }
    }
    return table;
}

Table make_choice_table(const std::vector<ChoiceCounters>& choices, bool called_only) {
    Table table({{"CODEC"},
                 {"DIRECTION"},
                 {"CHOICE"},
                 {"CALLS", Align::right},
                 {"SHARE", Align::right},
                 {"BYTES", Align::right}});
    for (const ChoiceCounters& choice : choices) {
        if (choice.calls != 0 || !called_only) {
            table.add_row({text_cell(choice.codec), text_cell(choice.direction),
                           text_cell(choice.choice), count_cell(choice.calls),
                           share_cell(choice, choices), size_cell(choice.bytes)});
        }
    }
    return table;
}

ExitStatus show_counters(bool json) {
    const Counters counters = value_or_throw(read_counters());
    if (json) {
        print(to_json_text(to_json(counters)));
        return ExitStatus::success;
    }
    const std::string text = to_text(counters);
    if (text.empty()) {
        std::fputs(kNothingCalled, stderr);
    }
    print(text);
    return ExitStatus::success;
}

}  // namespace

Result<std::vector<CodecCounters>> parse_counters(std::string_view text) {
    return parse_entries(text, read_codec);
}

Result<std::vector<ChoiceCounters>> parse_choices(std::string_view text) {
    return parse_entries(text, read_choice);
}

Result<Counters> read_counters(const SystemRoot& root) {
    const std::filesystem::path directory = root.sys() / "kernel/debug/trueno";
    Counters counters;
    const SystemResult<std::string> codecs_text = read_attribute(directory / "counters");
    if (!codecs_text) {
        return tl::unexpected(
            describe_read_error(root, directory / "counters", codecs_text.error()));
    }
    const SystemResult<std::string> choices_text = read_attribute(directory / "choices");
    if (!choices_text && choices_text.error().number != ENOENT) {
        return tl::unexpected(
            describe_read_error(root, directory / "choices", choices_text.error()));
    }
    auto codecs = parse_counters(*codecs_text);
    if (!codecs) {
        return tl::unexpected(codecs.error());
    }
    auto choices = parse_choices(choices_text.value_or(""));
    if (!choices) {
        return tl::unexpected(choices.error());
    }
    return Counters{std::move(*codecs), std::move(*choices)};
}

std::string to_text(const Counters& counters) {
    const Table codecs = make_codec_table(counters.codecs, true);
    const Table choices = make_choice_table(counters.choices, true);
    std::string text = codecs.empty() ? "" : codecs.to_text();
    if (!choices.empty()) {
        text += "\n" + choices.to_text();
    }
    return text;
}

Json to_json(const Counters& counters) {
    return Json::object({{"counters", make_codec_table(counters.codecs, false).to_json()},
                         {"choices", make_choice_table(counters.choices, false).to_json()}});
}

Run add_counters(CLI::App& app) {
    auto json = std::make_shared<bool>(false);
    app.add_flag("--json", *json, "Print JSON, sizes in bytes");
    return [json] { return show_counters(*json); };
}

}  // namespace truenoctl
