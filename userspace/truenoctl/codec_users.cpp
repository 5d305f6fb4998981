// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "codec_users.hpp"

#include <sstream>

#include "zram.hpp"

namespace truenoctl {

namespace {

constexpr std::string_view kNamePrefix = "trueno-";

// The names in brackets: one in comp_algorithm, one a line in recomp_algorithm.
std::vector<std::string> selected_codecs(const std::string& attribute) {
    std::vector<std::string> selected;
    std::istringstream lines(attribute);
    for (std::string line; std::getline(lines, line);) {
        const std::string name = parse_algorithms(line).selected;
        if (name.starts_with(kNamePrefix)) {
            selected.push_back(name);
        }
    }
    return selected;
}

}  // namespace

std::vector<CodecUser> find_codec_users(const SystemRoot& root) {
    std::vector<CodecUser> users;
    for (const ZramDevice& device : ZramDriver(root).devices()) {
        if (!device.initialized()) {
            continue;
        }
        for (const char* attribute : {"comp_algorithm", "recomp_algorithm"}) {
            const std::string text = read_attribute(device.attribute(attribute)).value_or("");
            for (const std::string& codec : selected_codecs(text)) {
                users.push_back({device.device(), codec});
            }
        }
    }
    const std::string zswap =
        read_attribute(root.sys() / "module/zswap/parameters/compressor").value_or("");
    if (zswap.starts_with(kNamePrefix)) {
        users.push_back({"zswap", zswap});
    }
    return users;
}

}  // namespace truenoctl
