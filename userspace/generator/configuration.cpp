// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "configuration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <functional>
#include <map>
#include <sstream>

#include "configuration_files.hpp"
#include "ini.hpp"
#include "memory.hpp"
#include "process.hpp"
#include "zram.hpp"

namespace trueno_generator {

namespace fs = std::filesystem;
using truenoctl::failure;
using truenoctl::Result;
using truenoctl::usage_failure;

namespace {

constexpr double kBytesPerMebibyte = 1 << 20;
// The kernel takes sizes of up to 2^63 bytes.
constexpr double kMebibytesMax = 0x1p43 - 1;

template <class Number>
Result<Number> parse_whole(std::string_view text) {
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
        return usage_failure(fmt::format("'{}' is not a whole number", text));
    }
    return number;
}

Result<std::optional<std::uint64_t>> parse_limit(const std::string& text) {
    if (text == "none") {
        return std::optional<std::uint64_t>();
    }
    return parse_whole<std::uint64_t>(text).map(
        [](std::uint64_t limit) { return std::optional(limit); });
}

Result<int> parse_swap_priority(const std::string& text) {
    return parse_whole<int>(text).and_then([&](int priority) -> Result<int> {
        // swapon(8): -1 leaves the priority to the kernel.
        if (priority < -1 || priority > 32767) {
            return usage_failure(fmt::format("{} is not between -1 and 32767", priority));
        }
        return priority;
    });
}

Result<std::string> parse_path(const std::string& text) {
    const fs::path path(text);
    if (!path.is_absolute()) {
        return usage_failure(fmt::format("'{}' is not an absolute path", text));
    }
    for (const fs::path& part : path) {
        if (part == "..") {
            return usage_failure(fmt::format("'{}' goes up", text));
        }
    }
    std::string normal = path.lexically_normal().string();
    while (normal.size() > 1 && normal.back() == '/') {
        normal.pop_back();
    }
    return normal;
}

Result<double> parse_fraction(const std::string& text) {
    return evaluate_expression(text, {}).and_then([](double value) -> Result<double> {
        if (value < 0) {
            return usage_failure("a negative fraction");
        }
        return value;
    });
}

// Assigns a parsed value, or passes its error on.
template <class Value, class Target>
Result<void> store(Result<Value> parsed, Target& target) {
    return std::move(parsed).map([&](Value value) { target = std::move(value); });
}

using Setter = std::function<Result<void>(DeviceConfiguration&, const std::string&)>;

const std::map<std::string, Setter, std::less<>>& setters() {
    using Device = DeviceConfiguration;
    using Text = std::string;
    static const Setter host_memory_limit = [](Device& device, const Text& text) {
        return store(parse_limit(text), device.host_memory_limit_mib);
    };
    static const std::map<std::string, Setter, std::less<>> table = {
        {"host-memory-limit", host_memory_limit},
        {"memory-limit", host_memory_limit},
        {"zram-size",
         [](Device& device, const Text& text) {
             return store(Result<Text>(text), device.size_expression);
         }},
        {"zram-resident-limit",
         [](Device& device, const Text& text) {
             return store(Result<Text>(text), device.resident_limit_expression);
         }},
        {"compression-algorithm",
         [](Device& device, const Text& text) {
             parse_compressions(text, device);
             return Result<void>();
         }},
        {"writeback-device",
         [](Device& device, const Text& text) {
             return store(parse_path(text), device.writeback_device);
         }},
        {"swap-priority",
         [](Device& device, const Text& text) {
             return store(parse_swap_priority(text), device.swap_priority);
         }},
        {"mount-point",
         [](Device& device, const Text& text) {
             return store(parse_path(text), device.mount_point);
         }},
        {"fs-type", [](Device& device,
                       const Text& text) { return store(Result<Text>(text), device.file_system); }},
        {"options", [](Device& device,
                       const Text& text) { return store(Result<Text>(text), device.options); }},
        {"zram-fraction",
         [](Device& device, const Text& text) {
             return store(parse_fraction(text), device.fraction);
         }},
        {"max-zram-size",
         [](Device& device, const Text& text) {
             return parse_limit(text).map([&](std::optional<std::uint64_t> limit) {
                 device.size_limit_mib = limit;
                 if (!limit && !device.fraction) {
                     device.fraction = 0.5;
                 }
             });
         }},
    };
    return table;
}

bool is_variable_name(std::string_view name) {
    const auto is_letter = [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
               character == '_';
    };
    return !name.empty() && is_letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char character) {
               return is_letter(character) || (character >= '0' && character <= '9');
           });
}

