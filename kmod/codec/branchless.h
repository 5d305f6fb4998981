/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Small operations that must not become branches, because the branch would be
 * taken one time in three, unpredictably. GCC for x86 makes branches of the
 * plain C, even where it is told that they are unpredictable, so x86 says it in
 * assembler. The plain C does on arm64.
 */
#ifndef TRUENO_BRANCHLESS_H
#define TRUENO_BRANCHLESS_H

#include <trueno/types.h>

#ifdef __x86_64__

/*
 * tzcnt is encoded as rep bsf. A CPU too old for tzcnt runs it as bsf, which
 * leaves the 64 where it is if @value is zero.
 */
static __always_inline uint64_t trueno_trailing_zeros(uint64_t value)
{
	uint64_t count = 64;

	asm("rep bsf %[value], %[count]"
	    : [count] "+r"(count)
	    : [value] "r"(value)
	    : "cc");
	return count;
}

/* *@first = @if_first and *@second = @if_second, if @a < @b. */
static __always_inline void
trueno_select_if_less(uint64_t a, uint64_t b, uint64_t *first,
		      uint64_t if_first, uint64_t *second, uint64_t if_second)
{
	asm("cmp %[b], %[a]\n\t"
	    "cmovb %[if_first], %[first]\n\t"
	    "cmovb %[if_second], %[second]"
	    : [first] "+&r"(*first), [second] "+&r"(*second)
	    : [a] "r"(a), [b] "r"(b), [if_first] "r"(if_first),
	      [if_second] "r"(if_second)
	    : "cc");
}

/* The same for three. */
static __always_inline void
trueno_select_3_if_less(uint64_t a, uint64_t b, uint64_t *first,
			uint64_t if_first, uint64_t *second, uint64_t if_second,
			uint64_t *third, uint64_t if_third)
{
	asm("cmp %[b], %[a]\n\t"
	    "cmovb %[if_first], %[first]\n\t"
	    "cmovb %[if_second], %[second]\n\t"
	    "cmovb %[if_third], %[third]"
	    : [first] "+&r"(*first), [second] "+&r"(*second),
	      [third] "+&r"(*third)
	    : [a] "r"(a), [b] "r"(b), [if_first] "r"(if_first),
	      [if_second] "r"(if_second), [if_third] "r"(if_third)
	    : "cc");
}

/* @if_equal if @a == @b, else @otherwise. */
static __always_inline uint64_t trueno_if_equal(uint64_t a, uint64_t b,
						uint64_t if_equal,
						uint64_t otherwise)
{
	asm("cmp %[b], %[a]\n\t"
	    "cmove %[if_equal], %[otherwise]"
	    : [otherwise] "+&r"(otherwise)
	    : [a] "r"(a), [b] "r"(b), [if_equal] "r"(if_equal)
	    : "cc");
	return otherwise;
}

#else

static __always_inline uint64_t trueno_trailing_zeros(uint64_t value)
{
	return value ? __builtin_ctzll(value) : 64;
}

static __always_inline void
trueno_select_if_less(uint64_t a, uint64_t b, uint64_t *first,
		      uint64_t if_first, uint64_t *second, uint64_t if_second)
{
	bool is_less = a < b;

	*first = is_less ? if_first : *first;
	*second = is_less ? if_second : *second;
}

static __always_inline void
trueno_select_3_if_less(uint64_t a, uint64_t b, uint64_t *first,
			uint64_t if_first, uint64_t *second, uint64_t if_second,
			uint64_t *third, uint64_t if_third)
{
	bool is_less = a < b;

	*first = is_less ? if_first : *first;
	*second = is_less ? if_second : *second;
	*third = is_less ? if_third : *third;
}

static __always_inline uint64_t trueno_if_equal(uint64_t a, uint64_t b,
						uint64_t if_equal,
						uint64_t otherwise)
{
	return a == b ? if_equal : otherwise;
}

#endif

/*
 * How many bytes at the high end of @value are zero, times eight, plus up to
 * seven; 64 for zero.
 */
static __always_inline uint64_t trueno_leading_zero_bytes(uint64_t value)
{
#ifdef __LZCNT__
	uint64_t count;

	asm("lzcnt %[value], %[count]"
	    : [count] "=r"(count)
	    : [value] "r"(value)
	    : "cc");
	return count;
#else
	return trueno_trailing_zeros(__builtin_bswap64(value));
#endif
}

#endif /* TRUENO_BRANCHLESS_H */
