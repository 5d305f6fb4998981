/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The search for matches in a page and in the dictionary before it. It weighs
 * what it finds as zstd_search_dense_template.h does, but knows places by their
 * offsets, because the two lie apart. The tables of the dictionary's places were
 * made when it was set; a match may begin in it and end in the page.
 */
#ifndef TRUENO_ZSTD_SEARCH_DICT_TEMPLATE_H
#define TRUENO_ZSTD_SEARCH_DICT_TEMPLATE_H

#include "zstd_dictionary.h"
#include "zstd_search_dense_template.h"

/* Offsets have the codes that the encoder counts, and 16 extra bits at most. */
enum {
	ZSTD_DICTIONARY_OFFSETS_FIT =
		1 / (ZSTD_SHORT_INPUT + ZSTD_DICTIONARY_REACH +
		     TRUENO_ZSTD_REPEAT_OFFSETS <= 1 << ZSTD_OFFSET_CODES),
};

struct zstd_dict_search {
	struct zstd_search search;
	/* Bytes in front of @dict_end that offsets may reach. */
	const uint8_t *dict_end;
	size_t reach;
};

struct zstd_dict_match {
	uint64_t offset;
	uint64_t saved;
};

static __always_inline void
zstd_consider_offset(struct zstd_dict_match *best, size_t offset,
		     uint64_t length, unsigned int offset_bits)
{
	uint64_t saved =
		ZSTD_SAVED_ZERO + ZSTD_LITERAL_BITS * length - offset_bits;

	trueno_select_if_less(best->saved, saved, &best->saved, saved,
			      &best->offset, offset);
}

/* How many of the 16 bytes @low and @high, at @at, an old offset repeats. */
static __always_inline uint64_t
zstd_repeat_length(const struct zstd_dict_search *s, uint64_t low,
		   uint64_t high, size_t at, size_t offset)
{
	const size_t before = offset - at;

	if (offset <= at)
		return zstd_match_length(low, high,
					 s->search.src + (at - offset));
	if (before < 16 || before > s->reach)
		return 0;
	return zstd_match_length(low, high, s->dict_end - before);
}

static __always_inline void
zstd_consider_back(struct zstd_dict_match *best,
		   const struct zstd_dict_search *s, uint64_t low,
		   uint64_t high, size_t at, size_t back)
{
	if (!back)
		return;
	zstd_consider_offset(best, at + back,
			     zstd_match_length(low, high, s->dict_end - back),
			     ZSTD_OFFSET_BITS + zstd_highest_bit(at + back));
}

static __always_inline struct zstd_dict_match
zstd_best_dict_match(const struct zstd_dict_search *s,
		     const struct zstd_encoder *e, size_t at)
{
	const uint8_t *const src = e->src;
	const struct zstd_dictionary *const dictionary = e->dictionary;
	const uint64_t low = trueno_load64(src + at);
	const uint64_t high = trueno_load64(src + at + 8);
	uint16_t *const slot = &e->memory->table[zstd_hash(low, 4)];
	uint16_t *const long_slot = &e->memory->long_table[zstd_hash(low, 8)];
	const size_t seen = zstd_exchange(slot, at, true);
	const size_t long_seen = zstd_exchange(long_slot, at, true);
	const size_t offset = s->search.offset;
	const size_t previous = s->search.previous_offset;
	struct zstd_dict_match best = { 0 };

	zstd_consider_offset(&best, offset,
			     zstd_repeat_length(s, low, high, at, offset),
			     ZSTD_REPEAT_BITS);
	zstd_consider_offset(&best, previous,
			     zstd_repeat_length(s, low, high, at, previous),
			     ZSTD_REPEAT_BITS);
	zstd_consider_offset(&best, at - seen,
			     zstd_match_length(low, high, src + seen),
			     ZSTD_OFFSET_BITS + zstd_highest_bit(at - seen));
	zstd_consider_offset(&best, at - long_seen,
			     zstd_match_length(low, high, src + long_seen),
			     ZSTD_OFFSET_BITS + zstd_highest_bit(at - long_seen));
	zstd_consider_back(&best, s, low, high, at,
			   dictionary->back[zstd_dictionary_hash(low, 5)]);
	zstd_consider_back(&best, s, low, high, at,
			   dictionary->long_back[zstd_dictionary_hash(low, 8)]);
	return best;
}

