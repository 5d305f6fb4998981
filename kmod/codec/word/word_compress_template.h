/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The encoder of the word format, instantiated once per instruction set.
 * Decisions are made for all elements of a page at once, in bit masks; only
 * the two searches for repeats go element by element. These have no branch, and
 * no address that depends on whether a repeat was found: they note the last
 * element of the same hash and how it differs, and later steps judge it.
 *
 * The ISA file defines, before it includes this one: word_count_bits(),
 * word_deposit_bits(), word_find_nonzero(), word_list_places(),
 * word_judge_qwords(), word_pack_bytes(), word_mark_repeated(),
 * word_pack_qwords(), word_hash_dwords(), word_note_found(), word_classify()
 * and word_split_dwords().
 */
#ifndef TRUENO_WORD_COMPRESS_TEMPLATE_H
#define TRUENO_WORD_COMPRESS_TEMPLATE_H

#include "word_encoder.h"

/*
 * Keeps the compiler from gathering the stores of several elements into vectors,
 * which takes longer than the stores.
 */
static __always_inline void word_one_by_one(void)
{
	asm volatile("" : : : "memory");
}

static __always_inline void word_search_qword(struct word_encoder *e, const uint8_t *page, size_t i)
{
	size_t place = e->nonzero_places[i];
	uint64_t qword = trueno_load64(page + 8 * place);
	size_t hash = word_hash_qword(qword);
	size_t source = e->tables.qwords[hash];

	e->tables.qwords[hash] = place;
	e->qword_sources[i] = source;
	e->qword_equals[i] = trueno_load64(page + 8 * source) == qword;
	word_one_by_one();
}

/* Behind the last place follow places of the first qword, to fill a step. */
static __always_inline void word_search_qwords(struct word_encoder *e, const uint8_t *page)
{
	size_t i;

	for (i = 0; i < e->nonzero_count; i += WORD_SEARCH_STEP) {
		word_search_qword(e, page, i);
		word_search_qword(e, page, i + 1);
		word_search_qword(e, page, i + 2);
		word_search_qword(e, page, i + 3);
	}
}

static __always_inline void word_search_dword(struct word_encoder *e, size_t i)
{
	uint64_t *dword = &e->tables.dwords[e->dword_hashes[i]];
	uint64_t *upper = &e->tables.uppers[e->upper_hashes[i]];
	uint64_t placed = e->placed_dwords[i];

	word_note_found(&e->found[i], dword, upper);
	*dword = placed;
	*upper = placed;
	word_one_by_one();
}

/*
 * To count every dword would take longer than to search it: the counts of equal
 * values wait for each other. Zeros follow the last dword, to fill a step.
 */
static __always_inline void word_search_dwords(struct word_encoder *e)
{
	size_t i, k;

	for (i = 0; i < e->dword_count; i += WORD_DWORDS_PER_COUNT) {
		e->tables.low_upper_counts[e->upper_hashes[i]]++;
		e->tables.high_upper_counts[e->upper_hashes[i + 1]]++;
		e->tables.high_counts[e->dword_hashes[i + 1]]++;
		for (k = i; k < i + WORD_DWORDS_PER_COUNT; k += 4) {
			word_search_dword(e, k);
			word_search_dword(e, k + 1);
			word_search_dword(e, k + 2);
			word_search_dword(e, k + 3);
		}
	}
}

/* A hash and its count, so that the greatest is that of the greatest count. */
static __always_inline uint32_t word_greater_count(uint32_t greatest, const uint8_t *counts,
						   unsigned int hash)
{
	const uint32_t candidate = (uint32_t)counts[hash] << 16 | hash;

	return candidate > greatest ? candidate : greatest;
}

/*
 * Takes the commonest of the values that were counted. Counts go by hash: the
 * choice may be wrong, which costs bytes only.
 */
static __always_inline struct word_header word_choose_bases(struct word_encoder *e)
{
	uint32_t high = 0, low_upper = 0, second_low_upper = 0, high_upper = 0;
	struct word_header header;
	size_t i;

	/* Zero has the hash 0 and classes of its own. */
	e->tables.high_counts[0] = 0;
	e->tables.low_upper_counts[0] = 0;
	e->tables.high_upper_counts[0] = 0;
	for (i = 0; i < e->dword_count; i += WORD_DWORDS_PER_COUNT) {
		high = word_greater_count(high, e->tables.high_counts, e->dword_hashes[i + 1]);
		low_upper = word_greater_count(low_upper, e->tables.low_upper_counts,
					       e->upper_hashes[i]);
	}
	header.high_dword = e->tables.dwords[high & 0xffff];
	header.low_upper[0] = (uint32_t)e->tables.uppers[low_upper & 0xffff] >> 16;

	e->tables.low_upper_counts[low_upper & 0xffff] = 0;
	e->tables.high_upper_counts[word_hash_dword(header.high_dword >> 16)] = 0;
	for (i = 0; i < e->dword_count; i += WORD_DWORDS_PER_COUNT) {
		second_low_upper = word_greater_count(second_low_upper, e->tables.low_upper_counts,
						      e->upper_hashes[i]);
		high_upper = word_greater_count(high_upper, e->tables.high_upper_counts,
						e->upper_hashes[i + 1]);
	}
	header.low_upper[1] = (uint32_t)e->tables.uppers[second_low_upper & 0xffff] >> 16;
	header.high_upper = (uint32_t)e->tables.uppers[high_upper & 0xffff] >> 16;
	return header;
}

