/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The search for matches in a page of text, where one may begin at any byte.
 *
 * A greedy search, lz4_search_bytes_template.h, cannot know where it looks next
 * before it knows how long the match here is, and guesses the branch between
 * the two wrongly about once a sequence. Here that is taken apart into three
 * loops, without a branch on what the page holds but for what is rare:
 *
 *  1. For all places, whether matched or not: the last place with the same
 *     hash, and whether the five bytes hashed seem to agree. The table holds
 *     more of the hash beside the place, so that vectors can tell without
 *     looking at the page again; what is left for a loop without vectors is one
 *     exchange with the table for each place.
 *  2. From the end of a match to the first place that has another, and the
 *     choice between that match and one that begins a byte later. This is one
 *     long dependent chain; three parts of the page are walked in turn in the
 *     same loop, so that their chains overlap.
 *  3. The sequences.
 *
 * The one-byte look-ahead is what the second loop has time for. It makes up for
 * what entering all places loses: the last place with the same bytes is not the
 * one with the longest match.
 *
 * Measured against the search by bytes on Zen 5: pages of text take 1/1.31 of
 * the time and come out 0.15 % larger. Pages that are neither text nor words
 * gain nothing, random ones take 1.23 times as long: these stay with the search
 * by bytes. What counts here is the number of instructions, so that with the
 * other thread of the core busy less is gained.
 *
 * The first loop takes half of the time, 2.7 us of 5.3, and most of that its
 * stores. Measured to be worse: candidates compared by loads from the page (the
 * first loop 3.4 us) or by gathers (1.7 times as long); two walks (0.97x) or
 * four (0.98x); no look-ahead (1.03x, but 1.1 % larger); a look-ahead of two
 * bytes (0.96x, 0.5 % smaller).
 *
 * The ISA file defines, beside what lz4_search_bytes_template.h asks for:
 *   lz4_put_hashes(to, at, place)
 *                        for 16 places, 32 bits each: the upper 20 of the hash,
 *                        then the place; reads 33 bytes from @at on
 *   lz4_take_seen(to, hashes, seen)
 *                        for 16 places: the places of @seen, 16 bits each;
 *                        returns a bit for each whose hash is that of @hashes
 *   lz4_differing_bytes(a, b)
 *                        a bit for each of 32 bytes
 */
#ifndef TRUENO_LZ4_SEARCH_BULK_TEMPLATE_H
#define TRUENO_LZ4_SEARCH_BULK_TEMPLATE_H

#include <trueno/page.h>

#include "../branchless.h"
#include "lz4_search_bytes_template.h"

/*
 * Places count from here, so that eight bytes before each of them can be read.
 * What is before is matched by what goes on backwards only.
 */
#define LZ4_BULK_ORIGIN 8
/* Places looked up: all from which 32 bytes and more can be read. */
#define LZ4_BULK_PLACES 4032
/* The parts of the page that are walked side by side, and places in each. */
#define LZ4_WALKS 3
#define LZ4_WALK_PLACES (LZ4_BULK_PLACES / LZ4_WALKS)
/*
 * The last place looked at in a part is so far before its end: two places are
 * looked at together, and the next part's first record begins 4 places before it.
 */
#define LZ4_WALK_MARGIN 6

#define LZ4_BULK_TABLE_BITS 11
/* So many literals, and matches shorter than this, take one count byte at most. */
#define LZ4_BULK_LITERALS 32
#define LZ4_BULK_LONG_MATCH (TRUENO_LZ4_NIBBLE_MAX + TRUENO_LZ4_LENGTH_BYTE_MAX)
/*
 * Bytes that putting a sequence may touch beyond its literals and count bytes:
 * the token, two copies of 16, the offset, the first count bytes.
 */
#define LZ4_BULK_SLACK 40
/*
 * Places hashed before the table is asked for them. Vectors take what it said a
 * block later: loads wait for several smaller stores to reach the cache.
 */
#define LZ4_BULK_BLOCK 48

/*
 * Work memory, in arrays of bytes because it may have any alignment.
 *
 * A walk leaves its records, 8 bytes each, where the places that it has passed
 * are: each match passes 4 places, of 2 bytes each.
 */
