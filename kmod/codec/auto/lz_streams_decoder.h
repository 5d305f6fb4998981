/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The decoder of lz_streams_format.h. Input and page are in work memory, with
 * room behind them, so that all copies have fixed sizes; what is checked is
 * that no sequence goes beyond the page, reaches before it, or takes literals
 * and counts that are not there.
 *
 * The including file provides what stream/stream_decoder.h asks for,
 * lz4_copy_16(), and the copies of lz4/lz4_decompress_template.h.
 */
#ifndef TRUENO_LZ_STREAMS_DECODER_H
#define TRUENO_LZ_STREAMS_DECODER_H

#include "../lz4/lz4_match_tables.h"
#include "../stream/stream_decoder.h"
#include "lz_streams_format.h"

/* What a copy may write behind the last byte it is for. */
#define LZ_STREAMS_COPY_SLACK 64

struct lz_streams_decoder {
	struct lz_streams streams;
	uint8_t page[TRUENO_PAGE_SIZE + LZ_STREAMS_COPY_SLACK];
	TRUENO_DECLARE_RED_ZONE(page);
	uint8_t in[TRUENO_PAGE_SIZE + STREAM_READ_SLACK(TRUENO_PAGE_SIZE)];
	TRUENO_DECLARE_RED_ZONE(in);
};

static __always_inline void
lz_streams_set_decoder_zones(struct lz_streams_decoder *d, bool is_forbidden)
{
	lz_streams_set_zones(&d->streams, is_forbidden);
	TRUENO_SET_RED_ZONE(d, page, is_forbidden);
	TRUENO_SET_RED_ZONE(d, in, is_forbidden);
}

/* Adds count bytes to *@length; NULL if there are none left. */
static __always_inline const uint8_t *
lz_streams_get_counts(const uint8_t *counts, const uint8_t *counts_end,
		      size_t *length)
{
	uint8_t byte;

	do {
		if (counts == counts_end)
			return NULL;
		byte = *counts++;
		*length += byte;
	} while (byte == TRUENO_LZ4_LENGTH_BYTE_MAX);
	return counts;
}

static __always_inline void
lz_streams_copy_match(uint8_t *to, size_t offset, size_t length)
{
	uint8_t *const to_end = to + length;
	size_t back;

	lz4_copy_match(to, to - offset, offset);
	if (trueno_likely(length <= LZ4_MATCH_STEP))
		return;
	back = lz4_match_step_back(LZ4_MATCH_STEP, offset);
	for (to += LZ4_MATCH_STEP; to < to_end; to += LZ4_MATCH_STEP)
		lz4_copy_step(to, to - back);
}

/*
 * Puts the page together; false if the streams do not make exactly a page. No
 * more literals are taken than bytes of the page are made, so that a look at
 * the end tells whether there were enough.
 */
static __always_inline bool
lz_streams_join(struct lz_streams_decoder *d, size_t sequences,
		size_t literal_total, size_t count_total)
{
	const struct lz_streams *streams = &d->streams;
	const uint8_t *literals = streams->literals;
	const uint8_t *const literals_end = literals + literal_total;
	const uint8_t *counts = streams->counts;
	const uint8_t *const counts_end = counts + count_total;
	size_t at = 0;
	size_t i;

	for (i = 0; i < sequences; i++) {
		size_t literal_count = streams->tokens[i] >> 4;
		size_t match = streams->tokens[i] & 0xF;
		size_t offset, done;

		lz4_copy_16(d->page + at, literals);
		if (trueno_unlikely(literal_count == TRUENO_LZ4_NIBBLE_MAX)) {
			counts = lz_streams_get_counts(counts, counts_end,
						       &literal_count);
			if (!counts || literal_count > TRUENO_PAGE_SIZE - at)
				return false;
			for (done = 16; done < literal_count; done += 16)
				lz4_copy_16(d->page + at + done, literals + done);
		}
		literals += literal_count;
		at += literal_count;
		if (trueno_unlikely(i + 1 == sequences))
			break;

		offset = streams->offsets_low[i] | streams->offsets_high[i] << 8;
		if (match == TRUENO_LZ4_NIBBLE_MAX) {
			counts = lz_streams_get_counts(counts, counts_end, &match);
			if (!counts)
				return false;
		}
		match += TRUENO_LZ4_MIN_MATCH;
		if (trueno_unlikely(offset - 1 >= at ||
				    at + match > TRUENO_PAGE_SIZE))
			return false;
		lz_streams_copy_match(d->page + at, offset, match);
		at += match;
	}
	return at == TRUENO_PAGE_SIZE && literals == literals_end &&
	       counts == counts_end;
}

/* Makes the page in @d->page of the @src_len bytes in @d->in; false if it cannot. */
static __always_inline bool lz_streams_make_page(struct lz_streams_decoder *d,
						 size_t src_len)
{
	const uint8_t *in = d->in;
	const uint8_t *const in_end = in + src_len;
	struct lz_streams *streams = &d->streams;
	size_t sequences, literals, counts;

	sequences = trueno_load16(in);
	literals = trueno_load16(in + 2);
	counts = trueno_load16(in + 4);
	if (sequences < 1 || sequences > LZ_STREAMS_MAX_SEQUENCES ||
	    literals > TRUENO_PAGE_SIZE || counts > LZ_STREAMS_MAX_COUNTS)
		return false;
	in += LZ_STREAMS_HEADER_SIZE;
	in = stream_get(in, in_end, streams->tokens, sequences);
	if (in)
		in = stream_get(in, in_end, streams->offsets_low, sequences - 1);
	if (in)
		in = stream_get(in, in_end, streams->offsets_high, sequences - 1);
	if (in)
		in = stream_get(in, in_end, streams->counts, counts);
	if (in)
		in = stream_get(in, in_end, streams->literals, literals);
	return in == in_end && lz_streams_join(d, sequences, literals, counts);
}

static __always_inline int
lz_streams_decompress(const uint8_t *src, size_t src_len, void *dst,
		      size_t *dst_len, struct lz_streams_decoder *d)
{
	bool is_valid;

	if (*dst_len < TRUENO_PAGE_SIZE)
		return -ENOSPC;
	if (src_len < LZ_STREAMS_HEADER_SIZE || src_len > TRUENO_PAGE_SIZE)
		return -EINVAL;
	__builtin_memcpy(d->in, src, src_len);
	lz_streams_set_decoder_zones(d, true);
	is_valid = lz_streams_make_page(d, src_len);
	lz_streams_set_decoder_zones(d, false);
	if (!is_valid)
		return -EINVAL;
	__builtin_memcpy(dst, d->page, TRUENO_PAGE_SIZE);
	*dst_len = TRUENO_PAGE_SIZE;
	return 0;
}

#endif /* TRUENO_LZ_STREAMS_DECODER_H */
