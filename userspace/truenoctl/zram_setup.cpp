// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "zram_setup.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "size_expression.hpp"
#include "table.hpp"
#include "units.hpp"
#include "zram_attribute.hpp"
#include "zram_stat.hpp"

namespace truenoctl {

namespace {

// zram keeps at least this much for each page of the disk size (struct
// zram_table_entry), allocated at once when the size is set.
constexpr std::uint64_t kTableBytesPerPage = 16;
const std::uint64_t kPageBytes = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));

Result<std::uint64_t> parse_disk_size(const std::string& text, const SystemMemory& memory) {
    Result<std::uint64_t> bytes = evaluate_size(text, memory.total_bytes);
    if (bytes && *bytes == 0) {
        return usage_failure(fmt::format("--size {} is no space at all", text),
                             "give the uncompressed size, such as 4G or 50% of RAM");
    }
    if (!bytes) {
        return bytes;
    }
    const std::uint64_t table_bytes = *bytes / kPageBytes * kTableBytesPerPage;
    if (table_bytes > memory.available_bytes) {
        return failure(
            fmt::format("--size {} is too large: zram's page table alone takes {}, and {} of "
                        "memory are available",
                        text, format_size(table_bytes), format_size(memory.available_bytes)),
            "a size of one to two times RAM suits most machines, such as 100%");
    }
    return bytes;
}

Result<Limit> parse_limit(const std::string& option, const std::string& text, std::uint64_t ram) {
    if (text == "none") {
        return Limit{};
    }
    const Result<std::uint64_t> bytes = evaluate_size(text, ram);
    if (!bytes) {
        return usage_failure(fmt::format("{}: {}", option, bytes.error().reason),
                             fmt::format("{}, or 'none'", bytes.error().remedy));
    }
    return Limit{*bytes};
}

Result<std::vector<AlgorithmChoice>> parse_secondary(const std::vector<std::string>& texts) {
    if (texts.size() > kRecompressionPriorityMax) {
        return usage_failure(fmt::format("--recompress is given {} times", texts.size()),
                             fmt::format("zram takes up to {} algorithms to recompress with",
                                         kRecompressionPriorityMax));
    }
    std::vector<AlgorithmChoice> choices;
    for (const std::string& text : texts) {
        Result<AlgorithmChoice> choice = parse_algorithm_choice(text);
        if (!choice) {
            return tl::unexpected(choice.error());
        }
        choice->priority = static_cast<unsigned>(choices.size() + 1);
        choices.push_back(std::move(*choice));
    }
    return choices;
}

void check_dictionary(const AlgorithmChoice& choice) {
    std::error_code unreadable;
    if (!choice.dictionary.empty() &&
        !std::filesystem::is_regular_file(choice.dictionary, unreadable)) {
        throw Fatal({fmt::format("dictionary '{}' is not a file", choice.dictionary),
                     "name an existing file by its absolute path", ExitStatus::usage});
    }
}

void check_backing_device(const std::string& path) {
    std::error_code unreadable;
    if (!std::filesystem::is_block_file(path, unreadable)) {
        throw Fatal(
            {fmt::format("--backing-dev: '{}' is not a block device", path),
             "name a partition or a loop device ('losetup --find --show FILE' makes one of a file)",
             ExitStatus::usage});
    }
}

// zram counts a whole page at a time, and would count past 0.
std::uint64_t writeback_units(std::uint64_t bytes) {
    return bytes / kPageBytes * (kPageBytes / kWritebackUnitBytes);
}

// What cannot be written back is undone by removing or resetting the device.
Transaction::Undo keeps(const ZramDevice& device, const std::string& attribute) {
    return {"", [device, attribute] {
                return Result<void>(
                    failure(fmt::format("{} of {} ('truenoctl remove {}' drops the device)",
                                        attribute, device.device().string(), device.name())));
            }};
}

Transaction::Undo restores(const ZramDevice& device, const std::string& attribute,
                           const std::string& value) {
    return {fmt::format("{} of {} is '{}' again", attribute, device.device().string(), value),
            [device, attribute, value] { return device.write(attribute, value); }};
}

// The steps of one device.
class Setup {
  public:
    Setup(Transaction& transaction, const ZramDevice& device, const Modules& modules, DeviceAge age)
        : transaction_(transaction), device_(device), modules_(modules), age_(age) {}

