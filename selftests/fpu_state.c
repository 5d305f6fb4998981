// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Holds known values in every vector register and in the control registers of
 * floating point, lets the kernel compress and decompress meanwhile, and
 * compares: the kernel must give a process its registers back. The kernel works
 * in a read or write of a zram device, in a page fault, or in another process
 * after a preemption.
 *
 * Usage: fpu_state ROUNDS MEBIBYTES DEVICE SEED
 * MEBIBYTES of memory are touched, so that whoever limits memory makes them
 * fault. DEVICE is read and written back with its own content. Processes with
 * different seeds hold different values.
 * Built with -mgeneral-regs-only: the compiler leaves the registers alone.
 * Exit status: 0 every value was right, 1 not, 2 usage or set-up.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BLOCK_SIZE 65536
#define BLOCK_COUNT 64
#define TOUCHES_PER_ROUND 32
#define SPINS_PER_ROUND 300000

#define FOR_8 ".irp r, 0,1,2,3,4,5,6,7\n\t"
#define FOR_16 ".irp r, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n\t"
#define FOR_32 ".irp r, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15," \
	"16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n\t"

#define VECTORS_MAX 32
#define VECTOR_SIZE_MAX 64
#define MASKS 8

struct registers {
	unsigned char vectors[VECTORS_MAX * VECTOR_SIZE_MAX];
	__u64 masks[MASKS];
	/* MXCSR and the x87 control word; FPCR and FPSR. */
	__u64 controls[2];
};

struct register_set {
	const char *name;
	unsigned int count, size, mask_count;
	void (*load)(const struct registers *registers);
	void (*store)(struct registers *registers);
};

#ifdef __x86_64__
#define CONTROLS_USER_DEFAULT { 0x1f80, 0x37f }
static void load_controls(const __u64 *controls)
{
	asm volatile("ldmxcsr (%0)\n\tfldcw 8(%0)"
		     : : "r" (controls) : "memory");
}

static void store_controls(__u64 *controls)
{
	controls[0] = 0;
	controls[1] = 0;
	asm volatile("stmxcsr (%0)\n\tfnstcw 8(%0)"
		     : : "r" (controls) : "memory");
}

static void load_sse(const struct registers *registers)
{
	asm volatile(FOR_16 "movdqu \\r * 16(%0), %%xmm\\r\n\t.endr"
		     : : "r" (registers->vectors) : "memory");
}

static void store_sse(struct registers *registers)
{
	asm volatile(FOR_16 "movdqu %%xmm\\r, \\r * 16(%0)\n\t.endr"
		     : : "r" (registers->vectors) : "memory");
}

static void load_avx(const struct registers *registers)
{
	asm volatile(FOR_16 "vmovdqu \\r * 32(%0), %%ymm\\r\n\t.endr"
		     : : "r" (registers->vectors) : "memory");
}

static void store_avx(struct registers *registers)
{
	asm volatile(FOR_16 "vmovdqu %%ymm\\r, \\r * 32(%0)\n\t.endr"
		     : : "r" (registers->vectors) : "memory");
}

static void load_avx512(const struct registers *registers)
{
	asm volatile(FOR_32 "vmovdqu64 \\r * 64(%0), %%zmm\\r\n\t.endr"
		     : : "r" (registers->vectors) : "memory");
	asm volatile(FOR_8 "kmovq \\r * 8(%0), %%k\\r\n\t.endr"
		     : : "r" (registers->masks) : "memory");
}

static void store_avx512(struct registers *registers)
{
	asm volatile(FOR_32 "vmovdqu64 %%zmm\\r, \\r * 64(%0)\n\t.endr"
		     : : "r" (registers->vectors) : "memory");
	asm volatile(FOR_8 "kmovq %%k\\r, \\r * 8(%0)\n\t.endr"
		     : : "r" (registers->masks) : "memory");
}

static struct register_set find_registers(void)
{
	struct register_set avx512 = {
		"zmm0-31 k0-7", 32, 64, 8, load_avx512, store_avx512,
	};
	struct register_set avx = {
		"ymm0-15", 16, 32, 0, load_avx, store_avx,
	};
	struct register_set sse = {
		"xmm0-15", 16, 16, 0, load_sse, store_sse,
	};

