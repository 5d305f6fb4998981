// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Where doctor reads what its checks of the system's settings judge.
#ifndef TRUENOCTL_DOCTOR_SYSTEM_HPP
#define TRUENOCTL_DOCTOR_SYSTEM_HPP

#include <string>
#include <vector>

#include "doctor.hpp"
#include "modules.hpp"
#include "sysfs.hpp"

namespace truenoctl {

SwapSettings read_swap_settings(const SystemRoot& root = {});

/// From /boot/config-RELEASE or /proc/config.gz; empty if there is neither.
KernelConfig read_kernel_config(const std::string& release, const SystemRoot& root = {});

/// All checks of what is outside trueno. @p module: trueno.
std::vector<Check> check_system(const std::string& release, const Modules& modules,
                                const ModuleInfo& module, const SystemRoot& root = {});

}  // namespace truenoctl

#endif  // TRUENOCTL_DOCTOR_SYSTEM_HPP
