// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The word format with Advanced SIMD.
 */
#include "word_neon_steps.h"

#include <trueno/cpu.h>

#include "../codec_table.h"

#define word_deposit_bits word_scalar_deposit_bits
#define word_list_places word_scalar_list_places
#define word_repeated_sources word_scalar_repeated_sources
#define word_nearby_sources word_scalar_nearby_sources
#define word_expand_qwords word_scalar_expand_qwords
#define word_judge_qwords word_scalar_judge_qwords
#define word_mark_repeated word_scalar_mark_repeated
#define word_pack_qwords word_scalar_pack_qwords
#define word_note_found word_scalar_note_found
#include "../word/word_compress_template.h"
#include "../word/word_decompress_template.h"

static int compress(const void *src, size_t src_len, void *dst,
		    size_t *dst_len, void *workmem)
{
	return word_compress(src, src_len, dst, dst_len, workmem);
}

static int decompress(const void *src, size_t src_len, void *dst,
		      size_t *dst_len, void *workmem)
{
	return word_decompress(src, src_len, dst, dst_len, workmem);
}

const struct trueno_codec trueno_word_neon = {
	.name = "trueno-word@neon",
	.format_name = trueno_word_format_name,
	.isa_name = "neon",
	.cpu_features = TRUENO_CPU_NEON,
	.needs_simd = true,
	.workmem_size = WORD_WORKMEM_SIZE,
	.bound = word_bound,
	.compress = compress,
	.decompress = decompress,
};
