// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Anything at all as a stream: every decoder stays within its buffers, and
// answers as the reference does, byte for byte.
#include "fuzz_support.hpp"

using namespace trueno::fuzz;

namespace {

void compare_with_reference(Subjects& subjects, ByteView stream, std::size_t room) {
    Subject& reference = subjects.reference();
    const auto expected = reference.decompress(stream, room, Guard::rear);
    for (Subject& subject : subjects.variants) {
        if (&subject == &reference) {
            continue;
        }
        for (const Guard guard : trueno::test::both_guards) {
            const auto outcome = subject.decompress(stream, room, guard);
            require(outcome == expected, subject.codec, "and the reference return differently");
            require(std::equal(subject.output().begin(), subject.output().end(),
                               reference.output().begin(), reference.output().end()),
                    subject.codec, "and the reference restore different bytes");
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView stream = input_bytes(data, size);
    for (Subjects& subjects : all_subjects()) {
        compare_with_reference(subjects, stream, TRUENO_PAGE_SIZE);
        const auto roomy = subjects.reference().decompress(stream, longest_content, Guard::rear);
        if (roomy.status == 0) {
            compare_with_reference(subjects, stream, roomy.length);
            compare_with_reference(subjects, stream, roomy.length - (roomy.length > 0));
        } else {
            // Where a bad stream runs out of room varies with the input.
            compare_with_reference(subjects, stream, size * 5 % 700);
        }
    }
    return 0;
}
