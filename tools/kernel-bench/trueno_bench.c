// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Times compressors of the crypto API over the pages of a file, inside the
 * kernel, the way truenoctl bench does it in userspace: each page alone, the
 * codecs in turns of a few pages, every page once a round. The totals of the
 * per-page minima and medians are read from /proc/trueno_bench.
 *
 * The module is also a compressor itself, trueno-bench-copy, which copies as
 * many bytes as the first codec makes of a page and nothing else: what zram
 * needs with it, less its own time, is what zram needs with no codec at all.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/crypto.h>
#include <linux/kernel_read_file.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/vmalloc.h>

#define COPY_NAME "trueno-bench-copy"
#define CODECS_MAX 16
#define ROUNDS_MAX 101
/* As truenoctl bench has it; bench_measure.cpp says why. */
#define PAGES_PER_TURN 64
/* What zram gives a compressor to write to. */
#define STREAM_MAX (2 * PAGE_SIZE)
#define OVERHEAD_READINGS 1001

static char *file;
module_param(file, charp, 0444);
MODULE_PARM_DESC(file, "whole pages, one after the other");

static char *codecs[CODECS_MAX];
static int codecs_count;
module_param_array(codecs, charp, &codecs_count, 0444);
MODULE_PARM_DESC(codecs, "names of compressors of the crypto API");

static unsigned int rounds = 15;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "how often each page is visited");

static unsigned int stored_raw_above = PAGE_SIZE;
module_param(stored_raw_above, uint, 0444);
MODULE_PARM_DESC(stored_raw_above, "longest stream in bytes that zram stores, longer ones it never decompresses");

enum direction { COMPRESS, DECOMPRESS, DIRECTIONS };

struct contender {
	const char *name;
	struct crypto_comp *tfm;
	u8 *streams;
	/* Where the stream of each page starts, and where the last ends. */
	u32 *starts;
	/* One a page and round, the rounds of a page together. */
	u32 *ticks[DIRECTIONS];
	u64 bytes_out;
	u64 min[DIRECTIONS];
	u64 median[DIRECTIONS];
	/* Of the streams that zram decompresses. */
	u64 stored_min;
	unsigned int stored_pages;
};

static struct contender contenders[CODECS_MAX + 1];
static unsigned int contender_count;

static u8 *file_bytes;
static u8 **pages;
static u32 *order;
static unsigned int total_pages, same_filled_count;
static u8 *buffer;

static u64 run_ticks, run_ns, overhead_ticks;
static struct proc_dir_entry *results;

/* --- time --------------------------------------------------------------- */

static __always_inline u64 ticks_at_start(void)
{
	u32 low, high;

	asm volatile("lfence; rdtsc; lfence" : "=a"(low), "=d"(high) : : "memory");
	return (u64)high << 32 | low;
}

static __always_inline u64 ticks_at_end(void)
{
	u32 low, high;

	asm volatile("rdtscp; lfence" : "=a"(low), "=d"(high) : : "ecx", "memory");
	return (u64)high << 32 | low;
}

static int compare_u32(const void *a, const void *b)
{
	u32 left = *(const u32 *)a, right = *(const u32 *)b;

	return left < right ? -1 : left > right;
}

static u64 to_ns(u64 ticks)
{
	return mul_u64_u64_div_u64(ticks, run_ns, run_ticks);
}

/* --- the compressor that only copies ------------------------------------ */

static atomic_t copy_calls = ATOMIC_INIT(0);

static unsigned int stream_size(const struct contender *contender,
				unsigned int page)
{
	return contender->starts[page + 1] - contender->starts[page];
}

/* Whoever writes the file's pages in their order gets their sizes. */
static int copy_compress(struct crypto_tfm *tfm, const u8 *src,
			 unsigned int slen, u8 *dst, unsigned int *dlen)
{
	u32 call = (u32)atomic_fetch_inc(&copy_calls);
	u32 size = stream_size(&contenders[0], call % total_pages);

	*dlen = min_t(u32, size, slen);
	memcpy(dst, src, *dlen);
	return 0;
}

