// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The LZ4 block format, one byte at a time, in the words and the order of its
 * description. No trick of the fast variants is repeated here, so that this
 * file can judge them.
 *
 * The decoder fixes what every variant answers to a bad block: sequences are
 * taken in order, and the first thing wrong decides. A count or an offset that
 * is cut off, literals that the input does not hold, an offset of zero or to
 * before the output, and an input that ends without a literals-only sequence
 * are -EINVAL; literals or a match that the output has no room for are
 * -ENOSPC. The end-of-block rules bind the encoder only: a block that breaks
 * them is still unambiguous and is decoded.
 */
#include <trueno/cpu.h>

#include "../codec_table.h"
#include "../lz4/lz4_dict.h"

const char trueno_lz4_format_name[sizeof("trueno-lz4")] = "trueno-lz4";
const char trueno_lz4_dense_format_name[sizeof("trueno-lz4-dense")] =
	"trueno-lz4-dense";

struct input {
	const uint8_t *at;
	const uint8_t *end;
};

struct output {
	uint8_t *start;
	uint8_t *at;
	uint8_t *end;
};

static size_t bytes_left(const struct input *in)
{
	return in->end - in->at;
}

static size_t room_left(const struct output *out)
{
	return out->end - out->at;
}

static bool put_byte(struct output *out, uint8_t byte)
{
	if (room_left(out) < 1)
		return false;
	*out->at++ = byte;
	return true;
}

/* A count that fills its nibble goes on in bytes; the first below 255 ends it. */
static bool put_count_bytes(struct output *out, size_t count)
{
	if (count < TRUENO_LZ4_NIBBLE_MAX)
		return true;
	count -= TRUENO_LZ4_NIBBLE_MAX;
	while (count >= TRUENO_LZ4_LENGTH_BYTE_MAX) {
		if (!put_byte(out, TRUENO_LZ4_LENGTH_BYTE_MAX))
			return false;
		count -= TRUENO_LZ4_LENGTH_BYTE_MAX;
	}
	return put_byte(out, count);
}

static uint8_t count_nibble(size_t count)
{
	return count < TRUENO_LZ4_NIBBLE_MAX ? count : TRUENO_LZ4_NIBBLE_MAX;
}

static bool put_literals(struct output *out, const uint8_t *literals,
			 size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!put_byte(out, literals[i]))
			return false;
	}
	return true;
}

static bool put_sequence(struct output *out, const uint8_t *literals,
			 size_t literal_count, size_t offset,
			 size_t match_length)
{
	size_t match_count = match_length - TRUENO_LZ4_MIN_MATCH;

	return put_byte(out, count_nibble(literal_count) << 4 |
			     count_nibble(match_count)) &&
	       put_count_bytes(out, literal_count) &&
	       put_literals(out, literals, literal_count) &&
	       put_byte(out, offset & 0xFF) && put_byte(out, offset >> 8) &&
	       put_count_bytes(out, match_count);
}

static bool put_last_sequence(struct output *out, const uint8_t *literals,
			      size_t literal_count)
{
	return put_byte(out, count_nibble(literal_count) << 4) &&
	       put_count_bytes(out, literal_count) &&
	       put_literals(out, literals, literal_count);
}

/*
 * The bytes that matches are taken from, as one run: the dictionary's, and the
 * content's behind it. Positions count from the dictionary's start.
 */
struct history {
	const uint8_t *dict;
	size_t dict_len;
	const uint8_t *content;
};

static uint8_t byte_at(const struct history *history, size_t position)
{
	if (position < history->dict_len)
		return history->dict[position];
	return history->content[position - history->dict_len];
}

static struct history history_of(const struct trueno_codec_params *params,
				 const uint8_t *content)
{
	struct history history = { .content = content };

	if (params) {
		history.dict = params->dict;
		history.dict_len = params->dict_len;
	}
	return history;
}

/*
 * Where four bytes with this hash were last seen. The table may be wrong in
 * any way, for two words share a slot: what it says is only ever a place to
 * compare.
 */
#define SEEN_AT_BITS 12

static uint8_t *seen_at_slot(uint8_t *seen_at, const struct history *history,
			     size_t position)
{
	uint32_t word = byte_at(history, position) |
			byte_at(history, position + 1) << 8 |
			byte_at(history, position + 2) << 16 |
			(uint32_t)byte_at(history, position + 3) << 24;
	uint32_t hash = word * 2654435761u;

	return seen_at + (hash >> (32 - SEEN_AT_BITS)) * sizeof(uint32_t);
}

static size_t common_length(const struct history *history, size_t a, size_t b,
			    size_t limit)
{
	size_t length = 0;

	while (length < limit &&
	       byte_at(history, a + length) == byte_at(history, b + length))
		length++;
	return length;
}

