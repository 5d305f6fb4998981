/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Red zones: work memory is one piece, so that AddressSanitizer sees nothing
 * when a step runs from one array in it into the next. Where TRUENO_RED_ZONES is
 * defined, which is in builds for tests and fuzzing only, a forbidden zone lies
 * behind each array while the arrays are in use. What an array grants to steps
 * that read or write whole vectors is part of the array. Elsewhere there are
 * no zones.
 */
#ifndef TRUENO_RED_ZONE_H
#define TRUENO_RED_ZONE_H

#include <trueno/types.h>

#ifdef TRUENO_RED_ZONES

#define TRUENO_RED_ZONE_SIZE 64

void __asan_poison_memory_region(const void *start, size_t size);
void __asan_unpoison_memory_region(const void *start, size_t size);

/* The zone behind member @array of a structure. */
#define TRUENO_DECLARE_RED_ZONE(array) uint8_t red_zone_behind_##array[TRUENO_RED_ZONE_SIZE]

/* Forbids that zone, or allows it again. */
#define TRUENO_SET_RED_ZONE(structure, array, is_forbidden)		\
	trueno_set_red_zone((structure)->red_zone_behind_##array, is_forbidden)

static __always_inline void trueno_set_red_zone(uint8_t *zone, bool is_forbidden)
{
	if (is_forbidden)
		__asan_poison_memory_region(zone, TRUENO_RED_ZONE_SIZE);
	else
		__asan_unpoison_memory_region(zone, TRUENO_RED_ZONE_SIZE);
}

#else

#define TRUENO_RED_ZONE_SIZE 0
#define TRUENO_DECLARE_RED_ZONE(array)
#define TRUENO_SET_RED_ZONE(structure, array, is_forbidden) ((void)(structure))

#endif

#endif /* TRUENO_RED_ZONE_H */
