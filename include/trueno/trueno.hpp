// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
//
// The C++20 face of libtrueno. Header-only over the C interface of codec.h, so
// that the library's binary interface stays C. Nothing here throws but
// std::bad_alloc, and that only where memory is allocated: Codec::all() and
// CompressorBuilder::build().
#ifndef TRUENO_TRUENO_HPP
#define TRUENO_TRUENO_HPP

#include <trueno/codec.h>
#include <trueno/cpu.h>
#include <trueno/page.h>

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace trueno {

/// Why a call failed.
enum class Error {
    corrupt_input,   ///< The compressed input is not a valid stream.
    no_space,        ///< The output does not fit the destination.
    input_too_long,  ///< The input is longer than the format can hold.
    unknown_format,  ///< No codec has that format name.
    unusable_isa,    ///< The format has no such variant, or this CPU cannot run it.
    unknown_level,   ///< The format has no such level.
    no_dictionary,   ///< The format takes no dictionary.
    bad_dictionary,  ///< The dictionary is not one of the format.
};

/// One sentence for a person, a static string.
constexpr std::string_view describe(Error error) noexcept {
    switch (error) {
        case Error::corrupt_input:
            return "the compressed input is corrupt";
        case Error::no_space:
            return "the output does not fit the destination";
        case Error::input_too_long:
            return "the input is longer than the format can hold";
        case Error::unknown_format:
            return "no codec has that format name";
        case Error::unusable_isa:
            return "the format has no such variant, or this CPU cannot run it";
        case Error::unknown_level:
            return "the format has no such level";
        case Error::no_dictionary:
            return "the format takes no dictionary";
        case Error::bad_dictionary:
            return "the dictionary is not one of the format";
    }
    return "unknown error";
}

/// A value or an Error, with the members of C++23's std::expected that callers
/// need. Asking for the one that is not there is a programming error (assert).
template <typename T>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) noexcept : state_(std::in_place_index<1>, error) {}

    bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    T& operator*() & noexcept { return get(*this); }
    const T& operator*() const& noexcept { return get(*this); }
    T&& operator*() && noexcept { return std::move(get(*this)); }
    T* operator->() noexcept { return &get(*this); }
    const T* operator->() const noexcept { return &get(*this); }

    Error error() const noexcept {
        assert(!has_value());
        return *std::get_if<1>(&state_);
    }

    template <typename U>
    T value_or(U&& fallback) const& {
        return has_value() ? **this : static_cast<T>(std::forward<U>(fallback));
    }

  private:
    template <typename Self>
    static auto& get(Self& self) noexcept {
        assert(self.has_value());
        return *std::get_if<0>(&self.state_);
    }

    std::variant<T, Error> state_;
};

/// A format built for an instruction set; a handle that is copied freely and
/// never dangles. See struct trueno_codec.
class Codec {
  public:
    /// @param name "trueno-lz4" (the best variant usable here) or
    ///             "trueno-lz4@avx2".
    /// @return the codec; Error::unknown_format or Error::unusable_isa.
    static Result<Codec> find(const std::string& name) noexcept;

    /// The codecs usable here: those of one format follow each other, best
    /// variant first, the reference last.
    static std::vector<Codec> all();

    const char* name() const noexcept { return trueno_codec_name(codec_); }
    const char* format() const noexcept { return trueno_codec_format_name(codec_); }
    const char* isa() const noexcept { return trueno_codec_isa_name(codec_); }

    /// The same for codecs that read each other's streams.
    const char* stream_format() const noexcept { return trueno_codec_stream_format(codec_); }
    bool needs_simd() const noexcept { return trueno_codec_needs_simd(codec_); }

    /// The levels it takes; see struct trueno_level_range.
    trueno_level_range levels() const noexcept { return ::trueno_codec_levels(codec_); }

    /// The codec that @p level selects: this one or another profile's, see
    /// trueno_codec_at_level(). @return Error::unknown_level if none has it.
    Result<Codec> at_level(int level) const noexcept;

