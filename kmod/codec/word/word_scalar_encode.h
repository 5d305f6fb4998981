/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The steps of the word encoder in general-purpose registers.
 */
#ifndef TRUENO_WORD_SCALAR_ENCODE_H
#define TRUENO_WORD_SCALAR_ENCODE_H

#include "word_encoder.h"
#include "word_scalar_decode.h"

static __always_inline void word_scalar_find_nonzero(struct word_encoder *e, const uint8_t *page)
{
	uint64_t nonzero = 0;
	size_t i;

	for (i = 0; i < WORD_QWORDS; i++) {
		nonzero = nonzero >> 1 | (uint64_t)(trueno_load64(page + 8 * i) != 0) << 63;
		if (i % 64 == 63)
			e->nonzero_qwords[i / 64] = nonzero;
	}
}

/* Finds which of the qwords that are not zero repeat near enough. */
static __always_inline void word_scalar_judge_qwords(struct word_encoder *e)
{
	uint64_t hits = 0;
	size_t i;

	for (i = 0; i < e->nonzero_count; i++) {
		uint32_t distance = e->nonzero_places[i] - 1 - e->qword_sources[i];

		e->qword_distances[i] = distance;
		hits |= (uint64_t)(e->qword_equals[i] & (distance < WORD_MAX_DISTANCE)) << i % 64;
		if (i % 64 == 63 || i + 1 == e->nonzero_count) {
			e->hits[i / 64] = hits;
			hits = 0;
		}
	}
}

/* Packs the bytes that have a one among @count mask bits. Returns their end. */
static __always_inline uint8_t *word_scalar_pack_bytes(uint8_t *to, const uint8_t *from,
						       const uint64_t *masks, size_t stride,
						       size_t count)
{
	size_t i;

	for (i = 0; i < count; i += 64) {
		uint64_t mask = *masks;

		masks = (const uint64_t *)((const uint8_t *)masks + stride);
		for (; mask; mask &= mask - 1)
			*to++ = from[i + __builtin_ctzll(mask)];
	}
	return to;
}

/* Marks the bytes that are equal to the one before. */
static __always_inline void word_scalar_mark_repeated(const uint8_t *bytes, size_t count,
						      uint64_t *marks)
{
	uint64_t mark = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		mark |= (uint64_t)(bytes[i] == bytes[i - 1]) << i % 64;
		if (i % 64 == 63 || i + 1 == count) {
			marks[i / 64] = mark;
			mark = 0;
		}
	}
}

static __always_inline void word_scalar_pack_qwords(struct word_encoder *e, const uint8_t *page)
{
	uint8_t *to = (uint8_t *)e->dwords;
	uint64_t mask = 0;
	size_t i;

	for (i = 0; i < WORD_QWORDS; i++) {
		if (i % 64 == 0)
			mask = e->new_qwords[i / 64];
		trueno_copy8(to, page + 8 * i);
		to += 8 * (mask & 1);
		mask >>= 1;
	}
	__builtin_memset(to, 0, 8 * sizeof(uint32_t));
}

static __always_inline void word_scalar_hash_dwords(struct word_encoder *e)
{
	size_t i;

	/* Searched in steps, of which the last is filled with zeros. */
	for (i = 0; i < e->dword_count + WORD_DWORDS_PER_COUNT - 2; i++) {
		e->placed_dwords[i] = (uint64_t)i << 32 | e->dwords[i];
		e->dword_hashes[i] = word_hash_dword(e->dwords[i]);
		e->upper_hashes[i] = word_hash_dword(e->dwords[i] >> 16);
	}
}

static __always_inline void word_scalar_note_found(struct word_found *to, const uint64_t *dword,
						   const uint64_t *upper)
{
	to->dword = *dword;
	to->upper = *upper;
}

/*
 * Each condition is a bit, those that save more below; the lowest one that
 * holds decides.
 */
static __always_inline unsigned int word_classify_dword(struct word_encoder *e, size_t i,
							struct word_header header, bool is_high)
{
	static const uint8_t classes[] = {
		WORD_ZERO,	  WORD_BASE,	 WORD_REPEAT,	WORD_SHORT,    WORD_BASE,
		WORD_SECOND_BASE, WORD_UPPER_24, WORD_UPPER_16, WORD_EXPLICIT,
	};
	const uint32_t dword = e->dwords[i];
	const uint32_t upper = dword >> 16;
	const uint64_t found = e->found[i].dword;
	const uint64_t found_upper = e->found[i].upper;
	const uint32_t distance = i - 1 - (found >> 32);
	const uint32_t upper_distance = i - 1 - (found_upper >> 32);
	const uint32_t difference = dword ^ (uint32_t)found_upper;
	const unsigned int repeats = (dword == (uint32_t)found) & (distance < WORD_MAX_DISTANCE);
	const unsigned int is_near = upper_distance < WORD_MAX_DISTANCE;
	unsigned int bits = 1u << 8;

	bits |= !dword;
	if (is_high) {
		bits |= (dword == header.high_dword) << 1;
		bits |= (upper == header.high_upper) << 5;
	} else {
		bits |= (upper == header.low_upper[0]) << 4;
		bits |= (upper == header.low_upper[1]) << 5;
	}
	bits |= repeats << 2 | !upper << 3;
	bits |= (is_near & (difference < 1u << 8)) << 6;
	bits |= (is_near & (difference < 1u << 16)) << 7;
	e->dword_distances[i] = upper_distance ^ ((distance ^ upper_distance) & -repeats);
	return classes[__builtin_ctz(bits)];
}

static __always_inline void word_scalar_classify(struct word_encoder *e, struct word_header header)
{
	uint64_t planes[3] = {};
	unsigned int k;
	size_t i;

	for (i = 0; i < e->dword_count; i += 2) {
		uint64_t low = word_classify_dword(e, i, header, false);
		uint64_t high = word_classify_dword(e, i + 1, header, true);

		for (k = 0; k < 3; k++)
			planes[k] |= ((low >> k & 1) | (high >> k & 1) << 1) << i % 64;
		if (i % 64 == 62 || i + 2 == e->dword_count) {
			for (k = 0; k < 3; k++) {
				e->planes[k][i / 64] = planes[k];
				planes[k] = 0;
			}
		}
	}
}

static __always_inline void word_scalar_split_dwords(struct word_encoder *e)
{
	size_t i;

	for (i = 0; i < e->dword_count; i++) {
		uint32_t dword = e->dwords[i];

		e->bytes[0][i] = dword;
		e->bytes[1][i] = dword >> 8;
		e->bytes[2][i] = dword >> 16;
		e->bytes[3][i] = dword >> 24;
	}
}

#endif /* TRUENO_WORD_SCALAR_ENCODE_H */
