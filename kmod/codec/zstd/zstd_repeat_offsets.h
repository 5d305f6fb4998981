/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The three offsets that a sequence may repeat (RFC 8878, 3.1.1.5). Whether it
 * does cannot be predicted, so nothing here branches; see branchless.h on why
 * that takes assembler.
 */
#ifndef TRUENO_ZSTD_REPEAT_OFFSETS_H
#define TRUENO_ZSTD_REPEAT_OFFSETS_H

#include <trueno/types.h>

struct zstd_offsets {
	uint64_t first;
	uint64_t second;
	uint64_t third;
};

/*
 * Returns the offset and remembers it. @value is the offset value less three:
 * an offset if it is positive, else a choice of a remembered one, shifted by
 * one if there are no literals.
 */
static __always_inline uint64_t
zstd_take_offset(struct zstd_offsets *offsets, int64_t value, bool no_literals)
{
	const uint64_t index = value + 2 + no_literals;
	uint64_t offset = offsets->first;

#ifdef __x86_64__
	const uint64_t less_one = offset - 1;

	asm("cmp $2, %[index]\n\t"
	    "cmove %[third], %[offset]\n\t"
	    "cmovae %[second], %[third]\n\t"
	    "cmp $1, %[index]\n\t"
	    "cmove %[second], %[offset]\n\t"
	    "cmovae %[first], %[second]\n\t"
	    "cmp $3, %[index]\n\t"
	    "cmove %[less_one], %[offset]\n\t"
	    "test %[value], %[value]\n\t"
	    "cmovg %[value], %[offset]"
	    : [offset] "+&r"(offset), [second] "+&r"(offsets->second),
	      [third] "+&r"(offsets->third)
	    : [first] "r"(offsets->first), [index] "r"(index),
	      [less_one] "r"(less_one), [value] "r"(value)
	    : "cc");
#else
	offset = index == 1 ? offsets->second : offset;
	offset = index == 2 ? offsets->third : offset;
	offset = index == 3 ? offsets->first - 1 : offset;
	offset = value > 0 ? (uint64_t)value : offset;
	offsets->third = index >= 2 ? offsets->second : offsets->third;
	offsets->second = index >= 1 ? offsets->first : offsets->second;
#endif
	offsets->first = offset;
	return offset;
}

#endif /* TRUENO_ZSTD_REPEAT_OFFSETS_H */
