// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Takes dictionaries apart, for every variant.
 */
#include "zstd_dictionary.h"
#include "zstd_predefined_tables.h"

/* One FSE table of a formatted dictionary; returns its end, or NULL. */
static const uint8_t *get_table(struct zstd_dictionary *dictionary,
				const uint8_t *in, const uint8_t *end,
				unsigned int log_max, unsigned int symbol_max,
				const uint64_t *symbols, uint64_t *entries,
				struct zstd_table *table)
{
	struct zstd_fse_scratch *fse = &dictionary->scratch.fse;

	in = zstd_fse_read_shares(fse, in, end, log_max, symbol_max);
	if (!in)
		return NULL;
	zstd_fse_build(fse, symbols, entries);
	table->table = entries;
	table->log = fse->log;
	return in;
}

/* Entropy_Tables and the offsets behind them; returns the end, or NULL. */
static const uint8_t *get_tables(struct zstd_dictionary *dictionary,
				 const uint8_t *in, const uint8_t *end)
{
	in = zstd_get_huffman_table(&dictionary->huffman, &dictionary->scratch,
				    in, end);
	if (in)
		in = get_table(dictionary, in, end, TRUENO_ZSTD_OFFSET_LOG_MAX,
			       TRUENO_ZSTD_OFFSET_CODE_MAX,
			       zstd_offset_symbols, dictionary->offset_entries,
			       &dictionary->offset);
	if (in)
		in = get_table(dictionary, in, end,
			       TRUENO_ZSTD_MATCH_LENGTH_LOG_MAX,
			       TRUENO_ZSTD_MATCH_LENGTH_CODE_MAX,
			       zstd_match_length_symbols,
			       dictionary->match_length_entries,
			       &dictionary->match_length);
	if (in)
		in = get_table(dictionary, in, end,
			       TRUENO_ZSTD_LITERALS_LENGTH_LOG_MAX,
			       TRUENO_ZSTD_LITERALS_LENGTH_CODE_MAX,
			       zstd_literals_length_symbols,
			       dictionary->literals_length_entries,
			       &dictionary->literals_length);
	if (!in || end - in < 12)
		return NULL;
	dictionary->offsets.first = trueno_load32(in);
	dictionary->offsets.second = trueno_load32(in + 4);
	dictionary->offsets.third = trueno_load32(in + 8);
	return in + 12;
}

/*
 * From the start to the end, for a dictionary has at its end what is likeliest
 * to come up.
 */
static void enter_content(struct zstd_dictionary *dictionary)
{
	const uint8_t *const end =
		dictionary->content + dictionary->content_len;
	size_t back;

	__builtin_memset(dictionary->back, 0, sizeof(dictionary->back));
	__builtin_memset(dictionary->long_back, 0,
			 sizeof(dictionary->long_back));
	for (back = zstd_dictionary_reach(dictionary);
	     back >= ZSTD_DICTIONARY_MIN_BACK; back--) {
		const uint64_t bytes = trueno_load64(end - back);

		dictionary->back[zstd_dictionary_hash(bytes, 5)] = back;
		dictionary->long_back[zstd_dictionary_hash(bytes, 8)] = back;
	}
}

size_t trueno_zstd_prepared_size(const struct trueno_codec_params *params)
{
	return sizeof(struct zstd_dictionary);
}

int trueno_zstd_prepare(struct trueno_codec_params *params, void *memory)
{
	static const struct zstd_offsets offsets_at_start =
		TRUENO_ZSTD_REPEAT_OFFSETS_AT_START;
	struct zstd_dictionary *dictionary = memory;
	const uint8_t *in = params->dict;
	const uint8_t *const end = in + params->dict_len;

	params->prepared = dictionary;
	dictionary->id = 0;
	dictionary->offsets = offsets_at_start;
	dictionary->literals_length.table = NULL;
	dictionary->offset.table = NULL;
	dictionary->match_length.table = NULL;
	dictionary->huffman.log = 0;
	if (params->dict_len >= TRUENO_ZSTD_DICTIONARY_HEADER_SIZE &&
	    trueno_load32(in) == TRUENO_ZSTD_DICTIONARY_MAGIC) {
		dictionary->id = trueno_load32(in + 4);
		in = get_tables(dictionary,
				in + TRUENO_ZSTD_DICTIONARY_HEADER_SIZE, end);
		if (!in || dictionary->id == 0 ||
		    dictionary->offsets.first - 1 >= end - in ||
		    dictionary->offsets.second - 1 >= end - in ||
		    dictionary->offsets.third - 1 >= end - in)
			return -EINVAL;
	}
	dictionary->content = in;
	dictionary->content_len = end - in;
	enter_content(dictionary);
	return 0;
}
