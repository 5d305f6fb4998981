// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The decoders that judge the others: see stream_reference.h.
 */
#include "stream_reference.h"

#include "../auto/lz_streams_format.h"

static bool get_byte(struct stream_input *in, uint8_t *byte)
{
	if (in->at == in->end)
		return false;
	*byte = *in->at++;
	return true;
}

static const uint8_t *take_bytes(struct stream_input *in, size_t count)
{
	const uint8_t *bytes = in->at;

	if (count > (size_t)(in->end - in->at))
		return NULL;
	in->at += count;
	return bytes;
}

/* The @width bits that start at bit @index * @width of @codes. */
static unsigned int code_at(const uint8_t *codes, size_t index,
			    unsigned int width)
{
	unsigned int code = 0;
	unsigned int bit;

	for (bit = 0; bit < width; bit++) {
		size_t position = index * width + bit;

		code |= (codes[position / 8] >> (position % 8) & 1u) << bit;
	}
	return code;
}

bool trueno_stream_reference_get(struct stream_input *in, uint8_t *symbols,
				 size_t count)
{
	const uint8_t *dictionary, *codes;
	uint8_t mode, constant;
	size_t i;

	mode = STREAM_RAW;
	if (count >= STREAM_MIN_CODED && !get_byte(in, &mode))
		return false;
	if (mode == STREAM_RAW) {
		const uint8_t *bytes = take_bytes(in, count);

		if (bytes)
			__builtin_memcpy(symbols, bytes, count);
		return bytes;
	}
	if (mode == STREAM_CONSTANT) {
		if (!get_byte(in, &constant))
			return false;
		__builtin_memset(symbols, constant, count);
		return true;
	}
	if (mode > STREAM_MAX_DICTIONARY)
		return false;
	dictionary = take_bytes(in, mode);
	if (!dictionary)
		return false;
	codes = take_bytes(in, (count * stream_width(mode) + 7) / 8);
	if (!codes)
		return false;
	for (i = 0; i < count; i++) {
		unsigned int code = code_at(codes, i, stream_width(mode));

		if (code < mode)
			symbols[i] = dictionary[code];
		else if (!get_byte(in, &symbols[i]))
			return false;
	}
	return true;
}

/* The page as far as it is put together, and what it is put together from. */
struct join {
	const struct lz_streams *streams;
	size_t literals, literals_taken;
	size_t counts, counts_taken;
	uint8_t *page;
	size_t at;
};

/* A nibble of 15 goes on in count bytes; the first below 255 ends it. */
static bool get_length(struct join *join, size_t nibble, size_t *length)
{
	uint8_t byte;

	*length = nibble;
	if (nibble < TRUENO_LZ4_NIBBLE_MAX)
		return true;
	do {
		if (join->counts_taken == join->counts)
			return false;
		byte = join->streams->counts[join->counts_taken++];
		*length += byte;
	} while (byte == TRUENO_LZ4_LENGTH_BYTE_MAX);
	return true;
}

static bool put_literals(struct join *join, size_t nibble)
{
	size_t length;

	if (!get_length(join, nibble, &length) ||
	    length > join->literals - join->literals_taken ||
	    length > TRUENO_PAGE_SIZE - join->at)
		return false;
	while (length-- > 0)
		join->page[join->at++] =
			join->streams->literals[join->literals_taken++];
	return true;
}

static bool put_match(struct join *join, size_t nibble, size_t offset)
{
	size_t length;

	if (!get_length(join, nibble, &length))
		return false;
	length += TRUENO_LZ4_MIN_MATCH;
	if (offset == 0 || offset > join->at ||
	    length > TRUENO_PAGE_SIZE - join->at)
		return false;
	for (; length > 0; length--, join->at++)
		join->page[join->at] = join->page[join->at - offset];
	return true;
}

static bool join_page(struct join *join, size_t sequences)
{
	const struct lz_streams *streams = join->streams;
	size_t i;

	for (i = 0; i < sequences; i++) {
		if (!put_literals(join, streams->tokens[i] >> 4))
			return false;
		if (i + 1 < sequences &&
		    !put_match(join, streams->tokens[i] & 0xF,
			       streams->offsets_low[i] |
			       streams->offsets_high[i] << 8))
			return false;
	}
	return join->at == TRUENO_PAGE_SIZE &&
	       join->literals_taken == join->literals &&
	       join->counts_taken == join->counts;
}

static size_t get_number(const uint8_t *bytes)
{
	return bytes[0] | bytes[1] << 8;
}

int trueno_lz_streams_reference(const uint8_t *src, size_t src_len,
				uint8_t *dst, size_t *dst_len, void *workmem)
{
	struct stream_input in = { src, src + src_len };
	struct lz_streams *streams = workmem;
	struct join join = { .streams = streams, .page = dst };
	const uint8_t *header;
	size_t sequences;

	if (*dst_len < TRUENO_PAGE_SIZE)
		return -ENOSPC;
	if (src_len > TRUENO_PAGE_SIZE)
		return -EINVAL;
	header = take_bytes(&in, LZ_STREAMS_HEADER_SIZE);
	if (!header)
		return -EINVAL;
	sequences = get_number(header);
	join.literals = get_number(header + 2);
	join.counts = get_number(header + 4);
	if (sequences < 1 || sequences > LZ_STREAMS_MAX_SEQUENCES ||
	    join.literals > TRUENO_PAGE_SIZE ||
	    join.counts > LZ_STREAMS_MAX_COUNTS)
		return -EINVAL;
	if (!trueno_stream_reference_get(&in, streams->tokens, sequences) ||
	    !trueno_stream_reference_get(&in, streams->offsets_low,
					 sequences - 1) ||
	    !trueno_stream_reference_get(&in, streams->offsets_high,
					 sequences - 1) ||
	    !trueno_stream_reference_get(&in, streams->counts, join.counts) ||
	    !trueno_stream_reference_get(&in, streams->literals,
					 join.literals) ||
	    in.at != in.end || !join_page(&join, sequences))
		return -EINVAL;
	*dst_len = TRUENO_PAGE_SIZE;
	return 0;
}
