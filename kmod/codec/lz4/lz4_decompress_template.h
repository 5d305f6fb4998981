/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The LZ4 decoder, instantiated once per instruction set.
 *
 * Most sequences are short: their literals and their match fit in 16 bytes
 * each. Such a sequence is copied with fixed-size stores that may run past its
 * end, where both buffers still hold 16 bytes or more from here; everything
 * else takes the exact path.
 *
 * What is answered to a bad block is fixed by reference/lz4_reference.c.
 */
#ifndef TRUENO_LZ4_DECOMPRESS_TEMPLATE_H
#define TRUENO_LZ4_DECOMPRESS_TEMPLATE_H

#include "lz4_format.h"

#define LZ4_SHORT_COPY 16

static __always_inline void lz4_copy_short(uint8_t *to, const uint8_t *from)
{
	trueno_copy8(to, from);
	trueno_copy8(to + 8, from + 8);
}

/* Adds the bytes that follow a full nibble; NULL if the input ends first. */
static __always_inline const uint8_t *
lz4_get_count(const uint8_t *in, const uint8_t *in_end, size_t *count)
{
	uint8_t byte;

	do {
		if (in == in_end)
			return NULL;
		byte = *in++;
		*count += byte;
	} while (byte == TRUENO_LZ4_LENGTH_BYTE_MAX);
	return in;
}

static __always_inline void
lz4_copy_match(uint8_t *out, size_t offset, size_t length, size_t room)
{
	const uint8_t *from = out - offset;

	if (offset >= 8 && room >= length + 8) {
		uint8_t *end = out + length;

		do {
			trueno_copy8(out, from);
			out += 8;
			from += 8;
		} while (out < end);
		return;
	}
	while (length-- > 0)
		*out++ = *from++;
}

static __always_inline int
lz4_decompress(const void *src, size_t src_len, void *dst, size_t *dst_len)
{
	const uint8_t *in = src;
	const uint8_t *const in_end = in + src_len;
	uint8_t *const out_start = dst;
	uint8_t *out = dst;
	uint8_t *const out_end = out + *dst_len;

	while (in < in_end) {
		uint32_t token = *in++;
		size_t literals = token >> 4;
		size_t match = token & 0xF;
		size_t offset;

		if (literals == TRUENO_LZ4_NIBBLE_MAX) {
			in = lz4_get_count(in, in_end, &literals);
			if (!in)
				return -EINVAL;
		}
		if (literals <= LZ4_SHORT_COPY &&
		    in_end - in >= LZ4_SHORT_COPY &&
		    out_end - out >= LZ4_SHORT_COPY) {
			lz4_copy_short(out, in);
		} else {
			if (literals > (size_t)(in_end - in))
				return -EINVAL;
			if (literals > (size_t)(out_end - out))
				return -ENOSPC;
			if (literals)
				__builtin_memcpy(out, in, literals);
		}
		in += literals;
		out += literals;
		if (in == in_end) {
			*dst_len = out - out_start;
			return 0;
		}

		if (in_end - in < 2)
			return -EINVAL;
		offset = trueno_load16(in);
		in += 2;
		if (offset == 0 || offset > (size_t)(out - out_start))
			return -EINVAL;
		if (match == TRUENO_LZ4_NIBBLE_MAX) {
			in = lz4_get_count(in, in_end, &match);
			if (!in)
				return -EINVAL;
		}
		match += TRUENO_LZ4_MIN_MATCH;
		if (match > (size_t)(out_end - out))
			return -ENOSPC;
		lz4_copy_match(out, offset, match, out_end - out);
		out += match;
	}
	return -EINVAL;
}

#endif /* TRUENO_LZ4_DECOMPRESS_TEMPLATE_H */
