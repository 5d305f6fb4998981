/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The sequences section (RFC 8878 section 3.1.1.3.2).
 *
 * A page has about 200 sequences, so a table of its own for each of their three
 * parts costs both sides much time, and 10 to 25 bytes. The predefined tables
 * cost nothing. A table is made only where an estimate from the counts says that
 * it saves its description and some bytes more.
 */
#ifndef TRUENO_ZSTD_COMPRESS_SEQUENCES_H
#define TRUENO_ZSTD_COMPRESS_SEQUENCES_H

#include "zstd_encode_tables.h"
#include "zstd_fse_encode.h"

enum { ZSTD_LITERAL_LENGTHS, ZSTD_OFFSETS, ZSTD_MATCH_LENGTHS };

/* A description takes so many bytes, and half a byte for each symbol. */
#define ZSTD_TABLE_MIN_SIZE 3
/* Offsets are less than 65536, so their values need so many codes. */
#define ZSTD_OFFSET_CODES 17
/* Fewer sequences take predefined tables without asking. */
#define ZSTD_TABLE_MIN_SEQUENCES 16

/*
 * A sequence's extra bits, at most 16 of each part, take its place once they are
 * known; their count is above them.
 */
#define ZSTD_EXTRA_COUNT_SHIFT 56
#define ZSTD_EXTRA_MASK ((1ull << ZSTD_EXTRA_COUNT_SHIFT) - 1)
/* More extra bits do not fit 63 beside 7 left over and 26 of states. */
#define ZSTD_EXTRA_COUNT_FEW 30

static __always_inline unsigned int zstd_literal_length_code(uint32_t length)
{
	return length < 64 ? zstd_encode_literal_length_codes[length] :
			     zstd_highest_bit(length) + 19;
}

/* @length is less TRUENO_ZSTD_MIN_MATCH. */
static __always_inline unsigned int zstd_match_length_code(uint32_t length)
{
	return length < 128 ? zstd_encode_match_length_codes[length] :
			      zstd_highest_bit(length) + 36;
}

/*
 * Turns offsets into offset values (RFC 8878 section 3.1.1.5), sequences into
 * codes and extra bits, and counts the codes. Nothing branches on whether an
 * offset repeats, which one in three does.
 */
static noinline void zstd_code_sequences(struct zstd_encoder *e)
{
	struct zstd_encoder_memory *const memory = e->memory;
	uint64_t first = e->repeats[0];
	uint64_t second = e->repeats[1];
	uint64_t third = e->repeats[2];
	uint16_t(*counts)[ZSTD_CODES_MAX];
	uint8_t *even, *odd;
	size_t i;

	__builtin_memset(memory->code_counts, 0, sizeof(memory->code_counts));
	for (i = 0; i < e->sequence_count; i++) {
		struct zstd_encoder_sequence *const sequence = &memory->sequences[i];
		const uint64_t literals = sequence->literal_length;
		const uint64_t match = sequence->match_length;
		const uint64_t offset = sequence->offset;
		const unsigned int literals_code =
			zstd_literal_length_code(literals);
		const unsigned int match_code = zstd_match_length_code(match);
		const uint64_t none = literals == 0;
		/* Without literals the first offset has no value. */
		const uint64_t usable = first | -none;
		uint64_t value = offset + TRUENO_ZSTD_REPEAT_OFFSETS;
		uint64_t shifted, extra, extra_count;
		unsigned int bits;

		value = trueno_if_equal(offset, third, 3 - none, value);
		value = trueno_if_equal(offset, second, 2 - none, value);
		value = trueno_if_equal(offset, usable, 1, value);
		shifted = trueno_if_equal(offset, second, third, second);
		third = trueno_if_equal(offset, usable, third, shifted);
		second = trueno_if_equal(offset, usable, second, first);
		first = offset;

		extra_count = zstd_encode_literal_length_bits[literals_code];
		extra = literals & ((1u << extra_count) - 1);
		bits = zstd_encode_match_length_bits[match_code];
		extra |= (match & ((1u << bits) - 1)) << extra_count;
		extra_count += bits;
		bits = zstd_highest_bit(value);
		extra |= (value ^ 1ull << bits) << extra_count;
		extra_count += bits;
		trueno_store64(sequence,
			       extra | extra_count << ZSTD_EXTRA_COUNT_SHIFT);
		memory->codes[i] = literals_code | bits << 8 | match_code << 16;

		counts = memory->code_counts[i & 1];
		counts[ZSTD_LITERAL_LENGTHS][literals_code]++;
		counts[ZSTD_OFFSETS][bits]++;
		counts[ZSTD_MATCH_LENGTHS][match_code]++;
	}
	even = (uint8_t *)memory->code_counts[0];
	odd = (uint8_t *)memory->code_counts[1];
	for (i = 0; i < sizeof(memory->code_counts[0]); i += 8)
		trueno_store64(even + i,
			       trueno_load64(even + i) + trueno_load64(odd + i));
	e->repeats[0] = first;
	e->repeats[1] = second;
	e->repeats[2] = third;
}

