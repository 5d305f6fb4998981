/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The choice of a stream's coding, and its encoder. The dictionary is the bytes
 * that come most often, twice or more; its size is the one with the shortest
 * result. Sorting by count is exact below 31 only: what comes more often is in
 * every dictionary of some size.
 *
 * The including file provides stream_list_repeated(), stream_pack() and
 * stream_put_escapes() of stream_scalar.h, or faster ones.
 */
#ifndef TRUENO_STREAM_ENCODER_H
#define TRUENO_STREAM_ENCODER_H

#include "stream_format.h"

#define STREAM_MAX_COUNT 4096
/* No more symbols are counted, so that counts fit a byte. */
#define STREAM_MAX_SAMPLE 255
#define STREAM_RANKS 32

/*
 * Two tables of counts take turns, because adding to what was just stored waits
 * for the store.
 */
struct stream_encoder {
	uint8_t counts[256];
	uint8_t more_counts[256];
	uint8_t repeated[256 + 8];
	uint8_t sorted[256];
	uint8_t code_of[256];
	uint8_t codes[STREAM_MAX_COUNT + STREAM_WRITE_SLACK];
};

/* Counts every @step-th symbol. */
static __always_inline void
stream_count(struct stream_encoder *e, const uint8_t *symbols, size_t count,
	     size_t step)
{
	size_t i;

	__builtin_memset(e->counts, 0,
			 sizeof(e->counts) + sizeof(e->more_counts));
	for (i = 0; i + step < count; i += 2 * step) {
		e->counts[symbols[i]]++;
		e->more_counts[symbols[i + step]]++;
	}
}

static __always_inline bool
stream_is_constant(const uint8_t *symbols, size_t count)
{
	size_t i = 1;

	while (i < count && symbols[i] == symbols[0])
		i++;
	return i == count;
}

static __always_inline unsigned int stream_rank(unsigned int count)
{
	return count < STREAM_RANKS ? count : STREAM_RANKS - 1;
}

/* Sorts the listed bytes, the commonest first. */
static __always_inline void
stream_sort(struct stream_encoder *e, unsigned int repeated)
{
	uint8_t starts[STREAM_RANKS] = {};
	unsigned int i, start = 0;
	int rank;

	for (i = 0; i < repeated; i++)
		starts[stream_rank(e->counts[e->repeated[i]])]++;
	for (rank = STREAM_RANKS - 1; rank >= 2; rank--) {
		unsigned int size = starts[rank];

		starts[rank] = start;
		start += size;
	}
	for (i = 0; i < repeated; i++) {
		unsigned int symbol = e->repeated[i];

		rank = stream_rank(e->counts[symbol]);
		e->sorted[starts[rank]++] = symbol;
	}
}

/* The best size of the dictionary; 0 if coding does not pay. */
static __always_inline unsigned int
stream_dictionary_size(const struct stream_encoder *e, unsigned int sorted,
		       size_t count, size_t step)
{
	/* Decoding takes time: it must save some bytes. */
	size_t best_cost = count - count / 32 - 1;
	unsigned int best = 0, size = 0, width;
	size_t covered = 0;

	for (width = 1; width <= STREAM_MAX_WIDTH && size < sorted; width++) {
		unsigned int end = (1u << width) - 1;
		size_t cost;

		end = end < sorted ? end : sorted;
		for (; size < end; size++)
			covered += e->counts[e->sorted[size]];
		cost = size + (count * width + 7) / 8 + count - covered * step;
		if (cost < best_cost) {
			best_cost = cost;
			best = size;
		}
	}
	return best;
}

/* Looks all symbols up; the code of an escape is the dictionary's size. */
static __always_inline void
stream_look_up(struct stream_encoder *e, unsigned int size,
	       const uint8_t *symbols, size_t count)
{
	size_t i;

	__builtin_memset(e->code_of, size, sizeof(e->code_of));
	for (i = 0; i < size; i++)
		e->code_of[e->sorted[i]] = i;
	for (i = 0; i < count; i += 4) {
		uint32_t four = trueno_load32(symbols + i);

		e->codes[i] = e->code_of[four & 0xFF];
		e->codes[i + 1] = e->code_of[four >> 8 & 0xFF];
		e->codes[i + 2] = e->code_of[four >> 16 & 0xFF];
		e->codes[i + 3] = e->code_of[four >> 24];
	}
	/* Behind the last symbol no code is an escape. */
	trueno_store64(e->codes + count, 0);
}

/*
 * Codes @count bytes, STREAM_MAX_COUNT at most, 16 more of which may be read;
 * returns the end of the output, which has room for 1 + @count bytes and
 * STREAM_WRITE_SLACK. Streams of fewer than @least bytes are not worth the time.
 */
static noinline uint8_t *stream_put(struct stream_encoder *e, uint8_t *out,
				    const uint8_t *symbols, size_t count,
				    size_t least)
{
	unsigned int repeated, size;
	size_t step;

	if (count < STREAM_MIN_CODED) {
		trueno_copy8(out, symbols);
		trueno_copy8(out + 8, symbols + 8);
		return out + count;
	}
	if (stream_is_constant(symbols, count)) {
		out[0] = STREAM_CONSTANT;
		out[1] = symbols[0];
		return out + 2;
	}
	if (count < least) {
		*out++ = STREAM_RAW;
		__builtin_memcpy(out, symbols, count);
		return out + count;
	}
	step = 1 + count / STREAM_MAX_SAMPLE;
	stream_count(e, symbols, count, step);
	repeated = stream_list_repeated(e->counts, e->more_counts, e->repeated);
	stream_sort(e, repeated);
	size = stream_dictionary_size(e, repeated, count, step);
	*out++ = size;
	if (!size) {
		__builtin_memcpy(out, symbols, count);
		return out + count;
	}
	__builtin_memcpy(out, e->sorted, size);
	out += size;
	stream_look_up(e, size, symbols, count);
	out = stream_pack(out, e->codes, count, stream_width(size));
	return stream_put_escapes(out, e->codes, symbols, count, size);
}

#endif /* TRUENO_STREAM_ENCODER_H */
