/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What a variant must provide to be listed in dispatch.c.
 */
#ifndef TRUENO_CODEC_IMPL_H
#define TRUENO_CODEC_IMPL_H

#include <trueno/codec.h>

struct trueno_codec {
	const char *name;
	const char *format_name;
	const char *isa_name;
	/* TRUENO_CPU_* bits that must all be usable. */
	uint32_t cpu_features;
	bool needs_simd;
	size_t workmem_size;
	size_t (*bound)(size_t src_len);
	int (*compress)(const void *src, size_t src_len, void *dst,
			size_t *dst_len, void *workmem);
	int (*decompress)(const void *src, size_t src_len, void *dst,
			  size_t *dst_len, void *workmem);
};

#endif /* TRUENO_CODEC_IMPL_H */
