// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <utility>

#include "sysfs.hpp"

namespace truenoctl {

namespace {

tl::unexpected<Error> exists(const std::string& path, Existing existing) {
    return failure(fmt::format("{}: exists already", path),
                   existing == Existing::refuse
                       ? "give a file that does not exist yet"
                       : "give a file that does not exist yet, or --force to replace it");
}

// Not every file system can rename without replacing; all that cannot but
// those without hard links can link.
int rename_to_new(const std::string& from, const std::string& to) {
    if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return -1;
    }
    return link(from.c_str(), to.c_str()) == 0 ? unlink(from.c_str()) : -1;
}

// A file without a name, which the kernel removes however the process ends.
int open_nameless(const std::string& path) {
    const std::filesystem::path directory = std::filesystem::path(path).parent_path();
    return open(directory.empty() ? "." : directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC,
                S_IRUSR | S_IWUSR);
}

bool is_unsupported(int number) {
    return number == EOPNOTSUPP || number == EISDIR || number == EINVAL;
}

// By /proc, as open(2) has it: by the descriptor alone it takes a capability.
int give_name(const FileDescriptor& file, const std::string& path) {
    const std::string descriptor = fmt::format("/proc/self/fd/{}", file.number());
    return linkat(AT_FDCWD, descriptor.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW);
}

std::string random_neighbour(const std::string& path) {
    return fmt::format("{}.{:08x}", path, std::random_device()());
}

}  // namespace

std::string refuse_empty_path(const std::string& path) {
    return path.empty() ? "the file's name is empty" : "";
}

Result<void> check_output(const std::string& path, Existing existing) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) {
        return {};
    }
    if (existing != Existing::replace) {
        return exists(path, existing);
    }
    if (!S_ISREG(status.st_mode)) {
        return failure(fmt::format("{}: is not a regular file", path),
                       "only a regular file is replaced");
    }
    return {};
}

OutputFile::OutputFile(std::string path, std::string temporary_path, int descriptor,
                       Existing existing)
    : path_(std::move(path)),
      temporary_path_(std::move(temporary_path)),
      file_(std::make_unique<FileDescriptor>(descriptor)),
      existing_(existing) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_path_(std::exchange(other.temporary_path_, {})),
      file_(std::move(other.file_)),
      existing_(other.existing_) {}

OutputFile::~OutputFile() {
    if (!temporary_path_.empty()) {
        unlink(temporary_path_.c_str());
    }
}

tl::unexpected<Error> OutputFile::failed() const {
    const int number = errno;
    Error error = describe_system_error(fmt::format("write {}", path_), {number});
    if (number == ENOENT || number == ENOTDIR) {
        error.remedy = "its directory must exist";
    } else if (error.remedy.empty()) {
        error.remedy = "give a file in a directory that may be written, on a file system with room";
    }
    return tl::unexpected(std::move(error));
}

Result<OutputFile> OutputFile::create(const std::string& path, Existing existing, mode_t mode) {
    if (Result<void> checked = check_output(path, existing); !checked) {
        return tl::unexpected(checked.error());
    }
    std::string temporary_path;
    int descriptor = open_nameless(path);
    if (descriptor < 0 && is_unsupported(errno)) {
        temporary_path = path + ".XXXXXX";
        descriptor = mkostemp(temporary_path.data(), O_CLOEXEC);
    }
    OutputFile file(path, descriptor < 0 ? "" : temporary_path, descriptor, existing);
    if (descriptor < 0 || fchmod(descriptor, mode) != 0) {
        return file.failed();
    }
    return file;
}

Result<void> OutputFile::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file_->number(), bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            return failed();
        }
        bytes = bytes.subspan(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> OutputFile::write(std::string_view text) {
    return write(std::as_bytes(std::span(text.data(), text.size())));
}

// Fails with errno.
bool OutputFile::take_name() {
    if (temporary_path_.empty()) {
        if (give_name(*file_, path_) == 0) {
            return true;
        }
        if (errno != EEXIST || existing_ != Existing::replace) {
            return false;
        }
        // A link replaces nothing, a rename does.
        std::string neighbour = random_neighbour(path_);
        if (give_name(*file_, neighbour) != 0) {
            return false;
        }
        temporary_path_ = std::move(neighbour);
    }
    return (existing_ == Existing::replace ? std::rename(temporary_path_.c_str(), path_.c_str())
                                           : rename_to_new(temporary_path_, path_)) == 0;
}

Result<void> OutputFile::commit() {
    if (fsync(file_->number()) != 0) {
        return failed();
    }
    if (!take_name()) {
        return errno == EEXIST ? exists(path_, existing_) : failed();
    }
    temporary_path_.clear();
    return {};
}

}  // namespace truenoctl
