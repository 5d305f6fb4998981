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

/* As stream_scalar_list_repeated(), four symbols at a time; counts are small. */
static __always_inline unsigned int
stream_bmi2_list_repeated(uint8_t *counts, const uint8_t *more_counts,
			  uint8_t *list)
{
	uint64_t symbols = 0x0003000200010000ull;
	unsigned int repeated = 0;
	size_t i;

	for (i = 0; i < 2 * 256; i += 8) {
		uint64_t four = trueno_load64(counts + i) +
				trueno_load64(more_counts + i);
		/* Sets the top bit where the count is 2 or more. */
		uint64_t tops = four + 0x7FFE7FFE7FFE7FFEull;

		tops = tops >> 15 & 0x0001000100010001ull;
		trueno_store64(counts + i, four);
		trueno_store64(list + 2 * repeated,
			       _pext_u64(symbols, tops * 0xFFFF));
		repeated += __builtin_popcountll(tops);
		symbols += 0x0004000400040004ull;
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
		uint64_t escapes = (tops >> 7 & STREAM_EACH_BYTE) * 0xFF;

		trueno_store64(out, _pext_u64(trueno_load64(symbols + i), escapes));
		out += __builtin_popcountll(escapes) / 8;
	}
	return out;
}

#endif /* TRUENO_STREAM_BMI2_H */
