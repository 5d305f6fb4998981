// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "tune_policy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>
#include <string_view>

#include "ini.hpp"
#include "maintenance.hpp"
#include "units.hpp"
#include "zram.hpp"

namespace truenoctl {

namespace {

constexpr const char* kDefaults = "defaults";
constexpr const char* kKeys =
    "the keys are idle-after, recompress, writeback and writeback-budget-per-day";

Result<std::vector<IniEntry>> read_entries(const std::string& text) {
    IniFile file = parse_ini(text);
    if (!file.faults.empty()) {
        return usage_failure(
            fmt::format("line {}: {}", file.faults.front().line, file.faults.front().reason));
    }
    return std::move(file.entries);
}

Result<void> set_recompress(TunePolicy& policy, const std::string& value) {
    policy.recompress = value != "no";
    policy.recompress_algorithm = value == "yes" || value == "no" ? "" : value;
    return {};
}

Result<void> set_writeback(TunePolicy& policy, const std::string& value) {
    static const std::vector<std::string> types{"huge", "idle", "huge_idle", "incompressible"};
    policy.writeback.clear();
    std::istringstream words(value == "no" ? "" : value);
    std::string word;
    while (words >> word) {
        if (std::find(types.begin(), types.end(), word) == types.end()) {
            return usage_failure(fmt::format("'{}' is not a kind of pages to write back", word),
                                 fmt::format("write some of {}, or no", fmt::join(types, ", ")));
        }
        policy.writeback.push_back(word);
    }
    return {};
}

Result<void> apply_entry(TunePolicy& policy, const IniEntry& entry) {
    if (entry.key == "recompress" && !entry.value.empty()) {
        return set_recompress(policy, entry.value);
    }
    if (entry.key == "writeback") {
        return set_writeback(policy, entry.value);
    }
    if (entry.key == "idle-after") {
        return parse_duration(entry.value).map([&](auto time) { policy.idle_after = time; });
    }
    if (entry.key == "writeback-budget-per-day") {
        return parse_size(entry.value).map([&](auto bytes) {
            policy.writeback_bytes_per_day = bytes;
        });
    }
    return usage_failure(
        fmt::format("'{} = {}' in [{}] is no setting", entry.key, entry.value, entry.section),
        kKeys);
}

// A write-back that may write nothing is a mistake, not a policy.
Result<void> check_budget(const TunePolicy& policy, const std::string& section) {
    if (!policy.writeback.empty() && policy.writeback_bytes_per_day == 0) {
        return usage_failure(fmt::format("[{}] has writeback and no budget", section),
                             "give one, such as writeback-budget-per-day = 400M");
    }
    return {};
}

}  // namespace

bool TunePolicy::needs_idle_pages() const {
    return recompress || std::any_of(writeback.begin(), writeback.end(), [](const auto& type) {
               return type == "idle" || type == "huge_idle";
           });
}

const TunePolicy& TunePolicies::of(const std::string& device) const {
    const auto own = devices.find(device);
    return own == devices.end() ? defaults : own->second;
}

Result<std::chrono::seconds> parse_duration(const std::string& text) {
    static const std::map<std::string_view, std::uint32_t> units{
        {"", 1}, {"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}};
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto unit = units.find(std::string_view(text).substr(end - text.data()));
    if (error != std::errc() || unit == units.end()) {
        return usage_failure(fmt::format("'{}' is not a time", text),
                             "write a number and s, min, h or d, such as 30min");
    }
    const std::chrono::seconds duration(std::uint64_t{number} * unit->second);
    if (duration > kIdleAgeMax) {
        return usage_failure(fmt::format("'{}' is longer than the kernel can count", text));
    }
    return duration;
}

Result<TunePolicies> parse_tune_policies(const std::string& text) {
    const Result<std::vector<IniEntry>> entries = read_entries(text);
    if (!entries) {
        return tl::unexpected(entries.error());
    }
    TunePolicies policies;
    const auto apply = [&](bool to_defaults) -> Result<void> {
        for (const IniEntry& entry : *entries) {
            if ((entry.section == kDefaults) != to_defaults) {
                continue;
            }
            const Result<unsigned> number = parse_device_number(entry.section);
            if (!to_defaults && !number) {
                return usage_failure(fmt::format("[{}] is no section", entry.section),
                                     "sections are [defaults] and devices such as [zram0]");
            }
            TunePolicy& policy =
                to_defaults ? policies.defaults
                            : policies.devices
                                  .try_emplace(fmt::format("zram{}", *number), policies.defaults)
                                  .first->second;
            if (entry.key.empty()) {
                continue;
            }
            if (Result<void> applied = apply_entry(policy, entry); !applied) {
                return applied;
            }
        }
        return {};
    };
    Result<void> outcome = apply(true).and_then([&] { return apply(false); }).and_then([&] {
        return check_budget(policies.defaults, kDefaults);
    });
    for (const auto& [name, policy] : policies.devices) {
        outcome = outcome ? check_budget(policy, name) : outcome;
    }
    if (!outcome) {
        return tl::unexpected(outcome.error());
    }
    return policies;
}

}  // namespace truenoctl
