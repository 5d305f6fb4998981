// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The Zstandard format in the words and the order of RFC 8878, one bit and one
 * byte at a time. No trick of the fast variants is repeated here, so that this
 * file can judge them.
 *
 * The decoder fixes what every variant answers to a bad stream: its parts are
 * taken in order, and the first thing wrong decides. Content that does not fit
 * is -ENOSPC, unless the frame states a content size that does: then the frame
 * contradicts itself and is -EINVAL like everything else that is wrong. A
 * window binds the encoder only: a match that reaches further back, but not
 * before the frame's content and its dictionary, is decoded.
 *
 * A block's literals are regenerated at the end of the output. Sequences write
 * from the front, and never more than they have yet to leave for the literals
 * that are not used up, so they cannot overtake them.
 */
#include <trueno/cpu.h>

#include "../codec_table.h"
#include "../zstd/zstd_format.h"
#include "../zstd/zstd_xxh64.h"
#include "zstd_reference_encoder.h"
#include "zstd_reference_entropy.h"

struct decoder {
	struct huffman_table huffman;
	struct fse_table literals_length, offset, match_length;
	uint64_t repeat_offset[TRUENO_ZSTD_REPEAT_OFFSETS];
	/* The dictionary; its content, which precedes the frame's; its ID. */
	struct input dictionary;
	struct input history;
	uint64_t dictionary_id;
	/* The frame's content, how far it is produced, where it must end. */
	uint8_t *frame;
	uint8_t *out;
	uint8_t *out_end;
	/* What running into out_end means. */
	int overrun;
	uint64_t block_max;
	struct input literals;
};

static size_t room_left(const struct decoder *decoder)
{
	return decoder->out_end - decoder->out;
}

struct literals_header {
	unsigned int type;
	bool is_four_streams;
	uint64_t regenerated_size;
	uint64_t compressed_size;
};

/* Literals_Section_Header (3.1.1.3.1.1). */
static bool get_literals_header(struct input *in, struct literals_header *header)
{
	static const uint8_t plain_bytes[4] = { 1, 2, 1, 3 };
	static const uint8_t plain_shift[4] = { 3, 4, 3, 4 };
	static const uint8_t coded_bytes[4] = { 3, 3, 4, 5 };
	static const uint8_t coded_width[4] = { 10, 10, 14, 18 };
	unsigned int format;
	uint64_t number;

	if (bytes_left(in) == 0)
		return false;
	header->type = *in->at & 3;
	format = *in->at >> 2 & 3;
	if (header->type == TRUENO_ZSTD_LITERALS_RAW ||
	    header->type == TRUENO_ZSTD_LITERALS_RLE) {
		if (!get_number(in, plain_bytes[format], &number))
			return false;
		header->regenerated_size = number >> plain_shift[format];
		header->compressed_size =
			header->type == TRUENO_ZSTD_LITERALS_RAW ?
			header->regenerated_size : 1;
		return true;
	}
	if (!get_number(in, coded_bytes[format], &number))
		return false;
	number >>= 4;
	header->is_four_streams = format != 0;
	header->regenerated_size = number & ((1u << coded_width[format]) - 1);
	header->compressed_size = number >> coded_width[format];
	return true;
}

/* Literals_Section (3.1.1.3.1). */
static int get_literals(struct decoder *decoder, struct input *in)
{
	struct literals_header header = {};
	struct input part;
	uint8_t *to;
	bool is_good;

	if (!get_literals_header(in, &header) ||
	    header.regenerated_size > decoder->block_max ||
	    !get_part(in, header.compressed_size, &part))
		return -EINVAL;
	if (header.regenerated_size > room_left(decoder))
		return decoder->overrun;
	if (header.type == TRUENO_ZSTD_LITERALS_RAW) {
		decoder->literals = part;
		return 0;
	}
	to = decoder->out_end - header.regenerated_size;
	decoder->literals.at = to;
	decoder->literals.end = decoder->out_end;
	if (header.type == TRUENO_ZSTD_LITERALS_RLE) {
		while (to < decoder->out_end)
			*to++ = *part.at;
		return 0;
	}
	if (header.type == TRUENO_ZSTD_LITERALS_COMPRESSED) {
		if (!get_huffman_table(&decoder->huffman, &part))
			return -EINVAL;
	} else if (!decoder->huffman.is_valid) {
		return -EINVAL;
	}
	is_good = header.is_four_streams ?
		  get_huffman_streams(&decoder->huffman, &part, to,
				      header.regenerated_size) :
		  get_huffman_stream(&decoder->huffman, &part, to,
				     header.regenerated_size);
	return is_good ? 0 : -EINVAL;
}

