/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The decoder's loop of stream coding: pdep spreads the codes of 8 symbols to
 * bytes, shuffles look up 32 of them, and pdep again puts escapes where they
 * belong.
 */
#ifndef TRUENO_STREAM_AVX2_H
#define TRUENO_STREAM_AVX2_H

#include "stream_bmi2.h"

/* 16 entries of the dictionary in each half of a register; zeros behind them. */
struct stream_dictionary {
	__m256i part[4];
};

static __always_inline struct stream_dictionary
stream_load_dictionary(const uint8_t *dictionary, unsigned int size)
{
	const __m128i indexes = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
					      11, 12, 13, 14, 15);
	struct stream_dictionary loaded;
	int i;

	for (i = 0; i < 4; i++) {
		__m128i is_used = _mm_cmplt_epi8(indexes,
						 _mm_set1_epi8((int)size - 16 * i));
		__m128i part = _mm_loadu_si128((const __m128i *)dictionary + i);

		part = _mm_and_si128(part, is_used);
		loaded.part[i] = _mm256_broadcastsi128_si256(part);
	}
	return loaded;
}

/* @parts is a constant: how many parts of the dictionary codes may select. */
static __always_inline __m256i
stream_look_up_32(const struct stream_dictionary *dictionary, __m256i codes,
		  int parts)
{
	__m256i symbols = _mm256_shuffle_epi8(dictionary->part[0], codes);
	__m256i bit4, bit5, upper;

	if (parts == 1)
		return symbols;
	/* The blend looks at the top bit of each byte. */
	bit4 = _mm256_slli_epi16(codes, 3);
	symbols = _mm256_blendv_epi8(symbols,
				     _mm256_shuffle_epi8(dictionary->part[1], codes),
				     bit4);
	if (parts == 2)
		return symbols;
	bit5 = _mm256_slli_epi16(codes, 2);
	upper = _mm256_blendv_epi8(_mm256_shuffle_epi8(dictionary->part[2], codes),
				   _mm256_shuffle_epi8(dictionary->part[3], codes),
				   bit4);
	return _mm256_blendv_epi8(symbols, upper, bit5);
}

static __always_inline const uint8_t *
stream_put_escapes_32(uint8_t *symbols, __m256i is_escape, uint32_t escape_bits,
		      const uint8_t *escapes)
{
	uint64_t masks[4];
	int i;

	_mm256_storeu_si256((__m256i *)masks, is_escape);
	for (i = 0; i < 4; i++) {
		uint64_t spread = _pdep_u64(trueno_load64(escapes), masks[i]);

		trueno_store64(symbols + 8 * i,
			       trueno_load64(symbols + 8 * i) | spread);
		escapes += __builtin_popcount(escape_bits & 0xFF);
		escape_bits >>= 8;
	}
	return escapes;
}

static __always_inline const uint8_t *
stream_unpack_parts(const uint8_t *codes, const uint8_t *escapes,
		    const struct stream_dictionary *dictionary,
		    unsigned int size, uint8_t *symbols, size_t count, int parts)
{
	const unsigned int width = stream_width(size);
	const uint64_t used = STREAM_EACH_BYTE * ((1u << width) - 1);
	const __m256i last = _mm256_set1_epi8(size - 1);
	size_t i;

	for (i = 0; i < count; i += 32) {
		__m256i code = _mm256_setr_epi64x(
			_pdep_u64(trueno_load64(codes), used),
			_pdep_u64(trueno_load64(codes + width), used),
			_pdep_u64(trueno_load64(codes + 2 * width), used),
			_pdep_u64(trueno_load64(codes + 3 * width), used));
		__m256i is_escape = _mm256_cmpgt_epi8(code, last);
		uint32_t escape_bits = _mm256_movemask_epi8(is_escape);

		codes += 4 * width;
		_mm256_storeu_si256((__m256i *)(symbols + i),
				    stream_look_up_32(dictionary, code, parts));
		if (count - i < 32)
			escape_bits &= (1u << (count - i)) - 1;
		if (escape_bits)
			escapes = stream_put_escapes_32(symbols + i, is_escape,
							escape_bits, escapes);
	}
	return escapes;
}

static __always_inline const uint8_t *
stream_avx2_unpack(const uint8_t *codes, const uint8_t *escapes,
		   const uint8_t *dictionary, unsigned int size,
		   uint8_t *symbols, size_t count)
{
	const struct stream_dictionary loaded =
		stream_load_dictionary(dictionary, size);

	if (size < 16)
		return stream_unpack_parts(codes, escapes, &loaded, size,
					   symbols, count, 1);
	if (size < 32)
		return stream_unpack_parts(codes, escapes, &loaded, size,
					   symbols, count, 2);
	return stream_unpack_parts(codes, escapes, &loaded, size, symbols,
				   count, 4);
}

#endif /* TRUENO_STREAM_AVX2_H */
