// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "modules.hpp"

#include <fmt/format.h>
#include <libkmod.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <string_view>

#include "kernel_release.hpp"

namespace truenoctl {

namespace {

struct ModuleDeleter {
    void operator()(kmod_module* module) const { kmod_module_unref(module); }
};
struct ListDeleter {
    void operator()(kmod_list* list) const { kmod_module_unref_list(list); }
};
struct InfoDeleter {
    void operator()(kmod_list* list) const { kmod_module_info_free_list(list); }
};
using Module = std::unique_ptr<kmod_module, ModuleDeleter>;
using ModuleList = std::unique_ptr<kmod_list, ListDeleter>;

bool in_kernel(kmod_module* module) {
    const int state = kmod_module_get_initstate(module);
    return state == KMOD_MODULE_BUILTIN || state == KMOD_MODULE_LIVE;
}

// What modinfo(8) shows of the installed file.
void read_file_fields(kmod_module* module, ModuleInfo& info) {
    kmod_list* fields = nullptr;
    if (kmod_module_get_info(module, &fields) < 0) {
        return;
    }
    const std::unique_ptr<kmod_list, InfoDeleter> owner(fields);
    kmod_list* field = nullptr;
    kmod_list_foreach(field, fields) {
        const std::string_view key = kmod_module_info_get_key(field);
        const std::string value = kmod_module_info_get_value(field);
        if (key == "version") {
            info.version = value;
        } else if (key == "signer") {
            info.signer = value;
        } else if (key == "parm") {
            info.parameters.push_back(value.substr(0, value.find(':')));
        }
    }
}

Error describe_module_error(std::string_view action, const std::string& name, int number) {
    Error error{
        fmt::format("cannot {} kernel module '{}': {}", action, name, std::strerror(number)), ""};
    switch (number) {
        case EPERM:
        case EACCES:
            error.remedy = "run truenoctl as root; under Secure Boot the module must be signed";
            error.status = ExitStatus::not_permitted;
            break;
        case EKEYREJECTED:
        case ENOKEY:
            error.remedy = "the kernel accepts signed modules only: sign it with an enrolled key";
            break;
        case EBUSY:
        case EWOULDBLOCK:
            error.remedy = "it is in use; 'truenoctl status' shows the devices that use it";
            break;
        default:
            error.remedy = "'dmesg' has the kernel's reason";
    }
    return error;
}

void append_unloaded(kmod_list* modules, std::vector<std::string>& names) {
    kmod_list* entry = nullptr;
    kmod_list_foreach(entry, modules) {
        const Module module(kmod_module_get_module(entry));
        if (!in_kernel(module.get())) {
            names.emplace_back(kmod_module_get_name(module.get()));
        }
    }
}

// What loading the module may load that the kernel does not have yet, in the
// order in which it can be unloaded.
std::vector<std::string> names_to_load(kmod_module* module) {
    std::vector<std::string> names;
    kmod_list* before = nullptr;
    kmod_list* after = nullptr;
    kmod_module_get_softdeps(module, &before, &after);
    const ModuleList before_owner(before);
    const ModuleList after_owner(after);
    kmod_list* entry = nullptr;
    kmod_list_foreach(entry, after) {
        const Module soft(kmod_module_get_module(entry));
        if (!in_kernel(soft.get())) {
            names.emplace_back(kmod_module_get_name(soft.get()));
        }
        const ModuleList dependencies(kmod_module_get_dependencies(soft.get()));
        append_unloaded(dependencies.get(), names);
    }
    if (!in_kernel(module)) {
        names.emplace_back(kmod_module_get_name(module));
    }
    const ModuleList dependencies(kmod_module_get_dependencies(module));
    append_unloaded(dependencies.get(), names);
    append_unloaded(before, names);
    return names;
}

}  // namespace

void Modules::ContextDeleter::operator()(kmod_ctx* context) const {
    kmod_unref(context);
}

Modules::Modules() : context_(kmod_new(nullptr, nullptr)) {
    if (context_ == nullptr) {
        throw Fatal({"cannot initialise libkmod", ""});
    }
    // libkmod prints to standard error by itself; this tool reports its errors.
    kmod_set_log_fn(
        context_.get(), [](void*, int, const char*, int, const char*, const char*, va_list) {},
        nullptr);
}

ModuleInfo Modules::info(const std::string& name) const {
    kmod_module* found = nullptr;
    if (kmod_module_new_from_name(context_.get(), name.c_str(), &found) < 0) {
        return {};
    }
    const Module module(found);
    ModuleInfo info;
    if (const char* path = kmod_module_get_path(module.get())) {
        info.path = path;
        read_file_fields(module.get(), info);
        info.state = ModuleState::available;
    }
    const int state = kmod_module_get_initstate(module.get());
    if (state == KMOD_MODULE_BUILTIN) {
        info.state = ModuleState::builtin;
    } else if (state == KMOD_MODULE_LIVE) {
        info.state = ModuleState::loaded;
    }
    return info;
}

ModuleUse Modules::use(const std::string& name) const {
    kmod_module* found = nullptr;
    if (kmod_module_new_from_name(context_.get(), name.c_str(), &found) < 0) {
        return {};
    }
    const Module module(found);
    ModuleUse use{std::max(0, kmod_module_get_refcnt(module.get())), {}};
    const ModuleList holders(kmod_module_get_holders(module.get()));
    kmod_list* entry = nullptr;
    kmod_list_foreach(entry, holders.get()) {
        const Module holder(kmod_module_get_module(entry));
        use.holders.emplace_back(kmod_module_get_name(holder.get()));
    }
    return use;
}

bool Modules::knows(const std::string& alias) const {
    kmod_list* found = nullptr;
    const int lookup = kmod_module_new_from_lookup(context_.get(), alias.c_str(), &found);
    const ModuleList modules(found);
    return lookup >= 0 && found != nullptr;
}

Result<std::vector<std::string>> Modules::load(const std::string& alias,
                                               const std::string& options) const {
    kmod_list* found = nullptr;
    const int lookup = kmod_module_new_from_lookup(context_.get(), alias.c_str(), &found);
    const ModuleList modules(found);
    if (lookup < 0 || found == nullptr) {
        Error error = describe_module_error("load", alias, ENOENT);
        error.remedy = fmt::format("install it for kernel {}", kernel_release());
        return tl::unexpected(std::move(error));
    }
    std::vector<std::string> loaded;
    kmod_list* entry = nullptr;
    kmod_list_foreach(entry, modules.get()) {
        const Module module(kmod_module_get_module(entry));
        const std::vector<std::string> names = names_to_load(module.get());
        const int status = kmod_module_probe_insert_module(
            module.get(), 0, options.empty() ? nullptr : options.c_str(), nullptr, nullptr,
            nullptr);
        if (status < 0) {
            Error error =
                describe_module_error("load", kmod_module_get_name(module.get()), -status);
            if (status == -EINVAL && !options.empty()) {
                error.remedy = "it does not take these parameters; 'dmesg' has its reason";
            }
            return tl::unexpected(std::move(error));
        }
        // A soft dependency may be absent.
        std::copy_if(names.begin(), names.end(), std::back_inserter(loaded),
                     [&](const std::string& name) {
                         return info(name).state == ModuleState::loaded &&
                                std::find(loaded.begin(), loaded.end(), name) == loaded.end();
                     });
    }
    return loaded;
}

Result<void> Modules::unload(const std::string& name) const {
    kmod_module* found = nullptr;
    int status = kmod_module_new_from_name(context_.get(), name.c_str(), &found);
    const Module module(found);
    if (status >= 0) {
        status = kmod_module_remove_module(module.get(), 0);
    }
    if (status < 0) {
        return tl::unexpected(describe_module_error("unload", name, -status));
    }
    return {};
}

}  // namespace truenoctl
