// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What a zram device can be set to, from the command line to its attributes;
// create and set share it.
#ifndef TRUENOCTL_ZRAM_SETUP_HPP
#define TRUENOCTL_ZRAM_SETUP_HPP

#include <CLI/App.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "error.hpp"
#include "memory.hpp"
#include "modules.hpp"
#include "transaction.hpp"
#include "zram.hpp"
#include "zram_algorithm.hpp"

namespace truenoctl {

/// The settings as they are on the command line; empty means not given.
struct SettingOptions {
    std::string size;
    std::string algorithm;
    std::vector<std::string> recompression;
    std::string backing_device;
    std::string memory_limit;
    std::string writeback_limit;
};

/// Declares all of them but --size, whose description differs and which must be there.
void add_setting_options(CLI::App& app, SettingOptions& options);

/// A limit, or that there is none.
struct Limit {
    std::optional<std::uint64_t> bytes;
};

struct DeviceSettings {
    std::optional<std::uint64_t> disk_bytes;
    std::optional<AlgorithmChoice> algorithm;
    std::vector<AlgorithmChoice> recompression;  ///< by ascending priority
    std::string backing_device;                  ///< empty: none
    std::optional<Limit> memory_limit;
    std::optional<Limit> writeback_limit;

    bool empty() const;

    /// The option that names what the kernel takes only before the size is
    /// set, such as "--algorithm"; empty if there is none.
    std::string fixed_with_size() const;
};

/// Sizes may be expressions (evaluate_size()), limits "none". Throws Fatal: a
/// usage error that names the argument, or a failure if the page table of the
/// size does not fit the memory available.
DeviceSettings parse_settings(const SettingOptions& options, const SystemMemory& memory);

/// Makes a device as a step, undone by its removal. In a dry run: the device
/// that would be made.
ZramDevice add_device(Transaction& transaction, const ZramDriver& driver);

/// Loads the modules of the algorithms as steps. A fresh device is made after
/// it, so that it is removed before they are unloaded.
void load_algorithms(Transaction& transaction, const Modules& modules,
                     const DeviceSettings& settings);

enum class DeviceAge {
    fresh,     ///< made by this run: what it was set to goes with it
    existing,  ///< each setting has to be undone
};

/// Takes the steps that give @p device the settings, the disk size last.
void apply_settings(Transaction& transaction, const ZramDevice& device, const Modules& modules,
                    const DeviceSettings& settings, DeviceAge age);

/// Prints the device's path, or in a dry run the steps if there are any; both as JSON if asked.
void print_device(const Transaction& transaction, const ZramDevice& device, bool json);

}  // namespace truenoctl

#endif  // TRUENOCTL_ZRAM_SETUP_HPP
