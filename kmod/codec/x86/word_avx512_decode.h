/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The steps of the word decoder with AVX-512 VBMI2, whose expand instructions
 * are what the format's streams ask for: 64 bytes, 8 qwords at a time.
 */
#ifndef TRUENO_WORD_AVX512_DECODE_H
#define TRUENO_WORD_AVX512_DECODE_H

#include <immintrin.h>

#include "../word/word_decoder.h"
#include "avx512_vbmi2.h"
#include "word_avx2_shared.h"

static __always_inline __m512i word_load_64(const void *from)
{
	return _mm512_loadu_si512(from);
}

/*
 * Lists the places of the ones among @count bits. Behind the list follow
 * places past every distance, so that no source there is negative.
 */
static __always_inline void word_list_places(const uint64_t *masks, size_t stride, size_t count,
					     uint16_t *places)
{
	const __m512i step = _mm512_set1_epi16(32);
	__m512i place = _mm512_set_epi16(31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17,
					 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
	size_t i;

	for (i = 0; i < count; i += 64) {
		uint64_t mask = *masks;

		masks = (const uint64_t *)((const uint8_t *)masks + stride);
		_mm512_storeu_si512(places, avx512_compress_words(mask, place));
		places += word_count_bits((uint32_t)mask);
		place = _mm512_add_epi16(place, step);
		_mm512_storeu_si512(places, avx512_compress_words(mask >> 32, place));
		places += word_count_bits(mask >> 32);
		place = _mm512_add_epi16(place, step);
	}
	_mm512_storeu_si512(places, _mm512_set1_epi16(0x7fff));
}

/* What the classes of 16 dwords add to their bytes and keep of their sources. */
static __always_inline void word_put_dwords(struct word_decoder *d, size_t i, __m512i dwords,
					    __m512i base, __m512i second_base, uint64_t plane0,
					    uint64_t plane1, uint64_t plane2)
{
	__mmask16 is_base = plane0 & ~plane1 & ~plane2;
	__mmask16 is_second_base = plane0 & plane1 & ~plane2;
	__m512i kept = _mm512_set1_epi32(-1);

	dwords = _mm512_mask_or_epi32(dwords, is_base, dwords, base);
	dwords = _mm512_mask_or_epi32(dwords, is_second_base, dwords, second_base);
	_mm512_storeu_si512(d->dwords + i, dwords);
	/* Only the classes of repeats read this. */
	kept = _mm512_mask_slli_epi32(kept, plane0, kept, 8);
	kept = _mm512_mask_slli_epi32(kept, plane1, kept, 16);
	_mm512_storeu_si512(d->kept + i, kept);
}

/*
 * Expands bytes to where the mask has ones, and moves each four of them to where
 * unpacking leaves them in order.
 */
static __always_inline __m512i word_expand_64(const uint8_t *from, uint64_t mask)
{
	const __m512i order =
		_mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
	__m512i bytes = _mm512_maskz_expand_epi8(mask, avx512_load_dense_bytes(from));

	return _mm512_permutexvar_epi32(order, bytes);
}

static __always_inline void word_expand_dwords(struct word_decoder *d, struct word_header header,
					       struct word_byte_streams from)
{
	const __m512i base = _mm512_set1_epi64((uint64_t)header.high_dword << 32 |
					       (uint64_t)header.low_upper[0] << 16);
	const __m512i second_base = _mm512_set1_epi64((uint64_t)header.high_upper << 48 |
						      (uint64_t)header.low_upper[1] << 16);
	size_t i;

	for (i = 0; i < d->dword_count; i += 64) {
		const struct word_needs needs = d->needs[i / 64];
		uint64_t plane0 = trueno_load64(d->planes[0] + i / 8);
		uint64_t plane1 = trueno_load64(d->planes[1] + i / 8);
		uint64_t plane2 = trueno_load64(d->planes[2] + i / 8);
		__m512i byte0 = word_expand_64(from.byte0, needs.byte0);
		__m512i byte1 = word_expand_64(from.byte1, needs.byte1);
		__m512i byte2 = word_expand_64(from.byte2, needs.upper);
		__m512i byte3 = word_expand_64(from.byte3, needs.upper);
		__m512i lower = _mm512_unpacklo_epi8(byte0, byte1);
		__m512i upper = _mm512_unpacklo_epi8(byte2, byte3);

		word_put_dwords(d, i, _mm512_unpacklo_epi16(lower, upper), base, second_base,
				plane0, plane1, plane2);
		word_put_dwords(d, i + 16, _mm512_unpackhi_epi16(lower, upper), base, second_base,
				plane0 >> 16, plane1 >> 16, plane2 >> 16);
		lower = _mm512_unpackhi_epi8(byte0, byte1);
		upper = _mm512_unpackhi_epi8(byte2, byte3);
		word_put_dwords(d, i + 32, _mm512_unpacklo_epi16(lower, upper), base, second_base,
				plane0 >> 32, plane1 >> 32, plane2 >> 32);
		word_put_dwords(d, i + 48, _mm512_unpackhi_epi16(lower, upper), base, second_base,
				plane0 >> 48, plane1 >> 48, plane2 >> 48);
		from.byte0 += word_count_bits(needs.byte0);
		from.byte1 += word_count_bits(needs.byte1);
		from.byte2 += word_count_bits(needs.upper);
		from.byte3 += word_count_bits(needs.upper);
	}
}

#endif /* TRUENO_WORD_AVX512_DECODE_H */
