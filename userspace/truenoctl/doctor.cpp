// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl doctor: asks the kernel and the CPU everything once, and says what
// is missing for zram with trueno's codecs.
#include "doctor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <trueno/codec.h>
#include <trueno/cpu.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "crypto.hpp"
#include "doctor_system.hpp"
#include "kernel_release.hpp"
#include "modules.hpp"
#include "subcommand.hpp"
#include "zram.hpp"

namespace truenoctl {

namespace {

constexpr const char* kModule = "trueno";

Check check_zram(const ZramDriver& driver, const Modules& modules) {
    const ModuleInfo info = modules.info("zram");
    if (driver.loaded()) {
        return {"zram", CheckState::ok,
                fmt::format("{}, {} device(s)",
                            info.state == ModuleState::builtin ? "built in" : "loaded",
                            driver.devices().size()),
                ""};
    }
    if (info.state == ModuleState::available) {
        return {"zram", CheckState::ok, "not loaded; 'truenoctl create' loads it", ""};
    }
    return {"zram", CheckState::problem, "this kernel has no zram",
            "install a kernel with CONFIG_ZRAM; Debian's linux-image-amd64 has it"};
}

std::string module_remedy(const std::string& release) {
    std::string remedy = "'make dkms-install' in trueno's source tree builds and installs it";
    const std::filesystem::path headers = std::filesystem::path("/lib/modules") / release / "build";
    if (!std::filesystem::exists(headers)) {
        remedy = fmt::format("install the package linux-headers-{}; then {}", release, remedy);
    }
    return remedy;
}

Check check_module(const ModuleInfo& info, const std::string& release) {
    const std::string version = info.version.empty() ? "" : fmt::format(" {}", info.version);
    switch (info.state) {
        case ModuleState::missing:
            return {"module", CheckState::problem,
                    fmt::format("{} is not installed for kernel {}", kModule, release),
                    module_remedy(release)};
        case ModuleState::available:
            return {"module", CheckState::ok,
                    fmt::format("{}{} is installed, not loaded; the first use of a trueno "
                                "algorithm loads it",
                                kModule, version),
                    ""};
        case ModuleState::loaded:
        case ModuleState::builtin:
            break;
    }
    const std::string running =
        read_attribute(std::filesystem::path("/sys/module") / kModule / "version").value_or("");
    if (!info.version.empty() && running != info.version) {
        return {"module", CheckState::problem,
                fmt::format("{} {} is loaded, but {} is installed", kModule, running, info.version),
                "reload it when no device uses it: 'truenoctl module unload && truenoctl module "
                "load'"};
    }
    return {"module", CheckState::ok, fmt::format("{} {} is loaded", kModule, running), ""};
}

std::vector<std::string> cpu_feature_names() {
    std::vector<std::string> names;
    const std::uint32_t features = trueno_cpu_features();
    for (unsigned bit = 0; bit < 32; ++bit) {
        const char* name = trueno_cpu_feature_name(bit);
        if (name != nullptr && (features & (1u << bit)) != 0) {
            names.emplace_back(name);
        }
    }
    return names;
}

Check check_cpu() {
    const std::vector<std::string> names = cpu_feature_names();
    std::string detail = names.empty() ? "no instruction set that the codecs have variants for"
                                       : fmt::format("{}", fmt::join(names, " "));
    if (const char* disabled = std::getenv("TRUENO_CPU_DISABLE")) {
        detail += fmt::format(" (TRUENO_CPU_DISABLE={} is set)", disabled);
    }
    return {"cpu", CheckState::ok, detail, ""};
}

struct Format {
    std::string name;
    std::vector<std::string> variants;  // usable here, best first
};

std::vector<Format> usable_formats() {
    std::vector<Format> formats;
    for (unsigned i = 0; const trueno_codec* codec = trueno_codec_at(i); ++i) {
        const std::string name = trueno_codec_format_name(codec);
        if (formats.empty() || formats.back().name != name) {
            formats.push_back({name, {}});
        }
        formats.back().variants.emplace_back(trueno_codec_isa_name(codec));
    }
    return formats;
}

// Which variant runs, and why that one.
Check check_codec(const Format& format) {
    const std::filesystem::path module = std::filesystem::path("/sys/module") / kModule;
    const SystemResult<std::string> state = read_attribute(module / "codecs" / format.name);
    if (!state) {
        return {format.name, CheckState::ok,
                fmt::format("{} would be chosen: the best of {} on this CPU",
                            format.variants.front(), fmt::join(format.variants, ", ")),
                ""};
    }
    const CodecState chosen = parse_codec_state(*state);
    std::string reason =
        fmt::format("the best of {} that passed the self-test", fmt::join(chosen.variants, ", "));
    std::vector<std::string> forced;
    for (const char* parameter : {"isa", "isa_compress", "isa_decompress"}) {
        const std::string value =
            read_attribute(module / "parameters" / parameter).value_or("auto");
        if (value != "auto") {
            forced.push_back(fmt::format("{}={}", parameter, value));
        }
    }
    if (!forced.empty()) {
        reason = fmt::format("the module was loaded with {}", fmt::join(forced, " "));
    }
    return {
        format.name, CheckState::ok,
        fmt::format("compress {}, decompress {}: {}", chosen.compress, chosen.decompress, reason),
        ""};
}

Check check_crypto(const std::vector<Format>& formats, bool module_loaded) {
    const std::vector<CryptoAlgorithm> compressors = read_compressors();
    std::vector<std::string> drivers;
    std::vector<std::string> absent;
    for (const Format& format : formats) {
        std::vector<std::string> drivers_of_format;
        for (const CryptoAlgorithm& compressor : compressors) {
            if (compressor.name == format.name) {
                drivers_of_format.push_back(compressor.driver);
            }
        }
        if (drivers_of_format.empty()) {
            absent.push_back(format.name);
        } else {
            drivers.push_back(
                fmt::format("{} by {}", format.name, fmt::join(drivers_of_format, " and ")));
        }
    }
    if (!module_loaded) {
        return {"crypto", CheckState::ok,
                fmt::format("{} not registered: the module is not loaded", fmt::join(absent, ", ")),
                ""};
    }
    if (!absent.empty()) {
        return {
            "crypto", CheckState::problem,
            fmt::format("{} not registered although the module is loaded", fmt::join(absent, ", ")),
            "a codec that fails its self-test is dropped: 'dmesg | grep trueno' says which; "
            "an older module than this tool does not have every codec"};
    }
    return {"crypto", CheckState::ok, fmt::format("{}", fmt::join(drivers, ", ")), ""};
}

std::vector<Check> run_checks() {
    const Modules modules;
    const ZramDriver driver;
    const std::string release = kernel_release();
    const ModuleInfo module = modules.info(kModule);
    const std::vector<Format> formats = usable_formats();
    std::vector<Check> checks = {check_kernel(release), check_zram(driver, modules),
                                 check_module(module, release), check_cpu()};
    if (needs_bridge(release)) {
        checks.push_back(check_bridge(modules.info("trueno_zram"), driver.loaded()));
    }
    for (const Format& format : formats) {
        checks.push_back(check_codec(format));
    }
    checks.push_back(check_crypto(
        formats, module.state == ModuleState::loaded || module.state == ModuleState::builtin));
    for (Check& check : check_system(release, modules, module)) {
        checks.push_back(std::move(check));
    }
    return checks;
}

ExitStatus diagnose(bool json) {
    const std::vector<Check> checks = run_checks();
    print(json ? to_json_text(to_json(checks)) : to_text(checks));
    for (const Check& check : checks) {
        if (check.state == CheckState::problem) {
            return ExitStatus::problem_found;
        }
    }
    return ExitStatus::success;
}

}  // namespace

Run add_doctor(CLI::App& app) {
    auto json = std::make_shared<bool>(false);
    app.add_flag("--json", *json, "Print JSON");
    return [json] { return diagnose(*json); };
}

}  // namespace truenoctl