static const uint32_t literals_length_base[] = TRUENO_ZSTD_LITERALS_LENGTH_BASELINES;

static const uint8_t literals_length_extra[] = TRUENO_ZSTD_LITERALS_LENGTH_EXTRA_BITS;

static const uint32_t match_length_base[] = TRUENO_ZSTD_MATCH_LENGTH_BASELINES;

static const uint8_t match_length_extra[] = TRUENO_ZSTD_MATCH_LENGTH_EXTRA_BITS;

static const struct fse_shares literals_length_shares = {
	TRUENO_ZSTD_LITERALS_LENGTH_LOG_DEFAULT,
	TRUENO_ZSTD_LITERALS_LENGTH_CODE_MAX + 1,
	TRUENO_ZSTD_LITERALS_LENGTH_DISTRIBUTION,
};

static const struct fse_shares match_length_shares = {
	TRUENO_ZSTD_MATCH_LENGTH_LOG_DEFAULT,
	TRUENO_ZSTD_MATCH_LENGTH_CODE_MAX + 1,
	TRUENO_ZSTD_MATCH_LENGTH_DISTRIBUTION,
};

static const struct fse_shares offset_shares = {
	TRUENO_ZSTD_OFFSET_LOG_DEFAULT,
	29,
	TRUENO_ZSTD_OFFSET_DISTRIBUTION,
};

/* One table of the sequences section, by its mode (3.1.1.3.2.1). */
static bool get_sequence_table(struct input *in, unsigned int mode,
			       unsigned int log_max, unsigned int symbol_max,
			       const struct fse_shares *predefined,
			       struct fse_table *table)
{
	struct fse_shares shares;
	uint64_t symbol;

	switch (mode & 3) {
	case TRUENO_ZSTD_MODE_PREDEFINED:
		fse_build(table, predefined);
		return true;
	case TRUENO_ZSTD_MODE_RLE:
		if (!get_number(in, 1, &symbol) || symbol > symbol_max)
			return false;
		fse_build_single(table, symbol);
		return true;
	case TRUENO_ZSTD_MODE_FSE:
		if (!fse_read_shares(in, log_max, symbol_max, &shares))
			return false;
		fse_build(table, &shares);
		return true;
	default:
		return table->is_valid;
	}
}

static bool get_sequence_count(struct input *in, uint64_t *count)
{
	uint64_t more;

	if (!get_number(in, 1, count))
		return false;
	if (*count < 128)
		return true;
	if (*count < 255) {
		if (!get_number(in, 1, &more))
			return false;
		*count = ((*count - 128) << 8) + more;
		return true;
	}
	if (!get_number(in, 2, &more))
		return false;
	*count = more + TRUENO_ZSTD_LONG_SEQUENCE_COUNT;
	return true;
}

/* Repeat offsets (3.1.1.5); 0 for an offset of zero. */
static uint64_t take_offset(uint64_t *repeat, uint64_t value, bool no_literals)
{
	uint64_t index = value - 1 + no_literals;
	uint64_t offset;

	if (value > TRUENO_ZSTD_REPEAT_OFFSETS)
		offset = value - TRUENO_ZSTD_REPEAT_OFFSETS;
	else if (index < TRUENO_ZSTD_REPEAT_OFFSETS)
		offset = repeat[index];
	else
		offset = repeat[0] - 1;
	if (index >= 2)
		repeat[2] = repeat[1];
	if (index >= 1)
		repeat[1] = repeat[0];
	repeat[0] = offset;
	return offset;
}

static int put_literals(struct decoder *decoder, uint64_t count)
{
	if (count > bytes_left(&decoder->literals))
		return -EINVAL;
	while (count-- > 0)
		*decoder->out++ = *decoder->literals.at++;
	return 0;
}

static int put_match(struct decoder *decoder, uint64_t offset, uint64_t length)
{
	const size_t produced = decoder->out - decoder->frame;

	if (offset == 0 || offset > produced + bytes_left(&decoder->history))
		return -EINVAL;
	/* What is left of the literals needs its room, too. */
	if (length + bytes_left(&decoder->literals) > room_left(decoder))
		return decoder->overrun;
	for (; length > 0; length--, decoder->out++) {
		size_t at = decoder->out - decoder->frame;

		if (offset > at)
			*decoder->out = *(decoder->history.end - (offset - at));
		else
			*decoder->out = *(decoder->out - offset);
	}
	return 0;
}

