// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Errors of the tool. What a caller can handle is returned as a Result; what
// ends the run is thrown as Fatal, the only exception type of the tool.
#ifndef TRUENOCTL_ERROR_HPP
#define TRUENOCTL_ERROR_HPP

#include <exception>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace truenoctl {

/// Exit statuses, documented in truenoctl(8). The values 2 and 4 are those of
/// the LSB for "invalid argument" and "insufficient privilege".
enum class ExitStatus : int {
    success = 0,
    failure = 1,        ///< an operation failed; nothing is left half done
    usage = 2,          ///< the command line is wrong; nothing was tried
    problem_found = 3,  ///< the check itself worked and found a problem
    not_permitted = 4,  ///< the caller lacks a privilege
};

struct Error {
    std::string reason;  ///< names the file, device or argument and what is wrong
    std::string remedy;  ///< what the user can do about it; may be empty
    ExitStatus status = ExitStatus::failure;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(std::string reason, std::string remedy = {},
                                     ExitStatus status = ExitStatus::failure) {
    return tl::unexpected<Error>(Error{std::move(reason), std::move(remedy), status});
}

/// A wrong argument: like failure(), with ExitStatus::usage.
inline tl::unexpected<Error> usage_failure(std::string reason, std::string remedy = {}) {
    return failure(std::move(reason), std::move(remedy), ExitStatus::usage);
}

class Fatal : public std::exception {
  public:
    explicit Fatal(Error error) : error_(std::move(error)) {}
    const char* what() const noexcept override { return error_.reason.c_str(); }
    const Error& error() const noexcept { return error_; }

  private:
    Error error_;
};

/// The value of @p result; throws its error as Fatal.
template <class T>
T value_or_throw(Result<T> result) {
    if (!result) {
        throw Fatal(std::move(result.error()));
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

/// "truenoctl: REASON", then "HINT: REMEDY" if there is one; each line ends in
/// a newline.
std::string describe(const Error& error);

}  // namespace truenoctl

#endif  // TRUENOCTL_ERROR_HPP
