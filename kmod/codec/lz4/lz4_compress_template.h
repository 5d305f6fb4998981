/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The LZ4 encoder, instantiated once per instruction set.
 *
 * Greedy: at each position the table says where a word with the same hash was
 * seen last; if the bytes there agree, the match is taken and extended both
 * ways. The table starts out all zero and zero is a place like any other,
 * always before the position that asks, so that no slot needs an "empty" mark.
 */
#ifndef TRUENO_LZ4_COMPRESS_TEMPLATE_H
#define TRUENO_LZ4_COMPRESS_TEMPLATE_H

#include "lz4_format.h"

/* Inputs up to this long have positions of 16 bits, and no offset too long. */
#define LZ4_SHORT_INPUT 65536

/* Sixteen KiB of work memory hold this many positions, as a power of two. */
#define LZ4_SHORT_INPUT_TABLE_BITS 12
#define LZ4_LONG_INPUT_TABLE_BITS 12

/* Steps grow by one for each 2^this positions without a match. */
#define LZ4_SKIP_SHIFT 6

struct lz4_encoder {
	const uint8_t *src;
	const uint8_t *literals;
	const uint8_t *match_end_limit;
	uint8_t *out;
	uint8_t *out_end;
	uint8_t *table;
};

static __always_inline uint32_t lz4_hash(const uint8_t *at, unsigned int bits)
{
	return ((trueno_load64(at) << 24) * 889523592379ull) >> (64 - bits);
}

static __always_inline const uint8_t *
lz4_exchange_short(const struct lz4_encoder *e, const uint8_t *at)
{
	uint8_t *slot = e->table + 2 * lz4_hash(at, LZ4_SHORT_INPUT_TABLE_BITS);
	const uint8_t *seen = e->src + trueno_load16(slot);

	trueno_store16(slot, at - e->src);
	return seen;
}

static __always_inline const uint8_t *
lz4_exchange_long(const struct lz4_encoder *e, const uint8_t *at)
{
	uint8_t *slot = e->table + 4 * lz4_hash(at, LZ4_LONG_INPUT_TABLE_BITS);
	const uint8_t *seen = e->src + trueno_load32(slot);

	trueno_store32(slot, at - e->src);
	return seen;
}

/* Enters @at into the table and returns what was there. */
static __always_inline const uint8_t *
lz4_exchange(const struct lz4_encoder *e, const uint8_t *at, bool is_short)
{
	return is_short ? lz4_exchange_short(e, at) : lz4_exchange_long(e, at);
}

static __always_inline size_t
lz4_common_length(const uint8_t *a, const uint8_t *b, const uint8_t *b_end)
{
	const uint8_t *const b_start = b;

	while (b_end - b >= 8) {
		uint64_t difference = trueno_load64(a) ^ trueno_load64(b);

		if (difference)
			return b - b_start + __builtin_ctzll(difference) / 8;
		a += 8;
		b += 8;
	}
	while (b < b_end && *a == *b) {
		a++;
		b++;
	}
	return b - b_start;
}

