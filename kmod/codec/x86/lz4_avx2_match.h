/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the LZ4 encoder asks of an instruction set, with 32-byte registers.
 */
#ifndef TRUENO_LZ4_AVX2_MATCH_H
#define TRUENO_LZ4_AVX2_MATCH_H

#include <immintrin.h>

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

#endif /* TRUENO_LZ4_AVX2_MATCH_H */
