// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "tune_budget.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <nlohmann/json.hpp>

#include "output_file.hpp"
#include "sysfs.hpp"
#include "zram_stat.hpp"

namespace truenoctl {

namespace fs = std::filesystem;

WritebackAccount WritebackAccount::at(const std::string& today, std::uint64_t counted_units) const {
    const std::uint64_t written =
        counted_units >= total_units ? counted_units - total_units : counted_units;
    return {today, (day == today ? used_units : 0) + written, counted_units};
}

std::uint64_t WritebackAccount::left_units(std::uint64_t budget_bytes) const {
    const std::uint64_t budget = budget_bytes / kWritebackUnitBytes;
    return budget - std::min(budget, used_units);
}

std::string today() {
    return fmt::format("{:%F}", fmt::gmtime(std::time(nullptr)));
}

Result<WritebackAccount> load_account(const fs::path& file) {
    const SystemResult<std::string> text = read_attribute(file);
    if (!text && text.error().number == ENOENT) {
        return WritebackAccount{};
    }
    if (!text) {
        return tl::unexpected(
            describe_system_error(fmt::format("read {}", file.string()), text.error()));
    }
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    try {
        return WritebackAccount{json.at("day"), json.at("used_units"), json.at("total_units")};
    } catch (const nlohmann::json::exception&) {
        return failure(fmt::format("{} is damaged", file.string()),
                       "remove it; the day's budget then starts anew");
    }
}

Result<void> save_account(const fs::path& file, const WritebackAccount& account) {
    std::error_code exists;
    fs::create_directories(file.parent_path(), exists);
    const nlohmann::json json{{"day", account.day},
                              {"used_units", account.used_units},
                              {"total_units", account.total_units}};
    Result<OutputFile> output = OutputFile::create(file.string(), Existing::replace, 0644);
    if (!output) {
        return tl::unexpected(output.error());
    }
    return output->write(json.dump() + "\n").and_then([&] { return output->commit(); });
}

}  // namespace truenoctl
