// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Asks the CPU itself, by cpuid and xgetbv, which answer alike in the kernel
 * and in userspace. Bit positions: Intel SDM volume 2A, CPUID; volume 1,
 * chapter 13, for XCR0.
 */
#include <trueno/cpu.h>

#include "cpu_impl.h"

#define LEAF1_ECX_OSXSAVE	(1u << 27)
#define LEAF1_ECX_AVX		(1u << 28)

#define LEAF7_EBX_BMI1		(1u << 3)
#define LEAF7_EBX_AVX2		(1u << 5)
#define LEAF7_EBX_BMI2		(1u << 8)
#define LEAF7_EBX_AVX512F	(1u << 16)
#define LEAF7_EBX_AVX512DQ	(1u << 17)
#define LEAF7_EBX_AVX512BW	(1u << 30)
#define LEAF7_EBX_AVX512VL	(1u << 31)
#define LEAF7_ECX_AVX512VBMI	(1u << 1)
#define LEAF7_ECX_AVX512VBMI2	(1u << 6)

#define LEAF80000001_ECX_LZCNT	(1u << 5)

/* XCR0: the operating system saves xmm and ymm; mask registers and zmm too. */
#define XCR0_YMM		0x06u
#define XCR0_ZMM		0xE6u

struct cpuid_registers {
	uint32_t eax, ebx, ecx, edx;
};

static struct cpuid_registers query_cpuid(uint32_t leaf)
{
	struct cpuid_registers r;

	asm volatile("cpuid"
		     : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
		     : "a"(leaf), "c"(0));
	return r;
}

static uint32_t read_xcr0(void)
{
	uint32_t eax, edx;

	asm volatile("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
	return eax;
}

static bool has_all(uint32_t word, uint32_t bits)
{
	return (word & bits) == bits;
}

/*
 * The AVX-512 CPUs that lower their clock for 512-bit registers are those
 * older than Ice Lake, and Ice Lake is where VBMI2 came in. AMD's CPUs with
 * AVX-512 all have VBMI2.
 */
static uint32_t detect_avx512(const struct cpuid_registers *leaf7)
{
	uint32_t features;

	if (!has_all(leaf7->ebx, LEAF7_EBX_AVX512F | LEAF7_EBX_AVX512DQ |
				 LEAF7_EBX_AVX512BW | LEAF7_EBX_AVX512VL))
		return 0;
	features = TRUENO_CPU_AVX512VL;
	if (has_all(leaf7->ecx, LEAF7_ECX_AVX512VBMI | LEAF7_ECX_AVX512VBMI2))
		features |= TRUENO_CPU_AVX512VBMI2 | TRUENO_CPU_WIDE512;
	return features;
}

uint32_t trueno_cpu_detect(void)
{
	struct cpuid_registers leaf1, leaf7, extended;
	uint32_t features = 0;
	uint32_t xcr0 = 0;

	if (query_cpuid(0).eax < 7)
		return 0;
	leaf1 = query_cpuid(1);
	leaf7 = query_cpuid(7);
	if (has_all(leaf1.ecx, LEAF1_ECX_OSXSAVE | LEAF1_ECX_AVX))
		xcr0 = read_xcr0();

	/* The files built for BMI2 use BMI1 and LZCNT as well. */
	if (query_cpuid(0x80000000).eax < 0x80000001)
		return 0;
	extended = query_cpuid(0x80000001);
	if (!has_all(leaf7.ebx, LEAF7_EBX_BMI1 | LEAF7_EBX_BMI2) ||
	    !has_all(extended.ecx, LEAF80000001_ECX_LZCNT))
		return 0;
	features |= TRUENO_CPU_BMI2;

	if (has_all(xcr0, XCR0_YMM) && has_all(leaf7.ebx, LEAF7_EBX_AVX2)) {
		features |= TRUENO_CPU_AVX2;
		if (has_all(xcr0, XCR0_ZMM))
			features |= detect_avx512(&leaf7);
	}
	return features;
}
