// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "swap.hpp"

#include <fmt/format.h>
#include <sys/swap.h>

#include <cerrno>

#include "process.hpp"
#include "sysfs.hpp"

namespace truenoctl {

Result<void> make_swap(const std::filesystem::path& device) {
    return run_to_success({"mkswap", device.string()});
}

Result<void> swap_on(const std::filesystem::path& device, const SwapOptions& options) {
    int flags = SWAP_FLAG_PREFER | (options.priority & SWAP_FLAG_PRIO_MASK);
    if (options.discard) {
        flags |= SWAP_FLAG_DISCARD;
    }
    if (swapon(device.c_str(), flags) != 0) {
        const int number = errno;
        Error error =
            describe_system_error(fmt::format("swap on {}", device.string()), SystemError{number});
        if (number == EBUSY) {
            error.remedy = "it is in use; 'truenoctl status' shows for what";
        } else if (number == ENOSYS) {
            error.remedy = "this kernel is built without swap (CONFIG_SWAP)";
        }
        return tl::unexpected(error);
    }
    return {};
}

Result<void> swap_off(const std::filesystem::path& device) {
    if (swapoff(device.c_str()) != 0) {
        const int number = errno;
        Error error = describe_system_error(fmt::format("stop swapping on {}", device.string()),
                                            SystemError{number});
        if (number == ENOMEM) {
            error.remedy =
                "memory and other swap areas cannot hold its pages: stop some processes or add "
                "another swap area first";
        }
        return tl::unexpected(error);
    }
    return {};
}

}  // namespace truenoctl
