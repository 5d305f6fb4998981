/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Tables by mask, written by tools/make-word-tables.
 */
#ifndef TRUENO_WORD_TABLES_H
#define TRUENO_WORD_TABLES_H

#include <trueno/types.h>

/* For each place of a byte mask, which packed byte goes there; 128 for none. */
extern const uint8_t word_expand_index[256][8];
/* The places that a byte mask has set, in order; behind them the last place. */
extern const uint8_t word_pack_index[256][8];
/* Each bit in a byte of its own. */
extern const uint8_t word_spread_bits[256][8];
/*
 * For four qwords as eight dwords: which packed ones go to the places that a
 * mask has set, which places it has set, and all ones for these.
 */
extern const uint32_t word_expand_qword_index[16][8];
extern const uint32_t word_pack_qword_index[16][8];
extern const int8_t word_qword_masks[16][4];
/* [mask][value]: the low bits of value at the places of mask. */
extern const uint8_t word_deposit_nibble[16][16];

#endif /* TRUENO_WORD_TABLES_H */
