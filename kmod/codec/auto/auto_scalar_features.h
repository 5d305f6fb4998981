/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The features in general-purpose registers, eight bytes at a time.
 */
#ifndef TRUENO_AUTO_SCALAR_FEATURES_H
#define TRUENO_AUTO_SCALAR_FEATURES_H

#include "auto_features.h"

#define AUTO_TOP_BITS 0x8080808080808080ull

/* The number of bytes whose top bit is set; no other bit may be. */
static __always_inline uint32_t auto_count_tops(uint64_t tops)
{
	return ((tops >> 7) * 0x0101010101010101ull) >> 56;
}

/* The top bit of each byte that is equal in @a and @b. */
static __always_inline uint64_t auto_equal_tops(uint64_t a, uint64_t b)
{
	uint64_t difference = a ^ b;
	uint64_t low_bits = (difference & ~AUTO_TOP_BITS) + ~AUTO_TOP_BITS;

	return ~(low_bits | difference) & AUTO_TOP_BITS;
}

static __always_inline void
auto_count_word(struct auto_features *features, const uint8_t *at)
{
	uint64_t word = trueno_load64(at);
	uint64_t before = trueno_load64(at - 8);
	uint32_t low = word;
	uint32_t high = word >> 32;
	uint32_t *count = features->count;

	count[AUTO_ZERO_WORDS] += word == 0;
	count[AUTO_ZERO_HALVES] += (low == 0) + (high == 0);
	count[AUTO_SMALL_HALVES] += (low >> 16 == 0) + (high >> 16 == 0);
	count[AUTO_TEXT_BYTES] +=
		auto_count_tops(~word & (word << 1 | word << 2) & AUTO_TOP_BITS);
	count[AUTO_HIGH_BYTES] += auto_count_tops(word & AUTO_TOP_BITS);
	count[AUTO_REPEATED_WORDS] += (word != 0) &
				      ((word == before) |
				       (word == trueno_load64(at - 16)) |
				       (word == trueno_load64(at - 24)) |
				       (word == trueno_load64(at - 32)));
	count[AUTO_REPEATED_UPPERS] += (high != 0) & (high == before >> 32);
	count[AUTO_EQUAL_BYTES] +=
		auto_count_tops(auto_equal_tops(word, before)) +
		auto_count_tops(auto_equal_tops(word, trueno_load64(at - 1)));
}

static __always_inline void
auto_scalar_features(const uint8_t *content, size_t length,
		     struct auto_features *features)
{
	struct auto_features sum = {};
	unsigned int sample, at;

	for (sample = 0; sample < AUTO_SAMPLES; sample++) {
		const uint8_t *block = content + auto_sample_at(sample, length);

		for (at = 0; at < AUTO_SAMPLE_SIZE; at += 8)
			auto_count_word(&sum, block + at);
	}
	*features = sum;
}

#endif /* TRUENO_AUTO_SCALAR_FEATURES_H */
