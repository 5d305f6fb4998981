/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The Zstandard decoder: frames and blocks (RFC 8878, 3.1), instantiated once
 * per instruction set with what zstd_sequences_template.h asks for. Content is
 * written straight to the output, which is the window, too. Every verdict is
 * that of reference/zstd_reference.c.
 */
#ifndef TRUENO_ZSTD_DECOMPRESS_TEMPLATE_H
#define TRUENO_ZSTD_DECOMPRESS_TEMPLATE_H

#include "zstd_sequences_template.h"
#include "zstd_xxh64.h"

static int zstd_get_compressed_block(struct zstd_decoder *decoder,
				     const uint8_t *in, const uint8_t *end)
{
	uint8_t *const start = decoder->out;
	struct zstd_bits bits;
	size_t count, left;
	int err;

	err = zstd_get_literals(decoder, &in, end);
	if (err)
		return err;
	in = zstd_get_tables(decoder, in, end, &count);
	if (!in)
		return -EINVAL;
	if (count > 0) {
		if (!zstd_open_bits(&bits, in, end))
			return -EINVAL;
		err = zstd_execute_sequences(decoder, bits, count);
		if (err)
			return err;
	}
	left = decoder->literals_end - decoder->literals;
	zstd_copy_exact(decoder->out, decoder->literals, left);
	decoder->out += left;
	return decoder->out - start > decoder->block_max ? -EINVAL : 0;
}

/* Returns the end of the block, or NULL with the reason in @err. */
static inline const uint8_t *
zstd_get_block(struct zstd_decoder *decoder, const uint8_t *in, bool *is_last,
	       int *err)
{
	const uint8_t *const in_end = decoder->in_end;
	size_t size, stored;
	uint32_t header;
	unsigned int type;

	*err = -EINVAL;
	if (in_end - in < TRUENO_ZSTD_BLOCK_HEADER_SIZE)
		return NULL;
	header = trueno_load16(in) | in[2] << 16;
	in += TRUENO_ZSTD_BLOCK_HEADER_SIZE;
	*is_last = header & TRUENO_ZSTD_LAST_BLOCK;
	type = header >> 1 & 3;
	size = header >> 3;
	stored = type == TRUENO_ZSTD_BLOCK_RLE ? 1 : size;
	if (type == TRUENO_ZSTD_BLOCK_RESERVED || size > decoder->block_max ||
	    stored > in_end - in)
		return NULL;
	if (type == TRUENO_ZSTD_BLOCK_COMPRESSED) {
		*err = zstd_get_compressed_block(decoder, in, in + size);
		return *err ? NULL : in + size;
	}
	if (size > zstd_room_left(decoder)) {
		*err = decoder->overrun;
		return NULL;
	}
	/* An output of no bytes may be a null pointer. */
	if (size && type == TRUENO_ZSTD_BLOCK_RAW)
		__builtin_memcpy(decoder->out, in, size);
	else if (size)
		__builtin_memset(decoder->out, *in, size);
	decoder->out += size;
	*err = 0;
	return in + stored;
}

struct zstd_frame_header {
	bool has_content_size;
	bool has_checksum;
	uint64_t window_size;
	uint64_t content_size;
	uint32_t dictionary_id;
};

/* A little-endian field of 0 to 8 bytes. */
static __always_inline uint64_t zstd_get_field(const uint8_t *in,
					       unsigned int size)
{
	uint64_t value = 0;

	while (size-- > 0)
		value = value << 8 | in[size];
	return value;
}

/* Frame_Header behind the magic number (3.1.1.1); its end, or NULL. */
static inline const uint8_t *
zstd_get_frame_header(const uint8_t *in, const uint8_t *end,
		      struct zstd_frame_header *header)
{
	static const uint8_t id_sizes[4] = { 0, 1, 2, 4 };
	static const uint8_t content_sizes[8] = { 0, 2, 4, 8, 1, 2, 4, 8 };
	unsigned int descriptor, is_single_segment, id_size, content_size;

	if (in == end)
		return NULL;
	descriptor = *in++;
	if (descriptor & TRUENO_ZSTD_RESERVED_BIT)
		return NULL;
	is_single_segment = !!(descriptor & TRUENO_ZSTD_SINGLE_SEGMENT_FLAG);
	id_size = id_sizes[descriptor & TRUENO_ZSTD_DICTIONARY_ID_FLAG];
	content_size = content_sizes[is_single_segment * 4 +
				     (descriptor >>
				      TRUENO_ZSTD_CONTENT_SIZE_FLAG_SHIFT)];
	if (end - in < !is_single_segment + id_size + content_size)
		return NULL;
	header->has_checksum = descriptor & TRUENO_ZSTD_CHECKSUM_FLAG;
	header->has_content_size = content_size > 0;
	if (!is_single_segment) {
		header->window_size =
			1ull << ((*in >> 3) + TRUENO_ZSTD_WINDOW_LOG_MIN);
		header->window_size += header->window_size / 8 * (*in & 7);
		in++;
	}
	header->dictionary_id = zstd_get_field(in, id_size);
	in += id_size;
	header->content_size = zstd_get_field(in, content_size);
	in += content_size;
	if (content_size == 2)
		header->content_size += TRUENO_ZSTD_CONTENT_SIZE_2_BASE;
	if (is_single_segment)
		header->window_size = header->content_size;
	return in;
}

