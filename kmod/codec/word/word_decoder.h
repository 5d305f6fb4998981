/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the decoder of word pages keeps in its work memory.
 */
#ifndef TRUENO_WORD_DECODER_H
#define TRUENO_WORD_DECODER_H

#include "../red_zone.h"
#include "../stream/stream_format.h"
#include "word_format.h"

/* No stream of a page is longer. */
#define WORD_STREAM_MAX WORD_DWORDS

/*
 * Every array has room behind it for the widest vector, because the steps work
 * in whole vectors: at most 64 elements too many are written, and none of them
 * is read as data.
 */
struct word_decoder {
	/* A page's header and streams: a copy that may be read past its end. */
	uint8_t input[WORD_PAGE_MAX + 1 + 64];
	TRUENO_DECLARE_RED_ZONE(input);
	union {
		struct {
			/*
			 * The page's qwords, a bit each: not zero, not
			 * repeating; repeating.
			 */
			uint64_t new_qwords[WORD_QWORDS / 64];
			TRUENO_DECLARE_RED_ZONE(new_qwords);
			uint64_t hit_qwords[WORD_QWORDS / 64];
			TRUENO_DECLARE_RED_ZONE(hit_qwords);
			/* The class planes and what the dwords need, a bit each. */
			const uint8_t *planes[3];
			struct word_needs needs[WORD_DWORDS / 64];
			TRUENO_DECLARE_RED_ZONE(needs);
			size_t dword_count;
			/* Where each repeat is and where its source. */
			uint16_t hit_places[WORD_QWORDS + 64];
			TRUENO_DECLARE_RED_ZONE(hit_places);
			uint16_t hit_sources[WORD_QWORDS + 64];
			TRUENO_DECLARE_RED_ZONE(hit_sources);
			uint16_t ref_places[WORD_DWORDS + 64];
			TRUENO_DECLARE_RED_ZONE(ref_places);
			uint16_t ref_sources[WORD_DWORDS + 64];
			TRUENO_DECLARE_RED_ZONE(ref_sources);
			/*
			 * The new qwords, and which bits of a dword come from
			 * its source.
			 */
			uint32_t dwords[WORD_DWORDS + 16];
			TRUENO_DECLARE_RED_ZONE(dwords);
			uint32_t kept[WORD_DWORDS + 16];
			TRUENO_DECLARE_RED_ZONE(kept);
			/* A partial page before its padding is cut off. */
			uint8_t tail[TRUENO_PAGE_SIZE];
			TRUENO_DECLARE_RED_ZONE(tail);
		};
		/* A coded page, until the page in input is made of it. */
		struct {
			uint8_t coded[WORD_PAGE_MAX +
				      STREAM_READ_SLACK(WORD_STREAM_MAX)];
			TRUENO_DECLARE_RED_ZONE(coded);
		};
	};
};

/* While a coded page is expanded. */
static __always_inline void
word_set_expander_zones(struct word_decoder *d, bool is_forbidden)
{
	TRUENO_SET_RED_ZONE(d, input, is_forbidden);
	TRUENO_SET_RED_ZONE(d, coded, is_forbidden);
}

/* While a page is decoded. */
static __always_inline void
word_set_decoder_zones(struct word_decoder *d, bool is_forbidden)
{
	TRUENO_SET_RED_ZONE(d, input, is_forbidden);
	TRUENO_SET_RED_ZONE(d, new_qwords, is_forbidden);
	TRUENO_SET_RED_ZONE(d, hit_qwords, is_forbidden);
	TRUENO_SET_RED_ZONE(d, needs, is_forbidden);
	TRUENO_SET_RED_ZONE(d, hit_places, is_forbidden);
	TRUENO_SET_RED_ZONE(d, hit_sources, is_forbidden);
	TRUENO_SET_RED_ZONE(d, ref_places, is_forbidden);
	TRUENO_SET_RED_ZONE(d, ref_sources, is_forbidden);
	TRUENO_SET_RED_ZONE(d, dwords, is_forbidden);
	TRUENO_SET_RED_ZONE(d, kept, is_forbidden);
	TRUENO_SET_RED_ZONE(d, tail, is_forbidden);
}

/* Where the streams behind the class planes start. */
struct word_byte_streams {
	const uint8_t *byte0;
	const uint8_t *byte1;
	const uint8_t *byte2;
	const uint8_t *byte3;
};

/* The three kinds of values that the header holds. */
struct word_header {
	uint32_t high_dword;
	uint16_t low_upper[2];
	uint16_t high_upper;
};

static __always_inline struct word_header word_load_header(const uint8_t *from)
{
	struct word_header header;

	header.high_dword = trueno_load32(from);
	header.low_upper[0] = trueno_load16(from + 4);
	header.low_upper[1] = trueno_load16(from + 6);
	header.high_upper = trueno_load16(from + 8);
	return header;
}

static __always_inline void word_store_header(uint8_t *to, struct word_header header)
{
	trueno_store32(to, header.high_dword);
	trueno_store16(to + 4, header.low_upper[0]);
	trueno_store16(to + 6, header.low_upper[1]);
	trueno_store16(to + 8, header.high_upper);
}

/* The work memory may have any alignment, vectors and words want theirs. */
#define WORD_ALIGNMENT 64

static __always_inline void *word_align_workmem(void *workmem)
{
	return (uint8_t *)workmem + (-(uintptr_t)workmem & (WORD_ALIGNMENT - 1));
}

#endif /* TRUENO_WORD_DECODER_H */
