/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The search for matches in a page that is an array of 64-bit words, as most
 * pages of programs are: pointers, counters, zeros. Two thirds and more of what
 * LZ4 saves there has an offset that is a multiple of eight.
 *
 * A search by bytes asks at every byte "match or not", and a third of those
 * answers the branch predictor gets wrong. Here the first pass has no branch.
 * It takes each word once and finds an earlier word to compare it with:
 *
 *  - the one after the word before's, so that an offset once found goes on;
 *  - the last one that was equal and had the same low byte after it;
 *  - the last one whose upper 48 bits were equal, which is where pointers into
 *    one region agree.
 *
 * The one that agrees in most upper bits wins, the first of these on a tie. So
 * at each word the match of the word before goes on for the low bytes that
 * agree, and a match with the winner begins at the high bytes that do. Where
 * the word agrees with the first candidate as a whole, nothing happens; all
 * other words are written down, and the second pass makes sequences of them.
 * It too is branchless but for what is rare.
 *
 * The byte after the word is what tells equal words apart. Most of all zeros:
 * the last zero is mostly the end of a run of them, and a match with it ends
 * where this run goes on. Without that byte pages of words are 2 % larger, and
 * those that are half zeros 3 %.
 *
 * Measured to be worse, by the time that the six workloads take and the size
 * of data/sample.pages: a third candidate of 40 bits beside one of 52 (1.06
 * times, -1.6 %), 52 bits alone (1.02, +0.8 %), 44 bits (1.00, +1.4 %), 40 bits
 * (0.98, +2.3 %), two bytes after the word (1.00, +0.2 % where there are three
 * candidates), seven upper bytes and the one after them (1.00, +0.7 %), the
 * candidate of 48 bits first on a tie (0.98, +1.4 %).
 *
 * Of pages of words with AVX2, against kernel-lz4, 1.72 times as fast; measured
 * to be no better: the next word compared with both candidates before one of
 * them is chosen, which halves the dependent chain of the first pass (1.67);
 * arrays in place of records (1.63); matches of 6 bytes and more only (1.67,
 * +0.5 %). Runs of literals left alone that are shorter than 12, in place of
 * 15, cost time (1.68, -0.1 %); than 18 save it (1.76, +0.4 %).
 *
 * Long runs of literals, text between the words, are left to the search by
 * bytes. Pages of nothing else should not come here: see lz4_page_kind().
 */
#ifndef TRUENO_LZ4_SEARCH_WORDS_TEMPLATE_H
#define TRUENO_LZ4_SEARCH_WORDS_TEMPLATE_H

#include <trueno/page.h>

#include "../branchless.h"
#include "lz4_search_bytes_template.h"

#define LZ4_WORD_COUNT (TRUENO_PAGE_SIZE / 8)
#define LZ4_WORD_TABLE_BITS 10
#define LZ4_WORD_TABLE_SIZE (2 << LZ4_WORD_TABLE_BITS)

/* Shorter matches cost more time than they save bytes. */
#define LZ4_WORD_MIN_MATCH 5

/* So many literals in a row are searched by bytes; fewer fit a nibble. */
#define LZ4_WORD_MIN_GAP TRUENO_LZ4_NIBBLE_MAX

/* Shorter matches take one count byte at most. */
#define LZ4_WORD_LONG_MATCH 255

/*
 * Work memory, in arrays of bytes because it may have any alignment. Places are
 * byte positions of words, 16 bits each.
 */
struct lz4_word_memory {
	union {
		struct {
			/*
			 * The first pass: the last word that was equal as a
			 * whole, and the next byte; the last that was in the
			 * upper 48 bits.
			 */
			uint8_t tables[2 * LZ4_WORD_TABLE_SIZE];
			/* For each word the slots in both, 16 bits each. */
			uint8_t slots[4 * LZ4_WORD_COUNT];
		} last;
		/* The second pass: what is between the words. */
		uint8_t byte_table[LZ4_TABLE_SIZE(true)];
	};
	/*
	 * The words written down, 8 bytes each: 16 bits for where, 16 for the
	 * place that the next word goes on with, 8 for how many low bits the
	 * match so far covers, 8 for how many high bits the new one does.
	 */
	uint8_t records[8 * LZ4_WORD_COUNT];
};

