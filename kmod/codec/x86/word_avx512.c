// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The word format with AVX-512 on 64-byte registers.
 */
#include <trueno/cpu.h>

#include "../codec_table.h"
#include "stream_avx512.h"
#include "word_avx512_encode.h"

#define STREAM_COUNT_TABLES 4
#define stream_fill stream_avx512_fill
#define stream_list_repeated stream_avx512_list_repeated
#define stream_put_codes stream_avx512_put_codes
#define stream_unpack stream_avx512_unpack
#include "../word/word_compress_template.h"
#include "../word/word_coded_encoder.h"
#include "../word/word_decompress_template.h"

static int compress(const void *src, size_t src_len, void *dst, size_t *dst_len,
		    void *workmem)
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

const struct trueno_codec trueno_word_avx512 = {
	.name = "trueno-word@avx512",
	.format_name = trueno_word_format_name,
	.isa_name = "avx512",
	.cpu_features = TRUENO_CPU_AVX2 | TRUENO_CPU_BMI2 | TRUENO_CPU_AVX512VL |
			TRUENO_CPU_AVX512VBMI2 | TRUENO_CPU_WIDE512,
	.needs_simd = true,
	.workmem_size = WORD_WORKMEM_SIZE,
	.bound = word_bound,
	.compress = compress,
	.decompress = decompress,
};

const struct trueno_codec trueno_word_dense_avx512 = {
	.name = "trueno-word-dense@avx512",
	.format_name = trueno_word_dense_format_name,
	.stream_format = trueno_word_format_name,
	.isa_name = "avx512",
	.cpu_features = TRUENO_CPU_AVX2 | TRUENO_CPU_BMI2 |
			TRUENO_CPU_AVX512VL | TRUENO_CPU_AVX512VBMI2 |
			TRUENO_CPU_WIDE512,
	.needs_simd = true,
	.workmem_size = WORD_WORKMEM_SIZE,
	.bound = word_bound,
	.compress = compress_dense,
	.decompress = decompress,
	.levels = { 2, 2, 2 },
};
