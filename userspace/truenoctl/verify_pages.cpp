// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "verify_pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <random>
#include <span>

namespace truenoctl {

namespace {

using Bytes = std::vector<std::byte>;

constexpr std::byte kGuard{0xa5};
constexpr std::size_t kGuardSize = 64;

// What a codec answered, with its output in a buffer of exactly the capacity
// given and guard bytes on both sides.
struct Answer {
    int error = 0;
    bool wrote_outside = false;
    Bytes output;
};

template <class Call>
Answer call_guarded(std::size_t capacity, Call call) {
    Bytes buffer(capacity + 2 * kGuardSize, kGuard);
    std::byte* output = buffer.data() + kGuardSize;
    std::size_t size = capacity;
    Answer answer;
    answer.error = call(output, &size);
    const auto is_guard = [](std::byte byte) { return byte == kGuard; };
    answer.wrote_outside =
        !std::all_of(buffer.data(), output, is_guard) ||
        !std::all_of(output + capacity, output + capacity + kGuardSize, is_guard);
    if (answer.error == 0) {
        answer.wrote_outside = answer.wrote_outside || size > capacity;
        answer.output.assign(output, output + std::min(size, capacity));
    }
    return answer;
}

Answer compress(PageCodec& codec, const std::byte* page, std::size_t capacity) {
    return call_guarded(capacity, [&](std::byte* to, std::size_t* size) {
        return codec.compress(page, kPageSize, to, size);
    });
}

Answer decompress(PageCodec& codec, std::span<const std::byte> stream, std::size_t capacity) {
    return call_guarded(capacity, [&](std::byte* to, std::size_t* size) {
        return codec.decompress(stream.data(), stream.size(), to, size);
    });
}

std::string error_name(int error) {
    switch (error) {
        case 0:
            return "success";
        case -EINVAL:
            return "EINVAL";
        case -ENOSPC:
            return "ENOSPC";
        default:
            return fmt::format("error {}", error);
    }
}

// Changes bits, bytes or the length, as a fault of memory or an attacker would.
Bytes damage(const Bytes& stream, std::mt19937_64& random) {
    Bytes damaged = stream;
    const auto below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    };
    switch (below(4)) {
        case 0:
            damaged[below(damaged.size())] ^= std::byte{1} << below(8);
            break;
        case 1:
            damaged[below(damaged.size())] = static_cast<std::byte>(below(256));
            break;
        case 2:
            damaged.resize(below(damaged.size()));
            break;
        default:
            damaged.insert(damaged.begin() + static_cast<std::ptrdiff_t>(below(damaged.size())),
                           static_cast<std::byte>(below(256)));
            break;
    }
    return damaged;
}

// The checks of one page; what they find goes to the result.
class PageCheck {
  public:
    PageCheck(const PageGroup& pages, std::size_t page, const std::vector<PageCodec*>& codecs,
              VerifyResult& result)
        : pages_(pages), page_(page), bytes_(pages.page(page)), codecs_(codecs), result_(result) {}

    void run(unsigned int damages, std::mt19937_64& random) {
        for (std::size_t e = 0; e < codecs_.size(); e++) {
            const Answer written = compress(*codecs_[e], bytes_, kStreamCapacity);
            result_.codecs[e].pages_compressed++;
            if (written.wrote_outside) {
                report(e, "compression writes outside its buffer");
            }
            if (written.error != 0) {
                report(e, fmt::format("compression fails: {}", error_name(written.error)));
                continue;
            }
            if (codecs_[e]->keeps_trueno_contract()) {
                check_compress_bounds(e, written.output.size());
            }
            for (std::size_t d = 0; d < codecs_.size(); d++) {
                if (codecs_[d]->stream_format() == codecs_[e]->stream_format()) {
                    check_restores(d, codecs_[e]->name(), written.output);
                }
            }
            if (codecs_[e]->name().ends_with("@reference")) {
                for (unsigned int i = 0; i < damages; i++) {
                    check_verdicts(e, damage(written.output, random));
                }
            }
        }
    }

  private:
    void report(std::size_t codec, std::string what) {
        result_.codecs[codec].mismatches++;
        result_.mismatches.push_back({pages_.name(), page_, pages_.source_index(page_),
                                      codecs_[codec]->name(), std::move(what)});
    }

