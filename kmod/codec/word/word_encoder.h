/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the encoder of word pages keeps in its work memory, and the choices that
 * every variant makes alike so that all write the same bytes.
 */
#ifndef TRUENO_WORD_ENCODER_H
#define TRUENO_WORD_ENCODER_H

#include "word_decoder.h"

#define WORD_QWORD_HASH_BITS	10
#define WORD_DWORD_HASH_BITS	9
#define WORD_DWORD_HASHES	(1 << WORD_DWORD_HASH_BITS)

/* The golden ratio in 64 and 32 bits. */
#define WORD_QWORD_MULTIPLIER	0x9e3779b97f4a7c15ull
#define WORD_DWORD_MULTIPLIER	0x9e3779b1u

/* Every eighth new qword is counted for the choice of the bases. */
#define WORD_DWORDS_PER_COUNT	8

/* Qwords that the search takes at a time. */
#define WORD_SEARCH_STEP	4

/* Steps write whole vectors, the widest of 64 bytes. */
#define WORD_VECTOR_SIZE	64

/* Every array has room behind it for what a step writes too many. */
struct word_encoder {
	/* Cleared for each page: the last element of each hash, and counts. */
	struct {
		uint32_t qwords[1 << WORD_QWORD_HASH_BITS];
		uint64_t dwords[WORD_DWORD_HASHES];
		uint64_t uppers[WORD_DWORD_HASHES];
		uint8_t high_counts[WORD_DWORD_HASHES];
		uint8_t low_upper_counts[WORD_DWORD_HASHES];
		uint8_t high_upper_counts[WORD_DWORD_HASHES];
	} tables;
	/* The qwords of the page that are not zero, a bit each, and where. */
	uint64_t nonzero_qwords[WORD_QWORDS / 64];
	uint16_t nonzero_places[WORD_QWORDS + 32];
	size_t nonzero_count;
	/* Per one of them: the last one of its hash, and if it is equal. */
	uint32_t qword_sources[WORD_QWORDS];
	uint8_t qword_equals[WORD_QWORDS];
	/* Distances are less one, here and below. */
	uint8_t qword_distances[WORD_QWORDS];
	/* Which of them repeat, and the qwords of the page that do not. */
	uint64_t hits[WORD_QWORDS / 64 + 2];
	uint64_t new_qwords[WORD_QWORDS / 64];
	/* The distances of the hits, from [WORD_VECTOR_SIZE] on. */
	uint8_t hit_distances[WORD_VECTOR_SIZE + WORD_QWORDS + WORD_VECTOR_SIZE];
	/* Which of them repeat the one before, and which do not. */
	uint64_t repeated_hits[WORD_QWORDS / 64];
	uint64_t other_hits[WORD_QWORDS / 64];
	/* The new qwords. */
	uint32_t dwords[WORD_DWORDS + 16];
	size_t dword_count;
	uint16_t dword_hashes[WORD_DWORDS + 32];
	uint16_t upper_hashes[WORD_DWORDS + 32];
	union {
		/* Until the search: the dwords, each with its place above. */
		uint64_t placed_dwords[WORD_DWORDS + 8];
		/* Once they are classified: their bytes. */
		uint8_t bytes[4][WORD_DWORDS + WORD_VECTOR_SIZE];
	};
	union {
		/* The last placed dwords of the hashes of each. */
		struct word_found {
			uint64_t dword;
			uint64_t upper;
		} found[WORD_DWORDS + 16];
		/* Once they are classified: output that has no room to spare. */
		uint8_t out[WORD_PAGE_MAX + WORD_VECTOR_SIZE];
	};
	uint64_t planes[3][WORD_DWORDS / 64];
	struct word_needs needs[WORD_DWORDS / 64];
	uint8_t dword_distances[WORD_DWORDS + WORD_VECTOR_SIZE];
	/* A partial page with its padding. */
	uint8_t tail[TRUENO_PAGE_SIZE];
};

static __always_inline unsigned int word_hash_qword(uint64_t qword)
{
	return qword * WORD_QWORD_MULTIPLIER >> (64 - WORD_QWORD_HASH_BITS);
}

static __always_inline unsigned int word_hash_dword(uint32_t dword)
{
	return dword * WORD_DWORD_MULTIPLIER >> (32 - WORD_DWORD_HASH_BITS);
}

#define WORD_WORKMEM_SIZE 61440

_Static_assert(sizeof(struct word_encoder) + WORD_ALIGNMENT <= WORD_WORKMEM_SIZE &&
	       sizeof(struct word_decoder) + WORD_ALIGNMENT <= WORD_WORKMEM_SIZE,
	       "the work memory holds either");

#endif /* TRUENO_WORD_ENCODER_H */
