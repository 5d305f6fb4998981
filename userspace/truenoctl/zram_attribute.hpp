// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Writing the attributes of a zram device: what a kernel lacks is told apart
// from what it refuses.
#ifndef TRUENOCTL_ZRAM_ATTRIBUTE_HPP
#define TRUENOCTL_ZRAM_ATTRIBUTE_HPP

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "transaction.hpp"
#include "zram.hpp"

namespace truenoctl {

/// Fatal, with what the kernel would need, unless zram has the attribute.
void require_attribute(const ZramDevice& device, std::string_view attribute);

/// Fatal unless nobody uses the device. @p swap_remedy: what to do if it is swap.
void require_unused(const ZramDevice& device, const DeviceUse& use, const std::string& swap_remedy);

/// "write 'zstd' to /sys/block/zram0/comp_algorithm".
std::string describe_write(const ZramDevice& device, std::string_view attribute,
                           std::string_view value);

/// Adds what is known of the cause to an error, or changes it.
using Explain = std::function<void(SystemError, Error&)>;

struct AttributeWrite {
    std::string attribute;
    std::string value;
    Explain explain = {};
    std::optional<Transaction::Undo> undo = std::nullopt;
};

/// Writes an attribute as a step; tries again for a while if the device is
/// busy with something else.
void write_step(Transaction& transaction, const ZramDevice& device, const AttributeWrite& write);

}  // namespace truenoctl

#endif  // TRUENOCTL_ZRAM_ATTRIBUTE_HPP
