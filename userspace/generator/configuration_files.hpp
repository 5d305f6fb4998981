// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#ifndef TRUENO_GENERATOR_CONFIGURATION_FILES_HPP
#define TRUENO_GENERATOR_CONFIGURATION_FILES_HPP

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "error.hpp"
#include "sysfs.hpp"

namespace trueno_generator {

/// The files of the configuration, in the order in which they are applied: the main
/// file of the directory that goes before the others (/run, /etc, /usr/local/lib,
/// /usr/lib), then the drop-ins of all of them by name. A drop-in hides those of the
/// same name in later directories, and itself if it is a link to /dev/null.
std::vector<std::filesystem::path> configuration_files(const truenoctl::SystemRoot& root);

/// One "key = value", or the beginning of a section, where key and value are empty.
struct Assignment {
    std::string section;  ///< empty before the first
    std::string key;
    std::string value;
};

/// The assignments of @p file in their order. Lines that are none are told to
/// @p warn; an error if the file cannot be read.
truenoctl::Result<std::vector<Assignment>> read_assignments(
    const std::filesystem::path& file, const std::function<void(std::string)>& warn);

}  // namespace trueno_generator

#endif  // TRUENO_GENERATOR_CONFIGURATION_FILES_HPP
