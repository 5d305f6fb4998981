/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the word codec's AVX2 and AVX-512 variants share: the bit instructions,
 * and the steps that AVX-512 does not make faster. Its compress and expand
 * of qwords wait for a mask register each, and take longer than a permutation
 * from a table.
 */
#ifndef TRUENO_WORD_AVX2_SHARED_H
#define TRUENO_WORD_AVX2_SHARED_H

#include <immintrin.h>

#include "../word/word_encoder.h"
#include "../word/word_tables.h"

static __always_inline unsigned int word_count_bits(uint64_t bits)
{
	return __builtin_popcountll(bits);
}

static __always_inline uint64_t word_deposit_bits(uint64_t bits, uint64_t mask)
{
	return _pdep_u64(bits, mask);
}

static __always_inline __m128i word_load_8(const void *from)
{
	return _mm_loadl_epi64(from);
}

static __always_inline __m128i word_load_8_and_8(const void *low,
						 const void *high)
{
	return _mm_castpd_si128(_mm_loadh_pd(_mm_castsi128_pd(word_load_8(low)),
					     high));
}

/* As word_nearby_sources(), for repeats that may share their distance. */
static __always_inline bool
word_repeated_sources(const uint16_t *places, size_t count, const uint8_t *qrep,
		      const uint8_t *distances, uint16_t *sources)
{
	const __m128i one = _mm_set1_epi16(1);
	__m128i all = _mm_setzero_si128();
	size_t i;

	/* The distance that counts is the last one before or at a repeat. */
	distances--;
	for (i = 0; i < count; i += 8) {
		unsigned int own = (uint8_t)~qrep[i / 8];
		uint64_t ranks = trueno_load64(word_spread_bits[own]) *
				 0x0101010101010101ull;
		__m128i distance = _mm_shuffle_epi8(
			_mm_loadu_si128((const __m128i *)distances),
			_mm_cvtsi64_si128(ranks));
		__m128i place = _mm_loadu_si128((const __m128i *)(places + i));
		__m128i source = _mm_sub_epi16(_mm_sub_epi16(place, one),
					       _mm_cvtepu8_epi16(distance));

		_mm_storeu_si128((__m128i *)(sources + i), source);
		all = _mm_or_si128(all, source);
		distances += word_count_bits(own);
	}
	return _mm_movemask_epi8(all) & 0xaaaa;
}

/*
 * Subtracts from each place its distance, of which a byte holds one less.
 * Returns whether a source lies before the first element.
 */
static __always_inline bool word_nearby_sources(const uint16_t *places,
						size_t count,
						const uint8_t *distances,
						uint16_t *sources)
{
	const __m256i one = _mm256_set1_epi16(1);
	__m256i all = _mm256_setzero_si256();
	size_t i;

	for (i = 0; i < count; i += 16) {
		__m256i distance = _mm256_cvtepu8_epi16(_mm_loadu_si128(
			(const __m128i *)(distances + i)));
		__m256i place = _mm256_loadu_si256(
			(const __m256i *)(places + i));
		__m256i source = _mm256_sub_epi16(_mm256_sub_epi16(place, one),
						  distance);

		_mm256_storeu_si256((__m256i *)(sources + i), source);
		all = _mm256_or_si256(all, source);
	}
	return _mm256_movemask_epi8(all) & 0xaaaaaaaa;
}

static __always_inline __m256i word_load_32(const void *from)
{
	return _mm256_loadu_si256(from);
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

static __always_inline void word_pack_qwords(struct word_encoder *e,
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
	_mm256_storeu_si256((__m256i *)to, _mm256_setzero_si256());
}

/* Four qwords by a nibble: the pairs of dwords to take, and which to clear. */
static const uint32_t word_expand_qword_index[16][8]
	__attribute__((aligned(32))) = {
#define ROW(a, b, c, d) \
	{ 2 * (a), 2 * (a) + 1, 2 * (b), 2 * (b) + 1, \
	  2 * (c), 2 * (c) + 1, 2 * (d), 2 * (d) + 1 }
	ROW(0, 0, 0, 0), ROW(0, 0, 0, 0), ROW(0, 0, 0, 0), ROW(0, 1, 0, 0),
	ROW(0, 0, 0, 0), ROW(0, 0, 1, 0), ROW(0, 0, 1, 0), ROW(0, 1, 2, 0),
	ROW(0, 0, 0, 0), ROW(0, 0, 0, 1), ROW(0, 0, 0, 1), ROW(0, 1, 0, 2),
	ROW(0, 0, 0, 1), ROW(0, 0, 1, 2), ROW(0, 0, 1, 2), ROW(0, 1, 2, 3),
#undef ROW
};

static const int8_t word_qword_masks[16][4] __attribute__((aligned(64))) = {
	{ 0, 0, 0, 0 }, { -1, 0, 0, 0 }, { 0, -1, 0, 0 }, { -1, -1, 0, 0 },
	{ 0, 0, -1, 0 }, { -1, 0, -1, 0 }, { 0, -1, -1, 0 }, { -1, -1, -1, 0 },
	{ 0, 0, 0, -1 }, { -1, 0, 0, -1 }, { 0, -1, 0, -1 }, { -1, -1, 0, -1 },
	{ 0, 0, -1, -1 }, { -1, 0, -1, -1 }, { 0, -1, -1, -1 }, { -1, -1, -1, -1 },
};

/* Places the new qwords in the page and clears all others. */
static __always_inline void word_expand_qwords(const struct word_decoder *d,
					       uint8_t *page)
{
	const uint64_t *from = (const uint64_t *)d->dwords;
	unsigned int i, group;

	for (i = 0; i < WORD_QWORDS / 64; i++) {
		uint64_t mask = d->new_qwords[i];

		for (group = 0; group < 16; group++) {
			unsigned int m = mask & 0xf;
			__m256i qwords = _mm256_permutevar8x32_epi32(
				_mm256_loadu_si256((const __m256i *)from),
				_mm256_load_si256((const __m256i *)
						  word_expand_qword_index[m]));
			__m256i set = _mm256_cvtepi8_epi64(
				_mm_loadu_si32(word_qword_masks[m]));

			_mm256_storeu_si256((__m256i *)page,
					    _mm256_and_si256(qwords, set));
			from += word_count_bits(m);
			page += 32;
			mask >>= 4;
		}
	}
}

/* Copies eight bytes of each. */
static __always_inline void word_note_found(struct word_found *to,
					    const uint64_t *dword,
					    const uint64_t *upper)
{
	_mm_storeu_si128((__m128i *)to, word_load_8_and_8(dword, upper));
}

#endif /* TRUENO_WORD_AVX2_SHARED_H */
