/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The search for matches at every byte, instantiated once per instruction set.
 * The ISA file defines lz4_match_end() and lz4_copy_16() before it includes
 * this one.
 *
 * Greedy: at each position the table says where a word with the same hash was
 * seen last; if the bytes there agree, the match is taken. The table starts out
 * all zero and zero is a place like any other, always before the position that
 * asks, so that no slot needs an "empty" mark.
 *
 * The time goes into one dependent chain, from the end of a match to the end of
 * the next: load, hash, table, candidate, comparison. Four things keep it
 * short. Four positions are hashed from one load. The first comparison is 8
 * bytes wide and serves both to tell a match from a miss and to measure it.
 * After a match of less than 8 bytes the next load is not waited for: the bytes
 * are shifted out of the two words already here. And nothing that only the
 * output needs lies on the chain.
 *
 * Hashing five bytes rather than four gives up matches of four bytes that would
 * save one: a page takes 15 % fewer sequences and comes out smaller, because
 * what is found instead is longer.
 *
 * Skipping sooner, LZ4_SKIP_SHIFT of 4 or 3, takes 0.95 or 0.91 of the time for
 * pages that are neither text nor words nor half of small words, 0.99 or 0.98 of
 * that for six workloads; but such pages grow by 0.8 or 1.8 %, and a workload
 * may hold little else. Half the table gains 0.5 % and costs 0.2 %.
 */
#ifndef TRUENO_LZ4_SEARCH_BYTES_TEMPLATE_H
#define TRUENO_LZ4_SEARCH_BYTES_TEMPLATE_H

#include "lz4_encoder.h"

/* Inputs up to this long have positions of 16 bits, and no offset too long. */
#define LZ4_SHORT_INPUT 65536

/* The table has 2^this positions, of 16 bits for short inputs, else of 32. */
#define LZ4_TABLE_BITS 12
#define LZ4_TABLE_SIZE(is_short) (((is_short) ? 2u : 4u) << LZ4_TABLE_BITS)

/* Positions probed between two loads of new input. */
#define LZ4_BLOCK 4

/* After a block without a match: one position more for 2^this literals ... */
#define LZ4_SKIP_SHIFT 5
/* ... up to this many. */
#define LZ4_SKIP_MAX 64

/*
 * A match found by blocks starts at least this many bytes before the end of the
 * input: two 8-byte loads stay inside, and so does a copy of literals that is
 * rounded up to 16.
 */
#define LZ4_MATCH_MARGIN 16
#define LZ4_BLOCK_MARGIN (LZ4_MATCH_MARGIN + LZ4_BLOCK - 1)

/* The hash of the five bytes at the low end of @bytes. */
static __always_inline size_t lz4_hash(uint64_t bytes)
{
	return (bytes * (0x9E3779B185EBCA87ull << 24)) >> (64 - LZ4_TABLE_BITS);
}

/* Enters @at into the table and returns what was there. */
static __always_inline size_t
lz4_exchange(uint8_t *table, size_t hash, size_t at, bool is_short)
{
	uint8_t *slot = table + hash * (is_short ? 2 : 4);
	size_t seen;

	if (is_short) {
		seen = trueno_load16(slot);
		trueno_store16(slot, at);
	} else {
		seen = trueno_load32(slot);
		trueno_store32(slot, at);
	}
	return seen;
}

static __always_inline bool lz4_is_reachable(size_t at, size_t seen,
					     bool is_short)
{
	return is_short || at - seen <= TRUENO_LZ4_MAX_OFFSET;
}

/* A place in the input, an earlier one, and how eight bytes there differ. */
struct lz4_match {
	size_t at;
	size_t seen;
	uint64_t difference;
};

/*
 * Looks for a match that starts @i bytes after @block, whose first eight bytes
 * are @bytes.
 */