static __always_inline uint8_t *lz4_put_count_bytes(uint8_t *out, size_t count)
{
	for (; count >= TRUENO_LZ4_LENGTH_BYTE_MAX;
	     count -= TRUENO_LZ4_LENGTH_BYTE_MAX)
		*out++ = TRUENO_LZ4_LENGTH_BYTE_MAX;
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

/* Puts the token and the literals; the token's match nibble is left zero. */
static __always_inline void
lz4_put_literals(struct lz4_encoder *e, size_t count)
{
	uint8_t *out = e->out;

	if (count < TRUENO_LZ4_NIBBLE_MAX) {
		*out++ = count << 4;
	} else {
		*out++ = TRUENO_LZ4_NIBBLE_MAX << 4;
		out = lz4_put_count_bytes(out, count - TRUENO_LZ4_NIBBLE_MAX);
	}
	if (count)
		__builtin_memcpy(out, e->literals, count);
	e->out = out + count;
}

static __always_inline bool
lz4_put_sequence(struct lz4_encoder *e, const uint8_t *match_start,
		 size_t offset, size_t match_length, bool has_bound)
{
	size_t literals = match_start - e->literals;
	size_t match = match_length - TRUENO_LZ4_MIN_MATCH;
	uint8_t *token = e->out;

	if (!has_bound) {
		size_t size = 1 + lz4_count_size(literals) + literals + 2 +
			      lz4_count_size(match);

		if (size > (size_t)(e->out_end - e->out))
			return false;
	}
	lz4_put_literals(e, literals);
	trueno_store16(e->out, offset);
	e->out += 2;
	if (match < TRUENO_LZ4_NIBBLE_MAX) {
		*token |= match;
	} else {
		*token |= TRUENO_LZ4_NIBBLE_MAX;
		e->out = lz4_put_count_bytes(e->out,
					     match - TRUENO_LZ4_NIBBLE_MAX);
	}
	e->literals = match_start + match_length;
	return true;
}

static __always_inline bool
lz4_put_last_literals(struct lz4_encoder *e, const uint8_t *src_end,
		      bool has_bound)
{
	size_t literals = src_end - e->literals;

	if (!has_bound && 1 + lz4_count_size(literals) + literals >
				  (size_t)(e->out_end - e->out))
		return false;
	lz4_put_literals(e, literals);
	return true;
}

/*
 * Finds and puts all matches. @is_short: the input is at most LZ4_SHORT_INPUT
 * bytes; @has_bound: the output has room for the worst case. Both are
 * constants at each call.
 */
static __always_inline bool
lz4_put_matches(struct lz4_encoder *e, const uint8_t *match_start_end,
		bool is_short, bool has_bound)
{
	const uint8_t *at = e->src + 1;
	uint32_t misses = 1u << LZ4_SKIP_SHIFT;

	while (at < match_start_end) {
		const uint8_t *seen = lz4_exchange(e, at, is_short);
		size_t length;

		if (trueno_load32(seen) != trueno_load32(at) ||
		    (!is_short && at - seen > TRUENO_LZ4_MAX_OFFSET)) {
			at += misses++ >> LZ4_SKIP_SHIFT;
			continue;
		}
		length = TRUENO_LZ4_MIN_MATCH +
			 lz4_common_length(seen + TRUENO_LZ4_MIN_MATCH,
					   at + TRUENO_LZ4_MIN_MATCH,
					   e->match_end_limit);
		while (at > e->literals && seen > e->src && at[-1] == seen[-1]) {
			at--;
			seen--;
			length++;
		}
		if (!lz4_put_sequence(e, at, at - seen, length, has_bound))
			return false;
		at += length;
		if (at >= match_start_end)
			break;
		lz4_exchange(e, at - 2, is_short);
		misses = 1u << LZ4_SKIP_SHIFT;
	}
	return true;
}

static __always_inline int
lz4_compress(const void *src, size_t src_len, void *dst, size_t *dst_len,
	     void *workmem)
{
	struct lz4_encoder e = {
		.src = src,
		.literals = src,
		.out = dst,
		.out_end = (uint8_t *)dst + *dst_len,
		.table = workmem,
	};
	const uint8_t *const src_end = e.src + src_len;
	bool has_bound = *dst_len >= lz4_bound(src_len);
	bool is_short = src_len <= LZ4_SHORT_INPUT;
	bool fits = true;

	if (src_len > TRUENO_LZ4_MAX_INPUT)
		return -EINVAL;
	if (src_len > TRUENO_LZ4_MATCH_START_LIMIT) {
		const uint8_t *const match_start_end =
			src_end - TRUENO_LZ4_MATCH_START_LIMIT + 1;

		e.match_end_limit = src_end - TRUENO_LZ4_LAST_LITERALS;
		__builtin_memset(e.table, 0,
				 is_short ? 2u << LZ4_SHORT_INPUT_TABLE_BITS :
					    4u << LZ4_LONG_INPUT_TABLE_BITS);
		if (is_short && has_bound)
			fits = lz4_put_matches(&e, match_start_end, true, true);
		else if (is_short)
			fits = lz4_put_matches(&e, match_start_end, true, false);
		else
			fits = lz4_put_matches(&e, match_start_end, false, false);
	}
	if (!fits || !lz4_put_last_literals(&e, src_end, has_bound))
		return -ENOSPC;
	*dst_len = e.out - (uint8_t *)dst;
	return 0;
}

#endif /* TRUENO_LZ4_COMPRESS_TEMPLATE_H */
