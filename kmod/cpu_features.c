// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The kernel's idea of the CPU, which clearcpuid= and errata make smaller than
 * what CPUID tells the codecs.
 */
#include <trueno/cpu.h>

#include "trueno.h"

#if defined(CONFIG_UML)
/* A process of its host: CPUID and XGETBV tell it all that it may use. */
static u32 kernel_features(void)
{
	return ~0u;
}
#elif defined(CONFIG_X86_64)
#include <asm/cpufeature.h>
#include <asm/fpu/api.h>
#include <asm/fpu/xstate.h>

#define XFEATURES_AVX (XFEATURE_MASK_SSE | XFEATURE_MASK_YMM)
#define XFEATURES_AVX512 (XFEATURES_AVX | XFEATURE_MASK_AVX512)

static u32 kernel_features(void)
{
	bool avx = cpu_has_xfeatures(XFEATURES_AVX, NULL);
	bool avx512 = cpu_has_xfeatures(XFEATURES_AVX512, NULL);
	u32 features = 0;

	if (boot_cpu_has(X86_FEATURE_BMI1) && boot_cpu_has(X86_FEATURE_BMI2))
		features |= TRUENO_CPU_BMI2;
	if (avx && boot_cpu_has(X86_FEATURE_AVX) &&
	    boot_cpu_has(X86_FEATURE_AVX2))
		features |= TRUENO_CPU_AVX2;
	if (avx512 && boot_cpu_has(X86_FEATURE_AVX512F) &&
	    boot_cpu_has(X86_FEATURE_AVX512BW) &&
	    boot_cpu_has(X86_FEATURE_AVX512DQ) &&
	    boot_cpu_has(X86_FEATURE_AVX512VL))
		features |= TRUENO_CPU_AVX512VL | TRUENO_CPU_WIDE512;
	if ((features & TRUENO_CPU_AVX512VL) &&
	    boot_cpu_has(X86_FEATURE_AVX512VBMI) &&
	    boot_cpu_has(X86_FEATURE_AVX512_VBMI2))
		features |= TRUENO_CPU_AVX512VBMI2;
	return features;
}
#else
#include <asm/cpufeature.h>

static u32 kernel_features(void)
{
	return cpu_have_named_feature(ASIMD) ? TRUENO_CPU_NEON : 0;
}
#endif

void trueno_mask_cpu_features(void)
{
	trueno_cpu_disable(~kernel_features());
}
