// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl set: what may be changed on a device that exists.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "memory.hpp"
#include "modules.hpp"
#include "subcommand.hpp"
#include "transaction.hpp"
#include "zram.hpp"
#include "zram_setup.hpp"

namespace truenoctl {

namespace {

struct SetOptions {
    std::string device;
    SettingOptions settings;
    bool dry_run = false;
};

void check_changeable(const ZramDevice& device, const DeviceSettings& settings) {
    if (settings.empty()) {
        throw Fatal({"no setting is given", "'truenoctl set --help' lists the settings",
                     ExitStatus::usage});
    }
    const std::string fixed = settings.fixed_with_size();
    if (!fixed.empty() && device.initialized()) {
        throw Fatal({fmt::format("{} cannot be changed: {} has a size already", fixed,
                                 device.device().string()),
                     fmt::format("'truenoctl reset {}' first; what the device holds is lost then",
                                 device.name())});
    }
}

ExitStatus set(const SetOptions& options) {
    const ZramDriver driver;
    const ZramDevice device = value_or_throw(driver.find(options.device));
    const SystemMemory memory = value_or_throw(read_system_memory());
    const DeviceSettings settings = parse_settings(options.settings, memory);
    check_changeable(device, settings);
    const Modules modules;
    Transaction transaction(options.dry_run ? Mode::tell : Mode::take);
    transaction.run([&] {
        load_algorithms(transaction, modules, settings);
        apply_settings(transaction, device, modules, settings, DeviceAge::existing);
    });
    if (options.dry_run) {
        print_steps(transaction);
    }
    return ExitStatus::success;
}

}  // namespace

Run add_set(CLI::App& app) {
    auto options = std::make_shared<SetOptions>();
    app.add_option("DEVICE", options->device, "The device, such as zram0")->required();
    app.add_option("-s,--size", options->settings.size,
                   "Uncompressed size, of a device that has none; as for create");
    add_setting_options(app, options->settings);
    app.add_flag("-n,--dry-run", options->dry_run, "Print the steps, take none");
    return [options] { return set(*options); };
}

}  // namespace truenoctl
