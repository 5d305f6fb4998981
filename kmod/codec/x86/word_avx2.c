// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The word format with AVX2.
 */
#include <trueno/cpu.h>

#include "../codec_table.h"
#include "word_avx2_encode.h"
#include "../word/word_compress_template.h"
#include "../word/word_decompress_template.h"

static int compress(const void *src, size_t src_len, void *dst, size_t *dst_len,
		    void *workmem)
{
	return word_compress(src, src_len, dst, dst_len, workmem);
}

static int decompress(const void *src, size_t src_len, void *dst, size_t *dst_len,
		      void *workmem)
{
	return word_decompress(src, src_len, dst, dst_len, workmem);
}

const struct trueno_codec trueno_word_avx2 = {
	.name = "trueno-word@avx2",
	.format_name = trueno_word_format_name,
	.isa_name = "avx2",
	.cpu_features = TRUENO_CPU_AVX2 | TRUENO_CPU_BMI2,
	.needs_simd = true,
	.workmem_size = WORD_WORKMEM_SIZE,
	.bound = word_bound,
	.compress = compress,
	.decompress = decompress,
};
