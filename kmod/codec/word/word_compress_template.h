/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The encoder of the word format, instantiated once per instruction set.
 * Decisions are made for all elements of a page at once, in bit masks; only
 * the two searches for repeats go element by element. These have no branch, and
 * no address that depends on whether a repeat was found: they note the last
 * element of the same hash and how it differs, and later steps judge it.
 *
 * The ISA file defines, before it includes this one: word_count_bits(),
 * word_extract_bits(), word_judge_qwords(), word_pack_qwords(),
 * word_pack_bytes(), word_mark_repeated(), word_hash_dwords(),
 * word_most_common_8(), word_most_common_16(), word_classify() and
 * word_pack_dwords().
 */
#ifndef TRUENO_WORD_COMPRESS_TEMPLATE_H
#define TRUENO_WORD_COMPRESS_TEMPLATE_H

#include "word_encoder.h"

static __always_inline void word_search_qwords(struct word_encoder *e,
					       const uint8_t *page)
{
	unsigned int i;

	for (i = 0; i < WORD_QWORDS; i++) {
		uint64_t qword = trueno_load64(page + 8 * i);
		unsigned int hash = word_hash_qword(qword);
		unsigned int source = e->tables.qwords[hash];

		e->tables.qwords[hash] = i;
		e->qword_sources[i] = source;
		e->qword_equals[i] = trueno_load64(page + 8 * source) == qword;
	}
}

static __always_inline void word_search_dword(struct word_encoder *e,
					      unsigned int i)
{
	unsigned int hash = e->dword_hashes[i];
	unsigned int source = e->tables.dwords[hash];
	uint32_t dword = e->dwords[i];

	e->tables.dwords[hash] = i;
	e->dword_sources[i] = source;
	e->dword_differences[i] = e->dwords[source] ^ dword;

	hash = e->upper_hashes[i];
	source = e->tables.uppers[hash];
	e->tables.uppers[hash] = i;
	e->upper_sources[i] = source;
	e->upper_differences[i] = e->dwords[source] ^ dword;
	e->tables.upper_counts[i % 2][hash]++;
}

static __always_inline void word_search_dwords(struct word_encoder *e)
{
	unsigned int i;

	for (i = 0; i < e->dword_count; i += 2) {
		word_search_dword(e, i);
		word_search_dword(e, i + 1);
		e->tables.high_counts[e->dword_hashes[i + 1]]++;
	}
}

/* The upper half that most likely is the commonest of those counted. */
static __always_inline uint16_t word_take_upper(struct word_encoder *e,
						uint8_t *counts)
{
	unsigned int hash = word_most_common_8(counts);

	counts[hash] = 0;
	return e->dwords[e->tables.uppers[hash]] >> 16;
}

/* Counts go by hash: a choice may be wrong, which costs bytes only. */
static __always_inline struct word_header word_choose_bases(struct word_encoder *e)
{
	uint8_t *low_counts = e->tables.upper_counts[0];
	uint8_t *high_counts = e->tables.upper_counts[1];
	struct word_header header;
	unsigned int hash;

	/* Zero has the hash 0 and classes of its own. */
	e->tables.high_counts[0] = 0;
	low_counts[0] = 0;
	high_counts[0] = 0;

	hash = word_most_common_16(e->tables.high_counts);
	header.high_dword = e->dwords[e->tables.dwords[hash]];
	high_counts[word_hash_dword(header.high_dword >> 16)] -=
		e->tables.high_counts[hash];
	header.low_upper[0] = word_take_upper(e, low_counts);
	header.low_upper[1] = word_take_upper(e, low_counts);
	header.high_upper = word_take_upper(e, high_counts);
	return header;
}

/* Writes which of the qwords that are not zero repeat. Returns its length. */
static __always_inline size_t word_write_qhit(struct word_encoder *e)
{
	uint64_t pending = 0;
	uint8_t *to = e->qhit;
	unsigned int i, pending_count = 0;

	for (i = 0; i < WORD_QWORDS / 64; i++) {
		uint64_t nonzero = e->nonzero_qwords[i];
		uint64_t bits = word_extract_bits(e->hit_qwords[i], nonzero);
		unsigned int count = word_count_bits(nonzero);

		trueno_store64(to, pending | bits << pending_count);
		if (pending_count + count >= 64) {
			to += 8;
			pending = bits >> 1 >> (63 - pending_count);
		} else {
			pending |= bits << pending_count;
		}
		pending_count = (pending_count + count) % 64;
	}
	trueno_store64(to, pending);
	return to - e->qhit + word_bytes_of_bits(pending_count);
}

