/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The decision trees of trueno-auto, one for each profile. Written by
 * tools/train-auto, which reports in docs/auto-model.md.
 */
#ifndef TRUENO_AUTO_MODEL_H
#define TRUENO_AUTO_MODEL_H

#include "auto_features.h"
#include "auto_format.h"

static __always_inline enum auto_choice
auto_model_fast(const struct auto_features *features)
{
	const uint32_t *count = features->count;

	if (count[AUTO_SMALL_HALVES] <= 63) {
		if (count[AUTO_TEXT_BYTES] <= 351)
			return AUTO_WORD;
		return AUTO_LZ4;
	}
	if (count[AUTO_REPEATED_WORDS] <= 101)
		return AUTO_WORD;
	return AUTO_LZ4;
}

static __always_inline enum auto_choice
auto_model_dense(const struct auto_features *features)
{
	const uint32_t *count = features->count;

	if (count[AUTO_TEXT_BYTES] <= 557) {
		if (count[AUTO_REPEATED_WORDS] <= 101) {
			if (count[AUTO_SMALL_HALVES] <= 76) {
				if (count[AUTO_HIGH_BYTES] <= 138) {
					if (count[AUTO_TEXT_BYTES] <= 289)
						return AUTO_CODED_WORD;
					return AUTO_LZ_STREAMS;
				}
				return AUTO_CODED_WORD;
			}
			if (count[AUTO_ZERO_WORDS] <= 0) {
				if (count[AUTO_SMALL_HALVES] <= 115)
					return AUTO_LZ_STREAMS;
				return AUTO_CODED_WORD;
			}
			return AUTO_CODED_WORD;
		}
		return AUTO_LZ_STREAMS;
	}
	return AUTO_LZ_STREAMS;
}

static __always_inline enum auto_choice
auto_model_densest(const struct auto_features *features)
{
	const uint32_t *count = features->count;

	if (count[AUTO_SMALL_HALVES] <= 126) {
		if (count[AUTO_TEXT_BYTES] <= 238)
			return AUTO_CODED_WORD;
		if (count[AUTO_ZERO_WORDS] <= 41)
			return AUTO_ZSTD;
		if (count[AUTO_ZERO_WORDS] <= 44)
			return AUTO_CODED_WORD;
		return AUTO_ZSTD;
	}
	if (count[AUTO_REPEATED_WORDS] <= 59)
		return AUTO_CODED_WORD;
	return AUTO_ZSTD;
}

#endif /* TRUENO_AUTO_MODEL_H */