static __always_inline bool
lz4_probe(struct lz4_match *match, uint8_t *table, const uint8_t *src,
	  size_t block, uint64_t bytes, unsigned int i, bool is_short)
{
	uint64_t here = i ? trueno_load64(src + block + i) : bytes;

	match->at = block + i;
	match->seen = lz4_exchange(table, lz4_hash(bytes >> 8 * i), match->at,
				   is_short);
	match->difference = here ^ trueno_load64(src + match->seen);
	return (uint32_t)match->difference == 0 &&
	       lz4_is_reachable(match->at, match->seen, is_short);
}

/*
 * How many bytes before @at, at most @limit, also stand before @seen. Mostly
 * none: the position before was probed too, and its match was missed only if
 * the table has forgotten it.
 */
static __always_inline size_t
lz4_count_back(const uint8_t *src, size_t at, size_t seen, size_t limit)
{
	size_t count = 0;

	while (count < limit && seen > 0 &&
	       trueno_unlikely(src[--at] == src[--seen]))
		count++;
	return count;
}

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
 * Puts the matches between the literals and @limit, but for those that start in
 * the last LZ4_BLOCK_MARGIN bytes of the input. @is_short: the input is at most
 * LZ4_SHORT_INPUT bytes; @has_bound: the output has room for the worst case.
 * Both are constants at each call.
 *
 * With @has_bound no store can miss the output. Each sequence is at most as
 * long as what it stands for, but for the count bytes that the bound allows
 * for; so the output is never further on than the input, less those. The
 * literals put next end LZ4_MATCH_MARGIN before the end of the input, which is
 * more than a copy is rounded up by.
 *
 * Return: the position to go on from; NULL if the output is full.
 */
static __always_inline const uint8_t *
lz4_search_bytes(struct lz4_encoder *e, const uint8_t *limit_at, bool is_short,
		 bool has_bound)
{
	const uint8_t *const src = e->src;
	const size_t limit = limit_at - src;
	const size_t margin = e->src_end - src - LZ4_BLOCK_MARGIN;
	size_t last_block = limit - TRUENO_LZ4_MIN_MATCH;
	uint8_t *const table = e->table;
	uint8_t *const out_end = e->out_end;
	size_t literals = e->literals - src;
	size_t at = literals ? literals : 1;
	uint8_t *out = e->out;
	uint64_t bytes;

	if (last_block > margin)
		last_block = margin;
	if (at > last_block)
		return src + at;
	bytes = trueno_load64(src + at);

	for (;;) {
		struct lz4_match m;
		size_t count, end, length, skip;
		unsigned int token;
		uint8_t *token_at;

		if (!lz4_probe(&m, table, src, at, bytes, 0, is_short) &&
		    !lz4_probe(&m, table, src, at, bytes, 1, is_short) &&
		    !lz4_probe(&m, table, src, at, bytes, 2, is_short) &&
		    !lz4_probe(&m, table, src, at, bytes, 3, is_short)) {
			skip = (at - literals) >> LZ4_SKIP_SHIFT;
			/* A branch, to keep the arithmetic off the chain. */
			if (trueno_unlikely(skip))
				at += skip < LZ4_SKIP_MAX ? skip : LZ4_SKIP_MAX;
			at += LZ4_BLOCK;
			if (at > last_block)
				break;
			bytes = trueno_load64(src + at);
			continue;
		}

		if (trueno_likely(m.difference))
			end = m.at + __builtin_ctzll(m.difference) / 8;
		else
			end = lz4_match_end(src + m.at + 8, src + m.seen + 8,
					    limit_at) - src;
		if (trueno_unlikely(end > limit)) {
			end = limit;
			if (m.at + TRUENO_LZ4_MIN_MATCH > end)
				break;
		}
		if (trueno_unlikely(m.at > literals && m.seen > 0 &&
				    src[m.at - 1] == src[m.seen - 1])) {
			count = lz4_count_back(src, m.at, m.seen,
					       m.at - literals);
			m.at -= count;
			m.seen -= count;
		}

		count = m.at - literals;
		length = end - m.at - TRUENO_LZ4_MIN_MATCH;
		if (!has_bound &&
		    (size_t)(out_end - out) <
			    count + count / TRUENO_LZ4_LENGTH_BYTE_MAX +
				    length / TRUENO_LZ4_LENGTH_BYTE_MAX +
				    LZ4_SEQUENCE_SLACK) {
			e->out = out;
			e->literals = src + literals;
			if (!lz4_put_sequence(e, src + m.at, src + end,
					      m.at - m.seen))
				return NULL;
			out = e->out;
		} else {
			token_at = out++;
			token = count << 4;
			lz4_copy_16(out, src + literals);
			if (trueno_unlikely(count >= TRUENO_LZ4_NIBBLE_MAX)) {
				token = TRUENO_LZ4_NIBBLE_MAX << 4;
				out = lz4_put_count_bytes(out, count);
				lz4_copy_rounded(out, src + literals, count);
			}
			out += count;
			trueno_store16(out, m.at - m.seen);
			out += 2;
			*token_at = token | (length < TRUENO_LZ4_NIBBLE_MAX ?
					     length : TRUENO_LZ4_NIBBLE_MAX);
			if (trueno_unlikely(length >= TRUENO_LZ4_NIBBLE_MAX +
						    TRUENO_LZ4_LENGTH_BYTE_MAX)) {
				out = lz4_put_count_bytes(out, length);
			} else {
				*out = length - TRUENO_LZ4_NIBBLE_MAX;
				out += length >= TRUENO_LZ4_NIBBLE_MAX;
			}
		}
		at = end;
		literals = end;
		if (at > last_block)
			break;
		bytes = trueno_load64(src + at);
		lz4_exchange(table, lz4_hash(trueno_load64(src + at - 2)),
			     at - 2, is_short);
	}
	e->out = out;
	e->literals = src + literals;
	return src + at;
}

