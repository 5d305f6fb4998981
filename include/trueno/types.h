/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Fixed-width types, error numbers and static_assert() for code that builds
 * both in the kernel and in userspace. This is the only header of the codecs
 * that knows which of the two it is in.
 */
#ifndef TRUENO_TYPES_H
#define TRUENO_TYPES_H

#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/types.h>
#else
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

#endif /* TRUENO_TYPES_H */
