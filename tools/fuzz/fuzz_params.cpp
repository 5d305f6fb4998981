// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Levels and dictionaries: the input's first two bytes say how much of the rest
// is the dictionary and which level is taken, what remains is content and then
// a stream. Every variant reads every variant's stream and gives the
// reference's verdict on the hostile one; nothing beside the dictionary, and
// nothing beside what was prepared, is touched. The second byte also says whether
// the dictionary gets a header of zstd's, and whether that is damaged.
#include <zdict.h>

#include "fuzz_support.hpp"

using namespace trueno::fuzz;
using trueno::Codec;
using trueno::test::GuardedBuffer;
using trueno::test::Outcome;

namespace {

constexpr unsigned int has_header = 0x80;
constexpr unsigned int has_damaged_header = 0x40;

// What libzstd puts in front of content, such that random input has no hope of.
Bytes make_header() {
    constexpr std::size_t sample_count = 64;
    constexpr std::size_t sample_size = 512;
    Bytes samples(sample_count * sample_size);
    std::uint32_t state = 1;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        state = state * 1664525 + 1013904223;
        samples[i] = static_cast<std::byte>("dictionary of pages "[(i + (state >> 30)) % 20]);
    }
    const std::vector<std::size_t> sizes(sample_count, sample_size);
    Bytes dictionary(8192);
    dictionary.resize(ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), samples.data(),
                                            sizes.data(), sample_count));
    dictionary.resize(ZDICT_getDictHeaderSize(dictionary.data(), dictionary.size()));
    return dictionary;
}

const Bytes& header() {
    static const Bytes made = make_header();
    return made;
}

const std::size_t longest_dictionary = longest_input + header().size();

// Params in guarded memory.
class GuardedParams {
  public:
    void prepare(const Codec& codec, int level, ByteView dictionary) {
        const std::span<std::byte> bytes = dictionary_.before_rear_guard(dictionary.size());
        std::copy(dictionary.begin(), dictionary.end(), bytes.begin());
        params_ = {level, bytes.data(), bytes.size(), nullptr};
        const std::size_t size = trueno_codec_prepared_size(codec.handle(), &params_);
        std::byte* memory = memory_.before_rear_guard((size + 7) / 8 * 8).data();
        status_ = trueno_codec_prepare(codec.handle(), &params_, memory);
    }

    int status() const { return status_; }

    Outcome run(Subject& subject, decltype(trueno_codec_compress_with) call, ByteView source,
                std::span<std::byte> destination) {
        std::size_t length = destination.size();
        const ByteView placed = subject.memory.source(source, Guard::rear);
        const int status =
            call(subject.codec.handle(), &params_, placed.data(), placed.size(), destination.data(),
                 &length, subject.memory.workmem(Guard::rear).data());
        return {status, length};
    }

  private:
    GuardedBuffer dictionary_{"dictionary", longest_dictionary};
    GuardedBuffer memory_{"prepared", TRUENO_PREPARED_MAX};
    trueno_codec_params params_ = {};
    int status_ = 0;
};

Bytes stream_with(GuardedParams& params, Subject& subject, ByteView content) {
    const auto room = subject.memory.destination(subject.codec.bound(content.size()), Guard::rear);
    const Outcome outcome = params.run(subject, trueno_codec_compress_with, content, room);
    require(outcome.status == 0, subject.codec, "does not compress into bound() bytes");
    return {room.begin(), room.begin() + static_cast<std::ptrdiff_t>(outcome.length)};
}

void require_restored(GuardedParams& params, Subject& subject, ByteView stream, ByteView content) {
    const auto restored = subject.memory.destination(content.size(), Guard::rear);
    const Outcome outcome = params.run(subject, trueno_codec_decompress_with, stream, restored);
    require(outcome == Outcome{0, content.size()} &&
                std::equal(content.begin(), content.end(), restored.begin()),
            subject.codec, "does not restore a stream with these params");
}

void compare_verdicts(GuardedParams& params, Subjects& subjects, ByteView stream) {
    Subject& reference = subjects.reference();
    const auto expected = reference.memory.destination(TRUENO_PAGE_SIZE, Guard::rear);
    const Outcome verdict = params.run(reference, trueno_codec_decompress_with, stream, expected);
    for (Subject& subject : subjects.variants) {
        if (&subject == &reference) {
            continue;
        }
        const auto restored = subject.memory.destination(TRUENO_PAGE_SIZE, Guard::rear);
        const Outcome outcome = params.run(subject, trueno_codec_decompress_with, stream, restored);
        require(outcome == verdict, subject.codec, "and the reference return differently");
        require(verdict.status != 0 ||
                    std::equal(restored.begin(),
                               restored.begin() + static_cast<std::ptrdiff_t>(verdict.length),
                               expected.begin()),
                subject.codec, "and the reference restore different bytes");
    }
}

int level_of(const Codec& codec, unsigned int choice) {
    const trueno_level_range range = codec.levels();
    const auto count = static_cast<unsigned int>(range.max - range.min) + 1;
    return choice % 8 == 7 ? range.max : range.min + static_cast<int>(choice % count);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static GuardedParams params;
    if (size < 2) {
        return 0;
    }
    const ByteView rest = input_bytes(data, size).subspan(2);
    const ByteView given = rest.first(rest.size() * data[0] / 256);
    const ByteView content = rest.subspan(given.size());
    Bytes dictionary;
    if (data[1] & has_header) {
        dictionary = header();
        if (data[1] & has_damaged_header && given.size() > 1) {
            dictionary[static_cast<std::size_t>(given[0]) % dictionary.size()] ^= given[1];
        }
    }
    dictionary.insert(dictionary.end(), given.begin(), given.end());
    for (Subjects& subjects : all_subjects()) {
        const Codec& codec = subjects.reference().codec;
        params.prepare(codec, level_of(codec, data[1]),
                       codec.takes_dictionary() ? ByteView(dictionary) : ByteView());
        if (params.status() != 0) {
            require(params.status() == -EINVAL, codec, "refuses a level of its range");
            continue;
        }
        for (Subject& encoder : subjects.variants) {
            const Bytes stream = stream_with(params, encoder, content);
            for (Subject& decoder : subjects.variants) {
                require_restored(params, decoder, stream, content);
            }
        }
        compare_verdicts(params, subjects, content);
    }
    return 0;
}
