// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl module: loads and unloads trueno's modules, and shows how the
// loaded one is set and who uses it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "codec_users.hpp"
#include "doctor.hpp"
#include "modules.hpp"
#include "rollback.hpp"
#include "subcommand.hpp"
#include "table.hpp"

namespace truenoctl {

namespace {

namespace fs = std::filesystem;

constexpr const char* kModule = "trueno";
constexpr const char* kBridge = "trueno_zram";

struct ModuleOptions {
    std::string action = "show";
    std::vector<std::string> parameters;
    bool json = false;
};

bool is_loaded(const Modules& modules, const char* name) {
    return modules.info(name).state == ModuleState::loaded;
}

// A kernel takes a parameter that it does not know, and says so in its log only.
void check_parameters(const std::vector<std::string>& parameters,
                      const std::vector<std::string>& known) {
    for (const std::string& parameter : parameters) {
        const std::size_t equals = parameter.find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == parameter.size() ||
            parameter.find_first_of(" \t\n\"") != std::string::npos) {
            throw Fatal({fmt::format("--param '{}' is not NAME=VALUE", parameter),
                         "such as --param isa=scalar", ExitStatus::usage});
        }
        const std::string name = parameter.substr(0, equals);
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            throw Fatal({fmt::format("{} has no parameter '{}'", kModule, name),
                         fmt::format("it has: {}", fmt::join(known, ", ")), ExitStatus::usage});
        }
    }
}

void print_names(const char* done, const std::vector<std::string>& names, bool json) {
    if (json) {
        print(to_json_text(Json::object({{done, names}})));
    } else if (!names.empty()) {
        print(fmt::format("{} {}\n", done, fmt::join(names, ", ")));
    }
}

// @p loaded: in the order in which they can be unloaded.
Error unload_again(const Modules& modules, const std::vector<std::string>& loaded,
                   const Error& cause) {
    Rollback rollback;
    for (auto name = loaded.rbegin(); name != loaded.rend(); ++name) {
        rollback.add(fmt::format("unload {}", *name),
                     [&modules, name = *name] { return modules.unload(name); });
    }
    return rollback.undo_all(cause);
}

ExitStatus load_module(const Modules& modules, const ModuleOptions& options) {
    const ModuleInfo info = modules.info(kModule);
    if (info.state != ModuleState::missing) {
        check_parameters(options.parameters, info.parameters);
    }
    if (info.state == ModuleState::loaded && !options.parameters.empty()) {
        throw Fatal({fmt::format("{} is loaded, and takes parameters only when it is", kModule),
                     "'truenoctl module unload' unloads it if nothing uses it"});
    }
    if (info.state == ModuleState::builtin && !options.parameters.empty()) {
        throw Fatal(
            {fmt::format("{} is part of the kernel, and takes parameters only at boot", kModule),
             fmt::format("put {}.NAME=VALUE on the kernel's command line", kModule)});
    }
    std::vector<std::string> loaded = value_or_throw(
        modules.load(kModule, fmt::format("{}", fmt::join(options.parameters, " "))));
    // A zram that is closed to the crypto API gets our names from the bridge.
    if (is_loaded(modules, "zram") && modules.info(kBridge).state == ModuleState::available) {
        const Result<std::vector<std::string>> more = modules.load(kBridge);
        if (!more) {
            throw Fatal(unload_again(modules, loaded, more.error()));
        }
        loaded.insert(loaded.begin(), more->begin(), more->end());
    }
    if (loaded.empty() && !options.json) {
        std::fputs(fmt::format("{} was loaded before\n", kModule).c_str(), stderr);
    }
    print_names("loaded", loaded, options.json);
    return ExitStatus::success;
}

// Empty if the module can be unloaded.
std::vector<std::string> describe_users(const Modules& modules) {
    const ModuleUse use = modules.use(kModule);
    std::vector<std::string> names;
    int of_modules = 0;
    for (const std::string& holder : use.holders) {
        ++of_modules;
        if (holder != kBridge) {
            names.push_back(fmt::format("the module {}", holder));
        }
    }
    if (use.references == of_modules && modules.use(kBridge).references == 0) {
        return names;
    }
    const std::size_t modules_only = names.size();
    for (const CodecUser& user : find_codec_users()) {
        names.push_back(fmt::format("{} ({})", user.name, user.algorithm));
    }
    if (names.size() == modules_only) {
        names.push_back("a part of the kernel that truenoctl does not know");
    }
    return names;
}

