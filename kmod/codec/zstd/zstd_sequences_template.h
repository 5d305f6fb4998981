/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Sequences: decoding and executing them (RFC 8878, 3.1.1.3.2 and 3.1.1.4),
 * instantiated once per instruction set.
 *
 * A page is some 200 sequences. The loop has one shape for all of them: one load
 * holds the bits of a sequence, the three table entries are added up to find
 * where each field lies, old offsets are chosen without a branch, and literals
 * and match are copied whole with fixed-size stores. What is longer, near the
 * end of a buffer, or wrong leaves by a branch that is hardly ever taken to a
 * function that executes that one sequence exactly, and gives the verdict that
 * reference/zstd_reference.c fixes.
 *
 * The including file provides lz4_copy_16(), LZ4_MATCH_STEP, lz4_copy_step() and
 * lz4_copy_match() as ../lz4/lz4_decompress_template.h says.
 */
#ifndef TRUENO_ZSTD_SEQUENCES_TEMPLATE_H
#define TRUENO_ZSTD_SEQUENCES_TEMPLATE_H

#include "../lz4/lz4_match_tables.h"
#include "zstd_bitstream.h"
#include "zstd_decoder.h"
#include "zstd_repeat_offsets.h"

/* Literals that the loop copies whole, and bytes it may write too many. */
#define ZSTD_SHORT_LITERALS 16
#define ZSTD_OUTPUT_SLACK 64

struct zstd_sequence {
	uint64_t literals;
	uint64_t offset;
	uint64_t length;
};

/* Forward; @from is another buffer, or behind, or ahead. */
static __always_inline void
zstd_copy_exact(uint8_t *to, const uint8_t *from, size_t length)
{
	if ((size_t)(to - from) >= 8 && (size_t)(from - to) >= 8) {
		for (; length >= 8; length -= 8) {
			trueno_copy8(to, from);
			to += 8;
			from += 8;
		}
	}
	while (length-- > 0)
		*to++ = *from++;
}

/* Executes one sequence, wherever it lies. */
static noinline int zstd_execute_exact(struct zstd_decoder *decoder,
				       const struct zstd_sequence *sequence)
{
	const struct zstd_dictionary *dictionary = decoder->dictionary;
	const uint64_t offset = sequence->offset;
	size_t length = sequence->length;
	size_t produced;

	if (sequence->literals > decoder->literals_end - decoder->literals)
		return -EINVAL;
	zstd_copy_exact(decoder->out, decoder->literals, sequence->literals);
	decoder->out += sequence->literals;
	decoder->literals += sequence->literals;
	produced = decoder->out - decoder->frame;
	if (offset - 1 >=
	    produced + (dictionary ? dictionary->content_len : 0))
		return -EINVAL;
	/* What is left of the literals needs its room, too. */
	if (length + (decoder->literals_end - decoder->literals) >
	    decoder->out_end - decoder->out)
		return decoder->overrun;
	if (offset > produced) {
		const size_t before = offset - produced;
		const size_t part = before < length ? before : length;

		zstd_copy_exact(decoder->out, dictionary->content +
				dictionary->content_len - before, part);
		decoder->out += part;
		length -= part;
	}
	zstd_copy_exact(decoder->out, decoder->out - offset, length);
	decoder->out += length;
	return 0;
}

/* Rare, and functions of their own to keep their variables out of the loop. */
static noinline void
zstd_copy_long_match(uint8_t *to, size_t offset, size_t length)
{
	uint8_t *const to_end = to + length;
	const size_t back = lz4_match_step_back(LZ4_MATCH_STEP, offset);

	lz4_copy_match(to, to - offset, offset);
	to += LZ4_MATCH_STEP;
	do {
		lz4_copy_step(to, to - back);
		to += LZ4_MATCH_STEP;
	} while (to < to_end);
}

static noinline void
zstd_copy_long_literals(uint8_t *to, const uint8_t *from, size_t length)
{
	size_t i;

	for (i = 16; i < length; i += 16)
		lz4_copy_16(to + i, from + i);
}

/* A sequence whose bits may be more than a window holds. */
static noinline void
zstd_get_wide_sequence(struct zstd_bits *bits,
		       const uint64_t *const *entries, uint64_t *fields)
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		fields[i] = zstd_get_bits(bits, *entries[i] >> 8 & 0xFF);
	for (i = 0; i < 3; i++)
		fields[3 + i] = zstd_get_bits(bits, *entries[2 - i] & 0xFF);
}

/* Where the loop must stop: too near to an end for copies of fixed size. */
struct zstd_limits {
	const uint8_t *literals;
	/* Bytes that matches may take before only literals and slack fit. */
	int64_t matches;
};

static __always_inline struct zstd_limits
zstd_find_limits(const struct zstd_decoder *decoder)
{
	const int64_t literals = decoder->literals_end - decoder->literals;
	struct zstd_limits limits = {
		.literals = decoder->literals_end,
		.matches = decoder->out_end - decoder->out - literals -
			   ZSTD_OUTPUT_SLACK,
	};

	if (!decoder->literals_have_slack)
		limits.literals -= ZSTD_SHORT_LITERALS;
	return limits;
}

