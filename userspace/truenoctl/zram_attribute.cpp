// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "zram_attribute.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "retry.hpp"

namespace truenoctl {

namespace {

struct Requirement {
    std::string_view attribute;
    const char* kernel;  ///< that has it
};

constexpr const char* kWriteback = "built with CONFIG_ZRAM_WRITEBACK";
constexpr const char* kRecompression = "6.2 or later built with CONFIG_ZRAM_MULTI_COMP";
constexpr Requirement kRequirements[] = {
    {"algorithm_params", "6.12 or later"},
    {"backing_dev", kWriteback},
    {"recomp_algorithm", kRecompression},
    {"recompress", kRecompression},
    {"writeback", kWriteback},
    {"writeback_limit", kWriteback},
    {"writeback_limit_enable", kWriteback},
};

}  // namespace

void require_attribute(const ZramDevice& device, std::string_view attribute) {
    if (device.has(attribute)) {
        return;
    }
    const auto requirement =
        std::find_if(std::begin(kRequirements), std::end(kRequirements),
                     [&](const Requirement& entry) { return entry.attribute == attribute; });
    throw Fatal({fmt::format("this kernel's zram has no attribute {}", attribute),
                 requirement == std::end(kRequirements)
                     ? std::string()
                     : fmt::format("it takes a kernel {}", requirement->kernel)});
}

void require_unused(const ZramDevice& device, const DeviceUse& use,
                    const std::string& swap_remedy) {
    const std::string path = device.device().string();
    if (!use.mount_points.empty()) {
        throw Fatal({fmt::format("{} is mounted on {}", path, fmt::join(use.mount_points, ", ")),
                     fmt::format("'umount {}' first", use.mount_points.front())});
    }
    if (!use.holders.empty()) {
        throw Fatal({fmt::format("{} is used by {}", path, fmt::join(use.holders, ", ")),
                     "remove that block device first"});
    }
    if (use.swap) {
        throw Fatal({fmt::format("{} is in use as swap", path), swap_remedy});
    }
}

std::string describe_write(const ZramDevice& device, std::string_view attribute,
                           std::string_view value) {
    return fmt::format("write '{}' to {}", value, device.attribute(attribute).string());
}

void write_step(Transaction& transaction, const ZramDevice& device, const AttributeWrite& write) {
    // In a dry run the device may not be there to look at.
    if (!transaction.is_dry_run() || device.exists()) {
        require_attribute(device, write.attribute);
    }
    const std::string action = describe_write(device, write.attribute, write.value);
    transaction.take(
        action,
        [&]() -> Result<void> {
            const SystemResult<void> written = retry_while_busy(
                [&] { return write_attribute(device.attribute(write.attribute), write.value); });
            if (written) {
                return {};
            }
            Error error = describe_system_error(action, written.error());
            if (write.explain) {
                write.explain(written.error(), error);
            }
            if (error.remedy.empty()) {
                error.remedy = "'dmesg' may have the kernel's reason";
            }
            return tl::unexpected(error);
        },
        write.undo);
}

}  // namespace truenoctl
