/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A dictionary (RFC 8878, 5), taken apart once so that each page finds its
 * tables built: either formatted, with entropy tables and offsets in front of
 * its content, or any bytes at all. The decoder uses all of it; the encoder the
 * offsets, and the last 64 KiB of the content, whose places are in tables by
 * their hashes.
 */
#ifndef TRUENO_ZSTD_DICTIONARY_H
#define TRUENO_ZSTD_DICTIONARY_H

#include "zstd_huffman_table.h"
#include "zstd_repeat_offsets.h"

/* As far before the content's end the encoder looks, in bytes. */
#define ZSTD_DICTIONARY_REACH 65528

#define ZSTD_DICTIONARY_TABLE_BITS 14

/* So many bytes are compared wherever the tables lead. */
#define ZSTD_DICTIONARY_MIN_BACK 16

struct zstd_table {
	/* NULL: there is none yet. */
	const uint64_t *table;
	unsigned int log;
};

struct zstd_dictionary {
	const uint8_t *content;
	size_t content_len;
	/* 0 for raw content, which has neither tables nor offsets of its own. */
	uint32_t id;
	struct zstd_offsets offsets;
	struct zstd_table literals_length;
	struct zstd_table offset;
	struct zstd_table match_length;
	uint64_t literals_length_entries[1 << TRUENO_ZSTD_LITERALS_LENGTH_LOG_MAX];
	uint64_t offset_entries[1 << TRUENO_ZSTD_OFFSET_LOG_MAX];
	uint64_t match_length_entries[1 << TRUENO_ZSTD_MATCH_LENGTH_LOG_MAX];
	struct zstd_huffman_table huffman;
	struct zstd_huffman_scratch scratch;
	/*
	 * How far before the content's end bytes were seen last, by the hash of
	 * five and of eight of them; 0: nowhere.
	 */
	uint16_t back[1 << ZSTD_DICTIONARY_TABLE_BITS];
	uint16_t long_back[1 << ZSTD_DICTIONARY_TABLE_BITS];
};

/* The hash of the @length bytes at the low end of @bytes. */
static __always_inline size_t zstd_dictionary_hash(uint64_t bytes,
						   unsigned int length)
{
	return (bytes * (0x9E3779B185EBCA87ull << (64 - 8 * length))) >>
	       (64 - ZSTD_DICTIONARY_TABLE_BITS);
}

static __always_inline size_t
zstd_dictionary_reach(const struct zstd_dictionary *dictionary)
{
	return dictionary->content_len < ZSTD_DICTIONARY_REACH ?
	       dictionary->content_len : ZSTD_DICTIONARY_REACH;
}

#endif /* TRUENO_ZSTD_DICTIONARY_H */
