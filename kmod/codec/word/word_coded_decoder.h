/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Makes a word page of a coded one. The including file provides
 * word_count_bits() and what stream/stream_decoder.h asks for.
 */
#ifndef TRUENO_WORD_CODED_DECODER_H
#define TRUENO_WORD_CODED_DECODER_H

#include "../stream/stream_decoder.h"
#include "word_coded.h"
#include "word_decoder.h"

/*
 * Restores header and streams from the first @len bytes of @in, at most, into
 * d->input. Returns the coded page's length and stores the restored one's, or
 * returns 0 if it is not valid.
 */
static __always_inline size_t word_expand_streams(struct word_decoder *d,
						  const uint8_t *in, size_t len,
						  size_t *restored_len)
{
	const uint8_t *const coded_end = d->coded + len;
	const uint8_t *from = d->coded + WORD_HEADER_SIZE;
	uint8_t *at = d->input + WORD_HEADER_SIZE;
	uint8_t *const limit = d->input + WORD_PAGE_MAX;
	struct word_layout layout = {};
	unsigned int stream;

	if (len < WORD_HEADER_SIZE)
		return 0;
	__builtin_memcpy(d->coded, in, len);
	__builtin_memcpy(d->input, d->coded, WORD_HEADER_SIZE);
	for (stream = 0; stream < WORD_STREAMS; stream++) {
		size_t size = word_add_stream(&layout, stream, at);

		if (size > (size_t)(limit - at))
			return 0;
		from = stream_get(from, coded_end, at, size);
		if (!from)
			return 0;
		at += size;
	}
	*restored_len = at - d->input;
	return from - d->coded;
}

static noinline size_t word_expand_page(struct word_decoder *d,
					const uint8_t *in, size_t len,
					size_t *restored_len)
{
	size_t size;

	word_set_expander_zones(d, true);
	size = word_expand_streams(d, in, len, restored_len);
	word_set_expander_zones(d, false);
	return size;
}

#endif /* TRUENO_WORD_CODED_DECODER_H */
