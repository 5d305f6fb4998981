/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Copies of LZ4 matches in general-purpose registers.
 */
#ifndef TRUENO_LZ4_SCALAR_COPY_H
#define TRUENO_LZ4_SCALAR_COPY_H

#include "../memory_access.h"

#define LZ4_MATCH_STEP 24

static __always_inline void lz4_copy_step(uint8_t *to, const uint8_t *from)
{
	uint64_t low = trueno_load64(from);
	uint64_t middle = trueno_load64(from + 8);
	uint64_t high = trueno_load64(from + 16);

	trueno_store64(to, low);
	trueno_store64(to + 8, middle);
	trueno_store64(to + 16, high);
}

/* Times this, the bytes of one period fill eight. */
static const uint64_t lz4_period_factor[8] = {
	0,
	0x0101010101010101,
	0x0001000100010001,
	0x0001000001000001,
	0x0000000100000001,
	0x0000010000000001,
	0x0001000000000001,
	0x0100000000000001,
};

/* The least multiple of the offset that is 8 or more. */
static const uint8_t lz4_period_back[8] = { 0, 8, 8, 9, 8, 10, 12, 14 };

static __always_inline void
lz4_copy_match(uint8_t *to, const uint8_t *from, size_t offset)
{
	if (trueno_unlikely(offset < 8)) {
		uint64_t period = trueno_load64(from) << (64 - 8 * offset) >>
				  (64 - 8 * offset);

		trueno_store64(to, period * lz4_period_factor[offset]);
		from = to - lz4_period_back[offset];
	} else {
		trueno_copy8(to, from);
	}
	trueno_copy8(to + 8, from + 8);
	trueno_copy8(to + 16, from + 16);
}

#endif /* TRUENO_LZ4_SCALAR_COPY_H */
