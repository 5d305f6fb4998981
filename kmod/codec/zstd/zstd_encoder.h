/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the parts of the Zstandard encoder share: profiles, the state of one
 * call, the work memory, and the writer of bits.
 *
 * A block is encoded in three steps: a search leaves sequences and literals in
 * the work memory, then each of the two becomes its section.
 */
#ifndef TRUENO_ZSTD_ENCODER_H
#define TRUENO_ZSTD_ENCODER_H

#include <trueno/page.h>

#include "zstd_bitstream.h"
#include "zstd_format.h"

/* So much content at most becomes one block, and so many sequences. */
#define ZSTD_ENCODER_BLOCK 16384
#define ZSTD_ENCODER_SEQUENCES 2048

/* Inputs up to this long have positions of 16 bits. */
#define ZSTD_SHORT_INPUT 65536

/* Copies into the literals are rounded up to this. */
#define ZSTD_LITERALS_STEP 16

#define ZSTD_TABLE_BITS 12

/* The words of a page, and the tables of their search. */
#define ZSTD_WORD_COUNT (TRUENO_PAGE_SIZE / 8)
#define ZSTD_WORD_TABLE_BITS 10

/* The most codes that a part of a sequence has, rounded up. */
#define ZSTD_CODES_MAX 64
#define ZSTD_FSE_STATES_MAX 512

enum zstd_search_effort { ZSTD_SEARCH_FAST, ZSTD_SEARCH_DEFAULT, ZSTD_SEARCH_DENSE };

/* What trades size for speed. Margins are bytes that a choice must save. */
struct zstd_profile {
	enum zstd_search_effort search;
	/* Fewer literals are not Huffman coded, ... */
	unsigned int huffman_min_literals;
	/* ... nor are those of which that does not save one in 2^this. */
	unsigned int huffman_gain_shift;
	/* For a table of offsets, and for one of lengths. */
	unsigned int offset_table_margin;
	unsigned int length_table_margin;
};

/* A match, and the literals before it. */
struct zstd_encoder_sequence {
	uint32_t offset;
	uint16_t literal_length;
	/* Less TRUENO_ZSTD_MIN_MATCH. */
	uint16_t match_length;
};

/* How a symbol of an FSE table is encoded, see zstd_fse_encode.h. */
struct zstd_fse_symbol {
	int32_t next_states;
	uint32_t bit_count;
};

struct zstd_fse_memory {
	struct zstd_fse_symbol symbols[ZSTD_CODES_MAX];
	uint16_t states[ZSTD_FSE_STATES_MAX];
	/* While the table is made: whose a state is, and each one's next. */
	uint8_t owners[ZSTD_FSE_STATES_MAX + 8];
	uint16_t next[ZSTD_CODES_MAX];
};

/* See zstd_search_words_template.h. */
struct zstd_word_memory {
	uint16_t equal[1 << ZSTD_WORD_TABLE_BITS];
	uint16_t upper_equal[1 << ZSTD_WORD_TABLE_BITS];
	/*
	 * The words written down: where, the place that the next word goes on
	 * with, how many low bits the match so far covers, how many high bits
	 * the new one does.
	 */
	uint16_t place[ZSTD_WORD_COUNT];
	uint16_t next_seen[ZSTD_WORD_COUNT];
	uint8_t low_bits[ZSTD_WORD_COUNT];
	uint8_t high_bits[ZSTD_WORD_COUNT];
};

/* See zstd_compress_literals.h. */
struct zstd_huffman_memory {
	uint16_t counts[4][256];
	uint32_t codes[256];
	uint8_t lengths[256];
	uint8_t present[256];
	struct zstd_fse_memory weights;
};

struct zstd_encoder_memory {
	/* Positions by the hash of few bytes, and by that of eight. */
	uint16_t table[1 << ZSTD_TABLE_BITS];
	uint16_t long_table[1 << ZSTD_TABLE_BITS];
	struct zstd_encoder_sequence sequences[ZSTD_ENCODER_SEQUENCES];
	uint8_t literals[ZSTD_ENCODER_BLOCK + 2 * ZSTD_LITERALS_STEP];
	/* Of each sequence: literal length, offset, match length; 8 bits each. */
	uint32_t codes[ZSTD_ENCODER_SEQUENCES];
	/* Of even sequences, and of odd ones, so that equal neighbours do not wait. */
	uint16_t code_counts[2][3][ZSTD_CODES_MAX];
	/* What only one step needs. */
	union {
		struct zstd_word_memory words;
		struct zstd_huffman_memory huffman;
		struct zstd_fse_memory fse[3];
	};
};

struct zstd_dictionary;

struct zstd_encoder {
	const struct zstd_profile *profile;
	/* Its content precedes @src; NULL if there is none. */
	const struct zstd_dictionary *dictionary;
	const uint8_t *src;
	const uint8_t *src_end;
	uint8_t *out;
	uint8_t *out_end;
	struct zstd_encoder_memory *memory;
	size_t sequence_count;
	size_t literal_count;
	/* As the decoder has them at the start of the block, newest first. */
	uint32_t repeats[TRUENO_ZSTD_REPEAT_OFFSETS];
};

/*
 * Bits go into a word from its low end up and leave it by bytes. The first bit
 * written is the last that the decoder reads.
 */
struct zstd_bit_writer {
	uint64_t bits;
	uint64_t count;
	uint8_t *out;
	uint8_t *out_end;
	bool is_full;
};

static __always_inline void zstd_put_bits(struct zstd_bit_writer *writer,
					  uint64_t value, uint64_t count)
{
	writer->bits |= value << writer->count;
	writer->count += count;
}

/* Where eight bytes do not fit: byte by byte. */
static noinline void zstd_flush_bits_slowly(struct zstd_bit_writer *writer)
{
	for (; writer->count >= 8; writer->count -= 8) {
		if (writer->out == writer->out_end) {
			writer->is_full = true;
			writer->count &= 7;
			return;
		}
		*writer->out++ = writer->bits;
		writer->bits >>= 8;
	}
}

/* Leaves less than 8 bits in the word. */
static __always_inline void zstd_flush_bits(struct zstd_bit_writer *writer)
{
	if (trueno_unlikely(writer->out_end - writer->out < 8)) {
		/* A copy, so that the writer itself stays in registers. */
		struct zstd_bit_writer copy = *writer;

		zstd_flush_bits_slowly(&copy);
		*writer = copy;
		return;
	}
	trueno_store64(writer->out, writer->bits);
	writer->out += writer->count >> 3;
	writer->bits >>= writer->count & 56;
	writer->count &= 7;
}

/* Fills up the last byte. Return: the end, NULL if there was no room. */
static __always_inline uint8_t *
zstd_finish_bits(const struct zstd_bit_writer *writer)
{
	struct zstd_bit_writer copy = *writer;

	copy.count += 7;
	zstd_flush_bits_slowly(&copy);
	return copy.is_full ? NULL : copy.out;
}

/* As above, after the bit that marks the end of a stream read backwards. */
static __always_inline uint8_t *
zstd_end_bits(const struct zstd_bit_writer *writer)
{
	struct zstd_bit_writer copy = *writer;

	zstd_put_bits(&copy, 1, 1);
	return zstd_finish_bits(&copy);
}

/* log2(value) in 1/256, good to 3. */
static __always_inline uint32_t zstd_log2(uint32_t value)
{
	unsigned int bit = zstd_highest_bit(value);
	uint32_t fraction = ((value << (31 - bit)) >> 23) & 255;

	return 256 * bit + fraction + ((fraction * (256 - fraction) * 88) >> 16);
}

#endif /* TRUENO_ZSTD_ENCODER_H */
