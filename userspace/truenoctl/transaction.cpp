// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "transaction.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "table.hpp"

namespace truenoctl {

void Transaction::take(std::string what, const Action& action, std::optional<Undo> undo) {
    told_.push_back(std::move(what));
    if (is_dry_run()) {
        return;
    }
    value_or_throw(action());
    if (undo) {
        on_failure(std::move(*undo));
    }
}

void Transaction::run(const std::function<void()>& steps) {
    try {
        steps();
    } catch (const Fatal& fatal) {
        throw Fatal(rollback_.undo_all(fatal.error()));
    } catch (const std::exception& exception) {
        throw Fatal(rollback_.undo_all({exception.what(), ""}));
    }
}

void Transaction::run_for_good(const std::function<void()>& steps) {
    try {
        steps();
    } catch (const Fatal& fatal) {
        Error error = fatal.error();
        // The last one is the one that failed.
        if (told_.size() > 1) {
            error.reason +=
                fmt::format("\ndone before: {}", fmt::join(told_.begin(), told_.end() - 1, ", "));
        }
        throw Fatal(error);
    }
}

void print_steps(const Transaction& transaction) {
    print(fmt::format("{}\n", fmt::join(transaction.told(), "\n")));
}

}  // namespace truenoctl