/* Writes @count bits. Returns their end. */
static __always_inline uint8_t *word_write_bits(uint8_t *to, const uint64_t *bits, size_t count)
{
	size_t i;

	for (i = 0; 64 * i < count; i++)
		trueno_store64(to + 8 * i, bits[i]);
	return to + word_bytes_of_bits(count);
}

/* Finds the qwords that repeat. Returns how many. */
static __always_inline size_t word_find_hits(struct word_encoder *e, const uint8_t *page)
{
	size_t hit_count = 0, at = 0;
	unsigned int i;

	word_find_nonzero(e, page);
	word_list_places(e->nonzero_qwords, sizeof(*e->nonzero_qwords), WORD_QWORDS,
			 e->nonzero_places);
	e->nonzero_count = 0;
	for (i = 0; i < WORD_QWORDS / 64; i++)
		e->nonzero_count += word_count_bits(e->nonzero_qwords[i]);
	__builtin_memset(e->nonzero_places + e->nonzero_count, 0,
			 WORD_SEARCH_STEP * sizeof(*e->nonzero_places));

	word_search_qwords(e, page);
	word_judge_qwords(e);
	for (i = 0; i < WORD_QWORDS / 64; i++) {
		uint64_t nonzero = e->nonzero_qwords[i];
		uint64_t hits =
			word_deposit_bits(word_load_bits((const uint8_t *)e->hits, at), nonzero);

		e->new_qwords[i] = nonzero & ~hits;
		at += word_count_bits(nonzero);
		hit_count += word_count_bits(hits);
	}
	return hit_count;
}

/* Splits the distances of the hits. Returns how many are not repeated. */
static __always_inline size_t word_judge_distances(struct word_encoder *e, size_t hit_count)
{
	size_t other_count = 0, i;

	word_pack_bytes(e->hit_distances + WORD_VECTOR_SIZE, e->qword_distances, e->hits,
			sizeof(*e->hits), e->nonzero_count);
	word_mark_repeated(e->hit_distances + WORD_VECTOR_SIZE, hit_count, e->repeated_hits);
	/* The first has none before it. */
	e->repeated_hits[0] &= ~1ull;
	for (i = 0; 64 * i < hit_count; i++) {
		uint64_t valid = word_low_bits(hit_count - 64 * i);

		e->other_hits[i] = ~e->repeated_hits[i] & valid;
		e->repeated_hits[i] &= valid;
		other_count += word_count_bits(e->other_hits[i]);
	}
	return other_count;
}

/* Notes what each dword needs. Returns how much of it in all. */
static __always_inline struct word_needs word_judge_needs(struct word_encoder *e)
{
	struct word_needs counts = {};
	size_t i;

	for (i = 0; 64 * i < e->dword_count; i++) {
		struct word_needs needs =
			word_needs_of(e->planes[0][i], e->planes[1][i], e->planes[2][i]);

		e->needs[i] = needs;
		counts.distance += word_count_bits(needs.distance);
		counts.byte0 += word_count_bits(needs.byte0);
		counts.byte1 += word_count_bits(needs.byte1);
		counts.upper += word_count_bits(needs.upper);
	}
	return counts;
}

/* Writes the bytes of a stream that @needs has ones for. Returns their end. */
static __always_inline uint8_t *word_write_bytes(const struct word_encoder *e, uint8_t *to,
						 const uint8_t *bytes, const uint64_t *needs)
{
	return word_pack_bytes(to, bytes, needs, sizeof(struct word_needs), e->dword_count);
}

/*
 * Writes header and streams. Each step may write up to a vector too much, which
 * the next one writes over.
 */
