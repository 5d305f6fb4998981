// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The word format, one bit and one byte at a time, in the words and the order
 * of docs/word-format.md. No trick of the fast variants is repeated here, so
 * that this file can judge them. The encoder looks at every earlier element
 * where the fast ones look at one: its streams are other ones.
 */
#include <trueno/cpu.h>

#include "../codec_table.h"
#include "../word/word_encoder.h"
#include "stream_reference.h"

static unsigned int word_count_bits(uint64_t bits)
{
	unsigned int count = 0;

	for (; bits; bits >>= 1)
		count += bits & 1;
	return count;
}

#include "../word/word_coded.h"

const char trueno_word_format_name[sizeof("trueno-word")] = "trueno-word";
const char trueno_word_dense_format_name[sizeof("trueno-word-dense")] =
	"trueno-word-dense";

/* A stream of bits or of bytes, and how far it is read or written. */
struct stream {
	uint8_t *bytes;
	size_t count;
};

struct page {
	uint64_t qwords[WORD_QWORDS];
	uint32_t dwords[WORD_DWORDS];
	uint8_t classes[WORD_DWORDS];
	unsigned int dword_count;
	struct word_header header;
	uint8_t streams[WORD_STREAMS][WORD_DWORDS];
	uint8_t bytes[TRUENO_PAGE_SIZE];
	/* The header and streams of a coded page. */
	uint8_t restored[WORD_PAGE_MAX + 64];
};

static_assert(sizeof(struct page) + WORD_ALIGNMENT <= WORD_WORKMEM_SIZE,
	      "the work memory holds a page");

static bool is_high(unsigned int i)
{
	return i % 2;
}

/* Which bytes of the streams a dword of a class takes. */
static bool has_distance(unsigned int class)
{
	return class >= WORD_REPEAT && class <= WORD_UPPER_16;
}

static bool has_byte0(unsigned int class, unsigned int i)
{
	return class >= WORD_SHORT ? class != WORD_REPEAT :
	       class == WORD_BASE && !is_high(i);
}

static bool has_byte1(unsigned int class, unsigned int i)
{
	return has_byte0(class, i) && class != WORD_UPPER_24;
}

static bool has_upper(unsigned int class)
{
	return class == WORD_EXPLICIT;
}

/* --- decoding ----------------------------------------------------------- */

static bool get_bit(struct stream *in)
{
	bool bit = in->bytes[in->count / 8] >> in->count % 8 & 1;

	in->count++;
	return bit;
}

static uint8_t get_byte(struct stream *in)
{
	return in->bytes[in->count++];
}

/*
 * Cuts a stream of @size bytes off the input, which holds up to @bits bits.
 * Returns false if the input is shorter or a bit behind them is set.
 */
static bool cut_stream(const uint8_t **at, const uint8_t *end, size_t size,
		       size_t bits, struct stream *stream)
{
	if (end - *at < size)
		return false;
	stream->bytes = (uint8_t *)*at;
	stream->count = 0;
	*at += size;
	for (; bits < 8 * size; bits++)
		if (stream->bytes[bits / 8] >> bits % 8 & 1)
			return false;
	return true;
}

static bool cut_bits(const uint8_t **at, const uint8_t *end, size_t bits,
		     struct stream *stream)
{
	return cut_stream(at, end, (bits + 7) / 8, bits, stream);
}

static bool cut_bytes(const uint8_t **at, const uint8_t *end, size_t count,
		      struct stream *stream)
{
	return cut_stream(at, end, count, 8 * count, stream);
}

static bool read_classes(struct page *page, const uint8_t **at,
			 const uint8_t *end)
{
	struct stream plane;
	unsigned int i, k;

	__builtin_memset(page->classes, 0, sizeof(page->classes));
	for (k = 0; k < 3; k++) {
		if (!cut_bits(at, end, page->dword_count, &plane))
			return false;
		for (i = 0; i < page->dword_count; i++)
			page->classes[i] |= get_bit(&plane) << k;
	}
	return true;
}

static uint32_t base_of(const struct word_header *header, unsigned int class,
			unsigned int i)
{
	if (class == WORD_BASE)
		return is_high(i) ? header->high_dword :
		       (uint32_t)header->low_upper[0] << 16;
	if (class == WORD_SECOND_BASE)
		return (uint32_t)(is_high(i) ? header->high_upper :
				  header->low_upper[1]) << 16;
	return 0;
}

