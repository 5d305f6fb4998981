/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Huffman-coded literals (RFC 8878, 4.2).
 *
 * The table has an entry for every value of as many bits as the longest code
 * takes: the symbol, and in the low byte the length of its code, so that an
 * entry can be shifted by as it is. Symbols are sorted by weight first; then
 * the entries are written in rising order with stores that run past their
 * symbol's share, which the next symbol overwrites.
 */
#ifndef TRUENO_ZSTD_HUFFMAN_DECODE_H
#define TRUENO_ZSTD_HUFFMAN_DECODE_H

#include "zstd_fse_decode.h"

#define ZSTD_HUFFMAN_ENTRIES (1 << TRUENO_ZSTD_HUFFMAN_BITS_MAX)
#define ZSTD_HUFFMAN_SYMBOLS 256
#define ZSTD_WEIGHTS (TRUENO_ZSTD_WEIGHT_MAX + 1)
/* Symbols that one window holds for sure. */
#define ZSTD_HUFFMAN_STEP (ZSTD_WINDOW_BITS / TRUENO_ZSTD_HUFFMAN_BITS_MAX)

struct zstd_huffman_table {
	/* 0: there is none yet. */
	unsigned int log;
	uint16_t entries[ZSTD_HUFFMAN_ENTRIES + 4];
};

struct zstd_huffman_scratch {
	uint64_t weight_table[1 << TRUENO_ZSTD_WEIGHT_LOG_MAX];
	uint8_t weights[ZSTD_HUFFMAN_SYMBOLS + 8];
	uint8_t sorted[ZSTD_HUFFMAN_SYMBOLS];
	uint16_t next[16];
	struct zstd_fse_scratch fse;
};

/* A weight stands for itself. */
static const uint64_t zstd_weight_symbols[ZSTD_WEIGHTS] = {
	ZSTD_ENTRY(0, 0), ZSTD_ENTRY(1, 0), ZSTD_ENTRY(2, 0), ZSTD_ENTRY(3, 0),
	ZSTD_ENTRY(4, 0), ZSTD_ENTRY(5, 0), ZSTD_ENTRY(6, 0), ZSTD_ENTRY(7, 0),
	ZSTD_ENTRY(8, 0), ZSTD_ENTRY(9, 0), ZSTD_ENTRY(10, 0),
	ZSTD_ENTRY(11, 0),
};

/*
 * Weights coded by two states that take turns until the bits run out (4.2.1.2).
 * Returns how many, or -1.
 */
static inline int zstd_get_fse_weights(struct zstd_huffman_scratch *scratch,
				       const uint8_t *in, const uint8_t *end)
{
	const uint64_t *const table = scratch->weight_table;
	struct zstd_fse_scratch *fse = &scratch->fse;
	uint8_t *const weights = scratch->weights;
	unsigned int count = 0;
	uint64_t first, second;
	struct zstd_bits bits;

	in = zstd_fse_read_shares(fse, in, end, TRUENO_ZSTD_WEIGHT_LOG_MAX,
				  TRUENO_ZSTD_WEIGHT_MAX);
	if (!in || !zstd_open_bits(&bits, in, end))
		return -1;
	zstd_fse_build(fse, zstd_weight_symbols, scratch->weight_table);
	first = table[zstd_get_bits(&bits, fse->log)];
	second = table[zstd_get_bits(&bits, fse->log)];
	if (bits.left < 0)
		return -1;
	while (count < ZSTD_HUFFMAN_SYMBOLS - 2) {
		uint64_t window = zstd_window(&bits);
		unsigned int at = zstd_window_left(&bits);
		unsigned int pairs = 4;

		/* A weight takes WEIGHT_LOG_MAX bits at most. */
		do {
			const unsigned int first_bits = first & 0xFF;
			const unsigned int second_bits = second & 0xFF;

			weights[count] = first >> ZSTD_ENTRY_VALUE_SHIFT;
			weights[count + 1] = second >> ZSTD_ENTRY_VALUE_SHIFT;
			bits.left -= first_bits;
			if (bits.left < 0)
				return count + 2;
			at -= first_bits;
			first = table[zstd_entry_base(first) +
				      zstd_field(window, at, first_bits)];
			bits.left -= second_bits;
			if (bits.left < 0) {
				weights[count + 2] =
					first >> ZSTD_ENTRY_VALUE_SHIFT;
				return count + 3;
			}
			at -= second_bits;
			second = table[zstd_entry_base(second) +
				       zstd_field(window, at, second_bits)];
			count += 2;
		} while (--pairs > 0 && count < ZSTD_HUFFMAN_SYMBOLS - 2);
	}
	return -1;
}

