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
    }
}

void print_steps(const Transaction& transaction) {
    print(fmt::format("{}\n", fmt::join(transaction.told(), "\n")));
}

}  // namespace truenoctl
