/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the codecs may use of this CPU.
 *
 * A feature is usable when the CPU has it, the operating system saves its
 * registers, and nobody has masked it. Userspace masks with the environment
 * variable TRUENO_CPU_DISABLE (a comma-separated list of feature names) or
 * with trueno_cpu_disable(); the kernel module masks what the kernel itself
 * was told not to use (clearcpuid=).
 */
#ifndef TRUENO_CPU_H
#define TRUENO_CPU_H

#include <trueno/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TRUENO_CPU_BMI2		(1u << 0)
#define TRUENO_CPU_AVX2		(1u << 1)
/* AVX-512 F, BW, DQ, VL together, used on ymm registers. */
#define TRUENO_CPU_AVX512VL	(1u << 2)
/* AVX-512 VBMI and VBMI2: byte permutes, byte compress and expand. */
#define TRUENO_CPU_AVX512VBMI2	(1u << 3)
/* Policy, not capability: 512-bit registers do not lower this CPU's clock. */
#define TRUENO_CPU_WIDE512	(1u << 4)
#define TRUENO_CPU_NEON		(1u << 8)

/**
 * trueno_cpu_features - the features usable here
 *
 * Detects once, then returns the detected set less the disabled one. Any
 * context, any thread.
 *
 * Return: an OR of TRUENO_CPU_* bits.
 */
uint32_t trueno_cpu_features(void);

/**
 * trueno_cpu_disable - stop using some features
 * @features: OR of TRUENO_CPU_* bits, replaces an earlier set; 0 enables all
 *
 * Affects every later trueno_codec_find() and trueno_codec_at(); a codec that
 * was already found stays valid. Not to be called while another thread looks
 * codecs up.
 */
void trueno_cpu_disable(uint32_t features);

/**
 * trueno_cpu_feature_name - the name of one feature bit
 * @bit: bit number, 0 to 31
 *
 * Return: a static string such as "avx2", or NULL for a bit without meaning.
 */
const char *trueno_cpu_feature_name(unsigned int bit);

#ifdef __cplusplus
}
#endif

#endif /* TRUENO_CPU_H */
