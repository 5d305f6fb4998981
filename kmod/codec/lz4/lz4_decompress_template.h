/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The LZ4 decoder, instantiated once per instruction set.
 *
 * A page is 230 to 330 sequences of some 15 bytes; what costs is the branch
 * that cannot be predicted and the chain from one token to the next. So the
 * loop has one shape for every sequence of less than 15 literals and at most
 * LZ4_MATCH_STEP match bytes, whatever its offset: literals and match are
 * copied whole, with fixed-size stores that run past their ends. A full match
 * nibble is followed by a single byte in nearly all cases; that byte is always
 * loaded, and masked away where it means something else. Longer runs leave the
 * common path by one branch each.
 *
 * Fixed-size copies need room. lz4_decompress() works where both buffers have
 * it; lz4_decompress_edge() does the last sequences, in copies of the buffers'
 * ends that have room behind them; lz4_decompress_exact() does what is left:
 * short buffers and bad blocks. When the first two meet something odd, they
 * stop in front of the sequence, and the exact decoder gives the verdict that
 * reference/lz4_reference.c fixes.
 *
 * Measured to be slower: masked stores at the ends instead of copies (0.87x),
 * 64 match bytes on the common path (0.80x), any load more from what was just
 * written (0.7x to 0.85x: it cannot be forwarded from several stores), the last
 * 32 bytes kept in a register for short offsets (0.66x).
 *
 * The including file provides, for its instruction set:
 *   lz4_copy_16(to, from)  copies 16 bytes between buffers
 *   LZ4_MATCH_STEP         bytes of a match that one step copies, 32 at most
 *   lz4_copy_step(to, from)
 *                          loads LZ4_MATCH_STEP bytes, then stores them
 *   lz4_copy_match(to, from, offset)
 *                          the first LZ4_MATCH_STEP bytes of a match; reads 32
 *                          bytes from @from at most and writes 32 to @to at
 *                          most; @from is @to - @offset if @offset is below 32
 */
#ifndef TRUENO_LZ4_DECOMPRESS_TEMPLATE_H
#define TRUENO_LZ4_DECOMPRESS_TEMPLATE_H

#include "lz4_format.h"
#include "lz4_match_tables.h"

/* Most literals and match bytes of a sequence without count bytes. */
#define LZ4_SHORT_LITERALS 14
/* What the common path reads and writes from the start of a sequence. */
#define LZ4_SEQUENCE_READ (1 + LZ4_SHORT_LITERALS + 2 + 1)
#define LZ4_SEQUENCE_WRITE (LZ4_SHORT_LITERALS + 32)

/* Bytes of the input's end that lz4_decompress_edge() takes over at most. */
#define LZ4_EDGE_INPUT 64
/* Content that the output's end is copied with, for matches that overlap it. */
#define LZ4_EDGE_HISTORY 48

/* The byte that follows the offset counts if the match nibble is full. */
static const uint8_t lz4_count_mask[16] = { [TRUENO_LZ4_NIBBLE_MAX] = 0xFF };

/* Adds the bytes that follow a full nibble; NULL if the input ends first. */
static __always_inline const uint8_t *
lz4_get_count(const uint8_t *in, const uint8_t *in_end, size_t *count)
{
	uint8_t byte;

	do {
		if (in >= in_end)
			return NULL;
		byte = *in++;
		*count += byte;
	} while (byte == TRUENO_LZ4_LENGTH_BYTE_MAX);
	return in;
}

/* Copies forward; @from is another buffer or at least 8 bytes behind @to. */
static __always_inline void
lz4_copy_exact(uint8_t *to, const uint8_t *from, size_t length)
{
	for (; length >= 8; length -= 8) {
		trueno_copy8(to, from);
		to += 8;
		from += 8;
	}
	while (length-- > 0)
		*to++ = *from++;
}

