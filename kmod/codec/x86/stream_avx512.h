/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The loops of stream coding with AVX-512 VBMI2, 64 symbols at a time: a byte
 * permute looks up what 256 or 64 bytes hold, multiplications join codes, a
 * multishift parts them, and compress and expand take out and put in escapes.
 */
#ifndef TRUENO_STREAM_AVX512_H
#define TRUENO_STREAM_AVX512_H

#include <immintrin.h>

#include "../stream/stream_format.h"
#include "avx512_vbmi2.h"

static __always_inline unsigned int stream_count_bits_64(uint64_t bits)
{
	return __builtin_popcountll(bits);
}

/* The lowest @count of 64 bits, at least one. */
static __always_inline __mmask64 stream_first_lanes(size_t count)
{
	return count < 64 ? (1ull << count) - 1 : ~0ull;
}

/* memset() for a multiple of 64 bytes; the compiler would take string stores. */
static __always_inline void stream_avx512_fill(void *to, uint8_t byte, size_t size)
{
	const __m512i bytes = _mm512_set1_epi8(byte);
	size_t i;

	for (i = 0; i < size; i += 64)
		_mm512_storeu_si512((uint8_t *)to + i, bytes);
}

/* As stream_scalar_list_repeated(). */
static __always_inline unsigned int
stream_avx512_list_repeated(uint8_t (*counts)[256], uint8_t *list)
{
	__m512i symbols = _mm512_set_epi64(0x3f3e3d3c3b3a3938, 0x3736353433323130,
					   0x2f2e2d2c2b2a2928, 0x2726252423222120,
					   0x1f1e1d1c1b1a1918, 0x1716151413121110,
					   0x0f0e0d0c0b0a0908, 0x0706050403020100);
	unsigned int repeated = 0;
	size_t i;

	for (i = 0; i < 256; i += 64) {
		__m512i sums =
			_mm512_add_epi8(_mm512_add_epi8(_mm512_loadu_si512(counts[0] + i),
							_mm512_loadu_si512(counts[1] + i)),
					_mm512_add_epi8(_mm512_loadu_si512(counts[2] + i),
							_mm512_loadu_si512(counts[3] + i)));
		__mmask64 many = _mm512_cmpgt_epu8_mask(sums, _mm512_set1_epi8(1));

		_mm512_storeu_si512(counts[0] + i, sums);
		_mm512_storeu_si512(list + repeated,
				    avx512_compress_bytes(many, symbols));
		repeated += stream_count_bits_64(many);
		symbols = _mm512_add_epi8(symbols, _mm512_set1_epi8(64));
	}
	return repeated;
}

/* Joins eight codes of @width bits in the low bits of each qword. */
static __always_inline __m512i stream_join_codes(__m512i codes, unsigned int width)
{
	const __m512i pairs = _mm512_set1_epi16(1 | 1 << (8 + width));
	const __m512i fours = _mm512_set1_epi32(1 | 1 << (16 + 2 * width));
	__m512i four = _mm512_madd_epi16(_mm512_maddubs_epi16(pairs, codes), fours);
	__m512i upper = _mm512_srl_epi64(_mm512_maskz_mov_epi32(0xaaaa, four),
					 _mm_cvtsi32_si128(32 - 4 * width));

	return _mm512_mask_or_epi32(upper, 0x5555, four, upper);
}

/*
 * Writes codes and escapes of the symbols, for a dictionary of @size bytes: the
 * escapes' place is known before the first is. Returns their end, behind which
 * 64 bytes may be written. @code_of has the code of each byte.
 */
static __always_inline uint8_t *
stream_avx512_put_codes(uint8_t *out, const uint8_t *code_of,
			const uint8_t *symbols, size_t count, unsigned int size)
{
	const unsigned int width = stream_width(size);
	const __m512i table0 = _mm512_loadu_si512(code_of);
	const __m512i table1 = _mm512_loadu_si512(code_of + 64);
	const __m512i table2 = _mm512_loadu_si512(code_of + 128);
	const __m512i table3 = _mm512_loadu_si512(code_of + 192);
	/* As many bytes of each qword as eight codes take. */
	const __mmask64 used = 0x0101010101010101ull * ((1u << width) - 1);
	uint8_t *escapes = out + (count * width + 7) / 8;
	uint8_t *const codes_end = escapes;
	size_t i;

	for (i = 0; i < count; i += 64) {
		__mmask64 lanes = stream_first_lanes(count - i);
		__m512i symbol = _mm512_maskz_loadu_epi8(lanes, symbols + i);
		__m512i lower = _mm512_permutex2var_epi8(table0, symbol, table1);
		__m512i upper = _mm512_permutex2var_epi8(table2, symbol, table3);
		__m512i code = _mm512_mask_mov_epi8(lower, _mm512_movepi8_mask(symbol),
						    upper);
		__mmask64 is_escape =
			_mm512_mask_cmpeq_epi8_mask(lanes, code, _mm512_set1_epi8(size));
		__m512i joined;

		/* Behind the last symbol no code is an escape. */
		joined = stream_join_codes(_mm512_maskz_mov_epi8(lanes, code), width);
		_mm512_mask_storeu_epi8(out, stream_first_lanes(codes_end - out) &
					     stream_first_lanes(8 * width),
					avx512_compress_bytes(used, joined));
		_mm512_storeu_si512(escapes,
				    avx512_compress_bytes(is_escape, symbol));
		out += 8 * width;
		escapes += stream_count_bits_64(is_escape);
	}
	return escapes;
}

/* Returns the end of the escapes. */
static __always_inline const uint8_t *
stream_avx512_unpack(const uint8_t *codes, const uint8_t *escapes,
		     const uint8_t *dictionary, unsigned int size,
		     uint8_t *symbols, size_t count)
{
	const unsigned int width = stream_width(size);
	const __m512i known = _mm512_maskz_loadu_epi8(stream_first_lanes(size),
						      dictionary);
	const __m512i used = _mm512_set1_epi8((1u << width) - 1);
	/* The eight bytes from where the codes of each qword start... */
	const __m512i first = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
	const __m512i step = _mm512_set1_epi64(0x0101010101010101ull * width);
	const __m512i places = _mm512_add_epi64(_mm512_mullo_epi64(first, step),
						_mm512_set1_epi64(0x0706050403020100));
	/* ... and at which of their bits each code does. */
	const __m512i shifts = _mm512_set1_epi64(0x0706050403020100ull * width);
	size_t i;

	for (i = 0; i < count; i += 64) {
		__mmask64 lanes = stream_first_lanes(count - i);
		__m512i spread = _mm512_permutexvar_epi8(places, _mm512_loadu_si512(codes));
		__m512i code = _mm512_and_si512(_mm512_multishift_epi64_epi8(shifts, spread),
						used);
		__mmask64 is_escape =
			_mm512_mask_cmpge_epu8_mask(lanes, code, _mm512_set1_epi8(size));
		__m512i symbol = _mm512_permutexvar_epi8(code, known);

		symbol = _mm512_mask_expand_epi8(symbol, is_escape,
						 avx512_load_dense_bytes(escapes));
		_mm512_storeu_si512(symbols + i, symbol);
		codes += 8 * width;
		escapes += stream_count_bits_64(is_escape);
	}
	return escapes;
}

#endif /* TRUENO_STREAM_AVX512_H */
