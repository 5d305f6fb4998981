// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl zramctl: what zramctl(8) of util-linux does, for scripts and habits
// that are there already. It looks at devices in zramctl's order and keeps its
// exit statuses; the messages are truenoctl's.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <clocale>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "subcommand.hpp"
#include "table.hpp"
#include "zram.hpp"
#include "zramctl_command.hpp"
#include "zramctl_list.hpp"

namespace truenoctl {

namespace {

namespace fs = std::filesystem;

// The name of the block device that @p path is the node of, "zram0" say, or
// what stands behind /dev/ where there is no node.
std::string block_name(const SystemRoot& root, const std::string& path) {
    struct stat status;
    if (path.starts_with("/dev/") && stat(path.c_str(), &status) == 0 && S_ISBLK(status.st_mode)) {
        std::error_code unknown;
        const fs::path directory =
            fs::canonical(root.sys() / "dev/block" /
                              fmt::format("{}:{}", major(status.st_rdev), minor(status.st_rdev)),
                          unknown);
        if (!unknown) {
            return directory.filename();
        }
    }
    return path;
}

NamedDevice find_device(const SystemRoot& root, const std::string& text) {
    const ZramDevice device = value_or_throw(ZramDriver(root).find(block_name(root, text)));
    return {device, text.starts_with('/') ? text : device.device().string()};
}

// In the order in which the directory /dev lists them, as zramctl has it.
std::vector<NamedDevice> used_devices(const SystemRoot& root) {
    std::vector<NamedDevice> devices;
    for (const fs::directory_entry& entry : fs::directory_iterator(root.dev())) {
        const Result<unsigned> number = parse_device_number(entry.path().filename().string());
        if (number) {
            const ZramDevice device(root, *number);
            if (device.initialized()) {
                devices.push_back({device, device.device()});
            }
        }
    }
    return devices;
}

ZramDevice find_free_device(const SystemRoot& root) {
    const ZramDriver driver(root);
    if (!driver.loaded()) {
        throw Fatal({"no zram device is free: zram is not loaded", "'modprobe zram' loads it"});
    }
    for (unsigned number = 0;; ++number) {
        ZramDevice device(root, number);
        if (!device.exists()) {
            return value_or_throw(driver.hot_add());
        }
        if (!device.initialized()) {
            return device;
        }
    }
}

void write_setting(const ZramDevice& device, const char* attribute, const std::string& value,
                   const std::string& remedy = {}) {
    if (const Result<void> written = device.write(attribute, value); !written) {
        Error error = written.error();
        if (error.remedy.empty()) {
            error.remedy = remedy;
        }
        throw Fatal(error);
    }
}

void set_algorithm(const ZramDevice& device, const std::string& algorithm) {
    const Algorithms listed = value_or_throw(device.algorithms());
    write_setting(device, "comp_algorithm", algorithm,
                  fmt::format("this zram lists {}; 'truenoctl doctor' says what others need",
                              fmt::join(listed.known, ", ")));
}

// Kernels without the attribute choose the number themselves.
void set_streams(const ZramDevice& device, std::uint64_t streams) {
    if (fs::exists(device.attribute("max_comp_streams"))) {
        write_setting(device, "max_comp_streams", fmt::to_string(streams));
    }
}

// A device in use need not be waited for: nobody is about to close it.
void reset_device(const ZramDevice& device) {
    const DeviceUse use = value_or_throw(device.use());
    if (use.in_use()) {
        throw Fatal({fmt::format("cannot reset {}: it is in use", device.device().string()),
                     "'truenoctl status' shows for what"});
    }
    value_or_throw(device.reset());
}

void set_up(const SystemRoot& root, const ZramctlCommand& command) {
    const NamedDevice target = command.find ? NamedDevice{find_free_device(root), ""}
                                            : find_device(root, command.devices.front());
    const ZramDevice& device = target.device;
    reset_device(device);
    if (command.streams != 0) {
        set_streams(device, command.streams);
    }
    if (command.algorithm) {
        set_algorithm(device, *command.algorithm);
    }
    if (command.algorithm_parameters) {
        write_setting(device, "algorithm_params", *command.algorithm_parameters,
                      "kernels since 6.12 take level=NUMBER and dict=FILE");
    }
    try {
        write_setting(device, "disksize", fmt::to_string(command.size),
                      "'dmesg' has the kernel's reason; a size of 0 is none");
    } catch (const Fatal&) {
        // A zram that could not start its algorithms has forgotten their names.
        static_cast<void>(device.reset());
        throw;
    }
    if (command.find) {
        print(device.device().string() + "\n");
    }
}

// Each of the devices is tried; one that was reset but cannot be removed, such
// as the only one of a zram without hot_remove, is no failure.
ExitStatus reset(const SystemRoot& root, const ZramctlCommand& command) {
    ExitStatus status = ExitStatus::success;
    for (const std::string& name : command.devices) {
        try {
            const NamedDevice target = find_device(root, name);
            reset_device(target.device);
            static_cast<void>(ZramDriver(root).hot_remove(target.device));
        } catch (const Fatal& fatal) {
            std::fputs(describe(fatal.error()).c_str(), stderr);
            status = ExitStatus::failure;
        }
    }
    return status;
}

void list(const SystemRoot& root, const ZramctlCommand& command) {
    const std::vector<NamedDevice> devices =
        command.devices.empty()
            ? used_devices(root)
            : std::vector<NamedDevice>{find_device(root, command.devices.front())};
    print(zramctl_table(devices, command));
}

ExitStatus run(const ZramctlCommand& command) {
    const SystemRoot root;
    switch (command.action) {
        case ZramctlAction::help:
            print(zramctl_help());
            break;
        case ZramctlAction::version:
            print("zramctl from truenoctl " TRUENO_VERSION "\n");
            break;
        case ZramctlAction::list:
            list(root, command);
            break;
        case ZramctlAction::find:
            print(find_free_device(root).device().string() + "\n");
            break;
        case ZramctlAction::set_up:
            set_up(root, command);
            break;
        case ZramctlAction::reset:
            return reset(root, command);
    }
    return ExitStatus::success;
}

}  // namespace

ExitStatus run_zramctl(const std::vector<std::string>& words) {
    // Widths of characters and the decimal point are the locale's in zramctl.
    std::setlocale(LC_ALL, "");
    try {
        return run(value_or_throw(parse_zramctl_command(words)));
    } catch (const Fatal& fatal) {
        Error error = fatal.error();
        error.status = ExitStatus::failure;
        throw Fatal(error);
    }
}

}  // namespace truenoctl
