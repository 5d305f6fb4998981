/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Bitstreams, FSE and Huffman decoding for the reference, after section 4 of
 * RFC 8878.
 */
#ifndef TRUENO_ZSTD_REFERENCE_ENTROPY_H
#define TRUENO_ZSTD_REFERENCE_ENTROPY_H

#include "../zstd/zstd_format.h"

struct input {
	const uint8_t *at;
	const uint8_t *end;
};

static size_t bytes_left(const struct input *in)
{
	return in->end - in->at;
}

static bool get_number(struct input *in, unsigned int bytes, uint64_t *number)
{
	unsigned int i;

	if (bytes_left(in) < bytes)
		return false;
	*number = 0;
	for (i = 0; i < bytes; i++)
		*number |= (uint64_t)in->at[i] << (8 * i);
	in->at += bytes;
	return true;
}

/* Splits the next @size bytes off. */
static bool get_part(struct input *in, uint64_t size, struct input *part)
{
	if (size > bytes_left(in))
		return false;
	part->at = in->at;
	part->end = in->at + size;
	in->at += size;
	return true;
}

/* --- bitstreams that are read backward (4.1) ---------------------------- */

struct bits {
	const uint8_t *start;
	/* Bits not yet read; negative behind the end. */
	int64_t left;
};

static unsigned int highest_bit(uint32_t value)
{
	unsigned int bit = 0;

	while (value >>= 1)
		bit++;
	return bit;
}

/* The highest bit set in the last byte is a mark, not content. */
static bool open_bits(struct bits *bits, const struct input *in)
{
	if (bytes_left(in) == 0 || in->end[-1] == 0)
		return false;
	bits->start = in->at;
	bits->left = 8 * (int64_t)(bytes_left(in) - 1) +
		     highest_bit(in->end[-1]);
	return true;
}

/* Bits before the start are zero. */
static uint64_t get_bits(struct bits *bits, unsigned int count)
{
	uint64_t value = 0;

	while (count-- > 0) {
		bits->left--;
		value <<= 1;
		if (bits->left >= 0)
			value |= bits->start[bits->left / 8] >>
				 bits->left % 8 & 1;
	}
	return value;
}

static uint64_t peek_bits(const struct bits *bits, unsigned int count)
{
	struct bits copy = *bits;

	return get_bits(&copy, count);
}

/* --- FSE (4.1) ---------------------------------------------------------- */

#define FSE_LOG_MAX TRUENO_ZSTD_LITERALS_LENGTH_LOG_MAX
#define FSE_SYMBOLS_MAX (TRUENO_ZSTD_MATCH_LENGTH_CODE_MAX + 1)

struct fse_table {
	bool is_valid;
	unsigned int log;
	uint8_t symbol[1 << FSE_LOG_MAX];
	uint8_t bits[1 << FSE_LOG_MAX];
	uint16_t base[1 << FSE_LOG_MAX];
};

/* A share for each symbol, in states; -1 is the share of less than one. */
struct fse_shares {
	unsigned int log;
	unsigned int count;
	int16_t of[FSE_SYMBOLS_MAX];
};

static uint32_t forward_bits(const struct input *in, size_t at,
			     unsigned int count)
{
	uint32_t value = 0;
	unsigned int i;

	for (i = 0; i < count; i++, at++)
		if (at / 8 < bytes_left(in))
			value |= (in->at[at / 8] >> at % 8 & 1u) << i;
	return value;
}

