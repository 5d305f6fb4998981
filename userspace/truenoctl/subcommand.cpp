// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "subcommand.hpp"

namespace truenoctl {

namespace {

constexpr Subcommand kSubcommands[] = {
    {"status", "Show zram devices and what they hold", add_status},
    {"create", "Make a zram device, and swap on it if asked", add_create},
    {"remove", "Remove zram devices that nobody uses", add_remove},
    {"find", "Print a zram device that is not set up yet, or make one", add_find},
    {"set", "Change what may be changed on a zram device", add_set},
    {"reset", "Empty zram devices that nobody uses", add_reset},
    {"idle", "Mark pages of zram devices idle", add_idle},
    {"recompress", "Compress pages once more with a denser algorithm", add_recompress},
    {"writeback", "Write pages back to the backing device", add_writeback},
    {"tune", "Recompress and write back cold pages by a policy", add_tune},
    {"compact", "Let zram's allocator give back pages", add_compact},
    {"zramctl", "Do what zramctl(8) does, with its options", nullptr, run_zramctl},
    {"doctor", "Check what this machine needs for trueno's codecs", add_doctor},
    {"counters", "Show what the module's codecs did and chose", add_counters},
    {"crypto", "Show the compressors of the kernel's crypto API", add_crypto},
    {"module", "Load, unload or show the module trueno", add_module},
    {"metrics", "Print, write or serve what Prometheus samples", add_metrics},
    {"monitor", "Report what happens to zram devices, as it happens", add_monitor},
    {"top", "Watch zram devices and codecs on a terminal", add_top},
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
