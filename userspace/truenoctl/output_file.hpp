// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// A file that appears whole or not at all.
#ifndef TRUENOCTL_OUTPUT_FILE_HPP
#define TRUENOCTL_OUTPUT_FILE_HPP

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "error.hpp"
#include "file_descriptor.hpp"

namespace truenoctl {

/// What to do with a file that exists.
enum class Existing {
    refuse,
    refuse_without_force,  ///< the same; the message names --force
    replace,
};

/// Fails if @p path may not be written as @p existing says; for a command to
/// ask before it works for its output.
Result<void> check_output(const std::string& path, Existing existing);

/// For CLI::Option::check() of an option that names a file: what is wrong with
/// @p path, or nothing. An empty one is what an unset variable leaves.
std::string refuse_empty_path(const std::string& path);

/// Content goes to a file without a name, or beside the one wanted where the file
/// system knows none such; commit() gives it its name.
class OutputFile {
  public:
    /// @p mode: permissions of the file, whatever the umask and the file that
    /// it replaces.
    static Result<OutputFile> create(const std::string& path, Existing existing, mode_t mode);

    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;
    /// Without commit() nothing is left; where files can be without a name, not
    /// even if the process is killed.
    ~OutputFile();

    Result<void> write(std::span<const std::byte> bytes);
    Result<void> write(std::string_view text);

    /// The content is on the disk, and the file has its name. That name may still be lost if
    /// the machine loses power a moment later.
    Result<void> commit();

  private:
    OutputFile(std::string path, std::string temporary_path, int descriptor, Existing existing);
    bool take_name();
    tl::unexpected<Error> failed() const;

    std::string path_;
    std::string temporary_path_;  // empty if it has none
    std::unique_ptr<FileDescriptor> file_;
    Existing existing_;
};

}  // namespace truenoctl

#endif  // TRUENOCTL_OUTPUT_FILE_HPP