std::optional<unsigned> device_number(const std::string& section) {
    const Result<unsigned> number = truenoctl::parse_device_number(section);
    return section.starts_with("zram") && number ? std::optional(*number) : std::nullopt;
}

// Reads the files, and keeps what more than one of them contribute to.
class Reader {
  public:
    Reader(const truenoctl::SystemRoot& root, double ram_mib)
        : root_(root), variables_{{"ram", ram_mib}} {}

    Result<void> read_files();
    Configuration finish(std::optional<bool> kernel_switch) &&;

  private:
    void warn(std::string message) { warnings_.push_back(std::move(message)); }
    void assign(const fs::path& file, const truenoctl::IniEntry& assignment);
    void assign_variable(const fs::path& file, const truenoctl::IniEntry& assignment);
    double evaluate_size(const std::string& device, std::string_view key, const std::string& text,
                         double otherwise);
    void resolve_sizes(DeviceConfiguration& device);

    truenoctl::SystemRoot root_;
    Variables variables_;
    std::map<unsigned, DeviceConfiguration> devices_;
    std::vector<std::string> warnings_;
};

Result<void> Reader::read_files() {
    for (const fs::path& file : configuration_files(root_)) {
        const auto text = truenoctl::read_attribute(file);
        if (!text) {
            return tl::unexpected(truenoctl::describe_system_error(
                fmt::format("read {}", file.string()), text.error()));
        }
        const truenoctl::IniFile content = truenoctl::parse_ini(*text);
        for (const truenoctl::IniFault& fault : content.faults) {
            warn(fmt::format("{}:{}: {}, ignoring it", file.string(), fault.line, fault.reason));
        }
        for (const truenoctl::IniEntry& assignment : content.entries) {
            assign(file, assignment);
        }
    }
    return {};
}

void Reader::assign(const fs::path& file, const truenoctl::IniEntry& assignment) {
    if (assignment.section.empty()) {
        assign_variable(file, assignment);
        return;
    }
    const std::optional<unsigned> number = device_number(assignment.section);
    if (!number) {
        if (assignment.key.empty()) {
            warn(fmt::format("{}: section [{}] is not of a device, ignoring it", file.string(),
                             assignment.section));
        }
        return;
    }
    DeviceConfiguration& device = devices_[*number];
    device.number = *number;
    if (assignment.key.empty()) {
        return;
    }
    const auto setter = setters().find(assignment.key);
    if (setter == setters().end()) {
        warn(fmt::format("{}: [{}]: unknown key {}, ignoring it", file.string(), assignment.section,
                         assignment.key));
        return;
    }
    if (const Result<void> set = setter->second(device, assignment.value); !set) {
        warn(fmt::format("{}: [{}]: {}: {}, ignoring it", file.string(), assignment.section,
                         assignment.key, set.error().reason));
    }
}

// set!NAME = COMMAND
void Reader::assign_variable(const fs::path& file, const truenoctl::IniEntry& assignment) {
    constexpr std::string_view kPrefix = "set!";
    const auto refuse = [&](const std::string& why) {
        warn(fmt::format("{}: {}: {}, ignoring it", file.string(), assignment.key, why));
    };
    if (!assignment.key.starts_with(kPrefix)) {
        refuse("only set!NAME may stand outside a section");
        return;
    }
    const std::string name = assignment.key.substr(kPrefix.size());
    if (!is_variable_name(name)) {
        refuse("the name is not one of letters, digits and _");
        return;
    }
    // What the command says on standard error is no number.
    const auto outcome =
        truenoctl::run_process({"sh", "-c", "exec 2>/dev/null\n" + assignment.value});
    if (!outcome) {
        refuse(outcome.error().reason);
        return;
    }
    if (outcome->exit_status != 0) {
        refuse(
            fmt::format("'{}' ended with exit status {}", assignment.value, outcome->exit_status));
        return;
    }
    const std::string printed =
        outcome->output.substr(0, outcome->output.find_last_not_of('\n') + 1);
    const Result<double> value = evaluate_expression(printed, variables_);
    if (!value) {
        refuse(fmt::format("'{}' printed no number: {}", assignment.value, value.error().reason));
        return;
    }
    variables_[name] = *value;
}

