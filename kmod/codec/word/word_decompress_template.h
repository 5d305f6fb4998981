/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The decoder of the word format, instantiated once per instruction set. It
 * undoes the encoder's steps one after the other, each over the whole page:
 * expand the byte streams into dwords, resolve the dwords that repeat, expand
 * these to their places in the page, resolve the qwords that repeat. Only the
 * steps that resolve go element by element.
 *
 * No step checks what it does. The lengths of all streams follow from the bit
 * planes, so that one comparison of their sum with the input's length bounds
 * every read, and one test of the sign of all sources bounds every repeat.
 *
 * The ISA file defines, before it includes this one: word_count_bits(),
 * word_deposit_bits(), word_list_places(), word_repeated_sources(),
 * word_nearby_sources(), word_expand_dwords() and word_expand_qwords().
 */
#ifndef TRUENO_WORD_DECOMPRESS_TEMPLATE_H
#define TRUENO_WORD_DECOMPRESS_TEMPLATE_H

#include "word_coded_decoder.h"
#include "word_decoder.h"

/* Not zero if a stream of @bits bits has a one among its padding. */
static __always_inline uint8_t word_padding(const uint8_t *stream, size_t bits)
{
	return bits % 8 ? stream[bits / 8] >> bits % 8 : 0;
}

/* Finds which qwords are new and which repeat. Returns the count of the latter. */
static __always_inline size_t word_read_qword_masks(struct word_decoder *d, const uint8_t **at,
						    uint8_t *padding)
{
	const uint8_t *zq = *at, *qhit = *at + WORD_ZQ_SIZE;
	size_t nonzero_count = 0, hit_count = 0;
	unsigned int i;

	for (i = 0; i < WORD_QWORDS / 64; i++) {
		uint64_t nonzero = trueno_load64(zq + 8 * i);
		uint64_t hits = word_deposit_bits(word_load_bits(qhit, nonzero_count), nonzero);

		d->hit_qwords[i] = hits;
		d->new_qwords[i] = nonzero & ~hits;
		nonzero_count += word_count_bits(nonzero);
		hit_count += word_count_bits(hits);
	}
	*padding |= word_padding(qhit, nonzero_count);
	*at = qhit + word_bytes_of_bits(nonzero_count);
	d->dword_count = 2 * (nonzero_count - hit_count);
	return hit_count;
}

/* Returns how many of the repeats have a distance of their own. */
static __always_inline size_t word_read_qrep(const uint8_t **at, size_t hit_count, uint8_t *padding)
{
	size_t repeated_count = 0, i;

	/* The first has no distance before it to repeat. */
	*padding |= hit_count ? **at & 1 : 0;
	*padding |= word_padding(*at, hit_count);
	for (i = 0; i < hit_count; i += 64)
		repeated_count +=
			word_count_bits(trueno_load64(*at + i / 8) & word_low_bits(hit_count - i));
	*at += word_bytes_of_bits(hit_count);
	return hit_count - repeated_count;
}

/* Finds what the dwords need from each stream, and how much of it in all. */
static __always_inline struct word_needs word_read_dword_masks(struct word_decoder *d,
							       const uint8_t **at, uint8_t *padding)
{
	size_t plane_size = word_bytes_of_bits(d->dword_count), i;
	struct word_needs counts = {};
	unsigned int plane;

	for (plane = 0; plane < 3; plane++) {
		d->planes[plane] = *at;
		*padding |= word_padding(*at, d->dword_count);
		*at += plane_size;
	}
	for (i = 0; 64 * i < d->dword_count; i++) {
		uint64_t valid = word_low_bits(d->dword_count - 64 * i);
		struct word_needs needs =
			word_needs_of(trueno_load64(d->planes[0] + 8 * i) & valid,
				      trueno_load64(d->planes[1] + 8 * i) & valid,
				      trueno_load64(d->planes[2] + 8 * i) & valid);

		d->needs[i] = needs;
		counts.distance += word_count_bits(needs.distance);
		counts.byte0 += word_count_bits(needs.byte0);
		counts.byte1 += word_count_bits(needs.byte1);
		counts.upper += word_count_bits(needs.upper);
	}
	return counts;
}

static __always_inline void word_resolve_dwords(struct word_decoder *d, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		unsigned int place = d->ref_places[i];

		d->dwords[place] |= d->dwords[d->ref_sources[i]] & d->kept[place];
	}
}

static __always_inline void word_resolve_qwords(const struct word_decoder *d, size_t count,
						uint8_t *page)
{
	size_t i;

	for (i = 0; i < count; i++)
		trueno_copy8(page + 8 * d->hit_places[i], page + 8 * d->hit_sources[i]);
}

/*
 * Decodes a header and its streams from the first @len bytes of d->input.
 * Returns their length, or 0 if they are not valid.
 */
