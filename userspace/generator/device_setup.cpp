// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "device_setup.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "modules.hpp"
#include "process.hpp"
#include "zram.hpp"

namespace trueno_generator {

namespace fs = std::filesystem;
using truenoctl::failure;
using truenoctl::Result;
using truenoctl::ZramDevice;
using truenoctl::ZramDriver;

namespace {

void load_algorithms(const truenoctl::Modules& modules, const DeviceConfiguration& device,
                     const Warn& warn) {
    for (const Compression& compression : device.compressions) {
        const std::string alias = fmt::format("crypto-{}", compression.algorithm);
        // What is unknown here may be built into zram, which has the last word.
        if (!modules.knows(alias)) {
            continue;
        }
        if (const auto loaded = modules.load(alias); !loaded) {
            warn(fmt::format("{}: {}: {}", device.name(), compression.algorithm,
                             loaded.error().reason));
        }
    }
}

Result<void> write(const ZramDevice& device, std::string_view attribute, const std::string& value) {
    const fs::path file = device.attribute(attribute);
    if (const auto written = truenoctl::write_attribute(file, value); !written) {
        return tl::unexpected(truenoctl::describe_system_error(
            fmt::format("write '{}' to {}", value, file.string()), written.error()));
    }
    return {};
}

void write_or_warn(const ZramDevice& device, std::string_view attribute, const std::string& value,
                   const Warn& warn) {
    if (const Result<void> written = write(device, attribute, value); !written) {
        warn(written.error().reason);
    }
}

void set_algorithm(const ZramDevice& device, const std::string& algorithm, const Warn& warn) {
    const Result<void> written = write(device, "comp_algorithm", algorithm);
    if (written) {
        return;
    }
    const auto algorithms = device.algorithms();
    warn(fmt::format(
        "{}; taking {} of {}", written.error().reason,
        algorithms ? algorithms->selected : "the kernel's default",
        algorithms ? fmt::to_string(fmt::join(algorithms->known, ", ")) : "those known"));
}

// From Linux 6.2 on, zram takes recompression algorithms by priority, and from 6.12
// on parameters of any algorithm, all of them before the size is set.
void set_compressions(const ZramDevice& device, const DeviceConfiguration& configuration,
                      const Warn& warn) {
    for (std::size_t priority = 0; priority < configuration.compressions.size(); ++priority) {
        const Compression& compression = configuration.compressions[priority];
        if (priority == 0) {
            set_algorithm(device, compression.algorithm, warn);
        } else {
            write_or_warn(device, "recomp_algorithm",
                          fmt::format("algo={} priority={}", compression.algorithm, priority),
                          warn);
        }
        if (!compression.parameters.empty()) {
            write_or_warn(device, "algorithm_params",
                          fmt::format("priority={} {}", priority, compression.parameters), warn);
        }
    }
    if (!configuration.recompress_parameters.empty()) {
        warn(
            fmt::format("{}: ({}): the kernel keeps no parameters for later recompression; give "
                        "them to 'truenoctl recompress'",
                        configuration.name(), configuration.recompress_parameters));
    }
}

Result<void> set_storage(const ZramDevice& device, const DeviceConfiguration& configuration,
                         const Warn& warn) {
    if (!configuration.writeback_device.empty()) {
        write_or_warn(device, "backing_dev", configuration.writeback_device, warn);
    }
    return write(device, "disksize", fmt::to_string(configuration.disk_bytes)).and_then([&] {
        return configuration.resident_limit_bytes == 0
                   ? Result<void>()
                   : write(device, "mem_limit", fmt::to_string(configuration.resident_limit_bytes));
    });
}

Result<void> make_format(const ZramDevice& device, const std::string& format) {
    const std::string path = device.device().string();
    const std::vector<std::string> arguments =
        format == "swap" ? std::vector<std::string>{"mkswap", path}
                         : std::vector<std::string>{"mkfs." + format, path};
    const auto outcome = truenoctl::run_process(arguments);
    if (!outcome) {
        return tl::unexpected(outcome.error());
    }
    if (outcome->exit_status != 0) {
        return failure(fmt::format("{} {} ended with exit status {}: {}", arguments.front(), path,
                                   outcome->exit_status, outcome->output));
    }
    return {};
}

}  // namespace

Result<void> make_devices(const std::vector<DeviceConfiguration>& devices, const Warn& warn) {
    if (devices.empty()) {
        return {};
    }
    const truenoctl::Modules modules;
    const ZramDriver driver;
    if (!driver.loaded()) {
        if (const auto loaded = modules.load("zram", "num_devices=0"); !loaded) {
            return tl::unexpected(loaded.error());
        }
    }
    for (const DeviceConfiguration& device : devices) {
        load_algorithms(modules, device, warn);
    }
    for (const DeviceConfiguration& device : devices) {
        while (!driver.find(device.name())) {
            const Result<ZramDevice> added = driver.hot_add();
            if (!added) {
                return tl::unexpected(added.error());
            }
            if (added->number() > device.number) {
                return failure(
                    fmt::format("zram gave {} and not {}", added->name(), device.name()));
            }
        }
    }
    return {};
}

Result<void> set_up_device(const DeviceConfiguration& configuration, const Warn& warn) {
    if (const Result<void> made = make_devices({configuration}, warn); !made) {
        return made;
    }
    const Result<ZramDevice> device = ZramDriver().find(configuration.name());
    if (!device) {
        return tl::unexpected(device.error());
    }
    if (device->initialized()) {
        return failure(fmt::format("{} is set up already", device->device().string()),
                       fmt::format("'systemctl stop systemd-zram-setup@{}.service' or 'truenoctl "
                                   "remove' frees it",
                                   configuration.name()));
    }
    set_compressions(*device, configuration, warn);
    Result<void> made = set_storage(*device, configuration, warn).and_then([&] {
        return make_format(*device, configuration.format());
    });
    if (!made) {
        if (const Result<void> reset = reset_device(configuration.number); !reset) {
            warn(reset.error().reason);
        }
    }
    return made;
}

Result<void> reset_device(unsigned number) {
    return ZramDevice({}, number).reset();
}

}  // namespace trueno_generator
