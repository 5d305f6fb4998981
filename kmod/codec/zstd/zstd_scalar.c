// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Zstandard in general-purpose registers: runs on every CPU, needs no FPU section.
 */
#include <trueno/cpu.h>

#include "../codec_table.h"
#include "../lz4/lz4_scalar_match.h"
#include "../lz4/lz4_scalar_copy.h"

#define lz4_copy_16 lz4_scalar_copy_16
#include "zstd_decompress_template.h"

static int compress(const void *src, size_t src_len, void *dst,
		    size_t *dst_len, void *workmem)
{
	return trueno_zstd_reference.compress(src, src_len, dst, dst_len,
					      workmem);
}

static int decompress(const void *src, size_t src_len, void *dst,
		      size_t *dst_len, void *workmem)
{
	return zstd_decompress(src, src_len, dst, dst_len, workmem);
}

const struct trueno_codec trueno_zstd_scalar = {
	.name = "trueno-zstd@scalar",
	.format_name = trueno_zstd_format_name,
	.isa_name = "scalar",
	.workmem_size = ZSTD_WORKMEM_SIZE,
	.bound = zstd_bound,
	.compress = compress,
	.decompress = decompress,
};