static int copy_decompress(struct crypto_tfm *tfm, const u8 *src,
			   unsigned int slen, u8 *dst, unsigned int *dlen)
{
	memcpy(dst, src, slen);
	memset(dst + slen, 0, PAGE_SIZE - slen);
	*dlen = PAGE_SIZE;
	return 0;
}

static struct crypto_alg copy_alg = {
	.cra_name = COPY_NAME,
	.cra_driver_name = COPY_NAME "-generic",
	.cra_flags = CRYPTO_ALG_TYPE_COMPRESS,
	.cra_module = THIS_MODULE,
	.cra_u.compress = {
		.coa_compress = copy_compress,
		.coa_decompress = copy_decompress,
	},
};

static bool is_registered;

static bool only_copies(const struct contender *contender)
{
	return !strcmp(contender->name, COPY_NAME);
}

/* --- pages -------------------------------------------------------------- */

/* zram stores these without a codec. */
static bool is_same_filled(const u8 *page)
{
	return !memcmp(page, page + sizeof(long), PAGE_SIZE - sizeof(long));
}

static int load_pages(void)
{
	struct rnd_state random;
	void *content = NULL;
	size_t size = 0, at;
	ssize_t length;
	unsigned int i;

	if (!file || !codecs_count || !rounds || rounds > ROUNDS_MAX) {
		pr_err("give file=, codecs= and rounds= of 1 to %d\n",
		       ROUNDS_MAX);
		return -EINVAL;
	}
	length = kernel_read_file_from_path(file, 0, &content, INT_MAX, &size,
					    READING_UNKNOWN);
	if (length < 0) {
		pr_err("cannot read %s: %zd\n", file, length);
		return length;
	}
	file_bytes = content;
	if (length != size || !size || size % PAGE_SIZE) {
		pr_err("%s does not hold whole pages\n", file);
		return -EINVAL;
	}
	pages = kvcalloc(size / PAGE_SIZE, sizeof(*pages), GFP_KERNEL);
	order = kvcalloc(size / PAGE_SIZE, sizeof(*order), GFP_KERNEL);
	if (!pages || !order)
		return -ENOMEM;
	for (at = 0; at < size; at += PAGE_SIZE) {
		if (is_same_filled(file_bytes + at))
			same_filled_count++;
		else
			pages[total_pages++] = file_bytes + at;
	}
	if (!total_pages) {
		pr_err("%s: every page is same-filled\n", file);
		return -EINVAL;
	}
	prandom_seed_state(&random, 1);
	for (i = 0; i < total_pages; i++) {
		u32 other = prandom_u32_state(&random) % (i + 1);

		order[i] = order[other];
		order[other] = i;
	}
	return 0;
}

/* --- codecs ------------------------------------------------------------- */

static int compress_all(struct contender *contender)
{
	unsigned int i;

	for (i = 0; i < total_pages; i++) {
		unsigned int size = STREAM_MAX;
		int err = crypto_comp_compress(contender->tfm, pages[i],
					       PAGE_SIZE, buffer, &size);

		/* More than a quarter above the page: not a page codec. */
		if (err || size > PAGE_SIZE + PAGE_SIZE / 4) {
			pr_err("%s: page %u: compression returns %d, %u bytes\n",
			       contender->name, i, err, size);
			return err ? err : -ENOSPC;
		}
		memcpy(contender->streams + contender->starts[i], buffer, size);
		contender->starts[i + 1] = contender->starts[i] + size;
		contender->bytes_out += min_t(u32, size, PAGE_SIZE);
		cond_resched();
	}
	return 0;
}

