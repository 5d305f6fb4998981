// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The word format in general-purpose registers: runs on every CPU, needs no FPU
 * section.
 */
#include <trueno/cpu.h>

#include "../codec_table.h"
#include "../stream/stream_scalar.h"
#include "../word/word_scalar_encode.h"

#define word_count_bits word_scalar_count_bits
#define word_deposit_bits word_scalar_deposit_bits
#define word_list_places word_scalar_list_places
#define word_repeated_sources word_scalar_repeated_sources
#define word_nearby_sources word_scalar_nearby_sources
#define word_expand_dwords word_scalar_expand_dwords
#define word_expand_qwords word_scalar_expand_qwords
#define word_find_nonzero word_scalar_find_nonzero
#define word_judge_qwords word_scalar_judge_qwords
#define word_pack_bytes word_scalar_pack_bytes
#define word_mark_repeated word_scalar_mark_repeated
#define word_pack_qwords word_scalar_pack_qwords
#define word_hash_dwords word_scalar_hash_dwords
#define word_note_found word_scalar_note_found
#define word_classify word_scalar_classify
#define word_split_dwords word_scalar_split_dwords
#define stream_list_repeated stream_scalar_list_repeated
#define stream_pack stream_scalar_pack
#define stream_put_escapes stream_scalar_put_escapes
#define stream_unpack stream_scalar_unpack
#include "../word/word_compress_template.h"
#include "../word/word_coded_encoder.h"
#include "../word/word_decompress_template.h"

static int compress(const void *src, size_t src_len, void *dst,
		    size_t *dst_len, void *workmem)
{
	return word_compress(src, src_len, dst, dst_len, workmem);
}

static int compress_dense(const void *src, size_t src_len, void *dst,
			  size_t *dst_len, void *workmem)
{
	return word_compress_dense(src, src_len, dst, dst_len, workmem);
}

static int decompress(const void *src, size_t src_len, void *dst,
		      size_t *dst_len, void *workmem)
{
	return word_decompress(src, src_len, dst, dst_len, workmem);
}

const struct trueno_codec trueno_word_scalar = {
	.name = "trueno-word@scalar",
	.format_name = trueno_word_format_name,
	.isa_name = "scalar",
	.workmem_size = WORD_WORKMEM_SIZE,
	.bound = word_bound,
	.compress = compress,
	.decompress = decompress,
};

const struct trueno_codec trueno_word_dense_scalar = {
	.name = "trueno-word-dense@scalar",
	.format_name = trueno_word_dense_format_name,
	.stream_format = trueno_word_format_name,
	.isa_name = "scalar",
	.workmem_size = WORD_WORKMEM_SIZE,
	.bound = word_bound,
	.compress = compress_dense,
	.decompress = decompress,
	.levels = { 2, 2, 2 },
};
