/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The LZ4 encoder, instantiated once per instruction set. The ISA file defines
 * lz4_match_end() and lz4_copy_16() before it includes this one.
 *
 * Greedy: at each position the table says where a word with the same hash was
 * seen last; if the bytes there agree, the match is taken. The table starts out
 * all zero and zero is a place like any other, always before the position that
 * asks, so that no slot needs an "empty" mark.
 *
 * On memory pages the time goes into one dependent chain, from the end of a
 * match to the end of the next: load, hash, table, candidate, comparison. Four
 * things keep it short. Four positions are hashed from one load. The first
 * comparison is 8 bytes wide and serves both to tell a match from a miss and to
 * measure it. After a match of less than 8 bytes the next load is not waited
 * for: the bytes are shifted out of the two words already here. And nothing
 * that only the output needs, such as extending the match backwards, lies on
 * the chain.
 *
 * Hashing five bytes rather than four gives up matches of four bytes that
 * would save one: a page takes 15 % fewer sequences and comes out smaller,
 * because what is found instead is longer.
 */
#ifndef TRUENO_LZ4_COMPRESS_TEMPLATE_H
#define TRUENO_LZ4_COMPRESS_TEMPLATE_H

#include "lz4_format.h"

/* Inputs up to this long have positions of 16 bits, and no offset too long. */
#define LZ4_SHORT_INPUT 65536

/* Work memory holds at least 2^this positions, of 16 or of 32 bits. */
#define LZ4_TABLE_BITS 12

/* Positions probed between two loads of new input. */
#define LZ4_BLOCK 4

/* After a block without a match: one position more for 2^this literals ... */
#define LZ4_SKIP_SHIFT 5
/* ... up to this many. */
#define LZ4_SKIP_MAX 64

/*
 * A match found in the main loop starts at least this many bytes before the end
 * of the input: two 8-byte loads stay inside, and so does a copy of literals
 * that is rounded up to 16.
 */
#define LZ4_MATCH_MARGIN 16
#define LZ4_BLOCK_MARGIN (LZ4_MATCH_MARGIN + LZ4_BLOCK - 1)

/*
 * Bytes that putting a sequence may touch beyond its literals and their count
 * bytes: the token, a last 16-byte copy, the offset, the match's count byte.
 */
#define LZ4_SEQUENCE_SLACK 32

/* The hash of the five bytes at the low end of @bytes. */
static __always_inline size_t lz4_hash(uint64_t bytes)
{
	return (bytes * (0x9E3779B185EBCA87ull << 24)) >> (64 - LZ4_TABLE_BITS);
}

/* Enters @at into the table and returns what was there. */
static __always_inline const uint8_t *
lz4_exchange(uint8_t *table, size_t hash, const uint8_t *src, const uint8_t *at,
	     bool is_short)
{
	uint8_t *slot = table + hash * (is_short ? 2 : 4);
	const uint8_t *seen;

	if (is_short) {
		seen = src + trueno_load16(slot);
		trueno_store16(slot, at - src);
	} else {
		seen = src + trueno_load32(slot);
		trueno_store32(slot, at - src);
	}
	return seen;
}

static __always_inline bool
lz4_is_reachable(const uint8_t *at, const uint8_t *seen, bool is_short)
{
	return is_short || at - seen <= TRUENO_LZ4_MAX_OFFSET;
}

struct lz4_match {
	const uint8_t *at;
	const uint8_t *seen;
	/* The eight bytes at @at, and how those at @seen differ. */
	uint64_t here;
	uint64_t difference;
};

/*
 * Looks for a match that starts @i bytes after @block, whose first eight bytes
 * are @bytes.
 */
