/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The steps of the word decoder with AVX2: eight elements at a time, moved by
 * the byte shuffle that a table has for each byte of a mask.
 */
#ifndef TRUENO_WORD_AVX2_DECODE_H
#define TRUENO_WORD_AVX2_DECODE_H

#include <immintrin.h>

#include "../word/word_decoder.h"
#include "word_avx2_shared.h"

static __always_inline __m256i word_join(__m128i low, __m128i high)
{
	return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

/*
 * Lists the places of the ones among @count bits. Behind the list follow
 * places past every distance, so that no source there is negative.
 */
static __always_inline void word_list_places(const uint64_t *masks,
					     size_t stride, size_t count,
					     uint16_t *places)
{
	const __m128i step = _mm_set1_epi16(8);
	__m128i base = _mm_setzero_si128();
	size_t i;

	for (i = 0; i < count; i += 64) {
		uint64_t mask = *masks;
		unsigned int group;

		masks = (const uint64_t *)((const uint8_t *)masks + stride);
		for (group = 0; group < 8; group++) {
			unsigned int m = mask & 0xff;
			__m128i index = _mm_cvtepu8_epi16(
				word_load_8(word_pack_index[m]));

			_mm_storeu_si128((__m128i *)places,
					 _mm_add_epi16(index, base));
			places += word_count_bits(m);
			base = _mm_add_epi16(base, step);
			mask >>= 8;
		}
	}
	_mm256_storeu_si256((__m256i *)places, _mm256_set1_epi16(0x7fff));
}

/* What the classes of dwords add to their bytes and keep of their sources. */
struct word_class_tables {
	__m256i low_base;
	__m256i high_base;
	__m256i kept;
};

static __always_inline struct word_class_tables
word_load_class_tables(struct word_header header)
{
	struct word_class_tables tables;

	tables.low_base = _mm256_setr_epi32(0, header.low_upper[0] << 16, 0,
					    header.low_upper[1] << 16,
					    0, 0, 0, 0);
	tables.high_base = _mm256_setr_epi32(0, header.high_dword, 0,
					     header.high_upper << 16,
					     0, 0, 0, 0);
	tables.kept = _mm256_setr_epi32(0, 0, 0, 0, ~0, ~0xff, ~0xffff, 0);
	return tables;
}

/* The classes of eight dwords, for the planes' bytes. */
static __always_inline __m256i word_classes(const uint8_t *const *planes,
					    size_t group)
{
	uint64_t classes = trueno_load64(word_spread_bits[planes[0][group]]) +
			   2 * trueno_load64(word_spread_bits[planes[1][group]]) +
			   4 * trueno_load64(word_spread_bits[planes[2][group]]);

	return _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(classes));
}

/* Expands eight bytes of each stream to where the masks' bytes have ones. */
static __always_inline __m256i word_expand_bytes(struct word_byte_streams from,
						 unsigned int byte0,
						 unsigned int byte1,
						 unsigned int upper)
{
	const __m256i second_half = _mm256_setr_epi64x(0, 0x0808080808080808,
						       0, 0x0808080808080808);
	/* Four planes of eight bytes to four bytes of eight dwords. */
	const __m256i halves = _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7);
	const __m256i turn = _mm256_setr_epi8(
		0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15,
		0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
	__m128i low = word_load_8_and_8(from.byte0, from.byte1);
	__m128i high = word_load_8_and_8(from.byte2, from.byte3);
	__m128i low_index = word_load_8_and_8(word_expand_index[byte0],
					      word_expand_index[byte1]);
	__m128i high_index = _mm_castpd_si128(
		_mm_loaddup_pd((const double *)word_expand_index[upper]));
	__m256i index = _mm256_or_si256(word_join(low_index, high_index),
					second_half);
	__m256i planes = _mm256_shuffle_epi8(word_join(low, high), index);

	return _mm256_shuffle_epi8(
		_mm256_permutevar8x32_epi32(planes, halves), turn);
}

static __always_inline void word_expand_dwords(struct word_decoder *d,
					       struct word_header header,
					       struct word_byte_streams from)
{
	const struct word_class_tables tables = word_load_class_tables(header);
	size_t i, group;

	for (i = 0; i < d->dword_count; i += 64) {
		struct word_needs needs = d->needs[i / 64];

		for (group = i / 8; group < i / 8 + 8; group++) {
			unsigned int byte0 = needs.byte0 & 0xff;
			unsigned int byte1 = needs.byte1 & 0xff;
			unsigned int upper = needs.upper & 0xff;
			__m256i classes = word_classes(d->planes, group);
			__m256i base = _mm256_blend_epi32(
				_mm256_permutevar8x32_epi32(tables.low_base,
							    classes),
				_mm256_permutevar8x32_epi32(tables.high_base,
							    classes),
				0xaa);
			__m256i dwords = word_expand_bytes(from, byte0, byte1,
							   upper);

			_mm256_storeu_si256((__m256i *)(d->dwords + 8 * group),
					    _mm256_or_si256(dwords, base));
			_mm256_storeu_si256((__m256i *)(d->kept + 8 * group),
					    _mm256_permutevar8x32_epi32(
						    tables.kept, classes));
			from.byte0 += word_count_bits(byte0);
			from.byte1 += word_count_bits(byte1);
			from.byte2 += word_count_bits(upper);
			from.byte3 += word_count_bits(upper);
			needs.byte0 >>= 8;
			needs.byte1 >>= 8;
			needs.upper >>= 8;
		}
	}
}

#endif /* TRUENO_WORD_AVX2_DECODE_H */
