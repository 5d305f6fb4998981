/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The choice of a stream's coding, and its encoder. The dictionary is the bytes
 * that come most often, twice or more; its size is the one with the shortest
 * result. Sorting by count is exact below 31 only: what comes more often is in
 * every dictionary of some size.
 *
 * The including file provides stream_list_repeated(), and either stream_pack()
 * and stream_put_escapes() of stream_scalar.h, or faster ones, or
 * stream_put_codes() of stream_avx512.h; stream_fill() where there is better than
 * memset(), and STREAM_COUNT_TABLES if more than two pay.
 */
#ifndef TRUENO_STREAM_ENCODER_H
#define TRUENO_STREAM_ENCODER_H

#include "../red_zone.h"
#include "stream_format.h"

#define STREAM_MAX_COUNT 4096
/* No more symbols are counted, so that counts fit a byte. */
#define STREAM_MAX_SAMPLE 255
#define STREAM_RANKS 32
#ifndef STREAM_COUNT_TABLES
#define STREAM_COUNT_TABLES 2
#endif

/*
 * What @streams coded streams of @count bytes together take at most: a sample may
 * look like the 63 bytes of a dictionary, and all that was not in it escape.
 */
#define STREAM_CODED_MAX(streams, count)				\
	((streams) * (1 + STREAM_MAX_DICTIONARY + 1) +			\
	 ((count) * (STREAM_MAX_WIDTH + 8) + 7) / 8)

/*
 * Tables of counts take turns, because adding to what was just stored waits for
 * the store. All are added to the first.
 */
struct stream_encoder {
	uint8_t counts[STREAM_COUNT_TABLES][256];
	TRUENO_DECLARE_RED_ZONE(counts);
	uint8_t repeated[256 + STREAM_WRITE_SLACK];
	TRUENO_DECLARE_RED_ZONE(repeated);
	uint8_t sorted[256];
	TRUENO_DECLARE_RED_ZONE(sorted);
	uint8_t code_of[256];
	TRUENO_DECLARE_RED_ZONE(code_of);
	uint8_t codes[STREAM_MAX_COUNT + STREAM_WRITE_SLACK];
	TRUENO_DECLARE_RED_ZONE(codes);
};

static __always_inline void
stream_set_encoder_zones(struct stream_encoder *e, bool is_forbidden)
{
	TRUENO_SET_RED_ZONE(e, counts, is_forbidden);
	TRUENO_SET_RED_ZONE(e, repeated, is_forbidden);
	TRUENO_SET_RED_ZONE(e, sorted, is_forbidden);
	TRUENO_SET_RED_ZONE(e, code_of, is_forbidden);
	TRUENO_SET_RED_ZONE(e, codes, is_forbidden);
}

#ifndef stream_fill
#define stream_fill __builtin_memset
#endif

/* Counts every @step-th symbol. */
static __always_inline void
stream_count(struct stream_encoder *e, const uint8_t *symbols, size_t count,
	     size_t step)
{
	size_t i;

	stream_fill(e->counts, 0, sizeof(e->counts));
	for (i = 0; i + (STREAM_COUNT_TABLES - 1) * step < count;
	     i += STREAM_COUNT_TABLES * step) {
		unsigned int table;

		for (table = 0; table < STREAM_COUNT_TABLES; table++)
			e->counts[table][symbols[i + table * step]]++;
	}
	/* However many tables there are, an even number is counted. */
	if (STREAM_COUNT_TABLES > 2 && i + step < count) {
		e->counts[0][symbols[i]]++;
		e->counts[1][symbols[i + step]]++;
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
		starts[stream_rank(e->counts[0][e->repeated[i]])]++;
	for (rank = STREAM_RANKS - 1; rank >= 2; rank--) {
		unsigned int size = starts[rank];

		starts[rank] = start;
		start += size;
	}
	for (i = 0; i < repeated; i++) {
		unsigned int symbol = e->repeated[i];

		rank = stream_rank(e->counts[0][symbol]);
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
			covered += e->counts[0][e->sorted[size]];
		cost = size + (count * width + 7) / 8 + count - covered * step;
		if (cost < best_cost) {
			best_cost = cost;
			best = size;
		}
	}
	return best;
}

/* The code of each byte; that of an escape is the dictionary's size. */
static __always_inline void stream_assign_codes(struct stream_encoder *e,
						unsigned int size)
{
	unsigned int i;

	stream_fill(e->code_of, size, sizeof(e->code_of));
	for (i = 0; i < size; i++)
		e->code_of[e->sorted[i]] = i;
}

#ifndef stream_put_codes
/* Looks all symbols up. */
static __always_inline void
stream_look_up(struct stream_encoder *e, const uint8_t *symbols, size_t count)
{
	size_t i;

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
#endif

/*
 * Codes @count bytes, STREAM_MAX_COUNT at most, 16 more of which may be read;
 * returns the end of the output, which has room for STREAM_CODED_MAX() and
 * STREAM_WRITE_SLACK more. Streams of fewer than @least bytes are not worth the time.
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
	repeated = stream_list_repeated(e->counts, e->repeated);
	stream_sort(e, repeated);
	size = stream_dictionary_size(e, repeated, count, step);
	*out++ = size;
	if (!size) {
		__builtin_memcpy(out, symbols, count);
		return out + count;
	}
	__builtin_memcpy(out, e->sorted, size);
	out += size;
	stream_assign_codes(e, size);
#ifdef stream_put_codes
	return stream_put_codes(out, e->code_of, symbols, count, size);
#else
	stream_look_up(e, symbols, count);
	out = stream_pack(out, e->codes, count, stream_width(size));
	return stream_put_escapes(out, e->codes, symbols, count, size);
#endif
}

#endif /* TRUENO_STREAM_ENCODER_H */