static __always_inline bool
lz4_probe(struct lz4_match *match, uint8_t *table, const uint8_t *src,
	  const uint8_t *block, uint64_t bytes, unsigned int i, bool is_short)
{
	match->at = block + i;
	match->seen = lz4_exchange(table, lz4_hash(bytes >> 8 * i), src,
				   match->at, is_short);
	match->here = i ? trueno_load64(match->at) : bytes;
	match->difference = match->here ^ trueno_load64(match->seen);
	return (uint32_t)match->difference == 0 &&
	       lz4_is_reachable(match->at, match->seen, is_short);
}

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
 * Puts a token and @count literals, touching exactly their bytes; NULL if there
 * is no room for them and @more bytes. The token's match nibble is left zero.
 */
static __always_inline uint8_t *
lz4_put_literals_exact(uint8_t *out, const uint8_t *out_end,
		       const uint8_t *literals, size_t count, size_t more)
{
	if (1 + lz4_count_size(count) + count + more > (size_t)(out_end - out))
		return NULL;
	if (count < TRUENO_LZ4_NIBBLE_MAX) {
		*out++ = count << 4;
	} else {
		*out++ = TRUENO_LZ4_NIBBLE_MAX << 4;
		out = lz4_put_count_bytes(out, count);
	}
	if (count)
		__builtin_memcpy(out, literals, count);
	return out + count;
}

/* Copies literals, rounding up to 16: LZ4_SEQUENCE_SLACK must follow. */
static __always_inline void
lz4_copy_rounded(uint8_t *to, const uint8_t *from, size_t count)
{
	size_t copied = 0;

	do {
		lz4_copy_16(to + copied, from + copied);
		copied += 16;
	} while (copied < count);
}

/*
 * Puts a sequence where the output may end at any of its bytes; NULL if it
 * does. Not inlined: it runs once per call of the encoder, if at all.
 */
static noinline uint8_t *
lz4_put_sequence_exact(uint8_t *out, const uint8_t *out_end,
		       const uint8_t *literals, const uint8_t *at,
		       const uint8_t *seen, const uint8_t *match_end)
{
	size_t match = match_end - at - TRUENO_LZ4_MIN_MATCH;
	uint8_t *token = out;

	out = lz4_put_literals_exact(out, out_end, literals, at - literals,
				     2 + lz4_count_size(match));
	if (!out)
		return NULL;
	trueno_store16(out, at - seen);
	out += 2;
	if (match < TRUENO_LZ4_NIBBLE_MAX) {
		*token |= match;
		return out;
	}
	*token |= TRUENO_LZ4_NIBBLE_MAX;
	return lz4_put_count_bytes(out, match);
}

/*
 * How many bytes before @at, at most @limit, also stand before @seen. Mostly
 * none: the position before was probed too, and its match was missed only if
 * the table has forgotten it.
 */
static __always_inline size_t
lz4_count_back(const uint8_t *src, const uint8_t *at, const uint8_t *seen,
	       size_t limit)
{
	size_t count = 0;

	while (count < limit && seen > src && trueno_unlikely(*--at == *--seen))
		count++;
	return count;
}

struct lz4_input {
	const uint8_t *start;
	const uint8_t *end;
	/* The first byte not yet part of a sequence. */
	const uint8_t *literals;
};

/*
 * Puts the matches that start in the last bytes of the input, where nothing may
 * be read or written that is not needed. Not inlined: runs once per call.
 */
static noinline uint8_t *
lz4_put_last_matches(struct lz4_input *input, const uint8_t *at, uint8_t *out,
		     const uint8_t *out_end, uint8_t *table, bool is_short)
{
	const uint8_t *const last = input->end - TRUENO_LZ4_MATCH_START_LIMIT;
	const uint8_t *const match_limit = input->end - TRUENO_LZ4_LAST_LITERALS;

	while (at <= last) {
		uint64_t bytes = trueno_load64(at);
		const uint8_t *seen = lz4_exchange(table, lz4_hash(bytes),
						   input->start, at, is_short);
		const uint8_t *end;
		size_t back;

		if (trueno_load32(seen) != (uint32_t)bytes ||
		    !lz4_is_reachable(at, seen, is_short)) {
			at++;
			continue;
		}
		back = lz4_count_back(input->start, at, seen,
				      at - input->literals);
		end = lz4_match_end(at + TRUENO_LZ4_MIN_MATCH,
				    seen + TRUENO_LZ4_MIN_MATCH, match_limit);
		out = lz4_put_sequence_exact(out, out_end, input->literals,
					     at - back, seen - back, end);
		if (!out)
			return NULL;
		at = end;
		input->literals = end;
	}
	return out;
}

