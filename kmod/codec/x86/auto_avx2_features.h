/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The features of auto/auto_features.h with 32-byte registers: a comparison
 * gives -1 where it holds, so that subtracting its result counts lane by lane.
 */
#ifndef TRUENO_AUTO_AVX2_FEATURES_H
#define TRUENO_AUTO_AVX2_FEATURES_H

#include <immintrin.h>

#include "../auto/auto_features.h"

static __always_inline uint32_t auto_sum_words(__m256i lanes)
{
	__m128i sum = _mm_add_epi64(_mm256_castsi256_si128(lanes),
				    _mm256_extracti128_si256(lanes, 1));

	return _mm_cvtsi128_si32(_mm_add_epi64(sum, _mm_srli_si128(sum, 8)));
}

static __always_inline uint32_t auto_sum_halves(__m256i lanes)
{
	__m256i upper = _mm256_srli_epi64(lanes, 32);

	return auto_sum_words(_mm256_add_epi32(lanes, upper));
}

static __always_inline uint32_t auto_sum_bytes(__m256i lanes)
{
	return auto_sum_words(_mm256_sad_epu8(lanes, _mm256_setzero_si256()));
}

static __always_inline __m256i auto_load(const uint8_t *from)
{
	return _mm256_loadu_si256((const __m256i *)from);
}

static __always_inline void
auto_avx2_features(const uint8_t *content, size_t length,
		   struct auto_features *features)
{
	const __m256i zero = _mm256_setzero_si256();
	__m256i zero_words = zero, zero_halves = zero, small = zero;
	__m256i text = zero, high = zero, repeated = zero, uppers = zero;
	__m256i equal = zero;
	unsigned int sample;

	for (sample = 0; sample < AUTO_SAMPLES; sample++) {
		const uint8_t *at = content + auto_sample_at(sample, length);
		__m256i words = auto_load(at);
		__m256i before = auto_load(at - 8);
		__m256i is_zero = _mm256_cmpeq_epi64(words, zero);
		__m256i is_zero_half = _mm256_cmpeq_epi32(words, zero);
		__m256i same, same_half;

		same = _mm256_or_si256(_mm256_cmpeq_epi64(words, before),
				       _mm256_cmpeq_epi64(words, auto_load(at - 16)));
		same = _mm256_or_si256(same, _mm256_cmpeq_epi64(words, auto_load(at - 24)));
		same = _mm256_or_si256(same, _mm256_cmpeq_epi64(words, auto_load(at - 32)));
		same_half = _mm256_cmpeq_epi32(words, before);

		zero_words = _mm256_sub_epi64(zero_words, is_zero);
		zero_halves = _mm256_sub_epi32(zero_halves, is_zero_half);
		small = _mm256_sub_epi32(small, _mm256_cmpeq_epi32(_mm256_srli_epi32(words, 16), zero));
		text = _mm256_sub_epi8(text, _mm256_cmpgt_epi8(words, _mm256_set1_epi8(31)));
		high = _mm256_sub_epi8(high, _mm256_cmpgt_epi8(zero, words));
		repeated = _mm256_sub_epi64(repeated, _mm256_andnot_si256(is_zero, same));
		uppers = _mm256_sub_epi32(uppers, _mm256_andnot_si256(is_zero_half, same_half));
		equal = _mm256_sub_epi8(equal, _mm256_cmpeq_epi8(words, before));
		equal = _mm256_sub_epi8(equal, _mm256_cmpeq_epi8(words, auto_load(at - 1)));
	}
	features->count[AUTO_ZERO_WORDS] = auto_sum_words(zero_words);
	features->count[AUTO_ZERO_HALVES] = auto_sum_halves(zero_halves);
	features->count[AUTO_SMALL_HALVES] = auto_sum_halves(small);
	features->count[AUTO_TEXT_BYTES] = auto_sum_bytes(text);
	features->count[AUTO_HIGH_BYTES] = auto_sum_bytes(high);
	features->count[AUTO_REPEATED_WORDS] = auto_sum_words(repeated);
	features->count[AUTO_REPEATED_UPPERS] =
		auto_sum_words(_mm256_srli_epi64(uppers, 32));
	features->count[AUTO_EQUAL_BYTES] = auto_sum_bytes(equal);
}

#endif /* TRUENO_AUTO_AVX2_FEATURES_H */