static bool read_dwords(struct page *page, struct stream *streams)
{
	unsigned int i;

	for (i = 0; i < page->dword_count; i++) {
		unsigned int class = page->classes[i];
		uint32_t dword = base_of(&page->header, class, i);
		unsigned int distance;

		if (has_distance(class)) {
			distance = get_byte(&streams[WORD_XDIST]) + 1;
			if (distance > i)
				return false;
			dword = page->dwords[i - distance];
			if (class == WORD_UPPER_24)
				dword &= 0xffffff00;
			if (class == WORD_UPPER_16)
				dword &= 0xffff0000;
		}
		if (has_byte0(class, i))
			dword |= get_byte(&streams[WORD_BYTE0]);
		if (has_byte1(class, i))
			dword |= get_byte(&streams[WORD_BYTE1]) << 8;
		if (has_upper(class)) {
			dword |= get_byte(&streams[WORD_BYTE2]) << 16;
			dword |= (uint32_t)get_byte(&streams[WORD_BYTE3]) << 24;
		}
		page->dwords[i] = dword;
	}
	return true;
}

static bool read_qwords(struct page *page, struct stream *streams)
{
	unsigned int i, next = 0, distance = 0;

	for (i = 0; i < WORD_QWORDS; i++) {
		page->qwords[i] = 0;
		if (!get_bit(&streams[WORD_ZQ]))
			continue;
		if (!get_bit(&streams[WORD_QHIT])) {
			page->qwords[i] = page->dwords[next] |
					  (uint64_t)page->dwords[next + 1] << 32;
			next += 2;
			continue;
		}
		if (!get_bit(&streams[WORD_QREP]))
			distance = get_byte(&streams[WORD_QDIST]) + 1;
		if (!distance || distance > i)
			return false;
		page->qwords[i] = page->qwords[i - distance];
	}
	return true;
}

static unsigned int count_ones(const struct stream *stream, size_t bits)
{
	struct stream from = { .bytes = stream->bytes };
	unsigned int count = 0;

	while (from.count < bits)
		count += get_bit(&from);
	return count;
}

/* Returns the length of the header and the streams, or 0 if they are invalid. */
static size_t decode_page(struct page *page, const uint8_t *in,
			  const uint8_t *end)
{
	struct stream streams[WORD_STREAMS];
	unsigned int sizes[WORD_STREAMS] = {};
	unsigned int i, k, nonzero_count, hit_count, repeated_count;
	const uint8_t *at = in;

	if (end - in > WORD_PAGE_MAX)
		end = in + WORD_PAGE_MAX;
	if (end - in < WORD_HEADER_SIZE)
		return 0;
	page->header = word_load_header(at);
	at += WORD_HEADER_SIZE;
	if (!cut_bits(&at, end, WORD_QWORDS, &streams[WORD_ZQ]))
		return 0;
	nonzero_count = count_ones(&streams[WORD_ZQ], WORD_QWORDS);
	if (!cut_bits(&at, end, nonzero_count, &streams[WORD_QHIT]))
		return 0;
	hit_count = count_ones(&streams[WORD_QHIT], nonzero_count);
	if (!cut_bits(&at, end, hit_count, &streams[WORD_QREP]))
		return 0;
	repeated_count = count_ones(&streams[WORD_QREP], hit_count);
	page->dword_count = 2 * (nonzero_count - hit_count);
	if (!read_classes(page, &at, end))
		return 0;

	sizes[WORD_QDIST] = hit_count - repeated_count;
	for (i = 0; i < page->dword_count; i++) {
		unsigned int class = page->classes[i];

		sizes[WORD_XDIST] += has_distance(class);
		sizes[WORD_BYTE0] += has_byte0(class, i);
		sizes[WORD_BYTE1] += has_byte1(class, i);
		sizes[WORD_BYTE2] += has_upper(class);
		sizes[WORD_BYTE3] += has_upper(class);
	}
	for (k = WORD_QDIST; k < WORD_STREAMS; k++)
		if (!cut_bytes(&at, end, sizes[k], &streams[k]))
			return 0;
	if (!read_dwords(page, streams) || !read_qwords(page, streams))
		return 0;
	return at - in;
}

/* As decode_page(), for a coded page. */
static size_t decode_coded_page(struct page *page, const uint8_t *in,
				const uint8_t *end)
{
	struct stream_input coded = { in + WORD_HEADER_SIZE, end };
	uint8_t *const limit = page->restored + WORD_PAGE_MAX;
	uint8_t *at = page->restored + WORD_HEADER_SIZE;
	struct word_layout layout = {};
	unsigned int k;

	if (end - in > WORD_PAGE_MAX)
		coded.end = in + WORD_PAGE_MAX;
	if (end - in < WORD_HEADER_SIZE)
		return 0;
	__builtin_memcpy(page->restored, in, WORD_HEADER_SIZE);
	for (k = 0; k < WORD_STREAMS; k++) {
		size_t size = word_add_stream(&layout, k, at);

		if (size > limit - at ||
		    !trueno_stream_reference_get(&coded, at, size))
			return 0;
		at += size;
	}
	if (decode_page(page, page->restored, at) != at - page->restored)
		return 0;
	return coded.at - in;
}

