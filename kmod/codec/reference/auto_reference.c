// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * trueno-auto as plainly as it can be said: the encoder tries every format and
 * keeps the smallest stream, the raw content if none is smaller. It is the
 * oracle that the models of auto_model.h are measured against.
 *
 * The decoder fixes the answers to bad streams: no byte at all and an unknown
 * tag are -EINVAL, raw content that does not fit is -ENOSPC, and everything
 * else is for the named format's reference to answer. LZ streams have no encoder
 * here, since any LZ4 block makes one.
 */
#include <trueno/cpu.h>

#include "../auto/auto_format.h"
#include "../codec_table.h"
#include "stream_reference.h"

const char trueno_auto_format_name[sizeof("trueno-auto")] = "trueno-auto";
const char trueno_auto_dense_format_name[sizeof("trueno-auto-dense")] =
	"trueno-auto-dense";

const char *const trueno_auto_choice_names[AUTO_TAGS + 1] = {
	[AUTO_TAG_RAW] = "raw",
	[AUTO_TAG_LZ4] = "lz4",
	[AUTO_TAG_WORD] = "word",
	[AUTO_TAG_ZSTD] = "zstd",
	[AUTO_TAG_LZ_STREAMS] = "lz-streams",
};

_Static_assert(AUTO_TAGS <= TRUENO_CHOICES_MAX, "every tag can be counted");

static const struct trueno_codec *const codecs[AUTO_TAGS] = {
	[AUTO_TAG_LZ4] = &trueno_lz4_reference,
	[AUTO_TAG_WORD] = &trueno_word_reference,
	[AUTO_TAG_ZSTD] = &trueno_zstd_reference,
};

/* Puts the content with @tag into exactly @dst_len bytes or fewer. */
static int put(enum auto_tag tag, const void *src, size_t src_len, void *dst,
	       size_t *dst_len, void *workmem)
{
	uint8_t *out = dst;
	size_t coded_len = *dst_len - AUTO_TAG_SIZE;
	int err;

	if (*dst_len < AUTO_TAG_SIZE)
		return -ENOSPC;
	if (tag != AUTO_TAG_RAW) {
		err = codecs[tag]->compress(src, src_len, out + AUTO_TAG_SIZE,
					    &coded_len, workmem);
		if (err)
			return err;
	} else {
		if (coded_len < src_len)
			return -ENOSPC;
		if (src_len)
			__builtin_memcpy(out + AUTO_TAG_SIZE, src, src_len);
		coded_len = src_len;
	}
	out[0] = tag;
	*dst_len = AUTO_TAG_SIZE + coded_len;
	return 0;
}

static int compress(const void *src, size_t src_len, void *dst,
		    size_t *dst_len, void *workmem)
{
	size_t smallest = auto_bound(src_len);
	enum auto_tag best = AUTO_TAG_RAW;
	enum auto_tag tag;

	for (tag = AUTO_TAG_RAW + 1; tag < AUTO_TAGS; tag++) {
		size_t len = *dst_len < smallest ? *dst_len : smallest;

		if (codecs[tag] && !put(tag, src, src_len, dst, &len, workmem) &&
		    len < smallest) {
			smallest = len;
			best = tag;
		}
	}
	return put(best, src, src_len, dst, dst_len, workmem);
}

static int decompress(const void *src, size_t src_len, void *dst,
		      size_t *dst_len, void *workmem)
{
	const uint8_t *in = src;
	size_t coded_len;

	if (src_len < AUTO_TAG_SIZE)
		return -EINVAL;
	coded_len = src_len - AUTO_TAG_SIZE;
	if (in[0] == AUTO_TAG_RAW) {
		if (*dst_len < coded_len)
			return -ENOSPC;
		if (coded_len)
			__builtin_memcpy(dst, in + AUTO_TAG_SIZE, coded_len);
		*dst_len = coded_len;
		return 0;
	}
	if (in[0] == AUTO_TAG_LZ_STREAMS)
		return trueno_lz_streams_reference(in + AUTO_TAG_SIZE, coded_len,
						   dst, dst_len, workmem);
	if (in[0] >= AUTO_TAGS || !codecs[in[0]])
		return -EINVAL;
	return codecs[in[0]]->decompress(in + AUTO_TAG_SIZE, coded_len, dst,
					 dst_len, workmem);
}

#define AUTO_REFERENCE(profile, profile_format_name, level) {	\
	.name = profile "@reference",			\
	.format_name = profile_format_name,		\
	.stream_format = trueno_auto_format_name,	\
	.isa_name = "reference",			\
	.choice_names = trueno_auto_choice_names,	\
	.workmem_size = AUTO_WORKMEM_SIZE,		\
	.bound = auto_bound,				\
	.compress = compress,				\
	.decompress = decompress,			\
	.levels = { level, level, level },		\
}

const struct trueno_codec trueno_auto_reference =
	AUTO_REFERENCE("trueno-auto", trueno_auto_format_name, 1);
const struct trueno_codec trueno_auto_dense_reference =
	AUTO_REFERENCE("trueno-auto-dense", trueno_auto_dense_format_name, 2);
