// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The codecs that bench and verify run: trueno's own, and as peers the kernel's
// lz4, lzo-rle and zstd, liblz4, libzstd and a plain copy. Peers are loaded at
// run time; one that is absent is named and left out.
#ifndef TRUENOCTL_PAGE_CODEC_HPP
#define TRUENOCTL_PAGE_CODEC_HPP

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "error.hpp"

namespace truenoctl {

/// Room for any codec's output for one page: zram's compression stream has two
/// pages.
inline constexpr std::size_t kStreamCapacity = 8192;

class PageCodec {
  public:
    /// @p stream_format: codecs with the same one read each other's streams.
    PageCodec(std::string name, std::string stream_format)
        : name_(std::move(name)), stream_format_(std::move(stream_format)) {}
    virtual ~PageCodec() = default;
    PageCodec(const PageCodec&) = delete;
    PageCodec& operator=(const PageCodec&) = delete;

    const std::string& name() const { return name_; }
    const std::string& stream_format() const { return stream_format_; }

    /// Whether the exact error numbers and bounds of <trueno/codec.h> hold.
    virtual bool keeps_trueno_contract() const { return false; }

    /// Both return 0 or a negative error number; @p to_size: capacity in,
    /// length out.
    virtual int compress(const std::byte* from, std::size_t from_size, std::byte* to,
                         std::size_t* to_size) = 0;
    virtual int decompress(const std::byte* from, std::size_t from_size, std::byte* to,
                           std::size_t* to_size) = 0;

  private:
    std::string name_;
    std::string stream_format_;
};

struct MissingCodec {
    std::string name;
    std::string reason;
};

struct CodecSet {
    std::vector<std::unique_ptr<PageCodec>> codecs;
    std::vector<MissingCodec> missing;

    /// nullptr if there is none of that name.
    PageCodec* find(const std::string& name) const;
};

/// Adds all variants of trueno's codecs that this CPU runs, references included.
void add_trueno_codecs(CodecSet& set);

/// Adds the peers present here.
void add_peer_codecs(CodecSet& set);

/// The codecs of @p all that @p patterns choose: a full name, the name of a
/// trueno format for its best variant, or a shell pattern such as "kernel-*".
/// Without patterns everything but the references. The pointers are valid as
/// long as @p all. A usage error if a pattern matches nothing.
Result<std::vector<PageCodec*>> select_codecs(const CodecSet& all,
                                              const std::vector<std::string>& patterns);

}  // namespace truenoctl

#endif  // TRUENOCTL_PAGE_CODEC_HPP
