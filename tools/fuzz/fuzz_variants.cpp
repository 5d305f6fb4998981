// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Anything at all as content: every variant reads every variant's stream. The
// input's last byte says which byte of the stream is then damaged, and what
// the variants make of that must be the same, too.
#include "fuzz_support.hpp"

using namespace trueno::fuzz;

namespace {

void damage(Bytes& stream, std::uint8_t choice) {
    const std::size_t at = choice * 2654435761u % stream.size();
    stream[at] ^= static_cast<std::byte>(1u << choice % 8);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView content = input_bytes(data, size);
    for (Subjects& subjects : all_subjects()) {
        for (Subject& encoder : subjects.variants) {
            Bytes stream = stream_of(encoder, content, Guard::rear);
            for (Subject& decoder : subjects.variants) {
                require_content(decoder, stream, content, Guard::rear,
                                "does not restore another variant's stream");
            }
            damage(stream, size ? data[size - 1] : 0);
            const auto verdict =
                subjects.reference().decompress(stream, content.size(), Guard::rear);
            for (Subject& decoder : subjects.variants) {
                const auto outcome = decoder.decompress(stream, content.size(), Guard::rear);
                require(outcome == verdict &&
                            std::equal(decoder.output().begin(), decoder.output().end(),
                                       subjects.reference().output().begin(),
                                       subjects.reference().output().end()),
                        decoder.codec, "and the reference read a damaged stream differently");
            }
        }
    }
    return 0;
}
