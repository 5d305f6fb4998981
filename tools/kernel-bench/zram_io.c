// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Writes a file of pages to block devices and reads it back, in direct I/O of
 * 1 MiB, the devices in turns; prints what each took: the totals over the
 * chunks of their minimum and median of all rounds, in nanoseconds.
 *
 * Usage: zram_io FILE ROUNDS [NAME=DEVICE]... [--unchecked NAME=DEVICE]
 * The content of a device after --unchecked is not compared.
 * Exit status: 0; 1 after an error; 2 if a device gave back other bytes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 1048576
#define DEVICES_MAX 16

struct device {
	const char *name;
	int fd;
	bool unchecked;
	/* One a chunk and round, the rounds of a chunk together. */
	uint64_t *write_ns, *read_ns;
};

static struct device devices[DEVICES_MAX];
static unsigned int device_count, rounds, chunks;
static size_t size;
static char *content, *returned;

static void die(const char *what)
{
	fprintf(stderr, "zram_io: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static void *allocate(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (memory == MAP_FAILED)
		die("mmap");
	return memory;
}

static void load(const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat stat;
	size_t done = 0;

	if (fd < 0 || fstat(fd, &stat))
		die(path);
	size = stat.st_size;
	chunks = (size + CHUNK - 1) / CHUNK;
	content = allocate(size);
	returned = allocate(CHUNK);
	while (done < size) {
		ssize_t part = read(fd, content + done, size - done);

		if (part <= 0)
			die(path);
		done += part;
	}
	close(fd);
}

static void add_device(char *argument, bool unchecked)
{
	struct device *device = &devices[device_count++];
	char *path = strchr(argument, '=');

	if (!path || device_count > DEVICES_MAX) {
		errno = EINVAL;
		die(argument);
	}
	*path++ = '\0';
	device->name = argument;
	device->unchecked = unchecked;
	device->fd = open(path, O_RDWR | O_DIRECT);
	if (device->fd < 0)
		die(path);
	device->write_ns = allocate(sizeof(uint64_t) * chunks * rounds);
	device->read_ns = allocate(sizeof(uint64_t) * chunks * rounds);
}

static void move_chunk(struct device *device, unsigned int chunk,
		       unsigned int round)
{
	off_t at = (off_t)chunk * CHUNK;
	size_t length = size - at < CHUNK ? size - at : CHUNK;
	unsigned int sample = chunk * rounds + round;
	uint64_t start = now_ns();

	if (pwrite(device->fd, content + at, length, at) != (ssize_t)length)
		die(device->name);
	device->write_ns[sample] = now_ns() - start;

	start = now_ns();
	if (pread(device->fd, returned, length, at) != (ssize_t)length)
		die(device->name);
	device->read_ns[sample] = now_ns() - start;

	if (!device->unchecked && memcmp(returned, content + at, length)) {
		fprintf(stderr, "zram_io: %s: chunk %u comes back different\n",
			device->name, chunk);
		exit(2);
	}
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

static void print_totals(const char *direction, uint64_t *samples)
{
	uint64_t min = 0, median = 0;

	for (unsigned int chunk = 0; chunk < chunks; chunk++) {
		uint64_t *of_chunk = samples + chunk * rounds;

		qsort(of_chunk, rounds, sizeof(*of_chunk), compare);
		min += of_chunk[0];
		median += of_chunk[rounds / 2];
	}
	printf(" %s_min_ns %llu %s_median_ns %llu", direction,
	       (unsigned long long)min, direction, (unsigned long long)median);
}

int main(int argc, char **argv)
{
	bool unchecked = false;

	if (argc < 4 || atoi(argv[2]) < 1) {
		fprintf(stderr, "usage: zram_io FILE ROUNDS [NAME=DEVICE]...\n");
		return 1;
	}
	rounds = atoi(argv[2]);
	load(argv[1]);
	for (int i = 3; i < argc; i++) {
		if (!strcmp(argv[i], "--unchecked"))
			unchecked = true;
		else
			add_device(argv[i], unchecked);
	}
	/* A first pass fills the devices: later ones replace what is there. */
	for (unsigned int i = 0; i < device_count; i++)
		for (unsigned int chunk = 0; chunk < chunks; chunk++)
			move_chunk(&devices[i], chunk, 0);
	for (unsigned int round = 0; round < rounds; round++)
		for (unsigned int chunk = 0; chunk < chunks; chunk++)
			for (unsigned int i = 0; i < device_count; i++)
				move_chunk(&devices[(chunk + round + i) %
						    device_count],
					   chunk, round);
	for (unsigned int i = 0; i < device_count; i++) {
		printf("zram %s", devices[i].name);
		print_totals("write", devices[i].write_ns);
		print_totals("read", devices[i].read_ns);
		printf("\n");
	}
	return 0;
}
