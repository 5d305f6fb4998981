// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Zstandard in general-purpose registers with the bit instructions of BMI2: what
 * takes bit fields apart is mostly shifts by a variable count and masks, which
 * take one step each. Needs no FPU section.
 */
#include <trueno/cpu.h>

#include "../codec_table.h"
#include "../lz4/lz4_scalar_match.h"
#include "../lz4/lz4_scalar_copy.h"

#define lz4_copy_16 lz4_scalar_copy_16
#include "../zstd/zstd_compress_template.h"
#include "../zstd/zstd_decompress_template.h"

static int compress(const void *src, size_t src_len, void *dst,
		    size_t *dst_len, void *workmem)
{
	return zstd_compress(src, src_len, dst, dst_len, workmem,
			     &zstd_profile_default);
}

static int compress_with(const struct trueno_codec_params *params,
			 const void *src, size_t src_len, void *dst,
			 size_t *dst_len, void *workmem)
{
	return zstd_compress_with(params, src, src_len, dst, dst_len, workmem,
				  &zstd_profile_default);
}

static int compress_fast(const void *src, size_t src_len, void *dst,
			 size_t *dst_len, void *workmem)
{
	return zstd_compress(src, src_len, dst, dst_len, workmem,
			     &zstd_profile_fast);
}

static int compress_fast_with(const struct trueno_codec_params *params,
			      const void *src, size_t src_len, void *dst,
			      size_t *dst_len, void *workmem)
{
	return zstd_compress_with(params, src, src_len, dst, dst_len, workmem,
				  &zstd_profile_fast);
}

static int compress_dense(const void *src, size_t src_len, void *dst,
			  size_t *dst_len, void *workmem)
{
	return zstd_compress(src, src_len, dst, dst_len, workmem,
			     &zstd_profile_dense);
}

static int compress_dense_with(const struct trueno_codec_params *params,
			       const void *src, size_t src_len, void *dst,
			       size_t *dst_len, void *workmem)
{
	return zstd_compress_with(params, src, src_len, dst, dst_len, workmem,
				  &zstd_profile_dense);
}

static int decompress(const void *src, size_t src_len, void *dst,
		      size_t *dst_len, void *workmem)
{
	return zstd_decompress(src, src_len, dst, dst_len, workmem);
}

const struct trueno_codec trueno_zstd_bmi2 = {
	.name = "trueno-zstd@bmi2",
	.format_name = trueno_zstd_format_name,
	.isa_name = "bmi2",
	.cpu_features = TRUENO_CPU_BMI2,
	.workmem_size = ZSTD_WORKMEM_SIZE,
	.bound = zstd_bound,
	.levels = ZSTD_DEFAULT_LEVELS,
	.compress = compress,
	.compress_with = compress_with,
	.decompress = decompress,
	.decompress_with = zstd_decompress_with,
	ZSTD_TAKES_DICTIONARIES,
};

const struct trueno_codec trueno_zstd_fast_bmi2 = {
	.name = "trueno-zstd-fast@bmi2",
	.format_name = trueno_zstd_fast_format_name,
	.stream_format = trueno_zstd_format_name,
	.isa_name = "bmi2",
	.cpu_features = TRUENO_CPU_BMI2,
	.workmem_size = ZSTD_WORKMEM_SIZE,
	.bound = zstd_bound,
	.levels = ZSTD_FAST_LEVELS,
	.compress = compress_fast,
	.compress_with = compress_fast_with,
	.decompress = decompress,
	.decompress_with = zstd_decompress_with,
	ZSTD_TAKES_DICTIONARIES,
};

const struct trueno_codec trueno_zstd_dense_bmi2 = {
	.name = "trueno-zstd-dense@bmi2",
	.format_name = trueno_zstd_dense_format_name,
	.stream_format = trueno_zstd_format_name,
	.isa_name = "bmi2",
	.cpu_features = TRUENO_CPU_BMI2,
	.workmem_size = ZSTD_WORKMEM_SIZE,
	.bound = zstd_bound,
	.levels = ZSTD_DENSE_LEVELS,
	.compress = compress_dense,
	.compress_with = compress_dense_with,
	.decompress = decompress,
	.decompress_with = zstd_decompress_with,
	ZSTD_TAKES_DICTIONARIES,
};
