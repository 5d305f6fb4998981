// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "units.hpp"

#include <fmt/format.h>

#include <fstream>

namespace trueno_generator {

namespace fs = std::filesystem;
using truenoctl::failure;
using truenoctl::Result;

namespace {

constexpr std::string_view kHeading = "# Made by trueno-generator from zram-generator.conf\n\n";
constexpr std::string_view kDocumentation = "man:trueno-generator(8) man:zram-generator.conf(5)";

bool is_plain(char character) {
    return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
           (character >= 'A' && character <= 'Z') || character == '_' || character == ':' ||
           character == '.';
}

// A percent sign introduces a specifier in a unit.
std::string without_specifiers(std::string_view text) {
    std::string escaped;
    for (char character : text) {
        escaped += character;
        if (character == '%') {
            escaped += character;
        }
    }
    return escaped;
}

std::string unit_section(const DeviceConfiguration& device, std::string_view what) {
    return fmt::format(
        "[Unit]\n"
        "Description=Compressed {0} on /dev/{1}\n"
        "Documentation={2}\n"
        "Requires=systemd-zram-setup@{1}.service\n"
        "After=systemd-zram-setup@{1}.service\n\n",
        what, device.name(), kDocumentation);
}

std::string swap_unit(const DeviceConfiguration& device) {
    return unit_section(device, "Swap") +
           fmt::format("[Swap]\nWhat=/dev/{}\nPriority={}\nOptions={}\n", device.name(),
                       device.swap_priority, without_specifiers(device.options));
}

std::string mount_unit(const DeviceConfiguration& device) {
    return unit_section(device, "Storage") +
           fmt::format("[Mount]\nWhat=/dev/{}\nWhere={}\nOptions={}\n", device.name(),
                       without_specifiers(device.mount_point), without_specifiers(device.options));
}

// The device is set up for as long as @p unit and what it writes back to are there.
std::string setup_bindings(const DeviceConfiguration& device, const std::string& unit) {
    if (device.writeback_device.empty()) {
        return fmt::format("[Unit]\nBindsTo={}\n", unit);
    }
    return fmt::format("[Unit]\nBindsTo={0} {1}\nAfter={1}\n", unit,
                       unit_name(device.writeback_device, "device"));
}

Result<void> write_file(const fs::path& file, const std::string& text) {
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    std::ofstream stream(file);
    stream << kHeading << text;
    stream.close();
    if (!stream) {
        return failure(fmt::format("cannot write {}", file.string()));
    }
    return {};
}

Result<void> link_to_unit(const fs::path& directory, const std::string& target,
                          const std::string& unit) {
    const fs::path link = directory / (target + ".wants") / unit;
    std::error_code error;
    fs::create_directories(link.parent_path(), error);
    fs::create_symlink(fs::path("..") / unit, link, error);
    if (error) {
        return failure(fmt::format("cannot make {}: {}", link.string(), error.message()));
    }
    return {};
}

Result<void> write_device_units(const DeviceConfiguration& device, const fs::path& directory) {
    if (!device.is_swap() && device.mount_point.empty()) {
        return {};
    }
    const bool swap = device.is_swap();
    const std::string unit =
        swap ? fmt::format("dev-{}.swap", device.name()) : unit_name(device.mount_point, "mount");
    const fs::path bindings =
        directory / fmt::format("systemd-zram-setup@{}.service.d", device.name()) / "bindings.conf";
    return write_file(bindings, setup_bindings(device, unit))
        .and_then([&] {
            return write_file(directory / unit, swap ? swap_unit(device) : mount_unit(device));
        })
        .and_then([&] {
            return link_to_unit(directory, swap ? "swap.target" : "local-fs.target", unit);
        });
}

}  // namespace

std::string unit_name(std::string_view path, std::string_view suffix) {
    std::string name;
    for (char character : path.substr(1)) {
        if (character == '/') {
            name += '-';
        } else if (is_plain(character) && !(character == '.' && name.empty())) {
            name += character;
        } else {
            name += fmt::format("\\x{:02x}", static_cast<unsigned char>(character));
        }
    }
    return fmt::format("{}.{}", name.empty() ? "-" : name, suffix);
}

Result<void> write_units(const std::vector<DeviceConfiguration>& devices,
                         const fs::path& directory) {
    for (const DeviceConfiguration& device : devices) {
        if (Result<void> written = write_device_units(device, directory); !written) {
            return written;
        }
    }
    return {};
}

}  // namespace trueno_generator
