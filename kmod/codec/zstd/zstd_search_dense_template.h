/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The search for matches that takes the best of what it can find: at a position
 * and at the next one, all of the two last offsets, the last place with the same
 * four bytes and the last with the same eight are compared over 16 bytes, and
 * weighed by how many bits they save. Which of the eight wins decides about
 * values, not about the way through the code.
 */
#ifndef TRUENO_ZSTD_SEARCH_DENSE_TEMPLATE_H
#define TRUENO_ZSTD_SEARCH_DENSE_TEMPLATE_H

#include "../branchless.h"
#include "zstd_search_template.h"

/* Loads of 16 bytes from the position after next end before the content does. */
#define ZSTD_DENSE_MARGIN 18

/* What a literal costs, and the two kinds of offset, in bits. */
#define ZSTD_LITERAL_BITS 6
#define ZSTD_OFFSET_BITS 8
#define ZSTD_REPEAT_BITS 4
/* What a match must save, and how much more if it starts one byte later. */
#define ZSTD_DENSE_MIN_SAVED 6
#define ZSTD_DENSE_MIN_LATER 2
/* Added to what is saved, which may be less than nothing. */
#define ZSTD_SAVED_ZERO 64

/* After 2^this literals in a row, one position more is skipped each time. */
#define ZSTD_DENSE_SKIP_SHIFT 8

struct zstd_candidate {
	uint64_t seen;
	uint64_t saved;
};

/* How many of the 16 bytes @low and @high stand at @seen; 0 if under 3. */
static __always_inline uint64_t zstd_match_length(uint64_t low, uint64_t high,
						  const uint8_t *seen)
{
	uint64_t low_bits = trueno_trailing_zeros(low ^ trueno_load64(seen));
	uint64_t high_bits = trueno_trailing_zeros(high ^ trueno_load64(seen + 8));
	uint64_t length =
		(low_bits + trueno_if_equal(low_bits, 64, high_bits, 0)) / 8;

	return length & -(uint64_t)(length >= TRUENO_ZSTD_MIN_MATCH);
}

static __always_inline void zstd_consider(struct zstd_candidate *best,
					  size_t seen, uint64_t length,
					  unsigned int offset_bits)
{
	uint64_t saved =
		ZSTD_SAVED_ZERO + ZSTD_LITERAL_BITS * length - offset_bits;

	trueno_select_if_less(best->saved, saved, &best->saved, saved,
			      &best->seen, seen);
}

static __always_inline struct zstd_candidate
zstd_best_candidate(const struct zstd_search *search,
		    struct zstd_encoder_memory *memory, size_t at)
{
	const uint8_t *const src = search->src;
	const uint64_t low = trueno_load64(src + at);
	const uint64_t high = trueno_load64(src + at + 8);
	uint16_t *const slot = &memory->table[zstd_hash(low, 4)];
	uint16_t *const long_slot = &memory->long_table[zstd_hash(low, 8)];
	const size_t seen = zstd_exchange(slot, at, true);
	const size_t long_seen = zstd_exchange(long_slot, at, true);
	const size_t repeat = at - search->offset;
	const size_t previous = at - search->previous_offset;
	struct zstd_candidate best = { 0 };

	zstd_consider(&best, repeat, zstd_match_length(low, high, src + repeat),
		      ZSTD_REPEAT_BITS);
	zstd_consider(&best, previous,
		      zstd_match_length(low, high, src + previous),
		      ZSTD_REPEAT_BITS);
	zstd_consider(&best, seen, zstd_match_length(low, high, src + seen),
		      ZSTD_OFFSET_BITS + zstd_highest_bit(at - seen));
	zstd_consider(&best, long_seen,
		      zstd_match_length(low, high, src + long_seen),
		      ZSTD_OFFSET_BITS + zstd_highest_bit(at - long_seen));
	return best;
}

/* For inputs up to ZSTD_SHORT_INPUT; as zstd_search_block(). */
static noinline size_t zstd_search_dense(struct zstd_encoder *e, size_t from,
					 size_t end)
{
	struct zstd_encoder_memory *const memory = e->memory;
	const struct zstd_encoder_sequence *const last =
		memory->sequences + ZSTD_ENCODER_SEQUENCES - 1;
	const uint8_t *const src = e->src;
	size_t position = from + (from == 0);
	struct zstd_search search;

	if (from == 0) {
		__builtin_memset(memory->table, 0, sizeof(memory->table));
		__builtin_memset(memory->long_table, 0,
				 sizeof(memory->long_table));
	}
	zstd_search_begin(&search, e, from);
	while (position + ZSTD_DENSE_MARGIN <= end) {
		struct zstd_candidate best, later;
		uint64_t at = position, seen;
		size_t match_end, last_entered;

		best = zstd_best_candidate(&search, memory, position);
		if (best.saved < ZSTD_SAVED_ZERO + ZSTD_DENSE_MIN_SAVED) {
			position += 1 + ((position - search.anchor) >>
					 ZSTD_DENSE_SKIP_SHIFT);
			continue;
		}
		later = zstd_best_candidate(&search, memory, position + 1);
		seen = best.seen;
		trueno_select_if_less(best.saved + ZSTD_DENSE_MIN_LATER,
				      later.saved, &seen, later.seen,
				      &at, position + 1);
		match_end = zstd_match_end(src, at, seen, end);
		while (trueno_unlikely(at > search.anchor && seen > 0 &&
				       src[at - 1] == src[seen - 1])) {
			at--;
			seen--;
		}
		zstd_store_sequence(&search, at, match_end, at - seen);

		last_entered = match_end < end - ZSTD_DENSE_MARGIN ?
			       match_end : end - ZSTD_DENSE_MARGIN;
		for (position += 2; position < last_entered; position++) {
			zstd_enter(memory->table, src, position, 4);
			zstd_enter(memory->long_table, src, position, 8);
		}
		position = match_end;
		if (search.sequence >= last) {
			end = match_end;
			break;
		}
	}
	zstd_search_finish(&search, e, end);
	return end;
}

#endif /* TRUENO_ZSTD_SEARCH_DENSE_TEMPLATE_H */