/* A partial page: its length, then a page that is zero behind it. */
static int decode_tail(struct page *page, const uint8_t *in, const uint8_t *end,
		       uint8_t *out, size_t room, size_t *out_len)
{
	unsigned int len, i;

	if (end - in < 2)
		return -EINVAL;
	len = in[0] | in[1] << 8;
	in += 2;
	if (!len || len >= TRUENO_PAGE_SIZE)
		return -EINVAL;
	if (len > room)
		return -ENOSPC;
	if (in == end || decode_page(page, in, end) != end - in)
		return -EINVAL;
	__builtin_memcpy(page->bytes, page->qwords, TRUENO_PAGE_SIZE);
	for (i = len; i < TRUENO_PAGE_SIZE; i++)
		if (page->bytes[i])
			return -EINVAL;
	__builtin_memcpy(out, page->bytes, len);
	*out_len = len;
	return 0;
}

/* Decodes one block and moves @in behind it. */
static int decode_block(struct page *page, const uint8_t **in,
			const uint8_t *end, uint8_t *out, size_t room,
			size_t *out_len)
{
	const uint8_t kind = *(*in)++;
	const uint8_t *at = *in;
	size_t left = end - at, size;

	switch (kind) {
	case WORD_RAW_TAIL:
		if (left >= TRUENO_PAGE_SIZE)
			return -EINVAL;
		if (left > room)
			return -ENOSPC;
		if (left)
			__builtin_memcpy(out, at, left);
		*out_len = left;
		*in = end;
		return 0;
	case WORD_TAIL:
		*in = end;
		return decode_tail(page, at, end, out, room, out_len);
	case WORD_RAW_PAGE:
	case WORD_PAGE:
	case WORD_CODED_PAGE:
		break;
	default:
		return -EINVAL;
	}

	if (room < TRUENO_PAGE_SIZE)
		return -ENOSPC;
	*out_len = TRUENO_PAGE_SIZE;
	if (kind == WORD_RAW_PAGE) {
		if (left < TRUENO_PAGE_SIZE)
			return -EINVAL;
		__builtin_memcpy(out, at, TRUENO_PAGE_SIZE);
		*in += TRUENO_PAGE_SIZE;
		return 0;
	}
	size = kind == WORD_PAGE ? decode_page(page, at, end) :
	       decode_coded_page(page, at, end);
	if (!size)
		return -EINVAL;
	__builtin_memcpy(out, page->qwords, TRUENO_PAGE_SIZE);
	*in += size;
	return 0;
}

static int decompress(const void *src, size_t src_len, void *dst,
		      size_t *dst_len, void *workmem)
{
	struct page *page = word_align_workmem(workmem);
	const uint8_t *in = src, *const end = in + src_len;
	size_t out_len = 0, len;
	int err;

	if (!src_len)
		return -EINVAL;
	while (in < end) {
		err = decode_block(page, &in, end, (uint8_t *)dst + out_len,
				   *dst_len - out_len, &len);
		if (err)
			return err;
		out_len += len;
	}
	*dst_len = out_len;
	return 0;
}

#include "word_reference_encoder.h"

static int compress(const void *src, size_t src_len, void *dst,
		    size_t *dst_len, void *workmem)
{
	struct page *page = word_align_workmem(workmem);
	size_t out_len = 0, len, size;
	const uint8_t *in = src;

	do {
		len = src_len < TRUENO_PAGE_SIZE ? src_len : TRUENO_PAGE_SIZE;
		size = encode_block(page, in, len, (uint8_t *)dst + out_len,
				    *dst_len - out_len);
		if (!size)
			return -ENOSPC;
		out_len += size;
		in += len;
		src_len -= len;
	} while (src_len);
	*dst_len = out_len;
	return 0;
}

const struct trueno_codec trueno_word_reference = {
	.name = "trueno-word@reference",
	.format_name = trueno_word_format_name,
	.isa_name = "reference",
	.workmem_size = WORD_WORKMEM_SIZE,
	.bound = word_bound,
	.compress = compress,
	.decompress = decompress,
};

/* A coded page is for the fast variants to write. */
const struct trueno_codec trueno_word_dense_reference = {
	.name = "trueno-word-dense@reference",
	.format_name = trueno_word_dense_format_name,
	.stream_format = trueno_word_format_name,
	.isa_name = "reference",
	.workmem_size = WORD_WORKMEM_SIZE,
	.bound = word_bound,
	.compress = compress,
	.decompress = decompress,
	.levels = { 2, 2, 2 },
};
