/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * trueno-auto, instantiated once per instruction set: looks at a sample of the
 * content, lets the model choose, and runs the chosen format's codec of the
 * same instruction set. Whatever was chosen, content that does not shrink is
 * stored raw, so a wrong choice costs size or time, never correctness.
 *
 * The including file provides:
 *   auto_count_features(content, length, features)
 *   auto_codecs[AUTO_TAGS]  the codec of each tag that is a format of its own
 *   auto_coded_word         that of AUTO_TAG_WORD, coding its streams
 *   what lz_streams_encoder.h and lz_streams_decoder.h ask for
 */
#ifndef TRUENO_AUTO_TEMPLATE_H
#define TRUENO_AUTO_TEMPLATE_H

#include "../codec_table.h"
#include "auto_format.h"
#include "auto_model.h"
#include "lz_streams_decoder.h"
#include "lz_streams_encoder.h"

/* LZ streams of fewer bytes stay as they are. */
#define AUTO_LEAST_CODED 64

/* Puts a tag and content that is coded already. */
static noinline int auto_put(enum auto_tag tag, const void *coded,
			     size_t coded_len, uint8_t *dst, size_t *dst_len)
{
	if (*dst_len < auto_bound(coded_len))
		return -ENOSPC;
	dst[0] = tag;
	if (coded_len)
		__builtin_memcpy(dst + AUTO_TAG_SIZE, coded, coded_len);
	*dst_len = auto_bound(coded_len);
	return 0;
}

static __always_inline int auto_put_codec(enum auto_tag tag,
					  const struct trueno_codec *codec,
					  const void *src, size_t src_len,
					  uint8_t *dst, size_t *dst_len,
					  void *workmem)
{
	size_t coded_len = *dst_len - AUTO_TAG_SIZE;
	int err;

	if (*dst_len < AUTO_TAG_SIZE)
		return -ENOSPC;
	err = codec->compress(src, src_len, dst + AUTO_TAG_SIZE, &coded_len,
			      workmem);
	if (err || coded_len >= src_len)
		return auto_put(AUTO_TAG_RAW, src, src_len, dst, dst_len);
	dst[0] = tag;
	*dst_len = auto_bound(coded_len);
	return 0;
}

/* @page is a page; its LZ4 block is kept where coding does not make it smaller. */
static __always_inline int auto_put_lz_streams(const void *page, uint8_t *dst,
					       size_t *dst_len,
					       struct lz_streams_encoder *e)
{
	size_t block_len = LZ_STREAMS_BLOCK_SIZE;
	size_t coded_len;

	if (auto_codecs[AUTO_TAG_LZ4]->compress(page, TRUENO_PAGE_SIZE, e->block,
						&block_len, e->lz4_workmem) ||
	    block_len >= TRUENO_PAGE_SIZE)
		return auto_put(AUTO_TAG_RAW, page, TRUENO_PAGE_SIZE, dst,
				dst_len);
	coded_len = lz_streams_code(e, block_len, AUTO_LEAST_CODED);
	if (coded_len >= block_len)
		return auto_put(AUTO_TAG_LZ4, e->block, block_len, dst, dst_len);
	return auto_put(AUTO_TAG_LZ_STREAMS, e->coded, coded_len, dst, dst_len);
}

static __always_inline enum auto_choice
auto_choose(enum auto_choice (*model)(const struct auto_features *),
	    const uint8_t *content, size_t length)
{
	struct auto_features features trueno_uninitialized;
	enum auto_choice choice;

	if (length < AUTO_MIN_SAMPLED)
		return AUTO_LZ4;
	auto_count_features(content, length, &features);
	choice = model(&features);
	if (choice == AUTO_LZ_STREAMS && length != TRUENO_PAGE_SIZE)
		return AUTO_LZ4;
	return choice;
}

static __always_inline int
auto_compress(enum auto_choice (*model)(const struct auto_features *),
	      const void *src, size_t src_len, void *dst, size_t *dst_len,
	      void *workmem)
{
	switch (auto_choose(model, src, src_len)) {
	case AUTO_LZ4:
		return auto_put_codec(AUTO_TAG_LZ4, auto_codecs[AUTO_TAG_LZ4],
				      src, src_len, dst, dst_len, workmem);
	case AUTO_WORD:
		return auto_put_codec(AUTO_TAG_WORD, auto_codecs[AUTO_TAG_WORD],
				      src, src_len, dst, dst_len, workmem);
	case AUTO_CODED_WORD:
		return auto_put_codec(AUTO_TAG_WORD, auto_coded_word, src,
				      src_len, dst, dst_len, workmem);
	case AUTO_LZ_STREAMS:
		return auto_put_lz_streams(src, dst, dst_len, workmem);
	default:
		return auto_put(AUTO_TAG_RAW, src, src_len, dst, dst_len);
	}
}

static __always_inline int
auto_decompress(const void *src, size_t src_len, void *dst, size_t *dst_len,
		void *workmem)
{
	const uint8_t *coded = (const uint8_t *)src + AUTO_TAG_SIZE;
	size_t coded_len = src_len - AUTO_TAG_SIZE;
	enum auto_tag tag;

	if (src_len < AUTO_TAG_SIZE)
		return -EINVAL;
	tag = coded[-AUTO_TAG_SIZE];
	if (tag == AUTO_TAG_RAW) {
		if (*dst_len < coded_len)
			return -ENOSPC;
		if (coded_len)
			__builtin_memcpy(dst, coded, coded_len);
		*dst_len = coded_len;
		return 0;
	}
	if (tag == AUTO_TAG_LZ_STREAMS)
		return lz_streams_decompress(coded, coded_len, dst, dst_len,
					     workmem);
	if (tag >= AUTO_TAGS || !auto_codecs[tag])
		return -EINVAL;
	return auto_codecs[tag]->decompress(coded, coded_len, dst, dst_len,
					    workmem);
}

#endif /* TRUENO_AUTO_TEMPLATE_H */
