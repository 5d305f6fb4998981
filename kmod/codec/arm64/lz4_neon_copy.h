/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Copies of LZ4 matches with Advanced SIMD.
 */
#ifndef TRUENO_LZ4_NEON_COPY_H
#define TRUENO_LZ4_NEON_COPY_H

#include <arm_neon.h>

#include "../lz4/lz4_match_tables.h"

#define LZ4_MATCH_STEP 32

static __always_inline void lz4_copy_step(uint8_t *to, const uint8_t *from)
{
	vst1q_u8_x2(to, vld1q_u8_x2(from));
}

static __always_inline void
lz4_copy_match(uint8_t *to, const uint8_t *from, size_t offset)
{
	const uint8_t *row = lz4_repeat_index[offset < 32 ? offset - 1 : 31];
	const uint8x16x2_t index = vld1q_u8_x2(row);
	const uint8x16x2_t bytes = vld1q_u8_x2(from);
	const uint8x16x2_t match = { {
		vqtbl2q_u8(bytes, index.val[0]),
		vqtbl2q_u8(bytes, index.val[1]),
	} };

	vst1q_u8_x2(to, match);
}

#endif /* TRUENO_LZ4_NEON_COPY_H */
