// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl remove: devices that nobody uses, gone with their memory.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <string>
#include <vector>

#include "subcommand.hpp"
#include "swap.hpp"
#include "zram.hpp"

namespace truenoctl {

namespace {

struct RemoveOptions {
    std::vector<std::string> devices;
    bool swap_off = false;
};

// Throws unless the device may be removed with these options.
void check_removable(const ZramDevice& device, const DeviceUse& use, bool may_swap_off) {
    const std::string path = device.device().string();
    if (!use.mount_points.empty()) {
        throw Fatal({fmt::format("{} is mounted on {}", path, fmt::join(use.mount_points, ", ")),
                     fmt::format("'umount {}' first", use.mount_points.front())});
    }
    if (!use.holders.empty()) {
        throw Fatal({fmt::format("{} is used by {}", path, fmt::join(use.holders, ", ")),
                     "remove that block device first"});
    }
    if (use.swap && !may_swap_off) {
        throw Fatal({fmt::format("{} is in use as swap", path),
                     fmt::format("'truenoctl remove --swapoff {}' moves its pages back to memory "
                                 "first",
                                 device.name())});
    }
}

struct Target {
    ZramDevice device;
    bool is_swap;
};

ExitStatus remove_devices(const RemoveOptions& options) {
    const ZramDriver driver;
    std::vector<Target> targets;
    for (const std::string& name : options.devices) {
        const ZramDevice device = value_or_throw(driver.find(name));
        const DeviceUse use = value_or_throw(device.use());
        check_removable(device, use, options.swap_off);
        targets.push_back({device, use.swap});
    }
    for (const Target& target : targets) {
        if (target.is_swap) {
            value_or_throw(swap_off(target.device.device()));
        }
        value_or_throw(driver.hot_remove(target.device));
    }
    return ExitStatus::success;
}

}  // namespace

Run add_remove(CLI::App& app) {
    auto options = std::make_shared<RemoveOptions>();
    app.add_option("DEVICE", options->devices, "Devices to remove, such as zram0")->required();
    app.add_flag("--swapoff", options->swap_off, "Stop swapping on the device first");
    return [options] { return remove_devices(*options); };
}

}  // namespace truenoctl
