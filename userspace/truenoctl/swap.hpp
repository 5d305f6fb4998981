// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Swap areas: mkswap(8), swapon(2), swapoff(2).
#ifndef TRUENOCTL_SWAP_HPP
#define TRUENOCTL_SWAP_HPP

#include <filesystem>

#include "error.hpp"

namespace truenoctl {

/// The largest priority swapon(2) can be given.
constexpr int kSwapPriorityMax = 32767;

struct SwapOptions {
    int priority = 100;    ///< 0 to kSwapPriorityMax; the highest is used first
    bool discard = false;  ///< discard the area now and pages when they are freed
};

/// Writes a swap signature with mkswap(8). What @p device held is lost.
Result<void> make_swap(const std::filesystem::path& device);
Result<void> swap_on(const std::filesystem::path& device, const SwapOptions& options);
Result<void> swap_off(const std::filesystem::path& device);

}  // namespace truenoctl

#endif  // TRUENOCTL_SWAP_HPP