static __always_inline void
lz4_copy_match_exact(uint8_t *to, size_t offset, size_t length)
{
	const uint8_t *from = to - offset;

	/* Each round doubles the whole periods between @from and @to. */
	while (to - from < 8 && length > 0) {
		size_t period = to - from;

		if (period > length)
			period = length;
		length -= period;
		for (; period > 0; period--, to++)
			*to = *(to - offset);
	}
	lz4_copy_exact(to, from, length);
}

/* Decodes the rest of a block, whose first @at bytes are in @out. */
static noinline int
lz4_decompress_exact(const uint8_t *in, const uint8_t *in_end, uint8_t *out,
		     size_t at, size_t *out_len)
{
	const size_t out_room = *out_len;

	while (in < in_end) {
		uint32_t token = *in++;
		size_t literals = token >> 4;
		size_t match = token & 0xF;
		size_t offset;

		if (literals == TRUENO_LZ4_NIBBLE_MAX) {
			in = lz4_get_count(in, in_end, &literals);
			if (!in)
				return -EINVAL;
		}
		if (literals > (size_t)(in_end - in))
			return -EINVAL;
		if (literals > out_room - at)
			return -ENOSPC;
		lz4_copy_exact(out + at, in, literals);
		in += literals;
		at += literals;
		if (in == in_end) {
			*out_len = at;
			return 0;
		}

		if (in_end - in < 2)
			return -EINVAL;
		offset = trueno_load16(in);
		in += 2;
		if (offset == 0 || offset > at)
			return -EINVAL;
		if (match == TRUENO_LZ4_NIBBLE_MAX) {
			in = lz4_get_count(in, in_end, &match);
			if (!in)
				return -EINVAL;
		}
		match += TRUENO_LZ4_MIN_MATCH;
		if (match > out_room - at)
			return -ENOSPC;
		lz4_copy_match_exact(out + at, offset, match);
		at += match;
	}
	return -EINVAL;
}

#include "lz4_edge_copy.h"

/* Decodes the last sequences; the rest of @in is LZ4_EDGE_INPUT bytes or less. */
static noinline int
lz4_decompress_edge(const uint8_t *in, const uint8_t *in_end, uint8_t *out,
		    size_t at, size_t *out_len)
{
	struct lz4_edge edge trueno_uninitialized;
	const size_t out_room = *out_len;

	lz4_edge_begin(&edge, &in, &in_end, out, out_room);
	while (in < in_end) {
		const size_t token = *in;
		const size_t literals = token >> 4;
		const uint8_t *next = in + 1 + literals;
		const size_t match_at = at + literals;
		size_t match = token & 0xF;
		size_t offset;

		if (literals == TRUENO_LZ4_NIBBLE_MAX || next > in_end ||
		    literals > out_room - at)
			break;
		lz4_edge_put_literals(&edge, at, in + 1, literals);
		if (next == in_end) {
			lz4_edge_end(&edge, match_at);
			*out_len = match_at;
			return 0;
		}

		/* Behind a match comes a token at least. */
		if (in_end - next < 3)
			break;
		offset = trueno_load16(next);
		match += next[2] & lz4_count_mask[match];
		next += 2 + ((token & 0xF) == TRUENO_LZ4_NIBBLE_MAX);
		if (match == TRUENO_LZ4_NIBBLE_MAX + TRUENO_LZ4_LENGTH_BYTE_MAX) {
			next = lz4_get_count(next, in_end, &match);
			if (!next)
				break;
		}
		match += TRUENO_LZ4_MIN_MATCH;
		if (offset == 0 || offset > match_at ||
		    match > out_room - match_at)
			break;
		lz4_edge_put_match(&edge, match_at, offset, match);
		at = match_at + match;
		in = next;
	}
	lz4_edge_end(&edge, at);
	return lz4_decompress_exact(in, in_end, out, at, out_len);
}

/*
 * The two rare cases are functions of their own, so that their variables do not
 * take registers from the loop.
 */
static noinline void
lz4_copy_long_match(uint8_t *to, size_t offset, size_t length)
{
	uint8_t *const to_end = to + length;
	const size_t back = lz4_match_step_back(LZ4_MATCH_STEP, offset);

	lz4_copy_match(to, to - offset, offset);
	to += LZ4_MATCH_STEP;
	lz4_copy_step(to, to - back);
	to += LZ4_MATCH_STEP;
	do {
		lz4_copy_step(to, to - back);
		to += LZ4_MATCH_STEP;
	} while (to < to_end);
}

