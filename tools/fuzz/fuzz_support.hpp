// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What the fuzz targets share: every codec with guarded memory of its own, and
// a check that ends the process with a reason.
#ifndef TRUENO_FUZZ_SUPPORT_HPP
#define TRUENO_FUZZ_SUPPORT_HPP

#include <deque>
#include <string>

#include "codec_calls.hpp"

namespace trueno::fuzz {

using test::Bytes;
using test::ByteView;
using Guard = test::GuardedCall::Guard;

/// Bytes of the longest destination, and of the longest input.
inline constexpr std::size_t longest_content = 65536;
inline constexpr std::size_t longest_input = 65536;

/// A codec whose every call has a guard page at one end of each buffer.
struct Subject {
    Codec codec;
    test::GuardedCall memory;

    explicit Subject(Codec subject_codec);

    /// The outcome, and the output until the next call. Ends the process if the
    /// outcome is none that codec.h allows.
    test::Outcome compress(ByteView content, std::size_t room, Guard guard);
    test::Outcome decompress(ByteView stream, std::size_t room, Guard guard);
    ByteView output() const { return output_; }

  private:
    test::Outcome keep(test::Outcome outcome, std::span<std::byte> destination);

    ByteView output_;
};

/// The variants of one format; the reference is the last.
struct Subjects {
    std::deque<Subject> variants;

    Subject& reference() { return variants.back(); }
};

/// One entry for each format, made at the first call.
std::deque<Subjects>& all_subjects();

/// The fuzzer's input as bytes, cut to longest_input.
ByteView input_bytes(const std::uint8_t* data, std::size_t size);

/// Ends the process, printing @p what and the codec, if @p condition is false.
void require(bool condition, const Codec& codec, const char* what);

/// The stream @p subject makes of @p content, which must fit bound().
Bytes stream_of(Subject& subject, ByteView content, Guard guard);

/// Requires that @p subject turns @p stream into @p content, given exactly the
/// room it takes.
void require_content(Subject& subject, ByteView stream, ByteView content, Guard guard,
                     const char* what);

}  // namespace trueno::fuzz

#endif  // TRUENO_FUZZ_SUPPORT_HPP
