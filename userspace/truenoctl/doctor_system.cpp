// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "doctor_system.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include "crypto.hpp"
#include "zram.hpp"

namespace truenoctl {

namespace fs = std::filesystem;

namespace {

// Of the EFI's own variables.
constexpr const char* kSecureBoot =
    "firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

// The kernel's compressors that zram or zswap take, and what switches them on.
constexpr std::pair<const char*, const char*> kKernelAlgorithms[] = {
    {"lzo", "CONFIG_CRYPTO_LZO"},         {"lz4", "CONFIG_CRYPTO_LZ4"},
    {"lz4hc", "CONFIG_CRYPTO_LZ4HC"},     {"zstd", "CONFIG_CRYPTO_ZSTD"},
    {"deflate", "CONFIG_CRYPTO_DEFLATE"}, {"842", "CONFIG_CRYPTO_842"},
};

std::optional<int> read_integer(const fs::path& file) {
    const SystemResult<std::string> text = read_attribute(file);
    int number = 0;
    if (!text ||
        std::from_chars(text->data(), text->data() + text->size(), number).ec != std::errc()) {
        return std::nullopt;
    }
    return number;
}

struct GzipCloser {
    void operator()(gzFile_s* file) const { gzclose(file); }
};

// Reads a file that is not compressed as it is.
std::string read_compressed(const fs::path& file) {
    std::string content;
    const std::unique_ptr<gzFile_s, GzipCloser> opened(gzopen(file.c_str(), "r"));
    if (opened == nullptr) {
        return content;
    }
    char buffer[16384];
    for (int length = 0; (length = gzread(opened.get(), buffer, sizeof(buffer))) > 0;) {
        content.append(buffer, static_cast<std::size_t>(length));
    }
    return content;
}

Check check_algorithms(const KernelConfig& config, const Modules& modules, const SystemRoot& root) {
    const std::vector<CryptoAlgorithm> compressors = read_compressors(root);
    std::vector<std::string> present;
    std::vector<std::string> missing;
    for (const auto& [name, option] : kKernelAlgorithms) {
        bool registered = false;
        for (const CryptoAlgorithm& compressor : compressors) {
            registered = registered || compressor.name == name;
        }
        if (registered || modules.knows(fmt::format("crypto-{}", name))) {
            present.emplace_back(name);
        } else if (config.count(option) != 0) {
            missing.emplace_back(name);
        }
    }
    return check_algorithm_modules(present, missing);
}

}  // namespace

SwapSettings read_swap_settings(const SystemRoot& root) {
    SwapSettings settings;
    for (const ZramDevice& device : ZramDriver(root).devices()) {
        const Result<DeviceUse> use = device.use();
        if (use && use->swap) {
            settings.zram_swaps.push_back(device.device());
        }
    }
    const fs::path zswap = root.sys() / "module/zswap/parameters";
    settings.zswap_enabled = read_attribute(zswap / "enabled").value_or("N") == "Y";
    settings.zswap_compressor = read_attribute(zswap / "compressor").value_or("");
    settings.zswap_wanted = find_kernel_parameter(
        read_attribute(root.proc() / "cmdline").value_or(""), "zswap.compressor");
    settings.swappiness = read_integer(root.proc() / "sys/vm/swappiness");
    settings.page_cluster = read_integer(root.proc() / "sys/vm/page-cluster");
    return settings;
}

KernelConfig read_kernel_config(const std::string& release, const SystemRoot& root) {
    for (const fs::path& file :
         {root.path / "boot" / ("config-" + release), root.proc() / "config.gz"}) {
        KernelConfig config = parse_kernel_config(read_compressed(file));
        if (!config.empty()) {
            return config;
        }
    }
    return {};
}

std::vector<Check> check_system(const std::string& release, const Modules& modules,
                                const ModuleInfo& module, const SystemRoot& root) {
    const SwapSettings settings = read_swap_settings(root);
    const KernelConfig config = read_kernel_config(release, root);
    const SystemResult<std::string> secure_boot = read_attribute(root.sys() / kSecureBoot);
    return {check_swap_layers(settings),
            check_swappiness(settings),
            check_page_cluster(settings),
            check_zswap_compressor(settings),
            check_algorithms(config, modules, root),
            check_secure_boot(parse_secure_boot(secure_boot.value_or("")), module),
            check_kernel_config(config)};
}

}  // namespace truenoctl