/* FSE Table Description (4.1.1). */
static bool fse_read_shares(struct input *in, unsigned int log_max,
			    unsigned int symbol_max, struct fse_shares *shares)
{
	size_t at = 4;
	int left;

	shares->count = 0;
	shares->log = forward_bits(in, 0, 4) + TRUENO_ZSTD_FSE_LOG_MIN;
	if (shares->log > log_max)
		return false;
	left = 1 << shares->log;
	while (left > 0) {
		/* Values from 0 to left + 1; the low ones save a bit. */
		unsigned int width = highest_bit(left + 1) + 1;
		uint32_t value = forward_bits(in, at, width);
		uint32_t low = value & ((1u << (width - 1)) - 1);
		uint32_t spare = (1u << width) - 1 - (left + 1);
		unsigned int repeat;
		int share;

		if (low < spare) {
			value = low;
			width--;
		} else if (value != low) {
			value -= spare;
		}
		at += width;
		if (shares->count > symbol_max)
			return false;
		share = (int)value - 1;
		shares->of[shares->count++] = share;
		left -= share < 0 ? 1 : share;
		if (share != 0)
			continue;
		do {
			unsigned int i;

			repeat = forward_bits(in, at, 2);
			at += 2;
			if (shares->count + repeat > symbol_max + 1)
				return false;
			for (i = 0; i < repeat; i++)
				shares->of[shares->count++] = 0;
		} while (repeat == 3);
	}
	if (left < 0 || (at + 7) / 8 > bytes_left(in))
		return false;
	in->at += (at + 7) / 8;
	return true;
}

/* From shares to decoding table (4.1.1). */
static void fse_build(struct fse_table *table, const struct fse_shares *shares)
{
	const unsigned int size = 1u << shares->log;
	const unsigned int step = (size >> 1) + (size >> 3) + 3;
	uint16_t next[FSE_SYMBOLS_MAX];
	unsigned int high = size, position = 0, symbol, state;
	int i;

	for (symbol = 0; symbol < shares->count; symbol++) {
		next[symbol] = shares->of[symbol];
		if (shares->of[symbol] < 0) {
			table->symbol[--high] = symbol;
			next[symbol] = 1;
		}
	}
	for (symbol = 0; symbol < shares->count; symbol++) {
		for (i = 0; i < shares->of[symbol]; i++) {
			table->symbol[position] = symbol;
			do
				position = (position + step) % size;
			while (position >= high);
		}
	}
	for (state = 0; state < size; state++) {
		unsigned int number = next[table->symbol[state]]++;

		table->bits[state] = shares->log - highest_bit(number);
		table->base[state] = (number << table->bits[state]) - size;
	}
	table->log = shares->log;
	table->is_valid = true;
}

static void fse_build_single(struct fse_table *table, uint8_t symbol)
{
	table->log = 0;
	table->symbol[0] = symbol;
	table->bits[0] = 0;
	table->base[0] = 0;
	table->is_valid = true;
}

static unsigned int fse_next(const struct fse_table *table, unsigned int state,
			     struct bits *bits)
{
	return table->base[state] + get_bits(bits, table->bits[state]);
}

/* --- Huffman (4.2) ------------------------------------------------------ */

#define HUFFMAN_SYMBOLS 256

struct huffman_table {
	bool is_valid;
	unsigned int log;
	uint8_t symbol[1 << TRUENO_ZSTD_HUFFMAN_BITS_MAX];
	uint8_t bits[1 << TRUENO_ZSTD_HUFFMAN_BITS_MAX];
	/* For the time that the table is built. */
	struct fse_table weight_fse;
	uint8_t weight[HUFFMAN_SYMBOLS];
};

/* Huffman Tree Description, weights by FSE (4.2.1.2). */
static int get_fse_weights(struct huffman_table *huffman, struct input *in)
{
	struct fse_table *table = &huffman->weight_fse;
	struct fse_shares shares;
	unsigned int state[2], count = 0, turn = 0;
	struct bits bits;

	if (!fse_read_shares(in, TRUENO_ZSTD_WEIGHT_LOG_MAX,
			     TRUENO_ZSTD_WEIGHT_MAX, &shares))
		return -EINVAL;
	fse_build(table, &shares);
	if (!open_bits(&bits, in))
		return -EINVAL;
	state[0] = get_bits(&bits, table->log);
	state[1] = get_bits(&bits, table->log);
	if (bits.left < 0)
		return -EINVAL;
	/* One weight is implied, so the other state's last must fit, too. */
	while (count < HUFFMAN_SYMBOLS - 2) {
		huffman->weight[count++] = table->symbol[state[turn]];
		state[turn] = fse_next(table, state[turn], &bits);
		turn = !turn;
		if (bits.left < 0) {
			huffman->weight[count++] = table->symbol[state[turn]];
			return count;
		}
	}
	return -EINVAL;
}

