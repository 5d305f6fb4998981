// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The peers. Each is called as zram calls it: lz4 and lzo-rle as crypto/lz4.c
// and crypto/lzo-rle.c do, zstd at level 3 as crypto/zstd.c does and at the others
// as the zstd backend of zram 6.12 does with "level=N". Level -1 is named as the
// program zstd names it, fast-1.
//
// The declarations below restate the interfaces that the installed headers of
// liblz4 and libzstd and the kernel's <linux/lz4.h>, <linux/lzo.h> and
// <linux/zstd.h> document; none of them is needed to build the tool.
#include <dlfcn.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "page_codec.hpp"
#include "page_source.hpp"

namespace truenoctl {

namespace {

// LZ4_MEM_COMPRESS, LZO1X_1_MEM_COMPRESS of the kernel's headers, in bytes.
constexpr std::size_t kKernelLz4WorkmemSize = (std::size_t{1} << 14) + 32;
constexpr std::size_t kKernelLzoWorkmemSize = 8192 * sizeof(std::uint16_t);

// zram 6.12 passes the page size as the expected source size, crypto/zstd.c 0.
constexpr int kCryptoZstdLevel = 3;
constexpr unsigned long long kCryptoZstdSourceSize = 0;

// A loaded library stays loaded: the codecs hold pointers into it.
class Library {
  public:
    explicit Library(const std::string& file) : handle_(dlopen(file.c_str(), RTLD_NOW)) {
        if (handle_ == nullptr) {
            reason_ = dlerror();
        }
    }

    template <class Function>
    bool resolve(const char* symbol, Function*& function) {
        if (handle_ == nullptr) {
            return false;
        }
        function = reinterpret_cast<Function*>(dlsym(handle_, symbol));
        if (function == nullptr) {
            reason_ = fmt::format("the library has no {}", symbol);
        }
        return function != nullptr;
    }

    const std::string& reason() const { return reason_; }

  private:
    void* handle_;
    std::string reason_;
};

class Copy : public PageCodec {
  public:
    Copy() : PageCodec("memcpy", "copy") {}

    int compress(const std::byte* from, std::size_t from_size, std::byte* to,
                 std::size_t* to_size) override {
        if (from_size > *to_size) {
            return -ENOSPC;
        }
        std::memcpy(to, from, from_size);
        *to_size = from_size;
        return 0;
    }

    int decompress(const std::byte* from, std::size_t from_size, std::byte* to,
                   std::size_t* to_size) override {
        return compress(from, from_size, to, to_size);
    }
};

using Lz4Decompress = int(const char* from, char* to, int from_size, int to_capacity);

int lz4_decompress(Lz4Decompress* decompress, const std::byte* from, std::size_t from_size,
                   std::byte* to, std::size_t* to_size) {
    const int length = decompress(reinterpret_cast<const char*>(from), reinterpret_cast<char*>(to),
                                  static_cast<int>(from_size), static_cast<int>(*to_size));
    if (length < 0) {
        return -EINVAL;
    }
    *to_size = static_cast<std::size_t>(length);
    return 0;
}

class KernelLz4 : public PageCodec {
  public:
    using PageCodec::PageCodec;

    bool load(Library& library) {
        return library.resolve("LZ4_compress_default", compress_) &&
               library.resolve("LZ4_decompress_safe", decompress_);
    }

    int compress(const std::byte* from, std::size_t from_size, std::byte* to,
                 std::size_t* to_size) override {
        const int length =
            compress_(reinterpret_cast<const char*>(from), reinterpret_cast<char*>(to),
                      static_cast<int>(from_size), static_cast<int>(*to_size), workmem_);
        if (length == 0) {
            return -ENOSPC;
        }
        *to_size = static_cast<std::size_t>(length);
        return 0;
    }

    int decompress(const std::byte* from, std::size_t from_size, std::byte* to,
                   std::size_t* to_size) override {
        return lz4_decompress(decompress_, from, from_size, to, to_size);
    }

  private:
    int (*compress_)(const char*, char*, int, int, void* workmem) = nullptr;
    Lz4Decompress* decompress_ = nullptr;
    alignas(64) std::byte workmem_[kKernelLz4WorkmemSize];
};

// The library call that needs no allocation either, with the state in a buffer
// of ours. Its internal reset is cheaper than the kernel's.
class LibLz4 : public PageCodec {
  public:
    using PageCodec::PageCodec;

    bool load(Library& library) {
        int (*state_size)() = nullptr;
        if (!library.resolve("LZ4_compress_fast_extState", compress_) ||
            !library.resolve("LZ4_decompress_safe", decompress_) ||
            !library.resolve("LZ4_sizeofState", state_size)) {
            return false;
        }
        state_ = std::make_unique<std::uint64_t[]>(
            static_cast<std::size_t>(state_size()) / sizeof(std::uint64_t) + 1);
        return true;
    }