static_assert(sizeof(struct lz4_word_memory) <= LZ4_WORKMEM_SIZE,
	      "the search by words needs too much memory");

/* Enters @place into a slot; returns what was there. */
static __always_inline uint64_t lz4_exchange_word(uint8_t *table, size_t slot,
						  size_t place)
{
	uint64_t seen = trueno_load16(table + 2 * slot);

	trueno_store16(table + 2 * slot, place);
	return seen;
}

/* Where a word is in the two tables. */
struct lz4_word_slots {
	size_t all_and_next;
	size_t upper_48_bits;
};

#ifdef LZ4_HAS_BULK
static __always_inline struct lz4_word_slots
lz4_word_slots(const struct lz4_word_memory *memory, const uint8_t *src,
	       size_t place)
{
	const uint8_t *slots = memory->last.slots + place / 2;

	return (struct lz4_word_slots){ trueno_load16(slots),
					trueno_load16(slots + 2) };
}
#else
static __always_inline size_t lz4_word_hash(uint64_t word)
{
	return (word * 0x9E3779B185EBCA87ull) >> (64 - LZ4_WORD_TABLE_BITS);
}

static __always_inline struct lz4_word_slots
lz4_word_slots(const struct lz4_word_memory *memory, const uint8_t *src,
	       size_t place)
{
	uint64_t word = trueno_load64(src + place);
	uint64_t next = trueno_load64(src + place + 8);

	return (struct lz4_word_slots){ lz4_word_hash(word + (next << 56)),
					lz4_word_hash(word >> 16) };
}
#endif

/*
 * The first pass, over all words but the first and the last. Return: the end of
 * the records.
 */
static noinline const uint8_t *lz4_match_words(const uint8_t *src,
					       struct lz4_word_memory *memory)
{
	uint8_t *record = memory->records;
	uint64_t seen = 0;
	size_t place;

	lz4_clear(memory->last.tables, sizeof(memory->last.tables));
#ifdef LZ4_HAS_BULK
	lz4_put_word_slots(memory->last.slots, LZ4_WORD_TABLE_BITS, src);
#endif
	for (place = 8; place < TRUENO_PAGE_SIZE - 8; place += 8) {
		uint64_t word = trueno_load64(src + place);
		struct lz4_word_slots slots = lz4_word_slots(memory, src, place);
		uint64_t candidate =
			lz4_exchange_word(memory->last.tables,
					  slots.all_and_next, place);
		uint64_t in_region =
			lz4_exchange_word(memory->last.tables +
						  LZ4_WORD_TABLE_SIZE,
					  slots.upper_48_bits, place);
		uint64_t difference, candidate_bits, region_bits, high_bits;

		candidate_bits =
			trueno_leading_zero_bytes(word ^ trueno_load64(src + candidate));
		region_bits =
			trueno_leading_zero_bytes(word ^ trueno_load64(src + in_region));
		trueno_select_if_less(candidate_bits, region_bits,
				      &candidate_bits, region_bits,
				      &candidate, in_region);

		/* Whole bytes, so that agreeing in more bits is no reason to change. */
		candidate_bits &= ~7ull;
		difference = word ^ trueno_load64(src + seen);
		high_bits = trueno_leading_zero_bytes(difference);
		trueno_store16(record, place);
		record[4] = trueno_trailing_zeros(difference);
		trueno_select_if_less(high_bits, candidate_bits,
				      &high_bits, candidate_bits,
				      &seen, candidate);
		seen += 8;
		trueno_store16(record + 2, seen);
		record[5] = high_bits;
		record += difference ? 8 : 0;
	}
	return record;
}

/* Puts a match and all that comes before it, whatever it takes. */
static noinline bool lz4_put_word_match(struct lz4_encoder *e,
					const uint8_t *at, const uint8_t *end,
					size_t offset,
					struct lz4_word_memory *memory,
					bool has_bound)
{
	if (at - e->literals >= LZ4_WORD_MIN_GAP) {
		if (!e->table) {
			e->table = memory->byte_table;
			lz4_clear(e->table, LZ4_TABLE_SIZE(true));
		}
		if (!(has_bound ? lz4_search_bytes_short(e, at) :
				  lz4_search_bytes_short_checked(e, at)))
			return false;
	}
	return end == at || lz4_put_sequence(e, at, end, offset);
}

