// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// trueno-zstd against libzstd: each reads the other's frames, and where both
// make sense of a hostile stream, it is the same sense. Which hostile streams
// libzstd refuses is its own affair: it lets some pass that RFC 8878 forbids.
#include <zstd.h>

#include <string_view>

#include "fuzz_support.hpp"

using namespace trueno::fuzz;

namespace {

// One frame; the choice says how it is made: level, checksum, content size, and
// whether it is cut into blocks.
Bytes libzstd_stream(ByteView content, unsigned int choice) {
    static ZSTD_CCtx* const context = ZSTD_createCCtx();
    ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, static_cast<int>(choice % 30) - 7);
    // As much as the content needs: the high levels would clear hundreds of MiB each time.
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 17);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, choice / 30 % 2);
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, choice / 60 % 2);
    Bytes stream(ZSTD_compressBound(content.size()) + 64 * 1024);
    ZSTD_outBuffer out = {stream.data(), stream.size(), 0};
    ZSTD_inBuffer in = {content.data(), content.size(), 0};
    if (choice / 120) {
        in.size = content.size() / 2;
        ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush);
        in.size = content.size();
    }
    ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
    stream.resize(out.pos);
    return stream;
}

bool libzstd_restores(ByteView stream, Bytes& content) {
    const std::size_t length =
        ZSTD_decompress(content.data(), content.size(), stream.data(), stream.size());
    if (ZSTD_isError(length)) {
        return false;
    }
    content.resize(length);
    return true;
}

void require_libzstd_reads(Subject& subject, ByteView content) {
    const Bytes stream = stream_of(subject, content, Guard::rear);
    Bytes restored(content.size());
    require(libzstd_restores(stream, restored) &&
                std::equal(content.begin(), content.end(), restored.begin(), restored.end()),
            subject.codec, "makes a stream that libzstd does not restore");
}

void require_same_sense(Subject& subject, ByteView stream, std::size_t room) {
    Bytes restored(room);
    if (subject.decompress(stream, room, Guard::rear).status != 0 ||
        !libzstd_restores(stream, restored)) {
        return;
    }
    require(std::equal(restored.begin(), restored.end(), subject.output().begin(),
                       subject.output().end()),
            subject.codec, "and libzstd restore a stream differently");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input = input_bytes(data, size);
    const Bytes stream = libzstd_stream(input, size ? data[size - 1] : 0u);
    for (Subjects& subjects : all_subjects()) {
        for (Subject& subject : subjects.variants) {
            if (!std::string_view(subject.codec.format()).starts_with("trueno-zstd")) {
                continue;
            }
            require_libzstd_reads(subject, input);
            require_content(subject, stream, input, Guard::rear,
                            "does not restore libzstd's stream");
            require_same_sense(subject, input, TRUENO_PAGE_SIZE);
        }
    }
    return 0;
}
