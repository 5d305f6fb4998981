/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A trivially correct encoder: every block is raw, or one byte repeated.
 */
#ifndef TRUENO_ZSTD_REFERENCE_ENCODER_H
#define TRUENO_ZSTD_REFERENCE_ENCODER_H

#include "../zstd/zstd_format.h"

static bool is_one_byte(const uint8_t *bytes, size_t count)
{
	size_t i;

	for (i = 1; i < count; i++)
		if (bytes[i] != bytes[0])
			return false;
	return count > 0;
}

static bool put_number(uint8_t **to, const uint8_t *end, unsigned int bytes,
		       uint64_t number)
{
	if (end - *to < bytes)
		return false;
	for (; bytes > 0; bytes--, number >>= 8)
		*(*to)++ = number;
	return true;
}

/*
 * One frame of a single segment that states its content size, and which
 * dictionary it is to be read with unless that is 0. What the dictionary holds
 * is not made use of.
 */
static int compress_frame(uint32_t dictionary_id, const void *src,
			  size_t src_len, void *dst, size_t *dst_len)
{
	const unsigned int descriptor =
		TRUENO_ZSTD_SINGLE_SEGMENT_FLAG |
		3 << TRUENO_ZSTD_CONTENT_SIZE_FLAG_SHIFT |
		(dictionary_id ? TRUENO_ZSTD_DICTIONARY_ID_FLAG : 0);
	const uint8_t *bytes = src;
	uint8_t *to = dst;
	uint8_t *const end = to + *dst_len;

	if (!put_number(&to, end, 4, TRUENO_ZSTD_MAGIC) ||
	    !put_number(&to, end, 1, descriptor) ||
	    !put_number(&to, end, dictionary_id ? 4 : 0, dictionary_id) ||
	    !put_number(&to, end, 8, src_len))
		return -ENOSPC;
	do {
		size_t size = src_len < TRUENO_ZSTD_BLOCK_MAX ?
			      src_len : TRUENO_ZSTD_BLOCK_MAX;
		bool is_rle = is_one_byte(bytes, size);
		size_t stored = is_rle ? 1 : size;
		uint32_t header = size << 3 |
				  (is_rle ? TRUENO_ZSTD_BLOCK_RLE :
					    TRUENO_ZSTD_BLOCK_RAW) << 1;

		src_len -= size;
		if (src_len == 0)
			header |= TRUENO_ZSTD_LAST_BLOCK;
		if (!put_number(&to, end, TRUENO_ZSTD_BLOCK_HEADER_SIZE,
				header) || end - to < stored)
			return -ENOSPC;
		for (; stored > 0; stored--)
			*to++ = *bytes++;
		bytes += is_rle ? size - 1 : 0;
	} while (src_len > 0);
	*dst_len = to - (uint8_t *)dst;
	return 0;
}

static int compress(const void *src, size_t src_len, void *dst,
		    size_t *dst_len, void *workmem)
{
	return compress_frame(0, src, src_len, dst, dst_len);
}

/* The profiles differ in what only the other variants do. */
static int compress_with(const struct trueno_codec_params *params,
			 const void *src, size_t src_len, void *dst,
			 size_t *dst_len, void *workmem)
{
	const uint8_t *dictionary = params->dict;
	uint32_t id = 0;

	/* Dictionary Format (5). */
	if (params->dict_len >= TRUENO_ZSTD_DICTIONARY_HEADER_SIZE &&
	    trueno_load32(dictionary) == TRUENO_ZSTD_DICTIONARY_MAGIC)
		id = trueno_load32(dictionary + 4);
	return compress_frame(id, src, src_len, dst, dst_len);
}

#endif /* TRUENO_ZSTD_REFERENCE_ENCODER_H */