	if (__builtin_cpu_supports("avx512bw"))
		return avx512;
	return __builtin_cpu_supports("avx") ? avx : sse;
}

/* Exceptions stay masked; rounding and flushing vary. */
static void make_controls(__u64 *controls, __u64 bits)
{
	controls[0] = 0x1f80 | (bits & 3) << 13 | (bits >> 2 & 1) << 15;
	controls[1] = 0x37f | (bits >> 3 & 3) << 10;
}
#elif defined(__aarch64__)
#define CONTROLS_USER_DEFAULT { 0, 0 }
#define FP ".arch_extension fp\n\t.arch_extension simd\n\t"

static void load_controls(const __u64 *controls)
{
	asm volatile("msr fpcr, %0\n\tmsr fpsr, %1"
		     : : "r" (controls[0]), "r" (controls[1]));
}

static void store_controls(__u64 *controls)
{
	asm volatile("mrs %0, fpcr\n\tmrs %1, fpsr"
		     : "=r" (controls[0]), "=r" (controls[1]));
}

static void load_neon(const struct registers *registers)
{
	asm volatile(FP FOR_32 "ldr q\\r, [%0, \\r * 16]\n\t.endr"
		     : : "r" (registers->vectors) : "memory");
}

static void store_neon(struct registers *registers)
{
	asm volatile(FP FOR_32 "str q\\r, [%0, \\r * 16]\n\t.endr"
		     : : "r" (registers->vectors) : "memory");
}

static struct register_set find_registers(void)
{
	struct register_set neon = {
		"v0-31", 32, 16, 0, load_neon, store_neon,
	};

	return neon;
}

/* Rounding mode, and the sticky saturation flag. */
static void make_controls(__u64 *controls, __u64 bits)
{
	controls[0] = (bits & 3) << 22;
	controls[1] = (bits >> 2 & 1) << 27;
}
#else
#error "fpu_state knows x86-64 and arm64"
#endif

enum kind { SPIN, IO, FAULT, KINDS };

static const char * const kind_names[KINDS] = {
	[SPIN] = "spinning",
	[IO] = "a read and a write",
	[FAULT] = "page faults",
};

struct work {
	enum kind kind;
	__u64 random;
	int fd;
	void *block;
	unsigned char *memory;
	size_t page_size, page_count;
	/* Of each block of the device. */
	__u64 hashes[BLOCK_COUNT];
};

static void die(const char *what)
{
	fprintf(stderr, "fpu_state: %s: %s\n", what, strerror(errno));
	exit(2);
}

static __u64 next_random(__u64 *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state >> 16;
}

static __u64 hash_block(const void *block)
{
	const __u64 *words = block;
	__u64 hash = 0;
	size_t i;

	for (i = 0; i < BLOCK_SIZE / sizeof(*words); i++)
		hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15ull;
	return hash;
}

/* Only system calls here: the C library's functions may use the registers. */
static bool read_and_write_back(struct work *work)
{
	unsigned int block = next_random(&work->random) % BLOCK_COUNT;
	long offset = (long)block * BLOCK_SIZE;

	return syscall(SYS_pread64, work->fd, work->block, BLOCK_SIZE,
		       offset) == BLOCK_SIZE &&
	       hash_block(work->block) == work->hashes[block] &&
	       syscall(SYS_pwrite64, work->fd, work->block, BLOCK_SIZE,
		       offset) == BLOCK_SIZE;
}

static __u64 *page_stamp(const struct work *work, size_t page)
{
	return (__u64 *)(work->memory + page * work->page_size);
}

static bool touch_pages(struct work *work)
{
	unsigned int i;

	for (i = 0; i < TOUCHES_PER_ROUND; i++) {
		size_t page = next_random(&work->random) % work->page_count;
		__u64 *stamp = page_stamp(work, page);

		if (stamp[0] != page || stamp[1] != ~stamp[2])
			return false;
		stamp[1] = next_random(&work->random);
		stamp[2] = ~stamp[1];
	}
	return true;
}

static bool do_work(struct work *work)
{
	unsigned int spins = SPINS_PER_ROUND;

	switch (work->kind) {
	case IO:
		return read_and_write_back(work);
	case FAULT:
		return touch_pages(work);
	default:
		while (spins--)
			asm volatile("" : "+r" (spins));
		return true;
	}
}

