// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "crypto.hpp"

#include <charconv>
#include <sstream>

namespace truenoctl {

namespace {

std::string trim(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

void parse_int(std::string_view text, int& number) {
    std::from_chars(text.data(), text.data() + text.size(), number);
}

}  // namespace

std::vector<CryptoAlgorithm> parse_crypto(std::string_view text) {
    std::vector<CryptoAlgorithm> algorithms;
    std::istringstream lines{std::string(text)};
    std::string line;
    while (std::getline(lines, line)) {
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos) {
            continue;
        }
        const std::string key = trim(std::string_view(line).substr(0, colon));
        const std::string value = trim(std::string_view(line).substr(colon + 1));
        if (key == "name") {
            algorithms.emplace_back().name = value;
        } else if (algorithms.empty()) {
            continue;
        } else if (key == "driver") {
            algorithms.back().driver = value;
        } else if (key == "module") {
            algorithms.back().module = value;
        } else if (key == "type") {
            algorithms.back().type = value;
        } else if (key == "priority") {
            parse_int(value, algorithms.back().priority);
        } else if (key == "refcnt") {
            parse_int(value, algorithms.back().references);
        } else if (key == "selftest") {
            algorithms.back().self_test_passed = value == "passed";
        }
    }
    return algorithms;
}

std::vector<CryptoAlgorithm> read_compressors(const SystemRoot& root) {
    const SystemResult<std::string> text = read_attribute(root.proc() / "crypto");
    std::vector<CryptoAlgorithm> compressors;
    for (const CryptoAlgorithm& algorithm : parse_crypto(text.value_or(""))) {
        if (algorithm.is_compressor()) {
            compressors.push_back(algorithm);
        }
    }
    return compressors;
}

}  // namespace truenoctl
