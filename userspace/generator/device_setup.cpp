// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "device_setup.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "modules.hpp"
#include "process.hpp"
#include "swap.hpp"
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

// Whether the kernel took it.
bool write_or_warn(const ZramDevice& device, std::string_view attribute, const std::string& value,
                   const Warn& warn) {
    const Result<void> written = device.write(attribute, value);
    if (!written) {
        warn(written.error().reason);
    }
    return written.has_value();
}

bool set_algorithm(const ZramDevice& device, const std::string& algorithm, const Warn& warn) {
    if (write_or_warn(device, "comp_algorithm", algorithm, warn)) {
        return true;
    }
    if (const auto algorithms = device.algorithms()) {
        warn(fmt::format("{}: taking {} of {}", device.name(), algorithms->selected,
                         fmt::join(algorithms->known, ", ")));
    }
    return false;
}

enum class Parameters { given, left_out };

// From Linux 6.2 on, zram takes recompression algorithms by priority, and from 6.12
// on parameters of any algorithm, all of them before the size is set.
void set_compressions(const ZramDevice& device, const DeviceConfiguration& configuration,
                      Parameters parameters, const Warn& warn) {
    for (std::size_t priority = 0; priority < configuration.compressions.size(); ++priority) {
        const Compression& compression = configuration.compressions[priority];
        const bool taken =
            priority == 0
                ? set_algorithm(device, compression.algorithm, warn)
                : write_or_warn(device, "recomp_algorithm",
                                fmt::format("algo={} priority={}", compression.algorithm, priority),
                                warn);
        if (taken && parameters == Parameters::given && !compression.parameters.empty()) {
            write_or_warn(device, "algorithm_params",
                          fmt::format("priority={} {}", priority, compression.parameters), warn);
        }
    }
}

Result<void> set_size(const ZramDevice& device, const DeviceConfiguration& configuration,
                      Parameters parameters, const Warn& warn) {
    set_compressions(device, configuration, parameters, warn);
    if (!configuration.writeback_device.empty()) {
        if (!device.has("backing_dev")) {
            warn(fmt::format("{}: this kernel's zram writes nothing back", device.name()));
        } else if (Result<void> set = device.write("backing_dev", configuration.writeback_device);
                   !set) {
            return set;
        }
    }
    return device.write("disksize", fmt::to_string(configuration.disk_bytes));
}

// zram looks at parameters when the size is set, and then forgets all it was told.
Result<void> set_size_or_leave_parameters_out(const ZramDevice& device,
                                              const DeviceConfiguration& configuration,
                                              const Warn& warn) {
    Result<void> set = set_size(device, configuration, Parameters::given, warn);
    std::vector<std::string> parameters;
    for (const Compression& compression : configuration.compressions) {
        if (!compression.parameters.empty()) {
            parameters.push_back(
                fmt::format("{} of {}", compression.parameters, compression.algorithm));
        }
    }
    if (set || parameters.empty()) {
        return set;
    }
    warn(fmt::format("{}; trying again without {}", set.error().reason,
                     fmt::join(parameters, ", ")));
    return device.reset().and_then(
        [&] { return set_size(device, configuration, Parameters::left_out, warn); });
}

Result<void> limit_memory(const ZramDevice& device, std::uint64_t bytes) {
    return bytes == 0 ? Result<void>() : device.write("mem_limit", fmt::to_string(bytes));
}

Result<void> make_format(const ZramDevice& device, const std::string& format) {
    if (format == "swap") {
        return truenoctl::make_swap(device.device());
    }
    return truenoctl::run_to_success({"mkfs." + format, device.device().string()});
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
                static_cast<void>(driver.hot_remove(*added));
                return failure(
                    fmt::format("zram gave {} and not {}", added->name(), device.name()));
            }
        }
    }
    return {};
}

Result<void> set_up_device(const DeviceConfiguration& configuration, const Warn& warn) {
    if (Result<void> made = make_devices({configuration}, warn); !made) {
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
    if (!configuration.recompress_parameters.empty()) {
        warn(
            fmt::format("{}: ({}): the kernel keeps no parameters for later recompression; give "
                        "them to 'truenoctl recompress'",
                        configuration.name(), configuration.recompress_parameters));
    }
    Result<void> made =
        set_size_or_leave_parameters_out(*device, configuration, warn)
            .and_then([&] { return limit_memory(*device, configuration.resident_limit_bytes); })
            .and_then([&] { return make_format(*device, configuration.format()); });
    if (!made) {
        if (const Result<void> reset = device->reset(); !reset) {
            warn(reset.error().reason);
        }
    }
    return made;
}

Result<void> reset_device(unsigned number) {
    return ZramDevice({}, number).reset();
}

}  // namespace trueno_generator
