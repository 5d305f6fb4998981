// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The word format in general-purpose registers: runs on every CPU, needs no FPU
 * section.
 */
#include <trueno/cpu.h>

#include "../codec_table.h"
#include "../stream/stream_scalar.h"
#include "../word/word_scalar_encode.h"

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
