/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The decoder's state, and what is decoded before the first sequence of a
 * block: its literals and the tables of its sequences (RFC 8878, 3.1.1.3).
 */
#ifndef TRUENO_ZSTD_DECODER_H
#define TRUENO_ZSTD_DECODER_H

#include "zstd_dictionary.h"
#include "zstd_huffman_decode.h"
#include "zstd_predefined_tables.h"

/*
 * Literals that are regenerated go here, or, if they are more, to the end of
 * the output, where sequences cannot overtake them: each leaves room for the
 * literals that are not used up.
 */
#define ZSTD_LITERALS_ROOM 32768
#define ZSTD_LITERALS_SLACK 16

struct zstd_decoder {
	/* The frame's content, how far it is produced, where it must end. */
	uint8_t *frame;
	uint8_t *out;
	uint8_t *out_end;
	/* What running into out_end means. */
	int overrun;
	size_t block_max;
	/* The end of the input: how far may be read beyond a part of it. */
	const uint8_t *in_end;
	/* Its content precedes the frame's; NULL if there is none. */
	const struct zstd_dictionary *dictionary;
	/* What is left of the block's literals. */
	const uint8_t *literals;
	const uint8_t *literals_end;
	bool literals_in_output;
	bool literals_have_slack;
	struct zstd_offsets offsets;
	struct zstd_table literals_length;
	struct zstd_table offset;
	struct zstd_table match_length;
	uint64_t literals_length_entries[1 << TRUENO_ZSTD_LITERALS_LENGTH_LOG_MAX];
	uint64_t offset_entries[1 << TRUENO_ZSTD_OFFSET_LOG_MAX];
	uint64_t match_length_entries[1 << TRUENO_ZSTD_MATCH_LENGTH_LOG_MAX];
	/* What treeless literals use: own_huffman, or the dictionary's. */
	const struct zstd_huffman_table *huffman;
	struct zstd_huffman_table own_huffman;
	struct zstd_huffman_scratch scratch;
	uint8_t literals_room[ZSTD_LITERALS_ROOM + ZSTD_LITERALS_SLACK];
};

/* Divides by zero if the decoder does not fit the work memory. */
enum {
	ZSTD_DECODER_FITS = 1 / (sizeof(struct zstd_decoder) +
				 ZSTD_WORKMEM_ALIGNMENT - 1 <=
				 ZSTD_WORKMEM_SIZE),
};

static __always_inline size_t zstd_room_left(const struct zstd_decoder *decoder)
{
	return decoder->out_end - decoder->out;
}

struct zstd_literals_header {
	unsigned int type;
	bool is_four_streams;
	size_t regenerated_size;
	size_t compressed_size;
};

/* Literals_Section_Header (3.1.1.3.1.1); returns its end, or NULL. */
static inline const uint8_t *
zstd_get_literals_header(const uint8_t *in, const uint8_t *end,
			 struct zstd_literals_header *header)
{
	static const uint8_t plain_bytes[4] = { 1, 2, 1, 3 };
	static const uint8_t plain_shift[4] = { 3, 4, 3, 4 };
	static const uint8_t coded_bytes[4] = { 3, 3, 4, 5 };
	static const uint8_t coded_width[4] = { 10, 10, 14, 18 };
	const uint64_t number = zstd_load_ahead(in, end);
	const unsigned int format = number >> 2 & 3;
	unsigned int bytes, width;

	header->type = number & 3;
	if (header->type == TRUENO_ZSTD_LITERALS_RAW ||
	    header->type == TRUENO_ZSTD_LITERALS_RLE) {
		bytes = plain_bytes[format];
		header->is_four_streams = false;
		header->regenerated_size =
			(number & ((1u << 8 * bytes) - 1)) >> plain_shift[format];
		header->compressed_size =
			header->type == TRUENO_ZSTD_LITERALS_RAW ?
			header->regenerated_size : 1;
	} else {
		bytes = coded_bytes[format];
		width = coded_width[format];
		header->is_four_streams = format != 0;
		header->regenerated_size = number >> 4 & ((1u << width) - 1);
		header->compressed_size =
			number >> (4 + width) & ((1u << width) - 1);
	}
	return bytes <= end - in ? in + bytes : NULL;
}

/* Room for literals that are regenerated. */
static inline uint8_t *zstd_make_room(struct zstd_decoder *decoder, size_t size)
{
	uint8_t *to = decoder->literals_room;

	decoder->literals_in_output = size > ZSTD_LITERALS_ROOM;
	decoder->literals_have_slack = !decoder->literals_in_output;
	if (decoder->literals_in_output)
		to = decoder->out_end - size;
	decoder->literals = to;
	decoder->literals_end = to + size;
	return to;
}

/* Literals_Section (3.1.1.3.1). */
static inline int zstd_get_literals(struct zstd_decoder *decoder,
				    const uint8_t **in, const uint8_t *end)
{
	struct zstd_literals_header header;
	const uint8_t *at = zstd_get_literals_header(*in, end, &header);
	const uint8_t *part_end;
	uint8_t *to;
	bool is_good;

	if (!at || header.regenerated_size > decoder->block_max ||
	    header.compressed_size > end - at)
		return -EINVAL;
	if (header.regenerated_size > zstd_room_left(decoder))
		return decoder->overrun;
	part_end = at + header.compressed_size;
	*in = part_end;
	if (header.type == TRUENO_ZSTD_LITERALS_RAW) {
		decoder->literals = at;
		decoder->literals_end = part_end;
		decoder->literals_in_output = false;
		decoder->literals_have_slack =
			decoder->in_end - part_end >= ZSTD_LITERALS_SLACK;
		return 0;
	}
	to = zstd_make_room(decoder, header.regenerated_size);
	if (header.type == TRUENO_ZSTD_LITERALS_RLE) {
		__builtin_memset(to, *at, header.regenerated_size);
		return 0;
	}
	if (header.type == TRUENO_ZSTD_LITERALS_COMPRESSED) {
		at = zstd_get_huffman_table(&decoder->own_huffman,
					    &decoder->scratch, at, part_end);
		if (!at)
			return -EINVAL;
		decoder->huffman = &decoder->own_huffman;
	} else if (!decoder->huffman || !decoder->huffman->log) {
		return -EINVAL;
	}
	is_good = header.is_four_streams ?
		  zstd_huffman_streams(decoder->huffman, at, part_end, to,
				       header.regenerated_size) :
		  zstd_huffman_stream(decoder->huffman, at, part_end, to,
				      header.regenerated_size);
	return is_good ? 0 : -EINVAL;
}

