/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The profiles of trueno-auto for one instruction set: one decoder, and an
 * encoder for each model of auto_model.h. The including file provides, beside
 * what auto_template.h asks for: AUTO_ISA, AUTO_CPU_FEATURES, AUTO_NEEDS_SIMD.
 */
#ifndef TRUENO_AUTO_PROFILES_H
#define TRUENO_AUTO_PROFILES_H

#include "auto_template.h"

/*
 * Without vectors the word format takes 1.6 times as long as LZ4 to write and
 * 2.3 times as long to read: too much for a profile that is there for its speed.
 */
static __always_inline enum auto_choice
auto_model_without_words(const struct auto_features *features)
{
	return AUTO_LZ4;
}

/* Not every instruction set has this profile. */
static inline int compress_fast(const void *src, size_t src_len, void *dst,
				size_t *dst_len, void *workmem)
{
	return auto_compress(AUTO_NEEDS_SIMD ? auto_model_fast :
					       auto_model_without_words,
			     src, src_len, dst, dst_len, workmem);
}

static int compress_dense(const void *src, size_t src_len, void *dst,
			  size_t *dst_len, void *workmem)
{
	return auto_compress(auto_model_dense, src, src_len, dst, dst_len,
			     workmem);
}

static int compress_densest(const void *src, size_t src_len, void *dst,
			    size_t *dst_len, void *workmem)
{
	return auto_compress(auto_model_densest, src, src_len, dst, dst_len,
			     workmem);
}

static int decompress(const void *src, size_t src_len, void *dst,
		      size_t *dst_len, void *workmem)
{
	return auto_decompress(src, src_len, dst, dst_len, workmem);
}

#define AUTO_PROFILE(profile, profile_format_name, profile_compress, profile_levels) { \
	.name = profile "@" AUTO_ISA,					\
	.format_name = profile_format_name,				\
	.stream_format = trueno_auto_format_name,			\
	.isa_name = AUTO_ISA,						\
	.choice_names = trueno_auto_choice_names,			\
	.cpu_features = AUTO_CPU_FEATURES,				\
	.needs_simd = AUTO_NEEDS_SIMD,					\
	.workmem_size = AUTO_WORKMEM_SIZE,				\
	.bound = auto_bound,						\
	.compress = profile_compress,					\
	.decompress = decompress,					\
	.levels = profile_levels,				\
}

#endif /* TRUENO_AUTO_PROFILES_H */
