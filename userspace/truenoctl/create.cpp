// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl create: a new zram device, ready for use, or nothing at all.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "filesystem.hpp"
#include "memory.hpp"
#include "modules.hpp"
#include "subcommand.hpp"
#include "swap.hpp"
#include "transaction.hpp"
#include "units.hpp"
#include "zram.hpp"
#include "zram_setup.hpp"

namespace truenoctl {

namespace {

// mkswap(8) refuses less: the header page and nine more.
constexpr std::uint64_t kSwapBytesMin = 40960;

struct CreateOptions {
    SettingOptions settings;
    bool swap = false;
    SwapOptions swap_options;  // its discard is the file system's, too
    std::string filesystem;
    std::string mount_point;
    bool dry_run = false;
    bool json = false;
};

DeviceSettings check_options(const CreateOptions& options) {
    const SystemMemory memory = value_or_throw(read_system_memory());
    DeviceSettings settings = parse_settings(options.settings, memory);
    if (options.swap && settings.disk_bytes < kSwapBytesMin) {
        throw Fatal({fmt::format("--size {} is too small for a swap area", options.settings.size),
                     fmt::format("give at least {}", format_size(kSwapBytesMin)),
                     ExitStatus::usage});
    }
    std::error_code unreadable;
    if (!options.mount_point.empty() &&
        !std::filesystem::is_directory(options.mount_point, unreadable)) {
        throw Fatal({fmt::format("--mount: '{}' is not a directory", options.mount_point),
                     "name an existing directory", ExitStatus::usage});
    }
    return settings;
}

void start_swap(Transaction& transaction, const ZramDevice& device, const SwapOptions& options) {
    const std::filesystem::path path = device.device();
    transaction.take(fmt::format("run mkswap {}", path.string()), [&] { return make_swap(path); });
    transaction.take(
        fmt::format("swap on {} with priority {}{}", path.string(), options.priority,
                    options.discard ? " and discard" : ""),
        [&] { return swap_on(path, options); },
        Transaction::Undo{fmt::format("swapoff {}", path.string()),
                          [path] { return swap_off(path); }});
}

void start_filesystem(Transaction& transaction, const ZramDevice& device,
                      const CreateOptions& options) {
    const std::filesystem::path path = device.device();
    transaction.take(fmt::format("run {}", fmt::join(mkfs_command(path, options.filesystem), " ")),
                     [&] { return make_filesystem(path, options.filesystem); });
    if (options.mount_point.empty()) {
        return;
    }
    const std::string mount_options = options.swap_options.discard ? "discard" : "";
    transaction.take(
        fmt::format("mount {} on {}{}", path.string(), options.mount_point,
                    options.swap_options.discard ? " with discard" : ""),
        [&] {
            return mount_filesystem(path, options.filesystem, options.mount_point, mount_options);
        },
        Transaction::Undo{fmt::format("umount {}", options.mount_point),
                          [&] { return unmount_filesystem(options.mount_point); }});
}

ExitStatus create(const CreateOptions& options) {
    const DeviceSettings settings = check_options(options);
    const ZramDriver driver;
    const Modules modules;
    Transaction transaction(options.dry_run ? Mode::tell : Mode::take);
    transaction.run([&] {
        load_zram(transaction, modules, driver);
        load_algorithms(transaction, modules, settings);
        const ZramDevice device = add_device(transaction, driver);
        apply_settings(transaction, device, modules, settings, DeviceAge::fresh);
        if (options.swap) {
            start_swap(transaction, device, options.swap_options);
        } else if (!options.filesystem.empty()) {
            start_filesystem(transaction, device, options);
        }
        print_device(transaction, device, options.json);
    });
    return ExitStatus::success;
}

}  // namespace

Run add_create(CLI::App& app) {
    auto options = std::make_shared<CreateOptions>();
    app.add_option("-s,--size", options->settings.size,
                   "Uncompressed size: 4G, 500MB, 50% of RAM, or such as 'min(ram / 2, 4G)'")
        ->required();
    add_setting_options(app, options->settings);
    CLI::Option* swap = app.add_flag("--swap", options->swap, "Make it a swap area and use it");
    app.add_option("-p,--priority", options->swap_options.priority,
                   "Swap priority; the highest is used first")
        ->capture_default_str()
        ->check(CLI::Range(0, kSwapPriorityMax))
        ->needs(swap);
    CLI::Option* filesystem =
        app.add_option("--fs", options->filesystem, "Make a file system: btrfs, ext4 or xfs")
            ->check(CLI::IsMember(filesystem_types()))
            ->excludes(swap);
    app.add_option("--mount", options->mount_point, "Mount the file system on this directory")
        ->needs(filesystem);
    app.add_flag("--discard", options->swap_options.discard,
                 "Discard pages when swap or the file system frees them");
    app.add_flag("-n,--dry-run", options->dry_run, "Print the steps, take none");
    app.add_flag("--json", options->json, "Print the device's name as JSON");
    return [options] {
        if (options->swap_options.discard && !options->swap && options->mount_point.empty()) {
            throw Fatal({"--discard requires --swap or --mount",
                         "'truenoctl create --help' lists what is accepted", ExitStatus::usage});
        }
        return create(*options);
    };
}

}  // namespace truenoctl
