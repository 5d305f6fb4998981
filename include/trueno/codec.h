/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The one interface of all trueno page codecs. The kernel modules, libtrueno,
 * truenoctl, the tests, the fuzzers and the benchmarks all go through it.
 *
 * A codec is a format ("trueno-lz4") built for an instruction set ("avx2");
 * its full name is FORMAT@ISA. FORMAT@reference is the plain implementation
 * that the others are judged by. All codecs of a format read each other's
 * output. So do the profiles of a format, which trade size for speed under
 * names of their own: "trueno-lz4-dense" writes what "trueno-lz4" reads.
 *
 * A level and a dictionary are set by struct trueno_codec_params, prepared once
 * and then handed to any number of calls, also at once from several threads.
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
 * trueno_codec_stream_format - what codecs that read each other's output share
 * @codec: any codec
 *
 * Return: a static string: "trueno-lz4" for every codec of trueno-lz4 and of
 * its profiles, such as trueno-lz4-dense.
 */
const char *trueno_codec_stream_format(const struct trueno_codec *codec);

/**
 * trueno_codec_choice_name - what a codec that chooses may choose
 * @codec: any codec
 * @choice: from 0 up
 *
 * Return: a static string, such as "lz4" for a codec of trueno-auto; NULL when
 * @choice is past the last one, and always for codecs that do not choose.
 */
const char *trueno_codec_choice_name(const struct trueno_codec *codec,
				     unsigned int choice);

/**
 * trueno_codec_choice - what was chosen for a stream
 * @codec: a codec that chooses
 * @stream: what such a codec wrote or has decompressed
 *
 * Return: a number that trueno_codec_choice_name() knows.
 */
unsigned int trueno_codec_choice(const struct trueno_codec *codec,
				 const void *stream);

/* Choices of a codec at most. */
#define TRUENO_CHOICES_MAX 8

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

/* Upper limit of trueno_codec_prepared_size(), in bytes. */
#define TRUENO_PREPARED_MAX 131072

/* The level of params that ask for none; zram's value of a level not set. */
#define TRUENO_LEVEL_DEFAULT (-2147483647 - 1)

/**
 * struct trueno_level_range - the levels a codec takes
 * @min: the least
 * @max: the greatest; all levels between the two are taken
 * @default_level: what TRUENO_LEVEL_DEFAULT stands for
 *
 * All profiles of a stream format share one scale, on which each has a range of
 * its own. What the numbers mean is the format's affair:
 *   trueno-lz4         LZ4's acceleration, from 1 (the default) up; -1 is
 *                      trueno-lz4-dense; there is no 0
 *   trueno-zstd        zstd's levels: -131072 to 1 are trueno-zstd-fast, 2 to 4
 *                      trueno-zstd, 5 to 22 trueno-zstd-dense
 *   all without levels 1
 */
struct trueno_level_range {
	int min;
	int max;
	int default_level;
};

/**
 * struct trueno_codec_params - what may be set about a codec
 * @level: a level that the codec takes, or TRUENO_LEVEL_DEFAULT
 * @dict: dictionary; NULL if @dict_len is 0
 * @dict_len: its length in bytes
 * @prepared: set by trueno_codec_prepare()
 *
 * What @dict holds is the format's affair: for trueno-lz4 any content likely to
 * come up in pages, of which the last 64 KiB count; for trueno-zstd the same, or
 * a dictionary that zstd trained (RFC 8878, 5), which is known by its magic
 * number. Compression looks for matches in the last 64 KiB of its content, and
 * only for inputs of up to 64 KiB.
 */
struct trueno_codec_params {
	int level;
	const void *dict;
	size_t dict_len;
	const void *prepared;
};

/**
 * trueno_codec_levels - the levels a codec takes
 * @codec: any codec
 *
 * Return: its range; 1 to 1 for a codec without levels.
 */
struct trueno_level_range
trueno_codec_levels(const struct trueno_codec *codec);

/**
 * trueno_codec_at_level - the codec that a level selects
 * @codec: any codec
 * @level: on the scale of @codec's stream format, or TRUENO_LEVEL_DEFAULT
 *
 * Return: @codec if it takes @level; else the codec of another profile of the
 * same stream format that does, of the same instruction set or, if there is
 * none, the best one that needs vector registers only if @codec does; NULL if
 * no profile has that level.
 */
const struct trueno_codec *
trueno_codec_at_level(const struct trueno_codec *codec, int level);

/**
 * trueno_codec_takes_dict - whether a codec can use a dictionary
 * @codec: any codec
 *
 * Return: the same for every variant of a format.
 */
bool trueno_codec_takes_dict(const struct trueno_codec *codec);

/**
 * trueno_codec_prepared_size - bytes of memory that preparing takes
 * @codec: any codec
 * @params: level and dictionary
 *
 * Return: at most TRUENO_PREPARED_MAX, the same for every variant of a format; 0
 * without a dictionary, or if the codec takes none.
 */
size_t trueno_codec_prepared_size(const struct trueno_codec *codec,
				  const struct trueno_codec_params *params);

/**
 * trueno_codec_prepare - check params and make them ready for use
 * @codec: any codec
 * @params: in: level and dictionary; out: ready for
 *          trueno_codec_compress_with() and trueno_codec_decompress_with()
 * @memory: trueno_codec_prepared_size() bytes, aligned for uint64_t; may be
 *          NULL if that is 0
 *
 * Afterwards every variant of @codec's format may use @params. They, @memory
 * and the dictionary's bytes must then neither change nor go away while calls
 * use them; the calls only read them. The time taken is bounded by a constant
 * times the dictionary's length.
 *
 * Return: 0; -ERANGE if @codec does not take the level; -EOPNOTSUPP if it takes
 * no dictionary; -EINVAL if the dictionary is not one of its format.
 */
int trueno_codec_prepare(const struct trueno_codec *codec,
			 struct trueno_codec_params *params, void *memory);

/**
 * trueno_codec_compress_with - compress one buffer as params say
 * @codec: any codec
 * @params: made ready by trueno_codec_prepare(); NULL: the default level and no
 *          dictionary
 * @src: as for trueno_codec_compress(), and so are the following
 *
 * Return: as trueno_codec_compress().
 */
int trueno_codec_compress_with(const struct trueno_codec *codec,
			       const struct trueno_codec_params *params,
			       const void *src, size_t src_len, void *dst,
			       size_t *dst_len, void *workmem);

/**
 * trueno_codec_decompress_with - decompress one buffer as params say
 * @codec: any codec
 * @params: made ready by trueno_codec_prepare(), with the dictionary that the
 *          buffer was compressed with; the level does not matter; NULL: no
 *          dictionary
 * @src: as for trueno_codec_decompress(), and so are the following
 *
 * With another dictionary the result is other bytes or -EINVAL, and nothing
 * worse.
 *
 * Return: as trueno_codec_decompress().
 */
int trueno_codec_decompress_with(const struct trueno_codec *codec,
				 const struct trueno_codec_params *params,
				 const void *src, size_t src_len, void *dst,
				 size_t *dst_len, void *workmem);

#ifdef __cplusplus
}
#endif

#endif /* TRUENO_CODEC_H */