static inline int zstd_get_weights(struct zstd_huffman_scratch *scratch,
				   const uint8_t **in, const uint8_t *end)
{
	uint8_t *const weights = scratch->weights;
	const uint8_t *at = *in;
	unsigned int header, count, i;

	if (at == end)
		return -1;
	header = *at++;
	if (header < TRUENO_ZSTD_DIRECT_WEIGHTS) {
		if (header > end - at)
			return -1;
		*in = at + header;
		return zstd_get_fse_weights(scratch, at, at + header);
	}
	count = header - TRUENO_ZSTD_DIRECT_WEIGHTS + 1;
	if ((count + 1) / 2 > end - at)
		return -1;
	for (i = 0; i < count; i += 2, at++) {
		weights[i] = *at >> 4;
		weights[i + 1] = *at & 0xF;
	}
	*in = at;
	return count;
}

/* Entries of one length of code, a power of two for each symbol. */
static __always_inline uint16_t *
zstd_huffman_fill(uint16_t *entries, const uint8_t *symbols, unsigned int count,
		  unsigned int share, unsigned int code_length)
{
	unsigned int i;

	for (; count > 0; count--, entries += share) {
		uint64_t entry = *symbols++ << 8 | code_length;

		entry *= 0x0001000100010001;
		for (i = 0; i < share; i += 4)
			trueno_store64(entries + i, entry);
	}
	return entries;
}

/* Reads a tree description; returns its end, or NULL. */
static inline const uint8_t *
zstd_get_huffman_table(struct zstd_huffman_table *table,
		       struct zstd_huffman_scratch *scratch, const uint8_t *in,
		       const uint8_t *end)
{
	const int explicit_count = zstd_get_weights(scratch, &in, end);
	uint8_t *const weights = scratch->weights;
	uint16_t counts[16] = {};
	unsigned int total = 0, from = 0, count, weight, i;
	uint16_t *entries = table->entries;

	table->log = 0;
	if (explicit_count < 0)
		return NULL;
	count = explicit_count;
	for (i = 0; i < count; i++)
		counts[weights[i]]++;
	for (weight = ZSTD_WEIGHTS; weight < 16; weight++)
		if (counts[weight])
			return NULL;
	for (weight = 1; weight < ZSTD_WEIGHTS; weight++)
		total += counts[weight] << (weight - 1);
	/* The last weight fills the total up to a power of two. */
	if (total == 0 || total >= ZSTD_HUFFMAN_ENTRIES)
		return NULL;
	table->log = zstd_highest_bit(total) + 1;
	total = (1u << table->log) - total;
	if (total & (total - 1))
		goto bad;
	weight = zstd_highest_bit(total) + 1;
	weights[count++] = weight;
	counts[weight]++;
	if (counts[1] == 0)
		goto bad;

	for (weight = 1; weight < ZSTD_WEIGHTS; weight++) {
		scratch->next[weight] = from;
		from += counts[weight];
	}
	scratch->next[0] = from;
	for (i = 0; i < count; i++)
		scratch->sorted[scratch->next[weights[i]]++] = i;

	from = 0;
	for (weight = 1; weight <= table->log; weight++) {
		const uint8_t *symbols = scratch->sorted + from;
		const unsigned int share = 1u << (weight - 1);

		entries = zstd_huffman_fill(entries, symbols, counts[weight],
					    share, table->log + 1 - weight);
		from += counts[weight];
	}
	return in;

bad:
	table->log = 0;
	return NULL;
}