    void choose_algorithm(const AlgorithmChoice& choice) {
        const bool primary = choice.priority == 0;
        const std::string attribute = primary ? "comp_algorithm" : "recomp_algorithm";
        const std::string value =
            primary ? choice.name
                    : fmt::format("algo={} priority={}", choice.name, choice.priority);
        std::optional<Transaction::Undo> undo = undo_of(attribute);
        if (primary && age_ == DeviceAge::existing) {
            if (const Result<Algorithms> before = device_.algorithms()) {
                undo = restores(device_, attribute, before->selected);
            }
        }
        write_step(transaction_, device_,
                   {attribute, value,
                    [&](SystemError cause, Error& error) {
                        if (cause.number == EINVAL || cause.number == ENOENT) {
                            error = describe_unknown_algorithm(device_, modules_, choice.name);
                        }
                    },
                    undo});
        if (choice.has_parameters()) {
            write_step(transaction_, device_,
                       {"algorithm_params",
                        algorithm_parameters(choice),
                        {},
                        undo_of("algorithm_params")});
        }
        with_parameters_ = with_parameters_ || choice.has_parameters();
    }

    void choose_backing_device(const std::string& path) {
        write_step(transaction_, device_,
                   {"backing_dev", path,
                    [&](SystemError cause, Error& error) {
                        if (cause.number == EBUSY) {
                            error.remedy = fmt::format(
                                "{} is mounted, swap, or another device's backing device", path);
                        }
                    },
                    undo_of("backing_dev")});
    }

    void limit_memory(const Limit& limit) {
        std::optional<Transaction::Undo> undo;
        if (age_ == DeviceAge::existing) {
            if (const Result<MemoryStat> before = device_.memory_stat()) {
                undo = restores(device_, "mem_limit", fmt::to_string(before->limit_bytes));
            }
        }
        write_step(transaction_, device_,
                   {"mem_limit", fmt::to_string(limit.bytes.value_or(0)), {}, undo});
    }

    void limit_writeback(const Limit& limit) {
        if (limit.bytes) {
            write_step(transaction_, device_,
                       {"writeback_limit",
                        fmt::to_string(writeback_units(*limit.bytes)),
                        {},
                        undo_of_number("writeback_limit")});
        }
        write_step(transaction_, device_,
                   {"writeback_limit_enable",
                    limit.bytes ? "1" : "0",
                    {},
                    undo_of_number("writeback_limit_enable")});
    }

    void set_disk_size(std::uint64_t bytes) {
        if (age_ == DeviceAge::existing && !transaction_.is_dry_run()) {
            // A zram that could not start its algorithms has forgotten their names.
            transaction_.on_failure({fmt::format("reset {}", device_.device().string()),
                                     [device = device_] { return device.reset(); }});
        }
        write_step(transaction_, device_,
                   {"disksize", fmt::to_string(bytes),
                    [&](SystemError cause, Error& error) {
                        if (cause.number == ENOMEM) {
                            error.remedy =
                                "the kernel has no memory for its page table: give a smaller "
                                "--size";
                        } else if (cause.number == EINVAL && with_parameters_) {
                            error.remedy =
                                "the algorithm does not take this level or dictionary; 'dmesg' "
                                "may say why";
                        }
                    },
                    std::nullopt});
    }

  private:
    std::optional<Transaction::Undo> undo_of(const std::string& attribute) const {
        if (age_ == DeviceAge::fresh) {
            return std::nullopt;
        }
        return keeps(device_, attribute);
    }

    std::optional<Transaction::Undo> undo_of_number(const std::string& attribute) const {
        const Result<std::uint64_t> before = device_.read_number(attribute);
        if (age_ == DeviceAge::fresh || !before) {
            return std::nullopt;
        }
        return restores(device_, attribute, fmt::to_string(*before));
    }

    Transaction& transaction_;
    const ZramDevice& device_;
    const Modules& modules_;
    DeviceAge age_;
    bool with_parameters_ = false;
};

}  // namespace

void add_setting_options(CLI::App& app, SettingOptions& options) {
    const auto not_empty = CLI::Validator(
        [](std::string& text) { return text.empty() ? std::string("is empty") : std::string(); },
        "");
    app.get_option("--size")->check(not_empty);
    app.add_option("-a,--algorithm", options.algorithm,
                   "Compression algorithm, such as trueno-lz4 or zstd,level=3,dict=/etc/pages.dict")
        ->check(not_empty);
    app.add_option("--recompress", options.recompression,
                   "Algorithm to recompress with, up to three times; the first has priority 1")
        ->allow_extra_args(false)
        ->check(not_empty);
    app.add_option("--mem-limit", options.memory_limit,
                   "Memory that compressed pages may take, such as 1G or 25%; or none")
        ->check(not_empty);
    app.add_option("--backing-dev", options.backing_device,
                   "Block device that pages are written back to; what it held is lost")
        ->check(not_empty);
    app.add_option("--writeback-limit", options.writeback_limit,
                   "How much may still be written back, such as 400M; or none")
        ->check(not_empty);
}

