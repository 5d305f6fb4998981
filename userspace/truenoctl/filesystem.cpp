// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "filesystem.hpp"

#include <blkid/blkid.h>
#include <fmt/format.h>
#include <libmount/libmount.h>

#include <memory>

#include "process.hpp"

namespace truenoctl {

namespace {

struct ContextDeleter {
    void operator()(libmnt_context* context) const { mnt_free_context(context); }
};
struct ProbeDeleter {
    void operator()(blkid_struct_probe* probe) const { blkid_free_probe(probe); }
};
using Context = std::unique_ptr<libmnt_context, ContextDeleter>;
using Probe = std::unique_ptr<blkid_struct_probe, ProbeDeleter>;

// libmount's words for what a mount or umount call returned.
Result<void> outcome_of(libmnt_context* context, int status, const std::string& action) {
    char message[512] = "";
    const int exit_status = mnt_context_get_excode(context, status, message, sizeof(message));
    if (exit_status == MNT_EX_SUCCESS) {
        return {};
    }
    Error error{fmt::format("cannot {}: {}", action, message), ""};
    const int number = mnt_context_get_syscall_errno(context);
    if (exit_status == MNT_EX_USAGE || number == EPERM || number == EACCES) {
        error.remedy = "run truenoctl as root (capability CAP_SYS_ADMIN)";
        error.status = ExitStatus::not_permitted;
    } else if (number == ENODEV) {
        error.remedy = "the kernel does not know this file system: load its module";
    } else {
        error.remedy = "'dmesg' may have the kernel's reason";
    }
    return tl::unexpected(error);
}

}  // namespace

const std::vector<std::string>& filesystem_types() {
    static const std::vector<std::string> types{"btrfs", "ext4", "xfs"};
    return types;
}

std::vector<std::string> mkfs_command(const std::filesystem::path& device,
                                      const std::string& type) {
    return {fmt::format("mkfs.{}", type), "-q", device.string()};
}

Result<void> make_filesystem(const std::filesystem::path& device, const std::string& type) {
    if (Result<void> made = run_to_success(mkfs_command(device, type)); !made) {
        return made;
    }
    const Probe probe(blkid_new_probe_from_filename(device.c_str()));
    const char* found = nullptr;
    if (probe == nullptr || blkid_do_safeprobe(probe.get()) != 0 ||
        blkid_probe_lookup_value(probe.get(), "TYPE", &found, nullptr) != 0 || type != found) {
        return failure(
            fmt::format("mkfs.{} succeeded but left no {} on {}", type, type, device.string()));
    }
    return {};
}

Result<void> mount_filesystem(const std::filesystem::path& device, const std::string& type,
                              const std::filesystem::path& directory, const std::string& options) {
    const Context context(mnt_new_context());
    mnt_context_set_source(context.get(), device.c_str());
    mnt_context_set_target(context.get(), directory.c_str());
    mnt_context_set_fstype(context.get(), type.c_str());
    if (!options.empty()) {
        mnt_context_set_options(context.get(), options.c_str());
    }
    const int status = mnt_context_mount(context.get());
    return outcome_of(context.get(), status,
                      fmt::format("mount {} on {}", device.string(), directory.string()));
}

Result<void> unmount_filesystem(const std::filesystem::path& directory) {
    const Context context(mnt_new_context());
    mnt_context_set_target(context.get(), directory.c_str());
    const int status = mnt_context_umount(context.get());
    return outcome_of(context.get(), status, fmt::format("unmount {}", directory.string()));
}

}  // namespace truenoctl
