// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// A change to the system in steps: taken one by one and undone together if one
// fails, or only told.
#ifndef TRUENOCTL_TRANSACTION_HPP
#define TRUENOCTL_TRANSACTION_HPP

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "error.hpp"
#include "rollback.hpp"

namespace truenoctl {

enum class Mode {
    take,  ///< take each step
    tell,  ///< a dry run: only remember what would be done
};

class Transaction {
  public:
    using Action = std::function<Result<void>()>;

    struct Undo {
        std::string what;  ///< for messages, such as "remove /dev/zram0"
        Action action;
    };

    explicit Transaction(Mode mode) : mode_(mode) {}

    bool is_dry_run() const { return mode_ == Mode::tell; }

    /// Takes a step unless this is a dry run; Fatal if it fails. @p what: the
    /// step as a dry run prints it, such as "swap on /dev/zram0".
    void take(std::string what, const Action& action, std::optional<Undo> undo = std::nullopt);

    /// Remembers how to undo what a step turned out to have done.
    void on_failure(Undo undo) { rollback_.add(std::move(undo.what), std::move(undo.action)); }

    /// Runs @p steps; if it throws Fatal, undoes the steps taken so far, the
    /// last one first, and throws the error extended by what was undone.
    void run(const std::function<void()>& steps);

    /// run() for steps that cannot be undone: the error is extended by those that
    /// were taken before.
    void run_for_good(const std::function<void()>& steps);

    /// What was or would be done, in order.
    const std::vector<std::string>& told() const { return told_; }

  private:
    Mode mode_;
    Rollback rollback_;
    std::vector<std::string> told_;
};

/// Prints each step of a dry run on a line of its own.
void print_steps(const Transaction& transaction);

}  // namespace truenoctl

#endif  // TRUENOCTL_TRANSACTION_HPP