    bool takes_dictionary() const noexcept { return trueno_codec_takes_dict(codec_); }

    /// Bytes of work memory one call needs, the same for every variant of a
    /// format.
    std::size_t workmem_size() const noexcept { return trueno_codec_workmem_size(codec_); }

    /// The largest output, in bytes, that compressing @p src_len bytes can
    /// produce; 0 if the format cannot hold that many.
    std::size_t bound(std::size_t src_len) const noexcept {
        return trueno_codec_bound(codec_, src_len);
    }

    /// The C handle, of static lifetime.
    const trueno_codec* handle() const noexcept { return codec_; }

    friend bool operator==(Codec, Codec) = default;

  private:
    explicit Codec(const trueno_codec* codec) noexcept : codec_(codec) {}

    const trueno_codec* codec_;
};

/// A codec's level and dictionary, made ready for use. Copies share what was
/// made ready, and threads may use it at once.
class CodecParams {
  public:
    /// The default level and no dictionary, for any codec.
    CodecParams() noexcept = default;

    /// @param level one of codec.levels(), or TRUENO_LEVEL_DEFAULT.
    /// @param dictionary is copied; empty: none.
    /// @return Error::unknown_level, Error::no_dictionary or
    ///         Error::bad_dictionary.
    /// @throws std::bad_alloc
    static Result<CodecParams> prepare(Codec codec, int level,
                                       std::span<const std::byte> dictionary);

    /// The C struct, valid as long as this object or a copy of it; may be null.
    const trueno_codec_params* handle() const noexcept {
        return shared_ ? &shared_->params : nullptr;
    }

  private:
    struct Shared {
        trueno_codec_params params;
        std::vector<std::byte> dictionary;
        std::vector<std::uint64_t> memory;
    };

    explicit CodecParams(std::shared_ptr<const Shared> shared) noexcept
        : shared_(std::move(shared)) {}

    std::shared_ptr<const Shared> shared_;
};

/// A codec with the work memory it needs. One thread at a time may use it;
/// threads that compress at once own one each.
class PageCompressor {
  public:
    /// @param params prepared for @p codec or another variant of its format.
    /// @throws std::bad_alloc
    explicit PageCompressor(Codec codec, CodecParams params = {})
        : codec_(codec),
          workmem_(std::make_unique_for_overwrite<std::byte[]>(codec.workmem_size())),
          params_(std::move(params)) {}

    Codec codec() const noexcept { return codec_; }

    /// Another one for another thread, with the same codec, level and
    /// dictionary; what was prepared is shared.
    /// @throws std::bad_alloc
    PageCompressor sibling() const { return PageCompressor(codec_, params_); }

    /// Compresses @p src into @p dst, which must not overlap it.
    /// @return bytes written; Error::no_space (never, if dst has
    ///         codec().bound(src.size()) bytes) or Error::input_too_long.
    Result<std::size_t> compress(std::span<const std::byte> src,
                                 std::span<std::byte> dst) noexcept {
        return run(trueno_codec_compress_with, Error::input_too_long, src, dst);
    }

    /// Decompresses @p src, which may be hostile, into @p dst, which must not
    /// overlap it. On failure the content of @p dst is undefined.
    /// @return bytes written; Error::corrupt_input or Error::no_space.
    Result<std::size_t> decompress(std::span<const std::byte> src,
                                   std::span<std::byte> dst) noexcept {
        return run(trueno_codec_decompress_with, Error::corrupt_input, src, dst);
    }

  private:
    Result<std::size_t> run(decltype(trueno_codec_compress_with) call, Error invalid,
                            std::span<const std::byte> src, std::span<std::byte> dst) noexcept {
        std::size_t length = dst.size();
        const int status = call(codec_.handle(), params_.handle(), src.data(), src.size(),
                                dst.data(), &length, workmem_.get());
        if (status == 0) {
            return length;
        }
        return status == -ENOSPC ? Error::no_space : invalid;
    }

