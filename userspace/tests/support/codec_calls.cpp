// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "codec_calls.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace trueno::test {

Outcome compress(Codec codec, ByteView src, std::span<std::byte> dst,
                 std::span<std::byte> workmem) {
    std::size_t length = dst.size();
    const int status = trueno_codec_compress(codec.handle(), src.data(), src.size(), dst.data(),
                                             &length, workmem.data());
    return {status, length};
}

Outcome decompress(Codec codec, ByteView src, std::span<std::byte> dst,
                   std::span<std::byte> workmem) {
    std::size_t length = dst.size();
    const int status = trueno_codec_decompress(codec.handle(), src.data(), src.size(), dst.data(),
                                               &length, workmem.data());
    return {status, length};
}

Bytes compressed(Codec codec, ByteView src) {
    Bytes stream(codec.bound(src.size()));
    Bytes workmem(codec.workmem_size());
    const Outcome outcome = compress(codec, src, stream, workmem);
    if (outcome.status != 0) {
        throw std::runtime_error(std::string(codec.name()) + " does not compress " +
                                 std::to_string(src.size()) + " bytes into bound() bytes");
    }
    stream.resize(outcome.length);
    return stream;
}

GuardedCall::GuardedCall(Codec codec, std::size_t longest)
    : workmem_size_(codec.workmem_size()),
      source_("source", longest),
      destination_("destination", longest),
      workmem_("workmem", workmem_size_) {}

namespace {

std::span<std::byte> place(const GuardedBuffer& buffer, std::size_t length,
                           GuardedCall::Guard guard) {
    return guard == GuardedCall::Guard::front ? buffer.behind_front_guard(length)
                                              : buffer.before_rear_guard(length);
}

}  // namespace

ByteView GuardedCall::source(ByteView content, Guard guard) {
    const std::span<std::byte> placed = place(source_, content.size(), guard);
    std::copy(content.begin(), content.end(), placed.begin());
    return placed;
}

std::span<std::byte> GuardedCall::destination(std::size_t length, Guard guard) {
    const std::span<std::byte> placed = place(destination_, length, guard);
    std::fill(placed.begin(), placed.end(), std::byte{0xa5});
    return placed;
}

std::span<std::byte> GuardedCall::workmem(Guard guard) {
    return place(workmem_, workmem_size_, guard);
}

std::vector<Format> all_formats() {
    std::vector<Format> formats;
    for (const Codec codec : Codec::all()) {
        if (formats.empty() || formats.back().name != codec.format()) {
            formats.push_back({codec.format(), {}});
        }
        formats.back().variants.push_back(codec);
    }
    return formats;
}

std::string test_name(const std::string& codec_or_format_name) {
    std::string name = codec_or_format_name;
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
    return name;
}

}  // namespace trueno::test
