// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "zram_algorithm.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <trueno/codec.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>

#include "crypto.hpp"

namespace truenoctl {

namespace {

constexpr const char* kChoiceRemedy =
    "write a name and parameters after commas: zstd,level=3,dict=/etc/pages.dict or "
    "deflate,deflate.winbits=-12";

std::optional<int> parse_integer(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

bool is_word(std::string_view text) {
    return !text.empty() && text.find_first_of(" \t\n=[]") == std::string_view::npos;
}

// False if the kernel has no such parameter or the value cannot be one.
bool set_parameter(AlgorithmChoice& choice, std::string_view key, std::string_view value) {
    if (key == "level") {
        choice.level = parse_integer(value);
        return choice.level.has_value();
    }
    if (key == "deflate.winbits") {
        choice.window_bits = parse_integer(value);
        return choice.window_bits.has_value();
    }
    if (key == "dict" && value.starts_with('/') &&
        value.find_first_of(" \t\n\"") == std::string_view::npos) {
        choice.dictionary = value;
        return true;
    }
    return false;
}

// What the crypto API asks modprobe for.
std::string crypto_alias(const std::string& algorithm) {
    return fmt::format("crypto-{}", algorithm);
}

bool is_registered(const std::string& algorithm) {
    const std::vector<CryptoAlgorithm> compressors = read_compressors();
    return std::any_of(compressors.begin(), compressors.end(),
                       [&](const CryptoAlgorithm& c) { return c.name == algorithm; });
}

// @p asked: what nobody of them is, for the message.
template <class Matches>
Recompression find_matching(const ZramDevice& device, const std::string& asked, Matches matches) {
    const std::vector<Recompression> there = require_recompression(device);
    const auto found = std::find_if(there.begin(), there.end(), matches);
    if (found != there.end()) {
        return *found;
    }
    std::vector<std::string> known;
    for (const Recompression& algorithm : there) {
        known.push_back(fmt::format("{} (priority {})", algorithm.name, algorithm.priority));
    }
    throw Fatal({fmt::format("{} does not recompress with {}", device.device().string(), asked),
                 fmt::format("it does with {}", fmt::join(known, ", "))});
}

}  // namespace

Result<AlgorithmChoice> parse_algorithm_choice(std::string_view text) {
    std::istringstream parts{std::string(text)};
    AlgorithmChoice choice;
    std::getline(parts, choice.name, ',');
    if (!is_word(choice.name)) {
        return usage_failure(fmt::format("'{}' does not name an algorithm", text), kChoiceRemedy);
    }
    std::string part;
    while (std::getline(parts, part, ',')) {
        const std::size_t equals = part.find('=');
        const bool known = equals != std::string::npos &&
                           set_parameter(choice, std::string_view(part).substr(0, equals),
                                         std::string_view(part).substr(equals + 1));
        if (!known) {
            return usage_failure(
                fmt::format("'{}' is no parameter of an algorithm in '{}'", part, text),
                kChoiceRemedy);
        }
    }
    return choice;
}

std::string algorithm_parameters(const AlgorithmChoice& choice) {
    std::string parameters = fmt::format("priority={}", choice.priority);
    if (choice.level) {
        parameters += fmt::format(" level={}", *choice.level);
    }
    if (!choice.dictionary.empty()) {
        parameters += fmt::format(" dict={}", choice.dictionary);
    }
    if (choice.window_bits) {
        parameters += fmt::format(" deflate.winbits={}", *choice.window_bits);
    }
    return parameters;
}

std::vector<Recompression> parse_recompression(std::string_view text) {
    std::vector<Recompression> found;
    // Linux 7.3 counts offsets twice and leaves zero bytes between the lines.
    std::string printable(text);
    std::erase(printable, '\0');
    std::istringstream lines(printable);
    std::string line;
    while (std::getline(lines, line)) {
        const std::size_t colon = line.find(':');
        const std::optional<int> priority =
            line.starts_with('#') && colon != std::string::npos
                ? parse_integer(std::string_view(line).substr(1, colon - 1))
                : std::nullopt;
        if (priority) {
            found.push_back({static_cast<unsigned>(*priority),
                             parse_algorithms(std::string_view(line).substr(colon + 1)).selected});
        }
    }
    return found;
}

std::vector<Recompression> require_recompression(const ZramDevice& device) {
    const SystemResult<std::string> text = read_attribute(device.attribute("recomp_algorithm"));
    std::vector<Recompression> secondary =
        text ? parse_recompression(*text) : std::vector<Recompression>();
    if (secondary.empty()) {
        throw Fatal(
            {fmt::format("{} has no algorithm to recompress with", device.device().string()),
             "one is given before the size is set: 'truenoctl create --recompress'"});
    }
    return secondary;
}

Recompression find_recompression(const ZramDevice& device, const std::string& name) {
    return find_matching(device, fmt::format("'{}'", name),
                         [&](const Recompression& algorithm) { return algorithm.name == name; });
}

Recompression find_recompression(const ZramDevice& device, unsigned priority) {
    return find_matching(
        device, fmt::format("priority {}", priority),
        [&](const Recompression& algorithm) { return algorithm.priority == priority; });
}

std::string only_with(const Recompression& algorithm) {
    // Kernels before 6.14 know algo= only, and each overlooks what it does not know.
    return fmt::format("algo={} priority={}", algorithm.name, algorithm.priority);
}

void load_module(Transaction& transaction, const Modules& modules, const std::string& alias,
                 const std::string& parameters) {
    const std::string step =
        fmt::format("load module {}{}{}", alias, parameters.empty() ? "" : " ", parameters);
    transaction.take(step, [&]() -> Result<void> {
        const Result<std::vector<std::string>> loaded = modules.load(alias, parameters);
        if (!loaded) {
            return tl::unexpected(loaded.error());
        }
        // Undone last to first, so the module comes after what it depends on.
        for (auto name = loaded->rbegin(); name != loaded->rend(); ++name) {
            transaction.on_failure({fmt::format("unload {}", *name),
                                    [&modules, name = *name] { return modules.unload(name); }});
        }
        return {};
    });
}

void load_zram(Transaction& transaction, const Modules& modules, const ZramDriver& driver) {
    if (!driver.loaded()) {
        // Without the parameter zram makes a device that nobody asked for.
        load_module(transaction, modules, "zram", "num_devices=0");
    }
}

// A name that libkmod does not know may still be built into zram: the kernel
// has the last word, so nothing fails here but a module that cannot be loaded.
void load_algorithm(Transaction& transaction, const Modules& modules,
                    const std::string& algorithm) {
    const std::string alias = crypto_alias(algorithm);
    if (!is_registered(algorithm) && modules.knows(alias)) {
        load_module(transaction, modules, alias);
    }
}

Error describe_unknown_algorithm(const ZramDevice& device, const Modules& modules,
                                 const std::string& algorithm) {
    std::set<std::string> known;
    if (const Result<Algorithms> listed = device.algorithms()) {
        known.insert(listed->known.begin(), listed->known.end());
    }
    // A zram with parameters takes what it lists, an older one what the crypto API has.
    if (!device.has("algorithm_params")) {
        for (const CryptoAlgorithm& compressor : read_compressors()) {
            known.insert(compressor.name);
        }
    }
    for (unsigned i = 0; const trueno_codec* codec = trueno_codec_at(i); ++i) {
        const std::string name = trueno_codec_format_name(codec);
        if (modules.knows(crypto_alias(name))) {
            known.insert(name);
        }
    }
    Error error{
        fmt::format("{} does not accept algorithm '{}'", device.device().string(), algorithm),
        fmt::format("this kernel knows {}", fmt::join(known, ", "))};
    if (algorithm.starts_with("trueno-")) {
        error.remedy += "; 'truenoctl doctor' says what the trueno names need";
    }
    return error;
}

}  // namespace truenoctl
