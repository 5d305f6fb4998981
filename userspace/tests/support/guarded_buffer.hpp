// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Memory whose neighbours on both sides cannot be touched.
#ifndef TRUENO_TESTS_GUARDED_BUFFER_HPP
#define TRUENO_TESTS_GUARDED_BUFFER_HPP

#include <cstddef>
#include <span>

namespace trueno::test {

/// Pages of memory between two that fault on any access. A fault prints which
/// buffer was left, on which side and how far, and ends the process.
class GuardedBuffer {
  public:
    /// @param name static string for the fault message.
    /// @param capacity bytes; rounded up to whole pages.
    GuardedBuffer(const char* name, std::size_t capacity);
    ~GuardedBuffer();
    GuardedBuffer(const GuardedBuffer&) = delete;
    GuardedBuffer& operator=(const GuardedBuffer&) = delete;

    std::size_t capacity() const { return capacity_; }

    /// @p length bytes whose last one is followed by the rear guard.
    std::span<std::byte> before_rear_guard(std::size_t length) const;

    /// @p length bytes whose first one is preceded by the front guard.
    std::span<std::byte> behind_front_guard(std::size_t length) const;

  private:
    std::byte* start_;
    std::size_t capacity_;
};

}  // namespace trueno::test

#endif  // TRUENO_TESTS_GUARDED_BUFFER_HPP