/* Decodes and executes all sequences of a block, one at least. */
static noinline int zstd_execute_sequences(struct zstd_decoder *decoder,
					   struct zstd_bits bits, size_t count)
{
	const uint64_t *const literals_table = decoder->literals_length.table;
	const uint64_t *const offset_table = decoder->offset.table;
	const uint64_t *const match_table = decoder->match_length.table;
	struct zstd_offsets offsets = decoder->offsets;
	struct zstd_limits limits = zstd_find_limits(decoder);
	const uint8_t *from = decoder->literals;
	uint8_t *const frame = decoder->frame;
	uint8_t *out = decoder->out;
	const uint8_t *const start = bits.start;
	int64_t left;
	uint64_t literals_state, offset_state, match_state;

	literals_state = zstd_get_bits(&bits, decoder->literals_length.log);
	offset_state = zstd_get_bits(&bits, decoder->offset.log);
	match_state = zstd_get_bits(&bits, decoder->match_length.log);
	if (bits.left < 0)
		return -EINVAL;
	left = bits.left;
	for (;;) {
		const uint64_t *const literals_entry =
			literals_table + literals_state;
		const uint64_t *const offset_entry =
			offset_table + offset_state;
		const uint64_t *const match_entry =
			match_table + match_state;
		const uint64_t literals_word = *literals_entry;
		const uint64_t offset_word = *offset_entry;
		const uint64_t match_word = *match_entry;
		const uint64_t sum = literals_word + offset_word + match_word;
		const unsigned int state_bits = (uint8_t)sum;
		const unsigned int bits_here = state_bits + (uint8_t)(sum >> 8);
		uint64_t literals, length, offset;
		int64_t value;

		if (trueno_unlikely(bits_here > ZSTD_WINDOW_BITS)) {
			const uint64_t *const entries[3] = {
				offset_entry, match_entry, literals_entry
			};
			uint64_t fields[6];
			struct zstd_bits wide = { start, left };

			zstd_get_wide_sequence(&wide, entries, fields);
			left = wide.left;
			value = fields[0];
			length = fields[1];
			literals = fields[2];
			literals_state = fields[3];
			match_state = fields[4];
			offset_state = fields[5];
		} else {
			const struct zstd_bits here = { start, left };
			uint64_t window = zstd_window(&here);

			/* The last field first, because it lies lowest. */
			window >>= (zstd_window_left(&here) - bits_here) & 63;
			left -= bits_here;
			offset_state = zstd_low_bits(window, offset_word);
			window >>= offset_word & 63;
			match_state = zstd_low_bits(window, match_word);
			window >>= match_word & 63;
			literals_state = zstd_low_bits(window, literals_word);
			window >>= literals_word & 63;
			literals = zstd_low_bits(window, literals_word >> 8);
			window >>= literals_word >> 8 & 63;
			length = zstd_low_bits(window, match_word >> 8);
			window >>= match_word >> 8 & 63;
			value = zstd_low_bits(window, offset_word >> 8);
		}
		offset_state += zstd_entry_base_at(offset_entry);
		match_state += zstd_entry_base_at(match_entry);
		literals_state += zstd_entry_base_at(literals_entry);
		literals += zstd_entry_value_at(literals_entry);
		length += zstd_entry_value_at(match_entry);
		value += (int32_t)zstd_entry_value_at(offset_entry);
		/* No state follows the last sequence. */
		if (--count == 0)
			left += state_bits;
		if (trueno_unlikely(left < 0))
			return -EINVAL;
		offset = zstd_take_offset(&offsets, value, literals == 0);

		limits.matches -= length;
		if (trueno_likely((int64_t)literals <=
				  limits.literals - from) &&
		    trueno_likely(limits.matches >= 0) &&
		    trueno_likely(offset - 1 <
				  (size_t)(out - frame) + literals)) {
			lz4_copy_16(out, from);
			if (trueno_unlikely(literals > ZSTD_SHORT_LITERALS))
				zstd_copy_long_literals(out, from, literals);
			out += literals;
			from += literals;
			if (trueno_unlikely(length > LZ4_MATCH_STEP))
				zstd_copy_long_match(out, offset, length);
			else
				lz4_copy_match(out, out - offset, offset);
			out += length;
		} else {
			const struct zstd_sequence sequence = {
				literals, offset, length
			};
			int err;

			decoder->literals = from;
			decoder->out = out;
			err = zstd_execute_exact(decoder, &sequence);
			if (err)
				return err;
			from = decoder->literals;
			out = decoder->out;
			limits = zstd_find_limits(decoder);
		}
		if (count == 0)
			break;
	}
	decoder->literals = from;
	decoder->out = out;
	decoder->offsets = offsets;
	return left == 0 ? 0 : -EINVAL;
}

#endif /* TRUENO_ZSTD_SEQUENCES_TEMPLATE_H */
