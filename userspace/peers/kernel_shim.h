/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The part of the kernel's API that lib/lz4, lib/lzo, lib/zstd and lib/xxhash.c
 * use, on top of the compiler's builtins, as an amd64 kernel configures it.
 * build-kernel-peers makes every <linux/...> and <asm/...> header that those
 * sources name include this one.
 */
#ifndef TRUENO_KERNEL_SHIM_H
#define TRUENO_KERNEL_SHIM_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if !defined(__x86_64__) && !defined(__aarch64__)
#error "the kernel peers are set up for 64-bit little-endian machines"
#endif
#ifdef __BIG_ENDIAN
#error "kernel sources take a defined __BIG_ENDIAN for a big-endian machine"
#endif

/* Debian's configuration, as far as the sources ask for it. */
#define CONFIG_64BIT 1
#define CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS 1
#ifdef __x86_64__
#define CONFIG_X86 1
#define CONFIG_X86_64 1
#else
#define CONFIG_ARM64 1
#endif
#define BITS_PER_LONG 64
#undef __LITTLE_ENDIAN
#define __LITTLE_ENDIAN 1234

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;
typedef u16 __le16;
typedef u32 __le32;
typedef u64 __le64;

#define __force
#define __always_inline inline __attribute__((__always_inline__))
#define noinline __attribute__((__noinline__))
#define noinline_for_stack noinline
#define __maybe_unused __attribute__((__unused__))
#define fallthrough __attribute__((__fallthrough__))
#define likely(condition) __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)
#define barrier_data(pointer) __asm__ volatile("" : : "r"(pointer) : "memory")
#define __ffs(word) ((unsigned long)__builtin_ctzl(word))
#define __fls(word) (63ul - (unsigned long)__builtin_clzl(word))

#define EXPORT_SYMBOL(symbol)
#define EXPORT_SYMBOL_GPL(symbol)
#define MODULE_LICENSE(text)
#define MODULE_DESCRIPTION(text)
#define module_init(function)
#define module_exit(function)

#define WARN_ON(condition) (!!(condition))
#define BUILD_BUG_ON(condition) ((void)sizeof(char[1 - 2 * !!(condition)]))
#define pr_debug(...) ((void)0)
#define pr_info(...) ((void)0)

#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define ALIGN(value, unit) (((value) + (unit) - 1) & ~((__typeof__(value))(unit) - 1))
#define PTR_ALIGN(pointer, unit) ((__typeof__(pointer))ALIGN((unsigned long)(pointer), (unit)))

#define get_unaligned(pointer)                                               \
	(((const struct {                                                    \
		__typeof__(*(pointer)) value;                                \
	} __attribute__((__packed__, __may_alias__)) *)(pointer))->value)
#define put_unaligned(content, pointer)                                      \
	((void)(((struct {                                                   \
		__typeof__(*(pointer)) value;                                \
	} __attribute__((__packed__, __may_alias__)) *)(pointer))->value = (content)))

#define SHIM_UNALIGNED_ACCESS(type, bits)                                    \
	static __always_inline type get_unaligned_le##bits(const void *from) \
	{                                                                    \
		type value;                                                  \
		__builtin_memcpy(&value, from, sizeof(value));               \
		return value;                                                \
	}                                                                    \
	static __always_inline type get_unaligned_be##bits(const void *from) \
	{                                                                    \
		return __builtin_bswap##bits(get_unaligned_le##bits(from));  \
	}                                                                    \
	static __always_inline void put_unaligned_le##bits(type value, void *to) \
	{                                                                    \
		__builtin_memcpy(to, &value, sizeof(value));                 \
	}                                                                    \
	static __always_inline void put_unaligned_be##bits(type value, void *to) \
	{                                                                    \
		put_unaligned_le##bits(__builtin_bswap##bits(value), to);    \
	}
SHIM_UNALIGNED_ACCESS(u16, 16)
SHIM_UNALIGNED_ACCESS(u32, 32)
SHIM_UNALIGNED_ACCESS(u64, 64)

#define swab32(value) __builtin_bswap32(value)
#define swab64(value) __builtin_bswap64(value)
#define le16_to_cpu(value) (value)
#define cpu_to_le16(value) (value)

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	return dividend / divisor;
}

#endif /* TRUENO_KERNEL_SHIM_H */
