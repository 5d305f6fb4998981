/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The known answers of the self-test, written by hand from the description of
 * each format.
 */
#ifndef TRUENO_SELFTEST_VECTORS_H
#define TRUENO_SELFTEST_VECTORS_H

#include <trueno/types.h>

struct vector {
	const char *format_name;
	/* The plain bytes are @repeat copies of @unit; -1: to be refused. */
	int repeat;
	uint8_t unit_len;
	uint8_t stream_len;
	uint8_t unit[16];
	uint8_t stream[88];
};

/* A format of no name ends the table. */
static const struct vector vectors[] = {
	/* LZ4 block: no content is one token without literals. */
	{ "trueno-lz4", 0, 0, 1, "", { 0x00 } },
	{ "trueno-lz4", 1, 6, 7, "trueno",
	  { 0x60, 't', 'r', 'u', 'e', 'n', 'o' } },
	/* A literal count of 15 takes an extension byte. */
	{ "trueno-lz4", 1, 15, 17, "0123456789abcde",
	  { 0xf0, 0x00, '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a',
	    'b', 'c', 'd', 'e' } },
	/* Offset 3: "abc", 24 repeated bytes, five literals. */
	{ "trueno-lz4", 10, 3, 13, "abc",
	  { 0x3f, 'a', 'b', 'c', 0x03, 0x00, 0x03, 0x50, 'b', 'c', 'a', 'b',
	    'c' } },
	/* A zero page: one literal, a match of 4090 bytes, five literals. */
	{ "trueno-lz4", 4096, 1, 26, "",
	  { 0x1f, 0x00, 0x01, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xf6, 0x50, 0x00,
	    0x00, 0x00, 0x00, 0x00 } },
	/* To be refused: nothing at all, offset 0, an offset before the start, */
	{ "trueno-lz4", -1, 0, 0, "", "" },
	{ "trueno-lz4", -1, 0, 10, "",
	  { 0x10, 'a', 0x00, 0x00, 0x50, 'a', 'a', 'a', 'a', 'a' } },
	{ "trueno-lz4", -1, 0, 10, "",
	  { 0x10, 'a', 0x02, 0x00, 0x50, 'a', 'a', 'a', 'a', 'a' } },
	/* too few literals, half an offset, a length without its last byte. */
	{ "trueno-lz4", -1, 0, 3, "", { 0x50, 'a', 'a' } },
	{ "trueno-lz4", -1, 0, 3, "", { 0x10, 'a', 0x01 } },
	{ "trueno-lz4", -1, 0, 3, "", { 0xf0, 0xff, 0xff } },
	{ "trueno-lz4", -1, 0, 5, "", { 0x1f, 'a', 0x01, 0x00, 0xff } },
	/* Words: raw tails, empty and not. */
	{ "trueno-word", 0, 0, 1, "", { 0x13 } },
	{ "trueno-word", 1, 6, 7, "trueno",
	  { 0x13, 't', 'r', 'u', 'e', 'n', 'o' } },
	/* A tail of four pointers with zeros between, all but the first repeats. */
	{ "trueno-word", 4, 16, 87,
	  { 0x30, 0x12, 0x00, 0x5c, 0x3a, 0x7f },
	  { 0x14, 0x40, 0x00, 0x3a, 0x7f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	    0x00, 0x00, 0x55, [77] = 0x0e, 0x06, 0x03, 0x01, 0x01, 0x01, 0x30,
	    0x12, 0x00, 0x5c } },
	/* To be refused: nothing, an unknown kind, half a length, */
	{ "trueno-word", -1, 0, 0, "", "" },
	{ "trueno-word", -1, 0, 7, "", { 0x23, 't', 'r', 'u', 'e', 'n', 'o' } },
	{ "trueno-word", -1, 0, 2, "", { 0x14, 0x40 } },
	/* the tail above where the first repeat has no distance of its own, */
	{ "trueno-word", -1, 0, 86, "",
	  { 0x14, 0x40, 0x00, 0x3a, 0x7f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	    0x00, 0x00, 0x55, [77] = 0x0e, 0x07, 0x03, 0x01, 0x01, 0x30, 0x12,
	    0x00, 0x5c } },
	/* or repeats what is before the page. */
	{ "trueno-word", -1, 0, 87, "",
	  { 0x14, 0x40, 0x00, 0x3a, 0x7f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	    0x00, 0x00, 0x55, [77] = 0x0e, 0x06, 0x03, 0x01, 0x01, 0x02, 0x30,
	    0x12, 0x00, 0x5c } },
	/* Zstandard: no content is one raw block of nothing. */
	{ "trueno-zstd", 0, 0, 9, "",
	  { 0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x00, 0x01, 0x00, 0x00 } },
	/* A zero page: one RLE block. */
	{ "trueno-zstd", 4096, 1, 11, "",
	  { 0x28, 0xb5, 0x2f, 0xfd, 0x60, 0x00, 0x0f, 0x03, 0x80, 0x00,
	    0x00 } },
	/* Raw literals "abc", one match of offset 3. */
	{ "trueno-zstd", 10, 3, 18, "abc",
	  { 0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x1e, 0x4d, 0x00, 0x00, 0x18,
	    0x61, 0x62, 0x63, 0x01, 0x00, 0x86, 0x6e, 0x08 } },
	/* Huffman-coded literals, weights 3, 2, 1, 1; a match of offset 8. */
	{ "trueno-zstd", 4, 8, 22, { 0, 1, 0, 2, 0, 3, 0, 1 },
	  { 0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x20, 0x6d, 0x00, 0x00, 0x82,
	    0x40, 0x01, 0x82, 0x32, 0x10, 0x4d, 0x6c, 0x01, 0x00, 0x03,
	    0x0b, 0x17 } },
	/* To be refused: nothing, no block, a block that is cut off, */
	{ "trueno-zstd", -1, 0, 0, "", "" },
	{ "trueno-zstd", -1, 0, 6, "",
	  { 0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x00 } },
	{ "trueno-zstd", -1, 0, 10, "",
	  { 0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x02, 0x11, 0x00, 0x00, 'a' } },
	/* a reserved block type, a byte behind the end. */
	{ "trueno-zstd", -1, 0, 9, "",
	  { 0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x00, 0x07, 0x00, 0x00 } },
	{ "trueno-zstd", -1, 0, 10, "",
	  { 0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x00, 0x01, 0x00, 0x00, 0x00 } },
	{}
};

#endif /* TRUENO_SELFTEST_VECTORS_H */
