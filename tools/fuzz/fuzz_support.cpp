// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "fuzz_support.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace trueno::fuzz {

Subject::Subject(Codec subject_codec)
    : codec(subject_codec), memory(codec, codec.bound(longest_content)) {}

test::Outcome Subject::keep(test::Outcome outcome, std::span<std::byte> destination) {
    require(outcome.status == 0 || outcome.status == -ENOSPC || outcome.status == -EINVAL, codec,
            "returned a status that codec.h does not allow");
    require(outcome.status != 0 || outcome.length <= destination.size(), codec,
            "returned a length beyond the destination");
    output_ = destination.first(outcome.status == 0 ? outcome.length : 0);
    return outcome;
}

test::Outcome Subject::compress(ByteView content, std::size_t room, Guard guard) {
    const std::span<std::byte> destination = memory.destination(room, guard);
    return keep(
        test::compress(codec, memory.source(content, guard), destination, memory.workmem(guard)),
        destination);
}

test::Outcome Subject::decompress(ByteView stream, std::size_t room, Guard guard) {
    const std::span<std::byte> destination = memory.destination(room, guard);
    return keep(
        test::decompress(codec, memory.source(stream, guard), destination, memory.workmem(guard)),
        destination);
}

std::deque<Subjects>& all_subjects() {
    static std::deque<Subjects> subjects = [] {
        std::deque<Subjects> made;
        for (const test::Format& format : test::all_formats()) {
            Subjects& of_format = made.emplace_back();
            for (const Codec codec : format.variants) {
                of_format.variants.emplace_back(codec);
            }
        }
        return made;
    }();
    return subjects;
}

ByteView input_bytes(const std::uint8_t* data, std::size_t size) {
    return std::as_bytes(std::span(data, std::min(size, longest_input)));
}

void require(bool condition, const Codec& codec, const char* what) {
    if (!condition) {
        std::fprintf(stderr, "%s: %s\n", codec.name(), what);
        std::abort();
    }
}

Bytes stream_of(Subject& subject, ByteView content, Guard guard) {
    const test::Outcome outcome =
        subject.compress(content, subject.codec.bound(content.size()), guard);
    require(outcome.status == 0, subject.codec, "does not compress into bound() bytes");
    return {subject.output().begin(), subject.output().end()};
}

void require_content(Subject& subject, ByteView stream, ByteView content, Guard guard,
                     const char* what) {
    const test::Outcome outcome = subject.decompress(stream, content.size(), guard);
    require(outcome.status == 0 && std::equal(content.begin(), content.end(),
                                              subject.output().begin(), subject.output().end()),
            subject.codec, what);
}

}  // namespace trueno::fuzz
