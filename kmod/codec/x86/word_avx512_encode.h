/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The steps of the word encoder with AVX-512 VBMI2.
 */
#ifndef TRUENO_WORD_AVX512_ENCODE_H
#define TRUENO_WORD_AVX512_ENCODE_H

#include "../word/word_encoder.h"
#include "word_avx512_decode.h"

/* Numbers of 16 lanes, from @first on. */
static __always_inline __m512i word_places(uint32_t first)
{
	return _mm512_add_epi32(_mm512_set1_epi32(first),
				_mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
						  15));
}

static __always_inline void word_find_nonzero(struct word_encoder *e, const uint8_t *page)
{
	uint8_t *to = (uint8_t *)e->nonzero_qwords;
	unsigned int i;

	for (i = 0; i < TRUENO_PAGE_SIZE; i += 64) {
		__m512i qwords = word_load_64(page + i);

		*to++ = _mm512_test_epi64_mask(qwords, qwords);
	}
}

/* Notes 16 distances. Returns which of them fit their byte. */
static __always_inline uint64_t word_judge_16_qwords(struct word_encoder *e, size_t i)
{
	__m512i places =
		_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(e->nonzero_places + i)));
	__m512i distance = _mm512_sub_epi32(_mm512_add_epi32(places, _mm512_set1_epi32(-1)),
					    word_load_64(e->qword_sources + i));

	_mm_storeu_si128((__m128i *)(e->qword_distances + i), _mm512_cvtepi32_epi8(distance));
	return _mm512_cmple_epu32_mask(distance, _mm512_set1_epi32(255));
}

/* Finds which of the qwords that are not zero repeat near enough. */
static __always_inline void word_judge_qwords(struct word_encoder *e)
{
	size_t i;

	for (i = 0; i < e->nonzero_count; i += 64) {
		__m512i equals = word_load_64(e->qword_equals + i);
		uint64_t is_near = word_judge_16_qwords(e, i) |
				   word_judge_16_qwords(e, i + 16) << 16 |
				   word_judge_16_qwords(e, i + 32) << 32 |
				   word_judge_16_qwords(e, i + 48) << 48;

		e->hits[i / 64] = is_near & _mm512_test_epi8_mask(equals, equals) &
				  word_low_bits(e->nonzero_count - i);
	}
}

/*
 * Packs the bytes that have a one among @count mask bits. Returns their end, and
 * may write 63 bytes behind it.
 */
static __always_inline uint8_t *word_pack_bytes(uint8_t *to, const uint8_t *from,
						const uint64_t *masks, size_t stride, size_t count)
{
	size_t i;

	for (i = 0; i < count; i += 64) {
		uint64_t mask = *masks;

		masks = (const uint64_t *)((const uint8_t *)masks + stride);
		_mm512_storeu_si512(to, avx512_compress_bytes(mask, word_load_64(from + i)));
		to += word_count_bits(mask);
	}
	return to;
}

/* Marks the bytes that are equal to the one before. */
static __always_inline void word_mark_repeated(const uint8_t *bytes, size_t count, uint64_t *marks)
{
	size_t i;

	for (i = 0; i < count; i += 64)
		marks[i / 64] = _mm512_cmpeq_epi8_mask(word_load_64(bytes + i),
						       word_load_64(bytes + i - 1));
}

static __always_inline __m256i word_hash_16(__m512i values)
{
	const __m512i multiplier = _mm512_set1_epi32(WORD_DWORD_MULTIPLIER);

	return _mm512_cvtepi32_epi16(_mm512_srli_epi32(_mm512_mullo_epi32(values, multiplier),
						       32 - WORD_DWORD_HASH_BITS));
}

static __always_inline void word_hash_dwords(struct word_encoder *e)
{
	const __m512i low_halves =
		_mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
	const __m512i high_halves = _mm512_add_epi32(low_halves, _mm512_set1_epi32(8));
	size_t i;

	for (i = 0; i < e->dword_count; i += 16) {
		__m512i dwords = word_load_64(e->dwords + i);
		__m512i places = word_places(i);

		_mm512_storeu_si512(e->placed_dwords + i,
				    _mm512_permutex2var_epi32(dwords, low_halves, places));
		_mm512_storeu_si512(e->placed_dwords + i + 8,
				    _mm512_permutex2var_epi32(dwords, high_halves, places));
		_mm256_storeu_si256((__m256i *)(e->dword_hashes + i), word_hash_16(dwords));
		_mm256_storeu_si256((__m256i *)(e->upper_hashes + i),
				    word_hash_16(_mm512_srli_epi32(dwords, 16)));
	}
}

