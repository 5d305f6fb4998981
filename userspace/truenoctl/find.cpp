// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl find: a device that is not set up yet, made if there is none.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "modules.hpp"
#include "subcommand.hpp"
#include "table.hpp"
#include "transaction.hpp"
#include "zram.hpp"
#include "zram_setup.hpp"

namespace truenoctl {

namespace {

struct FindOptions {
    bool dry_run = false;
    bool json = false;
};

ExitStatus find_device(const FindOptions& options) {
    const ZramDriver driver;
    const Modules modules;
    Transaction transaction(options.dry_run ? Mode::tell : Mode::take);
    transaction.run([&] {
        const std::vector<ZramDevice> devices = driver.devices();
        const auto unset =
            std::find_if(devices.begin(), devices.end(),
                         [](const ZramDevice& device) { return !device.initialized(); });
        if (unset == devices.end()) {
            load_zram(transaction, modules, driver);
        }
        const ZramDevice device = unset != devices.end() ? *unset : add_device(transaction, driver);
        print_device(transaction, device, options.json);
    });
    return ExitStatus::success;
}

}  // namespace

Run add_find(CLI::App& app) {
    auto options = std::make_shared<FindOptions>();
    app.add_flag("-n,--dry-run", options->dry_run, "Print the steps, take none");
    app.add_flag("--json", options->json, "Print the device's name as JSON");
    return [options] { return find_device(*options); };
}

}  // namespace truenoctl
