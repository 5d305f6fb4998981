/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * FSE decoding tables (RFC 8878, 4.1.1).
 *
 * An entry holds all that a state says: the value its symbol stands for, the
 * extra bits that follow, and how to find the next state. Both counts of bits
 * are bytes at the low end, so that a sum of entries holds the sums of both.
 *
 * A page's tables have 32 to 64 states and are used some 200 times, so building
 * them counts. Without shares of less than one, which encoders write for long
 * inputs only, the order in which states are dealt out is a fixed permutation:
 * symbols are written in runs, and each state knows where in the runs to look.
 */
#ifndef TRUENO_ZSTD_FSE_DECODE_H
#define TRUENO_ZSTD_FSE_DECODE_H

#include "zstd_bitstream.h"
#include "zstd_format.h"

#define ZSTD_FSE_LOG_MAX TRUENO_ZSTD_LITERALS_LENGTH_LOG_MAX
/* The longest alphabet is that of match lengths. */
#define ZSTD_FSE_SYMBOLS (TRUENO_ZSTD_MATCH_LENGTH_CODE_MAX + 1)

/* Fields of an entry: bits of the next state, extra bits, base, value. */
#define ZSTD_ENTRY_EXTRA_SHIFT 8
#define ZSTD_ENTRY_BASE_SHIFT 16
#define ZSTD_ENTRY_VALUE_SHIFT 32
#define ZSTD_ENTRY(value, extra)					\
	((uint64_t)(uint32_t)(value) << ZSTD_ENTRY_VALUE_SHIFT |	\
	 (uint64_t)(extra) << ZSTD_ENTRY_EXTRA_SHIFT)

static __always_inline uint64_t zstd_entry_base(uint64_t entry)
{
	return (uint16_t)(entry >> ZSTD_ENTRY_BASE_SHIFT);
}

/* The same from memory, which takes fewer steps than from a register. */
static __always_inline uint64_t zstd_entry_base_at(const uint64_t *entry)
{
	return trueno_load16((const uint8_t *)entry +
			     ZSTD_ENTRY_BASE_SHIFT / 8);
}

static __always_inline uint32_t zstd_entry_value_at(const uint64_t *entry)
{
	return trueno_load32((const uint8_t *)entry +
			     ZSTD_ENTRY_VALUE_SHIFT / 8);
}

/* What is needed while a table is built. */
struct zstd_fse_scratch {
	unsigned int log;
	unsigned int count;
	bool has_small_shares;
	int16_t shares[ZSTD_FSE_SYMBOLS + 3];
	uint16_t next[ZSTD_FSE_SYMBOLS + 3];
	uint8_t symbols[(1 << ZSTD_FSE_LOG_MAX) + 8];
};

/* 8 bytes from @at, zeros behind @end. */
static __always_inline uint64_t zstd_load_ahead(const uint8_t *at,
						const uint8_t *end)
{
	uint64_t value = 0;
	unsigned int i;

	if (trueno_likely(end - at >= 8))
		return trueno_load64(at);
	for (i = 0; at < end; i += 8)
		value |= (uint64_t)*at++ << i;
	return value;
}

/*
 * Reads a table description; returns its end, or NULL. A share takes 10 bits
 * at most, and the run of zero shares behind it is read in steps of 2.
 */