struct lz4_literals {
	const uint8_t *end;
	size_t count;
};

/* Copies 15 literals or more; .end is NULL, and nothing done, without room. */
static noinline struct lz4_literals
lz4_copy_long_literals(const uint8_t *in, const uint8_t *in_end, uint8_t *to,
		       size_t room)
{
	struct lz4_literals literals = { NULL, TRUENO_LZ4_NIBBLE_MAX };
	size_t i = 0;

	in = lz4_get_count(in + 1, in_end, &literals.count);
	if (!in || literals.count + 32 > (size_t)(in_end - in) ||
	    literals.count + LZ4_SEQUENCE_WRITE > room)
		return literals;
	do {
		lz4_copy_16(to + i, in + i);
		lz4_copy_16(to + i + 16, in + i + 16);
		i += 32;
	} while (i < literals.count);
	literals.end = in + literals.count;
	return literals;
}

static __always_inline int
lz4_decompress(const void *src, size_t src_len, void *dst, size_t *dst_len)
{
	const uint8_t *in = src;
	const uint8_t *const in_end = in + src_len;
	const uint8_t *in_limit;
	uint8_t *const out = dst;
	const size_t out_room = *dst_len;
	size_t at = 0;

	if (src_len < LZ4_EDGE_INPUT ||
	    out_room < LZ4_EDGE_HISTORY + LZ4_SEQUENCE_WRITE)
		return lz4_decompress_exact(in, in_end, out, 0, dst_len);

	in_limit = in_end - LZ4_SEQUENCE_READ;
	do {
		const size_t token = *in;
		size_t match = token & 0xF;
		const uint8_t *literals_end = in + (token >> 4) + 1;
		/* 3 + literals, and one more if the match nibble is full. */
		const uint8_t *next = in + ((token + 3 * 16 + 1) >> 4);
		size_t match_at = at + (token >> 4);
		size_t offset;

		lz4_copy_16(out + at, in + 1);
		if (trueno_unlikely(token >= TRUENO_LZ4_NIBBLE_MAX << 4)) {
			struct lz4_literals literals;

			literals = lz4_copy_long_literals(in, in_end, out + at,
							  out_room - at);
			if (!literals.end)
				break;
			match_at = at + literals.count;
			literals_end = literals.end;
			next = literals_end + 2 +
			       (match == TRUENO_LZ4_NIBBLE_MAX);
		}

		offset = trueno_load16(literals_end);
		if (trueno_unlikely(offset - 1 >= match_at))
			break;
		match += literals_end[2] & lz4_count_mask[match];
		if (trueno_unlikely(match > LZ4_MATCH_STEP - TRUENO_LZ4_MIN_MATCH)) {
			if (match == TRUENO_LZ4_NIBBLE_MAX + TRUENO_LZ4_LENGTH_BYTE_MAX) {
				next = lz4_get_count(next, in_end, &match);
				if (!next)
					break;
			}
			match += TRUENO_LZ4_MIN_MATCH;
			if (match + 3 * 32 > out_room - match_at)
				break;
			lz4_copy_long_match(out + match_at, offset, match);
			at = match_at + match;
		} else {
			lz4_copy_match(out + match_at, out + match_at - offset,
				       offset);
			at = match_at + match + TRUENO_LZ4_MIN_MATCH;
		}
		in = next;
	} while (trueno_likely(in <= in_limit) &&
		 trueno_likely(at <= out_room - LZ4_SEQUENCE_WRITE));

	if (in_end - in > LZ4_EDGE_INPUT)
		return lz4_decompress_exact(in, in_end, out, at, dst_len);
	return lz4_decompress_edge(in, in_end, out, at, dst_len);
}

#endif /* TRUENO_LZ4_DECOMPRESS_TEMPLATE_H */
