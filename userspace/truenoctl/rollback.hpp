// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// All-or-nothing: each step that succeeds says how it is undone.
#ifndef TRUENOCTL_ROLLBACK_HPP
#define TRUENOCTL_ROLLBACK_HPP

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "error.hpp"

namespace truenoctl {

class Rollback {
  public:
    using Undo = std::function<Result<void>()>;

    /// @p what: what is undone, for messages, such as "remove /dev/zram0".
    void add(std::string what, Undo undo) { steps_.push_back({std::move(what), std::move(undo)}); }

    /// Undoes all steps, the last one first, whatever fails on the way.
    /// Returns @p cause, its reason extended by what was undone and what could
    /// not be.
    Error undo_all(Error cause);

  private:
    struct Step {
        std::string what;
        Undo undo;
    };
    std::vector<Step> steps_;
};

}  // namespace truenoctl

#endif  // TRUENOCTL_ROLLBACK_HPP
