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

/* Each array has room for one vector more than it has elements. */
struct word_encoder {
	/* Cleared for each page: the last element of each hash, and counts. */
	struct {
		uint16_t qwords[1 << WORD_QWORD_HASH_BITS];
		uint16_t dwords[WORD_DWORD_HASHES];
		uint16_t uppers[WORD_DWORD_HASHES];
		uint16_t high_counts[WORD_DWORD_HASHES];
		uint8_t upper_counts[2][WORD_DWORD_HASHES];
	} tables;
	/* Per qword of the page: the last one of its hash, and if it is equal. */
	uint16_t qword_sources[WORD_QWORDS];
	uint8_t qword_equals[WORD_QWORDS];
	uint8_t qword_distances[WORD_QWORDS + 32];
	uint64_t nonzero_qwords[WORD_QWORDS / 64];
	uint64_t hit_qwords[WORD_QWORDS / 64];
	uint64_t new_qwords[WORD_QWORDS / 64];
	/* The new qwords; per dword the last ones of its hashes, exclusive-or. */
	uint32_t dwords[WORD_DWORDS + 16];
	uint16_t dword_hashes[WORD_DWORDS + 16];
	uint16_t upper_hashes[WORD_DWORDS + 16];
	uint16_t dword_sources[WORD_DWORDS + 16];
	uint16_t upper_sources[WORD_DWORDS + 16];
	uint32_t dword_differences[WORD_DWORDS + 16];
	uint32_t upper_differences[WORD_DWORDS + 16];
	uint8_t dword_distances[WORD_DWORDS + 64];
	size_t dword_count;
	uint64_t planes[3][WORD_DWORDS / 64];
	struct word_needs needs[WORD_DWORDS / 64];
	/* The streams that are not written in place. */
	uint8_t qhit[WORD_QWORDS / 8 + 16];
	uint8_t qrep[WORD_QWORDS / 8 + 16];
	uint8_t qdist[WORD_QWORDS + 64];
	uint8_t xdist[WORD_DWORDS + 64];
	uint8_t bytes[4][WORD_DWORDS + 64];
	/* A partial page with its padding; a page that may not fit the output. */
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

#define WORD_WORKMEM_SIZE 49152

_Static_assert(sizeof(struct word_encoder) + WORD_ALIGNMENT <= WORD_WORKMEM_SIZE &&
	       sizeof(struct word_decoder) + WORD_ALIGNMENT <= WORD_WORKMEM_SIZE,
	       "the work memory holds either");

#endif /* TRUENO_WORD_ENCODER_H */
