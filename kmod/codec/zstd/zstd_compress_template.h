/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The Zstandard encoder, instantiated once per instruction set: one frame of one
 * segment that says how long its content is, without a checksum, as the kernel's
 * zstd writes it. With a formatted dictionary it names that.
 *
 * Nothing here asks how much room there is but to stay inside it: what does not
 * fit is stored raw, and if that does not fit either nothing would have. So the
 * output does not depend on the room.
 */
#ifndef TRUENO_ZSTD_COMPRESS_TEMPLATE_H
#define TRUENO_ZSTD_COMPRESS_TEMPLATE_H

#include "zstd_compress_literals.h"
#include "zstd_compress_sequences.h"
#include "zstd_search_dense_template.h"
#include "zstd_search_dict_template.h"
#include "zstd_search_template.h"
#include "zstd_search_words_template.h"

static const struct zstd_profile zstd_profile_fast = {
	.search = ZSTD_SEARCH_FAST,
	.huffman_min_literals = 1500,
	.huffman_gain_shift = 4,
	.offset_table_margin = 16,
	.length_table_margin = 16,
};

static const struct zstd_profile zstd_profile_default = {
	.search = ZSTD_SEARCH_DEFAULT,
	.huffman_min_literals = 48,
	.huffman_gain_shift = 4,
	.offset_table_margin = 16,
	.length_table_margin = 16,
};

static const struct zstd_profile zstd_profile_dense = {
	.search = ZSTD_SEARCH_DENSE,
	.huffman_min_literals = 48,
	.huffman_gain_shift = 6,
	.offset_table_margin = 2,
	.length_table_margin = 2,
};

/* RFC 8878 section 3.1.1.1. Return: the end, NULL if there is no room. */
static __always_inline uint8_t *
zstd_put_frame_header(uint8_t *out, uint8_t *out_end, uint64_t src_len,
		      uint32_t dictionary_id)
{
	const unsigned int id_flag = (dictionary_id > 0) +
				     (dictionary_id > 0xFF) +
				     (dictionary_id > 0xFFFF);
	const unsigned int id_size = (1 << id_flag) >> 1;
	uint64_t content_size = src_len;
	unsigned int flag, size, i;

	if (src_len < TRUENO_ZSTD_CONTENT_SIZE_2_BASE) {
		flag = 0;
	} else if (src_len < TRUENO_ZSTD_CONTENT_SIZE_2_BASE + 65536) {
		flag = 1;
		content_size -= TRUENO_ZSTD_CONTENT_SIZE_2_BASE;
	} else {
		flag = src_len >> 32 ? 3 : 2;
	}
	size = 1 << flag;
	if (out_end - out < 5 + id_size + size)
		return NULL;
	trueno_store32(out, TRUENO_ZSTD_MAGIC);
	out[4] = flag << TRUENO_ZSTD_CONTENT_SIZE_FLAG_SHIFT |
		 TRUENO_ZSTD_SINGLE_SEGMENT_FLAG | id_flag;
	out += 5;
	for (i = 0; i < id_size; i++)
		*out++ = dictionary_id >> 8 * i;
	for (i = 0; i < size; i++)
		*out++ = content_size >> 8 * i;
	return out;
}

static __always_inline void zstd_put_block_header(uint8_t *out,
						  unsigned int type, size_t size,
						  bool is_last)
{
	uint32_t header = (is_last ? TRUENO_ZSTD_LAST_BLOCK : 0) | type << 1 |
			  size << 3;

	trueno_store16(out, header);
	out[2] = header >> 16;
}

/* Leaves sequences and literals. Return: where the search ended. */
static __always_inline size_t zstd_search(struct zstd_encoder *e, size_t at,
					  size_t end)
{
	const size_t src_len = e->src_end - e->src;

	if (src_len > ZSTD_SHORT_INPUT)
		return zstd_search_long_input(e, at, end);
	if (trueno_unlikely(e->dictionary))
		return e->profile->search == ZSTD_SEARCH_FAST ?
		       zstd_search_dict_fast(e, at, end) :
		       zstd_search_dict(e, at, end);
	if (e->profile->search == ZSTD_SEARCH_DENSE)
		return zstd_search_dense(e, at, end);
	if (e->profile->search == ZSTD_SEARCH_DEFAULT)
		return zstd_search_default(e, at, end);
	if (src_len == TRUENO_PAGE_SIZE && zstd_has_words(e->src)) {
		zstd_search_words(e);
		return end;
	}
	return zstd_search_fast(e, at, end);
}

