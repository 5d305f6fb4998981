// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#ifndef TRUENO_GENERATOR_CONFIGURATION_FILES_HPP
#define TRUENO_GENERATOR_CONFIGURATION_FILES_HPP

#include <filesystem>
#include <vector>

#include "sysfs.hpp"

namespace trueno_generator {

/// The files of the configuration, in the order in which they are applied: the main
/// file of the directory that goes before the others (/run, /etc, /usr/local/lib,
/// /usr/lib), then the drop-ins of all of them by name. A drop-in hides those of the
/// same name in later directories, and itself if it is a link to /dev/null.
std::vector<std::filesystem::path> configuration_files(const truenoctl::SystemRoot& root);

}  // namespace trueno_generator

#endif  // TRUENO_GENERATOR_CONFIGURATION_FILES_HPP
