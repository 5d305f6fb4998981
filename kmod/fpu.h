/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The FPU section: the only stretch of kernel code that may touch vector
 * registers. Preemption is off inside, so nothing there may sleep, allocate or
 * fault, and a section is bounded by one page of plain data: a longer buffer
 * runs on general-purpose registers, where it can be preempted.
 */
#ifndef TRUENO_FPU_H
#define TRUENO_FPU_H

#include <asm/simd.h>
#include <crypto/internal/simd.h>
#include <linux/mm.h>

#include "compat.h"

/* The longest buffer, packed or plain, that one section works on, in bytes. */
#define TRUENO_SIMD_SECTION_MAX PAGE_SIZE

/**
 * trueno_simd_usable - whether the running context may open a section
 *
 * Any context. The answer holds until the context changes, that is until the
 * caller returns from its softirq or hardirq handler.
 *
 * Return: false in an interrupt that stopped another section, in a context the
 * architecture excludes, and while the crypto self-tests forbid SIMD.
 */
static __always_inline bool trueno_simd_usable(void)
{
	return crypto_simd_usable();
}

/**
 * trueno_simd_begin - open a section
 * @state: where the interrupted registers are kept, if this kernel wants that;
 *         passed to the matching trueno_simd_end() in the same function
 *
 * Only after trueno_simd_usable() returned true. Sections do not nest.
 */
static __always_inline void trueno_simd_begin(struct trueno_simd_state *state)
{
	trueno_arch_simd_begin(state);
}

/**
 * trueno_simd_end - close the section
 * @state: what trueno_simd_begin() was given
 */
static __always_inline void trueno_simd_end(struct trueno_simd_state *state)
{
	trueno_arch_simd_end(state);
}

#endif /* TRUENO_FPU_H */
