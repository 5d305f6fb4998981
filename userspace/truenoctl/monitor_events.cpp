// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "monitor_events.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "units.hpp"
#include "zram.hpp"

namespace truenoctl {

namespace {

// Without the statistics, which change with every page.
constexpr const char* kAttributes[] = {"disksize", "backing_dev"};
constexpr const char* kAlgorithmAttributes[] = {"comp_algorithm", "recomp_algorithm"};

const char* kind_name(MonitorEventKind kind) {
    switch (kind) {
        case MonitorEventKind::uevent:
            return "uevent";
        case MonitorEventKind::attribute:
            return "attribute";
        case MonitorEventKind::memory:
            break;
    }
    return "memory";
}

// recomp_algorithm has a line for each algorithm.
std::string selected_names(const std::string& attribute) {
    std::vector<std::string> names;
    std::istringstream lines(attribute);
    for (std::string line; std::getline(lines, line);) {
        if (std::string name = parse_algorithms(line).selected; !name.empty()) {
            names.push_back(std::move(name));
        }
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

// Without those that cannot be read: the kernel has not all of them, and a
// device may be on its way out.
std::map<std::string, std::string> read_attributes(const ZramDevice& device) {
    std::map<std::string, std::string> attributes;
    for (const char* name : kAttributes) {
        if (SystemResult<std::string> text = read_attribute(device.attribute(name))) {
            attributes[name] = std::move(*text);
        }
    }
    for (const char* name : kAlgorithmAttributes) {
        if (const SystemResult<std::string> text = read_attribute(device.attribute(name))) {
            attributes[name] = selected_names(*text);
        }
    }
    return attributes;
}

std::map<std::string, std::string> read_memory(const ZramDevice& device) {
    const Result<MemoryStat> stat = device.memory_stat();
    if (!stat) {
        return {};
    }
    return {{"stored_bytes", fmt::to_string(stat->original_bytes)},
            {"compressed_bytes", fmt::to_string(stat->compressed_bytes)},
            {"memory_bytes", fmt::to_string(stat->used_bytes)},
            {"limit_bytes", fmt::to_string(stat->limit_bytes)},
            {"same_filled_pages", fmt::to_string(stat->same_pages)},
            {"huge_pages", fmt::to_string(stat->huge_pages)}};
}

Json memory_to_json(const std::map<std::string, std::string>& memory) {
    Json object = Json::object();
    for (const auto& [name, number] : memory) {
        object[name] = std::stoull(number);
    }
    return object;
}

std::string size_change(const MonitorEvent& event, const char* name) {
    const auto size = [name](const Json& of) {
        return of.contains(name) ? format_size(of[name].get<std::uint64_t>()) : "?";
    };
    return fmt::format("{} -> {}", size(event.before), size(event.after));
}

std::string value_text(const Json& value) {
    const std::string text = value.is_string() ? value.get<std::string>() : "";
    return text.empty() ? "none" : text;
}

void compare_device(const std::string& name, const DeviceState& before, const DeviceState& after,
                    std::vector<MonitorEvent>& events) {
    for (const auto& [attribute, value] : after.attributes) {
        const auto old = before.attributes.find(attribute);
        if (old != before.attributes.end() && old->second != value) {
            events.push_back({name, MonitorEventKind::attribute, attribute, old->second, value});
        }
    }
    const bool both_known = !before.memory.empty() && !after.memory.empty();
    if (both_known && before.memory != after.memory) {
        events.push_back({name, MonitorEventKind::memory, "", memory_to_json(before.memory),
                          memory_to_json(after.memory)});
    }
}

}  // namespace

std::optional<MonitorEvent> parse_uevent(std::string_view message) {
    std::map<std::string, std::string> fields;
    while (!message.empty()) {
        const std::string_view field = message.substr(0, message.find('\0'));
        message.remove_prefix(std::min(message.size(), field.size() + 1));
        const std::size_t equals = field.find('=');
        if (equals != std::string_view::npos) {
            fields.emplace(field.substr(0, equals), field.substr(equals + 1));
        }
    }
    if (fields["SUBSYSTEM"] != "block" || fields["ACTION"].empty() ||
        !parse_device_number(fields["DEVNAME"])) {
        return std::nullopt;
    }
    return MonitorEvent{fields["DEVNAME"], MonitorEventKind::uevent, fields["ACTION"], nullptr,
                        nullptr};
}

DeviceStates read_device_states(const SystemRoot& root) {
    DeviceStates states;
    for (const ZramDevice& device : ZramDriver(root).devices()) {
        DeviceState& state = states[device.name()];
        state.attributes = read_attributes(device);
        state.memory = read_memory(device);
    }
    return states;
}

std::vector<MonitorEvent> compare(const DeviceStates& before, const DeviceStates& after) {
    std::vector<MonitorEvent> events;
    for (const auto& [name, state] : after) {
        const auto old = before.find(name);
        if (old != before.end()) {
            compare_device(name, old->second, state, events);
        } else if (const auto size = state.attributes.find("disksize");
                   size != state.attributes.end() && size->second != "0") {
            // It got its size before anyone looked.
            events.push_back({name, MonitorEventKind::attribute, "disksize", "0", size->second});
        }
    }
    return events;
}

std::string to_text(const MonitorEvent& event) {
    if (event.kind == MonitorEventKind::uevent) {
        return fmt::format("{} {}", event.device, event.name);
    }
    if (event.kind == MonitorEventKind::memory) {
        return fmt::format("{} stored {}, memory {}", event.device,
                           size_change(event, "stored_bytes"), size_change(event, "memory_bytes"));
    }
    return fmt::format("{} {}: {} -> {}", event.device, event.name, value_text(event.before),
                       value_text(event.after));
}

Json to_json(const MonitorEvent& event, const std::string& time) {
    Json object =
        Json::object({{"time", time}, {"device", event.device}, {"event", kind_name(event.kind)}});
    if (event.kind == MonitorEventKind::uevent) {
        object["action"] = event.name;
        return object;
    }
    if (event.kind == MonitorEventKind::attribute) {
        object["attribute"] = event.name;
    }
    object["before"] = event.before;
    object["after"] = event.after;
    return object;
}

}  // namespace truenoctl
