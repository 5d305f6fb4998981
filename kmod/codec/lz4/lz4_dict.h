/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A dictionary for LZ4: bytes that the content is taken to follow, so that
 * offsets reach back into them. The table of its places is made once, and calls
 * only read it.
 */
#ifndef TRUENO_LZ4_DICT_H
#define TRUENO_LZ4_DICT_H

#include "../codec_impl.h"
#include "lz4_format.h"

#define LZ4_DICT_TABLE_BITS 14

/* What offsets can reach. */
#define LZ4_DICT_MAX 65536

struct lz4_dict {
	/* Bytes in front of @end that count. */
	const uint8_t *end;
	size_t size;
	/* How far before the end bytes with a hash were seen last; 0: nowhere. */
	const uint16_t *back;
};

static __always_inline struct lz4_dict
lz4_dict_of(const struct trueno_codec_params *params)
{
	struct lz4_dict dict = {
		.end = (const uint8_t *)params->dict + params->dict_len,
		.size = params->dict_len < LZ4_DICT_MAX ?
				params->dict_len : LZ4_DICT_MAX,
		.back = params->prepared,
	};

	return dict;
}

/* The hash of the five bytes at the low end of @bytes. */
static __always_inline size_t lz4_dict_hash(uint64_t bytes)
{
	return (bytes * (0x9E3779B185EBCA87ull << 24)) >>
	       (64 - LZ4_DICT_TABLE_BITS);
}

/*
 * How far before the dictionary's end @bytes may be found, at least 8; 0: not
 * at all.
 */
static __always_inline size_t
lz4_dict_find(const struct lz4_dict *dict, uint64_t bytes)
{
	return dict->back[lz4_dict_hash(bytes)];
}

/* The functions of struct trueno_codec, the same for every variant. */
size_t trueno_lz4_prepared_size(const struct trueno_codec_params *params);
int trueno_lz4_prepare(struct trueno_codec_params *params, void *memory);
int trueno_lz4_compress_with(const struct trueno_codec_params *params,
			     const void *src, size_t src_len, void *dst,
			     size_t *dst_len, void *workmem);
int trueno_lz4_compress_dense_with(const struct trueno_codec_params *params,
				   const void *src, size_t src_len, void *dst,
				   size_t *dst_len, void *workmem);
int trueno_lz4_decompress_with(const struct trueno_codec_params *params,
			       const void *src, size_t src_len, void *dst,
			       size_t *dst_len, void *workmem);

/* What they and the levels are to the variants of the two profiles. */
#define TRUENO_LZ4_PARAMS						\
	.stream_format = trueno_lz4_format_name,			\
	.levels = { 1, 65537, 1 },					\
	.prepared_size = trueno_lz4_prepared_size,			\
	.prepare = trueno_lz4_prepare,					\
	.compress_with = trueno_lz4_compress_with,			\
	.decompress_with = trueno_lz4_decompress_with

#define TRUENO_LZ4_DENSE_PARAMS						\
	.stream_format = trueno_lz4_format_name,			\
	.levels = { -1, -1, -1 },					\
	.prepared_size = trueno_lz4_prepared_size,			\
	.prepare = trueno_lz4_prepare,					\
	.compress_with = trueno_lz4_compress_dense_with,		\
	.decompress_with = trueno_lz4_decompress_with

#endif /* TRUENO_LZ4_DICT_H */
