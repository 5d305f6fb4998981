/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Coded word pages: the header and streams of a word page, each stream coded on
 * its own (stream/stream_format.h). The encoder codes a finished page; the
 * decoder makes the finished page again, and the decoder of word pages goes on
 * from there. How long a stream is follows from those before it.
 *
 * The including file provides word_count_bits().
 */
#ifndef TRUENO_WORD_CODED_H
#define TRUENO_WORD_CODED_H

#include "../stream/stream_format.h"
#include "word_format.h"

/* The streams of a page as far as they are known. */
struct word_layout {
	const uint8_t *start[WORD_STREAMS];
	size_t nonzero_count;
	size_t hit_count;
	size_t dword_count;
	struct word_needs counts;
};

/* How many of the first @bits bits are set; 8 bytes behind them may be read. */
static __always_inline size_t word_count_first_bits(const uint8_t *stream,
						    size_t bits)
{
	size_t count = 0;

	for (; bits >= 64; bits -= 64, stream += 8)
		count += word_count_bits(trueno_load64(stream));
	if (bits)
		count += word_count_bits(trueno_load64(stream) << (64 - bits));
	return count;
}

static __always_inline void word_count_needs(struct word_layout *layout)
{
	struct word_needs counts = {};
	size_t i;

	for (i = 0; i < layout->dword_count; i += 64) {
		size_t left = layout->dword_count - i;
		unsigned int above = left < 64 ? 64 - left : 0;
		struct word_needs needs = word_needs_of(
			trueno_load64(layout->start[WORD_PLANE0] + i / 8),
			trueno_load64(layout->start[WORD_PLANE1] + i / 8),
			trueno_load64(layout->start[WORD_PLANE2] + i / 8));

		counts.distance += word_count_bits(needs.distance << above);
		counts.byte0 += word_count_bits(needs.byte0 << above);
		counts.byte1 += word_count_bits(needs.byte1 << above);
		counts.upper += word_count_bits(needs.upper << above);
	}
	layout->counts = counts;
}

/* The length of @stream, which starts at @start, in bytes. */
static __always_inline size_t word_add_stream(struct word_layout *layout,
					      enum word_stream stream,
					      const uint8_t *start)
{
	layout->start[stream] = start;
	switch (stream) {
	case WORD_ZQ:
		return WORD_ZQ_SIZE;
	case WORD_QHIT:
		layout->nonzero_count =
			word_count_first_bits(layout->start[WORD_ZQ], WORD_QWORDS);
		return word_bytes_of_bits(layout->nonzero_count);
	case WORD_QREP:
		layout->hit_count =
			word_count_first_bits(layout->start[WORD_QHIT],
					      layout->nonzero_count);
		layout->dword_count =
			2 * (layout->nonzero_count - layout->hit_count);
		return word_bytes_of_bits(layout->hit_count);
	case WORD_PLANE0:
	case WORD_PLANE1:
	case WORD_PLANE2:
		return word_bytes_of_bits(layout->dword_count);
	case WORD_QDIST:
		word_count_needs(layout);
		return layout->hit_count -
		       word_count_first_bits(layout->start[WORD_QREP],
					     layout->hit_count);
	case WORD_XDIST:
		return layout->counts.distance;
	case WORD_BYTE0:
		return layout->counts.byte0;
	case WORD_BYTE1:
		return layout->counts.byte1;
	default:
		return layout->counts.upper;
	}
}

#endif /* TRUENO_WORD_CODED_H */
