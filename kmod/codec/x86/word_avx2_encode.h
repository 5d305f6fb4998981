/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The steps of the word encoder with AVX2.
 */
#ifndef TRUENO_WORD_AVX2_ENCODE_H
#define TRUENO_WORD_AVX2_ENCODE_H

#include "../word/word_encoder.h"
#include "word_avx2_decode.h"

/* Puts 64-bit lanes back in order behind two packs of 32 to 8 bits. */
static __always_inline __m256i word_pack_4(__m256i a, __m256i b, __m256i c,
					   __m256i d)
{
	const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);

	return _mm256_permutevar8x32_epi32(
		_mm256_packus_epi16(_mm256_packs_epi32(a, b),
				    _mm256_packs_epi32(c, d)),
		order);
}

/* A bit for each of eight qwords that is zero, at @page. */
static __always_inline unsigned int word_zero_qwords(const uint8_t *page)
{
	const __m256i zero = _mm256_setzero_si256();
	__m256i low = _mm256_cmpeq_epi64(word_load_32(page), zero);
	__m256i high = _mm256_cmpeq_epi64(word_load_32(page + 32), zero);

	return _mm256_movemask_pd(_mm256_castsi256_pd(low)) |
	       _mm256_movemask_pd(_mm256_castsi256_pd(high)) << 4;
}

static __always_inline void word_find_nonzero(struct word_encoder *e,
					      const uint8_t *page)
{
	uint8_t *to = (uint8_t *)e->nonzero_qwords;
	unsigned int i;

	for (i = 0; i < TRUENO_PAGE_SIZE; i += 64)
		*to++ = ~word_zero_qwords(page + i);
}

/* The distances of eight qwords. */
static __always_inline __m256i word_qword_distances(const struct word_encoder *e,
						    size_t i)
{
	__m256i places = _mm256_cvtepu16_epi32(
		_mm_loadu_si128((const __m128i *)(e->nonzero_places + i)));

	return _mm256_sub_epi32(_mm256_add_epi32(places, _mm256_set1_epi32(-1)),
				word_load_32(e->qword_sources + i));
}

/* Finds which of the qwords that are not zero repeat near enough. */
static __always_inline void word_judge_qwords(struct word_encoder *e)
{
	const __m256i byte = _mm256_set1_epi32(0xff);
	uint32_t *hits = (uint32_t *)e->hits;
	size_t i;

	for (i = 0; i < e->nonzero_count; i += 32) {
		__m256i a = word_qword_distances(e, i);
		__m256i b = word_qword_distances(e, i + 8);
		__m256i c = word_qword_distances(e, i + 16);
		__m256i d = word_qword_distances(e, i + 24);
		__m256i excess = word_pack_4(
			_mm256_srli_epi32(a, 8), _mm256_srli_epi32(b, 8),
			_mm256_srli_epi32(c, 8), _mm256_srli_epi32(d, 8));
		__m256i distances = word_pack_4(
			_mm256_and_si256(a, byte), _mm256_and_si256(b, byte),
			_mm256_and_si256(c, byte), _mm256_and_si256(d, byte));
		/* 1 if equal, against 0 if the distance fits its byte. */
		__m256i is_hit = _mm256_cmpgt_epi8(
			word_load_32(e->qword_equals + i),
			_mm256_min_epu8(excess, _mm256_set1_epi8(1)));

		_mm256_storeu_si256((__m256i *)(e->qword_distances + i), distances);
		*hits++ = _mm256_movemask_epi8(is_hit) &
			  (uint32_t)word_low_bits(e->nonzero_count - i);
	}
	*hits = 0;
}

/*
 * Packs the bytes that have a one among @count mask bits. Returns their end, and
 * may write 7 bytes behind it.
 */
static __always_inline uint8_t *word_pack_bytes(uint8_t *to, const uint8_t *from,
						const uint64_t *masks,
						size_t stride, size_t count)
{
	size_t i;

	for (i = 0; i < count; i += 64) {
		uint64_t mask = *masks;
		unsigned int group;

		masks = (const uint64_t *)((const uint8_t *)masks + stride);
		for (group = 0; group < 8; group++) {
			unsigned int m = mask & 0xff;
			__m128i index = word_load_8(word_pack_index[m]);

			_mm_storel_epi64((__m128i *)to,
					 _mm_shuffle_epi8(word_load_8(from), index));
			from += 8;
			to += word_count_bits(m);
			mask >>= 8;
		}
	}
	return to;
}

/* Marks the bytes that are equal to the one before. */
static __always_inline void word_mark_repeated(const uint8_t *bytes, size_t count,
					       uint64_t *marks)
{
	size_t i;

	for (i = 0; i < count; i += 32)
		((uint32_t *)marks)[i / 32] = _mm256_movemask_epi8(_mm256_cmpeq_epi8(
			word_load_32(bytes + i), word_load_32(bytes + i - 1)));
	if (i % 64)
		((uint32_t *)marks)[i / 32] = 0;
}

