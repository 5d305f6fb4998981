// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// trueno-generator: a systemd.generator(7) that reads zram-generator's own
// configuration, and the program of the service that sets up its devices.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "configuration.hpp"
#include "device_setup.hpp"
#include "process.hpp"
#include "units.hpp"
#include "zram.hpp"

namespace trueno_generator {

namespace {

namespace fs = std::filesystem;
using truenoctl::ExitStatus;
using truenoctl::Fatal;
using truenoctl::SystemRoot;
using truenoctl::value_or_throw;

void warn(const std::string& message) {
    fmt::print(stderr, "trueno-generator: {}\n", message);
}

Configuration read_and_warn(const SystemRoot& root) {
    Configuration configuration = value_or_throw(read_configuration(root));
    for (const std::string& warning : configuration.warnings) {
        warn(warning);
    }
    return configuration;
}

// Both would write the same units.
bool zram_generator_is_installed() {
    std::error_code absent;
    for (const char* directory : {"/run/systemd", "/etc/systemd", "/usr/local/lib/systemd",
                                  "/usr/lib/systemd", "/lib/systemd"}) {
        const fs::path program = fs::path(directory) / "system-generators/zram-generator";
        if (fs::exists(fs::symlink_status(program, absent))) {
            return fs::read_symlink(program, absent) != "/dev/null";
        }
    }
    return false;
}

bool in_container() {
    const auto outcome = truenoctl::run_process({"systemd-detect-virt", "--quiet", "--container"});
    return outcome && outcome->exit_status == 0;
}

ExitStatus generate(const fs::path& directory) {
    // For tests, as in zram-generator: another root, of which no device is made.
    const char* other_root = std::getenv("ZRAM_GENERATOR_ROOT");
    const SystemRoot root{other_root != nullptr ? other_root : "/"};
    if (other_root == nullptr && zram_generator_is_installed()) {
        warn(
            "zram-generator is installed as well and is left to do the work; mask it with "
            "'ln -s /dev/null /etc/systemd/system-generators/zram-generator'");
        return ExitStatus::success;
    }
    const Configuration configuration = read_and_warn(root);
    if (other_root == nullptr) {
        if (configuration.devices.empty() || in_container()) {
            return ExitStatus::success;
        }
        value_or_throw(make_devices(configuration.devices, warn));
    }
    value_or_throw(write_units(configuration.devices, directory));
    return ExitStatus::success;
}

ExitStatus set_up(const std::string& name) {
    const Configuration configuration = read_and_warn({});
    const auto device =
        std::find_if(configuration.devices.begin(), configuration.devices.end(),
                     [&](const DeviceConfiguration& each) { return each.name() == name; });
    if (device == configuration.devices.end()) {
        throw Fatal({fmt::format("no device {} is configured", name),
                     fmt::format("give zram-generator.conf a section [{}]", name)});
    }
    value_or_throw(set_up_device(*device, warn));
    return ExitStatus::success;
}

ExitStatus run_command_line(int argc, char** argv) {
    CLI::App app{"Make zram devices at boot as zram-generator.conf says", "trueno-generator"};
    std::vector<std::string> directories;
    std::string set_up_name;
    std::string reset_name;
    app.set_help_flag("-h,--help", "Print this help and exit");
    app.set_version_flag("-V,--version", "trueno-generator " TRUENO_VERSION);
    app.add_option("DIRECTORY", directories,
                   "Where units go: what systemd.generator(7) passes, of which the first is used")
        ->expected(1, 3);
    auto* set_up_option =
        app.add_option("--setup-device", set_up_name, "Set up a configured device, such as zram0");
    app.add_option("--reset-device", reset_name, "Free a device")->excludes(set_up_option);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? ExitStatus::success : ExitStatus::usage;
    }
    if (!set_up_name.empty()) {
        return set_up(set_up_name);
    }
    if (!reset_name.empty()) {
        value_or_throw(reset_device(value_or_throw(truenoctl::parse_device_number(reset_name))));
        return ExitStatus::success;
    }
    if (directories.empty()) {
        throw Fatal({"no directory for the units is given", "'trueno-generator --help' has more",
                     ExitStatus::usage});
    }
    return generate(directories.front());
}

}  // namespace

}  // namespace trueno_generator

int main(int argc, char** argv) {
    try {
        return static_cast<int>(trueno_generator::run_command_line(argc, argv));
    } catch (const truenoctl::Fatal& fatal) {
        trueno_generator::warn(fatal.error().remedy.empty()
                                   ? fatal.error().reason
                                   : fatal.error().reason + "; " + fatal.error().remedy);
        return static_cast<int>(fatal.error().status);
    } catch (const std::exception& exception) {
        trueno_generator::warn(exception.what());
        return static_cast<int>(truenoctl::ExitStatus::failure);
    }
}
