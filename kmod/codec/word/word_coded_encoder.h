/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The encoder of the dense profile: word pages as the fast profile makes them,
 * coded where that makes them smaller. The including file has included
 * word_compress_template.h and provides what stream/stream_encoder.h asks for.
 */
#ifndef TRUENO_WORD_CODED_ENCODER_H
#define TRUENO_WORD_CODED_ENCODER_H

#include "../stream/stream_encoder.h"
#include "word_coded.h"

#define WORD_CODED_MAX STREAM_CODED_MAX(WORD_STREAMS, WORD_PAGE_MAX)

/* Shorter streams save a few bytes and take as long as others. */
#define WORD_LEAST_CODED 64

struct word_coder {
	struct stream_encoder stream;
	uint8_t page[WORD_PAGE_MAX + STREAM_WRITE_SLACK];
	TRUENO_DECLARE_RED_ZONE(page);
	uint8_t coded[WORD_CODED_MAX + STREAM_WRITE_SLACK];
	TRUENO_DECLARE_RED_ZONE(coded);
};

static __always_inline void
word_set_coder_zones(struct word_coder *coder, bool is_forbidden)
{
	stream_set_encoder_zones(&coder->stream, is_forbidden);
	TRUENO_SET_RED_ZONE(coder, page, is_forbidden);
	TRUENO_SET_RED_ZONE(coder, coded, is_forbidden);
}

/* The coder comes when all but the page in e->tail is done with. */
static_assert(sizeof(struct word_coder) <= __builtin_offsetof(struct word_encoder, tail),
	      "the coder does not reach to the page");

/* Codes the header and streams in @coder->page; returns their coded length. */
static noinline size_t word_code_page(struct word_coder *coder)
{
	const uint8_t *at = coder->page + WORD_HEADER_SIZE;
	uint8_t *out = coder->coded + WORD_HEADER_SIZE;
	struct word_layout layout = {};
	unsigned int stream;

	word_set_coder_zones(coder, true);
	__builtin_memcpy(coder->coded, coder->page, WORD_HEADER_SIZE);
	for (stream = 0; stream < WORD_STREAMS; stream++) {
		size_t size = word_add_stream(&layout, stream, at);

		out = stream_put(&coder->stream, out, at, size,
				 WORD_LEAST_CODED);
		at += size;
	}
	word_set_coder_zones(coder, false);
	return out - coder->coded;
}

/* As word_encode_block() for a whole page. */
static __always_inline size_t
word_encode_dense_page(struct word_encoder *e, const uint8_t *in, uint8_t *out,
		       size_t room)
{
	struct word_coder *coder = (struct word_coder *)e;
	const uint8_t *coded = coder->page;
	uint8_t kind = WORD_PAGE;
	size_t size, coded_size;

	size = word_encode_page(e, in, e->tail, WORD_PAGE_MAX,
				TRUENO_PAGE_SIZE);
	if (!size) {
		kind = WORD_RAW_PAGE;
		size = TRUENO_PAGE_SIZE;
		coded = in;
	} else {
		__builtin_memcpy(coder->page, e->tail, size);
		coded_size = word_code_page(coder);
		if (coded_size < size) {
			kind = WORD_CODED_PAGE;
			size = coded_size;
			coded = coder->coded;
		}
	}
	if (room < 1 + size)
		return 0;
	out[0] = kind;
	__builtin_memcpy(out + 1, coded, size);
	return 1 + size;
}

static __always_inline int word_compress_dense(const void *src, size_t src_len,
					       void *dst, size_t *dst_len,
					       void *workmem)
{
	struct word_encoder *e = word_align_workmem(workmem);
	size_t out_len = 0, len, size;
	const uint8_t *in = src;
	uint8_t *out = dst;

	do {
		len = src_len < TRUENO_PAGE_SIZE ? src_len : TRUENO_PAGE_SIZE;
		if (len == TRUENO_PAGE_SIZE)
			size = word_encode_dense_page(e, in, out + out_len,
						      *dst_len - out_len);
		else
			size = word_encode_block(e, in, len, out + out_len,
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

#endif /* TRUENO_WORD_CODED_ENCODER_H */
