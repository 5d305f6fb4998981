/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Takes an LZ4 block apart and codes the parts. The including file provides
 * what stream/stream_encoder.h asks for and lz4_copy_16().
 */
#ifndef TRUENO_LZ_STREAMS_ENCODER_H
#define TRUENO_LZ_STREAMS_ENCODER_H

#include "../lz4/lz4_format.h"
#include "../stream/stream_encoder.h"
#include "lz_streams_format.h"

/* A block of a page, with room for any. */
#define LZ_STREAMS_BLOCK_SIZE (TRUENO_PAGE_SIZE + TRUENO_PAGE_SIZE / 255 + 16)

struct lz_streams_encoder {
	/* LZ4 is done when the rest begins. */
	union {
		uint8_t lz4_workmem[LZ4_WORKMEM_SIZE];
		struct {
			struct lz_streams streams;
			struct stream_encoder coder;
		};
	};
	uint8_t block[LZ_STREAMS_BLOCK_SIZE + STREAM_WRITE_SLACK];
	TRUENO_DECLARE_RED_ZONE(block);
	uint8_t coded[LZ_STREAMS_HEADER_SIZE +
		      STREAM_CODED_MAX(5, LZ_STREAMS_BLOCK_SIZE) +
		      STREAM_WRITE_SLACK];
	TRUENO_DECLARE_RED_ZONE(coded);
};

/* While a block is coded. */
static __always_inline void
lz_streams_set_encoder_zones(struct lz_streams_encoder *e, bool is_forbidden)
{
	lz_streams_set_zones(&e->streams, is_forbidden);
	stream_set_encoder_zones(&e->coder, is_forbidden);
	TRUENO_SET_RED_ZONE(e, block, is_forbidden);
	TRUENO_SET_RED_ZONE(e, coded, is_forbidden);
}

/*
 * Takes over the count bytes at @in, which are there if @is_full and end with
 * the first below 255. One is the rule, so that whether there is one decides
 * about values, not about the way through the code.
 */
static __always_inline const uint8_t *
lz_streams_take_counts(const uint8_t *in, bool is_full, uint8_t **counts,
		       size_t *count)
{
	uint8_t byte = *in;

	*(*counts) = byte;
	*counts += is_full;
	in += is_full;
	byte = is_full ? byte : 0;
	*count += byte;
	while (trueno_unlikely(byte == TRUENO_LZ4_LENGTH_BYTE_MAX)) {
		byte = *in++;
		*(*counts)++ = byte;
		*count += byte;
	}
	return in;
}

/* What lz_streams_split() counted. */
struct lz_streams_sizes {
	size_t sequences;
	size_t literals;
	size_t counts;
};

/* @in is a block that an encoder of this project made of a page. */
static __always_inline struct lz_streams_sizes
lz_streams_split(const uint8_t *in, const uint8_t *in_end,
		 struct lz_streams *streams)
{
	uint8_t *literals = streams->literals;
	uint8_t *counts = streams->counts;
	size_t i = 0;

	for (;;) {
		size_t token = *in++;
		size_t literal_count = token >> 4;
		size_t match = token & 0xF;
		size_t done;

		streams->tokens[i] = token;
		if (trueno_unlikely(literal_count == TRUENO_LZ4_NIBBLE_MAX))
			in = lz_streams_take_counts(in, true, &counts,
						    &literal_count);
		lz4_copy_16(literals, in);
		for (done = 16; trueno_unlikely(done < literal_count); done += 16)
			lz4_copy_16(literals + done, in + done);
		literals += literal_count;
		in += literal_count;
		if (in == in_end)
			break;
		streams->offsets_low[i] = in[0];
		streams->offsets_high[i] = in[1];
		in += 2;
		i++;
		in = lz_streams_take_counts(in, match == TRUENO_LZ4_NIBBLE_MAX,
					    &counts, &match);
	}
	return (struct lz_streams_sizes){
		.sequences = i + 1,
		.literals = literals - streams->literals,
		.counts = counts - streams->counts,
	};
}

/*
 * Codes the block of @block_len bytes in @e->block, all streams of @least bytes
 * or more; returns the length of @e->coded.
 */
static noinline size_t lz_streams_code(struct lz_streams_encoder *e,
				       size_t block_len, size_t least)
{
	struct lz_streams_sizes sizes;
	uint8_t *out = e->coded;

	lz_streams_set_encoder_zones(e, true);
	sizes = lz_streams_split(e->block, e->block + block_len, &e->streams);
	trueno_store16(out, sizes.sequences);
	trueno_store16(out + 2, sizes.literals);
	trueno_store16(out + 4, sizes.counts);
	out += LZ_STREAMS_HEADER_SIZE;
	out = stream_put(&e->coder, out, e->streams.tokens, sizes.sequences,
			 least);
	/* These are next to random. */
	out = stream_put(&e->coder, out, e->streams.offsets_low,
			 sizes.sequences - 1, STREAM_MAX_COUNT);
	out = stream_put(&e->coder, out, e->streams.offsets_high,
			 sizes.sequences - 1, least);
	out = stream_put(&e->coder, out, e->streams.counts, sizes.counts, least);
	out = stream_put(&e->coder, out, e->streams.literals, sizes.literals,
			 least);
	lz_streams_set_encoder_zones(e, false);
	return out - e->coded;
}

#endif /* TRUENO_LZ_STREAMS_ENCODER_H */
