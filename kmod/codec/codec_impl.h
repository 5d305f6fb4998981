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
	/* NULL: as format_name, for a format without profiles. */
	const char *stream_format;
	const char *isa_name;
	/*
	 * Names of what the first byte of a stream says was chosen, NULL behind
	 * the last; NULL for a codec that does not choose.
	 */
	const char *const *choice_names;
	/* TRUENO_CPU_* bits that must all be usable. */
	uint32_t cpu_features;
	bool needs_simd;
	size_t workmem_size;
	size_t (*bound)(size_t src_len);
	int (*compress)(const void *src, size_t src_len, void *dst,
			size_t *dst_len, void *workmem);
	int (*decompress)(const void *src, size_t src_len, void *dst,
			  size_t *dst_len, void *workmem);

	/*
	 * All that follows may be left out: a codec that has nothing of it has
	 * level 1 and takes no dictionary.
	 */
	struct trueno_level_range levels;
	/*
	 * As the public functions say, called only if there is a dictionary.
	 * The level is in the codec's range already. Both or neither.
	 */
	size_t (*prepared_size)(const struct trueno_codec_params *params);
	int (*prepare)(struct trueno_codec_params *params, void *memory);
	/* Called for params other than the default level without dictionary. */
	int (*compress_with)(const struct trueno_codec_params *params,
			     const void *src, size_t src_len, void *dst,
			     size_t *dst_len, void *workmem);
	/* Called only if there is a dictionary. */
	int (*decompress_with)(const struct trueno_codec_params *params,
			       const void *src, size_t src_len, void *dst,
			       size_t *dst_len, void *workmem);
};

#endif /* TRUENO_CODEC_IMPL_H */