/* Returns the end of the frame, or NULL with the reason in @err. */
static inline const uint8_t *
zstd_get_frame(struct zstd_decoder *decoder, const uint8_t *in, int *err)
{
	static const struct zstd_offsets offsets_at_start = TRUENO_ZSTD_REPEAT_OFFSETS_AT_START;
	const struct zstd_dictionary *dictionary = decoder->dictionary;
	uint8_t *const room_end = decoder->out_end;
	struct zstd_frame_header header;
	bool is_last;

	*err = -EINVAL;
	in = zstd_get_frame_header(in, decoder->in_end, &header);
	if (!in || (header.dictionary_id != 0 &&
		    (!dictionary || header.dictionary_id != dictionary->id)))
		return NULL;
	decoder->frame = decoder->out;
	decoder->overrun = -ENOSPC;
	if (header.has_content_size) {
		if (header.content_size > zstd_room_left(decoder)) {
			*err = -ENOSPC;
			return NULL;
		}
		decoder->out_end = decoder->out + header.content_size;
		decoder->overrun = -EINVAL;
	}
	decoder->block_max = TRUENO_ZSTD_BLOCK_MAX;
	if (header.window_size < decoder->block_max)
		decoder->block_max = header.window_size;
	if (dictionary) {
		decoder->offsets = dictionary->offsets;
		decoder->literals_length = dictionary->literals_length;
		decoder->offset = dictionary->offset;
		decoder->match_length = dictionary->match_length;
		decoder->huffman = &dictionary->huffman;
	} else {
		decoder->offsets = offsets_at_start;
		decoder->literals_length.table = NULL;
		decoder->offset.table = NULL;
		decoder->match_length.table = NULL;
		decoder->huffman = NULL;
	}
	do {
		in = zstd_get_block(decoder, in, &is_last, err);
		if (!in)
			return NULL;
	} while (!is_last);
	*err = -EINVAL;
	if (header.has_content_size && decoder->out != decoder->out_end)
		return NULL;
	if (header.has_checksum) {
		const size_t length = decoder->out - decoder->frame;

		if (decoder->in_end - in < TRUENO_ZSTD_CHECKSUM_SIZE ||
		    trueno_load32(in) != (uint32_t)xxh64(decoder->frame, length))
			return NULL;
		in += TRUENO_ZSTD_CHECKSUM_SIZE;
	}
	decoder->out_end = room_end;
	return in;
}

/* Bytes of input that are asked for in advance: those of a page. */
#define ZSTD_PREFETCH_MAX 4096
#define ZSTD_PREFETCH_STEP 64

/*
 * Compressed pages lie cold in memory, and the up to five bitstreams of one are
 * read backward from five places, which no hardware foresees.
 */
static __always_inline void zstd_prefetch(const uint8_t *in, size_t length)
{
	size_t i;

	if (length > ZSTD_PREFETCH_MAX)
		length = ZSTD_PREFETCH_MAX;
	for (i = 0; i < length; i += ZSTD_PREFETCH_STEP)
		__builtin_prefetch(in + i);
}

/* @dictionary: of trueno_zstd_prepare(), or NULL. */
static noinline int
zstd_decompress_frames(const struct zstd_dictionary *dictionary,
		       const void *src, size_t src_len, void *dst,
		       size_t *dst_len, void *workmem)
{
	struct zstd_decoder *decoder = zstd_align_workmem(workmem);
	const uint8_t *in = src;
	const uint8_t *const in_end = in + src_len;

	zstd_prefetch(in, src_len);
	decoder->in_end = in_end;
	decoder->dictionary = dictionary;
	decoder->out = dst;
	decoder->out_end = decoder->out + *dst_len;
	do {
		uint32_t magic;
		int err;

		if (in_end - in < 4)
			return -EINVAL;
		magic = trueno_load32(in);
		in += 4;
		if (magic == TRUENO_ZSTD_MAGIC) {
			in = zstd_get_frame(decoder, in, &err);
			if (!in)
				return err;
			continue;
		}
		/* Skippable frames (3.1.2). */
		if ((magic & TRUENO_ZSTD_SKIPPABLE_MAGIC_MASK) !=
		    TRUENO_ZSTD_SKIPPABLE_MAGIC || in_end - in < 4 ||
		    trueno_load32(in) > in_end - in - 4)
			return -EINVAL;
		in += 4 + trueno_load32(in);
	} while (in < in_end);
	*dst_len = decoder->out - (uint8_t *)dst;
	return 0;
}

static __always_inline int zstd_decompress(const void *src, size_t src_len,
					   void *dst, size_t *dst_len,
					   void *workmem)
{
	return zstd_decompress_frames(NULL, src, src_len, dst, dst_len, workmem);
}

static int zstd_decompress_with(const struct trueno_codec_params *params,
				const void *src, size_t src_len, void *dst,
				size_t *dst_len, void *workmem)
{
	return zstd_decompress_frames(params->prepared, src, src_len, dst,
				      dst_len, workmem);
}

#endif /* TRUENO_ZSTD_DECOMPRESS_TEMPLATE_H */
