/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What every Zstandard variant shares beside the constants of the format.
 */
#ifndef TRUENO_ZSTD_FORMAT_H
#define TRUENO_ZSTD_FORMAT_H

#include <trueno/codec.h>
#include <trueno/zstd.h>

#include "../memory_access.h"

/* Bytes of work memory; the same for every variant. */
#define ZSTD_WORKMEM_SIZE TRUENO_WORKMEM_MAX

/* Work memory starts anywhere; structures in it start at the next cache line. */
#define ZSTD_WORKMEM_ALIGNMENT 64

static __always_inline void *zstd_align_workmem(void *workmem)
{
	return (uint8_t *)workmem +
	       (-(uintptr_t)workmem & (ZSTD_WORKMEM_ALIGNMENT - 1));
}

/*
 * The levels of zstd that select each profile. The least is that of libzstd. Its
 * level 0, which stands for level 3, is one of the fast ones here: a range has no
 * gaps.
 */
#define ZSTD_FAST_LEVELS { -131072, 1, 1 }
#define ZSTD_DEFAULT_LEVELS { 2, 4, 3 }
#define ZSTD_DENSE_LEVELS { 5, 22, 5 }

/* But for the last, no block of an encoder has less content, in bytes. */
#define ZSTD_ENCODER_BLOCK_MIN 4096

/*
 * The worst frame is all raw blocks: a frame header, and for each block a
 * header and its content. The content size takes eight bytes at most.
 */
static __always_inline size_t zstd_bound(size_t src_len)
{
	const size_t overhead = TRUENO_ZSTD_FRAME_HEADER_MAX +
				(src_len / ZSTD_ENCODER_BLOCK_MIN + 1) *
				TRUENO_ZSTD_BLOCK_HEADER_SIZE;

	return src_len > ~(size_t)0 - overhead ? 0 : src_len + overhead;
}

/* Of every Zstandard variant: see codec_impl.h. */
size_t trueno_zstd_prepared_size(const struct trueno_codec_params *params);
int trueno_zstd_prepare(struct trueno_codec_params *params, void *memory);

#define ZSTD_TAKES_DICTIONARIES						\
	.prepared_size = trueno_zstd_prepared_size,			\
	.prepare = trueno_zstd_prepare

#endif /* TRUENO_ZSTD_FORMAT_H */
