// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <utility>

#include "doctor.hpp"

namespace truenoctl {

namespace {

// The oldest kernel that dkms.conf builds the module for.
constexpr std::pair<int, int> kOldestKernel{6, 1};

const char* state_name(CheckState state) {
    return state == CheckState::ok ? "ok" : "PROBLEM";
}

}  // namespace

Check check_kernel(const std::string& release) {
    std::pair<int, int> version{0, 0};
    if (std::sscanf(release.c_str(), "%d.%d", &version.first, &version.second) == 2 &&
        version < kOldestKernel) {
        return {"kernel", CheckState::problem, release,
                fmt::format("trueno supports kernel {}.{} and later", kOldestKernel.first,
                            kOldestKernel.second)};
    }
    return {"kernel", CheckState::ok, release, ""};
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
        if (check.state == CheckState::problem) {
            hints += fmt::format("HINT: {}: {}\n", check.name, check.remedy);
        }
    }
    return table.to_text() + hints;
}

Json to_json(const std::vector<Check>& checks) {
    Json array = Json::array();
    bool healthy = true;
    for (const Check& check : checks) {
        const bool ok = check.state == CheckState::ok;
        healthy = healthy && ok;
        array.push_back(Json::object({{"check", check.name},
                                      {"ok", ok},
                                      {"detail", check.detail},
                                      {"hint", ok ? Json(nullptr) : Json(check.remedy)}}));
    }
    return Json::object({{"healthy", healthy}, {"checks", array}});
}

}  // namespace truenoctl
