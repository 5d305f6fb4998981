/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The search for matches in a page that is an array of 64-bit words. It is that
 * of lz4/lz4_search_words_template.h, where it is explained: the first pass
 * takes each word once, without a branch, and writes down where the match so
 * far ends and another begins; the second makes sequences of what is long
 * enough. Here that is three bytes for an offset that repeats, which costs
 * little, and four else.
 */
#ifndef TRUENO_ZSTD_SEARCH_WORDS_TEMPLATE_H
#define TRUENO_ZSTD_SEARCH_WORDS_TEMPLATE_H

#include <trueno/page.h>

#include "../branchless.h"
#include "zstd_search_template.h"

#define ZSTD_WORD_MIN_MATCH 4
#define ZSTD_WORD_MIN_REPEAT 3

/* More literals in a row are searched by bytes. */
#define ZSTD_WORD_GAP 16

/* Of 64 words looked at, so many at least have their two upper bytes zero ... */
#define ZSTD_WORD_PAGE_MIN_SMALL 40
/* ... and so many at most are zero. */
#define ZSTD_WORD_PAGE_MAX_ZERO 24

/* Whether most words are small, but not most of those zero. */
static __always_inline bool zstd_has_words(const uint8_t *page)
{
	unsigned int small = 0;
	unsigned int zero = 0;
	size_t place;

	for (place = 32; place < TRUENO_PAGE_SIZE; place += 64) {
		uint64_t word = trueno_load64(page + place);

		small += word >> 48 == 0;
		zero += word == 0;
	}
	return small >= ZSTD_WORD_PAGE_MIN_SMALL &&
	       zero <= ZSTD_WORD_PAGE_MAX_ZERO;
}

static __always_inline size_t zstd_word_hash(uint64_t word)
{
	return (word * 0x9E3779B185EBCA87ull) >> (64 - ZSTD_WORD_TABLE_BITS);
}

/*
 * The first pass, over all words but the first and the last. Return: how many
 * words are written down.
 */
static noinline size_t zstd_match_words(const uint8_t *src,
					struct zstd_word_memory *memory)
{
	uint64_t seen = 0;
	size_t count = 0;
	size_t place;

	__builtin_memset(memory->equal, 0, sizeof(memory->equal));
	__builtin_memset(memory->upper_equal, 0, sizeof(memory->upper_equal));

	for (place = 8; place < TRUENO_PAGE_SIZE - 8; place += 8) {
		uint64_t word = trueno_load64(src + place);
		size_t hash = zstd_word_hash(word);
		size_t upper_hash = zstd_word_hash(word >> 16 << 16);
		uint64_t equal = memory->equal[hash];
		uint64_t candidate = memory->upper_equal[upper_hash];
		uint64_t difference, equal_bits, candidate_bits, high_bits;

		memory->equal[hash] = place;
		memory->upper_equal[upper_hash] = place;
		equal_bits =
			trueno_leading_zero_bytes(word ^ trueno_load64(src + equal));
		candidate_bits =
			trueno_leading_zero_bytes(word ^ trueno_load64(src + candidate));
		/*
		 * Whole bytes: agreeing in more bits is no reason to change, and
		 * how many more is not counted alike on all CPUs.
		 */
		equal_bits &= ~7ull;
		candidate_bits &= ~7ull;
		trueno_select_if_less(candidate_bits, equal_bits,
				      &candidate_bits, equal_bits,
				      &candidate, equal);

		difference = word ^ trueno_load64(src + seen);
		high_bits = trueno_leading_zero_bytes(difference);
		memory->low_bits[count] = trueno_trailing_zeros(difference);
		memory->place[count] = place;
		trueno_select_if_less(high_bits, candidate_bits,
				      &high_bits, candidate_bits,
				      &seen, candidate);
		seen += 8;
		memory->next_seen[count] = seen;
		memory->high_bits[count] = high_bits;
		count += difference != 0;
	}
	return count;
}

/*
 * Searches the literals before @at by bytes, with a table that has seen only
 * such gaps. Not inlined: rare where pages are words.
 */
static noinline void zstd_search_gap(struct zstd_search *search,
				     struct zstd_encoder_memory *memory,
				     size_t at, bool *has_table)
{
	if (!*has_table)
		__builtin_memset(memory->table, 0, sizeof(memory->table));
	*has_table = true;
	zstd_search_bytes(search, memory, at, ZSTD_SEARCH_GAP_MARGIN, false,
			  true);
}

/* Searches a page. The sequences of a page always have room. */
static noinline void zstd_search_words(struct zstd_encoder *e)
{
	const size_t last = TRUENO_PAGE_SIZE - 8;
	struct zstd_encoder_memory *const memory = e->memory;
	const struct zstd_word_memory *const words = &memory->words;
	const uint8_t *const src = e->src;
	const size_t count = zstd_match_words(src, &memory->words);
	size_t at = 8, offset = 8, i, end;
	struct zstd_search search;
	bool has_table = false;

	zstd_search_begin(&search, e, 0);
	for (i = 0; i < count; i++) {
		const size_t place = words->place[i];
		size_t low = words->low_bits[i] / 8;
		size_t start = 8 - words->high_bits[i] / 8;
		size_t literal_count = at - search.anchor;
		ptrdiff_t length;
		bool is_match;

		end = place + low;
		length = end - at;
		is_match = length >= ZSTD_WORD_MIN_MATCH;
		is_match |= length >= ZSTD_WORD_MIN_REPEAT &&
			    offset == search.offset;
		if (trueno_unlikely(is_match && literal_count > ZSTD_WORD_GAP)) {
			zstd_search_gap(&search, memory, at, &has_table);
			literal_count = at - search.anchor;
			zstd_copy_literals(search.literals, src + search.anchor,
					   literal_count);
		}
		zstd_copy_16(search.literals, src + search.anchor);
		search.sequence->offset = offset;
		search.sequence->literal_length = literal_count;
		search.sequence->match_length = length - TRUENO_ZSTD_MIN_MATCH;
		search.sequence += is_match;
		search.literals += is_match ? literal_count : 0;
		search.anchor = is_match ? end : search.anchor;
		search.offset = is_match ? offset : search.offset;
		low = is_match ? low : 0;
		start = start < low ? low : start;
		at = place + start;
		offset = place + 8 - words->next_seen[i];
	}
	end = last + trueno_trailing_zeros(trueno_load64(src + last) ^
					trueno_load64(src + last - offset)) / 8;
	if (end >= at + ZSTD_WORD_MIN_MATCH &&
	    at <= TRUENO_PAGE_SIZE - ZSTD_SEARCH_MARGIN)
		zstd_store_sequence(&search, at, end, offset);
	zstd_search_finish(&search, e, TRUENO_PAGE_SIZE);
}

#endif /* TRUENO_ZSTD_SEARCH_WORDS_TEMPLATE_H */