/* Values that dwords are compared with, in the order of word_classify_16(). */
struct word_bases {
	__m512i first;
	__m512i second;
};

/* The classes of 16 dwords and the distances that these use, a byte each. */
struct word_classified {
	__m128i classes;
	__m128i distances;
};

/*
 * Classifies 16 dwords. They come in the order 0, 4, 8, 12, 1, 5, 9, 13, 2, 6 ...
 * which is what unpacking leaves.
 */
static __always_inline struct word_classified word_classify_16(const struct word_encoder *e,
							       size_t i, struct word_bases bases)
{
	const __m512i order =
		_mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
	const __m512i byte = _mm512_set1_epi32(255);
	const __mmask16 is_high = 0xf0f0;
	__m512i found_a = word_load_64(e->found + i);
	__m512i found_b = word_load_64(e->found + i + 4);
	__m512i found_c = word_load_64(e->found + i + 8);
	__m512i found_d = word_load_64(e->found + i + 12);
	__m512i dword_ab = _mm512_unpacklo_epi32(found_a, found_b);
	__m512i dword_cd = _mm512_unpacklo_epi32(found_c, found_d);
	__m512i upper_ab = _mm512_unpackhi_epi32(found_a, found_b);
	__m512i upper_cd = _mm512_unpackhi_epi32(found_c, found_d);
	__m512i dword = _mm512_permutexvar_epi32(order, word_load_64(e->dwords + i));
	__m512i upper = _mm512_srli_epi32(dword, 16);
	/* One less than the places, and so are the distances. */
	__m512i places = _mm512_add_epi32(_mm512_set1_epi32(i - 1), order);
	__m512i difference = _mm512_xor_si512(dword, _mm512_unpacklo_epi64(dword_ab, dword_cd));
	__m512i distance = _mm512_sub_epi32(places, _mm512_unpackhi_epi64(dword_ab, dword_cd));
	__m512i upper_difference =
		_mm512_xor_si512(dword, _mm512_unpacklo_epi64(upper_ab, upper_cd));
	__m512i upper_distance =
		_mm512_sub_epi32(places, _mm512_unpackhi_epi64(upper_ab, upper_cd));
	__mmask16 is_near = _mm512_cmple_epu32_mask(upper_distance, byte);
	__mmask16 repeats = _mm512_mask_testn_epi32_mask(_mm512_cmple_epu32_mask(distance, byte),
							 difference, difference);
	__mmask16 shares_24 = _mm512_mask_cmple_epu32_mask(is_near, upper_difference, byte);
	__mmask16 shares_16 =
		_mm512_mask_cmple_epu32_mask(is_near, upper_difference, _mm512_set1_epi32(0xffff));
	__mmask16 first =
		_mm512_cmpeq_epi32_mask(_mm512_mask_mov_epi32(upper, is_high, dword), bases.first);
	__mmask16 second = _mm512_cmpeq_epi32_mask(upper, bases.second);
	__m512i class = _mm512_set1_epi32(WORD_EXPLICIT);
	struct word_classified classified;

	/* From the longest to the shortest; only a high base beats a repeat. */
	class = _mm512_mask_mov_epi32(class, shares_16, _mm512_set1_epi32(WORD_UPPER_16));
	class = _mm512_mask_mov_epi32(class, shares_24, _mm512_set1_epi32(WORD_UPPER_24));
	class = _mm512_mask_mov_epi32(class, second, _mm512_set1_epi32(WORD_SECOND_BASE));
	class = _mm512_mask_mov_epi32(class, first, _mm512_set1_epi32(WORD_BASE));
	class = _mm512_mask_mov_epi32(class, _mm512_testn_epi32_mask(upper, upper),
				      _mm512_set1_epi32(WORD_SHORT));
	class = _mm512_mask_mov_epi32(class, repeats, _mm512_set1_epi32(WORD_REPEAT));
	class = _mm512_mask_mov_epi32(class, first & is_high, _mm512_set1_epi32(WORD_BASE));
	class = _mm512_maskz_mov_epi32(_mm512_test_epi32_mask(dword, dword), class);
	classified.classes = _mm512_cvtepi32_epi8(class);
	classified.distances =
		_mm512_cvtepi32_epi8(_mm512_mask_mov_epi32(upper_distance, repeats, distance));
	return classified;
}

