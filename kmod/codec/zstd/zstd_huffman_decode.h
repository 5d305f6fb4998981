/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Huffman-coded literals (RFC 8878, 4.2.2).
 */
#ifndef TRUENO_ZSTD_HUFFMAN_DECODE_H
#define TRUENO_ZSTD_HUFFMAN_DECODE_H

#include "zstd_huffman_table.h"

/* Symbols that one window holds for sure. */
#define ZSTD_HUFFMAN_STEP (ZSTD_WINDOW_BITS / TRUENO_ZSTD_HUFFMAN_BITS_MAX)

/* One stream, or what the loop over four has left of it. */
static inline bool zstd_huffman_rest(const struct zstd_huffman_table *table,
				     struct zstd_bits *bits, uint8_t *to,
				     const uint8_t *to_end)
{
	const unsigned int shift = 64 - table->log;

	while (to < to_end && bits->left >= 0) {
		uint64_t window = zstd_window(bits) << (8 - (bits->left & 7));
		unsigned int i;

		for (i = 0; i < ZSTD_HUFFMAN_STEP && to < to_end; i++) {
			uint16_t entry = table->entries[window >> shift];

			window <<= entry & 63;
			bits->left -= entry & 0xFF;
			*to++ = entry >> 8;
		}
	}
	return to == to_end && bits->left == 0;
}

/*
 * One symbol. Shifts bring zeros in, behind a one that was put below the
 * stream's bits: its place tells how many bits were taken.
 */
static __always_inline void
zstd_huffman_symbol(const uint16_t *entries, unsigned int shift,
		    uint64_t *window, uint8_t *to)
{
	const unsigned int entry = entries[*window >> shift];

	*window <<= entry & 63;
	*to = entry >> 8;
}

static __always_inline uint64_t
zstd_huffman_window(const struct zstd_bits *bits)
{
	return zstd_window(bits) << (8 - (bits->left & 7)) | 1;
}

/* Four streams at a time, because each symbol waits for the one before. */
static noinline bool
zstd_huffman_streams(const struct zstd_huffman_table *table, const uint8_t *in,
		     const uint8_t *end, uint8_t *to, size_t count)
{
	const uint16_t *const entries = table->entries;
	const unsigned int shift = 64 - table->log;
	const size_t each = (count + 3) / 4;
	const uint8_t *const start = to;
	const uint8_t *const to_end = to + count;
	struct zstd_bits bits[4];
	const uint8_t *ends[4];
	unsigned int i;

	if (count < TRUENO_ZSTD_FOUR_STREAMS_MIN ||
	    end - in < TRUENO_ZSTD_JUMP_TABLE_SIZE)
		return false;
	ends[0] = in + TRUENO_ZSTD_JUMP_TABLE_SIZE;
	for (i = 0; i < 3; i++) {
		size_t size = trueno_load16(in + 2 * i);
		const uint8_t *in_at = ends[i];

		if (size > end - in_at)
			return false;
		ends[i + 1] = in_at + size;
		if (!zstd_open_bits(&bits[i], in_at, in_at + size))
			return false;
	}
	if (!zstd_open_bits(&bits[3], ends[3], end))
		return false;

	while (to_end - to - 3 * each >= ZSTD_HUFFMAN_STEP) {
		uint64_t window0 = zstd_huffman_window(&bits[0]);
		uint64_t window1 = zstd_huffman_window(&bits[1]);
		uint64_t window2 = zstd_huffman_window(&bits[2]);
		uint64_t window3 = zstd_huffman_window(&bits[3]);

		for (i = 0; i < ZSTD_HUFFMAN_STEP; i++, to++) {
			zstd_huffman_symbol(entries, shift, &window0, to);
			zstd_huffman_symbol(entries, shift, &window1, to + each);
			zstd_huffman_symbol(entries, shift, &window2,
					    to + 2 * each);
			zstd_huffman_symbol(entries, shift, &window3,
					    to + 3 * each);
		}
		bits[0].left -= __builtin_ctzll(window0);
		bits[1].left -= __builtin_ctzll(window1);
		bits[2].left -= __builtin_ctzll(window2);
		bits[3].left -= __builtin_ctzll(window3);
		if ((bits[0].left | bits[1].left | bits[2].left |
		     bits[3].left) < 0)
			return false;
	}
	for (i = 0; i < 4; i++) {
		const uint8_t *stream_end = to_end;

		if (i < 3)
			stream_end = start + (i + 1) * each;
		if (!zstd_huffman_rest(table, &bits[i], to + i * each,
				       stream_end))
			return false;
	}
	return true;
}

static inline bool zstd_huffman_stream(const struct zstd_huffman_table *table,
				       const uint8_t *in, const uint8_t *end,
				       uint8_t *to, size_t count)
{
	struct zstd_bits bits;

	return zstd_open_bits(&bits, in, end) &&
	       zstd_huffman_rest(table, &bits, to, to + count);
}

#endif /* TRUENO_ZSTD_HUFFMAN_DECODE_H */