bool DeviceSettings::empty() const {
    return fixed_with_size().empty() && !memory_limit && !writeback_limit;
}

std::string DeviceSettings::fixed_with_size() const {
    return disk_bytes                ? "--size"
           : algorithm               ? "--algorithm"
           : !recompression.empty()  ? "--recompress"
           : !backing_device.empty() ? "--backing-dev"
                                     : "";
}

DeviceSettings parse_settings(const SettingOptions& options, const SystemMemory& memory) {
    DeviceSettings settings;
    if (!options.size.empty()) {
        settings.disk_bytes = value_or_throw(parse_disk_size(options.size, memory));
    }
    if (!options.algorithm.empty()) {
        settings.algorithm = value_or_throw(parse_algorithm_choice(options.algorithm));
        check_dictionary(*settings.algorithm);
    }
    settings.recompression = value_or_throw(parse_secondary(options.recompression));
    std::for_each(settings.recompression.begin(), settings.recompression.end(), check_dictionary);
    if (!options.backing_device.empty()) {
        check_backing_device(options.backing_device);
        settings.backing_device = options.backing_device;
    }
    if (!options.memory_limit.empty()) {
        settings.memory_limit =
            value_or_throw(parse_limit("--mem-limit", options.memory_limit, memory.total_bytes));
        if (settings.memory_limit->bytes == 0) {
            throw Fatal({"--mem-limit 0 would be no limit to the kernel",
                         "'--mem-limit none' lifts the limit", ExitStatus::usage});
        }
    }
    if (!options.writeback_limit.empty()) {
        settings.writeback_limit = value_or_throw(
            parse_limit("--writeback-limit", options.writeback_limit, memory.total_bytes));
    }
    return settings;
}

ZramDevice add_device(Transaction& transaction, const ZramDriver& driver) {
    ZramDevice device = driver.next_device();
    transaction.take("read /sys/class/zram-control/hot_add", [&]() -> Result<void> {
        const Result<ZramDevice> added = driver.hot_add();
        if (!added) {
            return tl::unexpected(added.error());
        }
        device = *added;
        transaction.on_failure({fmt::format("remove {}", device.device().string()),
                                [&driver, device] { return driver.hot_remove(device); }});
        return {};
    });
    return device;
}

void load_algorithms(Transaction& transaction, const Modules& modules,
                     const DeviceSettings& settings) {
    if (settings.algorithm) {
        load_algorithm(transaction, modules, settings.algorithm->name);
    }
    for (const AlgorithmChoice& choice : settings.recompression) {
        load_algorithm(transaction, modules, choice.name);
    }
}

void apply_settings(Transaction& transaction, const ZramDevice& device, const Modules& modules,
                    const DeviceSettings& settings, DeviceAge age) {
    Setup setup(transaction, device, modules, age);
    if (settings.algorithm) {
        setup.choose_algorithm(*settings.algorithm);
    }
    for (const AlgorithmChoice& choice : settings.recompression) {
        setup.choose_algorithm(choice);
    }
    if (!settings.backing_device.empty()) {
        setup.choose_backing_device(settings.backing_device);
    }
    if (settings.memory_limit) {
        setup.limit_memory(*settings.memory_limit);
    }
    if (settings.writeback_limit) {
        setup.limit_writeback(*settings.writeback_limit);
    }
    if (settings.disk_bytes) {
        setup.set_disk_size(*settings.disk_bytes);
    }
}

void print_device(const Transaction& transaction, const ZramDevice& device, bool json) {
    const std::string path = device.device().string();
    const bool is_plan = transaction.is_dry_run() && !transaction.told().empty();
    if (json) {
        Json object = Json::object({{"name", path}});
        if (is_plan) {
            object["steps"] = transaction.told();
        }
        print(to_json_text(object));
    } else if (is_plan) {
        print_steps(transaction);
    } else {
        print(path + "\n");
    }
}

}  // namespace truenoctl
