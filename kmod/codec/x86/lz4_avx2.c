// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * LZ4 with 32-byte registers and the bit instructions of BMI2.
 */
#include <immintrin.h>

#include <trueno/cpu.h>

#include "../codec_table.h"
#include "../lz4/lz4_scalar_match.h"

static __always_inline void lz4_copy_16(uint8_t *to, const uint8_t *from)
{
	_mm_storeu_si128((__m128i *)to, _mm_loadu_si128((const __m128i *)from));
}

/* As lz4_scalar_match_end(), 32 bytes at a time. */
static __always_inline const uint8_t *
lz4_match_end(const uint8_t *at, const uint8_t *seen, const uint8_t *limit)
{
	while (limit - at >= 32) {
		__m256i here = _mm256_loadu_si256((const __m256i *)at);
		__m256i there = _mm256_loadu_si256((const __m256i *)seen);
		uint32_t same = _mm256_movemask_epi8(_mm256_cmpeq_epi8(here,
								       there));

		if (~same)
			return at + __builtin_ctz(~same);
		at += 32;
		seen += 32;
	}
	return lz4_scalar_match_end(at, seen, limit);
}

#include "../lz4/lz4_compress_template.h"
#include "lz4_avx2_copy.h"
#include "../lz4/lz4_decompress_template.h"

static int compress(const void *src, size_t src_len, void *dst,
		    size_t *dst_len, void *workmem)
{
	return lz4_compress(src, src_len, dst, dst_len, workmem);
}

static int decompress(const void *src, size_t src_len, void *dst,
		      size_t *dst_len, void *workmem)
{
	return lz4_decompress(src, src_len, dst, dst_len);
}

const struct trueno_codec trueno_lz4_avx2 = {
	.name = "trueno-lz4@avx2",
	.format_name = trueno_lz4_format_name,
	.isa_name = "avx2",
	.cpu_features = TRUENO_CPU_AVX2 | TRUENO_CPU_BMI2,
	.needs_simd = true,
	.workmem_size = LZ4_WORKMEM_SIZE,
	.bound = lz4_bound,
	.compress = compress,
	.decompress = decompress,
};
