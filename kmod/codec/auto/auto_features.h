/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What trueno-auto looks at before it chooses a format: counts over a sample of
 * a quarter of the page, 32 blocks of 32 bytes. The blocks lie at a changing
 * place of their stretch, so that records of 128 bytes are not always cut at
 * the same field. Every instruction set counts the same, so that every variant
 * chooses the same.
 */
#ifndef TRUENO_AUTO_FEATURES_H
#define TRUENO_AUTO_FEATURES_H

#include <trueno/page.h>

#include "../memory_access.h"

enum auto_feature {
	/* 8-byte words that are zero: 0 to 128. */
	AUTO_ZERO_WORDS,
	/* 4-byte words that are zero: 0 to 256. */
	AUTO_ZERO_HALVES,
	/* 4-byte words below 65536: 0 to 256. */
	AUTO_SMALL_HALVES,
	/* Bytes from 32 to 127: 0 to 1024. */
	AUTO_TEXT_BYTES,
	/* Bytes from 128 up: 0 to 1024. */
	AUTO_HIGH_BYTES,
	/* Non-zero 8-byte words that equal one of the four before: 0 to 128. */
	AUTO_REPEATED_WORDS,
	/* Non-zero upper 4 bytes that equal those of the word before: 0 to 128. */
	AUTO_REPEATED_UPPERS,
	/* Bytes that equal the one before, and the one 8 before: 0 to 2048. */
	AUTO_EQUAL_BYTES,
	AUTO_FEATURES
};

#define AUTO_SAMPLES 32
#define AUTO_SAMPLE_SIZE 32
/* Shorter content is not looked at. */
#define AUTO_MIN_SAMPLED TRUENO_PAGE_SIZE

struct auto_features {
	uint32_t count[AUTO_FEATURES];
};

/* Where sample @index of @length bytes starts; 32 bytes before it are content. */
static __always_inline size_t auto_sample_at(unsigned int index, size_t length)
{
	size_t stretch = length / AUTO_SAMPLES;

	return index * stretch + AUTO_SAMPLE_SIZE * (1 + index % 3);
}

#endif /* TRUENO_AUTO_FEATURES_H */
