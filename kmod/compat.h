/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What differs between the supported kernels, and nothing else. Every test of
 * a kernel version lives here; the rest of the module is written against the
 * names this file defines.
 */
#ifndef TRUENO_COMPAT_H
#define TRUENO_COMPAT_H

#include <crypto/internal/acompress.h>
#include <crypto/internal/scompress.h>
#include <linux/crypto.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "trueno needs Linux 6.1 or later; build it for a newer kernel"
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(8, 0, 0)
#error "trueno knows Linux 6.1 to 7.x; this kernel is newer than this version of trueno"
#endif

#if !defined(CONFIG_X86_64) && !defined(CONFIG_ARM64)
#error "trueno supports x86-64 and arm64 kernels only"
#endif

/* The compressor type of the crypto API went away during 6.15. */
#ifdef CRYPTO_ALG_TYPE_COMPRESS
#define TRUENO_HAVE_CRYPTO_COMP 1
#endif

/*
 * How a scomp algorithm gets its work memory. Up to 6.14 it is allocated for a
 * transform, in 6.15 without one, and from 6.16 the two callbacks are part of
 * the stream structure shared with acomp.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#define TRUENO_SCOMP_ALLOC_ARGS void
#define TRUENO_SCOMP_FREE_ARGS void *ctx
#else
#define TRUENO_SCOMP_ALLOC_ARGS struct crypto_scomp *tfm
#define TRUENO_SCOMP_FREE_ARGS struct crypto_scomp *tfm, void *ctx
#endif

static inline void
trueno_scomp_set_ctx_ops(struct scomp_alg *alg,
			 void *(*alloc)(TRUENO_SCOMP_ALLOC_ARGS),
			 void (*release)(TRUENO_SCOMP_FREE_ARGS))
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
	alg->streams.alloc_ctx = alloc;
	alg->streams.free_ctx = release;
#else
	alg->alloc_ctx = alloc;
	alg->free_ctx = release;
#endif
}

/*
 * Entering and leaving a SIMD section. arm64 keeps the interrupted registers
 * in the task up to 6.18 and in a buffer of the caller from 6.19.
 */
#ifdef CONFIG_X86_64
#include <asm/fpu/api.h>

struct trueno_simd_state {
};

#define trueno_arch_simd_begin(state) kernel_fpu_begin()
#define trueno_arch_simd_end(state) kernel_fpu_end()
#else
#include <asm/neon.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
struct trueno_simd_state {
	struct user_fpsimd_state registers;
};

#define trueno_arch_simd_begin(state) kernel_neon_begin(&(state)->registers)
#define trueno_arch_simd_end(state) kernel_neon_end(&(state)->registers)
#else
struct trueno_simd_state {
};

#define trueno_arch_simd_begin(state) kernel_neon_begin()
#define trueno_arch_simd_end(state) kernel_neon_end()
#endif
#endif

#endif /* TRUENO_COMPAT_H */
