/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The writing half of word_reference.c, which holds what both halves share.
 */
#ifndef TRUENO_WORD_REFERENCE_ENCODER_H
#define TRUENO_WORD_REFERENCE_ENCODER_H

static void put_bit(struct stream *out, bool bit)
{
	out->bytes[out->count / 8] |= bit << out->count % 8;
	out->count++;
}

static void put_byte(struct stream *out, uint8_t byte)
{
	out->bytes[out->count++] = byte;
}

static unsigned int find_qword(const struct page *page, unsigned int i)
{
	unsigned int distance;

	for (distance = 1; distance <= WORD_MAX_DISTANCE && distance <= i;
	     distance++)
		if (page->qwords[i - distance] == page->qwords[i])
			return distance;
	return 0;
}

/* The nearest dword that is the same but for its lowest @low_bits bits. */
static unsigned int find_dword(const struct page *page, unsigned int i,
			       unsigned int low_bits)
{
	unsigned int distance;

	for (distance = 1; distance <= WORD_MAX_DISTANCE && distance <= i;
	     distance++)
		if (!((page->dwords[i - distance] ^ page->dwords[i]) >> low_bits))
			return distance;
	return 0;
}

/*
 * The commonest dword, less its lowest @low_bits bits, that is not zero, among
 * every second from @i on.
 */
static uint32_t find_commonest(const struct page *page, unsigned int i,
			       unsigned int low_bits, uint32_t but)
{
	unsigned int most = 0, count, k;
	uint32_t commonest = 0;

	for (; i < page->dword_count; i += 2) {
		uint32_t value = page->dwords[i] >> low_bits;

		if (!value || value == but)
			continue;
		count = 0;
		for (k = i; k < page->dword_count; k += 2)
			count += page->dwords[k] >> low_bits == value;
		if (count > most) {
			most = count;
			commonest = value;
		}
	}
	return commonest;
}

static unsigned int choose_class(const struct page *page, unsigned int i)
{
	const struct word_header *header = &page->header;
	uint32_t dword = page->dwords[i];
	uint32_t upper = dword >> 16;

	if (!dword)
		return WORD_ZERO;
	if (is_high(i) && dword == header->high_dword)
		return WORD_BASE;
	if (find_dword(page, i, 0))
		return WORD_REPEAT;
	if (!upper)
		return WORD_SHORT;
	if (!is_high(i) && upper == header->low_upper[0])
		return WORD_BASE;
	if (upper == (is_high(i) ? header->high_upper : header->low_upper[1]))
		return WORD_SECOND_BASE;
	if (find_dword(page, i, 8))
		return WORD_UPPER_24;
	if (find_dword(page, i, 16))
		return WORD_UPPER_16;
	return WORD_EXPLICIT;
}

static void write_dword(const struct page *page, unsigned int i,
			struct stream *streams)
{
	uint32_t dword = page->dwords[i];
	unsigned int class = choose_class(page, i);
	unsigned int k;

	for (k = 0; k < 3; k++)
		put_bit(&streams[WORD_PLANE0 + k], class >> k & 1);
	if (has_distance(class))
		put_byte(&streams[WORD_XDIST],
			 find_dword(page, i, class == WORD_REPEAT ? 0 :
				    class == WORD_UPPER_24 ? 8 : 16) - 1);
	if (has_byte0(class, i))
		put_byte(&streams[WORD_BYTE0], dword);
	if (has_byte1(class, i))
		put_byte(&streams[WORD_BYTE1], dword >> 8);
	if (has_upper(class)) {
		put_byte(&streams[WORD_BYTE2], dword >> 16);
		put_byte(&streams[WORD_BYTE3], dword >> 24);
	}
}

static void write_qwords(struct page *page, struct stream *streams)
{
	unsigned int i, distance, last_distance = 0;

	for (i = 0; i < WORD_QWORDS; i++) {
		put_bit(&streams[WORD_ZQ], page->qwords[i]);
		if (!page->qwords[i])
			continue;
		distance = find_qword(page, i);
		put_bit(&streams[WORD_QHIT], distance);
		if (!distance) {
			page->dwords[page->dword_count++] = page->qwords[i];
			page->dwords[page->dword_count++] =
				page->qwords[i] >> 32;
			continue;
		}
		put_bit(&streams[WORD_QREP], distance == last_distance);
		if (distance != last_distance)
			put_byte(&streams[WORD_QDIST], distance - 1);
		last_distance = distance;
	}
}

/* Returns the length of header and streams, or 0 if it is over @room. */
static size_t encode_page(struct page *page, uint8_t *out, size_t room)
{
	struct stream streams[WORD_STREAMS];
	struct word_header *header = &page->header;
	size_t size = WORD_HEADER_SIZE, stream_size;
	unsigned int i, k;

	__builtin_memset(page->streams, 0, sizeof(page->streams));
	for (k = 0; k < WORD_STREAMS; k++) {
		streams[k].bytes = page->streams[k];
		streams[k].count = 0;
	}
	page->dword_count = 0;
	write_qwords(page, streams);
	header->high_dword = find_commonest(page, 1, 0, 0);
	header->low_upper[0] = find_commonest(page, 0, 16, 0);
	header->low_upper[1] = find_commonest(page, 0, 16,
					      header->low_upper[0]);
	header->high_upper = find_commonest(page, 1, 16,
					    header->high_dword >> 16);
	for (i = 0; i < page->dword_count; i++)
		write_dword(page, i, streams);

	for (k = 0; k < WORD_STREAMS; k++) {
		stream_size = k < WORD_QDIST ? (streams[k].count + 7) / 8 :
			      streams[k].count;
		if (size + stream_size > room)
			return 0;
		__builtin_memcpy(out + size, page->streams[k], stream_size);
		size += stream_size;
	}
	if (size > room)
		return 0;
	word_store_header(out, *header);
	return size;
}

static size_t encode_block(struct page *page, const uint8_t *in, size_t len,
			   uint8_t *out, size_t room)
{
	bool is_page = len == TRUENO_PAGE_SIZE;
	size_t head = is_page ? 1 : 3, limit = len < room ? len : room, size;

	if (limit > head + WORD_HEADER_SIZE) {
		__builtin_memset(page->qwords, 0, TRUENO_PAGE_SIZE);
		__builtin_memcpy(page->qwords, in, len);
		size = encode_page(page, out + head, limit - head);
		if (size) {
			out[0] = is_page ? WORD_PAGE : WORD_TAIL;
			if (!is_page)
				trueno_store16(out + 1, len);
			return head + size;
		}
	}
	if (len + 1 > room)
		return 0;
	out[0] = is_page ? WORD_RAW_PAGE : WORD_RAW_TAIL;
	/* Nothing may come as a null pointer, and be asked for into one. */
	if (len)
		__builtin_memcpy(out + 1, in, len);
	return len + 1;
}

#endif /* TRUENO_WORD_REFERENCE_ENCODER_H */
