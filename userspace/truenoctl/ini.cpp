// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "ini.hpp"

#include <fmt/format.h>
#include <ini.h>

#include <sstream>

namespace truenoctl {

namespace {

// What inih takes of a line; it would drop the rest without a word.
constexpr std::size_t kLineBytesMax = 198;

std::string without_quotes(std::string value) {
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
        value.back() == value.front()) {
        return value.substr(1, value.size() - 2);
    }
    return value;
}

int append_entry(void* user, const char* section, const char* key, const char* value) {
    static_cast<std::vector<IniEntry>*>(user)->push_back({section, key, without_quotes(value)});
    return 1;
}

// Empty if the line is understood.
std::string append_line(const std::string& section_line, const std::string& line,
                        std::vector<IniEntry>& entries) {
    if (line.size() > kLineBytesMax) {
        return fmt::format("longer than {} characters", kLineBytesMax);
    }
    // A section without assignments says something, too.
    const std::string text =
        line.starts_with('[') ? line + "\n=" : fmt::format("{}\n{}", section_line, line);
    const std::size_t understood = entries.size();
    if (ini_parse_string(text.c_str(), append_entry, &entries) != 0) {
        entries.resize(understood);
        return fmt::format("'{}' is neither a section nor an assignment", line);
    }
    return {};
}

}  // namespace

IniFile parse_ini(std::string_view text) {
    IniFile file;
    std::istringstream lines{std::string(text)};
    std::string section_line;
    bool in_section = true;
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        // To inih a line that begins with a blank continues the one before it.
        line.erase(0, line.find_first_not_of(" \t"));
        const bool is_header = line.starts_with('[');
        if (!is_header && !in_section) {
            continue;
        }
        const std::string fault = append_line(section_line, line, file.entries);
        if (!fault.empty()) {
            file.faults.push_back({number, fault});
        }
        if (is_header) {
            in_section = fault.empty();
            section_line = line;
        }
    }
    return file;
}

}  // namespace truenoctl
