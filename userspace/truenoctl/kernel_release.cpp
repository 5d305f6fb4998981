// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "kernel_release.hpp"

#include <sys/utsname.h>

#include <sstream>

namespace truenoctl {

std::string kernel_release() {
    utsname names = {};
    uname(&names);
    return names.release;
}

std::pair<int, int> parse_release(std::string_view release) {
    std::istringstream text{std::string(release)};
    std::pair<int, int> version{0, 0};
    char point = 0;
    if (text >> version.first >> point >> version.second && point == '.') {
        return version;
    }
    return {0, 0};
}

}  // namespace truenoctl
