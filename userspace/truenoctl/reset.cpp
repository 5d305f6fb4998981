// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl reset: devices that nobody uses, emptied and without a size.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "subcommand.hpp"
#include "transaction.hpp"
#include "zram.hpp"
#include "zram_attribute.hpp"

namespace truenoctl {

namespace {

struct ResetOptions {
    std::vector<std::string> devices;
    bool dry_run = false;
};

ExitStatus reset_devices(const ResetOptions& options) {
    const ZramDriver driver;
    const std::vector<ZramDevice> devices = value_or_throw(driver.find_all(options.devices));
    for (const ZramDevice& device : devices) {
        require_unused(device, value_or_throw(device.use()),
                       fmt::format("'swapoff {}' first, which moves its pages back to memory",
                                   device.device().string()));
    }
    Transaction transaction(options.dry_run ? Mode::tell : Mode::take);
    transaction.run_for_good([&] {
        for (const ZramDevice& device : devices) {
            transaction.take(describe_write(device, "reset", "1"), [&] { return device.reset(); });
        }
    });
    if (options.dry_run) {
        print_steps(transaction);
    }
    return ExitStatus::success;
}

}  // namespace

Run add_reset(CLI::App& app) {
    auto options = std::make_shared<ResetOptions>();
    app.add_option("DEVICE", options->devices, "Devices to empty, such as zram0")->required();
    app.add_flag("-n,--dry-run", options->dry_run, "Print the steps, take none");
    return [options] { return reset_devices(*options); };
}

}  // namespace truenoctl
