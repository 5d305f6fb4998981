/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Huffman decoding tables (RFC 8878, 4.2.1).
 *
 * The table has an entry for every value of as many bits as the longest code
 * takes: the symbol, and in the low byte the length of its code, so that an
 * entry can be shifted by as it is. Symbols are sorted by weight first; then
 * the entries are written in rising order with stores that run past a symbol's
 * share, which the next symbol overwrites.
 */
#ifndef TRUENO_ZSTD_HUFFMAN_TABLE_H
#define TRUENO_ZSTD_HUFFMAN_TABLE_H

#include "zstd_fse_decode.h"

#define ZSTD_HUFFMAN_ENTRIES (1 << TRUENO_ZSTD_HUFFMAN_BITS_MAX)
#define ZSTD_HUFFMAN_SYMBOLS 256
#define ZSTD_WEIGHTS (TRUENO_ZSTD_WEIGHT_MAX + 1)

struct zstd_huffman_table {
	/* 0: there is none yet. */
	unsigned int log;
	uint16_t entries[ZSTD_HUFFMAN_ENTRIES + 4];
};

struct zstd_huffman_scratch {
	uint64_t weight_table[1 << TRUENO_ZSTD_WEIGHT_LOG_MAX];
	/* The symbols of each weight, and how many; 15 is the most 4 bits say. */
	uint16_t counts[16];
	uint8_t symbols[16][ZSTD_HUFFMAN_SYMBOLS];
	struct zstd_fse_scratch fse;
};

static __always_inline void
zstd_put_weight(struct zstd_huffman_scratch *scratch, unsigned int weight,
		unsigned int symbol)
{
	scratch->symbols[weight][scratch->counts[weight]++] = symbol;
}

/* A weight stands for itself. */
static const uint64_t zstd_weight_symbols[ZSTD_WEIGHTS] = {
	ZSTD_ENTRY(0, 0), ZSTD_ENTRY(1, 0), ZSTD_ENTRY(2, 0), ZSTD_ENTRY(3, 0),
	ZSTD_ENTRY(4, 0), ZSTD_ENTRY(5, 0), ZSTD_ENTRY(6, 0), ZSTD_ENTRY(7, 0),
	ZSTD_ENTRY(8, 0), ZSTD_ENTRY(9, 0), ZSTD_ENTRY(10, 0),
	ZSTD_ENTRY(11, 0),
};

/* Bits that two weights take at most. */
#define ZSTD_WEIGHT_PAIR_BITS (2 * TRUENO_ZSTD_WEIGHT_LOG_MAX)

/* The entry that follows @entry, by bits from the top of @window. */
static __always_inline uint64_t
zstd_next_weight(const uint64_t *table, uint64_t entry, uint64_t *window)
{
	const uint64_t field = *window >> 1 >> (63 - (entry & 63));

	*window <<= entry & 63;
	return table[zstd_entry_base(entry) + field];
}

/*
 * Weights coded by two states that take turns until the bits run out (4.2.1.2).
 * Each waits for the one before; sorting them by the way costs no time. Returns
 * how many, or -1.
 */
static inline int zstd_get_fse_weights(struct zstd_huffman_scratch *scratch,
				       const uint8_t *in, const uint8_t *end)
{
	const uint64_t *const table = scratch->weight_table;
	struct zstd_fse_scratch *fse = &scratch->fse;
	unsigned int count = 0, turn = 0;
	struct zstd_bits bits;
	uint64_t entries[2];

	in = zstd_fse_read_shares(fse, in, end, TRUENO_ZSTD_WEIGHT_LOG_MAX,
				  TRUENO_ZSTD_WEIGHT_MAX);
	if (!in || !zstd_open_bits(&bits, in, end))
		return -1;
	zstd_fse_build(fse, zstd_weight_symbols, scratch->weight_table);
	entries[0] = table[zstd_get_bits(&bits, fse->log)];
	entries[1] = table[zstd_get_bits(&bits, fse->log)];
	while (bits.left >= 4 * ZSTD_WEIGHT_PAIR_BITS &&
	       count <= ZSTD_HUFFMAN_SYMBOLS - 2 - 8) {
		uint64_t window = zstd_window(&bits) << (8 - (bits.left & 7));
		uint64_t first = entries[0], second = entries[1];
		unsigned int pairs;

		window |= 1;
		for (pairs = 0; pairs < 4; pairs++) {
			zstd_put_weight(scratch, first >> ZSTD_ENTRY_VALUE_SHIFT,
					count++);
			zstd_put_weight(scratch, second >> ZSTD_ENTRY_VALUE_SHIFT,
					count++);
			first = zstd_next_weight(table, first, &window);
			second = zstd_next_weight(table, second, &window);
		}
		bits.left -= __builtin_ctzll(window);
		entries[0] = first;
		entries[1] = second;
	}
	if (bits.left < 0)
		return -1;
	/* One weight is implied, so the other state's last must fit, too. */
	while (count < ZSTD_HUFFMAN_SYMBOLS - 2) {
		const uint64_t entry = entries[turn];
		const unsigned int length = entry & 0xFF;

		zstd_put_weight(scratch, entry >> ZSTD_ENTRY_VALUE_SHIFT,
				count++);
		entries[turn] = table[zstd_entry_base(entry) +
				      zstd_get_bits(&bits, length)];
		turn = !turn;
		if (bits.left < 0) {
			zstd_put_weight(scratch, entries[turn] >>
					ZSTD_ENTRY_VALUE_SHIFT, count++);
			return count;
		}
	}
	return -1;
}

static inline int zstd_get_weights(struct zstd_huffman_scratch *scratch,
				   const uint8_t **in, const uint8_t *end)
{
	const uint8_t *at = *in;
	unsigned int header, count, i;

	__builtin_memset(scratch->counts, 0, sizeof(scratch->counts));
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
	for (i = 0; i < count; i++)
		zstd_put_weight(scratch, at[i / 2] >> (i % 2 ? 0 : 4) & 0xF, i);
	*in = at + (count + 1) / 2;
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
static noinline const uint8_t *
zstd_get_huffman_table(struct zstd_huffman_table *table,
		       struct zstd_huffman_scratch *scratch, const uint8_t *in,
		       const uint8_t *end)
{
	const int count = zstd_get_weights(scratch, &in, end);
	const uint16_t *const counts = scratch->counts;
	unsigned int total = 0, log, last, weight;
	uint16_t *entries = table->entries;

	table->log = 0;
	if (count < 0)
		return NULL;
	for (weight = ZSTD_WEIGHTS; weight < 16; weight++)
		if (counts[weight])
			return NULL;
	for (weight = 1; weight < ZSTD_WEIGHTS; weight++)
		total += counts[weight] << (weight - 1);
	/* The last weight fills the total up to a power of two. */
	if (total == 0 || total >= ZSTD_HUFFMAN_ENTRIES)
		return NULL;
	log = zstd_highest_bit(total) + 1;
	last = (1u << log) - total;
	if (last & (last - 1))
		return NULL;
	zstd_put_weight(scratch, zstd_highest_bit(last) + 1, count);
	if (counts[1] == 0)
		return NULL;
	for (weight = 1; weight <= log; weight++)
		entries = zstd_huffman_fill(entries, scratch->symbols[weight],
					    counts[weight], 1u << (weight - 1),
					    log + 1 - weight);
	table->log = log;
	return in;
}

#endif /* TRUENO_ZSTD_HUFFMAN_TABLE_H */
