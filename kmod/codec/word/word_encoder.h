/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the encoder of word pages keeps in its work memory, and the choices that
 * every variant makes alike so that all write the same bytes.
 */
#ifndef TRUENO_WORD_ENCODER_H
#define TRUENO_WORD_ENCODER_H

#include "word_decoder.h"

#define WORD_QWORD_HASH_BITS 10
#define WORD_DWORD_HASH_BITS 9
#define WORD_DWORD_HASHES (1 << WORD_DWORD_HASH_BITS)

/* The golden ratio in 64 and 32 bits. */
#define WORD_QWORD_MULTIPLIER 0x9e3779b97f4a7c15ull
#define WORD_DWORD_MULTIPLIER 0x9e3779b1u

/* Every eighth new qword is counted for the choice of the bases. */
#define WORD_DWORDS_PER_COUNT 8

/* Qwords that the search takes at a time. */
#define WORD_SEARCH_STEP 4

/* Steps write whole vectors, the widest of 64 bytes. */
#define WORD_VECTOR_SIZE 64

/* Every array has room behind it for what a step writes too many. */
struct word_encoder {
	/* Cleared for each page: the last element of each hash, and counts. */
	struct {
		uint32_t qwords[1 << WORD_QWORD_HASH_BITS];
		TRUENO_DECLARE_RED_ZONE(qwords);
		uint64_t dwords[WORD_DWORD_HASHES];
		TRUENO_DECLARE_RED_ZONE(dwords);
		uint64_t uppers[WORD_DWORD_HASHES];
		TRUENO_DECLARE_RED_ZONE(uppers);
		uint8_t high_counts[WORD_DWORD_HASHES];
		TRUENO_DECLARE_RED_ZONE(high_counts);
		uint8_t low_upper_counts[WORD_DWORD_HASHES];
		TRUENO_DECLARE_RED_ZONE(low_upper_counts);
		uint8_t high_upper_counts[WORD_DWORD_HASHES];
		TRUENO_DECLARE_RED_ZONE(high_upper_counts);
	} tables;
	/* The qwords of the page that are not zero, a bit each, and where. */
	uint64_t nonzero_qwords[WORD_QWORDS / 64];
	TRUENO_DECLARE_RED_ZONE(nonzero_qwords);
	uint16_t nonzero_places[WORD_QWORDS + 32];
	TRUENO_DECLARE_RED_ZONE(nonzero_places);
	size_t nonzero_count;
	/* Per one of them: the last one of its hash, and if it is equal. */
	uint32_t qword_sources[WORD_QWORDS];
	TRUENO_DECLARE_RED_ZONE(qword_sources);
	uint8_t qword_equals[WORD_QWORDS];
	TRUENO_DECLARE_RED_ZONE(qword_equals);
	/* Distances are less one, here and below. */
	uint8_t qword_distances[WORD_QWORDS];
	TRUENO_DECLARE_RED_ZONE(qword_distances);
	/* Which of them repeat, and the qwords of the page that do not. */
	uint64_t hits[WORD_QWORDS / 64 + 2];
	TRUENO_DECLARE_RED_ZONE(hits);
	uint64_t new_qwords[WORD_QWORDS / 64];
	TRUENO_DECLARE_RED_ZONE(new_qwords);
	/* The distances of the hits, from [WORD_VECTOR_SIZE] on. */
	uint8_t hit_distances[WORD_VECTOR_SIZE + WORD_QWORDS + WORD_VECTOR_SIZE];
	TRUENO_DECLARE_RED_ZONE(hit_distances);
	/* Which of them repeat the one before, and which do not. */
	uint64_t repeated_hits[WORD_QWORDS / 64];
	TRUENO_DECLARE_RED_ZONE(repeated_hits);
	uint64_t other_hits[WORD_QWORDS / 64];
	TRUENO_DECLARE_RED_ZONE(other_hits);
	/* The new qwords. */
	uint32_t dwords[WORD_DWORDS + 16];
	TRUENO_DECLARE_RED_ZONE(dwords);
	size_t dword_count;
	uint16_t dword_hashes[WORD_DWORDS + 32];
	TRUENO_DECLARE_RED_ZONE(dword_hashes);
	uint16_t upper_hashes[WORD_DWORDS + 32];
	TRUENO_DECLARE_RED_ZONE(upper_hashes);
	union {
		/* Until the search: the dwords, each with its place above. */
		uint64_t placed_dwords[WORD_DWORDS + 8];
		/* Once they are classified: their bytes. */
		uint8_t bytes[4][WORD_DWORDS + WORD_VECTOR_SIZE +
				 TRUENO_RED_ZONE_SIZE];
	};
	TRUENO_DECLARE_RED_ZONE(placed_dwords);
	union {
		/* The last placed dwords of the hashes of each. */
		struct word_found {
			uint64_t dword;
			uint64_t upper;
		} found[WORD_DWORDS + 16];
		/* Once they are classified: output that has no room to spare. */
		struct {
			uint8_t out[WORD_PAGE_MAX + WORD_VECTOR_SIZE];
			TRUENO_DECLARE_RED_ZONE(out);
		};
	};
	TRUENO_DECLARE_RED_ZONE(found);
	uint64_t planes[3][WORD_DWORDS / 64];
	TRUENO_DECLARE_RED_ZONE(planes);
	struct word_needs needs[WORD_DWORDS / 64];
	TRUENO_DECLARE_RED_ZONE(needs);
	uint8_t dword_distances[WORD_DWORDS + WORD_VECTOR_SIZE];
	TRUENO_DECLARE_RED_ZONE(dword_distances);
	/* A partial page with its padding. */
	uint8_t tail[TRUENO_PAGE_SIZE];
	TRUENO_DECLARE_RED_ZONE(tail);
};

