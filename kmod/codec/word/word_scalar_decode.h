/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The steps of the word decoder in general-purpose registers. Which bytes an
 * element takes is added to the pointers as a number, not asked by a branch.
 */
#ifndef TRUENO_WORD_SCALAR_DECODE_H
#define TRUENO_WORD_SCALAR_DECODE_H

#include "word_decoder.h"
#include "word_tables.h"

/* Sums of 2, 4 and 8 bits side by side, then of all bytes. */
static __always_inline unsigned int word_scalar_count_bits(uint64_t bits)
{
	bits -= bits >> 1 & 0x5555555555555555ull;
	bits = (bits & 0x3333333333333333ull) +
	       (bits >> 2 & 0x3333333333333333ull);
	bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0full;
	return bits * 0x0101010101010101ull >> 56;
}

/* A hexadecimal digit for the ones in each number of four bits. */
static __always_inline unsigned int word_count_nibble(unsigned int nibble)
{
	return 0x4332322132212110ull >> 4 * nibble & 7;
}

/* The low bits of @bits at the places of @mask, in order. */
static __always_inline uint64_t word_scalar_deposit_bits(uint64_t bits, uint64_t mask)
{
	uint64_t result = 0;
	unsigned int shift;

	for (shift = 0; shift < 64; shift += 4) {
		unsigned int nibble = mask >> shift & 15;

		result |= (uint64_t)word_deposit_nibble[nibble][bits & 15] << shift;
		bits >>= word_count_nibble(nibble);
	}
	return result;
}

static __always_inline void word_scalar_list_places(const uint64_t *masks,
					     size_t stride, size_t count,
					     uint16_t *places)
{
	size_t i;

	for (i = 0; i < count; i += 64) {
		uint64_t mask = *masks;

		masks = (const uint64_t *)((const uint8_t *)masks + stride);
		for (; mask; mask &= mask - 1)
			*places++ = i + __builtin_ctzll(mask);
	}
}

/* As word_scalar_nearby_sources(), for repeats that may share their distance. */
static __always_inline bool
word_scalar_repeated_sources(const uint16_t *places, size_t count, const uint8_t *qrep,
		      const uint8_t *distances, uint16_t *sources)
{
	uint16_t all = 0;
	size_t i;

	/* The distance that counts is the last one before or at a repeat. */
	distances--;
	for (i = 0; i < count; i++) {
		distances += ~qrep[i / 8] >> i % 8 & 1;
		sources[i] = places[i] - 1 - *distances;
		all |= sources[i];
	}
	return all >> 15;
}

/*
 * Subtracts from each place its distance, of which a byte holds one less.
 * Returns whether a source lies before the first element.
 */
static __always_inline bool word_scalar_nearby_sources(const uint16_t *places,
						size_t count,
						const uint8_t *distances,
						uint16_t *sources)
{
	uint16_t all = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		sources[i] = places[i] - 1 - distances[i];
		all |= sources[i];
	}
	return all >> 15;
}

/* What a dword's class adds to its bytes, takes of them, keeps of its source. */
struct word_class_values {
	uint32_t base;
	uint32_t mask;
	uint32_t kept;
};

static __always_inline struct word_class_values
word_class_values_of(struct word_header header, unsigned int class, bool is_high)
{
	struct word_class_values values = { .mask = 0xffff };

	switch (class) {
	case WORD_ZERO:
		values.mask = 0;
		break;
	case WORD_BASE:
		values.base = is_high ? header.high_dword :
			      (uint32_t)header.low_upper[0] << 16;
		values.mask = is_high ? 0 : 0xffff;
		break;
	case WORD_SECOND_BASE:
		values.base = (uint32_t)(is_high ? header.high_upper :
					 header.low_upper[1]) << 16;
		break;
	case WORD_REPEAT:
		values.mask = 0;
		values.kept = ~0u;
		break;
	case WORD_UPPER_24:
		values.mask = 0xff;
		values.kept = ~0xffu;
		break;
	case WORD_UPPER_16:
		values.kept = ~0xffffu;
		break;
	case WORD_EXPLICIT:
		values.mask = ~0u;
		break;
	}
	return values;
}

static __always_inline void word_scalar_expand_dwords(struct word_decoder *d,
					       struct word_header header,
					       struct word_byte_streams from)
{
	struct word_class_values values[2][8];
	uint64_t plane0 = 0, plane1 = 0, plane2 = 0;
	struct word_needs needs = {};
	unsigned int class;
	size_t i;

	for (class = 0; class < 8; class++) {
		values[0][class] = word_class_values_of(header, class, false);
		values[1][class] = word_class_values_of(header, class, true);
	}
	for (i = 0; i < d->dword_count; i++) {
		const struct word_class_values *v;

		if (i % 64 == 0) {
			needs = d->needs[i / 64];
			plane0 = trueno_load64(d->planes[0] + i / 8);
			plane1 = trueno_load64(d->planes[1] + i / 8);
			plane2 = trueno_load64(d->planes[2] + i / 8);
		}
		v = &values[i % 2][(plane0 & 1) + 2 * (plane1 & 1) +
				   4 * (plane2 & 1)];
		d->dwords[i] = v->base |
			((*from.byte0 | *from.byte1 << 8 | *from.byte2 << 16 |
			  (uint32_t)*from.byte3 << 24) & v->mask);
		d->kept[i] = v->kept;
		from.byte0 += needs.byte0 & 1;
		from.byte1 += needs.byte1 & 1;
		from.byte2 += needs.upper & 1;
		from.byte3 += needs.upper & 1;
		plane0 >>= 1;
		plane1 >>= 1;
		plane2 >>= 1;
		needs.byte0 >>= 1;
		needs.byte1 >>= 1;
		needs.upper >>= 1;
	}
}

/* Places the new qwords in the page and clears all others. */
static __always_inline void word_scalar_expand_qwords(const struct word_decoder *d,
					       uint8_t *page)
{
	const uint8_t *from = (const uint8_t *)d->dwords;
	uint64_t mask = 0;
	size_t i;

	for (i = 0; i < WORD_QWORDS; i++) {
		if (i % 64 == 0)
			mask = d->new_qwords[i / 64];
		trueno_store64(page + 8 * i, trueno_load64(from) & -(mask & 1));
		from += 8 * (mask & 1);
		mask >>= 1;
	}
}

#endif /* TRUENO_WORD_SCALAR_DECODE_H */
