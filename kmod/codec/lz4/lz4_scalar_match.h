/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Copies and comparisons in general-purpose registers.
 */
#ifndef TRUENO_LZ4_SCALAR_MATCH_H
#define TRUENO_LZ4_SCALAR_MATCH_H

#include "../memory_access.h"

/* Returns the first place from @at to @limit where @seen differs, or @limit. */
static __always_inline const uint8_t *
lz4_scalar_match_end(const uint8_t *at, const uint8_t *seen,
		     const uint8_t *limit)
{
	while (limit - at >= 8) {
		uint64_t difference = trueno_load64(at) ^ trueno_load64(seen);

		if (difference)
			return at + __builtin_ctzll(difference) / 8;
		at += 8;
		seen += 8;
	}
	while (at < limit && *at == *seen) {
		at++;
		seen++;
	}
	return at;
}

static __always_inline void lz4_scalar_copy_16(uint8_t *to, const uint8_t *from)
{
	trueno_copy8(to, from);
	trueno_copy8(to + 8, from + 8);
}

#endif /* TRUENO_LZ4_SCALAR_MATCH_H */
