// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "zramctl_command.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <getopt.h>
#include <libsmartcols/libsmartcols.h>
#include <strings.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <charconv>
#include <climits>
#include <set>

#include "units.hpp"

namespace truenoctl {

namespace {

constexpr ZramctlColumnInfo kColumns[] = {
    {ZramctlColumn::name, "NAME", 0.25, 0, "the device"},
    {ZramctlColumn::disk_size, "DISKSIZE", 5, SCOLS_FL_RIGHT, "its size, uncompressed"},
    {ZramctlColumn::data, "DATA", 5, SCOLS_FL_RIGHT, "what is stored, uncompressed"},
    {ZramctlColumn::compressed, "COMPR", 5, SCOLS_FL_RIGHT, "what is stored, compressed"},
    {ZramctlColumn::algorithm, "ALGORITHM", 3, 0, "the compression algorithm"},
    {ZramctlColumn::streams, "STREAMS", 3, SCOLS_FL_RIGHT, "compressions that may run at once"},
    {ZramctlColumn::zero_pages, "ZERO-PAGES", 3, SCOLS_FL_RIGHT, "pages filled with one value"},
    {ZramctlColumn::total, "TOTAL", 5, SCOLS_FL_RIGHT, "memory taken, with all overhead"},
    {ZramctlColumn::memory_limit, "MEM-LIMIT", 5, SCOLS_FL_RIGHT, "the most memory it may take"},
    {ZramctlColumn::memory_used, "MEM-USED", 5, SCOLS_FL_RIGHT, "the most memory it has taken"},
    {ZramctlColumn::migrated, "MIGRATED", 5, SCOLS_FL_RIGHT, "pages that compaction freed"},
    {ZramctlColumn::ratio, "COMP-RATIO", 5, SCOLS_FL_RIGHT, "DATA divided by TOTAL"},
    {ZramctlColumn::mount_point, "MOUNTPOINT", 0.10, SCOLS_FL_TRUNC, "where it is mounted"},
};

constexpr ZramctlColumn kDefaultColumns[] = {
    ZramctlColumn::name,    ZramctlColumn::algorithm,   ZramctlColumn::disk_size,
    ZramctlColumn::data,    ZramctlColumn::compressed,  ZramctlColumn::total,
    ZramctlColumn::streams, ZramctlColumn::mount_point,
};

// What zramctl has room for.
constexpr std::size_t kColumnsMax = 2 * std::size(kColumns);

// Options without a letter, numbered where no letter is.
enum LongOption { kRaw = CHAR_MAX + 1, kOutputAll };

struct OptionInfo {
    int key;
    const char* name;
    const char* value;  ///< what its value is called; null if it takes none
    const char* summary;
};

constexpr OptionInfo kOptions[] = {
    {'a', "algorithm", "NAME", "Set the compression algorithm"},
    {'b', "bytes", nullptr, "Print sizes in bytes"},
    {'f', "find", nullptr, "Find a free device, or add one"},
    {'n', "noheadings", nullptr, "Print no headings"},
    {'o', "output", "LIST", "Print these columns, or with +LIST these as well"},
    {kOutputAll, "output-all", nullptr, "Print all columns"},
    {'p', "algorithm-params", "TEXT", "Set parameters of the algorithm, such as level=9"},
    {kRaw, "raw", nullptr, "Print columns with one space between them"},
    {'r', "reset", nullptr, "Reset and remove the devices"},
    {'s', "size", "SIZE", "Set up the device with this size"},
    {'t', "streams", "NUMBER", "Set how many compressions may run at once"},
    {'h', "help", nullptr, "Print this help and exit"},
    {'V', "version", nullptr, "Print the version and exit"},
};

// Of each set only one may be given.
constexpr std::string_view kExclusive[] = {"for", "ors"};

const OptionInfo& option_of(int key) {
    return *std::find_if(std::begin(kOptions), std::end(kOptions),
                         [key](const OptionInfo& option) { return option.key == key; });
}

Result<ZramctlColumn> find_column(std::string_view name) {
    for (const ZramctlColumnInfo& info : kColumns) {
        const std::string_view known = info.name;
        if (known.size() == name.size() &&
            strncasecmp(known.data(), name.data(), name.size()) == 0) {
            return info.column;
        }
    }
    std::vector<std::string_view> names;
    for (const ZramctlColumnInfo& info : kColumns) {
        names.emplace_back(info.name);
    }
    return failure(fmt::format("'{}' is not a column", name),
                   fmt::format("the columns are {}", fmt::join(names, ", ")));
}

Result<std::vector<ZramctlColumn>> select_columns(std::string_view list,
                                                  std::vector<ZramctlColumn> base) {
    std::vector<ZramctlColumn> columns;
    if (list.starts_with('+')) {
        list.remove_prefix(1);
        columns = std::move(base);
    }
    for (;;) {
        const std::size_t comma = list.find(',');
        const Result<ZramctlColumn> column = find_column(list.substr(0, comma));
        if (!column) {
            return tl::unexpected(column.error());
        }
        columns.push_back(*column);
        if (columns.size() > kColumnsMax) {
            return failure(fmt::format("more than {} columns are wanted", kColumnsMax));
        }
        if (comma == std::string_view::npos) {
            return columns;
        }
        list.remove_prefix(comma + 1);
    }
}

class Parser {
  public:
    explicit Parser(std::vector<std::string> words);

