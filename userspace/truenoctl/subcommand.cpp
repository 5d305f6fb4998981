// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "subcommand.hpp"

namespace truenoctl {

namespace {

constexpr Subcommand kSubcommands[] = {
    {"status", "Show zram devices", add_status},
};

}  // namespace

std::span<const Subcommand> subcommands() {
    return kSubcommands;
}

}  // namespace truenoctl