struct lz4_bulk_memory {
	uint8_t table[4 << LZ4_BULK_TABLE_BITS];
	uint8_t first_record[8];
	uint8_t seen[2 * LZ4_BULK_PLACES];
};

static_assert(sizeof(struct lz4_bulk_memory) <= LZ4_WORKMEM_SIZE,
	      "the search by all places needs too much memory");

struct lz4_walk {
	size_t place;
	/* A match: 16 bits each for its place, its end, and its offset. */
	uint8_t *record;
};

/* What the table was told of each place, and what it said, 32 bits each. */
struct lz4_bulk_block {
	uint8_t hashes[4 * LZ4_BULK_BLOCK];
	uint8_t seen[4 * LZ4_BULK_BLOCK];
};

static __always_inline void
lz4_exchange_block(struct lz4_bulk_block *block, uint8_t *table,
		   const uint8_t *origin, size_t place)
{
	size_t i;

	for (i = 0; i < LZ4_BULK_BLOCK; i += 16)
		lz4_put_hashes(block->hashes + 4 * i, origin + place + i,
			       place + i);
#pragma GCC unroll 4
	for (i = 0; i < LZ4_BULK_BLOCK; i++) {
		uint32_t hash = trueno_load32(block->hashes + 4 * i);
		size_t slot = hash >> (32 - LZ4_BULK_TABLE_BITS);

		trueno_store32(block->seen + 4 * i,
			       trueno_load32(table + 4 * slot));
		trueno_store32(table + 4 * slot, hash);
	}
}

static __always_inline void
lz4_take_block(const struct lz4_bulk_block *block,
	       struct lz4_bulk_memory *memory, uint8_t *is_seen, size_t place)
{
	size_t i;

	for (i = 0; i < LZ4_BULK_BLOCK; i += 16)
		trueno_store16(is_seen + (place + i) / 8,
			       lz4_take_seen(memory->seen + 2 * (place + i),
					     block->hashes + 4 * i,
					     block->seen + 4 * i));
}

/*
 * The first loop. The zeros that the table starts out with say that place 0 was
 * seen last; place 0 itself has seen nothing.
 */
static noinline void lz4_look_up_places(const uint8_t *origin,
					struct lz4_bulk_memory *memory,
					uint8_t *is_seen)
{
	struct lz4_bulk_block blocks[2] trueno_uninitialized;
	size_t place;

	__builtin_memset(memory->table, 0, sizeof(memory->table));
	for (place = 0; place < LZ4_BULK_PLACES; place += LZ4_BULK_BLOCK) {
		struct lz4_bulk_block *block =
			&blocks[place / LZ4_BULK_BLOCK % 2];

		lz4_exchange_block(block, memory->table, origin, place);
		if (place)
			lz4_take_block(&blocks[(place / LZ4_BULK_BLOCK + 1) % 2],
				       memory, is_seen, place - LZ4_BULK_BLOCK);
	}
	lz4_take_block(&blocks[(place / LZ4_BULK_BLOCK + 1) % 2], memory,
		       is_seen, place - LZ4_BULK_BLOCK);
	is_seen[0] &= ~1;
}

/* The length of a match of 32 bytes or more. */
static noinline size_t lz4_long_match_end(const uint8_t *origin, size_t place,
					  size_t offset)
{
	const uint8_t *at = origin + place;
	const uint8_t *limit = origin + TRUENO_PAGE_SIZE - LZ4_BULK_ORIGIN -
			       TRUENO_LZ4_LAST_LITERALS;

	return lz4_match_end(at, at - offset, limit) - origin;
}

