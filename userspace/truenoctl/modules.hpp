// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Kernel modules of the running kernel, through libkmod.
#ifndef TRUENOCTL_MODULES_HPP
#define TRUENOCTL_MODULES_HPP

#include <memory>
#include <string>
#include <vector>

#include "error.hpp"

struct kmod_ctx;

namespace truenoctl {

enum class ModuleState {
    missing,    ///< not installed for the running kernel
    available,  ///< installed, not loaded
    loaded,
    builtin,  ///< part of the kernel image
};

struct ModuleInfo {
    ModuleState state = ModuleState::missing;
    std::string version;                  ///< of the installed file; empty if it has none
    std::string path;                     ///< of the installed file; empty unless there is one
    std::string signer;                   ///< of the installed file; empty if nobody signed it
    std::vector<std::string> parameters;  ///< names of what can be set when it is loaded
};

/// Who keeps a loaded module from being unloaded.
struct ModuleUse {
    int references = 0;                ///< all, those of the holders included
    std::vector<std::string> holders;  ///< modules that use its symbols
};

class Modules {
  public:
    Modules();

    /// @p name: a module's name, such as "zram".
    ModuleInfo info(const std::string& name) const;

    /// Nothing, of a module that is not loaded.
    ModuleUse use(const std::string& name) const;

    /// Whether an installed or built-in module has the name or alias.
    bool knows(const std::string& alias) const;

    /// Loads what @p alias (a name or an alias) stands for and what it depends
    /// on, softly (modprobe.d(5)) or not. @p options: module parameters, as on modprobe's command
    /// line. Returns the modules that this call loaded, in the order in which they can be unloaded;
    /// none if all were loaded before.
    Result<std::vector<std::string>> load(const std::string& alias,
                                          const std::string& options = {}) const;

    Result<void> unload(const std::string& name) const;

  private:
    struct ContextDeleter {
        void operator()(kmod_ctx* context) const;
    };
    std::unique_ptr<kmod_ctx, ContextDeleter> context_;
};

}  // namespace truenoctl

#endif  // TRUENOCTL_MODULES_HPP
