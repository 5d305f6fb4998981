/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The LZ4 block format in numbers, after lz4_Block_format.md of the LZ4
 * project: a block is a run of sequences, each one token byte (literal count
 * in the high nibble, match length less four in the low one), more count
 * bytes, literals, a little-endian 16-bit offset, more length bytes. The last
 * sequence is literals only.
 */
#ifndef TRUENO_LZ4_H
#define TRUENO_LZ4_H

/* Shortest match, in bytes; the token counts from here. */
#define TRUENO_LZ4_MIN_MATCH		4
/* Furthest match, in bytes back. */
#define TRUENO_LZ4_MAX_OFFSET		65535
/* The nibble value that says more length bytes follow. */
#define TRUENO_LZ4_NIBBLE_MAX		15
/* The length byte that says one more length byte follows. */
#define TRUENO_LZ4_LENGTH_BYTE_MAX	255
/* A block's last bytes, at least so many, are literals. */
#define TRUENO_LZ4_LAST_LITERALS	5
/* The last match starts at least so many bytes before the end. */
#define TRUENO_LZ4_MATCH_START_LIMIT	12
/* Longest input, in bytes: the limit of liblz4 and of the kernel. */
#define TRUENO_LZ4_MAX_INPUT		0x7E000000

#endif /* TRUENO_LZ4_H */
