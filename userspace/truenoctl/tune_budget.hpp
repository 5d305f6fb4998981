// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// How much of the day's write-back budget is used, kept in a file between runs.
#ifndef TRUENOCTL_TUNE_BUDGET_HPP
#define TRUENOCTL_TUNE_BUDGET_HPP

#include <cstdint>
#include <filesystem>
#include <string>

#include "error.hpp"

namespace truenoctl {

struct WritebackAccount {
    std::string day;                ///< such as "2026-12-01", in UTC
    std::uint64_t used_units = 0;   ///< written on that day
    std::uint64_t total_units = 0;  ///< bd_stat's count of writes when last seen

    /// The account after a look at bd_stat's count. A count that went down
    /// starts from 0: the device was reset or the machine booted.
    WritebackAccount at(const std::string& today, std::uint64_t counted_units) const;

    /// What is left of a budget, in units.
    std::uint64_t left_units(std::uint64_t budget_bytes) const;
};

/// Today's date in UTC.
std::string today();

/// An account without use if there is no file yet.
Result<WritebackAccount> load_account(const std::filesystem::path& file);

/// Replaces the file as a whole; makes its directory if need be.
Result<void> save_account(const std::filesystem::path& file, const WritebackAccount& account);

}  // namespace truenoctl

#endif  // TRUENOCTL_TUNE_BUDGET_HPP
