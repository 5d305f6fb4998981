/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The Zstandard frame format in numbers, after RFC 8878; the section is named
 * where each comes from. Content is a row of frames; a frame is a header,
 * blocks, and perhaps a checksum; a compressed block is a literals section and
 * a sequences section. All fields are little-endian.
 */
#ifndef TRUENO_ZSTD_H
#define TRUENO_ZSTD_H

/* Frames (3.1). */
#define TRUENO_ZSTD_MAGIC			0xFD2FB528u
/* A skippable frame's magic number is this one with any low nibble (3.1.2). */
#define TRUENO_ZSTD_SKIPPABLE_MAGIC		0x184D2A50u
#define TRUENO_ZSTD_SKIPPABLE_MAGIC_MASK	0xFFFFFFF0u

/* Frame_Header_Descriptor (3.1.1.1.1). */
#define TRUENO_ZSTD_DICTIONARY_ID_FLAG		0x03
#define TRUENO_ZSTD_CHECKSUM_FLAG		0x04
#define TRUENO_ZSTD_RESERVED_BIT		0x08
#define TRUENO_ZSTD_SINGLE_SEGMENT_FLAG		0x20
#define TRUENO_ZSTD_CONTENT_SIZE_FLAG_SHIFT	6
/* A two-byte Frame_Content_Size counts from here (3.1.1.1.4). */
#define TRUENO_ZSTD_CONTENT_SIZE_2_BASE		256
/* Window_Descriptor's exponent counts from here (3.1.1.1.2). */
#define TRUENO_ZSTD_WINDOW_LOG_MIN		10

/* Longest frame header, in bytes: magic, descriptor and all four fields. */
#define TRUENO_ZSTD_FRAME_HEADER_MAX		18
#define TRUENO_ZSTD_CHECKSUM_SIZE		4

/* Blocks (3.1.1.2): last flag, two bits of type, 21 bits of size. */
#define TRUENO_ZSTD_BLOCK_HEADER_SIZE		3
#define TRUENO_ZSTD_LAST_BLOCK			0x01
#define TRUENO_ZSTD_BLOCK_RAW			0
#define TRUENO_ZSTD_BLOCK_RLE			1
#define TRUENO_ZSTD_BLOCK_COMPRESSED		2
#define TRUENO_ZSTD_BLOCK_RESERVED		3
/* Most content of a block, in bytes; the window size, if that is less. */
#define TRUENO_ZSTD_BLOCK_MAX			131072

/* Literals_Block_Type (3.1.1.3.1.1). */
#define TRUENO_ZSTD_LITERALS_RAW		0
#define TRUENO_ZSTD_LITERALS_RLE		1
#define TRUENO_ZSTD_LITERALS_COMPRESSED		2
#define TRUENO_ZSTD_LITERALS_TREELESS		3
/* Bytes of the jump table in front of four streams (3.1.1.3.1.6). */
#define TRUENO_ZSTD_JUMP_TABLE_SIZE		6
/* Fewest literals that four streams can share. */
#define TRUENO_ZSTD_FOUR_STREAMS_MIN		6

/* Symbol compression modes of the sequences section (3.1.1.3.2.1). */
#define TRUENO_ZSTD_MODE_PREDEFINED		0
#define TRUENO_ZSTD_MODE_RLE			1
#define TRUENO_ZSTD_MODE_FSE			2
#define TRUENO_ZSTD_MODE_REPEAT			3
#define TRUENO_ZSTD_LITERALS_LENGTH_MODE_SHIFT	6
#define TRUENO_ZSTD_OFFSET_MODE_SHIFT		4
#define TRUENO_ZSTD_MATCH_LENGTH_MODE_SHIFT	2
#define TRUENO_ZSTD_MODE_RESERVED_BITS		0x03
/* A three-byte number of sequences counts from here. */
#define TRUENO_ZSTD_LONG_SEQUENCE_COUNT		0x7F00

/* Largest codes and Accuracy_Log limits (3.1.1.3.2.1.1, 3.1.1.3.2.1). */
#define TRUENO_ZSTD_LITERALS_LENGTH_CODE_MAX	35
#define TRUENO_ZSTD_MATCH_LENGTH_CODE_MAX	52
#define TRUENO_ZSTD_OFFSET_CODE_MAX		31
#define TRUENO_ZSTD_LITERALS_LENGTH_LOG_MAX	9
#define TRUENO_ZSTD_MATCH_LENGTH_LOG_MAX	9
#define TRUENO_ZSTD_OFFSET_LOG_MAX		8
/* Logs of the predefined tables (3.1.1.3.2.2). */
#define TRUENO_ZSTD_LITERALS_LENGTH_LOG_DEFAULT	6
#define TRUENO_ZSTD_MATCH_LENGTH_LOG_DEFAULT	6
#define TRUENO_ZSTD_OFFSET_LOG_DEFAULT		5
#define TRUENO_ZSTD_MIN_MATCH			3
#define TRUENO_ZSTD_REPEAT_OFFSETS		3

/* Entropy coding: FSE (4.1.1) and Huffman (4.2.1). */
#define TRUENO_ZSTD_FSE_LOG_MIN			5
#define TRUENO_ZSTD_WEIGHT_LOG_MAX		6
#define TRUENO_ZSTD_WEIGHT_MAX			11
#define TRUENO_ZSTD_HUFFMAN_BITS_MAX		11
/* From this header byte on, weights are not FSE-coded but four bits each. */
#define TRUENO_ZSTD_DIRECT_WEIGHTS		128

/* Dictionaries (5). */
#define TRUENO_ZSTD_DICTIONARY_MAGIC		0xEC30A437u
/* Bytes of magic number and Dictionary_ID. */
#define TRUENO_ZSTD_DICTIONARY_HEADER_SIZE	8

/*
 * Literals length codes and match length codes: code n stands for the
 * baseline plus as many extra bits as listed (3.1.1.3.2.1.1).
 */
#define TRUENO_ZSTD_LITERALS_LENGTH_BASELINES				\
	{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,		\
	16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512, 1024,	\
	2048, 4096, 8192, 16384, 32768, 65536 }
#define TRUENO_ZSTD_LITERALS_LENGTH_EXTRA_BITS				\
	{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,			\
	1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 }
#define TRUENO_ZSTD_MATCH_LENGTH_BASELINES				\
	{ 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,	\
	19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34,	\
	35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515,	\
	1027, 2051, 4099, 8195, 16387, 32771, 65539 }
#define TRUENO_ZSTD_MATCH_LENGTH_EXTRA_BITS				\
	{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,			\
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,			\
	1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 }

/*
 * Predefined distributions: a symbol's share of the table's states; -1 is the
 * "less than one" share of a single state (3.1.1.3.2.2).
 */
#define TRUENO_ZSTD_LITERALS_LENGTH_DISTRIBUTION			\
	{ 4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1,			\
	2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1 }
#define TRUENO_ZSTD_MATCH_LENGTH_DISTRIBUTION				\
	{ 1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1,			\
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,			\
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1,		\
	-1, -1, -1, -1, -1 }
#define TRUENO_ZSTD_OFFSET_DISTRIBUTION					\
	{ 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1,			\
	1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1 }
#define TRUENO_ZSTD_REPEAT_OFFSETS_AT_START	{ 1, 4, 8 }

#endif /* TRUENO_ZSTD_H */
