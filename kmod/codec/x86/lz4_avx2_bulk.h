/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the LZ4 encoder's search of text asks of an instruction set, with 32-byte
 * registers.
 */
#ifndef TRUENO_LZ4_AVX2_BULK_H
#define TRUENO_LZ4_AVX2_BULK_H

#include <immintrin.h>

#include "../memory_access.h"

/* For each of 8 places the four bytes from there on. */
static __always_inline __m256i lz4_load_windows(const uint8_t *at)
{
	const __m256i window =
		_mm256_setr_epi8(0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6,
				 4, 5, 6, 7, 5, 6, 7, 8, 6, 7, 8, 9, 7, 8, 9, 10);
	__m128i bytes = _mm_loadu_si128((const __m128i *)at);

	return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), window);
}

/* The fifth byte is in the hash's upper byte only. */
static __always_inline void lz4_put_8_hashes(uint8_t *to, const uint8_t *at,
					     size_t place)
{
	const __m256i places =
		_mm256_add_epi32(_mm256_set1_epi32(place),
				 _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
	const __m256i factor = _mm256_set1_epi32(0x9E3779B1);
	__m256i hash = _mm256_mullo_epi32(lz4_load_windows(at), factor);

	hash = _mm256_xor_si256(hash, lz4_load_windows(at + 1));
	hash = _mm256_andnot_si256(_mm256_set1_epi32(0xFFF), hash);
	_mm256_storeu_si256((__m256i *)to, _mm256_or_si256(hash, places));
}

static __always_inline void lz4_put_hashes(uint8_t *to, const uint8_t *at,
					   size_t place)
{
	lz4_put_8_hashes(to, at, place);
	lz4_put_8_hashes(to + 32, at + 8, place + 8);
}

static __always_inline uint32_t
lz4_take_seen(uint8_t *to, const uint8_t *hashes, const uint8_t *seen)
{
	const __m256i place = _mm256_set1_epi32(0xFFF);
	const __m256i first = _mm256_loadu_si256((const __m256i *)seen);
	const __m256i second = _mm256_loadu_si256((const __m256i *)(seen + 32));
	const __m256i *hash = (const __m256i *)hashes;
	__m256i first_same = _mm256_xor_si256(first, _mm256_loadu_si256(hash));
	__m256i second_same =
		_mm256_xor_si256(second, _mm256_loadu_si256(hash + 1));
	__m256i places, same;

	places = _mm256_packus_epi32(_mm256_and_si256(first, place),
				     _mm256_and_si256(second, place));
	_mm256_storeu_si256((__m256i *)to,
			    _mm256_permute4x64_epi64(places, 0xD8));
	first_same = _mm256_cmpeq_epi32(_mm256_andnot_si256(place, first_same),
					_mm256_setzero_si256());
	second_same = _mm256_cmpeq_epi32(_mm256_andnot_si256(place, second_same),
					 _mm256_setzero_si256());
	same = _mm256_packs_epi32(first_same, second_same);
	same = _mm256_permute4x64_epi64(same, 0xD8);
	same = _mm256_packs_epi16(same, _mm256_setzero_si256());
	same = _mm256_permute4x64_epi64(same, 0xD8);
	return _mm256_movemask_epi8(same);
}

static __always_inline uint32_t lz4_differing_bytes(const uint8_t *a,
						    const uint8_t *b)
{
	__m256i same = _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)a),
					 _mm256_loadu_si256((const __m256i *)b));

	return ~_mm256_movemask_epi8(same);
}

#endif /* TRUENO_LZ4_AVX2_BULK_H */
