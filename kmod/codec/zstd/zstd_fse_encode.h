/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Finite state entropy, the encoder's side (RFC 8878 section 4.1): counts become
 * shares of 2^log states, the shares are described in a few bytes, and a table
 * leads from a state and a symbol to the next state.
 *
 * States are counted from 2^log. A symbol with a share of f is entered by giving
 * off low bits of the state until the rest is in f to 2f; whether that takes one
 * bit more or less depends on the state. @bit_count is such that its sum with
 * the state has the number of bits in the upper half word.
 *
 * Tables of a page are small, and made from counts that nobody could guess. So
 * nothing here branches on a count, and no loop is as long as a share.
 */
#ifndef TRUENO_ZSTD_FSE_ENCODE_H
#define TRUENO_ZSTD_FSE_ENCODE_H

#include "../branchless.h"
#include "zstd_encoder.h"

struct zstd_fse_table {
	const struct zstd_fse_symbol *symbols;
	const uint16_t *states;
};

/*
 * Scales @counts of @symbol_count symbols, which sum up to @total, to shares
 * that sum up to 1 << log. No count but 0 gets a share of 0; there must be room
 * for a share of one each.
 */
static __always_inline void
zstd_fse_scale(const uint16_t *counts, unsigned int symbol_count,
	       uint32_t total, unsigned int log, uint16_t *shares)
{
	const uint32_t scale = (1u << 30) / total;
	const uint32_t half = 1u << (29 - log);
	uint64_t largest = 0, largest_share = 0;
	int32_t rest = 1 << log;
	unsigned int s;

	for (s = 0; s < symbol_count; s++) {
		uint32_t share = (counts[s] * scale + half) >> (30 - log);

		share += (share == 0) & (counts[s] != 0);
		shares[s] = share;
		rest -= share;
		trueno_select_if_less(largest_share, share, &largest_share,
				      share, &largest, s);
	}
	if (trueno_likely(-rest < (int32_t)largest_share / 4)) {
		shares[largest] += rest;
		return;
	}
	/* Too many symbols were rounded up: those with more than one give. */
	while (rest < 0) {
		for (s = 0; s < symbol_count && rest < 0; s++) {
			int32_t share = shares[s];
			int32_t given = share / 4 + (share == 2 || share == 3);

			if (given > -rest)
				given = -rest;
			shares[s] -= given;
			rest += given;
		}
	}
}

/*
 * Puts a share if @is_put. It is told from 0 to @left + 1 in the fewest bits
 * that do, less one if it is among the least of these values.
 */
static __always_inline void zstd_put_share(struct zstd_bit_writer *writer,
					   uint32_t share, uint32_t left,
					   bool is_put)
{
	unsigned int bits = zstd_highest_bit(left + 1);
	uint32_t least = (2u << bits) - 2 - left;
	uint32_t value = share + 1;
	uint32_t mask = -(uint32_t)is_put;

	bits += value >= least;
	value += least & -(uint32_t)(value >> (bits - 1) != 0 && value >= least);
	zstd_put_bits(writer, value & mask, bits & mask);
}

/*
 * Describes the shares (RFC 8878 section 4.1.1). Return: the end of the
 * description, NULL if there is no room.
 */
static noinline uint8_t *
zstd_fse_put_shares(uint8_t *out, uint8_t *out_end, const uint16_t *shares,
		    unsigned int symbol_count, unsigned int log)
{
	struct zstd_bit_writer writer = { .out = out, .out_end = out_end };
	uint32_t left = 1 << log;
	uint64_t present = 0;
	unsigned int s;

	for (s = 0; s < symbol_count; s++)
		present |= (uint64_t)(shares[s] != 0) << s;

	zstd_put_bits(&writer, log - TRUENO_ZSTD_FSE_LOG_MIN, 4);
	for (s = 0; left > 0; s++) {
		/* Of absent symbols the first is put, then how many follow it. */
		unsigned int absent = trueno_trailing_zeros(present >> s);
		unsigned int more = absent - (absent != 0);
		unsigned int threes = 2 * (more / 3);

		zstd_put_share(&writer, 0, left, absent != 0);
		zstd_put_bits(&writer,
			      ((1ull << threes) - 1) |
				      (uint64_t)(more % 3) << threes,
			      absent ? threes + 2 : 0);
		zstd_flush_bits(&writer);
		s += absent;
		zstd_put_share(&writer, shares[s], left, true);
		zstd_flush_bits(&writer);
		left -= shares[s];
	}
	return zstd_finish_bits(&writer);
}

/*
 * Makes the table of a distribution. The format deals out the states of one
 * symbol after the other by a step; going through the states in order, the
 * inverse of the step modulo the table's size says whose turn it is.
 */
static __always_inline void
zstd_fse_make_table(struct zstd_fse_memory *table, const uint16_t *shares,
		    unsigned int symbol_count, unsigned int log)
{
	static const uint16_t inverse_steps[] = { 7, 3, 91, 11, 363 };
	const unsigned int inverse = inverse_steps[log - TRUENO_ZSTD_FSE_LOG_MIN];
	const unsigned int size = 1 << log;
	uint8_t *const owners = table->owners;
	unsigned int start = 0, s, i;

	for (s = 0; s < symbol_count; s++) {
		struct zstd_fse_symbol *symbol = &table->symbols[s];
		const uint64_t eight = s * 0x0101010101010101ull;
		unsigned int share = shares[s];
		unsigned int bits =
			log - zstd_highest_bit((share - (share > 1)) | 1);

		table->next[s] = start;
		symbol->bit_count = (bits << 16) - (share << bits);
		symbol->next_states = (int32_t)(start - share);
		trueno_store64(owners + start, eight);
		for (i = 8; trueno_unlikely(i < share); i += 8)
			trueno_store64(owners + start + i, eight);
		start += share;
	}
	for (i = 0; i < size; i++) {
		unsigned int owner = owners[i * inverse & (size - 1)];

		table->states[table->next[owner]++] = size + i;
	}
}

/* A table of one symbol, which takes no bits. */
static __always_inline void zstd_fse_make_rle_table(struct zstd_fse_memory *table,
						    unsigned int symbol)
{
	table->symbols[symbol].bit_count = 0;
	table->symbols[symbol].next_states = -1;
	table->states[0] = 1;
}

/* The state that the last symbol leaves: the first of those it owns. */
static __always_inline uint32_t
zstd_fse_first_state(const struct zstd_fse_table *table, unsigned int symbol)
{
	const struct zstd_fse_symbol *entry = &table->symbols[symbol];
	unsigned int bits = (entry->bit_count + 0xffff) >> 16;
	uint32_t share = ((bits << 16) - entry->bit_count) >> bits;

	/* In a table of one symbol there is no telling the share by bits. */
	share += entry->bit_count == 0;
	return table->states[entry->next_states + (int32_t)share];
}

static __always_inline uint32_t
zstd_fse_encode(struct zstd_bit_writer *writer,
		const struct zstd_fse_table *table, uint32_t state,
		unsigned int symbol)
{
	const struct zstd_fse_symbol *entry = &table->symbols[symbol];
	unsigned int bits = (state + entry->bit_count) >> 16;

	zstd_put_bits(writer, state & ((1u << bits) - 1), bits);
	return table->states[(int32_t)(state >> bits) + entry->next_states];
}

/* Puts the state that the decoder starts from. */
static __always_inline void zstd_fse_put_state(struct zstd_bit_writer *writer,
					       uint32_t state, unsigned int log)
{
	zstd_put_bits(writer, state & ((1u << log) - 1), log);
}

#endif /* TRUENO_ZSTD_FSE_ENCODE_H */
