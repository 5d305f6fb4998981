/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Loads and stores of any alignment. The formats are little-endian and so are
 * the CPUs supported, hence no swapping. The constant-size builtins become
 * single instructions; no function is called.
 */
#ifndef TRUENO_MEMORY_ACCESS_H
#define TRUENO_MEMORY_ACCESS_H

#include <trueno/types.h>

#if !defined(__x86_64__) && !defined(__AARCH64EL__)
#error "trueno supports 64-bit little-endian CPUs only"
#endif

/* The kernel names this attribute, the C library does not. */
#ifndef noinline
#define noinline __attribute__((__noinline__))
#endif

#define trueno_likely(condition) __builtin_expect(!!(condition), 1)
#define trueno_unlikely(condition) __builtin_expect(!!(condition), 0)

/* For buffers whose content is written before it is read. */
#if defined(__has_attribute) && __has_attribute(uninitialized)
#define trueno_uninitialized __attribute__((uninitialized))
#else
#define trueno_uninitialized
#endif

static __always_inline uint16_t trueno_load16(const void *from)
{
	uint16_t value;

	__builtin_memcpy(&value, from, sizeof(value));
	return value;
}

static __always_inline uint32_t trueno_load32(const void *from)
{
	uint32_t value;

	__builtin_memcpy(&value, from, sizeof(value));
	return value;
}

static __always_inline uint64_t trueno_load64(const void *from)
{
	uint64_t value;

	__builtin_memcpy(&value, from, sizeof(value));
	return value;
}

static __always_inline void trueno_store16(void *to, uint16_t value)
{
	__builtin_memcpy(to, &value, sizeof(value));
}

static __always_inline void trueno_store32(void *to, uint32_t value)
{
	__builtin_memcpy(to, &value, sizeof(value));
}

static __always_inline void trueno_store64(void *to, uint64_t value)
{
	__builtin_memcpy(to, &value, sizeof(value));
}

/* Copies through registers, so that overlapping @to and @from are well-defined. */
static __always_inline void trueno_copy8(void *to, const void *from)
{
	trueno_store64(to, trueno_load64(from));
}

#endif /* TRUENO_MEMORY_ACCESS_H */