/* The hashes of 16 values. */
static __always_inline __m256i word_hash_16(__m256i low, __m256i high)
{
	const __m256i multiplier = _mm256_set1_epi32(WORD_DWORD_MULTIPLIER);

	low = _mm256_srli_epi32(_mm256_mullo_epi32(low, multiplier),
				32 - WORD_DWORD_HASH_BITS);
	high = _mm256_srli_epi32(_mm256_mullo_epi32(high, multiplier),
				 32 - WORD_DWORD_HASH_BITS);
	return _mm256_permute4x64_epi64(_mm256_packus_epi32(low, high), 0xd8);
}

static __always_inline void word_place_8(struct word_encoder *e, size_t i,
					 __m256i dwords)
{
	__m256i places = _mm256_add_epi32(_mm256_set1_epi32(i),
					  _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
	__m256i even = _mm256_unpacklo_epi32(dwords, places);
	__m256i odd = _mm256_unpackhi_epi32(dwords, places);

	_mm256_storeu_si256((__m256i *)(e->placed_dwords + i),
			    _mm256_permute2x128_si256(even, odd, 0x20));
	_mm256_storeu_si256((__m256i *)(e->placed_dwords + i + 4),
			    _mm256_permute2x128_si256(even, odd, 0x31));
}

static __always_inline void word_hash_dwords(struct word_encoder *e)
{
	size_t i;

	for (i = 0; i < e->dword_count; i += 16) {
		__m256i low = word_load_32(e->dwords + i);
		__m256i high = word_load_32(e->dwords + i + 8);

		word_place_8(e, i, low);
		word_place_8(e, i + 8, high);
		_mm256_storeu_si256((__m256i *)(e->dword_hashes + i),
				    word_hash_16(low, high));
		_mm256_storeu_si256((__m256i *)(e->upper_hashes + i),
				    word_hash_16(_mm256_srli_epi32(low, 16),
						 _mm256_srli_epi32(high, 16)));
	}
}

/*
 * Values that dwords are compared with; the low dwords come in the first half,
 * the high dwords in the second.
 */
struct word_bases {
	__m256i first;
	__m256i second;
};

/*
 * The classes of eight dwords, and the distances that these use. The eight come
 * in the order 0, 2, 4, 6, 1, 3, 5, 7, which is what unpacking leaves.
 */
static __always_inline __m256i
word_classify_8(const struct word_encoder *e, size_t i, struct word_bases bases,
		__m256i *distances)
{
	const __m256i zero = _mm256_setzero_si256();
	const __m256i order = _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7);
	__m256i found_a = word_load_32(e->found + i);
	__m256i found_b = word_load_32(e->found + i + 2);
	__m256i found_c = word_load_32(e->found + i + 4);
	__m256i found_d = word_load_32(e->found + i + 6);
	__m256i dword_ab = _mm256_unpacklo_epi32(found_a, found_b);
	__m256i dword_cd = _mm256_unpacklo_epi32(found_c, found_d);
	__m256i upper_ab = _mm256_unpackhi_epi32(found_a, found_b);
	__m256i upper_cd = _mm256_unpackhi_epi32(found_c, found_d);
	__m256i dword = _mm256_permutevar8x32_epi32(word_load_32(e->dwords + i), order);
	__m256i upper = _mm256_srli_epi32(dword, 16);
	/* One less than the places, and so are the distances. */
	__m256i places = _mm256_add_epi32(_mm256_set1_epi32(i - 1), order);
	__m256i difference = _mm256_xor_si256(
		dword, _mm256_unpacklo_epi64(dword_ab, dword_cd));
	__m256i distance = _mm256_sub_epi32(
		places, _mm256_unpackhi_epi64(dword_ab, dword_cd));
	__m256i upper_difference = _mm256_xor_si256(
		dword, _mm256_unpacklo_epi64(upper_ab, upper_cd));
	__m256i upper_distance = _mm256_sub_epi32(
		places, _mm256_unpackhi_epi64(upper_ab, upper_cd));
	/* A distance over 255 does not fit its byte. */
	__m256i repeats = _mm256_cmpeq_epi32(
		_mm256_or_si256(difference, _mm256_srli_epi32(distance, 8)), zero);
	__m256i shares_24 = _mm256_cmpeq_epi32(
		_mm256_srli_epi32(_mm256_or_si256(upper_difference, upper_distance), 8),
		zero);
	__m256i shares_16 = _mm256_cmpeq_epi32(
		_mm256_or_si256(_mm256_srli_epi32(upper_difference, 16),
				_mm256_srli_epi32(upper_distance, 8)), zero);
	__m256i first = _mm256_cmpeq_epi32(_mm256_blend_epi32(upper, dword, 0xf0),
					   bases.first);
	__m256i class = _mm256_set1_epi32(WORD_EXPLICIT);

	/* From the longest to the shortest; only a high base beats a repeat. */
	class = _mm256_blendv_epi8(class, _mm256_set1_epi32(WORD_UPPER_16), shares_16);
	class = _mm256_blendv_epi8(class, _mm256_set1_epi32(WORD_UPPER_24), shares_24);
	class = _mm256_blendv_epi8(class, _mm256_set1_epi32(WORD_SECOND_BASE),
				   _mm256_cmpeq_epi32(upper, bases.second));
	class = _mm256_blendv_epi8(class, _mm256_set1_epi32(WORD_BASE), first);
	class = _mm256_blendv_epi8(class, _mm256_set1_epi32(WORD_SHORT),
				   _mm256_cmpeq_epi32(upper, zero));
	class = _mm256_blendv_epi8(class, _mm256_set1_epi32(WORD_REPEAT), repeats);
	class = _mm256_blendv_epi8(class, _mm256_set1_epi32(WORD_BASE),
				   _mm256_blend_epi32(zero, first, 0xf0));
	class = _mm256_andnot_si256(_mm256_cmpeq_epi32(dword, zero), class);
	*distances = _mm256_blendv_epi8(upper_distance, distance, repeats);
	return class;
}

