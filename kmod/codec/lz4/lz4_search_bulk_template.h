/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The search for matches in a page of text or of other things that are no words
 * of 64 bits, where one may begin at any byte.
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
 *     choice between that match, one with the place that had the same hash
 *     before that, and one that begins a byte later. This is one long dependent
 *     chain; three parts of the page are walked in turn in the same loop, so
 *     that their chains overlap.
 *  3. The sequences.
 *
 * That choice is what the second loop has time for. It makes up for what
 * entering all places loses: the last place with the same bytes is not the one
 * with the longest match. The places seen are kept for all places, so that the
 * one before the last costs no more than a load.
 *
 * Measured against the search by bytes on Zen 5, pages that come here take
 * 1/1.33 of the time and come out 1.5 % smaller. Six workloads as a whole take,
 * without the place before the last, 0.97 of the time and come out 0.85 %
 * larger; without the look-ahead 0.95 and 0.7 %; with a place before the last
 * for the look-ahead too 1.045, and 0.2 % smaller.
 *
 * The first loop takes less than half of the time. In it, vectors are stored
 * that are then loaded in parts. Until they are in the cache such a load is
 * slow, and nothing else counts: with the loads right after the stores, half of
 * the instructions took as long, 2.6 us; 32 places apart they take 1.9 us, 48
 * or more 1.7.
 *
 * Measured to be worse, while there was one candidate: candidates compared by
 * loads from the page or by gathers (1.7 times as long); a look-ahead of two
 * bytes (0.96x, 0.5 % smaller); every other place only put into the table
 * (1.08x for text, but 0.8 % larger, for other pages 1.07x and 1.8 %); half the
 * table (1.02x, but 1.5 %); copies of 32 bytes for two of 16 (0.99x).
 *
 * The ISA file defines, beside what lz4_search_bytes_template.h asks for:
 *   lz4_put_hashes(entries, slots, slot_bits, at, place)
 *                        for 16 places: entries, 32 bits each, the upper 20 of
 *                        the hash, then the place; and their slots, the upper
 *                        @slot_bits of the hash, 16 bits each, in an order of
 *                        its own; reads 24 bytes from @at on
 *   lz4_exchange_16(table, entries, slots, places, is_new)
 *                        exchanges them with the table; the places found there,
 *                        16 bits each; a bit for each whose hash is another
 *   lz4_same_bytes(a, b) a bit for each of 32 bytes
 *   lz4_count_ones(bits) how many of the low ones of 32 bits are set
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
/* Places looked up, 16 at a time: all from which 24 bytes can be read. */
#define LZ4_BULK_PLACES 4064
/* The last place from which 32 bytes can be read, where the last walk stops. */
#define LZ4_BULK_LAST_PLACE (TRUENO_PAGE_SIZE - LZ4_BULK_ORIGIN - 32)
/* The parts of the page that are walked side by side, and places in each. */
#define LZ4_WALKS 3
#define LZ4_WALK_PLACES (LZ4_BULK_LAST_PLACE / LZ4_WALKS)

#define LZ4_BULK_TABLE_BITS 11
/* So many literals, and matches shorter than this, take one count byte at most. */
#define LZ4_BULK_LITERALS 32
#define LZ4_BULK_LONG_MATCH (TRUENO_LZ4_NIBBLE_MAX + TRUENO_LZ4_LENGTH_BYTE_MAX)
/*
 * Bytes that putting a sequence may touch beyond its literals and count bytes:
 * the token, two copies of 16, the offset, the first count bytes.
 */
#define LZ4_BULK_SLACK 40
/* Places are hashed so far ahead of being exchanged with the table ... */
#define LZ4_BULK_AHEAD 64
/* ... and kept in a ring of so many. */
#define LZ4_BULK_RING 128

/* A walk's records, 8 bytes each: there is at most one in four places. */
#define LZ4_WALK_RECORDS_SIZE (2 * LZ4_WALK_PLACES)

/* Work memory, in arrays of bytes because it may have any alignment. */
struct lz4_bulk_memory {
	union {
		/* The first loop. */
		uint8_t table[4 << LZ4_BULK_TABLE_BITS];
		/* The others. */
		uint8_t records[LZ4_WALKS * LZ4_WALK_RECORDS_SIZE];
	};
	uint8_t seen[2 * LZ4_BULK_PLACES];
};

static_assert(LZ4_WALK_PLACES % 4 == 0,
	      "the last record of a walk may not fit");
static_assert(sizeof(struct lz4_bulk_memory) <= LZ4_WORKMEM_SIZE,
	      "the search by all places needs too much memory");

struct lz4_walk {
	size_t place;
	/* A match: 16 bits each for its place, its end, and its source's place. */
	uint8_t *record;
};

