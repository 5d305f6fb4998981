// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * LZ4 with a dictionary, and with an acceleration. Neither is on the path of
 * pages at the default level, so one build in general-purpose registers serves
 * all variants.
 */
#include "../memory_access.h"
#include "lz4_scalar_match.h"

#define lz4_match_end lz4_scalar_match_end
#define lz4_copy_16 lz4_scalar_copy_16
#include "lz4_search_dense_template.h"

/* The last match starts at least so many bytes, less three, before the end. */
#define LZ4_ACCELERATED_MIN 16

size_t trueno_lz4_prepared_size(const struct trueno_codec_params *params)
{
	return sizeof(uint16_t) << LZ4_DICT_TABLE_BITS;
}

/*
 * From the start to the end, for a dictionary has at its end what is likeliest
 * to come up. Eight bytes are looked at wherever the table leads.
 */
int trueno_lz4_prepare(struct trueno_codec_params *params, void *memory)
{
	const struct lz4_dict dict = lz4_dict_of(params);
	uint16_t *table = memory;
	size_t back = dict.size;

	__builtin_memset(table, 0, trueno_lz4_prepared_size(params));
	if (back > TRUENO_LZ4_MAX_OFFSET)
		back = TRUENO_LZ4_MAX_OFFSET;
	for (; back >= 8; back--)
		table[lz4_dict_hash(trueno_load64(dict.end - back))] = back;
	return 0;
}

/* A place in the input, how far back the same bytes are, and how many of 8. */
struct accelerated_match {
	const uint8_t *at;
	size_t offset;
	size_t length;
};

/*
 * Looks for a match that starts @i bytes after @block, whose first eight bytes
 * are @bytes.
 */
static __always_inline bool probe(struct accelerated_match *match,
				  const struct lz4_encoder *e,
				  const uint8_t *block, uint64_t bytes,
				  unsigned int i)
{
	const size_t hash = lz4_hash_low(bytes >> 8 * i, 5);
	uint64_t difference;

	match->at = block + i;
	match->offset = lz4_dense_exchange(e->table, hash, match->at - e->src);
	difference = trueno_load64(match->at) ^
		     trueno_load64(match->at - match->offset);
	match->length = difference ? __builtin_ctzll(difference) / 8 : 8;
	return (uint32_t)difference == 0;
}

/*
 * Four neighbouring places are looked at, then twice the acceleration is passed
 * over. Four at once cost little more than one, for they share a load and a
 * branch that is predicted; single places as far apart take 1.1 times as many
 * bytes at the same speed.
 */
static bool search_accelerated(struct lz4_encoder *e, size_t acceleration)
{
	const uint8_t *const limit = e->src_end - TRUENO_LZ4_LAST_LITERALS;
	/* Three bytes further on, eight can be loaded still. */
	const uint8_t *const last = e->src_end - LZ4_ACCELERATED_MIN;
	const uint8_t *at = e->src + 1;

	__builtin_memset(e->table, 0, LZ4_DENSE_TABLE_SIZE);
	while (at <= last) {
		const uint64_t bytes = trueno_load64(at);
		struct accelerated_match match;
		const uint8_t *seen, *end;

		if (!probe(&match, e, at, bytes, 0) &&
		    !probe(&match, e, at, bytes, 1) &&
		    !probe(&match, e, at, bytes, 2) &&
		    !probe(&match, e, at, bytes, 3)) {
			size_t skip = 3 + 2 * acceleration +
				      ((at - e->literals) >> 5);

			if (skip > (size_t)(last - at))
				break;
			at += skip;
			continue;
		}

		at = match.at;
		seen = at - match.offset;
		end = at + match.length;
		if (match.length == 8)
			end = lz4_match_end(end, seen + 8, limit);
		if (end > limit)
			end = limit;
		while (at > e->literals && seen > e->src && at[-1] == seen[-1]) {
			at--;
			seen--;
		}
		if (!lz4_dense_put(e, at, end, match.offset))
			return false;
		at = end;
		if (at > last)
			break;
		lz4_dense_exchange(e->table,
				   lz4_hash_low(trueno_load64(at - 2), 5),
				   at - 2 - e->src);
	}
	return true;
}