ExitStatus unload_module(const Modules& modules, bool json) {
    if (!is_loaded(modules, kModule)) {
        if (!json) {
            std::fputs(fmt::format("{} is not loaded\n", kModule).c_str(), stderr);
        }
        print_names("unloaded", {}, json);
        return ExitStatus::success;
    }
    const std::vector<std::string> users = describe_users(modules);
    if (!users.empty()) {
        throw Fatal({fmt::format("{} is in use by {}", kModule, fmt::join(users, ", ")),
                     "'truenoctl remove' removes zram devices; zswap lets go of a compressor when "
                     "another one is set and the pages it holds are gone"});
    }
    std::vector<std::string> unloaded;
    Rollback rollback;
    for (const char* name : {kBridge, kModule}) {
        if (!is_loaded(modules, name)) {
            continue;
        }
        if (const Result<void> result = modules.unload(name); !result) {
            throw Fatal(rollback.undo_all(result.error()));
        }
        unloaded.emplace_back(name);
        rollback.add(fmt::format("unload {}", name), [&modules, name]() -> Result<void> {
            const auto again = modules.load(name);
            return again ? Result<void>{} : tl::unexpected(again.error());
        });
    }
    print_names("unloaded", unloaded, json);
    return ExitStatus::success;
}

std::vector<fs::path> sorted_files(const fs::path& directory) {
    std::vector<fs::path> files;
    std::error_code absent;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory, absent)) {
        files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

// By the kernel's files; empty unless the module is loaded.
Json read_parameters(const fs::path& module) {
    Json values = Json::object();
    for (const fs::path& file : sorted_files(module / "parameters")) {
        values[file.filename()] = read_attribute(file).value_or("");
    }
    return values;
}

Table read_codecs(const fs::path& module) {
    Table table({{"CODEC"}, {"COMPRESS"}, {"DECOMPRESS"}, {"FALLBACK"}, {"VARIANTS"}});
    for (const fs::path& file : sorted_files(module / "codecs")) {
        const CodecState state = parse_codec_state(read_attribute(file).value_or(""));
        table.add_row({text_cell(file.filename()), text_cell(state.compress),
                       text_cell(state.decompress), text_cell(state.fallback),
                       Cell{fmt::format("{}", fmt::join(state.variants, ",")), state.variants}});
    }
    return table;
}

const char* state_name(ModuleState state) {
    switch (state) {
        case ModuleState::missing:
            return "not installed";
        case ModuleState::available:
            return "not loaded";
        case ModuleState::loaded:
            return "loaded";
        case ModuleState::builtin:
            break;
    }
    return "built in";
}

std::string to_text(const Json& facts, const Table& codecs) {
    std::string text;
    for (const auto& [key, value] : facts.items()) {
        std::vector<std::string> words;
        if (value.is_array() || value.is_object()) {
            for (const auto& [name, item] : value.items()) {
                const std::string word = item.is_string() ? item.get<std::string>() : item.dump();
                words.push_back(value.is_object() ? fmt::format("{}={}", name, word) : word);
            }
        } else {
            words.push_back(value.is_string() ? value.get<std::string>() : value.dump());
        }
        const std::string joined = fmt::format("{}", fmt::join(words, " "));
        text += fmt::format("{}: {}\n", key, joined.empty() ? "none" : joined);
    }
    return codecs.empty() ? text : text + "\n" + codecs.to_text();
}

ExitStatus show_module(const Modules& modules, bool json) {
    const fs::path module = SystemRoot().sys() / "module" / kModule;
    const ModuleInfo info = modules.info(kModule);
    const ModuleUse use = modules.use(kModule);
    Json users = Json::array();
    for (const CodecUser& user : find_codec_users()) {
        users.push_back(fmt::format("{} ({})", user.name, user.algorithm));
    }
    Json facts = Json::object({{"module", kModule},
                               {"state", state_name(info.state)},
                               {"version", read_attribute(module / "version").value_or("")},
                               {"installed_version", info.version},
                               {"references", use.references},
                               {"holders", use.holders},
                               {"users", users},
                               {"parameters", read_parameters(module)}});
    const Table codecs = read_codecs(module);
    if (json) {
        facts["codecs"] = codecs.to_json();
        print(to_json_text(facts));
    } else {
        print(to_text(facts, codecs));
    }
    return ExitStatus::success;
}

ExitStatus run_action(const ModuleOptions& options) {
    if (options.action != "load" && !options.parameters.empty()) {
        throw Fatal({fmt::format("--param is for 'load', not for '{}'", options.action), "",
                     ExitStatus::usage});
    }
    const Modules modules;
    if (options.action == "load") {
        return load_module(modules, options);
    }
    return options.action == "unload" ? unload_module(modules, options.json)
                                      : show_module(modules, options.json);
}

}  // namespace

Run add_module(CLI::App& app) {
    auto options = std::make_shared<ModuleOptions>();
    app.add_option("ACTION", options->action, "load, unload or show (the default)")
        ->check(CLI::IsMember({"load", "unload", "show"}));
    app.add_option("--param", options->parameters, "Load with this parameter, such as isa=scalar")
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false);
    app.add_flag("--json", options->json, "Print JSON");
    return [options] { return run_action(*options); };
}

}  // namespace truenoctl
