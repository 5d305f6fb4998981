/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * XXH64 with seed 0, whose low half is a frame's content checksum: four lanes
 * take 8 bytes each, then the lanes, the length and what is left are mixed.
 */
#ifndef TRUENO_ZSTD_XXH64_H
#define TRUENO_ZSTD_XXH64_H

#include "../memory_access.h"

#define XXH64_PRIME_1 0x9E3779B185EBCA87ull
#define XXH64_PRIME_2 0xC2B2AE3D27D4EB4Full
#define XXH64_PRIME_3 0x165667B19E3779F9ull
#define XXH64_PRIME_4 0x85EBCA77C2B2AE63ull
#define XXH64_PRIME_5 0x27D4EB2F165667C5ull

static __always_inline uint64_t xxh64_rotate(uint64_t value, unsigned int by)
{
	return value << by | value >> (64 - by);
}

static __always_inline uint64_t xxh64_round(uint64_t lane, uint64_t input)
{
	return xxh64_rotate(lane + input * XXH64_PRIME_2, 31) * XXH64_PRIME_1;
}

static inline uint64_t xxh64_tail(uint64_t hash, const uint8_t *at, size_t left)
{
	for (; left >= 8; at += 8, left -= 8) {
		hash ^= xxh64_round(0, trueno_load64(at));
		hash = xxh64_rotate(hash, 27) * XXH64_PRIME_1 + XXH64_PRIME_4;
	}
	if (left >= 4) {
		hash ^= trueno_load32(at) * XXH64_PRIME_1;
		hash = xxh64_rotate(hash, 23) * XXH64_PRIME_2 + XXH64_PRIME_3;
		at += 4;
		left -= 4;
	}
	for (; left > 0; at++, left--) {
		hash ^= *at * XXH64_PRIME_5;
		hash = xxh64_rotate(hash, 11) * XXH64_PRIME_1;
	}
	hash = (hash ^ hash >> 33) * XXH64_PRIME_2;
	hash = (hash ^ hash >> 29) * XXH64_PRIME_3;
	return hash ^ hash >> 32;
}

static inline uint64_t xxh64(const uint8_t *at, size_t length)
{
	uint64_t lanes[4] = { XXH64_PRIME_1 + XXH64_PRIME_2, XXH64_PRIME_2, 0,
			      0 - XXH64_PRIME_1 };
	size_t left = length;
	uint64_t hash;
	unsigned int i;

	if (length < 32)
		return xxh64_tail(XXH64_PRIME_5 + length, at, length);
	for (; left >= 32; left -= 32, at += 32)
		for (i = 0; i < 4; i++)
			lanes[i] = xxh64_round(lanes[i],
					       trueno_load64(at + 8 * i));
	hash = xxh64_rotate(lanes[0], 1) + xxh64_rotate(lanes[1], 7) +
	       xxh64_rotate(lanes[2], 12) + xxh64_rotate(lanes[3], 18);
	for (i = 0; i < 4; i++) {
		hash ^= xxh64_round(0, lanes[i]);
		hash = hash * XXH64_PRIME_1 + XXH64_PRIME_4;
	}
	return xxh64_tail(hash + length, at, left);
}

#endif /* TRUENO_ZSTD_XXH64_H */
