// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Compression algorithms of a zram device: as the user names them, as the
// kernel wants them written, and what to say when it does not take one.
#ifndef TRUENOCTL_ZRAM_ALGORITHM_HPP
#define TRUENOCTL_ZRAM_ALGORITHM_HPP

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"
#include "modules.hpp"
#include "transaction.hpp"
#include "zram.hpp"

namespace truenoctl {

/// zram keeps the primary algorithm, priority 0, and up to three to recompress with.
constexpr unsigned kRecompressionPriorityMax = 3;

/// An algorithm with the parameters of the attribute algorithm_params.
struct AlgorithmChoice {
    std::string name;
    unsigned priority = 0;  ///< 0: the primary one; 1 to 3: recomp_algorithm's
    std::optional<int> level;
    std::string dictionary;          ///< a file's absolute path; empty: none
    std::optional<int> window_bits;  ///< deflate.winbits

    bool has_parameters() const { return level || !dictionary.empty() || window_bits; }
};

/// Reads "zstd" or "zstd,level=3,dict=/etc/pages.dict,deflate.winbits=12".
/// Usage errors quote @p text. The priority is left at 0.
Result<AlgorithmChoice> parse_algorithm_choice(std::string_view text);

/// What is written to algorithm_params: "priority=0 level=3 dict=/etc/pages.dict".
std::string algorithm_parameters(const AlgorithmChoice& choice);

/// The selected names in recomp_algorithm, such as {1, "zstd"} of
/// "#1: lzo [zstd]".
struct Recompression {
    unsigned priority;
    std::string name;
};
std::vector<Recompression> parse_recompression(std::string_view text);

/// The device's recomp_algorithm; Fatal if it has none to recompress with.
std::vector<Recompression> require_recompression(const ZramDevice& device);

/// The one with this name or priority; Fatal, naming those there are.
Recompression find_recompression(const ZramDevice& device, const std::string& name);
Recompression find_recompression(const ZramDevice& device, unsigned priority);

/// The parameters that limit recompress to it.
std::string only_with(const Recompression& algorithm);

/// Loads a module by name or alias as a step; undoing it unloads what it loaded.
void load_module(Transaction& transaction, const Modules& modules, const std::string& alias,
                 const std::string& parameters = {});

/// Loads the driver, without the device it makes of its own accord, as a step
/// if it is not loaded yet.
void load_zram(Transaction& transaction, const Modules& modules, const ZramDriver& driver);

/// Loads the module that registers @p algorithm, if there is one, as a step.
void load_algorithm(Transaction& transaction, const Modules& modules, const std::string& algorithm);

/// Names the algorithms that the device would take.
Error describe_unknown_algorithm(const ZramDevice& device, const Modules& modules,
                                 const std::string& algorithm);

}  // namespace truenoctl

#endif  // TRUENOCTL_ZRAM_ALGORITHM_HPP