static int check_restores(struct contender *contender)
{
	unsigned int i;

	for (i = 0; i < total_pages; i++) {
		unsigned int size = PAGE_SIZE;
		int err;

		memset(buffer, 0, PAGE_SIZE);
		err = crypto_comp_decompress(contender->tfm,
					     contender->streams +
					     contender->starts[i],
					     stream_size(contender, i),
					     buffer, &size);
		if (err || size != PAGE_SIZE ||
		    memcmp(buffer, pages[i], PAGE_SIZE)) {
			pr_err("%s: page %u comes back different, result %d\n",
			       contender->name, i, err);
			return -EBADMSG;
		}
		cond_resched();
	}
	return 0;
}

static int add_contender(const char *name)
{
	struct contender *contender = &contenders[contender_count];
	size_t samples = (size_t)total_pages * rounds;
	unsigned int direction;
	int err;

	contender->name = name;
	contender->tfm = crypto_alloc_comp(name, 0, 0);
	if (IS_ERR(contender->tfm)) {
		err = PTR_ERR(contender->tfm);
		pr_err("no compressor %s: %d\n", name, err);
		contender->tfm = NULL;
		return err;
	}
	contender_count++;
	contender->streams = vmalloc((size_t)total_pages * PAGE_SIZE * 5 / 4);
	contender->starts = kvcalloc(total_pages + 1, sizeof(u32), GFP_KERNEL);
	if (!contender->streams || !contender->starts)
		return -ENOMEM;
	for (direction = 0; direction < DIRECTIONS; direction++) {
		contender->ticks[direction] = vmalloc(samples * sizeof(u32));
		if (!contender->ticks[direction])
			return -ENOMEM;
	}
	err = compress_all(contender);
	if (err || only_copies(contender))
		return err;
	return check_restores(contender);
}

/* --- measuring ---------------------------------------------------------- */

static void touch(const u8 *bytes, unsigned int size)
{
	unsigned int i;

	for (i = 0; i < size; i += L1_CACHE_BYTES)
		READ_ONCE(bytes[i]);
}

static void time_turn(struct contender *contender, enum direction direction,
		      unsigned int first, unsigned int round)
{
	unsigned int end = min(first + PAGES_PER_TURN, total_pages);
	unsigned int i;

	for (i = first; i < end; i++) {
		u32 page = order[i];

		if (direction == COMPRESS)
			touch(pages[page], PAGE_SIZE);
		else
			touch(contender->streams + contender->starts[page],
			      stream_size(contender, page));
	}
	for (i = first; i < end; i++) {
		u32 page = order[i], stream_len = stream_size(contender, page);
		u8 *stream = contender->streams + contender->starts[page];
		unsigned int size = direction == COMPRESS ? STREAM_MAX :
							    PAGE_SIZE;
		u64 start = ticks_at_start(), ticks;

		if (direction == COMPRESS)
			crypto_comp_compress(contender->tfm, pages[page],
					     PAGE_SIZE, buffer, &size);
		else
			crypto_comp_decompress(contender->tfm, stream,
					       stream_len, buffer, &size);
		ticks = ticks_at_end() - start;
		contender->ticks[direction][page * rounds + round] =
			min_t(u64, ticks, U32_MAX);
	}
}

static void run_rounds(void)
{
	u64 start_ns = ktime_get_ns(), start = ticks_at_start();
	unsigned int round, first, i;

	for (round = 0; round < rounds; round++)
		for (first = 0; first < total_pages; first += PAGES_PER_TURN) {
			unsigned int turn = first / PAGES_PER_TURN + round;

			for (i = 0; i < contender_count; i++) {
				struct contender *contender;

				contender = &contenders[(turn + i) %
							contender_count];
				time_turn(contender, COMPRESS, first, round);
				time_turn(contender, DECOMPRESS, first, round);
			}
			cond_resched();
		}
	run_ticks = ticks_at_end() - start;
	run_ns = ktime_get_ns() - start_ns;
}

static void measure_overhead(void)
{
	static u32 readings[OVERHEAD_READINGS];
	unsigned int i;

	for (i = 0; i < OVERHEAD_READINGS; i++) {
		u64 start = ticks_at_start();

		readings[i] = ticks_at_end() - start;
	}
	sort(readings, OVERHEAD_READINGS, sizeof(u32), compare_u32, NULL);
	overhead_ticks = readings[OVERHEAD_READINGS / 2];
}

