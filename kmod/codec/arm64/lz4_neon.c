// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * LZ4 with Advanced SIMD. userspace/tests/neon-instruction-counts shows that it
 * takes fewer instructions than general-purpose registers do.
 */
#include <arm_neon.h>

#include <trueno/cpu.h>

#include "../codec_table.h"
#include "../lz4/lz4_scalar_match.h"

static __always_inline void lz4_copy_16(uint8_t *to, const uint8_t *from)
{
	vst1q_u8(to, vld1q_u8(from));
}

/*
 * As lz4_scalar_match_end(), 16 bytes at a time. Advanced SIMD has no move of
 * one bit per byte; narrowing by four leaves a nibble per byte instead.
 */
static __always_inline const uint8_t *
lz4_match_end(const uint8_t *at, const uint8_t *seen, const uint8_t *limit)
{
	while (limit - at >= 16) {
		uint8x16_t same = vceqq_u8(vld1q_u8(at), vld1q_u8(seen));
		uint8x8_t nibbles = vshrn_n_u16(vreinterpretq_u16_u8(same), 4);
		uint64_t differing = ~vget_lane_u64(vreinterpret_u64_u8(nibbles),
						    0);

		if (differing)
			return at + __builtin_ctzll(differing) / 4;
		at += 16;
		seen += 16;
	}
	return lz4_scalar_match_end(at, seen, limit);
}

#define lz4_sample_page lz4_scalar_sample_page
#define lz4_clear(to, size) __builtin_memset(to, 0, size)
#include "../lz4/lz4_compress_template.h"
#include "../lz4/lz4_search_dense_template.h"
#include "lz4_neon_copy.h"
#include "../lz4/lz4_decompress_template.h"

static int compress(const void *src, size_t src_len, void *dst,
		    size_t *dst_len, void *workmem)
{
	return lz4_compress(src, src_len, dst, dst_len, workmem);
}

static int compress_dense(const void *src, size_t src_len, void *dst,
			  size_t *dst_len, void *workmem)
{
	const struct lz4_effort effort = { .is_dense = true };

	return lz4_compress_dense(src, src_len, dst, dst_len, workmem, 1,
				  effort);
}

static int decompress(const void *src, size_t src_len, void *dst,
		      size_t *dst_len, void *workmem)
{
	return lz4_decompress(src, src_len, dst, dst_len);
}

const struct trueno_codec trueno_lz4_neon = {
	.name = "trueno-lz4@neon",
	.format_name = trueno_lz4_format_name,
	.isa_name = "neon",
	.cpu_features = TRUENO_CPU_NEON,
	.needs_simd = true,
	.workmem_size = LZ4_WORKMEM_SIZE,
	.bound = lz4_bound,
	.compress = compress,
	.decompress = decompress,
	TRUENO_LZ4_PARAMS,
};

const struct trueno_codec trueno_lz4_dense_neon = {
	.name = "trueno-lz4-dense@neon",
	.format_name = trueno_lz4_dense_format_name,
	.isa_name = "neon",
	.cpu_features = TRUENO_CPU_NEON,
	.needs_simd = true,
	.workmem_size = LZ4_WORKMEM_SIZE,
	.bound = lz4_bound,
	.compress = compress_dense,
	.decompress = decompress,
	TRUENO_LZ4_DENSE_PARAMS,
};
