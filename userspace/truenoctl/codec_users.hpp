// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Who in the kernel compresses with trueno's codecs.
#ifndef TRUENOCTL_CODEC_USERS_HPP
#define TRUENOCTL_CODEC_USERS_HPP

#include <string>
#include <vector>

#include "sysfs.hpp"

namespace truenoctl {

struct CodecUser {
    std::string name;       ///< "/dev/zram0" or "zswap"
    std::string algorithm;  ///< such as "trueno-lz4"
};

/// The zram devices that have a size and one of trueno's algorithms, the second
/// ones that recompress included, and zswap if its compressor is one.
std::vector<CodecUser> find_codec_users(const SystemRoot& root = {});

}  // namespace truenoctl

#endif  // TRUENOCTL_CODEC_USERS_HPP
