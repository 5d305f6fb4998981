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

/// Content goes to a file beside the one wanted, which commit() gives its name.
class OutputFile {
  public:
    /// @p mode: permissions of the file, whatever the umask and the file that
    /// it replaces.
    static Result<OutputFile> create(const std::string& path, Existing existing, mode_t mode);

    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;
    /// Without commit() nothing is left.
    ~OutputFile();

    Result<void> write(std::span<const std::byte> bytes);
    Result<void> write(std::string_view text);

    /// The content is on the disk and has its name.
    Result<void> commit();

  private:
    OutputFile(std::string path, std::string temporary_path, int descriptor, Existing existing);
    tl::unexpected<Error> failed() const;

    std::string path_;
    std::string temporary_path_;  // empty once there is none
    std::unique_ptr<FileDescriptor> file_;
    Existing existing_;
};

}  // namespace truenoctl

#endif  // TRUENOCTL_OUTPUT_FILE_HPP