    int compress(const std::byte* from, std::size_t from_size, std::byte* to,
                 std::size_t* to_size) override {
        const int acceleration = 1;
        const int length = compress_(state_.get(), reinterpret_cast<const char*>(from),
                                     reinterpret_cast<char*>(to), static_cast<int>(from_size),
                                     static_cast<int>(*to_size), acceleration);
        if (length == 0) {
            return -ENOSPC;
        }
        *to_size = static_cast<std::size_t>(length);
        return 0;
    }

    int decompress(const std::byte* from, std::size_t from_size, std::byte* to,
                   std::size_t* to_size) override {
        return lz4_decompress(decompress_, from, from_size, to, to_size);
    }

  private:
    int (*compress_)(void* state, const char*, char*, int, int, int acceleration) = nullptr;
    Lz4Decompress* decompress_ = nullptr;
    std::unique_ptr<std::uint64_t[]> state_;
};

class KernelLzoRle : public PageCodec {
  public:
    using PageCodec::PageCodec;

    bool load(Library& library) {
        // Kernels before the bounded variant came had only the other one.
        return (library.resolve("lzorle1x_1_compress_safe", compress_) ||
                library.resolve("lzorle1x_1_compress", compress_)) &&
               library.resolve("lzo1x_decompress_safe", decompress_);
    }

    int compress(const std::byte* from, std::size_t from_size, std::byte* to,
                 std::size_t* to_size) override {
        return compress_(from, from_size, to, to_size, workmem_) == 0 ? 0 : -ENOSPC;
    }

    int decompress(const std::byte* from, std::size_t from_size, std::byte* to,
                   std::size_t* to_size) override {
        return decompress_(from, from_size, to, to_size) == 0 ? 0 : -EINVAL;
    }

  private:
    int (*compress_)(const std::byte*, std::size_t, std::byte*, std::size_t*, void*) = nullptr;
    int (*decompress_)(const std::byte*, std::size_t, std::byte*, std::size_t*) = nullptr;
    alignas(64) std::byte workmem_[kKernelLzoWorkmemSize];
};

// Laid out as zstd.h and <linux/zstd_lib.h> document them.
struct ZstdCompressionParameters {
    unsigned window_log, chain_log, hash_log, search_log, min_match, target_length;
    int strategy;
};
struct ZstdParameters {
    ZstdCompressionParameters compression;
    int content_size_flag, checksum_flag, no_dict_id_flag;
};

class KernelZstd : public PageCodec {
  public:
    using PageCodec::PageCodec;

    bool load(Library& library, int level, unsigned long long source_size) {
        ZstdParameters (*get_params)(int, unsigned long long) = nullptr;
        std::size_t (*compress_bound)(const ZstdCompressionParameters*) = nullptr;
        std::size_t (*decompress_bound)() = nullptr;
        void* (*init_compress)(void*, std::size_t) = nullptr;
        void* (*init_decompress)(void*, std::size_t) = nullptr;
        if (!library.resolve("zstd_get_params", get_params) ||
            !library.resolve("zstd_cctx_workspace_bound", compress_bound) ||
            !library.resolve("zstd_dctx_workspace_bound", decompress_bound) ||
            !library.resolve("zstd_init_cctx", init_compress) ||
            !library.resolve("zstd_init_dctx", init_decompress) ||
            !library.resolve("zstd_compress_cctx", compress_) ||
            !library.resolve("zstd_decompress_dctx", decompress_) ||
            !library.resolve("zstd_is_error", is_error_)) {
            return false;
        }
        parameters_ = get_params(level, source_size);
        compress_context_ =
            init(compress_workspace_, compress_bound(&parameters_.compression), init_compress);
        decompress_context_ = init(decompress_workspace_, decompress_bound(), init_decompress);
        return compress_context_ != nullptr && decompress_context_ != nullptr;
    }

    int compress(const std::byte* from, std::size_t from_size, std::byte* to,
                 std::size_t* to_size) override {
        return finish(compress_(compress_context_, to, *to_size, from, from_size, &parameters_),
                      to_size);
    }

    int decompress(const std::byte* from, std::size_t from_size, std::byte* to,
                   std::size_t* to_size) override {
        return finish(decompress_(decompress_context_, to, *to_size, from, from_size), to_size);
    }

  private:
    using Workspace = std::unique_ptr<std::uint64_t[]>;

    static void* init(Workspace& workspace, std::size_t size,
                      void* (*init_context)(void*, std::size_t)) {
        workspace = std::make_unique<std::uint64_t[]>(size / sizeof(std::uint64_t) + 1);
        return init_context(workspace.get(), size);
    }

    int finish(std::size_t result, std::size_t* to_size) const {
        if (is_error_(result) != 0) {
            return -EINVAL;
        }
        *to_size = result;
        return 0;
    }