/* One match, or the 56 places without. */
static __always_inline void lz4_walk_step(struct lz4_walk *walk,
					  const uint8_t *origin,
					  const uint8_t *all_seen,
					  const uint8_t *is_seen)
{
	uint64_t bits = trueno_load64(is_seen + walk->place / 8) >>
			(walk->place & 7);
	size_t place = walk->place + trueno_trailing_zeros(bits | 1ull << 56);
	uint64_t seen = trueno_load16(all_seen + 2 * place);
	uint64_t next_seen = trueno_load16(all_seen + 2 * place + 2);
	uint64_t differing = lz4_differing_bytes(origin + place, origin + seen);
	/* Shifted, so that bit 0 tells of the byte before the later match. */
	uint64_t next_differing =
		lz4_differing_bytes(origin + place, origin + next_seen - 1);
	uint64_t length = trueno_trailing_zeros(differing | 1ull << 32);
	uint64_t next_length =
		trueno_trailing_zeros((next_differing & ~1ull) | 1ull << 32);
	uint64_t record = place | (place - seen) << 32;
	uint64_t next_record = (place + 1) | (place + 1 - next_seen) << 32;
	uint64_t end, step = 8;
	uint64_t none = 0;

	/* The literal before it, where it is one, costs the later match a byte. */
	trueno_select_if_less(length + 2 * (next_differing & 1), next_length,
			      &length, next_length, &record, next_record);
	end = place + length;
	if (trueno_unlikely(length == 32))
		end = lz4_long_match_end(origin, end, record >> 32);
	trueno_store64(walk->record, record | end << 16);
	trueno_select_if_less(length, TRUENO_LZ4_MIN_MATCH, &end, place + 1,
			      &step, none);
	walk->record += step;
	walk->place = end;
}

static noinline void lz4_finish_walk(struct lz4_walk *walk,
				     const uint8_t *origin,
				     const uint8_t *all_seen,
				     const uint8_t *is_seen, size_t stop)
{
	struct lz4_walk here = *walk;

	while (here.place < stop)
		lz4_walk_step(&here, origin, all_seen, is_seen);
	*walk = here;
}

/* The second loop. The places that the walks stop at count as seen. */
static noinline void lz4_walk_matches(const uint8_t *origin,
				      struct lz4_bulk_memory *memory,
				      uint8_t *is_seen, struct lz4_walk *walks)
{
	const uint8_t *const seen = memory->seen;
	const size_t stop0 = LZ4_WALK_PLACES - LZ4_WALK_MARGIN;
	const size_t stop1 = stop0 + LZ4_WALK_PLACES;
	const size_t stop2 = stop1 + LZ4_WALK_PLACES;
	struct lz4_walk walk0 = walks[0], walk1 = walks[1], walk2 = walks[2];

	is_seen[stop0 / 8] |= 1 << stop0 % 8;
	is_seen[stop1 / 8] |= 1 << stop1 % 8;
	is_seen[stop2 / 8] |= 1 << stop2 % 8;
	do {
		lz4_walk_step(&walk0, origin, seen, is_seen);
		lz4_walk_step(&walk1, origin, seen, is_seen);
		lz4_walk_step(&walk2, origin, seen, is_seen);
	} while (walk0.place < stop0 && walk1.place < stop1 &&
		 walk2.place < stop2);
	lz4_finish_walk(&walk0, origin, seen, is_seen, stop0);
	lz4_finish_walk(&walk1, origin, seen, is_seen, stop1);
	lz4_finish_walk(&walk2, origin, seen, is_seen, stop2);
	walks[0].record = walk0.record;
	walks[1].record = walk1.record;
	walks[2].record = walk2.record;
}

/*
 * The third loop, over one part. A match may begin before one of the part before
 * has ended, and then is cut, or left out if little of it is left or it now
 * begins where nothing can be copied in fixed sizes. @has_bound is a constant.
 */
