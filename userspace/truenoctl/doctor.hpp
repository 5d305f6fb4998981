// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The parts of truenoctl doctor that depend on their arguments alone.
#ifndef TRUENOCTL_DOCTOR_HPP
#define TRUENOCTL_DOCTOR_HPP

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "modules.hpp"
#include "table.hpp"

namespace truenoctl {

enum class CheckState {
    ok,
    advice,  ///< works, but another setting suits compressed swap better
    problem,
};

struct Check {
    std::string name;
    CheckState state = CheckState::ok;
    std::string detail;
    std::string remedy;  ///< given with advice and problems
};

/// A problem if @p release, as uname(2) gives it, is older than trueno supports.
Check check_kernel(const std::string& release);

/// Whether zram of kernel @p release takes compressors from its own table only,
/// to which the module trueno_zram adds trueno's.
bool needs_bridge(const std::string& release);

/// @p bridge: the module trueno_zram. A problem if zram does not or will not
/// know trueno's names.
Check check_bridge(const ModuleInfo& bridge, bool zram_loaded);

/// The settings of swap that matter to compressed memory; what is not known is
/// not there.
struct SwapSettings {
    std::vector<std::string> zram_swaps;  ///< swap areas on zram
    bool zswap_enabled = false;
    std::string zswap_compressor;  ///< that is used
    std::string zswap_wanted;      ///< on the kernel's command line; empty if not set there
    std::optional<int> swappiness;
    std::optional<int> page_cluster;
};

/// A problem if zswap sits in front of swap on zram: it takes the pages first,
/// and what it writes back is compressed a second time.
Check check_swap_layers(const SwapSettings& settings);

/// Advice if the kernel prefers dropping file pages to swapping to memory.
/// vm.swappiness is from 0 to 200, 100 for swap as fast as files
/// (Documentation/admin-guide/sysctl/vm.rst).
Check check_swappiness(const SwapSettings& settings);

/// Advice if more than one page is read at once: vm.page-cluster is the
/// logarithm of their number.
Check check_page_cluster(const SwapSettings& settings);

/// A problem if zswap is on and its compressor is not that of the kernel's
/// command line: at boot its module may not have been at hand.
Check check_zswap_compressor(const SwapSettings& settings);

/// The value that @p command_line gives @p parameter; the last one counts.
std::string find_kernel_parameter(std::string_view command_line, std::string_view parameter);

/// @p missing: names that the kernel's configuration offers and for which no
/// module is installed.
Check check_algorithm_modules(const std::vector<std::string>& present,
                              const std::vector<std::string>& missing);

/// @p enabled: nothing on a machine without EFI. A problem if the module that
/// is installed is not signed and must be.
Check check_secure_boot(std::optional<bool> enabled, const ModuleInfo& module);

/// The content of the EFI variable SecureBoot: four bytes of attributes, then
/// one that is 1 if it is on.
std::optional<bool> parse_secure_boot(std::string_view content);

/// Options of a kernel, "CONFIG_ZRAM" by name, that are y, m, a number or text.
using KernelConfig = std::map<std::string, std::string>;
KernelConfig parse_kernel_config(std::string_view text);

/// A problem if zram or swap are not built. Empty: no configuration was found.
Check check_kernel_config(const KernelConfig& config);

/// What trueno.ko shows in /sys/module/trueno/codecs/FORMAT.
struct CodecState {
    std::string compress;
    std::string decompress;
    std::vector<std::string> variants;
    std::string fallback;  ///< runs where SIMD registers cannot be used
};

CodecState parse_codec_state(std::string_view text);

/// A line for each check, then a HINT line for each that is not ok.
std::string to_text(const std::vector<Check>& checks);
Json to_json(const std::vector<Check>& checks);

}  // namespace truenoctl

#endif  // TRUENOCTL_DOCTOR_HPP
