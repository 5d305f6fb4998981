/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The LZ4 block of one page, taken apart: tokens, offsets, count bytes and
 * literals lie in streams of their own, for like bytes side by side can be
 * coded (stream/stream_format.h). Behind three 16-bit numbers, little-endian:
 * how many sequences S, literals L and count bytes C there are, come
 *
 *   S     tokens, as in LZ4; the last sequence has literals only
 *   S - 1 low bytes of the offsets
 *   S - 1 high bytes of the offsets
 *   C     bytes by which full nibbles go on, in the order of the tokens, those
 *         of the literals before those of the match
 *   L     literals
 *
 * and nothing else. The content is exactly a page.
 */
#ifndef TRUENO_LZ_STREAMS_FORMAT_H
#define TRUENO_LZ_STREAMS_FORMAT_H

#include <trueno/lz4.h>
#include <trueno/page.h>

#include "../red_zone.h"
#include "../stream/stream_format.h"

/* S, L and C. */
#define LZ_STREAMS_HEADER_SIZE 6

/* A sequence but the last has a match of four bytes or more. */
#define LZ_STREAMS_MAX_SEQUENCES (TRUENO_PAGE_SIZE / TRUENO_LZ4_MIN_MATCH + 1)
/* Where a count byte is, there are 15 bytes of the page or more. */
#define LZ_STREAMS_MAX_COUNTS (TRUENO_PAGE_SIZE / 15 + 1)

struct lz_streams {
	uint8_t tokens[LZ_STREAMS_MAX_SEQUENCES + STREAM_WRITE_SLACK];
	TRUENO_DECLARE_RED_ZONE(tokens);
	uint8_t offsets_low[LZ_STREAMS_MAX_SEQUENCES + STREAM_WRITE_SLACK];
	TRUENO_DECLARE_RED_ZONE(offsets_low);
	uint8_t offsets_high[LZ_STREAMS_MAX_SEQUENCES + STREAM_WRITE_SLACK];
	TRUENO_DECLARE_RED_ZONE(offsets_high);
	uint8_t counts[LZ_STREAMS_MAX_COUNTS + STREAM_WRITE_SLACK];
	TRUENO_DECLARE_RED_ZONE(counts);
	uint8_t literals[TRUENO_PAGE_SIZE + STREAM_WRITE_SLACK];
	TRUENO_DECLARE_RED_ZONE(literals);
};

static __always_inline void
lz_streams_set_zones(struct lz_streams *streams, bool is_forbidden)
{
	TRUENO_SET_RED_ZONE(streams, tokens, is_forbidden);
	TRUENO_SET_RED_ZONE(streams, offsets_low, is_forbidden);
	TRUENO_SET_RED_ZONE(streams, offsets_high, is_forbidden);
	TRUENO_SET_RED_ZONE(streams, counts, is_forbidden);
	TRUENO_SET_RED_ZONE(streams, literals, is_forbidden);
}

#endif /* TRUENO_LZ_STREAMS_FORMAT_H */
