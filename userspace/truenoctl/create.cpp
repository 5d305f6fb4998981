// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl create: a new zram device, ready for use, or nothing at all.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <trueno/codec.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crypto.hpp"
#include "memory.hpp"
#include "modules.hpp"
#include "rollback.hpp"
#include "subcommand.hpp"
#include "swap.hpp"
#include "table.hpp"
#include "units.hpp"
#include "zram.hpp"

namespace truenoctl {

namespace {

// zram keeps at least this much for each page of the disk size (struct
// zram_table_entry), allocated at once when the size is set.
constexpr std::uint64_t kTableBytesPerPage = 16;
constexpr std::uint64_t kPageBytes = 4096;
// mkswap(8) refuses less: the header page and nine more.
constexpr std::uint64_t kSwapBytesMin = 10 * kPageBytes;

struct CreateOptions {
    std::string size;
    std::string algorithm;
    bool swap = false;
    SwapOptions swap_options;
    bool json = false;
};

std::uint64_t check_disk_size(const CreateOptions& options) {
    const SystemMemory memory = value_or_throw(read_system_memory());
    const std::uint64_t bytes = value_or_throw(parse_size_of_ram(options.size, memory.total_bytes));
    if (bytes == 0) {
        throw Fatal({fmt::format("--size {} is no space at all", options.size),
                     "give the uncompressed size, such as 4G or 50% of RAM", ExitStatus::usage});
    }
    if (options.swap && bytes < kSwapBytesMin) {
        throw Fatal({fmt::format("--size {} is too small for a swap area", options.size),
                     fmt::format("give at least {}", format_size(kSwapBytesMin)),
                     ExitStatus::usage});
    }
    const std::uint64_t table_bytes = bytes / kPageBytes * kTableBytesPerPage;
    if (table_bytes > memory.available_bytes) {
        throw Fatal(
            {fmt::format("--size {} is too large: zram's page table alone takes {}, and {} of "
                         "memory are available",
                         options.size, format_size(table_bytes),
                         format_size(memory.available_bytes)),
             "a size of one to two times RAM suits most machines, such as 100%"});
    }
    return bytes;
}

// Loads a module and records how that is undone.
void load_module(const Modules& modules, Rollback& rollback, const std::string& alias,
                 const std::string& parameters = {}) {
    const std::vector<std::string> loaded = value_or_throw(modules.load(alias, parameters));
    // Undone last to first, so the module comes after what it depends on.
    for (auto name = loaded.rbegin(); name != loaded.rend(); ++name) {
        rollback.add(fmt::format("unload {}", *name),
                     [&modules, name = *name] { return modules.unload(name); });
    }
}

// What the crypto API asks modprobe for.
std::string crypto_alias(const std::string& algorithm) {
    return fmt::format("crypto-{}", algorithm);
}

bool is_registered(const std::string& algorithm) {
    const std::vector<CryptoAlgorithm> compressors = read_compressors();
    return std::any_of(compressors.begin(), compressors.end(),
                       [&](const CryptoAlgorithm& c) { return c.name == algorithm; });
}

// A name that libkmod does not know may still be built into zram: the kernel
// has the last word, so nothing fails here but a module that cannot be loaded.
void load_algorithm(const Modules& modules, Rollback& rollback, const std::string& algorithm) {
    const std::string alias = crypto_alias(algorithm);
    if (!is_registered(algorithm) && modules.knows(alias)) {
        load_module(modules, rollback, alias);
    }
}

Error describe_unknown_algorithm(const ZramDevice& device, const Modules& modules,
                                 const std::string& algorithm) {
    std::set<std::string> known;
    if (const Result<Algorithms> listed = device.algorithms()) {
        known.insert(listed->known.begin(), listed->known.end());
    }
    for (const CryptoAlgorithm& compressor : read_compressors()) {
        known.insert(compressor.name);
    }
    for (unsigned i = 0; const trueno_codec* codec = trueno_codec_at(i); ++i) {
        const std::string name = trueno_codec_format_name(codec);
        if (modules.knows(crypto_alias(name))) {
            known.insert(name);
        }
    }
    Error error{
        fmt::format("{} does not accept algorithm '{}'", device.device().string(), algorithm),
        fmt::format("this kernel knows {}", fmt::join(known, ", "))};
    if (algorithm.starts_with("trueno-")) {
        error.remedy += "; 'truenoctl doctor' says what the trueno names need";
    }
    return error;
}

void set_algorithm(const ZramDevice& device, const Modules& modules, const std::string& algorithm) {
    const std::filesystem::path file = device.attribute("comp_algorithm");
    const SystemResult<void> written = write_attribute(file, algorithm);
    if (written) {
        return;
    }
    if (written.error().number == EINVAL || written.error().number == ENOENT) {
        throw Fatal(describe_unknown_algorithm(device, modules, algorithm));
    }
    throw Fatal(describe_system_error(fmt::format("write '{}' to {}", algorithm, file.string()),
                                      written.error()));
}

void set_disk_size(const ZramDevice& device, std::uint64_t bytes, const std::string& text) {
    const std::filesystem::path file = device.attribute("disksize");
    const SystemResult<void> written = write_attribute(file, fmt::to_string(bytes));
    if (written) {
        return;
    }
    Error error = describe_system_error(
        fmt::format("set {} to a size of {}", device.device().string(), text), written.error());
    if (written.error().number == ENOMEM) {
        error.remedy = "the kernel has no memory for its page table: give a smaller --size";
    } else if (error.remedy.empty()) {
        error.remedy = "'dmesg' has the kernel's reason";
    }
    throw Fatal(error);
}

void start_swap(const ZramDevice& device, const SwapOptions& options, Rollback& rollback) {
    value_or_throw(make_swap(device.device()));
    value_or_throw(swap_on(device.device(), options));
    rollback.add(fmt::format("swapoff {}", device.device().string()),
                 [&device] { return swap_off(device.device()); });
}

ExitStatus create(const CreateOptions& options) {
    const std::uint64_t bytes = check_disk_size(options);
    const ZramDriver driver;
    const Modules modules;
    Rollback rollback;
    std::optional<ZramDevice> device;
    try {
        if (!driver.loaded()) {
            // Without the parameter zram makes a device that nobody asked for.
            load_module(modules, rollback, "zram", "num_devices=0");
        }
        if (!options.algorithm.empty()) {
            load_algorithm(modules, rollback, options.algorithm);
        }
        device = value_or_throw(driver.hot_add());
        rollback.add(fmt::format("remove {}", device->device().string()),
                     [&] { return driver.hot_remove(*device); });
        if (!options.algorithm.empty()) {
            set_algorithm(*device, modules, options.algorithm);
        }
        set_disk_size(*device, bytes, options.size);
        if (options.swap) {
            start_swap(*device, options.swap_options, rollback);
        }
        const std::string path = device->device().string();
        if (options.json) {
            print(to_json_text(Json::object({{"name", path}})));
        } else {
            print(path + "\n");
        }
    } catch (const Fatal& fatal) {
        throw Fatal(rollback.undo_all(fatal.error()));
    }
    return ExitStatus::success;
}

}  // namespace

Run add_create(CLI::App& app) {
    auto options = std::make_shared<CreateOptions>();
    const auto not_empty = CLI::Validator(
        [](std::string& text) { return text.empty() ? std::string("is empty") : std::string(); },
        "");
    app.add_option("-s,--size", options->size,
                   "Uncompressed size: 4G, 512MiB, 500MB, or a percentage of RAM such as 50%")
        ->required();
    app.add_option("-a,--algorithm", options->algorithm,
                   "Compression algorithm, such as trueno-lz4; the kernel's default if not given")
        ->check(not_empty);
    CLI::Option* swap = app.add_flag("--swap", options->swap, "Make it a swap area and use it");
    app.add_option("-p,--priority", options->swap_options.priority,
                   "Swap priority; the highest is used first")
        ->capture_default_str()
        ->check(CLI::Range(0, kSwapPriorityMax))
        ->needs(swap);
    app.add_flag("--discard", options->swap_options.discard, "Discard pages when swap frees them")
        ->needs(swap);
    app.add_flag("--json", options->json, "Print the device's name as JSON");
    return [options] { return create(*options); };
}

}  // namespace truenoctl