/*
 * Puts the matches of all the input but its end. @is_short: the input is at
 * most LZ4_SHORT_INPUT bytes; @has_bound: the output has room for the worst
 * case. Both are constants at each call.
 *
 * With @has_bound no store can miss the output. Each sequence is at most as
 * long as what it stands for, but for the count bytes that the bound allows
 * for; so the output is never further on than the input, less those. The
 * literals put next end LZ4_MATCH_MARGIN before the end of the input, which is
 * more than a copy is rounded up by.
 *
 * Return: the end of the output so far; NULL if it is full.
 */
static __always_inline uint8_t *
lz4_put_matches(struct lz4_input *input, uint8_t *out, uint8_t *out_end,
		uint8_t *table, bool is_short, bool has_bound)
{
	const uint8_t *const src = input->start;
	const uint8_t *const last_block = input->end - LZ4_BLOCK_MARGIN;
	const uint8_t *const match_limit = input->end - TRUENO_LZ4_LAST_LITERALS;
	const uint8_t *literals = src;
	const uint8_t *at = src + 1;
	uint64_t bytes = trueno_load64(at);

	while (at <= last_block) {
		struct lz4_match m;
		const uint8_t *end;
		size_t count, length, skip;
		unsigned int token, same;
		uint8_t *token_at;

		if (!lz4_probe(&m, table, src, at, bytes, 0, is_short) &&
		    !lz4_probe(&m, table, src, at, bytes, 1, is_short) &&
		    !lz4_probe(&m, table, src, at, bytes, 2, is_short) &&
		    !lz4_probe(&m, table, src, at, bytes, 3, is_short)) {
			skip = (at - literals) >> LZ4_SKIP_SHIFT;
			if (skip > LZ4_SKIP_MAX)
				skip = LZ4_SKIP_MAX;
			at += LZ4_BLOCK + skip;
			if (at > last_block)
				break;
			bytes = trueno_load64(at);
			continue;
		}

		if (trueno_unlikely(m.at > literals && m.seen > src &&
				    m.at[-1] == m.seen[-1])) {
			count = lz4_count_back(src, m.at, m.seen,
					       m.at - literals);
			m.at -= count;
			m.seen -= count;
			m.here = trueno_load64(m.at);
			m.difference = m.here ^ trueno_load64(m.seen);
		}
		count = m.at - literals;
		if (!has_bound && (size_t)(out_end - out) <
				  count + count / TRUENO_LZ4_LENGTH_BYTE_MAX +
				  LZ4_SEQUENCE_SLACK) {
			end = lz4_match_end(m.at + TRUENO_LZ4_MIN_MATCH,
					    m.seen + TRUENO_LZ4_MIN_MATCH,
					    match_limit);
			out = lz4_put_sequence_exact(out, out_end, literals,
						     m.at, m.seen, end);
			if (!out)
				return NULL;
			if (end <= last_block)
				bytes = trueno_load64(end);
			goto next;
		}

		token_at = out++;
		token = count << 4;
		if (trueno_unlikely(count >= TRUENO_LZ4_NIBBLE_MAX)) {
			token = TRUENO_LZ4_NIBBLE_MAX << 4;
			out = lz4_put_count_bytes(out, count);
			lz4_copy_rounded(out, literals, count);
		} else {
			lz4_copy_16(out, literals);
		}
		out += count;
		trueno_store16(out, m.at - m.seen);
		out += 2;
		if (trueno_likely(m.difference)) {
			same = __builtin_ctzll(m.difference) & 0x38;
			*token_at = token | (same / 8 - TRUENO_LZ4_MIN_MATCH);
			bytes = m.here >> same |
				trueno_load64(m.at + 8) << (64 - same);
			end = m.at + same / 8;
			goto next;
		}
		end = lz4_match_end(m.at + 8, m.seen + 8, match_limit);
		if (end <= last_block)
			bytes = trueno_load64(end);
		length = end - m.at - TRUENO_LZ4_MIN_MATCH;
		if (length < TRUENO_LZ4_NIBBLE_MAX) {
			*token_at = token | length;
			goto next;
		}
		if (!has_bound &&
		    lz4_count_size(length) > (size_t)(out_end - out))
			return NULL;
		*token_at = token | TRUENO_LZ4_NIBBLE_MAX;
		out = lz4_put_count_bytes(out, length);
next:
		at = end;
		literals = end;
		if (at > last_block)
			break;
		lz4_exchange(table, lz4_hash(trueno_load64(at - 2)), src,
			     at - 2, is_short);
	}
	input->literals = literals;
	return lz4_put_last_matches(input, at, out, out_end, table, is_short);
}