/* Of the places hashed last, a ring. */
struct lz4_bulk_hashes {
	uint8_t entries[4 * LZ4_BULK_RING];
	uint8_t slots[2 * LZ4_BULK_RING];
};

static __always_inline void lz4_hash_places(struct lz4_bulk_hashes *hashes,
					    const uint8_t *origin, size_t place)
{
	const size_t i = place % LZ4_BULK_RING;

	lz4_put_hashes(hashes->entries + 4 * i, hashes->slots + 2 * i,
		       LZ4_BULK_TABLE_BITS, origin + place, place);
}

static __always_inline void
lz4_exchange_places(const struct lz4_bulk_hashes *hashes,
		    struct lz4_bulk_memory *memory, uint8_t *is_new,
		    size_t place)
{
	const size_t i = place % LZ4_BULK_RING;

	lz4_exchange_16(memory->table, hashes->entries + 4 * i,
			hashes->slots + 2 * i, memory->seen + 2 * place,
			is_new + place / 8);
}

/*
 * The first loop. The zeros that the table starts out with say that place 0 was
 * seen last; place 0 itself has seen nothing.
 */
static noinline void lz4_look_up_places(const uint8_t *origin,
					struct lz4_bulk_memory *memory,
					uint8_t *is_new)
{
	struct lz4_bulk_hashes hashes trueno_uninitialized;
	size_t place;

	lz4_clear(memory->table, sizeof(memory->table));
	for (place = 0; place < LZ4_BULK_AHEAD; place += 16)
		lz4_hash_places(&hashes, origin, place);
	for (; place < LZ4_BULK_PLACES; place += 16) {
		lz4_hash_places(&hashes, origin, place);
		lz4_exchange_places(&hashes, memory, is_new,
				    place - LZ4_BULK_AHEAD);
	}
	for (place -= LZ4_BULK_AHEAD; place < LZ4_BULK_PLACES; place += 16)
		lz4_exchange_places(&hashes, memory, is_new, place);
	is_new[0] |= 1;
}

/*
 * The end of a match of which 32 bytes are known. All of these may be too near
 * to the page's end already.
 */
static noinline size_t lz4_long_match_end(const uint8_t *origin, size_t place,
					  size_t offset)
{
	const uint8_t *at = origin + place;
	const uint8_t *limit = origin + TRUENO_PAGE_SIZE - LZ4_BULK_ORIGIN -
			       TRUENO_LZ4_LAST_LITERALS;

	if (at >= limit)
		return place;
	return lz4_match_end(at, at - offset, limit) - origin;
}

/* One match, or the 57 places and more without. */
static __always_inline struct lz4_walk
lz4_walk_step(struct lz4_walk walk, const uint8_t *origin,
	      const uint8_t *all_seen, const uint8_t *is_new)
{
	/* Zeros come in from above, so that it goes on where these bits end. */
	uint64_t bits = trueno_load64(is_new + walk.place / 8) >>
			(walk.place & 7);
	uint64_t place = walk.place + lz4_count_ones(bits);
	uint64_t next_place = place + 1;
	uint64_t seen = trueno_load16(all_seen + 2 * place);
	uint64_t next_seen = trueno_load16(all_seen + 2 * place + 2);
	uint64_t seen_before = trueno_load16(all_seen + 2 * seen);
	uint64_t same = lz4_same_bytes(origin + place, origin + seen);
	/* Shifted, so that bit 0 tells of the byte before the later match. */
	uint64_t next_same =
		lz4_same_bytes(origin + place, origin + next_seen - 1);
	uint64_t same_before =
		lz4_same_bytes(origin + place, origin + seen_before);
	uint64_t length = lz4_count_ones(same);
	uint64_t length_before = lz4_count_ones(same_before);
	uint64_t next_length = lz4_count_ones(next_same | 1);
	uint64_t end = place;
	uint64_t record;

	trueno_select_if_less(length, length_before, &length, length_before,
			      &seen, seen_before);
	/* The literal before it, where it is one, costs the later match a byte. */
	trueno_select_3_if_less(length + 2, next_length + 2 * (next_same & 1),
				&length, next_length, &place, next_place, &seen,
				next_seen);
	end += length;
	trueno_store16(walk.record, place);
	trueno_store16(walk.record + 4, seen);
	if (trueno_unlikely(length == 32))
		end = lz4_long_match_end(origin, end, place - seen);
	trueno_store16(walk.record + 2, end);
	record = (uintptr_t)walk.record + 8;
	trueno_select_if_less(length, TRUENO_LZ4_MIN_MATCH, &end, next_place,
			      &record, (uintptr_t)walk.record);
	walk.place = end;
	walk.record = (uint8_t *)record;
	return walk;
}