/*
 * The second pass. At each word written down the match so far ends after
 * @low_bits; whether it is long enough to be put decides about values, not
 * about the way through the code. @has_bound is a constant.
 */
static __always_inline bool
lz4_put_words(struct lz4_encoder *e, struct lz4_word_memory *memory,
	      const uint8_t *record_end, bool has_bound)
{
	const uint8_t *const src = e->src;
	const uint8_t *const last = e->src_end - 8;
	const uint8_t *const limit = e->src_end - TRUENO_LZ4_LAST_LITERALS;
	const uint8_t *at = src + 8;
	const uint8_t *literals = src;
	const uint8_t *record;
	const uint8_t *end;
	size_t offset = 8;
	uint8_t *out = e->out;
	size_t low, start, literal_count, match;
	ptrdiff_t length;
	bool is_match, is_rare;

	for (record = memory->records; record < record_end; record += 8) {
		size_t place = trueno_load16(record);
		uint8_t *token = out;
		uint8_t *put_end;

		low = record[4] / 8;
		start = 8 - record[5] / 8;
		end = src + place + low;
		length = end - at;
		match = length - TRUENO_LZ4_MIN_MATCH;
		is_match = length >= LZ4_WORD_MIN_MATCH;
		literal_count = at - literals;

		is_rare = literal_count >= LZ4_WORD_MIN_GAP;
		is_rare |= length >= LZ4_WORD_LONG_MATCH;
		is_rare &= is_match;
		if (!has_bound && (size_t)(e->out_end - out) <
				  literal_count + LZ4_SEQUENCE_SLACK)
			is_rare = true;
		if (trueno_unlikely(is_rare)) {
			if (is_match) {
				e->out = out;
				e->literals = literals;
				if (!lz4_put_word_match(e, at, end, offset,
							memory, has_bound))
					return false;
				out = e->out;
				literals = end;
			}
		} else {
			lz4_copy_16(token + 1, literals);
			put_end = token + 1 + literal_count;
			trueno_store16(put_end, offset);
			put_end[2] = match - TRUENO_LZ4_NIBBLE_MAX;
			*token = (literal_count << 4) +
				 (match < TRUENO_LZ4_NIBBLE_MAX ?
					  match : TRUENO_LZ4_NIBBLE_MAX);
			put_end += 2 + (match >= TRUENO_LZ4_NIBBLE_MAX);
			out = is_match ? put_end : out;
			literals = is_match ? end : literals;
		}
		low = is_match ? low : 0;
		start = start < low ? low : start;
		at = src + place + start;
		offset = place + 8 - trueno_load16(record + 2);
	}

	e->out = out;
	e->literals = literals;
	end = last + trueno_trailing_zeros(trueno_load64(last) ^
					trueno_load64(last - offset)) / 8;
	if (end > limit)
		end = limit;
	if (end - at >= LZ4_WORD_MIN_MATCH &&
	    at <= e->src_end - TRUENO_LZ4_MATCH_START_LIMIT)
		return lz4_put_word_match(e, at, end, offset, memory, has_bound);
	return lz4_put_word_match(e, limit, limit, 0, memory, has_bound);
}

static noinline bool lz4_search_words_bound(struct lz4_encoder *e,
					    struct lz4_word_memory *memory,
					    const uint8_t *record_end)
{
	return lz4_put_words(e, memory, record_end, true);
}

static noinline bool lz4_search_words_checked(struct lz4_encoder *e,
					      struct lz4_word_memory *memory,
					      const uint8_t *record_end)
{
	return lz4_put_words(e, memory, record_end, false);
}

static __always_inline bool
lz4_search_words(struct lz4_encoder *e, void *workmem, bool has_bound)
{
	const uint8_t *record_end = lz4_match_words(e->src, workmem);

	e->table = NULL;
	return has_bound ? lz4_search_words_bound(e, workmem, record_end) :
			   lz4_search_words_checked(e, workmem, record_end);
}

#endif /* TRUENO_LZ4_SEARCH_WORDS_TEMPLATE_H */
