// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What systemd-zram-setup@.service does.
#ifndef TRUENO_GENERATOR_DEVICE_SETUP_HPP
#define TRUENO_GENERATOR_DEVICE_SETUP_HPP

#include <functional>
#include <string>
#include <vector>

#include "configuration.hpp"

namespace trueno_generator {

using Warn = std::function<void(std::string)>;

/// Loads zram and the modules of the devices' algorithms, and adds devices until
/// /dev/zramN is there for each: systemd waits for what the units name.
truenoctl::Result<void> make_devices(const std::vector<DeviceConfiguration>& devices,
                                     const Warn& warn);

/// Gives the device, which must be unset, its algorithms, their parameters, the
/// writeback device, size and limit, and makes the swap area or file system. What
/// the kernel refuses but a device can be used without (an algorithm, a parameter)
/// is told to @p warn; anything else resets the device and is an error.
truenoctl::Result<void> set_up_device(const DeviceConfiguration& device, const Warn& warn);

/// Frees the device's memory; waits up to a second for others who have it open.
truenoctl::Result<void> reset_device(unsigned number);

}  // namespace trueno_generator

#endif  // TRUENO_GENERATOR_DEVICE_SETUP_HPP
