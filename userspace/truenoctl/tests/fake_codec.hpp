// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// A codec that does what it should, with a checksum in front of a plain copy,
// and from which tests derive codecs with one fault each.
#ifndef TRUENOCTL_TESTS_FAKE_CODEC_HPP
#define TRUENOCTL_TESTS_FAKE_CODEC_HPP

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "page_codec.hpp"
#include "page_source.hpp"

namespace truenoctl {

class FakeCodec : public PageCodec {
  public:
    explicit FakeCodec(std::string name) : PageCodec(std::move(name), "fake") {}

    bool keeps_trueno_contract() const override { return true; }

    int compress(const std::byte* from, std::size_t from_size, std::byte* to,
                 std::size_t* to_size) override {
        if (*to_size < from_size + 1) {
            return -ENOSPC;
        }
        to[0] = checksum(from, from_size);
        std::memcpy(to + 1, from, from_size);
        *to_size = from_size + 1;
        return 0;
    }

    int decompress(const std::byte* from, std::size_t from_size, std::byte* to,
                   std::size_t* to_size) override {
        if (from_size == 0 || from[0] != checksum(from + 1, from_size - 1)) {
            return -EINVAL;
        }
        if (*to_size < from_size - 1) {
            return -ENOSPC;
        }
        std::memcpy(to, from + 1, from_size - 1);
        *to_size = from_size - 1;
        return 0;
    }

  protected:
    static std::byte checksum(const std::byte* bytes, std::size_t size) {
        std::byte sum{1};
        std::for_each(bytes, bytes + size, [&](std::byte byte) {
            sum = static_cast<std::byte>(std::to_integer<unsigned int>(sum) * 31 +
                                         std::to_integer<unsigned int>(byte));
        });
        return sum;
    }
};

/// A page that no other index gives.
inline void fill_page(std::byte* page, std::size_t index) {
    for (std::size_t i = 0; i < kPageSize; i++) {
        page[i] = static_cast<std::byte>(i * 7 + index * (i / 16 + 1));
    }
}

inline PageGroup numbered_pages(std::size_t count) {
    PageGroup group("numbered");
    std::byte page[kPageSize];
    for (std::size_t i = 0; i < count; i++) {
        fill_page(page, i);
        group.add(page);
    }
    return group;
}

}  // namespace truenoctl

#endif  // TRUENOCTL_TESTS_FAKE_CODEC_HPP
