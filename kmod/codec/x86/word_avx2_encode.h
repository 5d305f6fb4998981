/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The steps of the word encoder with AVX2.
 */
#ifndef TRUENO_WORD_AVX2_ENCODE_H
#define TRUENO_WORD_AVX2_ENCODE_H

#include "../word/word_encoder.h"
#include "word_avx2_decode.h"

static __always_inline uint64_t word_extract_bits(uint64_t bits, uint64_t mask)
{
	return _pext_u64(bits, mask);
}

static __always_inline __m256i word_load_32(const void *from)
{
	return _mm256_loadu_si256(from);
}

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

static __always_inline uint32_t word_judge_32_qwords(struct word_encoder *e,
						     size_t i)
{
	const __m256i places = _mm256_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
						 10, 11, 12, 13, 14, 15);
	__m256i low = _mm256_sub_epi16(
		_mm256_add_epi16(places, _mm256_set1_epi16(i - 1)),
		word_load_32(e->qword_sources + i));
	__m256i high = _mm256_sub_epi16(
		_mm256_add_epi16(places, _mm256_set1_epi16(i + 15)),
		word_load_32(e->qword_sources + i + 16));
	const __m256i byte = _mm256_set1_epi16(0xff);
	__m256i distances = _mm256_permute4x64_epi64(
		_mm256_packus_epi16(_mm256_and_si256(low, byte),
				    _mm256_and_si256(high, byte)), 0xd8);
	__m256i excess = _mm256_permute4x64_epi64(
		_mm256_packus_epi16(_mm256_srli_epi16(low, 8),
				    _mm256_srli_epi16(high, 8)), 0xd8);
	__m256i equals = word_load_32(e->qword_equals + i);

	_mm256_storeu_si256((__m256i *)(e->qword_distances + i), distances);
	/* 1 if equal, against 0 if the distance fits its byte. */
	return _mm256_movemask_epi8(_mm256_cmpgt_epi8(
		equals, _mm256_min_epu8(excess, _mm256_set1_epi8(1))));
}

/* Finds which qwords are zero, which repeat near enough, and which are new. */
static __always_inline void word_judge_qwords(struct word_encoder *e,
					      const uint8_t *page)
{
	unsigned int i, group;

	for (i = 0; i < WORD_QWORDS / 64; i++) {
		uint64_t zeros = 0, hits;

		for (group = 0; group < 8; group++)
			zeros |= (uint64_t)word_zero_qwords(page + 512 * i +
							    64 * group)
				 << (8 * group);
		hits = word_judge_32_qwords(e, 64 * i) |
		       (uint64_t)word_judge_32_qwords(e, 64 * i + 32) << 32;
		hits &= ~zeros;
		e->nonzero_qwords[i] = ~zeros;
		e->hit_qwords[i] = hits;
		e->new_qwords[i] = ~zeros & ~hits;
	}
}

/* Packs the bytes that have a one among @count mask bits. Returns how many. */
static __always_inline size_t word_pack_bytes(uint8_t *to, const uint8_t *from,
					      const uint64_t *masks,
					      size_t stride, size_t count)
{
	uint8_t *const start = to;
	size_t i;

	for (i = 0; i < count; i += 64) {
		uint64_t mask = *masks;
		unsigned int group;

		masks = (const uint64_t *)((const uint8_t *)masks + stride);
		for (group = 0; group < 8; group++) {
			unsigned int m = mask & 0xff;

			_mm_storel_epi64((__m128i *)to,
					 _mm_shuffle_epi8(word_load_8(from),
							  word_load_8(word_pack_index[m])));
			from += 8;
			to += word_count_bits(m);
			mask >>= 8;
		}
	}
	return to - start;
}

/*
 * Marks the bytes that are equal to the one before and drops them. Returns how
 * many are left.
 */
