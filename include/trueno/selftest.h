/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The self-test that decides whether a variant may be used. It judges by
 * outcomes only: known answers, and agreement with the format's reference in
 * both directions, on plain and on damaged input, at exact bounds.
 */
#ifndef TRUENO_SELFTEST_H
#define TRUENO_SELFTEST_H

#include <trueno/codec.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Known answers, contents of a page at lengths where formats branch, the ends of
 * the range of levels, a dictionary.
 */
#define TRUENO_SELFTEST_QUICK 1
/* Every length from 0 to TRUENO_PAGE_SIZE too. */
#define TRUENO_SELFTEST_THOROUGH 2

enum trueno_direction {
	TRUENO_COMPRESS,
	TRUENO_DECOMPRESS,
	TRUENO_DIRECTIONS,
};

/**
 * typedef trueno_selftest_run - how the self-test calls a codec
 * @codec: the codec to call
 * @params: as for trueno_codec_compress_with(), may be NULL
 * @direction: that function or trueno_codec_decompress_with()
 * @src: as for these, and so are the following
 *
 * Each call handles at most TRUENO_PAGE_SIZE plain bytes, so that a kernel can
 * wrap it in an FPU section of its own.
 *
 * Return: what the codec returned. Any other error counts against the codec.
 */
typedef int (*trueno_selftest_run)(const struct trueno_codec *codec,
				   const struct trueno_codec_params *params,
				   enum trueno_direction direction,
				   const void *src, size_t src_len, void *dst,
				   size_t *dst_len, void *workmem);

/* What went wrong first, in words for a log line. Strings are static. */
struct trueno_selftest_failure {
	/* "round trip", "known answer" ... */
	const char *check;
	/* Which content was tried: "text", "zero" ... */
	const char *content;
	/* Plain length in bytes. */
	size_t length;
	/* What the codec returned. */
	int result;
};

/**
 * trueno_selftest_memory_size - bytes trueno_selftest() works in
 *
 * Return: under 320 KiB.
 */
size_t trueno_selftest_memory_size(void);

/**
 * trueno_selftest_vector_count - how many known answers a format has
 * @format_name: such as "trueno-lz4"; a profile shares its format's answers
 *
 * Return: 0 if the format is judged by its reference alone.
 */
unsigned int trueno_selftest_vector_count(const char *format_name);

/**
 * trueno_selftest - judge one codec
 * @codec: the codec under test
 * @reference: the oracle of the same format; may be @codec itself
 * @level: TRUENO_SELFTEST_QUICK or TRUENO_SELFTEST_THOROUGH
 * @run: how to call either codec
 * @memory: trueno_selftest_memory_size() bytes aligned for size_t
 * @failure: filled on failure
 *
 * Keeps no state: tests of several codecs may run at once, each with memory of
 * its own.
 *
 * Return: 0 if @codec passed everything, -EINVAL if not.
 */
int trueno_selftest(const struct trueno_codec *codec,
		    const struct trueno_codec *reference, unsigned int level,
		    trueno_selftest_run run, void *memory,
		    struct trueno_selftest_failure *failure);

#ifdef __cplusplus
}
#endif

#endif /* TRUENO_SELFTEST_H */
