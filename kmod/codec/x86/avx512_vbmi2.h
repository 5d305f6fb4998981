/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The compress and expand instructions of AVX-512 VBMI2. TRUENO_BOCHS, which only
 * the modules for `make check-avx512` define, keeps to what the emulator Bochs
 * executes rightly: its versions 2.7 and 3.0 give zeros where the mask of a
 * compression is full, and take the wrong bytes where those to expand come from
 * memory.
 */
#ifndef TRUENO_AVX512_VBMI2_H
#define TRUENO_AVX512_VBMI2_H

#include <immintrin.h>

#include <trueno/types.h>

static __always_inline __m512i avx512_compress_bytes(__mmask64 mask,
						     __m512i bytes)
{
#ifdef TRUENO_BOCHS
	if (mask == ~(__mmask64)0)
		return bytes;
#endif
	return _mm512_maskz_compress_epi8(mask, bytes);
}

static __always_inline __m512i avx512_compress_words(__mmask32 mask,
						     __m512i words)
{
#ifdef TRUENO_BOCHS
	if (mask == ~(__mmask32)0)
		return words;
#endif
	return _mm512_maskz_compress_epi16(mask, words);
}

/* Bytes to expand. */
static __always_inline __m512i avx512_load_dense_bytes(const void *from)
{
	__m512i bytes = _mm512_loadu_si512(from);

#ifdef TRUENO_BOCHS
	asm("" : "+v"(bytes));
#endif
	return bytes;
}

#endif /* TRUENO_AVX512_VBMI2_H */
