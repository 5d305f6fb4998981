// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Anything at all as content: every codec restores what it compressed, within
// its buffers, given exactly the room that is needed, and not given less.
#include "fuzz_support.hpp"

using namespace trueno::fuzz;

namespace {

void round_trip(Subject& subject, ByteView content, Guard guard) {
    const Bytes stream = stream_of(subject, content, guard);
    const auto exact = subject.compress(content, stream.size(), guard);
    require(exact.status == 0 && std::equal(stream.begin(), stream.end(), subject.output().begin(),
                                            subject.output().end()),
            subject.codec, "makes another stream when the room is exact");
    require(subject.compress(content, stream.size() - 1, guard) == trueno::test::no_space,
            subject.codec, "compresses into one byte less than it needs");
    require_content(subject, stream, content, guard, "does not restore its own stream");
    if (!content.empty()) {
        require(subject.decompress(stream, content.size() - 1, guard) == trueno::test::no_space,
                subject.codec, "decompresses into one byte less than it needs");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView content = input_bytes(data, size);
    for (Subjects& subjects : all_subjects()) {
        for (Subject& subject : subjects.variants) {
            for (const Guard guard : trueno::test::both_guards) {
                round_trip(subject, content, guard);
            }
        }
    }
    return 0;
}
