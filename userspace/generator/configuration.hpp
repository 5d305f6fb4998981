// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What zram-generator.conf(5) and its drop-ins say, as that page describes it.
#ifndef TRUENO_GENERATOR_CONFIGURATION_HPP
#define TRUENO_GENERATOR_CONFIGURATION_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"
#include "expression.hpp"
#include "sysfs.hpp"

namespace trueno_generator {

/// "zstd(level=3,dict=/etc/dictionary)".
struct Compression {
    std::string algorithm;
    std::string
        parameters;  ///< as zram's algorithm_params takes them: "level=3 dict=/etc/dictionary"
};

/// One section [zramN].
struct DeviceConfiguration {
    unsigned number = 0;
    std::optional<std::uint64_t> host_memory_limit_mib;
    std::string size_expression = "min(ram / 2, 4096)";
    std::string resident_limit_expression = "0";
    std::optional<double> fraction;               ///< zram-fraction, obsolete
    std::optional<std::uint64_t> size_limit_mib;  ///< max-zram-size, obsolete
    std::vector<Compression> compressions;        ///< the first compresses, the others recompress
    std::string recompress_parameters;
    std::string writeback_device;
    int swap_priority = 100;
    std::string mount_point;
    std::string file_system;  ///< fs-type
    std::string options = "discard";

    std::uint64_t disk_bytes = 0;
    std::uint64_t resident_limit_bytes = 0;  ///< 0: none

    std::string name() const;  ///< "zram0"
    bool is_swap() const;
    /// What is made on the device: "swap", or a file system.
    std::string format() const;
};

struct Configuration {
    std::vector<DeviceConfiguration> devices;  ///< by number; those that are to be made
    std::vector<std::string> warnings;         ///< what was ignored, and where
};

/// Reads /run, /etc, /usr/local/lib and /usr/lib below @p root, /proc/meminfo and
/// /proc/cmdline. An assignment that cannot be understood is ignored, as systemd
/// does, and leaves a warning. An error only if a file cannot be read.
truenoctl::Result<Configuration> read_configuration(const truenoctl::SystemRoot& root);

/// "zstd lz4(level=3) (type=idle)"; what has no name goes to recompress_parameters.
void parse_compressions(std::string_view text, DeviceConfiguration& device);

/// systemd.zram of the kernel's command line; nothing if it is not there or not a truth value.
std::optional<bool> parse_kernel_switch(std::string_view command_line);

}  // namespace trueno_generator

#endif  // TRUENO_GENERATOR_CONFIGURATION_HPP
