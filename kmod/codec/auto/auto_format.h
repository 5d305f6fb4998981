/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A trueno-auto stream is one tag byte and then the content in the format that
 * the tag names. All profiles write and read this one format.
 */
#ifndef TRUENO_AUTO_FORMAT_H
#define TRUENO_AUTO_FORMAT_H

#include <trueno/codec.h>

/* Values of the tag byte; a decoder refuses every other. */
enum auto_tag {
	/* The content itself. */
	AUTO_TAG_RAW = 0,
	/* What trueno-lz4, trueno-word and trueno-zstd write. */
	AUTO_TAG_LZ4 = 1,
	AUTO_TAG_WORD = 2,
	AUTO_TAG_ZSTD = 3,
	/* lz_streams_format.h */
	AUTO_TAG_LZ_STREAMS = 4,
	AUTO_TAGS
};

/* What a model may choose: a way of making a stream of one of the tags. */
enum auto_choice {
	AUTO_RAW,
	AUTO_LZ4,
	AUTO_LZ_STREAMS,
	AUTO_WORD,
	AUTO_CODED_WORD,
};

#define AUTO_TAG_SIZE 1

/* Enough for whichever codec runs. */
#define AUTO_WORKMEM_SIZE TRUENO_WORKMEM_MAX

/* Content that does not shrink is stored raw. */
static __always_inline size_t auto_bound(size_t src_len)
{
	return src_len + AUTO_TAG_SIZE;
}

#endif /* TRUENO_AUTO_FORMAT_H */