static int get_direct_weights(struct huffman_table *huffman, struct input *in,
			      unsigned int count)
{
	unsigned int i;

	if (bytes_left(in) < (count + 1) / 2)
		return -EINVAL;
	for (i = 0; i < count; i++)
		huffman->weight[i] = in->at[i / 2] >> (i % 2 ? 0 : 4) & 0xF;
	in->at += (count + 1) / 2;
	return count;
}

static int get_weights(struct huffman_table *huffman, struct input *in)
{
	struct input part;
	uint64_t header;

	if (!get_number(in, 1, &header))
		return -EINVAL;
	if (header >= TRUENO_ZSTD_DIRECT_WEIGHTS)
		return get_direct_weights(huffman, in, header - 127);
	if (!get_part(in, header, &part))
		return -EINVAL;
	return get_fse_weights(huffman, &part);
}

static bool get_huffman_table(struct huffman_table *huffman, struct input *in)
{
	unsigned int position = 0, total = 0, weight, i;
	int count = get_weights(huffman, in);
	bool has_longest = false;

	if (count < 0)
		return false;
	for (i = 0; i < count; i++) {
		if (huffman->weight[i] > TRUENO_ZSTD_WEIGHT_MAX)
			return false;
		if (huffman->weight[i] > 0)
			total += 1u << (huffman->weight[i] - 1);
	}
	if (total == 0)
		return false;
	/* The last weight fills the total up to a power of two. */
	huffman->log = highest_bit(total) + 1;
	if (huffman->log > TRUENO_ZSTD_HUFFMAN_BITS_MAX)
		return false;
	weight = highest_bit((1u << huffman->log) - total) + 1;
	if ((1u << huffman->log) - total != 1u << (weight - 1))
		return false;
	huffman->weight[count++] = weight;

	/* Codes by rising weight, then by symbol (4.2.1.3). */
	for (weight = 1; weight <= huffman->log; weight++) {
		for (i = 0; i < count; i++) {
			unsigned int share = 1u << (weight - 1);

			if (huffman->weight[i] != weight)
				continue;
			has_longest |= weight == 1;
			while (share-- > 0) {
				huffman->symbol[position] = i;
				huffman->bits[position++] =
					huffman->log + 1 - weight;
			}
		}
	}
	huffman->is_valid = has_longest;
	return has_longest;
}

/* One Huffman-coded stream (4.2.2). */
static bool get_huffman_stream(const struct huffman_table *table,
			       const struct input *in, uint8_t *to, size_t count)
{
	struct bits bits;
	size_t i;

	if (!open_bits(&bits, in))
		return false;
	for (i = 0; i < count; i++) {
		unsigned int code = peek_bits(&bits, table->log);

		to[i] = table->symbol[code];
		bits.left -= table->bits[code];
	}
	return bits.left == 0;
}

static bool get_huffman_streams(const struct huffman_table *table,
				struct input *in, uint8_t *to, size_t count)
{
	const size_t each = (count + 3) / 4;
	struct input stream;
	struct input sizes;
	unsigned int i;

	if (count < TRUENO_ZSTD_FOUR_STREAMS_MIN ||
	    !get_part(in, TRUENO_ZSTD_JUMP_TABLE_SIZE, &sizes))
		return false;
	for (i = 0; i < 3; i++) {
		uint64_t size;

		if (!get_number(&sizes, 2, &size) ||
		    !get_part(in, size, &stream) ||
		    !get_huffman_stream(table, &stream, to + i * each, each))
			return false;
	}
	return get_huffman_stream(table, in, to + 3 * each, count - 3 * each);
}

#endif /* TRUENO_ZSTD_REFERENCE_ENTROPY_H */