/* Puts the block of the content from @at to @end; false if there is no room. */
static __always_inline bool zstd_put_block(struct zstd_encoder *e, size_t at,
					   size_t end)
{
	const bool is_last = e->src + end == e->src_end;
	const size_t size = end - at;
	const uint32_t first = e->repeats[0];
	const uint32_t second = e->repeats[1];
	const uint32_t third = e->repeats[2];
	uint8_t *const content = e->out + TRUENO_ZSTD_BLOCK_HEADER_SIZE;
	uint8_t *content_end;
	size_t room;

	if (e->out_end - e->out < TRUENO_ZSTD_BLOCK_HEADER_SIZE)
		return false;
	room = e->out_end - content;
	content_end = content + (room < size ? room : size);
	e->out = zstd_put_literals(e, content, content_end);
	if (e->out)
		e->out = zstd_put_sequences(e, e->out, content_end);
	if (e->out && e->out < content + size) {
		zstd_put_block_header(content - TRUENO_ZSTD_BLOCK_HEADER_SIZE,
				      TRUENO_ZSTD_BLOCK_COMPRESSED,
				      e->out - content, is_last);
		return true;
	}
	if (room < size)
		return false;
	zstd_put_block_header(content - TRUENO_ZSTD_BLOCK_HEADER_SIZE,
			      TRUENO_ZSTD_BLOCK_RAW, size, is_last);
	if (size)
		__builtin_memcpy(content, e->src + at, size);
	e->out = content + size;
	e->repeats[0] = first;
	e->repeats[1] = second;
	e->repeats[2] = third;
	return true;
}

/* @dictionary: of trueno_zstd_prepare(), or NULL. */
static noinline int
zstd_compress_frame(const void *src, size_t src_len, void *dst,
		    size_t *dst_len, void *workmem,
		    const struct zstd_profile *profile,
		    const struct zstd_dictionary *dictionary)
{
	struct zstd_encoder e = {
		.profile = profile,
		.dictionary = dictionary,
		.src = src,
		.src_end = (const uint8_t *)src + src_len,
		.out_end = (uint8_t *)dst + *dst_len,
		.memory = zstd_align_workmem(workmem),
		.repeats = TRUENO_ZSTD_REPEAT_OFFSETS_AT_START,
	};
	size_t at = 0;

	static_assert(sizeof(struct zstd_encoder_memory) +
				      ZSTD_WORKMEM_ALIGNMENT <= ZSTD_WORKMEM_SIZE,
		      "all codecs have the same work memory");
	static_assert((ZSTD_ENCODER_SEQUENCES - 1) * TRUENO_ZSTD_MIN_MATCH >=
			      ZSTD_ENCODER_BLOCK_MIN,
		      "a block that is full of sequences is not too short");
	if (!zstd_bound(src_len))
		return -EINVAL;
	if (dictionary) {
		e.repeats[0] = dictionary->offsets.first;
		e.repeats[1] = dictionary->offsets.second;
		e.repeats[2] = dictionary->offsets.third;
	}
	e.out = zstd_put_frame_header(dst, e.out_end, src_len,
				      dictionary ? dictionary->id : 0);
	if (!e.out)
		return -ENOSPC;
	do {
		size_t end = src_len - at < ZSTD_ENCODER_BLOCK ?
			     src_len : at + ZSTD_ENCODER_BLOCK;

		end = zstd_search(&e, at, end);
		if (!zstd_put_block(&e, at, end))
			return -ENOSPC;
		at = end;
	} while (at < src_len);
	*dst_len = e.out - (uint8_t *)dst;
	return 0;
}

static __always_inline int
zstd_compress(const void *src, size_t src_len, void *dst, size_t *dst_len,
	      void *workmem, const struct zstd_profile *profile)
{
	return zstd_compress_frame(src, src_len, dst, dst_len, workmem, profile,
				   NULL);
}

/* All levels of a profile are one. */
static __always_inline int
zstd_compress_with(const struct trueno_codec_params *params, const void *src,
		   size_t src_len, void *dst, size_t *dst_len, void *workmem,
		   const struct zstd_profile *profile)
{
	return zstd_compress_frame(src, src_len, dst, dst_len, workmem, profile,
				   params->prepared);
}

#endif /* TRUENO_ZSTD_COMPRESS_TEMPLATE_H */
