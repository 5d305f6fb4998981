// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "subcommand.hpp"

namespace truenoctl {

namespace {

constexpr Subcommand kSubcommands[] = {
    {"status", "Show zram devices and what they hold", add_status},
    {"create", "Make a zram device, and swap on it if asked", add_create},
    {"remove", "Remove zram devices that nobody uses", add_remove},
    {"doctor", "Check what this machine needs for trueno's codecs", add_doctor},
    {"counters", "Show what the module's codecs did and chose", add_counters},
    {"crypto", "Show the compressors of the kernel's crypto API", add_crypto},
    {"module", "Load, unload or show the module trueno", add_module},
    {"metrics", "Print, write or serve what Prometheus samples", add_metrics},
    {"monitor", "Report what happens to zram devices, as it happens", add_monitor},
    {"top", "Watch zram devices and codecs on a terminal", add_top},
    {"bench", "Measure codecs on real pages", add_bench},
    {"verify", "Check codecs against each other on real pages", add_verify},
};

}  // namespace

std::span<const Subcommand> subcommands() {
    return kSubcommands;
}

}  // namespace truenoctl