static __always_inline size_t word_mark_repeated(uint8_t *bytes, size_t count,
						 uint8_t *marks)
{
	uint64_t before = ~(uint64_t)bytes[0];
	uint8_t *to = bytes;
	size_t i;

	for (i = 0; i < count; i += 8) {
		uint64_t here = trueno_load64(bytes + i);
		unsigned int valid = count - i < 8 ? (1u << (count - i)) - 1 : 0xff;
		__m128i vector = _mm_cvtsi64_si128(here);
		__m128i shifted = _mm_cvtsi64_si128(here << 8 | (before & 0xff));
		unsigned int equal = _mm_movemask_epi8(
			_mm_cmpeq_epi8(vector, shifted)) & valid;

		marks[i / 8] = equal;
		valid &= ~equal;
		_mm_storel_epi64((__m128i *)to,
				 _mm_shuffle_epi8(vector, word_load_8(word_pack_index[valid])));
		to += word_count_bits(valid);
		before = here >> 56;
	}
	return to - bytes;
}

static const uint32_t word_pack_qword_index[16][8]
	__attribute__((aligned(32))) = {
#define ROW(a, b, c, d) \
	{ 2 * (a), 2 * (a) + 1, 2 * (b), 2 * (b) + 1, \
	  2 * (c), 2 * (c) + 1, 2 * (d), 2 * (d) + 1 }
	ROW(0, 0, 0, 0), ROW(0, 0, 0, 0), ROW(1, 0, 0, 0), ROW(0, 1, 0, 0),
	ROW(2, 0, 0, 0), ROW(0, 2, 0, 0), ROW(1, 2, 0, 0), ROW(0, 1, 2, 0),
	ROW(3, 0, 0, 0), ROW(0, 3, 0, 0), ROW(1, 3, 0, 0), ROW(0, 1, 3, 0),
	ROW(2, 3, 0, 0), ROW(0, 2, 3, 0), ROW(1, 2, 3, 0), ROW(0, 1, 2, 3),
#undef ROW
};

static __always_inline size_t word_pack_qwords(struct word_encoder *e,
					       const uint8_t *page)
{
	uint64_t *to = (uint64_t *)e->dwords;
	unsigned int i, group;

	for (i = 0; i < WORD_QWORDS / 64; i++) {
		uint64_t mask = e->new_qwords[i];

		for (group = 0; group < 16; group++) {
			unsigned int m = mask & 0xf;

			_mm256_storeu_si256((__m256i *)to,
				_mm256_permutevar8x32_epi32(
					word_load_32(page),
					word_load_32(word_pack_qword_index[m])));
			page += 32;
			to += word_count_bits(m);
			mask >>= 4;
		}
	}
	return to - (uint64_t *)e->dwords;
}

static __always_inline void word_hash_dwords(struct word_encoder *e)
{
	const __m256i multiplier = _mm256_set1_epi32(WORD_DWORD_MULTIPLIER);
	size_t i;

	for (i = 0; i < e->dword_count; i += 16) {
		__m256i low = word_load_32(e->dwords + i);
		__m256i high = word_load_32(e->dwords + i + 8);
		__m256i low_hash = _mm256_srli_epi32(
			_mm256_mullo_epi32(low, multiplier), 32 - WORD_DWORD_HASH_BITS);
		__m256i high_hash = _mm256_srli_epi32(
			_mm256_mullo_epi32(high, multiplier), 32 - WORD_DWORD_HASH_BITS);

		_mm256_storeu_si256((__m256i *)(e->dword_hashes + i),
			_mm256_permute4x64_epi64(
				_mm256_packus_epi32(low_hash, high_hash), 0xd8));
		low_hash = _mm256_srli_epi32(
			_mm256_mullo_epi32(_mm256_srli_epi32(low, 16), multiplier),
			32 - WORD_DWORD_HASH_BITS);
		high_hash = _mm256_srli_epi32(
			_mm256_mullo_epi32(_mm256_srli_epi32(high, 16), multiplier),
			32 - WORD_DWORD_HASH_BITS);
		_mm256_storeu_si256((__m256i *)(e->upper_hashes + i),
			_mm256_permute4x64_epi64(
				_mm256_packus_epi32(low_hash, high_hash), 0xd8));
	}
}