/* One of the three parts: what there is to choose from, and what is chosen. */
struct zstd_part {
	unsigned int code_count;
	unsigned int max_log;
	/* The predefined table, and what each code costs in it, in 1/256 bit. */
	struct zstd_fse_table predefined;
	const uint16_t *costs;
	unsigned int predefined_log;

	struct zstd_fse_table table;
	unsigned int mode;
	unsigned int log;
};

static __always_inline unsigned int zstd_table_log(size_t total,
						   unsigned int used,
						   unsigned int max_log)
{
	unsigned int log = zstd_highest_bit(total) - 1;

	log = log < max_log ? log : max_log;
	if (log < zstd_highest_bit(used) + 1)
		log = zstd_highest_bit(used) + 1;
	return log > TRUENO_ZSTD_FSE_LOG_MIN ? log : TRUENO_ZSTD_FSE_LOG_MIN;
}

/*
 * Chooses the table of a part, makes it, and puts its description. @first_code
 * is that of some sequence. Return: the end of the description, NULL if there is
 * no room.
 */
static __always_inline uint8_t *
zstd_put_table(uint8_t *out, uint8_t *out_end, struct zstd_part *part,
	       struct zstd_fse_memory *memory, const uint16_t *counts,
	       size_t total, unsigned int first_code, unsigned int margin)
{
	uint16_t shares[ZSTD_CODES_MAX] trueno_uninitialized;
	uint32_t predefined_cost = 0, cost = 0, total_log = zstd_log2(total);
	unsigned int code_count = part->code_count;
	unsigned int used = 0, s;

	part->table = part->predefined;
	part->mode = TRUENO_ZSTD_MODE_PREDEFINED;
	part->log = part->predefined_log;
	if (total < ZSTD_TABLE_MIN_SEQUENCES)
		return out;

	while (!counts[code_count - 1])
		code_count--;
	for (s = 0; s < code_count; s++) {
		uint32_t count = counts[s];

		used += count != 0;
		predefined_cost += count * part->costs[s];
		cost += count * (total_log - zstd_log2(count + (count == 0)));
	}
	cost += (ZSTD_TABLE_MIN_SIZE + used / 2 + margin) * 8 * 256;
	if (used > 1 && predefined_cost <= cost)
		return out;

	part->table.symbols = memory->symbols;
	part->table.states = memory->states;
	if (used == 1) {
		if (out == out_end)
			return NULL;
		*out++ = first_code;
		part->mode = TRUENO_ZSTD_MODE_RLE;
		part->log = 0;
		zstd_fse_make_rle_table(memory, first_code);
		return out;
	}
	part->mode = TRUENO_ZSTD_MODE_FSE;
	part->log = zstd_table_log(total, used, part->max_log);
	zstd_fse_scale(counts, code_count, total, part->log, shares);
	zstd_fse_make_table(memory, shares, code_count, part->log);
	return zstd_fse_put_shares(out, out_end, shares, code_count, part->log);
}

