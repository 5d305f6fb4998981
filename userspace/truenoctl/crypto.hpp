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

/// One registered implementation of an algorithm.
struct CryptoAlgorithm {
    std::string name;
    std::string driver;
    std::string module;  ///< "kernel" if it is built in
    std::string type;
    int priority = 0;  ///< of several drivers of a name the highest serves
    int references = 0;
    bool self_test_passed = false;  ///< or there is no test for this algorithm

    /// Whether zram or zswap can use it.
    bool is_compressor() const {
        return type == "compression" || type == "scomp" || type == "acomp";
    }
};

/// The content of /proc/crypto.
std::vector<CryptoAlgorithm> parse_crypto(std::string_view text);

/// All that is registered, asked for by netlink (linux/cryptouser.h). Needs a
/// kernel with CONFIG_CRYPTO_USER, whose module the kernel then loads.
Result<std::vector<CryptoAlgorithm>> request_crypto();

/// The compressors of /proc/crypto; empty without that file.
std::vector<CryptoAlgorithm> read_compressors(const SystemRoot& root = {});

}  // namespace truenoctl

#endif  // TRUENOCTL_CRYPTO_HPP