    Codec codec_;
    std::unique_ptr<std::byte[]> workmem_;
    CodecParams params_;
};

/// Chooses a codec by format, instruction set, level and dictionary.
///
///     auto compressor = trueno::CompressorBuilder().format("trueno-lz4").isa("avx2").build();
///     auto faster = trueno::CompressorBuilder().format("trueno-lz4").level(4).build();
class CompressorBuilder {
  public:
    /// The format's name; "trueno-lz4" if not called.
    CompressorBuilder& format(std::string_view name) {
        format_ = name;
        return *this;
    }

    /// The variant's name: "scalar", "avx2", "reference" ...; "auto", which is
    /// the default, takes the best one this CPU can run.
    CompressorBuilder& isa(std::string_view name) {
        isa_ = name;
        return *this;
    }

    /// The level; it may select another profile of the format, which the
    /// compressor's codec() then names. See struct trueno_level_range.
    CompressorBuilder& level(int level) {
        level_ = level;
        return *this;
    }

    /// What pages are likely to have in common, in the format's own form. The
    /// bytes are copied by build().
    CompressorBuilder& dictionary(std::span<const std::byte> bytes) {
        dictionary_ = bytes;
        return *this;
    }

    /// @return the compressor; Error::unknown_format, Error::unusable_isa,
    ///         Error::unknown_level, Error::no_dictionary or
    ///         Error::bad_dictionary.
    /// @throws std::bad_alloc
    Result<PageCompressor> build() const {
        auto codec = Codec::find(isa_ == "auto" ? format_ : format_ + "@" + isa_);
        if (codec) {
            codec = codec->at_level(level_);
        }
        if (!codec) {
            return codec.error();
        }
        auto params = CodecParams::prepare(*codec, level_, dictionary_);
        if (!params) {
            return params.error();
        }
        return PageCompressor(*codec, *std::move(params));
    }

  private:
    std::string format_ = "trueno-lz4";
    std::string isa_ = "auto";
    int level_ = TRUENO_LEVEL_DEFAULT;
    std::span<const std::byte> dictionary_;
};

inline Result<CodecParams> CodecParams::prepare(Codec codec, int level,
                                                std::span<const std::byte> dictionary) {
    auto shared = std::make_shared<Shared>();
    shared->dictionary.assign(dictionary.begin(), dictionary.end());
    shared->params = {level, shared->dictionary.data(), dictionary.size(), nullptr};
    const std::size_t size = trueno_codec_prepared_size(codec.handle(), &shared->params);
    shared->memory.resize((size + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t));
    switch (trueno_codec_prepare(codec.handle(), &shared->params, shared->memory.data())) {
        case 0:
            return CodecParams(std::move(shared));
        case -ERANGE:
            return Error::unknown_level;
        case -EOPNOTSUPP:
            return Error::no_dictionary;
        default:
            return Error::bad_dictionary;
    }
}

inline Result<Codec> Codec::at_level(int level) const noexcept {
    if (const trueno_codec* codec = trueno_codec_at_level(codec_, level)) {
        return Codec(codec);
    }
    return Error::unknown_level;
}

inline Result<Codec> Codec::find(const std::string& name) noexcept {
    if (const trueno_codec* codec = trueno_codec_find(name.c_str())) {
        return Codec(codec);
    }
    const std::string_view format = std::string_view(name).substr(0, name.find('@'));
    for (unsigned int i = 0; const trueno_codec* codec = trueno_codec_at(i); ++i) {
        if (format == trueno_codec_format_name(codec)) {
            return Error::unusable_isa;
        }
    }
    return Error::unknown_format;
}

inline std::vector<Codec> Codec::all() {
    std::vector<Codec> codecs;
    for (unsigned int i = 0; const trueno_codec* codec = trueno_codec_at(i); ++i) {
        codecs.push_back(Codec(codec));
    }
    return codecs;
}

}  // namespace trueno

#endif  // TRUENO_TRUENO_HPP
