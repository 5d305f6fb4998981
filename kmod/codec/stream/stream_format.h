/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * How a stream of bytes whose number is known is coded. A stream of fewer than
 * 16 bytes is the bytes. Any other is a mode byte, then
 *
 *   0        the bytes
 *   1 to 63  a dictionary of so many bytes, d; the codes; the escapes
 *   64       one byte: the stream is copies of it
 *
 * A code has as many bits as d needs to be written down. Code k below d is the
 * dictionary's byte k, every greater code is the next escape. Codes are packed
 * from the lowest bit of the first byte on; what is left of the last byte means
 * nothing.
 *
 * Fixed width is what vector code wants: the bits of 8 codes are w whole bytes,
 * spread by one instruction and looked up 32 at a time. An entropy coder would
 * save a few percent more and take several times as long.
 */
#ifndef TRUENO_STREAM_FORMAT_H
#define TRUENO_STREAM_FORMAT_H

#include "../memory_access.h"

enum stream_mode {
	STREAM_RAW = 0,
	STREAM_MAX_DICTIONARY = 63,
	STREAM_CONSTANT = 64,
};

#define STREAM_MAX_WIDTH 6

/* Shorter streams have no mode byte: a dictionary would cost what it saves. */
#define STREAM_MIN_CODED 16

/*
 * A decoder reads so many bytes at most behind a coded stream of @count bytes,
 * and writes so many behind the bytes it restores.
 */
#define STREAM_READ_SLACK(count) ((count) + 64)
#define STREAM_WRITE_SLACK 64

/* Bits of a code with a dictionary of @size bytes. */
static __always_inline unsigned int stream_width(unsigned int size)
{
	return 32 - __builtin_clz(size);
}

#endif /* TRUENO_STREAM_FORMAT_H */
