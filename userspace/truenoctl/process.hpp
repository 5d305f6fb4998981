// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Running another program without a shell.
#ifndef TRUENOCTL_PROCESS_HPP
#define TRUENOCTL_PROCESS_HPP

#include <string>
#include <vector>

#include "error.hpp"

namespace truenoctl {

struct ProcessOutcome {
    int exit_status = 0;  ///< 128 + the signal's number if a signal ended it
    std::string output;   ///< standard output and standard error, as written
};

/// Runs @p arguments[0], looked up in PATH and then in the administrator's
/// directories, and waits for it. An error only if it cannot be started.
Result<ProcessOutcome> run_process(const std::vector<std::string>& arguments);

/// run_process(); also an error, with the last line of the output, if the
/// program's exit status is not 0.
Result<void> run_to_success(const std::vector<std::string>& arguments);

}  // namespace truenoctl

#endif  // TRUENOCTL_PROCESS_HPP
