/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The word format in numbers: see docs/word-format.md, which is the norm. What
 * is here is shared by every variant but the reference.
 */
#ifndef TRUENO_WORD_FORMAT_H
#define TRUENO_WORD_FORMAT_H

#include <trueno/page.h>
#include <trueno/types.h>

#include "../memory_access.h"

/* First byte of a block: version in the high nibble, kind in the low one. */
#define WORD_VERSION_1		0x10
#define WORD_RAW_PAGE		(WORD_VERSION_1 | 0)
#define WORD_PAGE		(WORD_VERSION_1 | 1)
#define WORD_CODED_PAGE		(WORD_VERSION_1 | 2)
#define WORD_RAW_TAIL		(WORD_VERSION_1 | 3)
#define WORD_TAIL		(WORD_VERSION_1 | 4)
#define WORD_CODED_TAIL		(WORD_VERSION_1 | 5)

#define WORD_QWORDS		512
/* Dwords of the new qwords, at most. */
#define WORD_DWORDS		1024
/* Farthest repeat, in qwords of the page or dwords of the new qwords. */
#define WORD_MAX_DISTANCE	256

/* The header: the common high dword and three common upper halves. */
#define WORD_HEADER_SIZE	10
#define WORD_ZQ_SIZE		64
/* A page's header and streams together, at most; a larger one is stored raw. */
#define WORD_PAGE_MAX		4095

/* How a dword of a new qword is written. */
enum word_class {
	WORD_ZERO = 0,
	/* Low dword: upper half in the header; high dword: all in the header. */
	WORD_BASE = 1,
	WORD_SHORT = 2,
	WORD_SECOND_BASE = 3,
	WORD_REPEAT = 4,
	WORD_UPPER_24 = 5,
	WORD_UPPER_16 = 6,
	WORD_EXPLICIT = 7,
};

/* The streams of a page in their order. */
enum word_stream {
	WORD_ZQ,
	WORD_QHIT,
	WORD_QREP,
	WORD_PLANE0,
	WORD_PLANE1,
	WORD_PLANE2,
	WORD_QDIST,
	WORD_XDIST,
	WORD_BYTE0,
	WORD_BYTE1,
	WORD_BYTE2,
	WORD_BYTE3,
	WORD_STREAMS,
};

/* The low dwords among 64 dwords. */
#define WORD_LOW_DWORDS 0x5555555555555555ull

/* What 64 dwords of known classes take from the byte streams, a bit each. */
struct word_needs {
	uint64_t distance;
	uint64_t byte0;
	uint64_t byte1;
	uint64_t upper;
};

static __always_inline struct word_needs
word_needs_of(uint64_t plane0, uint64_t plane1, uint64_t plane2)
{
	struct word_needs needs;

	needs.upper = plane0 & plane1 & plane2;
	needs.distance = plane2 & ~needs.upper;
	needs.byte0 = plane1 | (plane0 & (plane2 | WORD_LOW_DWORDS));
	needs.byte1 = plane1 | (plane0 & ~plane2 & WORD_LOW_DWORDS);
	return needs;
}

/* The lowest @count bits, of up to 64. */
static __always_inline uint64_t word_low_bits(size_t count)
{
	return count < 64 ? (1ull << count) - 1 : ~0ull;
}

/* 64 bits of a stream from bit @at on. */
static __always_inline uint64_t word_load_bits(const uint8_t *stream, size_t at)
{
	const uint8_t *from = stream + at / 8;
	unsigned int shift = at % 8;

	return trueno_load64(from) >> shift |
	       (uint64_t)from[8] << 1 << (63 - shift);
}

static __always_inline size_t word_bytes_of_bits(size_t bits)
{
	return (bits + 7) / 8;
}

/*
 * The worst page is a raw one behind its kind byte; a last, partial page may
 * be raw too.
 */
static __always_inline size_t word_bound(size_t src_len)
{
	return src_len + src_len / TRUENO_PAGE_SIZE + 1;
}

#endif /* TRUENO_WORD_FORMAT_H */
