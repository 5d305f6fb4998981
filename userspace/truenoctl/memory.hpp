// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#ifndef TRUENOCTL_MEMORY_HPP
#define TRUENOCTL_MEMORY_HPP

#include <cstdint>
#include <string_view>

#include "error.hpp"
#include "sysfs.hpp"

namespace truenoctl {

/// From /proc/meminfo, in bytes.
struct SystemMemory {
    std::uint64_t total_bytes = 0;
    std::uint64_t available_bytes = 0;
};

Result<SystemMemory> parse_memory_info(std::string_view text);
Result<SystemMemory> read_system_memory(const SystemRoot& root = {});

}  // namespace truenoctl

#endif  // TRUENOCTL_MEMORY_HPP
