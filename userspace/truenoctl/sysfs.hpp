// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Reading and writing the kernel's attribute files.
#ifndef TRUENOCTL_SYSFS_HPP
#define TRUENOCTL_SYSFS_HPP

#include <filesystem>
#include <string>
#include <string_view>

#include "error.hpp"

namespace truenoctl {

/// Where the kernel's file systems are found. Tests of the parsers point it at
/// a directory of their own.
struct SystemRoot {
    std::filesystem::path path = "/";

    std::filesystem::path sys() const { return path / "sys"; }
    std::filesystem::path proc() const { return path / "proc"; }
    std::filesystem::path dev() const { return path / "dev"; }
};

/// The errno of a failed call on an attribute file.
struct SystemError {
    int number;
};

template <class T>
using SystemResult = tl::expected<T, SystemError>;

/// The whole content of @p file less trailing white space.
SystemResult<std::string> read_attribute(const std::filesystem::path& file);

/// Writes @p value with one write(2), as sysfs wants it.
SystemResult<void> write_attribute(const std::filesystem::path& file, std::string_view value);

/// An Error that names @p action ("read /sys/...") and the errno's meaning;
/// EACCES and EPERM become ExitStatus::not_permitted with a remedy.
Error describe_system_error(std::string_view action, SystemError error);

}  // namespace truenoctl

#endif  // TRUENOCTL_SYSFS_HPP
