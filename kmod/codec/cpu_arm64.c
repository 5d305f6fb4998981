// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Advanced SIMD is part of the architecture that every Linux for arm64 asks
 * for, so there is nothing to detect. The kernel module masks it where the
 * kernel runs without.
 */
#include <trueno/cpu.h>

#include "cpu_impl.h"

uint32_t trueno_cpu_detect(void)
{
	return TRUENO_CPU_NEON;
}
