// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Fills more anonymous memory than it may keep resident, with known content,
 * then visits it in changing orders, compares every byte and rewrites a part.
 * Whoever limits its memory (a control group, a small machine) makes it swap.
 *
 * Usage: swap_pressure MEBIBYTES PASSES [PAGES-FILE]
 * PAGES-FILE holds the content, a multiple of the page size; without it the
 * content is generated.
 * Exit status: 0 all content was right, 1 not, 2 usage or set-up.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define GENERATED_PAGES 64

static size_t page_size;

struct samples {
	const unsigned char *bytes;
	size_t count;
};

struct memory {
	unsigned char *bytes;
	size_t count;
	/* How often each page was written. */
	unsigned int *generations;
	unsigned char *expected;
};

static void die(const char *what)
{
	fprintf(stderr, "swap_pressure: %s: %s\n", what, strerror(errno));
	exit(2);
}

static struct samples map_samples(const char *path)
{
	struct samples samples = {};
	struct stat status;
	void *bytes;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status))
		die(path);
	samples.count = status.st_size / page_size;
	if (!samples.count) {
		fprintf(stderr, "swap_pressure: %s: shorter than a page\n",
			path);
		exit(2);
	}
	bytes = mmap(NULL, samples.count * page_size, PROT_READ, MAP_PRIVATE,
		     fd, 0);
	if (bytes == MAP_FAILED)
		die(path);
	close(fd);
	samples.bytes = bytes;
	return samples;
}

static struct samples generate_samples(void)
{
	struct samples samples = { .count = GENERATED_PAGES };
	unsigned char *bytes = malloc(samples.count * page_size);
	unsigned int state = 1;
	size_t i;

	if (!bytes)
		die("samples");
	for (i = 0; i < samples.count * page_size; i++) {
		state = state * 1664525 + 1013904223;
		bytes[i] = i % 8 < 4 ? state >> 28 : 0;
	}
	samples.bytes = bytes;
	return samples;
}

/* A page is a sample with its own number and generation at the front. */
static void make_page(unsigned char *page, const struct samples *samples,
		      size_t index, unsigned int generation)
{
	unsigned long long stamp[2] = { index, generation };

	memcpy(page, samples->bytes +
		     (index * 7 + generation) % samples->count * page_size,
	       page_size);
	memcpy(page, stamp, sizeof(stamp));
}

static void report_difference(const struct memory *memory, size_t index)
{
	const unsigned char *page = memory->bytes + index * page_size;
	size_t offset = 0;

	while (page[offset] == memory->expected[offset])
		offset++;
	printf("page %zu, generation %u: byte %zu is 0x%02x, not 0x%02x\n",
	       index, memory->generations[index], offset, page[offset],
	       memory->expected[offset]);
}

static bool check_page(struct memory *memory, const struct samples *samples,
		       size_t index)
{
	const unsigned char *page = memory->bytes + index * page_size;

	make_page(memory->expected, samples, index,
		  memory->generations[index]);
	if (!memcmp(page, memory->expected, page_size))
		return true;
	report_difference(memory, index);
	return false;
}

static size_t largest_common_divisor(size_t a, size_t b)
{
	while (b) {
		size_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* Visits every page once; the stride has no divisor in common with count. */
static size_t run_pass(struct memory *memory, const struct samples *samples,
		       unsigned int pass)
{
	size_t stride = memory->count * (pass % 5 + 2) / 7 | 1;
	size_t i, index = pass % memory->count, wrong = 0;

	while (largest_common_divisor(stride, memory->count) != 1)
		stride++;
	for (i = 0; i < memory->count; i++) {
		index = (index + stride) % memory->count;
		if (!check_page(memory, samples, index) && ++wrong == 10)
			return wrong;
		if ((index + pass) % 3 == 0) {
			memory->generations[index]++;
			make_page(memory->bytes + index * page_size, samples,
				  index, memory->generations[index]);
		}
	}
	return wrong;
}

static struct memory allocate(size_t mebibytes)
{
	struct memory memory = {};
	void *bytes;

	memory.count = mebibytes * 1048576 / page_size;
	memory.generations = calloc(memory.count, sizeof(unsigned int));
	memory.expected = malloc(page_size);
	/* What follows alone may be swapped, not what judges it. */
	mlockall(MCL_CURRENT);
	bytes = mmap(NULL, memory.count * page_size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!memory.generations || !memory.expected || bytes == MAP_FAILED)
		die("memory");
	/* A huge page is swapped as a whole or split: keep to single pages. */
	madvise(bytes, memory.count * page_size, MADV_NOHUGEPAGE);
	memory.bytes = bytes;
	return memory;
}

static unsigned long parse_count(const char *text)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || end == text || !value) {
		fprintf(stderr, "swap_pressure: not a number above 0: '%s'\n",
			text);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	struct samples samples;
	struct memory memory;
	unsigned int pass, passes;
	size_t i, wrong = 0;

	if (argc < 3 || argc > 4) {
		fprintf(stderr,
			"usage: swap_pressure MEBIBYTES PASSES [PAGES-FILE]\n");
		return 2;
	}
	page_size = sysconf(_SC_PAGESIZE);
	memory = allocate(parse_count(argv[1]));
	passes = parse_count(argv[2]);
	samples = argc == 4 ? map_samples(argv[3]) : generate_samples();

	for (i = 0; i < memory.count; i++)
		make_page(memory.bytes + i * page_size, &samples, i, 0);
	for (pass = 0; pass < passes && !wrong; pass++)
		wrong = run_pass(&memory, &samples, pass);
	printf("%zu pages, %u passes, %zu wrong\n", memory.count, pass, wrong);
	return wrong ? 1 : 0;
}