/*
 * Puts the matches from @at on that start in the last bytes of the input, where
 * nothing may be read or written that is not needed. Not inlined: runs once per
 * call of the encoder.
 */
static noinline bool lz4_search_last_bytes(struct lz4_encoder *e,
					   const uint8_t *at, bool is_short)
{
	const uint8_t *const last = e->src_end - TRUENO_LZ4_MATCH_START_LIMIT;
	const uint8_t *const limit = e->src_end - TRUENO_LZ4_LAST_LITERALS;

	while (at <= last) {
		uint64_t bytes = trueno_load64(at);
		size_t place = at - e->src;
		size_t seen = lz4_exchange(e->table, lz4_hash(bytes), place,
					   is_short);
		const uint8_t *end;
		size_t back;

		if (trueno_load32(e->src + seen) != (uint32_t)bytes ||
		    !lz4_is_reachable(place, seen, is_short)) {
			at++;
			continue;
		}
		back = lz4_count_back(e->src, place, seen, at - e->literals);
		end = lz4_match_end(at + TRUENO_LZ4_MIN_MATCH,
				    e->src + seen + TRUENO_LZ4_MIN_MATCH, limit);
		if (!lz4_put_sequence(e, at - back, end, place - seen))
			return false;
		at = end;
	}
	return true;
}

/*
 * Inputs longer than LZ4_SHORT_INPUT and outputs that may fill up cost checks
 * in the loop, so a page with room for the worst case has a loop to itself, and
 * one without, as zswap gives it, a second. They are functions of their own
 * because together they would not leave the registers that each of them needs.
 */
static noinline const uint8_t *lz4_search_bytes_short(struct lz4_encoder *e,
						      const uint8_t *limit)
{
	return lz4_search_bytes(e, limit, true, true);
}

static noinline const uint8_t *
lz4_search_bytes_short_checked(struct lz4_encoder *e, const uint8_t *limit)
{
	return lz4_search_bytes(e, limit, true, false);
}

static noinline const uint8_t *
lz4_search_bytes_long_checked(struct lz4_encoder *e, const uint8_t *limit)
{
	return lz4_search_bytes(e, limit, false, false);
}

#endif /* TRUENO_LZ4_SEARCH_BYTES_TEMPLATE_H */