    Result<ZramctlCommand> parse();

  private:
    /// Takes one option; true if it ends the parsing, as --help does.
    Result<bool> take(int key);
    Result<void> check_exclusive(int key);
    Result<void> take_columns();
    Result<void> check_together() const;

    std::vector<std::string> words_;
    std::vector<char*> arguments_;
    std::string letters_ = ":";
    std::vector<option> long_options_;
    std::set<int> seen_;
    ZramctlCommand command_;
    bool all_columns_ = false;
    std::optional<std::string> column_list_;
};

Parser::Parser(std::vector<std::string> words) : words_(std::move(words)) {
    static char program[] = "zramctl";
    arguments_.push_back(program);
    for (std::string& word : words_) {
        arguments_.push_back(word.data());
    }
    arguments_.push_back(nullptr);
    for (const OptionInfo& info : kOptions) {
        long_options_.push_back({info.name, info.value == nullptr ? no_argument : required_argument,
                                 nullptr, info.key});
        if (info.key <= CHAR_MAX) {
            letters_ += static_cast<char>(info.key);
            letters_ += info.value == nullptr ? "" : ":";
        }
    }
    long_options_.push_back({});
}

Result<void> Parser::check_exclusive(int key) {
    for (const std::string_view set : kExclusive) {
        if (key > CHAR_MAX || set.find(static_cast<char>(key)) == std::string_view::npos) {
            continue;
        }
        for (const char other : set) {
            if (other != key && seen_.contains(other)) {
                return failure(fmt::format("--{} and --{} exclude each other",
                                           option_of(other).name, option_of(key).name));
            }
        }
    }
    seen_.insert(key);
    return {};
}

Result<bool> Parser::take(int key) {
    if (key == '?' || key == ':') {
        const std::string word = arguments_[static_cast<std::size_t>(optind) - 1];
        return failure(key == ':' ? fmt::format("'{}' needs a value", word)
                                  : fmt::format("'{}' is not an option, or not a clear one", word),
                       "'truenoctl zramctl --help' lists what is accepted");
    }
    if (const Result<void> alone = check_exclusive(key); !alone) {
        return tl::unexpected(alone.error());
    }
    const std::string value = optarg == nullptr ? "" : optarg;
    switch (key) {
        case 'a':
            command_.algorithm = value;
            break;
        case 'b':
            command_.bytes = true;
            break;
        case 'f':
            command_.find = true;
            break;
        case 'n':
            command_.no_headings = true;
            break;
        case 'o':
            column_list_ = value;
            break;
        case 'p':
            command_.algorithm_parameters = value;
            break;
        case 'r':
            command_.action = ZramctlAction::reset;
            break;
        case kOutputAll:
            all_columns_ = true;
            break;
        case kRaw:
            command_.raw = true;
            break;
        case 's': {
            const Result<std::uint64_t> size = parse_size(value);
            if (!size) {
                return tl::unexpected(size.error());
            }
            command_.size = *size;
            command_.action = ZramctlAction::set_up;
            break;
        }
        case 't': {
            const char* end = value.data() + value.size();
            const auto [rest, error] = std::from_chars(value.data(), end, command_.streams);
            if (error != std::errc() || rest != end) {
                return failure(fmt::format("'{}' is not a number of streams", value));
            }
            break;
        }
        case 'h':
            command_.action = ZramctlAction::help;
            return true;
        case 'V':
            command_.action = ZramctlAction::version;
            return true;
        default:
            break;
    }
    return false;
}

Result<void> Parser::take_columns() {
    command_.columns.assign(std::begin(kDefaultColumns), std::end(kDefaultColumns));
    if (all_columns_) {
        command_.columns.clear();
        for (const ZramctlColumnInfo& info : kColumns) {
            command_.columns.push_back(info.column);
        }
    }
    if (column_list_) {
        Result<std::vector<ZramctlColumn>> columns =
            select_columns(*column_list_, command_.columns);
        if (!columns) {
            return tl::unexpected(columns.error());
        }
        command_.columns = std::move(*columns);
    }
    return {};
}

Result<void> Parser::check_together() const {
    const ZramctlAction action = command_.action;
    if (command_.find && !command_.devices.empty()) {
        return failure(
            fmt::format("--find and a device, '{}', exclude each other", command_.devices.front()));
    }
    if (action != ZramctlAction::reset && command_.devices.size() > 1) {
        return failure(fmt::format("'{}' is one device too many", command_.devices[1]),
                       "only --reset takes more than one");
    }
    if (action != ZramctlAction::set_up && action != ZramctlAction::reset &&
        (command_.algorithm || command_.algorithm_parameters || command_.streams != 0)) {
        return failure("--algorithm, --algorithm-params and --streams need --size");
    }
    if (command_.devices.empty() && !command_.find &&
        (action == ZramctlAction::set_up || action == ZramctlAction::reset)) {
        return failure("no device is named", "name it like /dev/zram0");
    }
    return {};
}

Result<ZramctlCommand> Parser::parse() {
    // 0 makes glibc forget an earlier parse.
    optind = 0;
    const int count = static_cast<int>(arguments_.size()) - 1;
    int key = 0;
    while ((key = getopt_long(count, arguments_.data(), letters_.c_str(), long_options_.data(),
                              nullptr)) != -1) {
        const Result<bool> at_end = take(key);
        if (!at_end) {
            return tl::unexpected(at_end.error());
        }
        if (*at_end) {
            return command_;
        }
    }
    command_.devices.assign(arguments_.begin() + optind, arguments_.end() - 1);
    if (command_.action == ZramctlAction::list && command_.find) {
        command_.action = ZramctlAction::find;
    }
    return check_together().and_then([this] { return take_columns(); }).map([this] {
        return command_;
    });
}

}  // namespace

std::span<const ZramctlColumnInfo> zramctl_columns() {
    return kColumns;
}

Result<ZramctlCommand> parse_zramctl_command(std::vector<std::string> words) {
    return Parser(std::move(words)).parse();
}

std::string zramctl_help() {
    CLI::App app{"Do what zramctl(8) does", "truenoctl zramctl"};
    app.set_help_flag("");
    std::vector<std::string> unused(std::size(kOptions));
    std::vector<std::string> devices;
    app.add_option("DEVICE", devices, "The device; with --reset also several");
    for (std::size_t i = 0; i < std::size(kOptions); ++i) {
        const OptionInfo& info = kOptions[i];
        std::string names = fmt::format("--{}", info.name);
        if (info.key <= CHAR_MAX) {
            names = fmt::format("-{},{}", static_cast<char>(info.key), names);
        }
        if (info.value == nullptr) {
            app.add_flag(names, info.summary);
        } else {
            app.add_option(names, unused[i], info.summary)->type_name(info.value);
        }
    }
    std::string footer = "Columns:\n";
    for (const ZramctlColumnInfo& info : kColumns) {
        footer += fmt::format("  {:<10}  {}\n", info.name, info.summary);
    }
    app.footer(footer + "Exit status: 0 success, 1 failure.");
    return app.help();
}

}  // namespace truenoctl
