/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which of the searches is for a page. It has to cost next to nothing, so 64 of
 * the page's 512 words are looked at: four in a row, which vectors load at once,
 * in each sixteenth of the page.
 */
#ifndef TRUENO_LZ4_PAGE_KIND_H
#define TRUENO_LZ4_PAGE_KIND_H

#include <trueno/page.h>

#include "../memory_access.h"

#define LZ4_SAMPLE_BYTES 32
#define LZ4_SAMPLE_START 96
#define LZ4_SAMPLE_STEP 256

/* Of the words looked at, so many at most are repeated in all but bytes. */
#define LZ4_PAGE_MAX_REPEATED 40
/* In a page of words so many at least are small. */
#ifdef LZ4_HAS_BULK
#define LZ4_WORD_PAGE_MIN_SMALL 52
#else
#define LZ4_WORD_PAGE_MIN_SMALL 36
#endif
/* In other pages so many at least are small, or so many text. */
#define LZ4_OTHER_PAGE_MIN_SMALL 4
#define LZ4_OTHER_PAGE_MIN_TEXT 24

enum lz4_page_kind { LZ4_PAGE_WORDS, LZ4_PAGE_OTHER, LZ4_PAGE_BYTES };

/* How many of the 64 words looked at are of a kind; they can be of several. */
struct lz4_page_sample {
	/* The two upper bytes are zero. */
	unsigned int small;
	/* The same word is 32 bytes before. */
	unsigned int repeated;
	/* All bytes are from 0x20 to 0x7F. */
	unsigned int text;
};

static __always_inline struct lz4_page_sample
lz4_scalar_sample_page(const uint8_t *page)
{
	const uint64_t high_bits = 0x8080808080808080;
	const uint64_t blanks = 0x2020202020202020;
	struct lz4_page_sample sample = { 0, 0, 0 };
	size_t place, i;

	for (place = LZ4_SAMPLE_START; place < TRUENO_PAGE_SIZE;
	     place += LZ4_SAMPLE_STEP) {
		for (i = place; i < place + LZ4_SAMPLE_BYTES; i += 8) {
			uint64_t word = trueno_load64(page + i);
			uint64_t before =
				trueno_load64(page + i - LZ4_SAMPLE_BYTES);

			sample.small += word >> 48 == 0;
			sample.repeated += word == before;
			sample.text +=
				((word | (word - blanks)) & high_bits) == 0;
		}
	}
	return sample;
}

/*
 * Bytes where most words are repeated: such a page, most often of zeros, has so
 * few sequences that the search by bytes is through with it in less than half
 * of the time that the others take for any page. And bytes where there is
 * hardly a small word or text: most of these pages have next to no matches, and
 * the search by bytes skips over them.
 *
 * Words if most of them are small. Pointers and small numbers have upper bytes
 * of zero; text, floating point numbers and random bytes do not. With 44 small
 * words in place of 52, six workloads take as long to 0.5 % and come out as
 * large to 0.05 %, but others, of perl and gdb, 0.7 and 0.9 % larger; with 60
 * they take 1.05 times as long and come out 0.1 % smaller. Where there is no
 * search but that by bytes, fewer small words make a page of words: with 40 in
 * place of 36 the workloads take 1.006 times as long; with 32 0.995, but one
 * comes out 1.0095 times as large as with lz4.
 */
static __always_inline enum lz4_page_kind
lz4_page_kind(struct lz4_page_sample sample)
{
	if (sample.repeated > LZ4_PAGE_MAX_REPEATED)
		return LZ4_PAGE_BYTES;
	if (sample.small >= LZ4_WORD_PAGE_MIN_SMALL)
		return LZ4_PAGE_WORDS;
	if (sample.small < LZ4_OTHER_PAGE_MIN_SMALL &&
	    sample.text < LZ4_OTHER_PAGE_MIN_TEXT)
		return LZ4_PAGE_BYTES;
	return LZ4_PAGE_OTHER;
}

#endif /* TRUENO_LZ4_PAGE_KIND_H */