    ZstdParameters parameters_{};
    std::size_t (*compress_)(void*, void*, std::size_t, const void*, std::size_t,
                             const ZstdParameters*) = nullptr;
    std::size_t (*decompress_)(void*, void*, std::size_t, const void*, std::size_t) = nullptr;
    unsigned (*is_error_)(std::size_t) = nullptr;
    Workspace compress_workspace_;
    Workspace decompress_workspace_;
    void* compress_context_ = nullptr;
    void* decompress_context_ = nullptr;
};

class LibZstd : public PageCodec {
  public:
    using PageCodec::PageCodec;
    ~LibZstd() override {
        if (compress_context_ != nullptr) {
            free_compress_(compress_context_);
        }
        if (decompress_context_ != nullptr) {
            free_decompress_(decompress_context_);
        }
    }

    bool load(Library& library, int level) {
        void* (*create_compress)() = nullptr;
        void* (*create_decompress)() = nullptr;
        if (!library.resolve("ZSTD_createCCtx", create_compress) ||
            !library.resolve("ZSTD_createDCtx", create_decompress) ||
            !library.resolve("ZSTD_freeCCtx", free_compress_) ||
            !library.resolve("ZSTD_freeDCtx", free_decompress_) ||
            !library.resolve("ZSTD_compressCCtx", compress_) ||
            !library.resolve("ZSTD_decompressDCtx", decompress_) ||
            !library.resolve("ZSTD_isError", is_error_)) {
            return false;
        }
        level_ = level;
        compress_context_ = create_compress();
        decompress_context_ = create_decompress();
        return compress_context_ != nullptr && decompress_context_ != nullptr;
    }

    int compress(const std::byte* from, std::size_t from_size, std::byte* to,
                 std::size_t* to_size) override {
        return finish(compress_(compress_context_, to, *to_size, from, from_size, level_), to_size);
    }

    int decompress(const std::byte* from, std::size_t from_size, std::byte* to,
                   std::size_t* to_size) override {
        return finish(decompress_(decompress_context_, to, *to_size, from, from_size), to_size);
    }

  private:
    int finish(std::size_t result, std::size_t* to_size) const {
        if (is_error_(result) != 0) {
            return -EINVAL;
        }
        *to_size = result;
        return 0;
    }

    int level_ = 0;
    std::size_t (*free_compress_)(void*) = nullptr;
    std::size_t (*free_decompress_)(void*) = nullptr;
    std::size_t (*compress_)(void*, void*, std::size_t, const void*, std::size_t, int) = nullptr;
    std::size_t (*decompress_)(void*, void*, std::size_t, const void*, std::size_t) = nullptr;
    unsigned (*is_error_)(std::size_t) = nullptr;
    void* compress_context_ = nullptr;
    void* decompress_context_ = nullptr;
};

template <class Peer, class... Arguments>
void add_peer(CodecSet& set, Library& library, const char* name, const char* stream_format,
              Arguments... arguments) {
    auto peer = std::make_unique<Peer>(name, stream_format);
    if (peer->load(library, arguments...)) {
        set.codecs.push_back(std::move(peer));
    } else {
        set.missing.push_back({name, library.reason()});
    }
}

// TRUENO_KERNEL_PEERS, or beside the build's own tool.
std::string kernel_peers_path() {
    if (const char* path = std::getenv("TRUENO_KERNEL_PEERS"); path != nullptr) {
        return path;
    }
    std::error_code error;
    const auto directory =
        std::filesystem::read_symlink("/proc/self/exe", error).parent_path().parent_path();
    return (directory / "peers" / "libkernel-peers.so").string();
}

}  // namespace

void add_peer_codecs(CodecSet& set) {
    Library kernel(kernel_peers_path());
    add_peer<KernelLz4>(set, kernel, "kernel-lz4", "lz4");
    add_peer<KernelLzoRle>(set, kernel, "kernel-lzo-rle", "lzo-rle");
    add_peer<KernelZstd>(set, kernel, "kernel-zstd-fast-1", "zstd", -1,
                         static_cast<unsigned long long>(kPageSize));
    add_peer<KernelZstd>(set, kernel, "kernel-zstd-1", "zstd", 1,
                         static_cast<unsigned long long>(kPageSize));
    add_peer<KernelZstd>(set, kernel, "kernel-zstd-3", "zstd", kCryptoZstdLevel,
                         kCryptoZstdSourceSize);
    add_peer<KernelZstd>(set, kernel, "kernel-zstd-5", "zstd", 5,
                         static_cast<unsigned long long>(kPageSize));
    Library lz4("liblz4.so.1");
    add_peer<LibLz4>(set, lz4, "liblz4", "lz4");
    Library zstd("libzstd.so.1");
    add_peer<LibZstd>(set, zstd, "libzstd-1", "zstd", 1);
    add_peer<LibZstd>(set, zstd, "libzstd-3", "zstd", 3);
    set.codecs.push_back(std::make_unique<Copy>());
}

}  // namespace truenoctl
