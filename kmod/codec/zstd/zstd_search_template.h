/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The search for matches at every byte.
 *
 * Three places are asked for a match: the last offset, which costs next to
 * nothing to repeat; the last place with the same eight bytes; the last place
 * with the same four. The order is that of what a match is worth, and each is a
 * branch of its own. A selection without branches was tried: it finds the better
 * one of all three, but the next position then waits for the longest of them.
 *
 * The tables start out all zero and zero is a place like any other, always
 * before the position that asks, so that no slot needs an "empty" mark.
 */
#ifndef TRUENO_ZSTD_SEARCH_TEMPLATE_H
#define TRUENO_ZSTD_SEARCH_TEMPLATE_H

#include "zstd_encoder.h"

/*
 * Bytes that the hash of a short match covers. Matches of four bytes from afar
 * save a byte at best, and the fast search does without.
 */
#define ZSTD_SHORT_MATCH(has_long) ((has_long) ? 4 : 5)

/*
 * A match starts so many bytes before the end of the content at least: nine for
 * the eight bytes after the next position, sixteen for a copy of literals.
 */
#define ZSTD_SEARCH_MARGIN 16
/* The same where the content goes on. */
#define ZSTD_SEARCH_GAP_MARGIN 9

/* After 2^this literals in a row, one position more is skipped each time. */
#define ZSTD_SKIP_SHIFT 7

static __always_inline void zstd_copy_16(uint8_t *to, const uint8_t *from)
{
	uint64_t low = trueno_load64(from);
	uint64_t high = trueno_load64(from + 8);

	trueno_store64(to, low);
	trueno_store64(to + 8, high);
}

/* The hash of the @length bytes at the low end of @bytes. */
static __always_inline size_t zstd_hash(uint64_t bytes, unsigned int length)
{
	return (bytes * (0x9E3779B185EBCA87ull << (64 - 8 * length))) >>
	       (64 - ZSTD_TABLE_BITS);
}

/* Where the bytes from @at and from @seen on cease to be equal, or @limit. */
static __always_inline size_t zstd_match_end(const uint8_t *src, size_t at,
					     size_t seen, size_t limit)
{
	while (limit - at >= 8) {
		uint64_t difference =
			trueno_load64(src + at) ^ trueno_load64(src + seen);

		if (difference)
			return at + __builtin_ctzll(difference) / 8;
		at += 8;
		seen += 8;
	}
	while (at < limit && src[at] == src[seen]) {
		at++;
		seen++;
	}
	return at;
}

/*
 * Where the search is. Offsets are stored as they are; which of them repeat is
 * found out when all are known.
 */
struct zstd_search {
	const uint8_t *src;
	/* The first byte that is not yet part of a sequence. */
	size_t anchor;
	struct zstd_encoder_sequence *sequence;
	uint8_t *literals;
	size_t offset;
	size_t previous_offset;
};

static __always_inline void zstd_copy_literals(uint8_t *to, const uint8_t *from,
					       size_t count)
{
	size_t copied = 0;

	do {
		zstd_copy_16(to + copied, from + copied);
		copied += 16;
	} while (trueno_unlikely(copied < count));
}

/* A match from @at to @end, and the literals before it. */
static __always_inline void zstd_store_sequence(struct zstd_search *search,
						size_t at, size_t end,
						size_t offset)
{
	size_t count = at - search->anchor;

	zstd_copy_literals(search->literals, search->src + search->anchor, count);
	search->literals += count;
	search->sequence->offset = offset;
	search->sequence->literal_length = count;
	search->sequence->match_length = end - at - TRUENO_ZSTD_MIN_MATCH;
	search->sequence++;
	search->anchor = end;
	if (offset != search->offset) {
		search->previous_offset = search->offset;
		search->offset = offset;
	}
}

/*
 * Enters @at into a table. Return: what was there; @at itself if that is as far
 * away as positions of 16 bits can tell apart.
 */
static __always_inline size_t zstd_exchange(uint16_t *slot, size_t at,
					    bool is_short)
{
	uint16_t seen = *slot;

	*slot = at;
	return is_short ? seen : at - (uint16_t)(at - seen);
}

static __always_inline void zstd_enter(uint16_t *table, const uint8_t *src,
				       size_t at, unsigned int length)
{
	table[zstd_hash(trueno_load64(src + at), length)] = at;
}

/*
 * Finds matches between the anchor and @end that start @margin bytes before @end
 * at least. @has_long: look for the same eight bytes too. Return: false if there
 * is no room for more sequences.
 */
