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
	&trueno_lz4_avx2,
#endif
#ifdef __aarch64__
	&trueno_lz4_neon,
#endif
	&trueno_lz4_scalar,
	&trueno_lz4_reference,
#ifdef __x86_64__
	&trueno_lz4_dense_avx2,
#endif
#ifdef __aarch64__
	&trueno_lz4_dense_neon,
#endif
	&trueno_lz4_dense_scalar,
	&trueno_lz4_dense_reference,
#ifdef __x86_64__
	&trueno_word_avx512,
	&trueno_word_avx2,
#endif
#ifdef __aarch64__
	&trueno_word_neon,
#endif
	&trueno_word_scalar,
	&trueno_word_reference,

#ifdef __x86_64__
	&trueno_word_dense_avx512,
	&trueno_word_dense_avx2,
#endif
#ifdef __aarch64__
	&trueno_word_dense_neon,
#endif
	&trueno_word_dense_scalar,
	&trueno_word_dense_reference,

#ifdef __x86_64__
	&trueno_zstd_bmi2,
#endif
	&trueno_zstd_scalar,
	&trueno_zstd_reference,
#ifdef __x86_64__
	&trueno_zstd_fast_bmi2,
#endif
	&trueno_zstd_fast_scalar,
	&trueno_zstd_fast_reference,
#ifdef __x86_64__
	&trueno_zstd_dense_bmi2,
#endif
	&trueno_zstd_dense_scalar,
	&trueno_zstd_dense_reference,

#ifdef __x86_64__
	&trueno_auto_avx512,
	&trueno_auto_avx2,
#endif
#ifdef __aarch64__
	&trueno_auto_neon,
#endif
	&trueno_auto_scalar,
	&trueno_auto_reference,

#ifdef __x86_64__
	&trueno_auto_dense_avx512,
	&trueno_auto_dense_avx2,
	&trueno_auto_dense_bmi2,
#endif
#ifdef __aarch64__
	&trueno_auto_dense_neon,
#endif
	&trueno_auto_dense_scalar,
	&trueno_auto_dense_reference,

#ifdef __x86_64__
	&trueno_auto_densest_avx512,
	&trueno_auto_densest_avx2,
	&trueno_auto_densest_bmi2,
#endif
#ifdef __aarch64__
	&trueno_auto_densest_neon,
#endif
	&trueno_auto_densest_scalar,
	&trueno_auto_densest_reference,
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

const char *trueno_codec_stream_format(const struct trueno_codec *codec)
{
	return codec->stream_format ? codec->stream_format : codec->format_name;
}

const char *trueno_codec_choice_name(const struct trueno_codec *codec,
				     unsigned int choice)
{
	unsigned int i;

	for (i = 0; codec->choice_names && codec->choice_names[i]; i++)
		if (i == choice)
			return codec->choice_names[i];
	return NULL;
}

unsigned int trueno_codec_choice(const struct trueno_codec *codec,
				 const void *stream)
{
	return *(const uint8_t *)stream;
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

struct trueno_level_range
trueno_codec_levels(const struct trueno_codec *codec)
{
	const struct trueno_level_range only_one = { 1, 1, 1 };

	return codec->levels.default_level ? codec->levels : only_one;
}

static bool takes_level(const struct trueno_codec *codec, int level)
{
	struct trueno_level_range levels = trueno_codec_levels(codec);

	return level == TRUENO_LEVEL_DEFAULT ||
	       (level >= levels.min && level <= levels.max);
}

const struct trueno_codec *
trueno_codec_at_level(const struct trueno_codec *codec, int level)
{
	const char *stream_format = trueno_codec_stream_format(codec);
	const struct trueno_codec *found = NULL;
	const struct trueno_codec *other;
	unsigned int i;

	if (takes_level(codec, level))
		return codec;
	for (i = 0; (other = trueno_codec_at(i)); i++) {
		if (__builtin_strcmp(trueno_codec_stream_format(other),
				     stream_format) ||
		    !takes_level(other, level))
			continue;
		if (!__builtin_strcmp(other->isa_name, codec->isa_name))
			return other;
		if (!found && other->needs_simd <= codec->needs_simd)
			found = other;
	}
	return found;
}

bool trueno_codec_takes_dict(const struct trueno_codec *codec)
{
	return codec->prepare;
}

size_t trueno_codec_prepared_size(const struct trueno_codec *codec,
				  const struct trueno_codec_params *params)
{
	if (!params->dict_len || !codec->prepare)
		return 0;
	return codec->prepared_size(params);
}

int trueno_codec_prepare(const struct trueno_codec *codec,
			 struct trueno_codec_params *params, void *memory)
{
	params->prepared = NULL;
	if (!takes_level(codec, params->level))
		return -ERANGE;
	if (params->level == TRUENO_LEVEL_DEFAULT)
		params->level = trueno_codec_levels(codec).default_level;
	if (!params->dict_len)
		return 0;
	if (!codec->prepare)
		return -EOPNOTSUPP;
	params->prepared = memory;
	return codec->prepare(params, memory);
}

int trueno_codec_compress_with(const struct trueno_codec *codec,
			       const struct trueno_codec_params *params,
			       const void *src, size_t src_len, void *dst,
			       size_t *dst_len, void *workmem)
{
	if (!params || (!params->dict_len &&
			params->level == trueno_codec_levels(codec).default_level))
		return codec->compress(src, src_len, dst, dst_len, workmem);
	return codec->compress_with(params, src, src_len, dst, dst_len,
				    workmem);
}

int trueno_codec_decompress_with(const struct trueno_codec *codec,
				 const struct trueno_codec_params *params,
				 const void *src, size_t src_len, void *dst,
				 size_t *dst_len, void *workmem)
{
	if (!params || !params->dict_len)
		return codec->decompress(src, src_len, dst, dst_len, workmem);
	return codec->decompress_with(params, src, src_len, dst, dst_len,
				      workmem);
}
