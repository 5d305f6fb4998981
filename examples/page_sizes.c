// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Prints how small each codec makes the pages of a file, in C.
 *
 *   cc page_sizes.c $(pkg-config --cflags --libs trueno) -o page_sizes
 *   ./page_sizes FILE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <trueno/codec.h>
#include <trueno/page.h>

/* Bytes that the file's whole pages take; exits if one does not come back. */
static size_t compressed_size(const struct trueno_codec *codec, FILE *file)
{
	size_t capacity = trueno_codec_bound(codec, TRUENO_PAGE_SIZE);
	unsigned char page[TRUENO_PAGE_SIZE], restored[TRUENO_PAGE_SIZE];
	void *workmem = malloc(trueno_codec_workmem_size(codec));
	void *stream = malloc(capacity);
	size_t total = 0;

	if (!workmem || !stream) {
		perror("page_sizes");
		exit(EXIT_FAILURE);
	}
	rewind(file);
	while (fread(page, sizeof(page), 1, file) == 1) {
		size_t stream_len = capacity;
		size_t restored_len = sizeof(restored);

		if (trueno_codec_compress(codec, page, sizeof(page), stream, &stream_len,
					  workmem) ||
		    trueno_codec_decompress(codec, stream, stream_len, restored, &restored_len,
					    workmem) ||
		    restored_len != sizeof(page) || memcmp(page, restored, sizeof(page))) {
			fprintf(stderr, "page_sizes: %s: a page came back changed\n",
				trueno_codec_name(codec));
			exit(EXIT_FAILURE);
		}
		total += stream_len;
	}
	free(stream);
	free(workmem);
	return total;
}

int main(int argc, char **argv)
{
	const struct trueno_codec *codec;
	FILE *file;

	if (argc != 2) {
		fprintf(stderr, "usage: page_sizes FILE\n");
		return EXIT_FAILURE;
	}
	file = fopen(argv[1], "rb");
	if (!file) {
		perror(argv[1]);
		return EXIT_FAILURE;
	}
	for (unsigned int i = 0; (codec = trueno_codec_at(i)); i++)
		printf("%s %zu\n", trueno_codec_name(codec), compressed_size(codec, file));
	fclose(file);
	return EXIT_SUCCESS;
}
