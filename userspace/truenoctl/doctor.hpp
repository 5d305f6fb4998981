// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The parts of truenoctl doctor that depend on their arguments alone.
#ifndef TRUENOCTL_DOCTOR_HPP
#define TRUENOCTL_DOCTOR_HPP

#include <string>
#include <string_view>
#include <vector>

#include "modules.hpp"
#include "table.hpp"

namespace truenoctl {

enum class CheckState { ok, problem };

struct Check {
    std::string name;
    CheckState state = CheckState::ok;
    std::string detail;
    std::string remedy;  ///< given if there is a problem
};

/// A problem if @p release, as uname(2) gives it, is older than trueno supports.
Check check_kernel(const std::string& release);

/// Whether zram of kernel @p release takes compressors from its own table only,
/// to which the module trueno_zram adds trueno's.
bool needs_bridge(const std::string& release);

/// @p bridge: the module trueno_zram. A problem if zram does not or will not
/// know trueno's names.
Check check_bridge(const ModuleInfo& bridge, bool zram_loaded);

/// What trueno.ko shows in /sys/module/trueno/codecs/FORMAT.
struct CodecState {
    std::string compress;
    std::string decompress;
    std::vector<std::string> variants;
};

CodecState parse_codec_state(std::string_view text);

/// A line for each check, then a HINT line for each problem.
std::string to_text(const std::vector<Check>& checks);
Json to_json(const std::vector<Check>& checks);

}  // namespace truenoctl

#endif  // TRUENOCTL_DOCTOR_HPP
