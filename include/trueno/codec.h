/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The one interface of all trueno page codecs. The kernel modules, libtrueno,
 * truenoctl, the tests, the fuzzers and the benchmarks all go through it.
 *
 * A codec is a format ("trueno-lz4") built for an instruction set ("avx2");
 * its full name is FORMAT@ISA. FORMAT@reference is the plain implementation
 * that the others are judged by. All codecs of a format read each other's
 * output.
 *
 * No function here allocates, sleeps, takes a lock or keeps state, and each
 * may run in any thread and any kernel context. A codec for which
 * trueno_codec_needs_simd() holds must, in the kernel, be called inside an FPU
 * section.
 */
#ifndef TRUENO_CODEC_H
#define TRUENO_CODEC_H

#include <trueno/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct trueno_codec;

/* Upper limit of trueno_codec_workmem_size() for every codec, in bytes. */
#define TRUENO_WORKMEM_MAX 65536

/**
 * trueno_codec_find - look a codec up by name
 * @name: "trueno-lz4" (the best variant usable here) or "trueno-lz4@avx2"
 *
 * Return: a codec with static lifetime; NULL if no codec has that name or this
 * CPU cannot run it.
 */
const struct trueno_codec *trueno_codec_find(const char *name);

/**
 * trueno_codec_at - enumerate the codecs usable here
 * @index: from 0 up
 *
 * Codecs of one format follow each other, best variant first, the reference
 * last.
 *
 * Return: a codec, or NULL when @index is past the last one.
 */
const struct trueno_codec *trueno_codec_at(unsigned int index);

/**
 * trueno_codec_name - the full name, such as "trueno-lz4@avx2"
 * @codec: any codec
 *
 * Return: a static string.
 */
const char *trueno_codec_name(const struct trueno_codec *codec);

/**
 * trueno_codec_format_name - the format's name, such as "trueno-lz4"
 * @codec: any codec
 *
 * Return: a static string; codecs of one format return the same pointer.
 */
const char *trueno_codec_format_name(const struct trueno_codec *codec);

/**
 * trueno_codec_isa_name - the variant's name: "reference", "scalar", "avx2" ...
 * @codec: any codec
 *
 * Return: a static string.
 */
const char *trueno_codec_isa_name(const struct trueno_codec *codec);

/**
 * trueno_codec_needs_simd - whether the codec uses vector registers
 * @codec: any codec
 *
 * Return: true if kernel callers must be inside kernel_fpu_begin/end or its
 * like; false if the codec touches general-purpose registers only.
 */
bool trueno_codec_needs_simd(const struct trueno_codec *codec);

/**
 * trueno_codec_workmem_size - bytes of work memory one call needs
 * @codec: any codec
 *
 * Return: at most TRUENO_WORKMEM_MAX; the same for both directions and for
 * every variant of a format, so that one allocation serves all of them.
 */
size_t trueno_codec_workmem_size(const struct trueno_codec *codec);

/**
 * trueno_codec_bound - the largest output compression can produce
 * @codec: any codec
 * @src_len: input length in bytes
 *
 * Return: bytes; compression into a buffer of this size never fails with
 * -ENOSPC. 0 if @src_len is more than the format can hold.
 */
size_t trueno_codec_bound(const struct trueno_codec *codec, size_t src_len);

/**
 * trueno_codec_compress - compress one buffer
 * @codec: any codec
 * @src: input; not changed
 * @src_len: input length in bytes, 0 allowed; TRUENO_PAGE_SIZE is the fast path
 * @dst: output; must not overlap @src
 * @dst_len: in: capacity of @dst in bytes; out: bytes written, valid on success
 * @workmem: trueno_codec_workmem_size() bytes of any content, owned by the
 *           call until it returns
 *
 * @src, @dst and @workmem may have any alignment. Not one byte outside them is
 * read or written. On failure the content of @dst is undefined.
 *
 * Return: 0; -ENOSPC if the output does not fit; -EINVAL if @src_len is more
 * than the format can hold.
 */
int trueno_codec_compress(const struct trueno_codec *codec, const void *src,
			  size_t src_len, void *dst, size_t *dst_len,
			  void *workmem);

/**
 * trueno_codec_decompress - decompress one buffer
 * @codec: any codec
 * @src: compressed input, possibly hostile; not changed
 * @src_len: input length in bytes
 * @dst: output; must not overlap @src
 * @dst_len: in: capacity of @dst in bytes; out: bytes written, valid on success
 * @workmem: as for trueno_codec_compress()
 *
 * @src, @dst and @workmem may have any alignment. Not one byte outside them is
 * read or written, whatever @src holds, and the time taken is bounded by a
 * constant times @src_len + *@dst_len. On failure the content of @dst is
 * undefined.
 *
 * Return: 0; -EINVAL if @src is not a valid stream; -ENOSPC if it may be valid
 * but its content does not fit @dst.
 */
int trueno_codec_decompress(const struct trueno_codec *codec, const void *src,
			    size_t src_len, void *dst, size_t *dst_len,
			    void *workmem);

#ifdef __cplusplus
}
#endif

#endif /* TRUENO_CODEC_H */
