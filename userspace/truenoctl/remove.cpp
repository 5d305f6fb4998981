// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl remove: devices that nobody uses, gone with their memory.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "subcommand.hpp"
#include "swap.hpp"
#include "transaction.hpp"
#include "zram.hpp"
#include "zram_attribute.hpp"

namespace truenoctl {

namespace {

struct RemoveOptions {
    std::vector<std::string> devices;
    bool swap_off = false;
    bool dry_run = false;
};

struct Target {
    ZramDevice device;
    bool is_swap;
};

Target check_removable(const ZramDevice& device, bool may_swap_off) {
    DeviceUse use = value_or_throw(device.use());
    const bool is_swap = use.swap;
    use.swap = is_swap && !may_swap_off;
    require_unused(device, use,
                   fmt::format("'truenoctl remove --swapoff {}' moves its pages back to memory "
                               "first",
                               device.name()));
    return {device, is_swap};
}

ExitStatus remove_devices(const RemoveOptions& options) {
    const ZramDriver driver;
    std::vector<Target> targets;
    for (const ZramDevice& device : value_or_throw(driver.find_all(options.devices))) {
        targets.push_back(check_removable(device, options.swap_off));
    }
    Transaction transaction(options.dry_run ? Mode::tell : Mode::take);
    transaction.run_for_good([&] {
        for (const auto& [device, is_swap] : targets) {
            const ZramDevice& target = device;
            if (is_swap) {
                transaction.take(fmt::format("swapoff {}", target.device().string()),
                                 [&] { return swap_off(target.device()); });
            }
            transaction.take(
                fmt::format("write '{}' to /sys/class/zram-control/hot_remove", target.number()),
                [&] { return driver.hot_remove(target); });
        }
    });
    if (options.dry_run) {
        print_steps(transaction);
    }
    return ExitStatus::success;
}

}  // namespace

Run add_remove(CLI::App& app) {
    auto options = std::make_shared<RemoveOptions>();
    app.add_option("DEVICE", options->devices, "Devices to remove, such as zram0")->required();
    app.add_flag("--swapoff", options->swap_off, "Stop swapping on the device first");
    app.add_flag("-n,--dry-run", options->dry_run, "Print the steps, take none");
    return [options] { return remove_devices(*options); };
}

}  // namespace truenoctl