static u64 net(u32 ticks)
{
	return ticks > overhead_ticks ? ticks - overhead_ticks : 0;
}

static void summarize(struct contender *contender)
{
	unsigned int direction, page;

	for (page = 0; page < total_pages; page++) {
		for (direction = 0; direction < DIRECTIONS; direction++) {
			u32 *samples = contender->ticks[direction] +
				       page * rounds;

			sort(samples, rounds, sizeof(u32), compare_u32, NULL);
			contender->min[direction] += net(samples[0]);
			contender->median[direction] += net(samples[rounds / 2]);
		}
		if (stream_size(contender, page) <= stored_raw_above) {
			contender->stored_pages++;
			contender->stored_min +=
				net(contender->ticks[DECOMPRESS][page * rounds]);
		}
		cond_resched();
	}
}

static int results_show(struct seq_file *seq, void *data)
{
	unsigned int i;

	seq_printf(seq, "pages %u\nsame_filled %u\nrounds %u\noverhead_ns %llu\n",
		   total_pages, same_filled_count, rounds,
		   to_ns(overhead_ticks));
	for (i = 0; i < contender_count; i++) {
		const struct contender *contender = &contenders[i];

		seq_printf(seq, "codec %s bytes_out %llu compress_min_ns %llu compress_median_ns %llu decompress_min_ns %llu decompress_median_ns %llu stored_pages %u stored_decompress_min_ns %llu\n",
			   contender->name, contender->bytes_out,
			   to_ns(contender->min[COMPRESS]),
			   to_ns(contender->median[COMPRESS]),
			   to_ns(contender->min[DECOMPRESS]),
			   to_ns(contender->median[DECOMPRESS]),
			   contender->stored_pages,
			   to_ns(contender->stored_min));
	}
	return 0;
}

/* --- module ------------------------------------------------------------- */

static void free_all(void)
{
	unsigned int i, direction;

	proc_remove(results);
	for (i = 0; i < contender_count; i++) {
		struct contender *contender = &contenders[i];

		crypto_free_comp(contender->tfm);
		for (direction = 0; direction < DIRECTIONS; direction++)
			vfree(contender->ticks[direction]);
	}
	if (is_registered)
		crypto_unregister_alg(&copy_alg);
	for (i = 0; i < contender_count; i++) {
		vfree(contenders[i].streams);
		kvfree(contenders[i].starts);
	}
	kvfree(order);
	kvfree(pages);
	kfree(buffer);
	vfree(file_bytes);
}

/* A transform of our own algorithm would hold this module for ever. */
static void drop_copy_transform(void)
{
	struct contender *copy = &contenders[contender_count - 1];

	crypto_free_comp(copy->tfm);
	copy->tfm = NULL;
}

static int __init trueno_bench_init(void)
{
	int i, err;

	buffer = kmalloc(STREAM_MAX, GFP_KERNEL);
	err = buffer ? load_pages() : -ENOMEM;
	for (i = 0; !err && i < codecs_count; i++)
		err = add_contender(codecs[i]);
	if (!err) {
		err = crypto_register_alg(&copy_alg);
		is_registered = !err;
	}
	if (!err)
		err = add_contender(COPY_NAME);
	if (err) {
		free_all();
		return err;
	}
	measure_overhead();
	run_rounds();
	drop_copy_transform();
	for (i = 0; i < contender_count; i++)
		summarize(&contenders[i]);
	results = proc_create_single("trueno_bench", 0444, NULL, results_show);
	if (!results) {
		free_all();
		return -ENOMEM;
	}
	return 0;
}

static void __exit trueno_bench_exit(void)
{
	free_all();
}

module_init(trueno_bench_init);
module_exit(trueno_bench_exit);

MODULE_DESCRIPTION("Times page compressors inside the kernel");
MODULE_AUTHOR("The trueno authors");
MODULE_LICENSE("Dual BSD/GPL");
