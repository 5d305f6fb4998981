/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The features of auto/auto_features.h with Advanced SIMD: a comparison gives
 * all ones where it holds, so that subtracting its result counts lane by lane.
 */
#ifndef TRUENO_AUTO_NEON_FEATURES_H
#define TRUENO_AUTO_NEON_FEATURES_H

#include <arm_neon.h>

#include "../auto/auto_features.h"

struct auto_neon_counts {
	uint64x2_t zero_words, repeated;
	uint32x4_t zero_halves, small, uppers;
	uint8x16_t text, high, equal;
};

static __always_inline uint64x2_t auto_load_words(const uint8_t *from)
{
	return vreinterpretq_u64_u8(vld1q_u8(from));
}

static __always_inline void
auto_neon_count(struct auto_neon_counts *counts, const uint8_t *at)
{
	const uint8x16_t bytes = vld1q_u8(at);
	const uint8x16_t before = vld1q_u8(at - 8);
	const uint64x2_t words = vreinterpretq_u64_u8(bytes);
	const uint32x4_t halves = vreinterpretq_u32_u8(bytes);
	const uint64x2_t is_zero = vceqzq_u64(words);
	const uint32x4_t is_zero_half = vceqzq_u32(halves);
	uint64x2_t same = vceqq_u64(words, vreinterpretq_u64_u8(before));
	uint32x4_t same_half = vceqq_u32(halves, vreinterpretq_u32_u8(before));

	same = vorrq_u64(same, vceqq_u64(words, auto_load_words(at - 16)));
	same = vorrq_u64(same, vceqq_u64(words, auto_load_words(at - 24)));
	same = vorrq_u64(same, vceqq_u64(words, auto_load_words(at - 32)));

	counts->zero_words = vsubq_u64(counts->zero_words, is_zero);
	counts->zero_halves = vsubq_u32(counts->zero_halves, is_zero_half);
	counts->small = vsubq_u32(counts->small,
				  vceqzq_u32(vshrq_n_u32(halves, 16)));
	counts->text = vsubq_u8(counts->text,
				vcgtq_s8(vreinterpretq_s8_u8(bytes), vdupq_n_s8(31)));
	counts->high = vsubq_u8(counts->high, vcltzq_s8(vreinterpretq_s8_u8(bytes)));
	counts->repeated = vsubq_u64(counts->repeated, vbicq_u64(same, is_zero));
	counts->uppers = vsubq_u32(counts->uppers,
				   vbicq_u32(same_half, is_zero_half));
	counts->equal = vsubq_u8(counts->equal, vceqq_u8(bytes, before));
	counts->equal = vsubq_u8(counts->equal, vceqq_u8(bytes, vld1q_u8(at - 1)));
}

static __always_inline void
auto_neon_features(const uint8_t *content, size_t length,
		   struct auto_features *features)
{
	struct auto_neon_counts counts = {};
	unsigned int sample;

	for (sample = 0; sample < AUTO_SAMPLES; sample++) {
		const uint8_t *at = content + auto_sample_at(sample, length);

		auto_neon_count(&counts, at);
		auto_neon_count(&counts, at + 16);
	}
	features->count[AUTO_ZERO_WORDS] = vaddvq_u64(counts.zero_words);
	features->count[AUTO_ZERO_HALVES] = vaddvq_u32(counts.zero_halves);
	features->count[AUTO_SMALL_HALVES] = vaddvq_u32(counts.small);
	features->count[AUTO_TEXT_BYTES] = vaddlvq_u8(counts.text);
	features->count[AUTO_HIGH_BYTES] = vaddlvq_u8(counts.high);
	features->count[AUTO_REPEATED_WORDS] = vaddvq_u64(counts.repeated);
	features->count[AUTO_REPEATED_UPPERS] =
		vaddvq_u64(vshrq_n_u64(vreinterpretq_u64_u32(counts.uppers), 32));
	features->count[AUTO_EQUAL_BYTES] = vaddlvq_u8(counts.equal);
}

#endif /* TRUENO_AUTO_NEON_FEATURES_H */