/* Packs four times eight dwords in the order of word_classify_8() to bytes. */
static __always_inline __m256i word_pack_classified(__m256i a, __m256i b,
						    __m256i c, __m256i d)
{
	const __m256i in_order = _mm256_setr_epi8(
		0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15,
		0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15);

	return _mm256_shuffle_epi8(word_pack_4(a, b, c, d), in_order);
}

static __always_inline void word_classify(struct word_encoder *e,
					  struct word_header header)
{
	const struct word_bases bases = {
		.first = _mm256_blend_epi32(_mm256_set1_epi32(header.low_upper[0]),
					    _mm256_set1_epi32(header.high_dword), 0xf0),
		.second = _mm256_blend_epi32(_mm256_set1_epi32(header.low_upper[1]),
					     _mm256_set1_epi32(header.high_upper), 0xf0),
	};
	__m256i class_a, class_b, class_c, class_d, a, b, c, d;
	uint32_t *const planes[3] = { (uint32_t *)e->planes[0], (uint32_t *)e->planes[1],
				      (uint32_t *)e->planes[2] };
	size_t i;

	for (i = 0; i < e->dword_count; i += 32) {
		const uint32_t valid = word_low_bits(e->dword_count - i);

		class_a = word_classify_8(e, i, bases, &a);
		class_b = word_classify_8(e, i + 8, bases, &b);
		class_c = word_classify_8(e, i + 16, bases, &c);
		class_d = word_classify_8(e, i + 24, bases, &d);
		_mm256_storeu_si256((__m256i *)(e->dword_distances + i),
				    word_pack_classified(a, b, c, d));
		a = word_pack_classified(class_a, class_b, class_c, class_d);
		planes[0][i / 32] = valid & _mm256_movemask_epi8(_mm256_slli_epi16(a, 7));
		planes[1][i / 32] = valid & _mm256_movemask_epi8(_mm256_slli_epi16(a, 6));
		planes[2][i / 32] = valid & _mm256_movemask_epi8(_mm256_slli_epi16(a, 5));
	}
	if (i % 64)
		planes[0][i / 32] = planes[1][i / 32] = planes[2][i / 32] = 0;
}

/* Four bytes of eight dwords to four planes of eight bytes. */
static __always_inline __m256i word_split_8(const uint32_t *dwords)
{
	const __m256i turn = _mm256_setr_epi8(
		0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15,
		0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
	const __m256i halves = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);

	return _mm256_permutevar8x32_epi32(
		_mm256_shuffle_epi8(word_load_32(dwords), turn), halves);
}

static __always_inline void word_split_dwords(struct word_encoder *e)
{
	size_t i;

	for (i = 0; i < e->dword_count; i += 32) {
		__m256i a = word_split_8(e->dwords + i);
		__m256i b = word_split_8(e->dwords + i + 8);
		__m256i c = word_split_8(e->dwords + i + 16);
		__m256i d = word_split_8(e->dwords + i + 24);
		__m256i low_ab = _mm256_unpacklo_epi64(a, b);
		__m256i low_cd = _mm256_unpacklo_epi64(c, d);
		__m256i high_ab = _mm256_unpackhi_epi64(a, b);
		__m256i high_cd = _mm256_unpackhi_epi64(c, d);

		_mm256_storeu_si256((__m256i *)(e->bytes[0] + i),
				    _mm256_permute2x128_si256(low_ab, low_cd, 0x20));
		_mm256_storeu_si256((__m256i *)(e->bytes[1] + i),
				    _mm256_permute2x128_si256(high_ab, high_cd, 0x20));
		_mm256_storeu_si256((__m256i *)(e->bytes[2] + i),
				    _mm256_permute2x128_si256(low_ab, low_cd, 0x31));
		_mm256_storeu_si256((__m256i *)(e->bytes[3] + i),
				    _mm256_permute2x128_si256(high_ab, high_cd, 0x31));
	}
}

#endif /* TRUENO_WORD_AVX2_ENCODE_H */
