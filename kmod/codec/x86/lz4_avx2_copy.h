/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Copies of LZ4 matches with 32-byte registers.
 */
#ifndef TRUENO_LZ4_AVX2_COPY_H
#define TRUENO_LZ4_AVX2_COPY_H

#include <immintrin.h>

#include "../lz4/lz4_match_tables.h"

#define LZ4_MATCH_STEP 32

static __always_inline void lz4_copy_step(uint8_t *to, const uint8_t *from)
{
	_mm256_storeu_si256((__m256i *)to,
			    _mm256_loadu_si256((const __m256i *)from));
}

static __always_inline __m256i lz4_load_16_twice(const uint8_t *from)
{
	__m128i bytes = _mm_loadu_si128((const __m128i *)from);

	return _mm256_broadcastsi128_si256(bytes);
}

/*
 * The shuffle works within 16 bytes, so that each half of the source is put
 * where it belongs on its own. No branch on the offset: offsets below 32 come
 * in a third of all sequences, in no order.
 */
static __always_inline void
lz4_copy_match(uint8_t *to, const uint8_t *from, size_t offset)
{
	const uint8_t *row = lz4_repeat_halves[offset < 32 ? offset - 1 : 31];
	const __m256i *places = (const __m256i *)row;
	__m256i first = lz4_load_16_twice(from);
	__m256i second = lz4_load_16_twice(from + 16);

	first = _mm256_shuffle_epi8(first, _mm256_load_si256(places));
	second = _mm256_shuffle_epi8(second, _mm256_load_si256(places + 1));
	_mm256_storeu_si256((__m256i *)to, _mm256_or_si256(first, second));
}

#endif /* TRUENO_LZ4_AVX2_COPY_H */
