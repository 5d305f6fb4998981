// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Signals as something to wait for, so that whatever was begun can be ended.
#ifndef TRUENOCTL_SIGNAL_WAIT_HPP
#define TRUENOCTL_SIGNAL_WAIT_HPP

#include <initializer_list>

#include "file_descriptor.hpp"

namespace truenoctl {

class SignalWait {
  public:
    /// Takes @p signals from their usual effect, in this thread and in those it
    /// starts from now on, until the process ends. Throws Fatal.
    explicit SignalWait(std::initializer_list<int> signals);

    /// Becomes readable when a signal is pending.
    int descriptor() const { return descriptor_.number(); }

    /// The number of the next signal; waits for one.
    int next() const;

  private:
    FileDescriptor descriptor_;
};

}  // namespace truenoctl

#endif  // TRUENOCTL_SIGNAL_WAIT_HPP