static __always_inline bool
lz4_put_records(struct lz4_encoder *e, const uint8_t *origin,
		const uint8_t *record, const uint8_t *record_end,
		bool has_bound)
{
	const uint8_t *const last = origin + LZ4_BULK_PLACES;
	const uint8_t *literals = e->literals;
	uint8_t *out = e->out;

	for (; record < record_end; record += 8) {
		const uint8_t *at = origin + trueno_load16(record);
		const uint8_t *end = origin + trueno_load16(record + 2);
		size_t offset = trueno_load16(record + 4);
		uint64_t before = trueno_load64(at - 8) ^
				  trueno_load64(at - offset - 8);
		uint8_t *token = out;
		size_t count, match, literal_nibble, match_nibble;

		at -= trueno_leading_zero_bytes(before) / 8;
		at = at < literals ? literals : at;
		if (trueno_unlikely(end - at < TRUENO_LZ4_MIN_MATCH || at > last))
			continue;

		count = at - literals;
		match = end - at - TRUENO_LZ4_MIN_MATCH;
		literal_nibble = count < TRUENO_LZ4_NIBBLE_MAX ?
				 count : TRUENO_LZ4_NIBBLE_MAX;
		match_nibble = match < TRUENO_LZ4_NIBBLE_MAX ?
			       match : TRUENO_LZ4_NIBBLE_MAX;
		if (!has_bound && (size_t)(e->out_end - out) <
				  count + count / TRUENO_LZ4_LENGTH_BYTE_MAX +
					  match / TRUENO_LZ4_LENGTH_BYTE_MAX +
					  LZ4_BULK_SLACK) {
			e->out = out;
			e->literals = literals;
			if (!lz4_put_sequence(e, at, end, offset))
				return false;
			out = e->out;
			literals = end;
			continue;
		}

		*token = literal_nibble << 4 | match_nibble;
		if (trueno_unlikely(count > LZ4_BULK_LITERALS)) {
			out = lz4_put_count_bytes(token + 1, count);
			lz4_copy_rounded(out, literals, count);
		} else {
			token[1] = count - TRUENO_LZ4_NIBBLE_MAX;
			out = token + 1 + (count >= TRUENO_LZ4_NIBBLE_MAX);
			lz4_copy_16(out, literals);
			lz4_copy_16(out + 16, literals + 16);
		}
		out += count;
		trueno_store16(out, offset);
		out += 2;
		if (trueno_unlikely(match >= LZ4_BULK_LONG_MATCH)) {
			out = lz4_put_count_bytes(out, match);
		} else {
			*out = match - TRUENO_LZ4_NIBBLE_MAX;
			out += match >= TRUENO_LZ4_NIBBLE_MAX;
		}
		literals = end;
	}
	e->out = out;
	e->literals = literals;
	return true;
}

static noinline bool lz4_put_records_bound(struct lz4_encoder *e,
					   const uint8_t *origin,
					   const uint8_t *record,
					   const uint8_t *record_end)
{
	return lz4_put_records(e, origin, record, record_end, true);
}

static noinline bool lz4_put_records_checked(struct lz4_encoder *e,
					     const uint8_t *origin,
					     const uint8_t *record,
					     const uint8_t *record_end)
{
	return lz4_put_records(e, origin, record, record_end, false);
}

static __always_inline uint8_t *
lz4_walk_records(struct lz4_bulk_memory *memory, size_t walk)
{
	return (uint8_t *)memory +
	       __builtin_offsetof(struct lz4_bulk_memory, first_record) +
	       2 * LZ4_WALK_PLACES * walk;
}

static noinline bool lz4_search_bulk(struct lz4_encoder *e, void *workmem,
				     bool has_bound)
{
	struct lz4_bulk_memory *const memory = workmem;
	const uint8_t *const origin = e->src + LZ4_BULK_ORIGIN;
	/* A bit for each place, and eight bytes to load where those end. */
	uint8_t is_seen[LZ4_BULK_PLACES / 8 + 8] trueno_uninitialized;
	struct lz4_walk walks[LZ4_WALKS];
	size_t i;

	trueno_store64(is_seen + LZ4_BULK_PLACES / 8, 0);
	lz4_look_up_places(origin, memory, is_seen);
	for (i = 0; i < LZ4_WALKS; i++) {
		walks[i].place = i ? LZ4_WALK_PLACES * i : 1;
		walks[i].record = lz4_walk_records(memory, i);
	}
	lz4_walk_matches(origin, memory, is_seen, walks);
	for (i = 0; i < LZ4_WALKS; i++) {
		const uint8_t *record = lz4_walk_records(memory, i);

		if (!(has_bound ? lz4_put_records_bound(e, origin, record,
							walks[i].record) :
				  lz4_put_records_checked(e, origin, record,
							  walks[i].record)))
			return false;
	}
	return true;
}

#endif /* TRUENO_LZ4_SEARCH_BULK_TEMPLATE_H */