/* One stream, or what the loop over four has left of it. */
static inline bool zstd_huffman_rest(const struct zstd_huffman_table *table,
				     struct zstd_bits *bits, uint8_t *to,
				     uint8_t *to_end)
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

/* One symbol of a stream; sums of the entries sum up the code lengths. */
#define ZSTD_HUFFMAN_SYMBOL(stream, i) do {				\
	const uint16_t entry = entries[window##stream >> shift];	\
									\
	window##stream <<= entry & 63;					\
	sum##stream += entry;						\
	to##stream[i] = entry >> 8;					\
} while (0)

#define ZSTD_HUFFMAN_SYMBOLS_OF_ALL(i) do {				\
	ZSTD_HUFFMAN_SYMBOL(0, i);					\
	ZSTD_HUFFMAN_SYMBOL(1, i);					\
	ZSTD_HUFFMAN_SYMBOL(2, i);					\
	ZSTD_HUFFMAN_SYMBOL(3, i);					\
} while (0)

#define ZSTD_HUFFMAN_WINDOW(stream)					\
	(zstd_window(&bits[stream]) << (8 - (bits[stream].left & 7)))

/* Four streams at a time, because each symbol waits for the one before. */
static noinline bool
zstd_huffman_streams(const struct zstd_huffman_table *table, const uint8_t *in,
		     const uint8_t *end, uint8_t *to, size_t count)
{
	const uint16_t *const entries = table->entries;
	const unsigned int shift = 64 - table->log;
	const size_t each = (count + 3) / 4;
	uint8_t *const to_end = to + count;
	uint8_t *to0 = to, *to1 = to + each, *to2 = to1 + each, *to3 = to2 + each;
	struct zstd_bits bits[4];
	const uint8_t *ends[4];
	unsigned int i;

	if (count < TRUENO_ZSTD_FOUR_STREAMS_MIN ||
	    end - in < TRUENO_ZSTD_JUMP_TABLE_SIZE)
		return false;
	ends[0] = in + TRUENO_ZSTD_JUMP_TABLE_SIZE;
	for (i = 0; i < 3; i++) {
		size_t size = trueno_load16(in + 2 * i);
		const uint8_t *start = ends[i];

		if (size > end - start)
			return false;
		ends[i + 1] = start + size;
		if (!zstd_open_bits(&bits[i], start, start + size))
			return false;
	}
	if (!zstd_open_bits(&bits[3], ends[3], end))
		return false;

	while (to_end - to3 >= ZSTD_HUFFMAN_STEP) {
		uint64_t window0 = ZSTD_HUFFMAN_WINDOW(0);
		uint64_t window1 = ZSTD_HUFFMAN_WINDOW(1);
		uint64_t window2 = ZSTD_HUFFMAN_WINDOW(2);
		uint64_t window3 = ZSTD_HUFFMAN_WINDOW(3);
		uint32_t sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;

		ZSTD_HUFFMAN_SYMBOLS_OF_ALL(0);
		ZSTD_HUFFMAN_SYMBOLS_OF_ALL(1);
		ZSTD_HUFFMAN_SYMBOLS_OF_ALL(2);
		ZSTD_HUFFMAN_SYMBOLS_OF_ALL(3);
		ZSTD_HUFFMAN_SYMBOLS_OF_ALL(4);
		to0 += ZSTD_HUFFMAN_STEP;
		to1 += ZSTD_HUFFMAN_STEP;
		to2 += ZSTD_HUFFMAN_STEP;
		to3 += ZSTD_HUFFMAN_STEP;
		bits[0].left -= sum0 & 0xFF;
		bits[1].left -= sum1 & 0xFF;
		bits[2].left -= sum2 & 0xFF;
		bits[3].left -= sum3 & 0xFF;
		if ((bits[0].left | bits[1].left | bits[2].left |
		     bits[3].left) < 0)
			return false;
	}
	return zstd_huffman_rest(table, &bits[0], to0, to + each) &&
	       zstd_huffman_rest(table, &bits[1], to1, to + 2 * each) &&
	       zstd_huffman_rest(table, &bits[2], to2, to + 3 * each) &&
	       zstd_huffman_rest(table, &bits[3], to3, to_end);
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