/* The first of the greatest counts. */
static __always_inline unsigned int word_most_common_8(const uint8_t *counts)
{
	__m256i most = word_load_32(counts);
	__m128i half;
	unsigned int i, found;

	for (i = 32; i < WORD_DWORD_HASHES; i += 32)
		most = _mm256_max_epu8(most, word_load_32(counts + i));
	half = _mm_max_epu8(_mm256_castsi256_si128(most),
			    _mm256_extracti128_si256(most, 1));
	half = _mm_max_epu8(half, _mm_srli_epi16(half, 8));
	/* The least of the complements is the greatest. */
	half = _mm_minpos_epu16(_mm_xor_si128(_mm_and_si128(half, _mm_set1_epi16(0xff)),
					      _mm_set1_epi16(-1)));
	most = _mm256_set1_epi8(~_mm_cvtsi128_si32(half));
	for (i = 0;; i += 32) {
		found = _mm256_movemask_epi8(_mm256_cmpeq_epi8(most, word_load_32(counts + i)));
		if (found)
			return i + __builtin_ctz(found);
	}
}

static __always_inline unsigned int word_most_common_16(const uint16_t *counts)
{
	__m256i most = word_load_32(counts);
	__m128i half;
	unsigned int i, found;

	for (i = 16; i < WORD_DWORD_HASHES; i += 16)
		most = _mm256_max_epu16(most, word_load_32(counts + i));
	half = _mm_max_epu16(_mm256_castsi256_si128(most),
			     _mm256_extracti128_si256(most, 1));
	half = _mm_minpos_epu16(_mm_xor_si128(half, _mm_set1_epi16(-1)));
	most = _mm256_set1_epi16(~_mm_cvtsi128_si32(half));
	for (i = 0;; i += 16) {
		found = _mm256_movemask_epi8(_mm256_cmpeq_epi16(most, word_load_32(counts + i)));
		if (found)
			return i + __builtin_ctz(found) / 2;
	}
}

/* Values that dwords are compared with; those of high dwords in odd lanes. */
struct word_bases {
	__m256i first;
	__m256i second;
};

/* The classes of eight dwords, and the distances that these use. */
static __always_inline __m256i
word_classify_8(const struct word_encoder *e, size_t i, struct word_bases bases,
		__m256i places, __m256i *distances)
{
	const __m256i zero = _mm256_setzero_si256();
	const __m256i odd = _mm256_set1_epi64x(0xffffffff00000000);
	__m256i dword = word_load_32(e->dwords + i);
	__m256i upper = _mm256_srli_epi32(dword, 16);
	__m256i repeat_distance = _mm256_sub_epi32(places, _mm256_cvtepu16_epi32(
		_mm_loadu_si128((const __m128i *)(e->dword_sources + i))));
	__m256i upper_distance = _mm256_sub_epi32(places, _mm256_cvtepu16_epi32(
		_mm_loadu_si128((const __m128i *)(e->upper_sources + i))));
	__m256i upper_difference = word_load_32(e->upper_differences + i);
	/* A distance over 255 does not fit its byte. */
	__m256i repeats = _mm256_cmpeq_epi32(
		_mm256_or_si256(word_load_32(e->dword_differences + i),
				_mm256_srli_epi32(repeat_distance, 8)), zero);
	__m256i shares_24 = _mm256_cmpeq_epi32(
		_mm256_srli_epi32(_mm256_or_si256(upper_difference, upper_distance), 8),
		zero);
	__m256i shares_16 = _mm256_cmpeq_epi32(
		_mm256_or_si256(_mm256_srli_epi32(upper_difference, 16),
				_mm256_srli_epi32(upper_distance, 8)), zero);
	__m256i first = _mm256_cmpeq_epi32(_mm256_blend_epi32(upper, dword, 0xaa),
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
				   _mm256_and_si256(first, odd));
	class = _mm256_andnot_si256(_mm256_cmpeq_epi32(dword, zero), class);
	*distances = _mm256_blendv_epi8(upper_distance, repeat_distance, repeats);
	return class;
}

