/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A dictionary (RFC 8878, 5), taken apart once so that each page finds its
 * tables built: either formatted, with entropy tables and offsets in front of
 * its content, or any bytes at all.
 */
#ifndef TRUENO_ZSTD_DICTIONARY_H
#define TRUENO_ZSTD_DICTIONARY_H

#include "zstd_huffman_table.h"
#include "zstd_repeat_offsets.h"

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
};

#endif /* TRUENO_ZSTD_DICTIONARY_H */
