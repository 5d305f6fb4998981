// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "configuration_files.hpp"

#include <fmt/format.h>
#include <ini.h>

#include <map>
#include <sstream>

namespace trueno_generator {

namespace fs = std::filesystem;
using truenoctl::Result;

namespace {

// What inih takes of a line; it would drop the rest without a word.
constexpr std::size_t kLineBytesMax = 198;

bool is_masked(const fs::path& file) {
    std::error_code not_a_link;
    return fs::read_symlink(file, not_a_link) == "/dev/null";
}

std::string without_quotes(std::string value) {
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
        value.back() == value.front()) {
        return value.substr(1, value.size() - 2);
    }
    return value;
}

int append_assignment(void* user, const char* section, const char* key, const char* value) {
    static_cast<std::vector<Assignment>*>(user)->push_back({section, key, without_quotes(value)});
    return 1;
}

}  // namespace

std::vector<fs::path> configuration_files(const truenoctl::SystemRoot& root) {
    const fs::path directories[] = {root.path / "run/systemd", root.path / "etc/systemd",
                                    root.path / "usr/local/lib/systemd",
                                    root.path / "usr/lib/systemd"};
    std::vector<fs::path> files;
    std::error_code absent;
    for (const fs::path& directory : directories) {
        const fs::path main_file = directory / "zram-generator.conf";
        if (is_masked(main_file)) {
            break;
        }
        if (fs::exists(main_file, absent)) {
            files.push_back(main_file);
            break;
        }
    }
    std::map<std::string, fs::path> drop_ins;
    for (const fs::path& directory : directories) {
        for (const fs::directory_entry& entry :
             fs::directory_iterator(directory / "zram-generator.conf.d", absent)) {
            if (entry.path().extension() == ".conf") {
                drop_ins.emplace(entry.path().filename(), entry.path());
            }
        }
    }
    for (const auto& [name, file] : drop_ins) {
        if (!is_masked(file)) {
            files.push_back(file);
        }
    }
    return files;
}

Result<std::vector<Assignment>> read_assignments(const fs::path& file,
                                                 const std::function<void(std::string)>& warn) {
    const auto text = truenoctl::read_attribute(file);
    if (!text) {
        return tl::unexpected(
            truenoctl::describe_system_error(fmt::format("read {}", file.string()), text.error()));
    }
    std::vector<Assignment> assignments;
    std::istringstream lines(*text);
    std::string section_line;
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        const auto refuse = [&](const std::string& why) {
            warn(fmt::format("{}:{}: {}, ignoring the line", file.string(), number, why));
        };
        // To inih a line that begins with a blank continues the one before it.
        line.erase(0, line.find_first_not_of(" \t"));
        if (line.size() > kLineBytesMax) {
            refuse(fmt::format("longer than {} characters", kLineBytesMax));
        } else if (ini_parse_string((section_line + "\n" + line).c_str(), append_assignment,
                                    &assignments) != 0) {
            refuse(fmt::format("'{}' is neither a section nor an assignment", line));
        } else if (line.starts_with('[')) {
            section_line = line;
            // A section without assignments says something, too.
            ini_parse_string((section_line + "\n=").c_str(), append_assignment, &assignments);
        }
    }
    return assignments;
}

}  // namespace trueno_generator