static __always_inline void word_classify(struct word_encoder *e,
					  struct word_header header)
{
	const __m256i step = _mm256_set1_epi32(8);
	const struct word_bases bases = {
		.first = _mm256_set1_epi64x((uint64_t)header.high_dword << 32 |
					    header.low_upper[0]),
		.second = _mm256_set1_epi64x((uint64_t)header.high_upper << 32 |
					     header.low_upper[1]),
	};
	/* One less, and so are the distances. */
	__m256i places = _mm256_setr_epi32(-1, 0, 1, 2, 3, 4, 5, 6);
	size_t i, group;

	for (i = 0; i < e->dword_count; i += 32) {
		const size_t left = e->dword_count - i;
		const uint32_t valid = left < 32 ? (1u << left) - 1 : ~0u;
		__m256i classes[4], distances[4];

		for (group = 0; group < 4; group++) {
			classes[group] = word_classify_8(e, i + 8 * group, bases, places,
							 &distances[group]);
			places = _mm256_add_epi32(places, step);
		}
		_mm256_storeu_si256((__m256i *)(e->dword_distances + i),
			word_pack_4(distances[0], distances[1], distances[2], distances[3]));
		classes[0] = word_pack_4(classes[0], classes[1], classes[2], classes[3]);
		for (group = 0; group < 3; group++)
			((uint32_t *)e->planes[group])[i / 32] = valid &
				_mm256_movemask_epi8(_mm256_slli_epi16(classes[0], 7 - group));
	}
	if (i % 64)
		for (group = 0; group < 3; group++)
			((uint32_t *)e->planes[group])[i / 32] = 0;
}

/* Splits dwords into bytes and packs those that their classes need. */
static __always_inline void word_pack_dwords(struct word_encoder *e)
{
	const __m256i turn = _mm256_setr_epi8(
		0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15,
		0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
	const __m256i halves = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
	const __m256i second_half = _mm256_setr_epi64x(0, 0x0808080808080808,
						       0, 0x0808080808080808);
	uint8_t *byte0 = e->bytes[0], *byte1 = e->bytes[1];
	uint8_t *byte2 = e->bytes[2], *byte3 = e->bytes[3];
	size_t i, group;

	for (i = 0; i < e->dword_count; i += 64) {
		struct word_needs needs = e->needs[i / 64];

		for (group = i; group < i + 64; group += 8) {
			unsigned int m0 = needs.byte0 & 0xff;
			unsigned int m1 = needs.byte1 & 0xff;
			unsigned int mu = needs.upper & 0xff;
			__m256i planes = _mm256_permutevar8x32_epi32(
				_mm256_shuffle_epi8(word_load_32(e->dwords + group), turn),
				halves);
			__m128i low_index = word_load_8_and_8(word_pack_index[m0],
							      word_pack_index[m1]);
			__m128i high_index = _mm_castpd_si128(
				_mm_loaddup_pd((const double *)word_pack_index[mu]));
			__m256i packed = _mm256_shuffle_epi8(planes,
				_mm256_or_si256(word_join(low_index, high_index),
						second_half));
			__m128i low = _mm256_castsi256_si128(packed);
			__m128i high = _mm256_extracti128_si256(packed, 1);

			_mm_storel_epi64((__m128i *)byte0, low);
			_mm_storeh_pd((double *)byte1, _mm_castsi128_pd(low));
			_mm_storel_epi64((__m128i *)byte2, high);
			_mm_storeh_pd((double *)byte3, _mm_castsi128_pd(high));
			byte0 += word_count_bits(m0);
			byte1 += word_count_bits(m1);
			byte2 += word_count_bits(mu);
			byte3 += word_count_bits(mu);
			needs.byte0 >>= 8;
			needs.byte1 >>= 8;
			needs.upper >>= 8;
		}
	}
}

#endif /* TRUENO_WORD_AVX2_ENCODE_H */