static __always_inline size_t word_decode_streams(struct word_decoder *d, size_t len,
						  uint8_t *page)
{
	const uint8_t *at = d->input + WORD_HEADER_SIZE;
	const uint8_t *qrep, *qdist, *xdist;
	struct word_byte_streams bytes;
	struct word_needs counts;
	size_t hit_count, size;
	uint8_t padding = 0;

	hit_count = word_read_qword_masks(d, &at, &padding);
	qrep = at;
	size = word_read_qrep(&at, hit_count, &padding);
	counts = word_read_dword_masks(d, &at, &padding);
	qdist = at;
	xdist = qdist + size;
	bytes.byte0 = xdist + counts.distance;
	bytes.byte1 = bytes.byte0 + counts.byte0;
	bytes.byte2 = bytes.byte1 + counts.byte1;
	bytes.byte3 = bytes.byte2 + counts.upper;
	size = bytes.byte3 + counts.upper - d->input;
	if (padding || size > len)
		return 0;

	word_list_places(d->hit_qwords, sizeof(*d->hit_qwords), WORD_QWORDS, d->hit_places);
	word_list_places(&d->needs->distance, sizeof(*d->needs), d->dword_count, d->ref_places);
	if (word_repeated_sources(d->hit_places, hit_count, qrep, qdist, d->hit_sources) |
	    word_nearby_sources(d->ref_places, counts.distance, xdist, d->ref_sources))
		return 0;

	word_expand_dwords(d, word_load_header(d->input), bytes);
	word_resolve_dwords(d, counts.distance);
	word_expand_qwords(d, page);
	word_resolve_qwords(d, hit_count, page);
	return size;
}

static __always_inline size_t word_decode_page(struct word_decoder *d, size_t len, uint8_t *page)
{
	size_t size;

	word_set_decoder_zones(d, true);
	size = word_decode_streams(d, len, page);
	word_set_decoder_zones(d, false);
	return size;
}

/* Returns 0 if the page behind its first @len bytes is zero. */
static __always_inline uint64_t word_rest_of_tail(const uint8_t *page, size_t len)
{
	uint64_t rest = 0;

	for (; len % 8; len++)
		rest |= page[len];
	for (; len < TRUENO_PAGE_SIZE; len += 8)
		rest |= trueno_load64(page + len);
	return rest;
}

/* Decodes a block that starts behind @in[0]. Returns its length or 0. */
static __always_inline size_t word_decode_block(struct word_decoder *d, const uint8_t *in,
						size_t left, uint8_t *page)
{
	size_t size = left < WORD_PAGE_MAX ? left : WORD_PAGE_MAX;

	__builtin_memcpy(d->input, in, size);
	return word_decode_page(d, size, page);
}

/* The same for a coded page. */
static __always_inline size_t
word_decode_coded_block(struct word_decoder *d, const uint8_t *in, size_t left,
			uint8_t *page)
{
	size_t size = left < WORD_PAGE_MAX ? left : WORD_PAGE_MAX;
	size_t restored_len;

	size = word_expand_page(d, in, size, &restored_len);
	if (!size || word_decode_page(d, restored_len, page) != restored_len)
		return 0;
	return size;
}

static __always_inline int
word_decode_tail(struct word_decoder *d, const uint8_t *in, size_t left,
		 uint8_t *out, size_t room, size_t *out_len)
{
	size_t len;

	if (left < sizeof(uint16_t))
		return -EINVAL;
	len = trueno_load16(in);
	in += sizeof(uint16_t);
	left -= sizeof(uint16_t);
	if (!len || len >= TRUENO_PAGE_SIZE)
		return -EINVAL;
	if (len > room)
		return -ENOSPC;
	/* A bad page and a page of no bytes have the same length here: none. */
	if (!left || left > WORD_PAGE_MAX ||
	    word_decode_block(d, in, left, d->tail) != left ||
	    word_rest_of_tail(d->tail, len))
		return -EINVAL;
	__builtin_memcpy(out, d->tail, len);
	*out_len += len;
	return 0;
}

static __always_inline int word_decode_raw_tail(const uint8_t *in, size_t left, uint8_t *out,
						size_t room, size_t *out_len)
{
	if (left >= TRUENO_PAGE_SIZE)
		return -EINVAL;
	if (left > room)
		return -ENOSPC;
	/* No room may come as a null pointer. */
	if (left)
		__builtin_memcpy(out, in, left);
	*out_len += left;
	return 0;
}

static __always_inline int word_decompress(const void *src, size_t src_len, void *dst,
					   size_t *dst_len, void *workmem)
{
	struct word_decoder *d = word_align_workmem(workmem);
	const uint8_t *in = src, *const in_end = in + src_len;
	const size_t capacity = *dst_len;
	size_t out_len = 0, size;
	uint8_t *out = dst;
	int err;

	if (!src_len)
		return -EINVAL;
	do {
		uint8_t kind = *in++;

		if (kind == WORD_TAIL || kind == WORD_RAW_TAIL) {
			if (kind == WORD_TAIL)
				err = word_decode_tail(d, in, in_end - in, out + out_len,
						       capacity - out_len, &out_len);
			else
				err = word_decode_raw_tail(in, in_end - in, out + out_len,
							   capacity - out_len, &out_len);
			if (err)
				return err;
			break;
		}
		if (kind != WORD_PAGE && kind != WORD_CODED_PAGE &&
		    kind != WORD_RAW_PAGE)
			return -EINVAL;
		if (capacity - out_len < TRUENO_PAGE_SIZE)
			return -ENOSPC;
		if (kind == WORD_PAGE) {
			size = word_decode_block(d, in, in_end - in,
						 out + out_len);
		} else if (kind == WORD_CODED_PAGE) {
			size = word_decode_coded_block(d, in, in_end - in,
						       out + out_len);
		} else {
			size = in_end - in < TRUENO_PAGE_SIZE ? 0 : TRUENO_PAGE_SIZE;
			__builtin_memcpy(out + out_len, in, size);
		}
		if (!size)
			return -EINVAL;
		in += size;
		out_len += TRUENO_PAGE_SIZE;
	} while (in < in_end);
	*dst_len = out_len;
	return 0;
}

#endif /* TRUENO_WORD_DECOMPRESS_TEMPLATE_H */
