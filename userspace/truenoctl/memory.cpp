// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "memory.hpp"

#include <fmt/format.h>

#include <optional>
#include <sstream>
#include <string>

namespace truenoctl {

Result<SystemMemory> parse_memory_info(std::string_view text) {
    std::optional<std::uint64_t> total;
    std::optional<std::uint64_t> available;
    std::istringstream lines{std::string(text)};
    std::string line;
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        std::string key;
        std::uint64_t kibibytes = 0;
        if (words >> key >> kibibytes) {
            if (key == "MemTotal:") {
                total = kibibytes * 1024;
            } else if (key == "MemAvailable:") {
                available = kibibytes * 1024;
            }
        }
    }
    if (!total || !available) {
        return failure("/proc/meminfo lacks MemTotal or MemAvailable");
    }
    return SystemMemory{*total, *available};
}

Result<SystemMemory> read_system_memory(const SystemRoot& root) {
    const std::filesystem::path file = root.proc() / "meminfo";
    const SystemResult<std::string> text = read_attribute(file);
    if (!text) {
        return tl::unexpected(
            describe_system_error(fmt::format("read {}", file.string()), text.error()));
    }
    return parse_memory_info(*text);
}

}  // namespace truenoctl