static void make_values(struct registers *registers, __u64 *random)
{
	unsigned char *bytes = (unsigned char *)registers;
	size_t i;

	for (i = 0; i < sizeof(*registers); i++)
		bytes[i] = next_random(random);
	make_controls(registers->controls, next_random(random));
}

static bool report(const char *kind, const char *what, unsigned int number)
{
	printf("after %s: %s %u has another value\n", kind, what, number);
	return false;
}

static bool same_values(const struct register_set *set, const char *kind,
			const struct registers *before,
			const struct registers *after)
{
	unsigned int i;
	bool same = true;

	for (i = 0; i < set->count; i++)
		if (memcmp(before->vectors + i * set->size,
			   after->vectors + i * set->size, set->size))
			same = report(kind, "vector register", i);
	for (i = 0; i < set->mask_count; i++)
		if (before->masks[i] != after->masks[i])
			same = report(kind, "mask register", i);
	for (i = 0; i < 2; i++)
		if (before->controls[i] != after->controls[i])
			same = report(kind, "control register", i);
	return same;
}

/* Neither the content nor the registers may change while the kernel works. */
static bool run_round(const struct register_set *set, struct work *work)
{
	static const __u64 user_default[2] = CONTROLS_USER_DEFAULT;
	struct registers before, after;
	bool content_right;

	make_values(&before, &work->random);
	load_controls(before.controls);
	set->load(&before);
	content_right = do_work(work);
	set->store(&after);
	store_controls(after.controls);
	load_controls(user_default);

	if (!content_right)
		printf("after %s: wrong content\n", kind_names[work->kind]);
	return same_values(set, kind_names[work->kind], &before, &after) &&
	       content_right;
}

static void open_device(struct work *work, const char *device)
{
	unsigned int i;

	work->fd = open(device, O_RDWR | O_DIRECT | O_CLOEXEC);
	if (work->fd < 0)
		die(device);
	if (posix_memalign(&work->block, BLOCK_SIZE, BLOCK_SIZE))
		die("memory");
	for (i = 0; i < BLOCK_COUNT; i++) {
		if (pread(work->fd, work->block, BLOCK_SIZE,
			  (off_t)i * BLOCK_SIZE) != BLOCK_SIZE)
			die(device);
		work->hashes[i] = hash_block(work->block);
	}
}

static void fill_memory(struct work *work, size_t mebibytes)
{
	size_t size = mebibytes << 20, page, i;

	work->page_size = sysconf(_SC_PAGESIZE);
	work->page_count = size / work->page_size;
	work->memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (work->memory == MAP_FAILED)
		die("memory");
	/* A huge page is swapped as a whole or split: keep to single pages. */
	madvise(work->memory, size, MADV_NOHUGEPAGE);
	for (page = 0; page < work->page_count; page++) {
		__u64 *stamp = page_stamp(work, page);

		for (i = 0; i < work->page_size / sizeof(*stamp); i++)
			stamp[i] = i % 4 ? page : next_random(&work->random);
		stamp[0] = page;
		stamp[2] = ~stamp[1];
	}
}

static unsigned long parse_count(const char *text)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || end == text || !value) {
		fprintf(stderr, "fpu_state: not a number above 0: '%s'\n",
			text);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	struct register_set set = find_registers();
	static struct work work;
	unsigned long round, rounds, wrong = 0;
	struct rusage usage;

	if (argc != 5) {
		fprintf(stderr,
			"usage: fpu_state ROUNDS MEBIBYTES DEVICE SEED\n");
		return 2;
	}
	rounds = parse_count(argv[1]);
	work.random = parse_count(argv[4]);
	open_device(&work, argv[3]);
	fill_memory(&work, parse_count(argv[2]));

	for (round = 0; round < rounds && wrong < 10; round++) {
		work.kind = round % KINDS;
		wrong += !run_round(&set, &work);
	}
	getrusage(RUSAGE_SELF, &usage);
	printf("%s: %lu rounds, %ld major faults, %ld preemptions, %lu wrong\n",
	       set.name, round, usage.ru_majflt, usage.ru_nivcsw, wrong);
	return wrong ? 1 : 0;
}