/*
 * Inputs longer than LZ4_SHORT_INPUT and outputs that may fill up cost checks
 * in the loop, so a page with room for the worst case has a loop to itself, and
 * one without, as zswap gives it, a second. They are functions of their own
 * because together they would not leave the registers that each of them needs.
 */
static noinline uint8_t *lz4_put_matches_short(struct lz4_input *input,
					       uint8_t *out, uint8_t *out_end,
					       uint8_t *table)
{
	return lz4_put_matches(input, out, out_end, table, true, true);
}

static noinline uint8_t *
lz4_put_matches_short_checked(struct lz4_input *input, uint8_t *out,
			      uint8_t *out_end, uint8_t *table)
{
	return lz4_put_matches(input, out, out_end, table, true, false);
}

static noinline uint8_t *
lz4_put_matches_long_checked(struct lz4_input *input, uint8_t *out,
			     uint8_t *out_end, uint8_t *table)
{
	return lz4_put_matches(input, out, out_end, table, false, false);
}

static __always_inline int
lz4_compress(const void *src, size_t src_len, void *dst, size_t *dst_len,
	     void *workmem)
{
	struct lz4_input input = {
		.start = src,
		.end = (const uint8_t *)src + src_len,
		.literals = src,
	};
	uint8_t *const out_end = (uint8_t *)dst + *dst_len;
	bool is_short = src_len <= LZ4_SHORT_INPUT;
	uint8_t *out = dst;

	if (src_len > TRUENO_LZ4_MAX_INPUT)
		return -EINVAL;
	/* Where no match can start; an input of no bytes may be at NULL, too. */
	if (src_len <= TRUENO_LZ4_MATCH_START_LIMIT)
		goto put_last_literals;
	__builtin_memset(workmem, 0, (is_short ? 2 : 4) << LZ4_TABLE_BITS);
	if (src_len <= LZ4_BLOCK_MARGIN)
		out = lz4_put_last_matches(&input, input.start + 1, out,
					   out_end, workmem, true);
	else if (!is_short)
		out = lz4_put_matches_long_checked(&input, out, out_end,
						   workmem);
	else if (*dst_len < lz4_bound(src_len))
		out = lz4_put_matches_short_checked(&input, out, out_end,
						    workmem);
	else
		out = lz4_put_matches_short(&input, out, out_end, workmem);
put_last_literals:
	if (out)
		out = lz4_put_literals_exact(out, out_end, input.literals,
					     input.end - input.literals, 0);
	if (!out)
		return -ENOSPC;
	*dst_len = out - (uint8_t *)dst;
	return 0;
}

#endif /* TRUENO_LZ4_COMPRESS_TEMPLATE_H */