static noinline int
compress_accelerated(const void *src, size_t src_len, void *dst,
		     size_t *dst_len, void *workmem, size_t acceleration)
{
	struct lz4_encoder e = {
		.src = src,
		.src_end = (const uint8_t *)src + src_len,
		.literals = src,
		.out = dst,
		.out_end = (uint8_t *)dst + *dst_len,
		.table = workmem,
	};

	if (src_len > TRUENO_LZ4_MAX_INPUT)
		return -EINVAL;
	if (src_len > LZ4_ACCELERATED_MIN &&
	    !search_accelerated(&e, acceleration))
		return -ENOSPC;
	if (!lz4_put_literals(&e, e.src_end, 0))
		return -ENOSPC;
	*dst_len = e.out - (uint8_t *)dst;
	return 0;
}

int trueno_lz4_compress_with(const struct trueno_codec_params *params,
			     const void *src, size_t src_len, void *dst,
			     size_t *dst_len, void *workmem)
{
	const struct lz4_dict dict = lz4_dict_of(params);
	const struct lz4_effort effort = { .dict = &dict };

	if (!params->dict_len)
		return compress_accelerated(src, src_len, dst, dst_len, workmem,
					    params->level);
	return lz4_compress_dense(src, src_len, dst, dst_len, workmem,
				  params->level, effort);
}

int trueno_lz4_compress_dense_with(const struct trueno_codec_params *params,
				   const void *src, size_t src_len, void *dst,
				   size_t *dst_len, void *workmem)
{
	const struct lz4_dict dict = lz4_dict_of(params);
	const struct lz4_effort effort = { .is_dense = true, .dict = &dict };

	return lz4_compress_dense(src, src_len, dst, dst_len, workmem, 1,
				  effort);
}

/* @room: bytes that may be written at @to, and, if another buffer, read. */
static __always_inline void
copy(uint8_t *to, const uint8_t *from, size_t length, size_t room)
{
	size_t i = 0;

	if (length + 8 <= room) {
		do {
			trueno_copy8(to + i, from + i);
			i += 8;
		} while (i < length);
		return;
	}
	for (; i < length; i++)
		to[i] = from[i];
}

static __always_inline size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Adds the bytes that follow a full nibble; NULL if the input ends first. */
static __always_inline const uint8_t *
get_count(const uint8_t *in, const uint8_t *in_end, size_t *count)
{
	uint8_t byte;

	if (*count < TRUENO_LZ4_NIBBLE_MAX)
		return in;
	do {
		if (in >= in_end)
			return NULL;
		byte = *in++;
		*count += byte;
	} while (byte == TRUENO_LZ4_LENGTH_BYTE_MAX);
	return in;
}

/* Copies a match that ends within @room bytes; @at bytes are before @out. */
static __always_inline void
copy_match(const struct lz4_dict *dict, uint8_t *out, size_t at, size_t offset,
	   size_t length, size_t room)
{
	size_t back, count, i;

	if (offset > at) {
		back = offset - at;
		count = least(back, length);
		copy(out, dict->end - back, count, least(back, room));
		out += count;
		length -= count;
		room -= count;
	}
	if (offset >= 8) {
		if (length)
			copy(out, out - offset, length, room);
		return;
	}
	for (i = 0; i < length; i++)
		out[i] = *(out + i - offset);
}

/* The verdicts are those of reference/lz4_reference.c, in the same order. */
int trueno_lz4_decompress_with(const struct trueno_codec_params *params,
			       const void *src, size_t src_len, void *dst,
			       size_t *dst_len, void *workmem)
{
	const struct lz4_dict dict = lz4_dict_of(params);
	const uint8_t *in = src;
	const uint8_t *const in_end = in + src_len;
	uint8_t *const out = dst;
	const size_t room = *dst_len;
	size_t at = 0;

	while (in < in_end) {
		uint32_t token = *in++;
		size_t literals = token >> 4;
		size_t match = token & 0xF;
		size_t offset;

		in = get_count(in, in_end, &literals);
		if (!in || literals > (size_t)(in_end - in))
			return -EINVAL;
		if (literals > room - at)
			return -ENOSPC;
		if (literals)
			copy(out + at, in, literals,
			     least(in_end - in, room - at));
		in += literals;
		at += literals;
		if (in == in_end) {
			*dst_len = at;
			return 0;
		}

		if (in_end - in < 2)
			return -EINVAL;
		offset = trueno_load16(in);
		in += 2;
		if (offset == 0 || offset > at + dict.size)
			return -EINVAL;
		in = get_count(in, in_end, &match);
		if (!in)
			return -EINVAL;
		match += TRUENO_LZ4_MIN_MATCH;
		if (match > room - at)
			return -ENOSPC;
		copy_match(&dict, out + at, at, offset, match, room - at);
		at += match;
	}
	return -EINVAL;
}
