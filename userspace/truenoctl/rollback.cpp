// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "rollback.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace truenoctl {

Error Rollback::undo_all(Error cause) {
    std::vector<std::string> undone;
    std::vector<std::string> failed;
    while (!steps_.empty()) {
        const Step step = std::move(steps_.back());
        steps_.pop_back();
        if (const Result<void> result = step.undo()) {
            undone.push_back(step.what);
        } else {
            failed.push_back(result.error().reason);
        }
    }
    if (!undone.empty()) {
        cause.reason += fmt::format("\nundone: {}", fmt::join(undone, ", "));
    }
    if (!failed.empty()) {
        cause.reason += fmt::format("\nnot undone: {}", fmt::join(failed, ", "));
    }
    return cause;
}

}  // namespace truenoctl
