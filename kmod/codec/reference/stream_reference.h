/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Coded streams and LZ streams, read one symbol at a time in the words of their
 * descriptions: stream/stream_format.h and auto/lz_streams_format.h.
 */
#ifndef TRUENO_STREAM_REFERENCE_H
#define TRUENO_STREAM_REFERENCE_H

#include <trueno/types.h>

/* The part of an input that is not read yet. */
struct stream_input {
	const uint8_t *at;
	const uint8_t *end;
};

/* Restores @count symbols; false if the input holds no such stream. */
bool trueno_stream_reference_get(struct stream_input *in, uint8_t *symbols,
				 size_t count);

/* As the decompress of <trueno/codec.h>, for a page taken apart. */
int trueno_lz_streams_reference(const uint8_t *src, size_t src_len,
				uint8_t *dst, size_t *dst_len, void *workmem);

#endif /* TRUENO_STREAM_REFERENCE_H */
