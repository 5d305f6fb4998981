// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// trueno-lz4 against liblz4: each reads the other's streams, and where liblz4
// makes sense of a hostile stream, so do we, and the same sense.
#include <lz4.h>

#include <string_view>

#include "fuzz_support.hpp"

using namespace trueno::fuzz;

namespace {

const char* chars(ByteView bytes) {
    return reinterpret_cast<const char*>(bytes.data());
}
char* chars(Bytes& bytes) {
    return reinterpret_cast<char*>(bytes.data());
}

int length_of(ByteView bytes) {
    return static_cast<int>(bytes.size());
}

Bytes liblz4_stream(ByteView content, int acceleration) {
    Bytes stream(static_cast<std::size_t>(LZ4_compressBound(length_of(content))));
    const int length = LZ4_compress_fast(chars(content), chars(stream), length_of(content),
                                         length_of(stream), acceleration);
    stream.resize(static_cast<std::size_t>(length));
    return stream;
}

// liblz4 reads an offset of zero as some bytes or other; we call it corrupt.
bool has_zero_offset(ByteView stream) {
    std::size_t at = 0;
    const auto byte = [&] {
        return at < stream.size() ? std::to_integer<std::size_t>(stream[at++]) : std::size_t{0};
    };
    const auto count = [&](std::size_t nibble) {
        std::size_t total = nibble;
        for (std::size_t more = 255; nibble == 15 && more == 255; total += more) {
            more = byte();
        }
        return total;
    };
    while (at < stream.size()) {
        const std::size_t token = byte();
        at += count(token >> 4);
        if (at + 2 <= stream.size() && byte() + byte() == 0) {
            return true;
        }
        count(token & 15);
    }
    return false;
}

void require_liblz4_reads(Subject& subject, ByteView content) {
    const Bytes stream = stream_of(subject, content, Guard::rear);
    Bytes restored(content.size() + 1);
    const int length =
        LZ4_decompress_safe(chars(stream), chars(restored), length_of(stream), length_of(content));
    require(length == length_of(content) &&
                std::equal(content.begin(), content.end(), restored.begin()),
            subject.codec, "makes a stream that liblz4 does not restore");
}

void require_same_sense(Subject& subject, ByteView stream, std::size_t room) {
    Bytes restored(room + 1);
    const int length = LZ4_decompress_safe(chars(stream), chars(restored), length_of(stream),
                                           static_cast<int>(room));
    if (length < 0 || has_zero_offset(stream)) {
        return;
    }
    restored.resize(static_cast<std::size_t>(length));
    const auto outcome = subject.decompress(stream, room, Guard::rear);
    require(outcome.status == 0 && std::equal(restored.begin(), restored.end(),
                                              subject.output().begin(), subject.output().end()),
            subject.codec, "and liblz4 restore a stream differently");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input = input_bytes(data, size);
    const Bytes fast = liblz4_stream(input, 1);
    const Bytes faster = liblz4_stream(input, 16);
    for (Subjects& subjects : all_subjects()) {
        for (Subject& subject : subjects.variants) {
            if (subject.codec.stream_format() != std::string_view("trueno-lz4")) {
                continue;
            }
            require_liblz4_reads(subject, input);
            require_content(subject, fast, input, Guard::rear, "does not restore liblz4's stream");
            require_content(subject, faster, input, Guard::front,
                            "does not restore liblz4's stream");
            require_same_sense(subject, input, TRUENO_PAGE_SIZE);
        }
    }
    return 0;
}
