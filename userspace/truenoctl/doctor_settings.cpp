// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// doctor's checks of settings outside trueno: swap, zswap, Secure Boot and the
// kernel's configuration.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

#include "doctor.hpp"

namespace truenoctl {

namespace {

constexpr int kSwappinessOfFastSwap = 100;

Check check_without_advice(const char* name, const SwapSettings& settings,
                           std::optional<int> value) {
    const std::string text = value ? fmt::to_string(*value) : "cannot be read";
    return {name, CheckState::ok,
            settings.zram_swaps.empty() ? text + "; no swap area is on zram" : text, ""};
}

}  // namespace

Check check_swap_layers(const SwapSettings& settings) {
    const std::string zswap = settings.zswap_enabled
                                  ? fmt::format("zswap is on ({})", settings.zswap_compressor)
                                  : "zswap is off";
    if (settings.zram_swaps.empty()) {
        return {"swap", CheckState::ok, fmt::format("{}, no swap area is on zram", zswap), ""};
    }
    const std::string areas = fmt::format("{}", fmt::join(settings.zram_swaps, ", "));
    if (settings.zswap_enabled) {
        return {
            "swap", CheckState::problem,
            fmt::format("{} in front of swap on {}: pages are compressed twice", zswap, areas),
            "'echo N >/sys/module/zswap/parameters/enabled' turns zswap off, and zswap.enabled=0 "
            "on the kernel's command line keeps it off; or swap to a disk below zswap"};
    }
    return {"swap", CheckState::ok, fmt::format("on {}; {}", areas, zswap), ""};
}

Check check_swappiness(const SwapSettings& settings) {
    if (settings.zram_swaps.empty() || !settings.swappiness) {
        return check_without_advice("swappiness", settings, settings.swappiness);
    }
    if (*settings.swappiness < kSwappinessOfFastSwap) {
        return {"swappiness", CheckState::advice,
                fmt::format("{}: the kernel would rather drop files than swap to zram",
                            *settings.swappiness),
                "'sysctl vm.swappiness=100' takes both for equally fast, up to 200 prefers zram; "
                "a file in /etc/sysctl.d keeps it"};
    }
    return {"swappiness", CheckState::ok, fmt::to_string(*settings.swappiness), ""};
}

Check check_page_cluster(const SwapSettings& settings) {
    if (settings.zram_swaps.empty() || !settings.page_cluster) {
        return check_without_advice("page-cluster", settings, settings.page_cluster);
    }
    if (*settings.page_cluster > 0) {
        return {"page-cluster", CheckState::advice,
                fmt::format("{}: up to {} pages are decompressed when one is needed",
                            *settings.page_cluster, 1u << (*settings.page_cluster & 31)),
                "'sysctl vm.page-cluster=0' reads one: zram has no seeks to save; a file in "
                "/etc/sysctl.d keeps it"};
    }
    return {"page-cluster", CheckState::ok, fmt::to_string(*settings.page_cluster), ""};
}

Check check_zswap_compressor(const SwapSettings& settings) {
    if (settings.zswap_compressor.empty()) {
        return {"zswap", CheckState::ok, "not in this kernel", ""};
    }
    if (!settings.zswap_enabled || settings.zswap_wanted.empty() ||
        settings.zswap_wanted == settings.zswap_compressor) {
        return {"zswap", CheckState::ok,
                fmt::format("{}compressor {}", settings.zswap_enabled ? "" : "off; ",
                            settings.zswap_compressor),
                ""};
    }
    return {"zswap", CheckState::problem,
            fmt::format("zswap.compressor={} is on the kernel's command line, but {} is used",
                        settings.zswap_wanted, settings.zswap_compressor),
            fmt::format("unless it was changed since, its module was not at hand at boot: add it "
                        "to the initial RAM disk (a "
                        "line in /etc/initramfs-tools/modules, then update-initramfs -u), or "
                        "'echo {} >/sys/module/zswap/parameters/compressor' after boot",
                        settings.zswap_wanted)};
}

std::string find_kernel_parameter(std::string_view command_line, std::string_view parameter) {
    std::istringstream words{std::string(command_line)};
    std::string value;
    for (std::string word; words >> word;) {
        const std::size_t equals = word.find('=');
        if (equals != std::string::npos && std::string_view(word).substr(0, equals) == parameter) {
            value = word.substr(equals + 1);
        }
    }
    return value;
}

Check check_algorithm_modules(const std::vector<std::string>& present,
                              const std::vector<std::string>& missing) {
    std::string detail = fmt::format(
        "{} can be used",
        present.empty() ? "none of the kernel's own" : fmt::format("{}", fmt::join(present, ", ")));
    if (missing.empty()) {
        return {"algorithms", CheckState::ok, detail, ""};
    }
    return {
        "algorithms", CheckState::advice,
        fmt::format("{}; configured, but without a module: {}", detail, fmt::join(missing, ", ")),
        "install the kernel's complete package (Debian: linux-image-amd64 rather than a part "
        "of it), and run depmod"};
}

Check check_secure_boot(std::optional<bool> enabled, const ModuleInfo& module) {
    if (!enabled) {
        return {"secure-boot", CheckState::ok, "this machine has none", ""};
    }
    if (!*enabled) {
        return {"secure-boot", CheckState::ok, "off", ""};
    }
    if (!module.path.empty() && module.signer.empty()) {
        return {"secure-boot", CheckState::problem,
                fmt::format("on, and {} is not signed: the kernel will refuse it", module.path),
                "DKMS signs what it builds: 'make dkms-install' in trueno's source tree, then "
                "'mokutil --import /var/lib/dkms/mok.pub' and a reboot to enrol the key"};
    }
    return {
        "secure-boot", CheckState::ok,
        module.signer.empty() ? "on" : fmt::format("on; the module's signer: {}", module.signer),
        ""};
}

std::optional<bool> parse_secure_boot(std::string_view content) {
    constexpr std::size_t kAttributeBytes = 4;
    if (content.size() != kAttributeBytes + 1) {
        return std::nullopt;
    }
    return content.back() == 1;
}

KernelConfig parse_kernel_config(std::string_view text) {
    KernelConfig config;
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
        const std::size_t equals = line.find('=');
        if (line.starts_with("CONFIG_") && equals != std::string::npos) {
            config[line.substr(0, equals)] = line.substr(equals + 1);
        }
    }
    return config;
}

Check check_kernel_config(const KernelConfig& config) {
    if (config.empty()) {
        return {"config", CheckState::ok, "neither /boot nor /proc has the kernel's configuration",
                ""};
    }
    std::vector<std::string> set;
    std::vector<std::string> unset;
    for (const char* name : {"SWAP", "ZRAM", "ZRAM_WRITEBACK", "ZRAM_MULTI_COMP",
                             "ZRAM_MEMORY_TRACKING", "ZSWAP", "CRYPTO_USER", "DEBUG_FS"}) {
        const auto option = config.find(fmt::format("CONFIG_{}", name));
        if (option == config.end()) {
            unset.emplace_back(name);
        } else {
            set.push_back(fmt::format("{}={}", name, option->second));
        }
    }
    const std::string detail = fmt::format(
        "{}{}{}", fmt::join(set, " "), unset.empty() ? "" : "; not set: ", fmt::join(unset, " "));
    for (const char* needed : {"CONFIG_ZRAM", "CONFIG_SWAP"}) {
        if (config.count(needed) == 0) {
            return {
                "config", CheckState::problem, detail,
                fmt::format("install a kernel with {}; Debian's linux-image-amd64 has it", needed)};
        }
    }
    return {"config", CheckState::ok, detail, ""};
}

}  // namespace truenoctl
