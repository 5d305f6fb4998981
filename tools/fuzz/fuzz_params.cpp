// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Levels and dictionaries: the input's first two bytes say how much of the rest
// is the dictionary and which level is taken, what remains is content and then
// a stream. Every variant reads every variant's stream and gives the
// reference's verdict on the hostile one; nothing beside the dictionary, and
// nothing beside what was prepared, is touched.
#include "fuzz_support.hpp"

using namespace trueno::fuzz;
using trueno::Codec;
using trueno::test::GuardedBuffer;
using trueno::test::Outcome;

namespace {

constexpr std::size_t longest_dictionary = 65536;

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
    const ByteView dictionary = rest.first(rest.size() * data[0] / 256);
    const ByteView content = rest.subspan(dictionary.size());
    for (Subjects& subjects : all_subjects()) {
        const Codec& codec = subjects.reference().codec;
        params.prepare(codec, level_of(codec, data[1]),
                       codec.takes_dictionary() ? dictionary : ByteView());
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
