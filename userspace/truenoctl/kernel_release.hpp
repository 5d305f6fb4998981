// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#ifndef TRUENOCTL_KERNEL_RELEASE_HPP
#define TRUENOCTL_KERNEL_RELEASE_HPP

#include <string>
#include <string_view>
#include <utility>

namespace truenoctl {

/// The running kernel's, as uname(2) has it: "6.1.0-56-amd64".
std::string kernel_release();

/// The first two numbers of a release, to be compared; {0, 0} if it does not
/// begin with two.
std::pair<int, int> parse_release(std::string_view release);

}  // namespace truenoctl

#endif  // TRUENOCTL_KERNEL_RELEASE_HPP
