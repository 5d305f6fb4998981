// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// File systems on a device: mkfs(8), and mount and umount through libmount.
#ifndef TRUENOCTL_FILESYSTEM_HPP
#define TRUENOCTL_FILESYSTEM_HPP

#include <filesystem>
#include <string>
#include <vector>

#include "error.hpp"

namespace truenoctl {

/// The types that make_filesystem() takes.
const std::vector<std::string>& filesystem_types();

/// The command that makes a file system: "mkfs.ext4 -q /dev/zram0".
std::vector<std::string> mkfs_command(const std::filesystem::path& device, const std::string& type);

/// Makes a file system with its mkfs program and looks with libblkid whether
/// it is there. What @p device held is lost.
Result<void> make_filesystem(const std::filesystem::path& device, const std::string& type);

/// Mounts on an existing directory. @p options: as of mount(8) -o, may be empty.
Result<void> mount_filesystem(const std::filesystem::path& device, const std::string& type,
                              const std::filesystem::path& directory, const std::string& options);
Result<void> unmount_filesystem(const std::filesystem::path& directory);

}  // namespace truenoctl

#endif  // TRUENOCTL_FILESYSTEM_HPP
