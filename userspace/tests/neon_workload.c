// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Compresses pages of a file, and decompresses them if told to, with one variant
 * of trueno-lz4 for arm64. Freestanding but for the C library, so that a cross
 * compiler is all that building it takes; neon-instruction-counts runs it.
 *
 * Usage: neon_workload VARIANT compress|both PAGES STEP < FILE
 * PAGES may be 0. Of STEP pages of the file one is taken.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <trueno/page.h>

#include "../../kmod/codec/codec_table.h"

const char trueno_lz4_format_name[] = "trueno-lz4";
const char trueno_lz4_dense_format_name[] = "trueno-lz4-dense";

static const struct trueno_codec *const variants[] = {
	&trueno_lz4_scalar,
	&trueno_lz4_neon,
	&trueno_lz4_dense_scalar,
	&trueno_lz4_dense_neon,
};

static const struct trueno_codec *find_variant(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(variants) / sizeof(*variants); i++)
		if (!strcmp(variants[i]->name, name))
			return variants[i];
	fprintf(stderr, "neon_workload: no variant %s\n", name);
	exit(2);
}

static void run_page(const struct trueno_codec *codec, const unsigned char *page,
		     int is_both)
{
	static unsigned char stream[2 * TRUENO_PAGE_SIZE];
	static unsigned char copy[TRUENO_PAGE_SIZE];
	static unsigned char workmem[65536];
	size_t stream_len = sizeof(stream);
	size_t copy_len = sizeof(copy);

	if (codec->compress(page, TRUENO_PAGE_SIZE, stream, &stream_len,
			    workmem))
		exit(1);
	if (!is_both)
		return;
	if (codec->decompress(stream, stream_len, copy, &copy_len, workmem) ||
	    copy_len != TRUENO_PAGE_SIZE || memcmp(copy, page, copy_len))
		exit(1);
}

int main(int argc, char **argv)
{
	static unsigned char page[TRUENO_PAGE_SIZE];
	const struct trueno_codec *codec;
	int is_both, pages, step, i, j;

	if (argc != 5)
		return 2;
	codec = find_variant(argv[1]);
	is_both = !strcmp(argv[2], "both");
	pages = atoi(argv[3]);
	step = atoi(argv[4]);
	for (i = 0; i < pages; i++) {
		for (j = 0; j < step; j++)
			if (fread(page, sizeof(page), 1, stdin) != 1)
				return 1;
		run_page(codec, page, is_both);
	}
	return 0;
}