/* Joins four times 16 bytes in the order of word_classify_16(). */
static __always_inline __m512i word_join_classified(__m128i a, __m128i b, __m128i c, __m128i d)
{
	const __m128i in_order =
		_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
	__m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(a), b, 1);
	__m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(c), d, 1);
	__m512i joined = _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);

	return _mm512_shuffle_epi8(joined, _mm512_broadcast_i32x4(in_order));
}

/* @low and @high in the places of low and high dwords. */
static __always_inline __m512i word_alternate(uint32_t low, uint32_t high)
{
	return _mm512_setr_epi32(low, low, low, low, high, high, high, high, low, low, low, low,
				 high, high, high, high);
}

static __always_inline void word_classify(struct word_encoder *e, struct word_header header)
{
	const struct word_bases bases = {
		.first = word_alternate(header.low_upper[0], header.high_dword),
		.second = word_alternate(header.low_upper[1], header.high_upper),
	};
	size_t i;

	for (i = 0; i < e->dword_count; i += 64) {
		__mmask64 valid = word_low_bits(e->dword_count - i);
		struct word_classified a = word_classify_16(e, i, bases);
		struct word_classified b = word_classify_16(e, i + 16, bases);
		struct word_classified c = word_classify_16(e, i + 32, bases);
		struct word_classified d = word_classify_16(e, i + 48, bases);
		__m512i classes = word_join_classified(a.classes, b.classes, c.classes, d.classes);

		_mm512_storeu_si512(e->dword_distances + i,
				    word_join_classified(a.distances, b.distances, c.distances,
							 d.distances));
		e->planes[0][i / 64] =
			_mm512_mask_test_epi8_mask(valid, classes, _mm512_set1_epi8(1));
		e->planes[1][i / 64] =
			_mm512_mask_test_epi8_mask(valid, classes, _mm512_set1_epi8(2));
		e->planes[2][i / 64] =
			_mm512_mask_test_epi8_mask(valid, classes, _mm512_set1_epi8(4));
	}
}

/* The lowest bytes of 32 dwords, then the ones above, from bit @shift on. */
static __always_inline __m512i word_split_32(__m512i low, __m512i high, unsigned int shift)
{
	/* Byte 0 of dwords 0 to 31 of both sources, then byte 1. */
	const __m512i index = _mm512_setr_epi32(0x0c080400, 0x1c181410, 0x2c282420, 0x3c383430,
						0x4c484440, 0x5c585450, 0x6c686460, 0x7c787470,
						0x0d090501, 0x1d191511, 0x2d292521, 0x3d393531,
						0x4d494541, 0x5d595551, 0x6d696561, 0x7d797571);

	return _mm512_permutex2var_epi8(low, _mm512_or_si512(index, _mm512_set1_epi8(shift / 8)),
					high);
}

static __always_inline void word_split_dwords(struct word_encoder *e)
{
	size_t i;

	for (i = 0; i < e->dword_count; i += 64) {
		__m512i a = word_load_64(e->dwords + i);
		__m512i b = word_load_64(e->dwords + i + 16);
		__m512i c = word_load_64(e->dwords + i + 32);
		__m512i d = word_load_64(e->dwords + i + 48);
		__m512i lower_ab = word_split_32(a, b, 0);
		__m512i lower_cd = word_split_32(c, d, 0);
		__m512i upper_ab = word_split_32(a, b, 16);
		__m512i upper_cd = word_split_32(c, d, 16);

		_mm512_storeu_si512(e->bytes[0] + i,
				    _mm512_shuffle_i64x2(lower_ab, lower_cd, 0x44));
		_mm512_storeu_si512(e->bytes[1] + i,
				    _mm512_shuffle_i64x2(lower_ab, lower_cd, 0xee));
		_mm512_storeu_si512(e->bytes[2] + i,
				    _mm512_shuffle_i64x2(upper_ab, upper_cd, 0x44));
		_mm512_storeu_si512(e->bytes[3] + i,
				    _mm512_shuffle_i64x2(upper_ab, upper_cd, 0xee));
	}
}

#endif /* TRUENO_WORD_AVX512_ENCODE_H */