/* While a page is encoded. */
static __always_inline void
word_set_encoder_zones(struct word_encoder *e, bool is_forbidden)
{
	TRUENO_SET_RED_ZONE(&e->tables, qwords, is_forbidden);
	TRUENO_SET_RED_ZONE(&e->tables, dwords, is_forbidden);
	TRUENO_SET_RED_ZONE(&e->tables, uppers, is_forbidden);
	TRUENO_SET_RED_ZONE(&e->tables, high_counts, is_forbidden);
	TRUENO_SET_RED_ZONE(&e->tables, low_upper_counts, is_forbidden);
	TRUENO_SET_RED_ZONE(&e->tables, high_upper_counts, is_forbidden);
	TRUENO_SET_RED_ZONE(e, nonzero_qwords, is_forbidden);
	TRUENO_SET_RED_ZONE(e, nonzero_places, is_forbidden);
	TRUENO_SET_RED_ZONE(e, qword_sources, is_forbidden);
	TRUENO_SET_RED_ZONE(e, qword_equals, is_forbidden);
	TRUENO_SET_RED_ZONE(e, qword_distances, is_forbidden);
	TRUENO_SET_RED_ZONE(e, hits, is_forbidden);
	TRUENO_SET_RED_ZONE(e, new_qwords, is_forbidden);
	TRUENO_SET_RED_ZONE(e, hit_distances, is_forbidden);
	TRUENO_SET_RED_ZONE(e, repeated_hits, is_forbidden);
	TRUENO_SET_RED_ZONE(e, other_hits, is_forbidden);
	TRUENO_SET_RED_ZONE(e, dwords, is_forbidden);
	TRUENO_SET_RED_ZONE(e, dword_hashes, is_forbidden);
	TRUENO_SET_RED_ZONE(e, upper_hashes, is_forbidden);
	TRUENO_SET_RED_ZONE(e, planes, is_forbidden);
	TRUENO_SET_RED_ZONE(e, needs, is_forbidden);
	TRUENO_SET_RED_ZONE(e, dword_distances, is_forbidden);
	TRUENO_SET_RED_ZONE(e, tail, is_forbidden);
	TRUENO_SET_RED_ZONE(e, placed_dwords, is_forbidden);
	TRUENO_SET_RED_ZONE(e, found, is_forbidden);
}

/* From when the dwords are split to when the page is written. */
static __always_inline void
word_set_byte_zones(struct word_encoder *e, bool is_forbidden)
{
#ifdef TRUENO_RED_ZONES
	unsigned int i;

	for (i = 0; i < 4; i++)
		trueno_set_red_zone(e->bytes[i] + WORD_DWORDS + WORD_VECTOR_SIZE,
				    is_forbidden);
#endif
}

static __always_inline unsigned int word_hash_qword(uint64_t qword)
{
	return qword * WORD_QWORD_MULTIPLIER >> (64 - WORD_QWORD_HASH_BITS);
}

static __always_inline unsigned int word_hash_dword(uint32_t dword)
{
	return dword * WORD_DWORD_MULTIPLIER >> (32 - WORD_DWORD_HASH_BITS);
}

#define WORD_WORKMEM_SIZE 61440

/* Does not compile unless the work memory holds either. */
enum {
	WORD_WORKMEM_HOLDS_ENCODER =
		1 / (sizeof(struct word_encoder) + WORD_ALIGNMENT <= WORD_WORKMEM_SIZE),
	WORD_WORKMEM_HOLDS_DECODER =
		1 / (sizeof(struct word_decoder) + WORD_ALIGNMENT <= WORD_WORKMEM_SIZE),
};

#endif /* TRUENO_WORD_ENCODER_H */