static __always_inline bool
zstd_search_bytes(struct zstd_search *state, struct zstd_encoder_memory *memory,
		  size_t end, size_t margin, bool has_long, bool is_short)
{
	const unsigned int short_match = ZSTD_SHORT_MATCH(has_long);
	const uint8_t *const src = state->src;
	uint16_t *const table = memory->table;
	uint16_t *const long_table = memory->long_table;
	const struct zstd_encoder_sequence *const last =
		memory->sequences + ZSTD_ENCODER_SEQUENCES - 1;
	struct zstd_search search = *state;
	size_t at = search.anchor + (search.anchor == 0);
	size_t limit;

	if (end < at + margin)
		return true;
	limit = end - margin;
	while (at <= limit) {
		uint64_t bytes = trueno_load64(src + at);
		uint16_t *slot = &table[zstd_hash(bytes, short_match)];
		size_t seen = zstd_exchange(slot, at, is_short);
		size_t long_seen = at, match_end;

		if (has_long) {
			slot = &long_table[zstd_hash(bytes, 8)];
			long_seen = zstd_exchange(slot, at, is_short);
		}

		if (trueno_load32(src + at + 1) ==
		    trueno_load32(src + at + 1 - search.offset)) {
			at++;
			seen = at - search.offset;
			match_end = zstd_match_end(src, at + 4, seen + 4, end);
		} else if (has_long && trueno_load64(src + long_seen) == bytes &&
			   (is_short || long_seen != at)) {
			seen = long_seen;
			match_end = zstd_match_end(src, at + 8, seen + 8, end);
		} else if (trueno_load32(src + seen) == (uint32_t)bytes &&
			   (is_short || seen != at)) {
			/* A longer match at the next position is better. */
			bytes = trueno_load64(src + at + 1);
			if (has_long) {
				slot = &long_table[zstd_hash(bytes, 8)];
				long_seen = zstd_exchange(slot, at + 1, is_short);
			}
			if (has_long && trueno_load64(src + long_seen) == bytes &&
			    (is_short || long_seen != at + 1)) {
				at++;
				seen = long_seen;
				match_end = zstd_match_end(src, at + 8, seen + 8,
							   end);
			} else {
				match_end = zstd_match_end(src, at + 4, seen + 4,
							   end);
			}
		} else {
			at += 1 + ((at - search.anchor) >> ZSTD_SKIP_SHIFT);
			continue;
		}
		if (has_long) {
			while (at > search.anchor && seen > 0 &&
			       src[at - 1] == src[seen - 1]) {
				at--;
				seen--;
			}
			zstd_enter(table, src, at + 2, short_match);
			zstd_enter(long_table, src, at + 2, 8);
		}
		zstd_store_sequence(&search, at, match_end, at - seen);

		at = match_end;
		if (at > limit || search.sequence >= last)
			break;
		if (has_long)
			zstd_enter(long_table, src, at - 2, 8);
		zstd_enter(table, src, at - 1, short_match);
		/* Records of a few fields go back and forth between two offsets. */
		while (at <= limit && search.sequence < last &&
		       trueno_load32(src + at) ==
			       trueno_load32(src + at - search.previous_offset)) {
			seen = at - search.previous_offset;
			match_end = zstd_match_end(src, at + 4, seen + 4, end);
			if (has_long)
				zstd_enter(long_table, src, at, 8);
			zstd_enter(table, src, at, short_match);
			zstd_store_sequence(&search, at, match_end, at - seen);
			at = match_end;
		}
	}
	*state = search;
	return search.sequence < last;
}

static __always_inline void zstd_search_begin(struct zstd_search *search,
					      const struct zstd_encoder *e,
					      size_t at)
{
	search->src = e->src;
	search->anchor = at;
	search->sequence = e->memory->sequences;
	search->literals = e->memory->literals;
	search->offset = 1;
	search->previous_offset = 1;
}

/* The rest up to @end is literals. */
static __always_inline void zstd_search_finish(const struct zstd_search *search,
					       struct zstd_encoder *e, size_t end)
{
	size_t count = end - search->anchor;

	if (count)
		__builtin_memcpy(search->literals, search->src + search->anchor,
				 count);
	e->literal_count = search->literals + count - e->memory->literals;
	e->sequence_count = search->sequence - e->memory->sequences;
}

/*
 * Searches the content from @at to @end. Return: where the search ended, before
 * @end if the sequences are full.
 */
static __always_inline size_t zstd_search_block(struct zstd_encoder *e,
						size_t at, size_t end,
						bool has_long, bool is_short)
{
	struct zstd_encoder_memory *const memory = e->memory;
	struct zstd_search search;

	if (at == 0) {
		__builtin_memset(memory->table, 0, sizeof(memory->table));
		if (has_long)
			__builtin_memset(memory->long_table, 0,
					 sizeof(memory->long_table));
	}
	zstd_search_begin(&search, e, at);
	if (!zstd_search_bytes(&search, memory, end, ZSTD_SEARCH_MARGIN,
			       has_long, is_short))
		end = search.anchor;
	zstd_search_finish(&search, e, end);
	return end;
}

static noinline size_t zstd_search_fast(struct zstd_encoder *e, size_t at,
					size_t end)
{
	return zstd_search_block(e, at, end, false, true);
}

static noinline size_t zstd_search_default(struct zstd_encoder *e, size_t at,
					   size_t end)
{
	return zstd_search_block(e, at, end, true, true);
}

static noinline size_t zstd_search_long_input(struct zstd_encoder *e, size_t at,
					      size_t end)
{
	return zstd_search_block(e, at, end, true, false);
}

#endif /* TRUENO_ZSTD_SEARCH_TEMPLATE_H */
