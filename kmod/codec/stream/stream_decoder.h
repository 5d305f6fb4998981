/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The decoder of coded streams. It reads past the end of a bad stream, within
 * STREAM_READ_SLACK, and tells afterwards that it did.
 *
 * The including file provides stream_unpack() of stream_scalar.h, or a faster
 * one.
 */
#ifndef TRUENO_STREAM_DECODER_H
#define TRUENO_STREAM_DECODER_H

#include "stream_format.h"

/*
 * Restores @count bytes from the coded stream at @in. STREAM_READ_SLACK(@count)
 * bytes behind @in_end may be read, STREAM_WRITE_SLACK bytes behind the restored
 * ones be written. Return: the end of the coded stream; NULL if it is none, or
 * if it does not end by @in_end.
 */
static noinline const uint8_t *
stream_get(const uint8_t *in, const uint8_t *in_end, uint8_t *symbols,
	   size_t count)
{
	const uint8_t *codes;
	unsigned int mode;

	if (count < STREAM_MIN_CODED) {
		trueno_copy8(symbols, in);
		trueno_copy8(symbols + 8, in + 8);
		in += count;
		return in <= in_end ? in : NULL;
	}
	if (in == in_end)
		return NULL;
	mode = *in++;
	if (mode == STREAM_RAW) {
		if (count > (size_t)(in_end - in))
			return NULL;
		__builtin_memcpy(symbols, in, count);
		return in + count;
	}
	if (mode == STREAM_CONSTANT) {
		if (in == in_end)
			return NULL;
		__builtin_memset(symbols, *in, count);
		return in + 1;
	}
	if (mode > STREAM_MAX_DICTIONARY)
		return NULL;
	codes = in + mode;
	in = codes + (count * stream_width(mode) + 7) / 8;
	if (in > in_end)
		return NULL;
	in = stream_unpack(codes, in, codes - mode, mode, symbols, count);
	return in <= in_end ? in : NULL;
}

#endif /* TRUENO_STREAM_DECODER_H */