static noinline uint8_t *
zstd_put_sequence_bits(uint8_t *out, uint8_t *out_end,
		       const struct zstd_encoder_memory *memory, size_t count,
		       const struct zstd_part *parts)
{
	struct zstd_bit_writer writer = { .out = out, .out_end = out_end };
	const struct zstd_fse_table literals = parts[ZSTD_LITERAL_LENGTHS].table;
	const struct zstd_fse_table offsets = parts[ZSTD_OFFSETS].table;
	const struct zstd_fse_table matches = parts[ZSTD_MATCH_LENGTHS].table;
	size_t i = count - 1;
	uint32_t codes = memory->codes[i];
	uint64_t extra = trueno_load64(&memory->sequences[i]);
	uint32_t match_state = zstd_fse_first_state(&matches, codes >> 16);
	uint32_t offset_state = zstd_fse_first_state(&offsets, codes >> 8 & 255);
	uint32_t literals_state = zstd_fse_first_state(&literals, codes & 255);

	zstd_put_bits(&writer, extra & ZSTD_EXTRA_MASK,
		      extra >> ZSTD_EXTRA_COUNT_SHIFT);
	zstd_flush_bits(&writer);
	while (i-- > 0) {
		codes = memory->codes[i];
		extra = trueno_load64(&memory->sequences[i]);
		offset_state = zstd_fse_encode(&writer, &offsets, offset_state,
					       codes >> 8 & 255);
		match_state = zstd_fse_encode(&writer, &matches, match_state,
					      codes >> 16);
		literals_state = zstd_fse_encode(&writer, &literals,
						 literals_state, codes & 255);
		if (trueno_unlikely(extra >> ZSTD_EXTRA_COUNT_SHIFT >
				    ZSTD_EXTRA_COUNT_FEW))
			zstd_flush_bits(&writer);
		zstd_put_bits(&writer, extra & ZSTD_EXTRA_MASK,
			      extra >> ZSTD_EXTRA_COUNT_SHIFT);
		zstd_flush_bits(&writer);
	}
	zstd_fse_put_state(&writer, match_state, parts[ZSTD_MATCH_LENGTHS].log);
	zstd_fse_put_state(&writer, offset_state, parts[ZSTD_OFFSETS].log);
	zstd_fse_put_state(&writer, literals_state,
			   parts[ZSTD_LITERAL_LENGTHS].log);
	return zstd_end_bits(&writer);
}

/* Return: the end of the section, NULL if there is no room. */
static noinline uint8_t *zstd_put_sequences(struct zstd_encoder *e,
					    uint8_t *out, uint8_t *out_end)
{
	struct zstd_encoder_memory *const memory = e->memory;
	const struct zstd_profile *const profile = e->profile;
	const size_t count = e->sequence_count;
	const size_t header_size = count == 0 ? 1 : count < 128 ? 2 : 3;
	struct zstd_part parts[3] = {
		[ZSTD_LITERAL_LENGTHS] = {
			.code_count = TRUENO_ZSTD_LITERALS_LENGTH_CODE_MAX + 1,
			.max_log = TRUENO_ZSTD_LITERALS_LENGTH_LOG_MAX,
			.predefined = {
				zstd_encode_literal_length_symbols,
				zstd_encode_literal_length_states,
			},
			.costs = zstd_encode_literal_length_costs,
			.predefined_log = TRUENO_ZSTD_LITERALS_LENGTH_LOG_DEFAULT,
		},
		[ZSTD_OFFSETS] = {
			/* The codes of all that the window lets an offset be. */
			.code_count = ZSTD_OFFSET_CODES,
			.max_log = TRUENO_ZSTD_OFFSET_LOG_MAX,
			.predefined = {
				zstd_encode_offset_symbols,
				zstd_encode_offset_states,
			},
			.costs = zstd_encode_offset_costs,
			.predefined_log = TRUENO_ZSTD_OFFSET_LOG_DEFAULT,
		},
		[ZSTD_MATCH_LENGTHS] = {
			.code_count = TRUENO_ZSTD_MATCH_LENGTH_CODE_MAX + 1,
			.max_log = TRUENO_ZSTD_MATCH_LENGTH_LOG_MAX,
			.predefined = {
				zstd_encode_match_length_symbols,
				zstd_encode_match_length_states,
			},
			.costs = zstd_encode_match_length_costs,
			.predefined_log = TRUENO_ZSTD_MATCH_LENGTH_LOG_DEFAULT,
		},
	};
	uint8_t *modes;
	unsigned int i;

	if (out_end - out < header_size)
		return NULL;
	if (count >= 128)
		*out++ = (count >> 8) + 128;
	*out++ = count;
	if (!count)
		return out;
	modes = out++;

	zstd_code_sequences(e);
	for (i = 0; i < 3; i++) {
		out = zstd_put_table(out, out_end, &parts[i], &memory->fse[i],
				     memory->code_counts[0][i], count,
				     memory->codes[0] >> 8 * i & 255,
				     i == ZSTD_OFFSETS ?
					     profile->offset_table_margin :
					     profile->length_table_margin);
		if (!out)
			return NULL;
	}
	*modes = parts[ZSTD_LITERAL_LENGTHS].mode
			 << TRUENO_ZSTD_LITERALS_LENGTH_MODE_SHIFT |
		 parts[ZSTD_OFFSETS].mode << TRUENO_ZSTD_OFFSET_MODE_SHIFT |
		 parts[ZSTD_MATCH_LENGTHS].mode
			 << TRUENO_ZSTD_MATCH_LENGTH_MODE_SHIFT;
	return zstd_put_sequence_bits(out, out_end, memory, count, parts);
}

#endif /* TRUENO_ZSTD_COMPRESS_SEQUENCES_H */