static int put_sequences(struct decoder *decoder, struct input *in,
			 uint64_t count)
{
	const struct fse_table *lengths = &decoder->literals_length;
	const struct fse_table *offsets = &decoder->offset;
	const struct fse_table *matches = &decoder->match_length;
	unsigned int literals_state, offset_state, match_state;
	struct bits bits;

	if (!open_bits(&bits, in))
		return -EINVAL;
	literals_state = get_bits(&bits, lengths->log);
	offset_state = get_bits(&bits, offsets->log);
	match_state = get_bits(&bits, matches->log);
	while (count-- > 0) {
		unsigned int offset_code = offsets->symbol[offset_state];
		unsigned int match_code = matches->symbol[match_state];
		unsigned int literals_code = lengths->symbol[literals_state];
		uint64_t offset, length, literals;
		int err;

		offset = (1ull << offset_code) + get_bits(&bits, offset_code);
		length = match_length_base[match_code] +
			 get_bits(&bits, match_length_extra[match_code]);
		literals = literals_length_base[literals_code] +
			   get_bits(&bits, literals_length_extra[literals_code]);
		if (count > 0) {
			literals_state = fse_next(lengths, literals_state, &bits);
			match_state = fse_next(matches, match_state, &bits);
			offset_state = fse_next(offsets, offset_state, &bits);
		}
		if (bits.left < 0)
			return -EINVAL;
		offset = take_offset(decoder->repeat_offset, offset,
				     literals == 0);
		err = put_literals(decoder, literals);
		if (!err)
			err = put_match(decoder, offset, length);
		if (err)
			return err;
	}
	return bits.left == 0 ? 0 : -EINVAL;
}

/* Sequences_Section (3.1.1.3.2). */
static int get_sequences(struct decoder *decoder, struct input *in)
{
	uint64_t count, modes;

	if (!get_sequence_count(in, &count))
		return -EINVAL;
	if (count == 0)
		return bytes_left(in) == 0 ? 0 : -EINVAL;
	if (!get_number(in, 1, &modes) ||
	    modes & TRUENO_ZSTD_MODE_RESERVED_BITS)
		return -EINVAL;
	if (!get_sequence_table(in,
				modes >> TRUENO_ZSTD_LITERALS_LENGTH_MODE_SHIFT,
				TRUENO_ZSTD_LITERALS_LENGTH_LOG_MAX,
				TRUENO_ZSTD_LITERALS_LENGTH_CODE_MAX,
				&literals_length_shares,
				&decoder->literals_length) ||
	    !get_sequence_table(in,
				modes >> TRUENO_ZSTD_OFFSET_MODE_SHIFT,
				TRUENO_ZSTD_OFFSET_LOG_MAX,
				TRUENO_ZSTD_OFFSET_CODE_MAX, &offset_shares,
				&decoder->offset) ||
	    !get_sequence_table(in,
				modes >> TRUENO_ZSTD_MATCH_LENGTH_MODE_SHIFT,
				TRUENO_ZSTD_MATCH_LENGTH_LOG_MAX,
				TRUENO_ZSTD_MATCH_LENGTH_CODE_MAX,
				&match_length_shares, &decoder->match_length))
		return -EINVAL;
	return put_sequences(decoder, in, count);
}

static int get_compressed_block(struct decoder *decoder, struct input *in)
{
	const uint8_t *const start = decoder->out;
	int err;

	err = get_literals(decoder, in);
	if (!err)
		err = get_sequences(decoder, in);
	if (!err)
		err = put_literals(decoder, bytes_left(&decoder->literals));
	if (!err && decoder->out - start > decoder->block_max)
		err = -EINVAL;
	return err;
}

static int put_plain_block(struct decoder *decoder, const uint8_t *bytes,
			   size_t stride, uint64_t size)
{
	if (size > room_left(decoder))
		return decoder->overrun;
	for (; size > 0; size--, bytes += stride)
		*decoder->out++ = *bytes;
	return 0;
}

/* Blocks (3.1.1.2). */
static int get_block(struct decoder *decoder, struct input *in, bool *is_last)
{
	struct input part;
	uint64_t header, size;
	unsigned int type;

	if (!get_number(in, TRUENO_ZSTD_BLOCK_HEADER_SIZE, &header))
		return -EINVAL;
	*is_last = header & TRUENO_ZSTD_LAST_BLOCK;
	type = header >> 1 & 3;
	size = header >> 3;
	if (type == TRUENO_ZSTD_BLOCK_RESERVED || size > decoder->block_max ||
	    !get_part(in, type == TRUENO_ZSTD_BLOCK_RLE ? 1 : size, &part))
		return -EINVAL;
	if (type == TRUENO_ZSTD_BLOCK_COMPRESSED)
		return get_compressed_block(decoder, &part);
	return put_plain_block(decoder, part.at,
			       type == TRUENO_ZSTD_BLOCK_RAW, size);
}

