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
    {"bench", "Measure codecs on real pages", add_bench},
    {"analyze", "Tell what memory is made of, and which codec suits it", add_analyze},
    {"capture", "Save pages of running processes to a file", add_capture},
    {"train", "Make a dictionary for pages like those of a file", add_train},
    {"report", "Show results of bench and analyze as a page for a browser", add_report},
    {"verify", "Check codecs against each other on real pages", add_verify},
};

}  // namespace

std::span<const Subcommand> subcommands() {
    return kSubcommands;
}

}  // namespace truenoctl
