/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The encoder's loops of stream coding with BMI2: pext packs the codes of 8
 * symbols, and picks the escapes out of 8 symbols.
 */
#ifndef TRUENO_STREAM_BMI2_H
#define TRUENO_STREAM_BMI2_H

#include <immintrin.h>

#include "../stream/stream_format.h"

#define STREAM_EACH_BYTE 0x0101010101010101ull

/* How many bytes are 1; the others are 0. popcnt is not part of BMI2. */
static __always_inline size_t stream_sum_ones(uint64_t ones)
{
	return ones * STREAM_EACH_BYTE >> 56;
}

/* As stream_scalar_list_repeated(), eight symbols at a time. */
static __always_inline unsigned int
stream_bmi2_list_repeated(uint8_t (*counts)[256], uint8_t *list)
{
	const uint64_t tops = 128 * STREAM_EACH_BYTE;
	uint64_t symbols = 0x0706050403020100ull;
	unsigned int repeated = 0;
	size_t i;

	for (i = 0; i < 256; i += 8) {
		uint64_t eight = trueno_load64(counts[0] + i) +
				 trueno_load64(counts[1] + i);
		/* Sets the top bit where the count is 2 or more. */
		uint64_t many = ((eight & ~tops) + 126 * STREAM_EACH_BYTE) | eight;

		many = many >> 7 & STREAM_EACH_BYTE;
		trueno_store64(counts[0] + i, eight);
		trueno_store64(list + repeated, _pext_u64(symbols, many * 0xFF));
		repeated += stream_sum_ones(many);
		symbols += 8 * STREAM_EACH_BYTE;
	}
	return repeated;
}

static __always_inline uint8_t *
stream_bmi2_pack(uint8_t *out, const uint8_t *codes, size_t count,
		 unsigned int width)
{
	uint8_t *const end = out + (count * width + 7) / 8;
	const uint64_t used = STREAM_EACH_BYTE * ((1u << width) - 1);
	size_t i;

	for (i = 0; i < count; i += 8) {
		trueno_store64(out, _pext_u64(trueno_load64(codes + i), used));
		out += width;
	}
	return end;
}

/*
 * Adding what is missing to 128 sets the top bit of each code that is @size,
 * for none is greater.
 */
static __always_inline uint8_t *
stream_bmi2_put_escapes(uint8_t *out, const uint8_t *codes,
			const uint8_t *symbols, size_t count, unsigned int size)
{
	const uint64_t missing = STREAM_EACH_BYTE * (128 - size);
	size_t i;

	for (i = 0; i < count; i += 8) {
		uint64_t tops = trueno_load64(codes + i) + missing;
		uint64_t is_escape = tops >> 7 & STREAM_EACH_BYTE;

		trueno_store64(out, _pext_u64(trueno_load64(symbols + i),
					      is_escape * 0xFF));
		out += stream_sum_ones(is_escape);
	}
	return out;
}

#endif /* TRUENO_STREAM_BMI2_H */
