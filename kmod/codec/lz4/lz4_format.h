/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What every LZ4 variant shares beside the constants of the format.
 */
#ifndef TRUENO_LZ4_FORMAT_H
#define TRUENO_LZ4_FORMAT_H

#include <trueno/lz4.h>

#include "../memory_access.h"

/* Bytes of work memory; the same for every variant. */
#define LZ4_WORKMEM_SIZE 16384

/*
 * The worst block is one sequence of literals: a token, a count byte for each
 * 255 of them, and the literals. The sum is rounded as liblz4 rounds it, so
 * that callers who size buffers by either get the same number.
 */
static __always_inline size_t lz4_bound(size_t src_len)
{
	if (src_len > TRUENO_LZ4_MAX_INPUT)
		return 0;
	return src_len + src_len / 255 + 16;
}

#endif /* TRUENO_LZ4_FORMAT_H */
