/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The inner loops of stream coding, a symbol at a time.
 */
#ifndef TRUENO_STREAM_SCALAR_H
#define TRUENO_STREAM_SCALAR_H

#include "stream_format.h"

/*
 * Adds the second table of counts to the first and lists the symbols that come
 * twice or more. Returns how many there are.
 */
static __always_inline unsigned int
stream_scalar_list_repeated(uint8_t (*counts)[256], uint8_t *list)
{
	unsigned int symbol, repeated = 0;

	for (symbol = 0; symbol < 256; symbol++) {
		counts[0][symbol] += counts[1][symbol];
		list[repeated] = symbol;
		repeated += counts[0][symbol] > 1;
	}
	return repeated;
}

/* Packs 8 codes after the other; the codes behind the last are zero. */
static __always_inline uint8_t *
stream_scalar_pack(uint8_t *out, const uint8_t *codes, size_t count,
		   unsigned int width)
{
	uint8_t *const end = out + (count * width + 7) / 8;
	size_t i;

	for (i = 0; i < count; i += 8) {
		uint64_t bits = 0;
		unsigned int k;

		for (k = 0; k < 8; k++)
			bits |= (uint64_t)codes[i + k] << (k * width);
		trueno_store64(out, bits);
		out += width;
	}
	return end;
}

static __always_inline uint8_t *
stream_scalar_put_escapes(uint8_t *out, const uint8_t *codes,
			  const uint8_t *symbols, size_t count,
			  unsigned int size)
{
	size_t i;

	for (i = 0; i < count; i++) {
		*out = symbols[i];
		out += codes[i] == size;
	}
	return out;
}

/* Returns the end of the escapes. */
static __always_inline const uint8_t *
stream_scalar_unpack(const uint8_t *codes, const uint8_t *escapes,
		     const uint8_t *dictionary, unsigned int size,
		     uint8_t *symbols, size_t count)
{
	const unsigned int width = stream_width(size);
	const unsigned int mask = (1u << width) - 1;
	size_t i;

	for (i = 0; i < count; i += 8) {
		uint64_t bits = trueno_load64(codes);
		unsigned int k;

		codes += width;
		for (k = 0; k < 8; k++) {
			unsigned int code = bits & mask;
			bool is_escape = code >= size;

			symbols[i + k] = is_escape ? *escapes : dictionary[code];
			escapes += is_escape & (i + k < count);
			bits >>= width;
		}
	}
	return escapes;
}

#endif /* TRUENO_STREAM_SCALAR_H */