static __always_inline uint8_t *word_append(uint8_t *to, const void *from,
					    size_t len)
{
	__builtin_memcpy(to, from, len);
	return to + len;
}

/*
 * Encodes a page to a header and streams. Returns their length, or 0 if that
 * is more than @room.
 */
static __always_inline size_t word_encode_page(struct word_encoder *e,
					       const uint8_t *page,
					       uint8_t *out, size_t room)
{
	size_t hit_count = 0, qhit_size, qrep_size, qdist_size, plane_size, size;
	struct word_header header = {};
	struct word_needs counts = {};
	unsigned int i;

	__builtin_memset(&e->tables, 0, sizeof(e->tables));
	word_search_qwords(e, page);
	word_judge_qwords(e, page);
	e->dword_count = 2 * word_pack_qwords(e, page);
	for (i = 0; i < WORD_QWORDS / 64; i++)
		hit_count += word_count_bits(e->hit_qwords[i]);

	qhit_size = word_write_qhit(e);
	qrep_size = word_bytes_of_bits(hit_count);
	qdist_size = word_pack_bytes(e->qdist, e->qword_distances,
				     e->hit_qwords, sizeof(*e->hit_qwords),
				     WORD_QWORDS);
	qdist_size = word_mark_repeated(e->qdist, hit_count, e->qrep);

	if (e->dword_count) {
		word_hash_dwords(e);
		word_search_dwords(e);
		header = word_choose_bases(e);
		word_classify(e, header);
	}
	plane_size = word_bytes_of_bits(e->dword_count);
	for (i = 0; 64 * i < e->dword_count; i++) {
		struct word_needs needs = word_needs_of(
			e->planes[0][i], e->planes[1][i], e->planes[2][i]);

		e->needs[i] = needs;
		counts.distance += word_count_bits(needs.distance);
		counts.byte0 += word_count_bits(needs.byte0);
		counts.byte1 += word_count_bits(needs.byte1);
		counts.upper += word_count_bits(needs.upper);
	}
	size = WORD_HEADER_SIZE + WORD_ZQ_SIZE + qhit_size + qrep_size +
	       3 * plane_size + qdist_size + counts.distance + counts.byte0 +
	       counts.byte1 + 2 * counts.upper;
	if (size > room)
		return 0;

	word_pack_bytes(e->xdist, e->dword_distances, &e->needs->distance,
			sizeof(*e->needs), e->dword_count);
	word_pack_dwords(e);

	word_store_header(out, header);
	out += WORD_HEADER_SIZE;
	out = word_append(out, e->nonzero_qwords, WORD_ZQ_SIZE);
	out = word_append(out, e->qhit, qhit_size);
	out = word_append(out, e->qrep, qrep_size);
	for (i = 0; i < 3; i++)
		out = word_append(out, e->planes[i], plane_size);
	out = word_append(out, e->qdist, qdist_size);
	out = word_append(out, e->xdist, counts.distance);
	out = word_append(out, e->bytes[0], counts.byte0);
	out = word_append(out, e->bytes[1], counts.byte1);
	out = word_append(out, e->bytes[2], counts.upper);
	word_append(out, e->bytes[3], counts.upper);
	return size;
}

/* The least input for which a partial page is tried as words. */
#define WORD_MIN_TAIL 128

/* Encodes a block of up to a page. Returns its length, or 0 if it does not fit. */
static __always_inline size_t word_encode_block(struct word_encoder *e,
						const uint8_t *in, size_t len,
						uint8_t *out, size_t room)
{
	const bool is_page = len == TRUENO_PAGE_SIZE;
	const size_t head = is_page ? 1 : 3;
	/* One byte less than a raw block. */
	const size_t limit = len < room ? len : room;
	size_t size;

	if (limit > head && len >= WORD_MIN_TAIL) {
		if (!is_page) {
			__builtin_memcpy(e->tail, in, len);
			__builtin_memset(e->tail + len, 0,
					 TRUENO_PAGE_SIZE - len);
		}
		size = word_encode_page(e, is_page ? in : e->tail, out + head,
					limit - head);
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
	__builtin_memcpy(out + 1, in, len);
	return len + 1;
}

static __always_inline int word_compress(const void *src, size_t src_len,
					 void *dst, size_t *dst_len,
					 void *workmem)
{
	struct word_encoder *e = word_align_workmem(workmem);
	size_t out_len = 0, len, size;
	const uint8_t *in = src;

	do {
		len = src_len < TRUENO_PAGE_SIZE ? src_len : TRUENO_PAGE_SIZE;
		size = word_encode_block(e, in, len, (uint8_t *)dst + out_len,
					 *dst_len - out_len);
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
