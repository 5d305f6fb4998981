// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The C interface over spans, and the lists of codecs that suites range over.
#ifndef TRUENO_TESTS_CODEC_CALLS_HPP
#define TRUENO_TESTS_CODEC_CALLS_HPP

#include <ostream>
#include <string>
#include <trueno/trueno.hpp>
#include <vector>

#include "guarded_buffer.hpp"
#include "inputs.hpp"

namespace trueno {

/// How googletest shows a codec.
inline void PrintTo(Codec codec, std::ostream* out) {
    *out << codec.name();
}

}  // namespace trueno

namespace trueno::test {

/// What a call returned; the length counts only on success.
struct Outcome {
    int status;
    std::size_t length;

    friend bool operator==(const Outcome& a, const Outcome& b) {
        return a.status == b.status && (a.status != 0 || a.length == b.length);
    }
    friend std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
        return outcome.status ? out << "status " << outcome.status
                              : out << "length " << outcome.length;
    }
};

inline constexpr Outcome no_space = {-ENOSPC, 0};
inline constexpr Outcome invalid = {-EINVAL, 0};

Outcome compress(Codec codec, ByteView src, std::span<std::byte> dst, std::span<std::byte> workmem);
Outcome decompress(Codec codec, ByteView src, std::span<std::byte> dst,
                   std::span<std::byte> workmem);

/// The stream @p codec makes of @p src.
/// @throws std::runtime_error if it makes none.
Bytes compressed(Codec codec, ByteView src);

/// Guarded memory for one call at a time; the buffers are reused.
class GuardedCall {
  public:
    /// @param longest bytes of the longest source or destination.
    GuardedCall(Codec codec, std::size_t longest);

    enum class Guard { front, rear };

    /// The given bytes as a source next to a guard.
    ByteView source(ByteView content, Guard guard);

    /// A destination next to a guard, holding bytes that no codec wrote.
    std::span<std::byte> destination(std::size_t length, Guard guard);

    std::span<std::byte> workmem(Guard guard);

  private:
    std::size_t workmem_size_;
    GuardedBuffer source_;
    GuardedBuffer destination_;
    GuardedBuffer workmem_;
};

inline constexpr std::array both_guards = {GuardedCall::Guard::front, GuardedCall::Guard::rear};

/// All variants of one format, reference last.
struct Format {
    std::string name;
    std::vector<Codec> variants;

    Codec reference() const { return variants.back(); }
};

std::vector<Format> all_formats();

inline void PrintTo(const Format& format, std::ostream* out) {
    *out << format.name;
}

/// gtest parameter printers: names made of letters, digits and underscores.
std::string test_name(const std::string& codec_or_format_name);

}  // namespace trueno::test

#endif  // TRUENO_TESTS_CODEC_CALLS_HPP
