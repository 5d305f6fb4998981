/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Bitstreams that are read backward (RFC 8878, 4.1), as a start and a count of
 * bits left: no buffer is kept, each step loads the 8 bytes that hold the next
 * bits. In front of a stream of any frame are its headers, 8 bytes at least, so
 * that the load may begin before the stream; what is read there is wrong, and
 * the count tells.
 */
#ifndef TRUENO_ZSTD_BITSTREAM_H
#define TRUENO_ZSTD_BITSTREAM_H

#include "../memory_access.h"

struct zstd_bits {
	const uint8_t *start;
	/* Bits not yet read; negative when more were read than there are. */
	int64_t left;
};

/* Bits that one load holds at least. */
#define ZSTD_WINDOW_BITS 56

static __always_inline unsigned int zstd_highest_bit(uint64_t value)
{
	return 63 - __builtin_clzll(value);
}

/* The lowest bits of @value; only the low byte of @count counts, 63 at most. */
static __always_inline uint64_t zstd_low_bits(uint64_t value, uint64_t count)
{
#ifdef __BMI2__
	return __builtin_ia32_bzhi_di(value, count);
#else
	return value & ((1ull << (count & 63)) - 1);
#endif
}

/* The highest bit set in the last byte is a mark, not content. */
static __always_inline bool zstd_open_bits(struct zstd_bits *bits,
					   const uint8_t *start,
					   const uint8_t *end)
{
	if (start >= end || end[-1] == 0)
		return false;
	bits->start = start;
	bits->left = 8 * (int64_t)(end - start - 1) + zstd_highest_bit(end[-1]);
	return true;
}

/* The 8 bytes whose lowest 56 + left % 8 bits are next, the highest first. */
static __always_inline uint64_t zstd_window(const struct zstd_bits *bits)
{
	return trueno_load64(bits->start + (bits->left >> 3) - 7);
}

static __always_inline unsigned int zstd_window_left(const struct zstd_bits *bits)
{
	return ZSTD_WINDOW_BITS + (bits->left & 7);
}

/* @count bits of @window above bit @at; only the low byte of @count counts. */
static __always_inline uint64_t zstd_field(uint64_t window, unsigned int at,
					   uint64_t count)
{
	return zstd_low_bits(window >> (at & 63), count);
}

/* For where speed does not matter: @count is 32 at most. */
static inline uint64_t zstd_get_bits(struct zstd_bits *bits, unsigned int count)
{
	uint64_t value = 0;

	if (bits->left >= 0)
		value = zstd_field(zstd_window(bits),
				   zstd_window_left(bits) - count, count);
	bits->left -= count;
	return value;
}

#endif /* TRUENO_ZSTD_BITSTREAM_H */