/* What a table of the sequences section may be, and where it goes. */
struct zstd_table_kind {
	unsigned int log_max;
	unsigned int symbol_max;
	unsigned int predefined_log;
	const uint64_t *predefined;
	const uint64_t *symbols;
};

static const struct zstd_table_kind zstd_literals_length_kind = {
	.log_max = TRUENO_ZSTD_LITERALS_LENGTH_LOG_MAX,
	.symbol_max = TRUENO_ZSTD_LITERALS_LENGTH_CODE_MAX,
	.predefined_log = TRUENO_ZSTD_LITERALS_LENGTH_LOG_DEFAULT,
	.predefined = zstd_literals_length_predefined,
	.symbols = zstd_literals_length_symbols,
};

static const struct zstd_table_kind zstd_offset_kind = {
	.log_max = TRUENO_ZSTD_OFFSET_LOG_MAX,
	.symbol_max = TRUENO_ZSTD_OFFSET_CODE_MAX,
	.predefined_log = TRUENO_ZSTD_OFFSET_LOG_DEFAULT,
	.predefined = zstd_offset_predefined,
	.symbols = zstd_offset_symbols,
};

static const struct zstd_table_kind zstd_match_length_kind = {
	.log_max = TRUENO_ZSTD_MATCH_LENGTH_LOG_MAX,
	.symbol_max = TRUENO_ZSTD_MATCH_LENGTH_CODE_MAX,
	.predefined_log = TRUENO_ZSTD_MATCH_LENGTH_LOG_DEFAULT,
	.predefined = zstd_match_length_predefined,
	.symbols = zstd_match_length_symbols,
};

/* Returns the end of the table's description, or NULL. */
static inline const uint8_t *
zstd_get_table(struct zstd_decoder *decoder, const uint8_t *in,
	       const uint8_t *end, unsigned int mode,
	       const struct zstd_table_kind *kind, struct zstd_table *table,
	       uint64_t *entries)
{
	struct zstd_fse_scratch *fse = &decoder->scratch.fse;

	switch (mode & 3) {
	case TRUENO_ZSTD_MODE_PREDEFINED:
		table->table = kind->predefined;
		table->log = kind->predefined_log;
		return in;
	case TRUENO_ZSTD_MODE_RLE:
		if (in == end || *in > kind->symbol_max)
			return NULL;
		entries[0] = kind->symbols[*in];
		table->table = entries;
		table->log = 0;
		return in + 1;
	case TRUENO_ZSTD_MODE_FSE:
		in = zstd_fse_read_shares(fse, in, end, kind->log_max,
					  kind->symbol_max);
		if (!in)
			return NULL;
		zstd_fse_build(fse, kind->symbols, entries);
		table->table = entries;
		table->log = fse->log;
		return in;
	default:
		return table->table ? in : NULL;
	}
}

/* Number_of_Sequences; returns its end, or NULL. */
static inline const uint8_t *
zstd_get_sequence_count(const uint8_t *in, const uint8_t *end, size_t *count)
{
	if (in == end)
		return NULL;
	*count = *in++;
	if (*count < 128)
		return in;
	if (*count < 255) {
		if (in == end)
			return NULL;
		*count = ((*count - 128) << 8) + *in++;
		return in;
	}
	if (end - in < 2)
		return NULL;
	*count = trueno_load16(in) + TRUENO_ZSTD_LONG_SEQUENCE_COUNT;
	return in + 2;
}

/*
 * Sequences_Section_Header (3.1.1.3.2.1); returns where the bitstream starts,
 * which is @end if there are no sequences, or NULL.
 */
static inline const uint8_t *
zstd_get_tables(struct zstd_decoder *decoder, const uint8_t *in,
		const uint8_t *end, size_t *count)
{
	unsigned int modes;

	in = zstd_get_sequence_count(in, end, count);
	if (!in)
		return NULL;
	if (*count == 0)
		return in == end ? in : NULL;
	if (in == end)
		return NULL;
	modes = *in++;
	if (modes & TRUENO_ZSTD_MODE_RESERVED_BITS)
		return NULL;
	in = zstd_get_table(decoder, in, end,
			    modes >> TRUENO_ZSTD_LITERALS_LENGTH_MODE_SHIFT,
			    &zstd_literals_length_kind,
			    &decoder->literals_length,
			    decoder->literals_length_entries);
	if (in)
		in = zstd_get_table(decoder, in, end,
				    modes >> TRUENO_ZSTD_OFFSET_MODE_SHIFT,
				    &zstd_offset_kind, &decoder->offset,
				    decoder->offset_entries);
	if (in)
		in = zstd_get_table(decoder, in, end,
				    modes >> TRUENO_ZSTD_MATCH_LENGTH_MODE_SHIFT,
				    &zstd_match_length_kind,
				    &decoder->match_length,
				    decoder->match_length_entries);
	return in;
}

#endif /* TRUENO_ZSTD_DECODER_H */