/* Dictionary Format (5); one without its magic number is all content. */
static bool load_dictionary(struct decoder *decoder)
{
	struct input *in = &decoder->history;
	struct input formatted = decoder->dictionary;
	uint64_t magic;
	unsigned int i;

	*in = decoder->dictionary;
	decoder->dictionary_id = 0;
	if (!get_number(&formatted, 4, &magic) ||
	    magic != TRUENO_ZSTD_DICTIONARY_MAGIC || bytes_left(&formatted) < 4)
		return true;
	*in = formatted;
	if (!get_number(in, 4, &decoder->dictionary_id) ||
	    !get_huffman_table(&decoder->huffman, in) ||
	    !get_sequence_table(in, TRUENO_ZSTD_MODE_FSE,
				TRUENO_ZSTD_OFFSET_LOG_MAX,
				TRUENO_ZSTD_OFFSET_CODE_MAX, NULL,
				&decoder->offset) ||
	    !get_sequence_table(in, TRUENO_ZSTD_MODE_FSE,
				TRUENO_ZSTD_MATCH_LENGTH_LOG_MAX,
				TRUENO_ZSTD_MATCH_LENGTH_CODE_MAX, NULL,
				&decoder->match_length) ||
	    !get_sequence_table(in, TRUENO_ZSTD_MODE_FSE,
				TRUENO_ZSTD_LITERALS_LENGTH_LOG_MAX,
				TRUENO_ZSTD_LITERALS_LENGTH_CODE_MAX, NULL,
				&decoder->literals_length))
		return false;
	for (i = 0; i < TRUENO_ZSTD_REPEAT_OFFSETS; i++)
		if (!get_number(in, 4, &decoder->repeat_offset[i]))
			return false;
	return true;
}

struct frame_header {
	bool has_content_size;
	bool has_checksum;
	uint64_t window_size;
	uint64_t content_size;
	uint64_t dictionary_id;
};

/* Frame_Header (3.1.1.1). */
static bool get_frame_header(struct input *in, struct frame_header *header)
{
	static const uint8_t id_bytes[4] = { 0, 1, 2, 4 };
	static const uint8_t size_bytes[4] = { 0, 2, 4, 8 };
	uint64_t descriptor, window;
	bool is_single_segment;
	unsigned int width;

	if (!get_number(in, 1, &descriptor) ||
	    descriptor & TRUENO_ZSTD_RESERVED_BIT)
		return false;
	is_single_segment = descriptor & TRUENO_ZSTD_SINGLE_SEGMENT_FLAG;
	header->has_checksum = descriptor & TRUENO_ZSTD_CHECKSUM_FLAG;
	if (!is_single_segment) {
		if (!get_number(in, 1, &window))
			return false;
		header->window_size =
			1ull << ((window >> 3) + TRUENO_ZSTD_WINDOW_LOG_MIN);
		header->window_size += header->window_size / 8 * (window & 7);
	}
	width = id_bytes[descriptor & TRUENO_ZSTD_DICTIONARY_ID_FLAG];
	if (!get_number(in, width, &header->dictionary_id))
		return false;
	width = size_bytes[descriptor >> TRUENO_ZSTD_CONTENT_SIZE_FLAG_SHIFT];
	if (width == 0 && is_single_segment)
		width = 1;
	header->has_content_size = width > 0;
	if (!get_number(in, width, &header->content_size))
		return false;
	if (width == 2)
		header->content_size += TRUENO_ZSTD_CONTENT_SIZE_2_BASE;
	if (is_single_segment)
		header->window_size = header->content_size;
	return true;
}

static bool checksum_is_good(struct decoder *decoder, struct input *in)
{
	uint64_t checksum;

	return get_number(in, TRUENO_ZSTD_CHECKSUM_SIZE, &checksum) &&
	       checksum == (uint32_t)xxh64(decoder->frame,
					   decoder->out - decoder->frame);
}