double Reader::evaluate_size(const std::string& device, std::string_view key,
                             const std::string& text, double otherwise) {
    const Result<double> mebibytes = evaluate_expression(text, variables_);
    if (mebibytes && *mebibytes >= 0 && *mebibytes < kMebibytesMax) {
        return *mebibytes;
    }
    warn(fmt::format("[{}]: {}: {}, taking the default", device, key,
                     mebibytes ? fmt::format("'{}' is {}, which is no size", text, *mebibytes)
                               : mebibytes.error().reason));
    return otherwise;
}

void Reader::resolve_sizes(DeviceConfiguration& device) {
    const double ram_mib = variables_.at("ram");
    const double default_mib = std::min(ram_mib / 2, 4096.0);
    double disk_mib = 0;
    if (device.fraction || device.size_limit_mib) {
        disk_mib = std::min(std::floor(device.fraction.value_or(0.5) * ram_mib), kMebibytesMax);
        if (device.size_limit_mib) {
            disk_mib = std::min(disk_mib, static_cast<double>(*device.size_limit_mib));
        }
    } else {
        disk_mib = evaluate_size(device.name(), "zram-size", device.size_expression, default_mib);
    }
    device.disk_bytes = static_cast<std::uint64_t>(disk_mib * kBytesPerMebibyte);
    device.resident_limit_bytes = static_cast<std::uint64_t>(
        evaluate_size(device.name(), "zram-resident-limit", device.resident_limit_expression, 0) *
        kBytesPerMebibyte);
}

Configuration Reader::finish(std::optional<bool> kernel_switch) && {
    if (kernel_switch == false) {
        devices_.clear();
    } else if (kernel_switch == true) {
        devices_[0].number = 0;
    }
    Configuration configuration;
    for (auto& [number, device] : devices_) {
        if (device.host_memory_limit_mib &&
            static_cast<double>(*device.host_memory_limit_mib) < variables_.at("ram")) {
            continue;
        }
        resolve_sizes(device);
        if (device.disk_bytes != 0) {
            configuration.devices.push_back(std::move(device));
        }
    }
    configuration.warnings = std::move(warnings_);
    return configuration;
}

}  // namespace

std::string DeviceConfiguration::name() const {
    return fmt::format("zram{}", number);
}

bool DeviceConfiguration::is_swap() const {
    return mount_point.empty() && (file_system.empty() || file_system == "swap");
}

std::string DeviceConfiguration::format() const {
    if (!file_system.empty()) {
        return file_system;
    }
    return is_swap() ? "swap" : "ext2";
}

void parse_compressions(std::string_view text, DeviceConfiguration& device) {
    device.compressions.clear();
    device.recompress_parameters.clear();
    std::istringstream words{std::string(text)};
    std::string word;
    while (words >> word) {
        const std::size_t parenthesis = word.find('(');
        Compression compression{word.substr(0, parenthesis), ""};
        if (parenthesis != std::string::npos) {
            std::string parameters = word.substr(parenthesis + 1);
            if (parameters.ends_with(')')) {
                parameters.pop_back();
            }
            std::replace(parameters.begin(), parameters.end(), ',', ' ');
            compression.parameters = parameters;
        }
        if (compression.algorithm.empty()) {
            device.recompress_parameters = compression.parameters;
        } else {
            device.compressions.push_back(std::move(compression));
        }
    }
}

std::optional<bool> parse_kernel_switch(std::string_view command_line) {
    std::optional<bool> result;
    std::istringstream words{std::string(command_line)};
    std::string word;
    while (words >> word) {
        if (word == "systemd.zram") {
            result = true;
        } else if (word.starts_with("systemd.zram=")) {
            const std::string value = word.substr(word.find('=') + 1);
            if (value == "1" || value == "yes" || value == "true" || value == "on") {
                result = true;
            } else if (value == "0" || value == "no" || value == "false" || value == "off") {
                result = false;
            }
        }
    }
    return result;
}

Result<Configuration> read_configuration(const truenoctl::SystemRoot& root) {
    const auto memory = truenoctl::read_system_memory(root);
    if (!memory) {
        return tl::unexpected(memory.error());
    }
    const auto command_line = truenoctl::read_attribute(root.proc() / "cmdline");
    // As zram-generator has it, ram is in whole mebibytes.
    Reader reader(root, std::floor(static_cast<double>(memory->total_bytes) / kBytesPerMebibyte));
    if (const Result<void> read = reader.read_files(); !read) {
        return tl::unexpected(read.error());
    }
    return std::move(reader).finish(command_line ? parse_kernel_switch(*command_line)
                                                 : std::nullopt);
}

}  // namespace trueno_generator