/* As zstd_match_end(), for places in the dictionary. */
static noinline size_t zstd_dict_match_end(const struct zstd_dict_search *s,
					   size_t at, size_t offset, size_t end)
{
	const uint8_t *const src = s->search.src;

	for (; at < offset && end - at >= 8 && offset - at >= 8; at += 8) {
		uint64_t difference = trueno_load64(src + at) ^
				      trueno_load64(s->dict_end - (offset - at));

		if (difference)
			return at + __builtin_ctzll(difference) / 8;
	}
	for (; at < offset && at < end; at++)
		if (src[at] != *(s->dict_end - (offset - at)))
			return at;
	return zstd_match_end(src, at, at - offset, end);
}

/* Where a match that is known to be one at @at begins. */
static __always_inline size_t
zstd_dict_match_start(const struct zstd_dict_search *s, size_t at,
		      size_t offset)
{
	const uint8_t *const src = s->search.src;

	while (at > s->search.anchor) {
		const size_t next = at - 1;

		if (offset > next && offset - next > s->reach)
			break;
		if (src[next] != (offset <= next ? src[next - offset] :
				  *(s->dict_end - (offset - next))))
			break;
		at = next;
	}
	return at;
}

/*
 * As zstd_search_dense(), with a dictionary. @looks_ahead: look at the next
 * position, too, before a match is taken, and enter all of what it covers.
 */
static __always_inline size_t
zstd_search_dict_block(struct zstd_encoder *e, size_t from, size_t end,
		       bool looks_ahead)
{
	const struct zstd_dictionary *const dictionary = e->dictionary;
	struct zstd_encoder_memory *const memory = e->memory;
	const struct zstd_encoder_sequence *const last =
		memory->sequences + ZSTD_ENCODER_SEQUENCES - 1;
	const unsigned int skip_shift =
		looks_ahead ? ZSTD_DENSE_SKIP_SHIFT : ZSTD_SKIP_SHIFT;
	const uint8_t *const src = e->src;
	size_t position = from + (from == 0);
	struct zstd_dict_search s = {
		.dict_end = dictionary->content + dictionary->content_len,
		.reach = zstd_dictionary_reach(dictionary),
	};

	if (from == 0) {
		__builtin_memset(memory->table, 0, sizeof(memory->table));
		__builtin_memset(memory->long_table, 0,
				 sizeof(memory->long_table));
	}
	zstd_search_begin(&s.search, e, from);
	s.search.offset = e->repeats[0];
	s.search.previous_offset = e->repeats[1];
	while (position + ZSTD_DENSE_MARGIN <= end) {
		struct zstd_dict_match best, later;
		uint64_t at = position;
		size_t match_end, last_entered;

		best = zstd_best_dict_match(&s, e, position);
		if (best.saved < ZSTD_SAVED_ZERO + ZSTD_DENSE_MIN_SAVED) {
			position += 1 + ((position - s.search.anchor) >>
					 skip_shift);
			continue;
		}
		if (looks_ahead) {
			later = zstd_best_dict_match(&s, e, position + 1);
			trueno_select_if_less(best.saved + ZSTD_DENSE_MIN_LATER,
					      later.saved, &best.offset,
					      later.offset, &at, position + 1);
		}
		match_end = zstd_dict_match_end(&s, at, best.offset, end);
		at = zstd_dict_match_start(&s, at, best.offset);
		zstd_store_sequence(&s.search, at, match_end, best.offset);

		last_entered = match_end < end - ZSTD_DENSE_MARGIN ?
			       match_end : end - ZSTD_DENSE_MARGIN;
		position += 1 + looks_ahead;
		if (!looks_ahead && position + 2 < last_entered)
			position = last_entered - 2;
		for (; position < last_entered; position++) {
			zstd_enter(memory->table, src, position, 4);
			zstd_enter(memory->long_table, src, position, 8);
		}
		position = match_end;
		if (s.search.sequence >= last) {
			end = match_end;
			break;
		}
	}
	zstd_search_finish(&s.search, e, end);
	return end;
}

static noinline size_t zstd_search_dict(struct zstd_encoder *e, size_t at,
					size_t end)
{
	return zstd_search_dict_block(e, at, end, true);
}

static noinline size_t zstd_search_dict_fast(struct zstd_encoder *e, size_t at,
					     size_t end)
{
	return zstd_search_dict_block(e, at, end, false);
}

#endif /* TRUENO_ZSTD_SEARCH_DICT_TEMPLATE_H */