static int get_frame(struct decoder *decoder, struct input *in)
{
	static const uint64_t repeat_offset[TRUENO_ZSTD_REPEAT_OFFSETS] =
		TRUENO_ZSTD_REPEAT_OFFSETS_AT_START;
	uint8_t *const room_end = decoder->out_end;
	struct frame_header header = {};
	bool is_last;
	int err;

	if (!get_frame_header(in, &header))
		return -EINVAL;
	decoder->huffman.is_valid = false;
	decoder->literals_length.is_valid = false;
	decoder->offset.is_valid = false;
	decoder->match_length.is_valid = false;
	__builtin_memcpy(decoder->repeat_offset, repeat_offset,
			 sizeof(repeat_offset));
	if (!load_dictionary(decoder))
		return -EINVAL;
	if (header.dictionary_id != 0 &&
	    header.dictionary_id != decoder->dictionary_id)
		return -EINVAL;
	decoder->frame = decoder->out;
	decoder->overrun = -ENOSPC;
	if (header.has_content_size) {
		if (header.content_size > room_left(decoder))
			return -ENOSPC;
		decoder->out_end = decoder->out + header.content_size;
		decoder->overrun = -EINVAL;
	}
	decoder->block_max = TRUENO_ZSTD_BLOCK_MAX;
	if (header.window_size < decoder->block_max)
		decoder->block_max = header.window_size;
	do {
		err = get_block(decoder, in, &is_last);
		if (err)
			return err;
	} while (!is_last);
	if (header.has_content_size && room_left(decoder) > 0)
		return -EINVAL;
	if (header.has_checksum && !checksum_is_good(decoder, in))
		return -EINVAL;
	decoder->out_end = room_end;
	return 0;
}

static int decompress_frames(struct input dictionary, const void *src,
			     size_t src_len, void *dst, size_t *dst_len,
			     void *workmem)
{
	struct input in = { src, (const uint8_t *)src + src_len };
	struct decoder *decoder = zstd_align_workmem(workmem);

	decoder->dictionary = dictionary;
	decoder->out = dst;
	decoder->out_end = (uint8_t *)dst + *dst_len;
	do {
		struct input skipped;
		uint64_t magic, size;
		int err;

		if (!get_number(&in, 4, &magic))
			return -EINVAL;
		if (magic == TRUENO_ZSTD_MAGIC) {
			err = get_frame(decoder, &in);
			if (err)
				return err;
			continue;
		}
		/* Skippable frames (3.1.2). */
		if ((magic & TRUENO_ZSTD_SKIPPABLE_MAGIC_MASK) !=
		    TRUENO_ZSTD_SKIPPABLE_MAGIC ||
		    !get_number(&in, 4, &size) ||
		    !get_part(&in, size, &skipped))
			return -EINVAL;
	} while (bytes_left(&in) > 0);
	*dst_len = decoder->out - (uint8_t *)dst;
	return 0;
}

static int decompress(const void *src, size_t src_len, void *dst,
		      size_t *dst_len, void *workmem)
{
	static const struct input no_dictionary;

	return decompress_frames(no_dictionary, src, src_len, dst, dst_len,
				 workmem);
}

static int decompress_with(const struct trueno_codec_params *params,
			   const void *src, size_t src_len, void *dst,
			   size_t *dst_len, void *workmem)
{
	const uint8_t *bytes = params->dict;
	const struct input dictionary = { bytes, bytes + params->dict_len };

	return decompress_frames(dictionary, src, src_len, dst, dst_len,
				 workmem);
}

#define REFERENCE							\
	.stream_format = trueno_zstd_format_name,			\
	.isa_name = "reference",					\
	.workmem_size = ZSTD_WORKMEM_SIZE,				\
	.bound = zstd_bound,						\
	.compress = compress,						\
	.compress_with = compress_with,					\
	.decompress = decompress,					\
	.decompress_with = decompress_with,				\
	ZSTD_TAKES_DICTIONARIES

const struct trueno_codec trueno_zstd_reference = {
	.name = "trueno-zstd@reference",
	.format_name = trueno_zstd_format_name,
	.levels = ZSTD_DEFAULT_LEVELS,
	REFERENCE,
};

const struct trueno_codec trueno_zstd_fast_reference = {
	.name = "trueno-zstd-fast@reference",
	.format_name = trueno_zstd_fast_format_name,
	.levels = ZSTD_FAST_LEVELS,
	REFERENCE,
};

const struct trueno_codec trueno_zstd_dense_reference = {
	.name = "trueno-zstd-dense@reference",
	.format_name = trueno_zstd_dense_format_name,
	.levels = ZSTD_DENSE_LEVELS,
	REFERENCE,
};