    bool is_page(const Bytes& bytes) const {
        return bytes.size() == kPageSize && std::memcmp(bytes.data(), bytes_, kPageSize) == 0;
    }

    void check_compress_bounds(std::size_t e, std::size_t size) {
        PageCodec& codec = *codecs_[e];
        result_.codecs[e].bounds_checked += 2;
        const Answer exact = compress(codec, bytes_, size);
        if (exact.error != 0 || exact.wrote_outside) {
            report(e, fmt::format("compression into exactly {} bytes: {}{}", size,
                                  error_name(exact.error),
                                  exact.wrote_outside ? ", writes outside" : ""));
        } else if (!is_page(decompress(codec, exact.output, kPageSize).output)) {
            report(e, fmt::format("compression into exactly {} bytes loses the page", size));
        }
        const Answer short_of_one = compress(codec, bytes_, size - 1);
        // A codec may know a shorter form that it uses only when it must.
        const bool is_shorter_form =
            short_of_one.error == 0 &&
            is_page(decompress(codec, short_of_one.output, kPageSize).output);
        if ((short_of_one.error != -ENOSPC && !is_shorter_form) || short_of_one.wrote_outside) {
            report(e, fmt::format("compression into {} bytes, one too few: {}{}", size - 1,
                                  error_name(short_of_one.error),
                                  short_of_one.wrote_outside ? ", writes outside" : ""));
        }
    }

    void check_restores(std::size_t d, const std::string& encoder, const Bytes& stream) {
        PageCodec& decoder = *codecs_[d];
        const Answer restored = decompress(decoder, stream, kPageSize);
        result_.codecs[d].streams_decompressed++;
        if (restored.wrote_outside) {
            report(d,
                   fmt::format("decompression of {}'s stream writes outside its buffer", encoder));
        }
        if (restored.error != 0) {
            report(d, fmt::format("decompression of {}'s stream fails: {}", encoder,
                                  error_name(restored.error)));
        } else if (!is_page(restored.output)) {
            report(d, fmt::format("decompression of {}'s stream does not give the page back",
                                  encoder));
        }
        if (!decoder.keeps_trueno_contract()) {
            return;
        }
        result_.codecs[d].bounds_checked++;
        const Answer short_of_one = decompress(decoder, stream, kPageSize - 1);
        if (short_of_one.error != -ENOSPC || short_of_one.wrote_outside) {
            report(d, fmt::format("decompression of {}'s stream into one byte too few: {}{}",
                                  encoder, error_name(short_of_one.error),
                                  short_of_one.wrote_outside ? ", writes outside" : ""));
        }
    }

    // A damaged stream may still decode; then all decoders must agree on what to.
    void check_verdicts(std::size_t reference, const Bytes& damaged) {
        const Answer expected = decompress(*codecs_[reference], damaged, kPageSize);
        for (std::size_t d = 0; d < codecs_.size(); d++) {
            PageCodec& decoder = *codecs_[d];
            if (!decoder.keeps_trueno_contract() ||
                decoder.stream_format() != codecs_[reference]->stream_format()) {
                continue;
            }
            result_.codecs[d].damaged_streams++;
            const Answer actual = decompress(decoder, damaged, kPageSize);
            if (actual.wrote_outside) {
                report(d, "decompression of a damaged stream writes outside its buffer");
            }
            if ((actual.error == 0) != (expected.error == 0)) {
                report(d, fmt::format("verdict on a damaged stream: {}, the reference says {}",
                                      error_name(actual.error), error_name(expected.error)));
            } else if (actual.output != expected.output) {
                report(d, "a damaged stream decodes to other bytes than with the reference");
            }
        }
    }

    const PageGroup& pages_;
    std::size_t page_;
    const std::byte* bytes_;
    const std::vector<PageCodec*>& codecs_;
    VerifyResult& result_;
};

}  // namespace

void verify_group(const PageGroup& pages, const std::vector<PageCodec*>& codecs,
                  unsigned int damages, std::uint64_t seed, VerifyResult& result) {
    if (result.codecs.empty()) {
        for (const PageCodec* codec : codecs) {
            result.codecs.push_back({codec->name()});
        }
    }
    std::mt19937_64 random(seed);
    for (std::size_t page = 0; page < pages.size(); page++) {
        PageCheck(pages, page, codecs, result).run(damages, random);
    }
}

}  // namespace truenoctl