/* Goes on with the two walks that are left when one is done, then with one. */
static noinline void
lz4_finish_walks(struct lz4_walk *first, size_t first_stop,
		 struct lz4_walk *second, size_t second_stop,
		 const uint8_t *origin, const uint8_t *all_seen,
		 const uint8_t *is_new)
{
	struct lz4_walk walk = *first, other = *second;

	while (walk.place < first_stop && other.place < second_stop) {
		walk = lz4_walk_step(walk, origin, all_seen, is_new);
		other = lz4_walk_step(other, origin, all_seen, is_new);
	}
	second->record = other.record;
	while (walk.place < first_stop)
		walk = lz4_walk_step(walk, origin, all_seen, is_new);
	first->record = walk.record;
	if (other.place >= second_stop)
		return;
	while (other.place < second_stop)
		other = lz4_walk_step(other, origin, all_seen, is_new);
	second->record = other.record;
}

/* The second loop. The places that the walks stop at count as seen. */
static noinline void lz4_walk_matches(const uint8_t *origin,
				      struct lz4_bulk_memory *memory,
				      uint8_t *is_new, struct lz4_walk *walks)
{
	const uint8_t *const seen = memory->seen;
	const size_t stop0 = LZ4_WALK_PLACES;
	const size_t stop1 = stop0 + LZ4_WALK_PLACES;
	const size_t stop2 = stop1 + LZ4_WALK_PLACES;
	struct lz4_walk walk0 = walks[0], walk1 = walks[1], walk2 = walks[2];

	is_new[stop0 / 8] &= ~(1 << stop0 % 8);
	is_new[stop1 / 8] &= ~(1 << stop1 % 8);
	is_new[stop2 / 8] &= ~(1 << stop2 % 8);
	do {
		walk0 = lz4_walk_step(walk0, origin, seen, is_new);
		walk1 = lz4_walk_step(walk1, origin, seen, is_new);
		walk2 = lz4_walk_step(walk2, origin, seen, is_new);
	} while (walk0.place < stop0 && walk1.place < stop1 &&
		 walk2.place < stop2);
	walks[0] = walk0;
	walks[1] = walk1;
	walks[2] = walk2;
	if (walk0.place >= stop0)
		lz4_finish_walks(&walks[1], stop1, &walks[2], stop2, origin,
				 seen, is_new);
	else if (walk1.place >= stop1)
		lz4_finish_walks(&walks[0], stop0, &walks[2], stop2, origin,
				 seen, is_new);
	else
		lz4_finish_walks(&walks[0], stop0, &walks[1], stop1, origin,
				 seen, is_new);
}

/*
 * The third loop, over one part. A match may begin before one of the part before
 * has ended, and then is cut, or left out if little of it is left or it now
 * begins where nothing can be copied in fixed sizes. One may also end too near
 * to the end of the page. @has_bound is a constant.
 */
static __always_inline bool
lz4_put_records(struct lz4_encoder *e, const uint8_t *origin,
		const uint8_t *record, const uint8_t *record_end,
		bool has_bound)
{
	const uint8_t *const last = origin + LZ4_BULK_LAST_PLACE;
	const uint8_t *const limit = e->src_end - TRUENO_LZ4_LAST_LITERALS;
	const uint8_t *literals = e->literals;
	uint8_t *out = e->out;

	for (; record < record_end; record += 8) {
		const size_t place = trueno_load16(record);
		const size_t offset = place - trueno_load16(record + 4);
		const uint8_t *end = origin + trueno_load16(record + 2);
		const uint8_t *at = origin + place;
		uint64_t before = trueno_load64(at - 8) ^
				  trueno_load64(at - offset - 8);
		uint8_t *token = out;
		size_t count, match, literal_nibble, match_nibble;

		at -= trueno_leading_zero_bytes(before) / 8;
		at = at < literals ? literals : at;
		end = end < limit ? end : limit;
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
	return memory->records + LZ4_WALK_RECORDS_SIZE * walk;
}

static noinline bool lz4_search_bulk(struct lz4_encoder *e, void *workmem,
				     bool has_bound)
{
	struct lz4_bulk_memory *const memory = workmem;
	const uint8_t *const origin = e->src + LZ4_BULK_ORIGIN;
	/* A bit for each place, and eight bytes to load where those end. */
	uint8_t is_new[LZ4_BULK_PLACES / 8 + 8] trueno_uninitialized;
	struct lz4_walk walks[LZ4_WALKS];
	size_t i;

	trueno_store64(is_new + LZ4_BULK_PLACES / 8, 0);
	lz4_look_up_places(origin, memory, is_new);
	for (i = 0; i < LZ4_WALKS; i++) {
		walks[i].place = i ? LZ4_WALK_PLACES * i : 1;
		walks[i].record = lz4_walk_records(memory, i);
	}
	lz4_walk_matches(origin, memory, is_new, walks);
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
