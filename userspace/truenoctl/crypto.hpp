// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The compressors of the kernel's crypto API.
#ifndef TRUENOCTL_CRYPTO_HPP
#define TRUENOCTL_CRYPTO_HPP

#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"
#include "sysfs.hpp"

namespace truenoctl {

/// One entry of /proc/crypto.
struct CryptoAlgorithm {
    std::string name;
    std::string driver;
    std::string module;
    std::string type;
    int priority = 0;
    int references = 0;

    /// Whether zram or zswap can use it.
    bool is_compressor() const {
        return type == "compression" || type == "scomp" || type == "acomp";
    }
};

std::vector<CryptoAlgorithm> parse_crypto(std::string_view text);

/// The compressors of /proc/crypto; empty without that file.
std::vector<CryptoAlgorithm> read_compressors(const SystemRoot& root = {});

}  // namespace truenoctl

#endif  // TRUENOCTL_CRYPTO_HPP
