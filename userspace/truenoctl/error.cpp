// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "error.hpp"

#include <fmt/format.h>

namespace truenoctl {

std::string describe(const Error& error) {
    std::string text = fmt::format("truenoctl: {}\n", error.reason);
    if (!error.remedy.empty()) {
        text += fmt::format("HINT: {}\n", error.remedy);
    }
    return text;
}

}  // namespace truenoctl
