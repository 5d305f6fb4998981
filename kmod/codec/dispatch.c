// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The table of codecs and the public interface over it. Each entry is one
 * variant; variants of a format follow each other, best first, reference last.
 */
#include <trueno/codec.h>
#include <trueno/cpu.h>

#include "codec_impl.h"
#include "codec_table.h"

static const struct trueno_codec *const codecs[] = {
#ifdef __x86_64__
	&trueno_lz4_avx512,
	&trueno_lz4_avx2,
	&trueno_lz4_bmi2,
#endif
#ifdef __aarch64__
	&trueno_lz4_neon,
#endif
	&trueno_lz4_scalar,
	&trueno_lz4_reference,
#ifdef __x86_64__
	&trueno_word_avx2,
#endif
	&trueno_word_reference,

#ifdef __x86_64__
	&trueno_auto_avx2,
	&trueno_auto_bmi2,
#endif
#ifdef __aarch64__
	&trueno_auto_neon,
#endif
	&trueno_auto_scalar,
	&trueno_auto_reference,

#ifdef __x86_64__
	&trueno_auto_dense_avx2,
	&trueno_auto_dense_bmi2,
#endif
#ifdef __aarch64__
	&trueno_auto_dense_neon,
#endif
	&trueno_auto_dense_scalar,
	&trueno_auto_dense_reference,
};

#define CODEC_COUNT (sizeof(codecs) / sizeof(codecs[0]))

static bool is_usable(const struct trueno_codec *codec)
{
	return (codec->cpu_features & ~trueno_cpu_features()) == 0;
}

const struct trueno_codec *trueno_codec_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < CODEC_COUNT; i++) {
		if (!is_usable(codecs[i]))
			continue;
		if (!__builtin_strcmp(name, codecs[i]->name) ||
		    !__builtin_strcmp(name, codecs[i]->format_name))
			return codecs[i];
	}
	return NULL;
}

const struct trueno_codec *trueno_codec_at(unsigned int index)
{
	unsigned int i;

	for (i = 0; i < CODEC_COUNT; i++) {
		if (is_usable(codecs[i]) && index-- == 0)
			return codecs[i];
	}
	return NULL;
}

const char *trueno_codec_name(const struct trueno_codec *codec)
{
	return codec->name;
}

const char *trueno_codec_format_name(const struct trueno_codec *codec)
{
	return codec->format_name;
}

const char *trueno_codec_isa_name(const struct trueno_codec *codec)
{
	return codec->isa_name;
}

bool trueno_codec_needs_simd(const struct trueno_codec *codec)
{
	return codec->needs_simd;
}

size_t trueno_codec_workmem_size(const struct trueno_codec *codec)
{
	return codec->workmem_size;
}

size_t trueno_codec_bound(const struct trueno_codec *codec, size_t src_len)
{
	return codec->bound(src_len);
}

int trueno_codec_compress(const struct trueno_codec *codec, const void *src,
			  size_t src_len, void *dst, size_t *dst_len,
			  void *workmem)
{
	return codec->compress(src, src_len, dst, dst_len, workmem);
}

int trueno_codec_decompress(const struct trueno_codec *codec, const void *src,
			    size_t src_len, void *dst, size_t *dst_len,
			    void *workmem)
{
	return codec->decompress(src, src_len, dst, dst_len, workmem);
}