/* @acceleration: how far to go on where there is no match. */
static int compress_history(const struct history *history, size_t src_len,
			    void *dst, size_t *dst_len, uint8_t *seen_at,
			    size_t acceleration)
{
	const uint8_t *bytes = history->content;
	const size_t dict_len = history->dict_len;
	struct output out = { dst, dst, (uint8_t *)dst + *dst_len };
	size_t literals_from = 0;
	size_t position = 0;
	size_t i;

	if (src_len > TRUENO_LZ4_MAX_INPUT)
		return -EINVAL;
	__builtin_memset(seen_at, 0, LZ4_WORKMEM_SIZE);
	for (i = 0; i + TRUENO_LZ4_MIN_MATCH <= dict_len; i++)
		trueno_store32(seen_at_slot(seen_at, history, i), i);

	while (position + TRUENO_LZ4_MATCH_START_LIMIT <= src_len) {
		uint8_t *slot = seen_at_slot(seen_at, history,
					     dict_len + position);
		size_t candidate = trueno_load32(slot);
		size_t offset = dict_len + position - candidate;
		size_t length = 0;

		trueno_store32(slot, dict_len + position);
		if (offset >= 1 && offset <= TRUENO_LZ4_MAX_OFFSET)
			length = common_length(history, candidate,
					       dict_len + position,
					       src_len - position -
					       TRUENO_LZ4_LAST_LITERALS);
		if (length < TRUENO_LZ4_MIN_MATCH) {
			position += acceleration;
			continue;
		}
		if (!put_sequence(&out, bytes + literals_from,
				  position - literals_from, offset, length))
			return -ENOSPC;
		position += length;
		literals_from = position;
	}
	if (!put_last_sequence(&out, bytes + literals_from,
			       src_len - literals_from))
		return -ENOSPC;
	*dst_len = out.at - out.start;
	return 0;
}

static int compress(const void *src, size_t src_len, void *dst,
		    size_t *dst_len, void *workmem)
{
	const struct history history = history_of(NULL, src);

	return compress_history(&history, src_len, dst, dst_len, workmem, 1);
}

static int compress_with(const struct trueno_codec_params *params,
			 const void *src, size_t src_len, void *dst,
			 size_t *dst_len, void *workmem)
{
	const struct history history = history_of(params, src);

	return compress_history(&history, src_len, dst, dst_len, workmem,
				params->level > 1 ? params->level : 1);
}

/* Adds to *@count the bytes that follow a full nibble. */
static bool get_count_bytes(struct input *in, size_t *count)
{
	uint8_t byte;

	if (*count < TRUENO_LZ4_NIBBLE_MAX)
		return true;
	do {
		if (bytes_left(in) < 1)
			return false;
		byte = *in->at++;
		*count += byte;
	} while (byte == TRUENO_LZ4_LENGTH_BYTE_MAX);
	return true;
}

static int decompress_history(const struct history *history, const void *src,
			      size_t src_len, void *dst, size_t *dst_len)
{
	struct input in = { src, (const uint8_t *)src + src_len };
	struct output out = { dst, dst, (uint8_t *)dst + *dst_len };

	while (bytes_left(&in) > 0) {
		uint8_t token = *in.at++;
		size_t literal_count = token >> 4;
		size_t match_length = token & 0xF;
		size_t offset;

		if (!get_count_bytes(&in, &literal_count) ||
		    literal_count > bytes_left(&in))
			return -EINVAL;
		if (!put_literals(&out, in.at, literal_count))
			return -ENOSPC;
		in.at += literal_count;
		if (bytes_left(&in) == 0) {
			*dst_len = out.at - out.start;
			return 0;
		}

		if (bytes_left(&in) < 2)
			return -EINVAL;
		offset = in.at[0] | in.at[1] << 8;
		in.at += 2;
		if (offset == 0 ||
		    offset > history->dict_len + (size_t)(out.at - out.start))
			return -EINVAL;
		if (!get_count_bytes(&in, &match_length))
			return -EINVAL;
		match_length += TRUENO_LZ4_MIN_MATCH;
		while (match_length-- > 0) {
			size_t position = history->dict_len +
					  (out.at - out.start) - offset;

			if (!put_byte(&out, byte_at(history, position)))
				return -ENOSPC;
		}
	}
	return -EINVAL;
}

static int decompress(const void *src, size_t src_len, void *dst,
		      size_t *dst_len, void *workmem)
{
	const struct history history = history_of(NULL, dst);

	return decompress_history(&history, src, src_len, dst, dst_len);
}

static int decompress_with(const struct trueno_codec_params *params,
			   const void *src, size_t src_len, void *dst,
			   size_t *dst_len, void *workmem)
{
	const struct history history = history_of(params, dst);

	return decompress_history(&history, src, src_len, dst, dst_len);
}

/* The other variants' prepared state is not used, but of the same size. */
#define REFERENCE_PARAMS						\
	.stream_format = trueno_lz4_format_name,			\
	.prepared_size = trueno_lz4_prepared_size,			\
	.prepare = trueno_lz4_prepare,					\
	.compress_with = compress_with,					\
	.decompress_with = decompress_with

const struct trueno_codec trueno_lz4_reference = {
	.name = "trueno-lz4@reference",
	.format_name = trueno_lz4_format_name,
	.isa_name = "reference",
	.workmem_size = LZ4_WORKMEM_SIZE,
	.bound = lz4_bound,
	.compress = compress,
	.decompress = decompress,
	.levels = { 1, 65537, 1 },
	REFERENCE_PARAMS,
};

const struct trueno_codec trueno_lz4_dense_reference = {
	.name = "trueno-lz4-dense@reference",
	.format_name = trueno_lz4_dense_format_name,
	.isa_name = "reference",
	.workmem_size = LZ4_WORKMEM_SIZE,
	.bound = lz4_bound,
	.compress = compress,
	.decompress = decompress,
	.levels = { -1, -1, -1 },
	REFERENCE_PARAMS,
};