static __always_inline void word_write_page(struct word_encoder *e, struct word_header header,
					    size_t hit_count, uint8_t *out)
{
	unsigned int i;

	word_store_header(out, header);
	out += WORD_HEADER_SIZE;
	out = word_write_bits(out, e->nonzero_qwords, WORD_QWORDS);
	out = word_write_bits(out, e->hits, e->nonzero_count);
	out = word_write_bits(out, e->repeated_hits, hit_count);
	for (i = 0; i < 3; i++)
		out = word_write_bits(out, e->planes[i], e->dword_count);
	out = word_pack_bytes(out, e->hit_distances + WORD_VECTOR_SIZE, e->other_hits,
			      sizeof(*e->other_hits), hit_count);
	word_set_byte_zones(e, true);
	word_split_dwords(e);
	out = word_write_bytes(e, out, e->dword_distances, &e->needs->distance);
	out = word_write_bytes(e, out, e->bytes[0], &e->needs->byte0);
	out = word_write_bytes(e, out, e->bytes[1], &e->needs->byte1);
	out = word_write_bytes(e, out, e->bytes[2], &e->needs->upper);
	word_write_bytes(e, out, e->bytes[3], &e->needs->upper);
	word_set_byte_zones(e, false);
}

/*
 * Encodes a page to a header and streams. Returns their length, or 0 if that
 * is more than @limit; the output has @room for at least as much.
 */
static __always_inline size_t word_encode_streams(struct word_encoder *e, const uint8_t *page,
						  uint8_t *out, size_t limit, size_t room)
{
	struct word_header header = {};
	struct word_needs counts;
	size_t hit_count, size;

	hit_count = word_find_hits(e, page);
	e->dword_count = 2 * (e->nonzero_count - hit_count);
	size = WORD_HEADER_SIZE + WORD_ZQ_SIZE + word_bytes_of_bits(e->nonzero_count) +
	       word_bytes_of_bits(hit_count) + word_judge_distances(e, hit_count);

	word_pack_qwords(e, page);
	if (e->dword_count) {
		word_hash_dwords(e);
		word_search_dwords(e);
		header = word_choose_bases(e);
		word_classify(e, header);
	}
	counts = word_judge_needs(e);
	size += 3 * word_bytes_of_bits(e->dword_count) + counts.distance + counts.byte0 +
		counts.byte1 + 2 * counts.upper;
	if (size > limit)
		return 0;
	if (size + WORD_VECTOR_SIZE <= room) {
		word_write_page(e, header, hit_count, out);
	} else {
		TRUENO_SET_RED_ZONE(e, out, true);
		word_write_page(e, header, hit_count, e->out);
		TRUENO_SET_RED_ZONE(e, out, false);
		__builtin_memcpy(out, e->out, size);
	}
	return size;
}

static __always_inline size_t word_encode_page(struct word_encoder *e, const uint8_t *page,
					       uint8_t *out, size_t limit, size_t room)
{
	unsigned int i;
	size_t size;

	/* The page may come from memory; clear the tables while it does. */
	for (i = 0; i < TRUENO_PAGE_SIZE; i += 64)
		__builtin_prefetch(page + i);
	__builtin_memset(&e->tables, 0, sizeof(e->tables));
	word_set_encoder_zones(e, true);
	size = word_encode_streams(e, page, out, limit, room);
	word_set_encoder_zones(e, false);
	return size;
}

/* The least input for which a partial page is tried as words. */
#define WORD_MIN_TAIL 128

/* Encodes a block of up to a page. Returns its length, or 0 if it does not fit. */
static __always_inline size_t word_encode_block(struct word_encoder *e, const uint8_t *in,
						size_t len, uint8_t *out, size_t room)
{
	const bool is_page = len == TRUENO_PAGE_SIZE;
	const size_t head = is_page ? 1 : 3;
	/* One byte less than a raw block. */
	const size_t limit = len < room ? len : room;
	size_t size;

	if (limit > head && len >= WORD_MIN_TAIL) {
		if (!is_page) {
			__builtin_memcpy(e->tail, in, len);
			__builtin_memset(e->tail + len, 0, TRUENO_PAGE_SIZE - len);
		}
		size = word_encode_page(e, is_page ? in : e->tail, out + head, limit - head,
					room - head);
		if (size) {
			out[0] = is_page ? WORD_PAGE : WORD_TAIL;
			if (!is_page)
				trueno_store16(out + 1, len);
			return head + size;
		}
	}
	if (len + 1 > room)
		return 0;
	out[0] = is_page ? WORD_RAW_PAGE : WORD_RAW_TAIL;
	/* No content may come as a null pointer. */
	if (len)
		__builtin_memcpy(out + 1, in, len);
	return len + 1;
}

static __always_inline int word_compress(const void *src, size_t src_len, void *dst,
					 size_t *dst_len, void *workmem)
{
	struct word_encoder *e = word_align_workmem(workmem);
	size_t out_len = 0, len, size;
	const uint8_t *in = src;

	do {
		len = src_len < TRUENO_PAGE_SIZE ? src_len : TRUENO_PAGE_SIZE;
		size = word_encode_block(e, in, len, (uint8_t *)dst + out_len, *dst_len - out_len);
		if (!size)
			return -ENOSPC;
		out_len += size;
		in += len;
		src_len -= len;
	} while (src_len);
	*dst_len = out_len;
	return 0;
}

#endif /* TRUENO_WORD_COMPRESS_TEMPLATE_H */
