// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "doctor.hpp"
#include "kernel_release.hpp"

namespace truenoctl {

namespace {

// The oldest kernel that dkms.conf builds the module for.
constexpr std::pair<int, int> kOldestKernel{6, 1};

// zram's own table of compressors came with this kernel.
constexpr std::pair<int, int> kClosedZramKernel{6, 12};

const char* state_name(CheckState state) {
    switch (state) {
        case CheckState::ok:
            return "ok";
        case CheckState::advice:
            return "advice";
        case CheckState::problem:
            break;
    }
    return "PROBLEM";
}

}  // namespace

Check check_kernel(const std::string& release) {
    if (parse_release(release) < kOldestKernel) {
        return {"kernel", CheckState::problem, release,
                fmt::format("trueno supports kernel {}.{} and later", kOldestKernel.first,
                            kOldestKernel.second)};
    }
    return {"kernel", CheckState::ok, release, ""};
}

bool needs_bridge(const std::string& release) {
    return parse_release(release) >= kClosedZramKernel;
}

Check check_bridge(const ModuleInfo& bridge, bool zram_loaded) {
    switch (bridge.state) {
        case ModuleState::missing:
            return {"bridge", CheckState::problem,
                    "trueno_zram is not installed, without which this zram refuses trueno's names",
                    "'make dkms-install' in trueno's source tree builds and installs it"};
        case ModuleState::available:
            if (zram_loaded) {
                return {"bridge", CheckState::problem,
                        "trueno_zram is not loaded, without which this zram refuses trueno's names",
                        "'modprobe trueno_zram' loads it; trueno's file in modprobe.d does so "
                        "whenever zram is loaded"};
            }
            return {"bridge", CheckState::ok, "trueno_zram is installed, not loaded", ""};
        case ModuleState::loaded:
        case ModuleState::builtin:
            break;
    }
    return {"bridge", CheckState::ok, "trueno_zram is loaded", ""};
}

CodecState parse_codec_state(std::string_view text) {
    CodecState state;
    std::istringstream lines{std::string(text)};
    std::string line;
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        std::string key;
        std::string value;
        words >> key;
        while (words >> value) {
            if (key == "compress") {
                state.compress = value;
            } else if (key == "decompress") {
                state.decompress = value;
            } else if (key == "fallback") {
                state.fallback = value;
            } else if (key == "variants") {
                state.variants.push_back(value);
            }
        }
    }
    return state;
}

std::string to_text(const std::vector<Check>& checks) {
    Table table({{"CHECK"}, {"STATE"}, {"DETAIL"}});
    std::string hints;
    for (const Check& check : checks) {
        table.add_row(
            {text_cell(check.name), text_cell(state_name(check.state)), text_cell(check.detail)});
        if (check.state != CheckState::ok) {
            hints += fmt::format("HINT: {}: {}\n", check.name, check.remedy);
        }
    }
    return table.to_text() + hints;
}

Json to_json(const std::vector<Check>& checks) {
    Json array = Json::array();
    bool healthy = true;
    for (const Check& check : checks) {
        const bool ok = check.state != CheckState::problem;
        healthy = healthy && ok;
        array.push_back(Json::object(
            {{"check", check.name},
             {"ok", ok},
             {"detail", check.detail},
             {"hint", check.state == CheckState::ok ? Json(nullptr) : Json(check.remedy)}}));
    }
    return Json::object({{"healthy", healthy}, {"checks", array}});
}

}  // namespace truenoctl
