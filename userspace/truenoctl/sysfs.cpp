// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "sysfs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "file_descriptor.hpp"

namespace truenoctl {

namespace {

tl::unexpected<SystemError> last_error() {
    return tl::unexpected(SystemError{errno});
}

}  // namespace

SystemResult<std::string> read_attribute(const std::filesystem::path& file) {
    const FileDescriptor descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (descriptor.number() < 0) {
        return last_error();
    }
    std::string content;
    char buffer[4096];
    for (;;) {
        const ssize_t length = read(descriptor.number(), buffer, sizeof(buffer));
        if (length < 0) {
            return last_error();
        }
        if (length == 0) {
            break;
        }
        content.append(buffer, static_cast<std::size_t>(length));
    }
    content.erase(content.find_last_not_of(" \t\n") + 1);
    return content;
}

SystemResult<void> write_attribute(const std::filesystem::path& file, std::string_view value) {
    const FileDescriptor descriptor(open(file.c_str(), O_WRONLY | O_CLOEXEC));
    if (descriptor.number() < 0) {
        return last_error();
    }
    if (write(descriptor.number(), value.data(), value.size()) < 0) {
        return last_error();
    }
    return {};
}

Error describe_system_error(std::string_view action, SystemError error) {
    Error described{fmt::format("cannot {}: {}", action, std::strerror(error.number)), ""};
    if (error.number == EACCES || error.number == EPERM) {
        // EACCES comes from a file's mode, EPERM from a check of the caller.
        described.remedy =
            fmt::format("run truenoctl as root (capability {})",
                        error.number == EACCES ? "CAP_DAC_OVERRIDE" : "CAP_SYS_ADMIN");
        described.status = ExitStatus::not_permitted;
    }
    return described;
}

}  // namespace truenoctl