static inline const uint8_t *
zstd_fse_read_shares(struct zstd_fse_scratch *scratch, const uint8_t *in,
		     const uint8_t *end, unsigned int log_max,
		     unsigned int symbol_max)
{
	uint64_t window = zstd_load_ahead(in, end);
	unsigned int used = 4, count = 0;
	int left;

	scratch->log = (window & 15) + TRUENO_ZSTD_FSE_LOG_MIN;
	if (scratch->log > log_max)
		return NULL;
	window >>= 4;
	scratch->has_small_shares = false;
	left = 1 << scratch->log;
	while (left > 0) {
		/* Values from 0 to left + 1; the low ones save a bit. */
		const unsigned int width = zstd_highest_bit(left + 1) + 1;
		const uint32_t half = 1u << (width - 1);
		const uint32_t spare = 2 * half - 2 - left;
		const uint32_t low = window & (half - 1);
		const bool is_long = low >= spare;
		int share;

		share = (int)low + (is_long && window & half ?
				    (int)(half - spare) : 0) - 1;
		window >>= width - 1 + is_long;
		used += width - 1 + is_long;
		if (trueno_unlikely(count > symbol_max))
			return NULL;
		scratch->shares[count++] = share;
		if (trueno_unlikely(share < 0)) {
			scratch->has_small_shares = true;
			share = 1;
		}
		left -= share;
		if (share == 0) {
			unsigned int repeat;

			do {
				repeat = window & 3;
				window >>= 2;
				used += 2;
				if (count + repeat > symbol_max + 1)
					return NULL;
				/* One store for all; the rest is overwritten. */
				scratch->shares[count] = 0;
				scratch->shares[count + 1] = 0;
				scratch->shares[count + 2] = 0;
				count += repeat;
				if (used > 40) {
					in += used / 8;
					used %= 8;
					if (in > end)
						return NULL;
					window = zstd_load_ahead(in, end) >> used;
				}
			} while (repeat == 3);
		}
		if (used > 40) {
			in += used / 8;
			used %= 8;
			if (in > end)
				return NULL;
			window = zstd_load_ahead(in, end) >> used;
		}
	}
	in += (used + 7) / 8;
	if (left < 0 || in > end)
		return NULL;
	scratch->count = count;
	return in;
}

/* Deals states out one by one; shares of less than one take the highest. */
static noinline void zstd_fse_spread_small(struct zstd_fse_scratch *scratch)
{
	const unsigned int size = 1u << scratch->log;
	const unsigned int step = (size >> 1) + (size >> 3) + 3;
	unsigned int high = size, position = 0, symbol;
	int i;

	for (symbol = 0; symbol < scratch->count; symbol++) {
		if (scratch->shares[symbol] < 0) {
			scratch->symbols[--high] = symbol;
			scratch->next[symbol] = 1;
		}
	}
	for (symbol = 0; symbol < scratch->count; symbol++) {
		for (i = 0; i < scratch->shares[symbol]; i++) {
			scratch->symbols[position] = symbol;
			do
				position = (position + step) & (size - 1);
			while (position >= high);
		}
	}
}

/* Writes the symbols in runs of their shares. */
static __always_inline void zstd_fse_spread(struct zstd_fse_scratch *scratch)
{
	uint64_t symbol_bytes = 0;
	unsigned int at = 0, symbol;

	for (symbol = 0; symbol < scratch->count; symbol++) {
		const unsigned int share = scratch->shares[symbol];
		unsigned int i = 0;

		do {
			trueno_store64(scratch->symbols + at + i, symbol_bytes);
			i += 8;
		} while (trueno_unlikely(i < share));
		at += share;
		symbol_bytes += 0x0101010101010101;
	}
}

/* By log: where in the runs the state after next looks, as a distance. */
static const uint16_t zstd_fse_run_step[ZSTD_FSE_LOG_MAX + 1] = {
	[5] = 7, [6] = 3, [7] = 91, [8] = 11, [9] = 363,
};

/* Builds a table of what @symbols say a symbol stands for. */
static inline void zstd_fse_build(struct zstd_fse_scratch *scratch,
				  const uint64_t *symbols, uint64_t *table)
{
	const unsigned int log = scratch->log;
	const unsigned int size = 1u << log;
	unsigned int run_step = zstd_fse_run_step[log];
	unsigned int at = 0, state;

	for (state = 0; state < scratch->count; state++)
		scratch->next[state] = scratch->shares[state];
	if (trueno_unlikely(scratch->has_small_shares)) {
		zstd_fse_spread_small(scratch);
		run_step = 1;
	} else {
		zstd_fse_spread(scratch);
	}
	for (state = 0; state < size; state++) {
		const unsigned int symbol = scratch->symbols[at];
		const unsigned int number = scratch->next[symbol]++;
		const unsigned int bits = log - zstd_highest_bit(number);
		const uint64_t base = ((uint64_t)number << bits) - size;

		table[state] = symbols[symbol] | bits |
			       base << ZSTD_ENTRY_BASE_SHIFT;
		at = (at + run_step) & (size - 1);
	}
}

#endif /* TRUENO_ZSTD_FSE_DECODE_H */
