/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the LZ4 encoder's search of text asks of an instruction set, with AVX-512.
 */
#ifndef TRUENO_LZ4_AVX512_BULK_H
#define TRUENO_LZ4_AVX512_BULK_H

#include <immintrin.h>

#include "../memory_access.h"

/* For each of 16 places the four bytes from there on. */
static const uint8_t lz4_window[64] __attribute__((aligned(64))) = {
	0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6,
	4, 5, 6, 7, 5, 6, 7, 8, 6, 7, 8, 9, 7, 8, 9, 10,
	8, 9, 10, 11, 9, 10, 11, 12, 10, 11, 12, 13, 11, 12, 13, 14,
	12, 13, 14, 15, 13, 14, 15, 16, 14, 15, 16, 17, 15, 16, 17, 18,
};

static __always_inline __m512i lz4_load_windows(const uint8_t *at)
{
	__m256i bytes = _mm256_loadu_si256((const __m256i *)at);

	return _mm512_permutexvar_epi8(_mm512_load_si512(lz4_window),
				       _mm512_castsi256_si512(bytes));
}

/* The fifth byte is in the hash's upper byte only. */
static __always_inline void lz4_put_hashes(uint8_t *to, const uint8_t *at,
					   size_t place)
{
	const __m512i places =
		_mm512_add_epi32(_mm512_set1_epi32(place),
				 _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
						   10, 11, 12, 13, 14, 15));
	const __m512i factor = _mm512_set1_epi32(0x9E3779B1);
	__m512i hash = _mm512_mullo_epi32(lz4_load_windows(at), factor);

	hash = _mm512_xor_si512(hash, lz4_load_windows(at + 1));
	/* The places' bits where the constant has ones. */
	hash = _mm512_ternarylogic_epi32(hash, places,
					 _mm512_set1_epi32(0xFFF), 0xD8);
	_mm512_storeu_si512(to, hash);
}

static __always_inline uint32_t
lz4_take_seen(uint8_t *to, const uint8_t *hashes, const uint8_t *seen)
{
	const __m512i place = _mm512_set1_epi32(0xFFF);
	const __m512i hash = _mm512_loadu_si512(hashes);
	const __m512i there = _mm512_loadu_si512(seen);
	const __m512i difference = _mm512_xor_si512(hash, there);

	_mm256_storeu_si256((__m256i *)to,
			    _mm512_cvtepi32_epi16(_mm512_and_si512(there, place)));
	return _mm512_cmple_epu32_mask(difference, place);
}

static __always_inline uint32_t lz4_differing_bytes(const uint8_t *a,
						    const uint8_t *b)
{
	return _mm256_cmpneq_epi8_mask(_mm256_loadu_si256((const __m256i *)a),
				       _mm256_loadu_si256((const __m256i *)b));
}

#endif /* TRUENO_LZ4_AVX512_BULK_H */
