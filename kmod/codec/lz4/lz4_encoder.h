/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the searches for matches share: the state of one call of the encoder and
 * the putting of sequences.
 */
#ifndef TRUENO_LZ4_ENCODER_H
#define TRUENO_LZ4_ENCODER_H

#include "lz4_format.h"

struct lz4_encoder {
	const uint8_t *src;
	const uint8_t *src_end;
	/* The first byte that is not yet part of a sequence. */
	const uint8_t *literals;
	uint8_t *out;
	uint8_t *out_end;
	/* The table of lz4_search_bytes_template.h. */
	uint8_t *table;
};

/*
 * Bytes that putting a sequence the fast way may touch beyond its literals and
 * their count bytes: the token, a copy rounded up to 16, the offset, the first
 * count byte of the match.
 */
#define LZ4_SEQUENCE_SLACK 32

/* Puts the bytes by which @count goes on after a full nibble. */
static __always_inline uint8_t *lz4_put_count_bytes(uint8_t *out, size_t count)
{
	count -= TRUENO_LZ4_NIBBLE_MAX;
	while (trueno_unlikely(count >= TRUENO_LZ4_LENGTH_BYTE_MAX)) {
		*out++ = TRUENO_LZ4_LENGTH_BYTE_MAX;
		count -= TRUENO_LZ4_LENGTH_BYTE_MAX;
	}
	*out++ = count;
	return out;
}

/* Bytes that a count takes beyond its nibble. */
static __always_inline size_t lz4_count_size(size_t count)
{
	if (count < TRUENO_LZ4_NIBBLE_MAX)
		return 0;
	return (count - TRUENO_LZ4_NIBBLE_MAX) / TRUENO_LZ4_LENGTH_BYTE_MAX + 1;
}

/*
 * Puts a token and the literals up to @end, touching exactly their bytes; false
 * if there is no room for them and @more bytes. The token's match nibble is
 * left zero.
 */
static __always_inline bool
lz4_put_literals(struct lz4_encoder *e, const uint8_t *end, size_t more)
{
	size_t count = end - e->literals;
	uint8_t *out = e->out;

	if (1 + lz4_count_size(count) + count + more > (size_t)(e->out_end - out))
		return false;
	if (count < TRUENO_LZ4_NIBBLE_MAX) {
		*out++ = count << 4;
	} else {
		*out++ = TRUENO_LZ4_NIBBLE_MAX << 4;
		out = lz4_put_count_bytes(out, count);
	}
	if (count)
		__builtin_memcpy(out, e->literals, count);
	e->out = out + count;
	e->literals = end;
	return true;
}

/*
 * Puts the match from @at to @end, and the literals before it, touching exactly
 * their bytes; false if there is no room for them. Not inlined: the fast ways
 * of putting a sequence come here only where they are not safe.
 */
static noinline bool lz4_put_sequence(struct lz4_encoder *e, const uint8_t *at,
				      const uint8_t *end, size_t offset)
{
	size_t match = end - at - TRUENO_LZ4_MIN_MATCH;
	uint8_t *token = e->out;

	if (!lz4_put_literals(e, at, 2 + lz4_count_size(match)))
		return false;
	trueno_store16(e->out, offset);
	e->out += 2;
	if (match < TRUENO_LZ4_NIBBLE_MAX) {
		*token |= match;
	} else {
		*token |= TRUENO_LZ4_NIBBLE_MAX;
		e->out = lz4_put_count_bytes(e->out, match);
	}
	e->literals = end;
	return true;
}

#endif /* TRUENO_LZ4_ENCODER_H */
