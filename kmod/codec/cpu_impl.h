/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What an architecture provides for cpu.c.
 */
#ifndef TRUENO_CPU_IMPL_H
#define TRUENO_CPU_IMPL_H

#include <trueno/types.h>

/* Returns the TRUENO_CPU_* bits of this CPU, nothing masked. */
uint32_t trueno_cpu_detect(void);

#endif /* TRUENO_CPU_IMPL_H */
