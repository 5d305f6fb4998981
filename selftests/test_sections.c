// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The rules of SIMD sections, for every format in every context: the SIMD
 * variant runs where the architecture allows it and nowhere else, content is
 * right either way, and a section covers a page at most. The counters tell
 * which variant ran.
 */
#include <asm/simd.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timex.h>
#include <linux/vmalloc.h>

#include "trueno.h"
#include "trueno_test.h"

#define PLAIN_MAX (PAGE_SIZE + 64)
#define PACKED_MAX (2 * PAGE_SIZE)
#define PAGES_PER_CONTENT 32
#define MEASURED_PER_CONTENT 32
#define RUNS_PER_MEASURE 5

enum content { ZERO, TEXT, WORDS, SHORT_MATCHES, NOISE, CONTENTS };

static const char * const content_names[CONTENTS] = {
	[ZERO] = "zeros",
	[TEXT] = "text",
	[WORDS] = "words",
	[SHORT_MATCHES] = "short matches",
	[NOISE] = "noise",
};

/* One call, and what the context said about SIMD right before it. */
struct work {
	const struct trueno_format *format;
	enum trueno_direction direction;
	const void *src;
	unsigned int src_len;
	void *dst;
	unsigned int dst_len;
	int result;
	bool simd_allowed;
};

struct tally {
	u64 with_simd;
	u64 fallbacks;
};

static u8 *plain, *packed, *unpacked;
static void *workmem;
static unsigned int case_count;
static u32 random_state;

static u32 random_bits(unsigned int bits)
{
	random_state = random_state * 1664525 + 1013904223;
	return random_state >> (32 - bits);
}

static void fill(enum content content, u32 seed, unsigned int len)
{
	unsigned int i;

	random_state = seed;
	memset(plain, 0, len);
	for (i = 0; i < len; i++) {
		switch (content) {
		case TEXT:
			plain[i] = "a page of text, seen "[(i + seed) % 21] +
				   !random_bits(5);
			break;
		case WORDS:
			plain[i] = i % 8 < 3 ? random_bits(3) : 0;
			break;
		case SHORT_MATCHES:
			plain[i] = i % 5 || i < 320 ? (i / 5 % 61) + i % 5 :
						      random_bits(8);
			break;
		case NOISE:
			plain[i] = random_bits(8);
			break;
		default:
			break;
		}
	}
}

static struct tally read_tally(const struct trueno_format *format,
			       enum trueno_direction direction)
{
	const struct trueno_variant *chosen = format->chosen[direction];
	struct tally tally = {};
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct trueno_variant_counters *counters;

		counters = per_cpu_ptr(chosen->counters, cpu);
		tally.with_simd += counters->direction[direction].calls;
		counters = per_cpu_ptr(format->fallback->counters, cpu);
		tally.fallbacks += counters->direction[direction].fallbacks;
	}
	return tally;
}

static void run_work(void *argument)
{
	struct work *work = argument;

	work->simd_allowed = may_use_simd();
	work->result = trueno_format_run(work->format, work->direction,
					 work->src, work->src_len, work->dst,
					 &work->dst_len, workmem);
}

static bool fits_section(const struct work *work)
{
	return work->src_len <= PAGE_SIZE &&
	       (work->direction == TRUENO_COMPRESS ||
		work->dst_len <= PAGE_SIZE);
}

/* Runs the work and judges which variant did it; the result is the caller's. */
static int judge_work(const struct test_context *context, struct work *work,
		      struct tally *total)
{
	const struct trueno_format *format = work->format;
	struct tally before, after;
	bool fits = fits_section(work);
	u64 with_simd, fallbacks;
	bool expect_simd;
	int err;

	before = read_tally(format, work->direction);
	err = test_run_in(context, run_work, work);
	after = read_tally(format, work->direction);
	if (err == -ENOTRECOVERABLE)
		return test_complain("not called in context %s", context->name);
	if (err)
		return test_complain("registers of another section changed");
	if (!format->chosen[work->direction]->needs_simd)
		return 0;

	if ((context->simd_rule == TEST_SIMD_ALLOWED && !work->simd_allowed) ||
	    (context->simd_rule == TEST_SIMD_FORBIDDEN && work->simd_allowed))
		return test_complain("SIMD is %s here", work->simd_allowed ?
				     "allowed" : "forbidden");
	expect_simd = fits && work->simd_allowed;
	with_simd = after.with_simd - before.with_simd;
	fallbacks = after.fallbacks - before.fallbacks;
	total->with_simd += with_simd;
	total->fallbacks += fallbacks;
	if (with_simd == expect_simd && fallbacks == !expect_simd)
		return 0;
	return test_complain("%u bytes, SIMD %s: %llu calls of the SIMD variant, %llu fall-backs",
			     work->src_len,
			     expect_simd ? "allowed" : "forbidden",
			     with_simd, fallbacks);
}

/* Packs what is in plain, unpacks and compares it. */
static int round_trip(const struct trueno_format *format,
		      const struct test_context *context, unsigned int len,
		      struct tally *total)
{
	struct work pack = {
		.format = format,
		.direction = TRUENO_COMPRESS,
		.src = plain,
		.src_len = len,
		.dst = packed,
		.dst_len = PACKED_MAX,
	};
	struct work unpack = {
		.format = format,
		.direction = TRUENO_DECOMPRESS,
		.src = packed,
		.dst = unpacked,
		.dst_len = len,
	};
	int err;

	err = judge_work(context, &pack, total);
	if (err)
		return err;
	if (pack.result)
		return test_complain("compress: %d", pack.result);
	memset(unpacked, 0x5c, len);
	unpack.src_len = pack.dst_len;
	err = judge_work(context, &unpack, total);
	if (err)
		return err;
	if (unpack.result)
		return test_complain("decompress: %d", unpack.result);
	if (unpack.dst_len != len || memcmp(plain, unpacked, len))
		return test_complain("%u bytes came back different", len);
	return 0;
}

static int case_context(const struct trueno_format *format,
			const struct test_context *context)
{
	struct tally total = {};
	enum content content;
	unsigned int i;
	int err = 0;

	for (content = 0; !err && content < CONTENTS; content++) {
		for (i = 0; !err && i < PAGES_PER_CONTENT; i++) {
			fill(content, i, PAGE_SIZE);
			err = round_trip(format, context, PAGE_SIZE, &total);
		}
	}
	test_say("# %s in %s: %llu calls with SIMD, %llu fall-backs\n",
		 format->name, context->name, total.with_simd, total.fallbacks);
	return err;
}

/* A byte more than a page runs without a section, in both directions. */
static int case_length_limit(const struct trueno_format *format,
			     const struct test_context *context)
{
	static const unsigned int lengths[] = {
		1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, PAGE_SIZE + 64,
	};
	struct tally total = {};
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < ARRAY_SIZE(lengths); i++) {
		fill(TEXT, i, lengths[i]);
		err = round_trip(format, context, lengths[i], &total);
	}
	test_say("# %s: %llu calls with SIMD, %llu fall-backs\n", format->name,
		 total.with_simd, total.fallbacks);
	return err;
}

/* --- how long a section lasts ------------------------------------------- */

struct longest {
	u64 ns;
	u64 cycles;
	const char *content;
};

/* Interrupts are kept off where that does not forbid SIMD. */
static void time_work(struct work *work, u64 *ns_taken, u64 *cycles_taken)
{
	unsigned long flags;
	bool interruptible;
	cycles_t cycles;
	u64 ns;

	preempt_disable();
	local_irq_save(flags);
	interruptible = !may_use_simd();
	if (interruptible)
		local_irq_restore(flags);
	ns = ktime_get_ns();
	cycles = get_cycles();
	run_work(work);
	cycles = get_cycles() - cycles;
	ns = ktime_get_ns() - ns;
	if (!interruptible)
		local_irq_restore(flags);
	preempt_enable();
	*ns_taken = min_t(u64, *ns_taken, ns);
	*cycles_taken = min_t(u64, *cycles_taken, cycles);
}

/* The quickest of some runs: what a machine's host takes away is no section. */
static void measure(struct work *work, const char *content,
		    struct longest *longest)
{
	unsigned int dst_len = work->dst_len, i;
	u64 ns = U64_MAX, cycles = U64_MAX;

	for (i = 0; i < RUNS_PER_MEASURE; i++) {
		work->dst_len = dst_len;
		time_work(work, &ns, &cycles);
	}
	if (ns > longest->ns) {
		longest->ns = ns;
		longest->cycles = cycles;
		longest->content = content;
	}
}

static unsigned int put_sequence(u8 *stream, unsigned int literals,
				 unsigned int match, unsigned int offset)
{
	unsigned int len = 0, i;

	stream[len++] = literals << 4 | (match - 4);
	for (i = 0; i < literals; i++)
		stream[len++] = random_bits(8);
	stream[len++] = offset;
	stream[len++] = offset >> 8;
	return len;
}

/*
 * The LZ4 block with the most work for its decoder: the shortest sequences, or
 * short ones whose lengths nobody can predict. It ends as the format asks, with
 * 12 literals or more. Returns its length.
 */
static unsigned int put_shortest_sequences(u8 *stream, bool irregular)
{
	unsigned int len, out = 12, literals = 0, match = 4, offset = 4;

	len = put_sequence(stream, 8, 4, 8);
	while (out + 7 <= PAGE_SIZE - 12) {
		if (irregular) {
			literals = random_bits(2);
			match = 4 + random_bits(2);
			offset = 1 + random_bits(12) % out;
		}
		if (out + literals + match > PAGE_SIZE - 12)
			break;
		len += put_sequence(stream + len, literals, match, offset);
		out += literals + match;
	}
	out = PAGE_SIZE - out;
	if (out < 15) {
		stream[len++] = out << 4;
	} else {
		stream[len++] = 0xf0;
		stream[len++] = out - 15;
	}
	memset(stream + len, 'a', out);
	return len + out;
}

static int measure_round_trip(const struct trueno_format *format,
			      const char *content, struct longest *longest)
{
	struct work pack = {
		.format = format,
		.direction = TRUENO_COMPRESS,
		.src = plain,
		.src_len = PAGE_SIZE,
		.dst = packed,
		.dst_len = PACKED_MAX,
	};
	struct work unpack = {
		.format = format,
		.direction = TRUENO_DECOMPRESS,
		.src = packed,
		.dst = unpacked,
		.dst_len = PAGE_SIZE,
	};

	measure(&pack, content, &longest[TRUENO_COMPRESS]);
	if (pack.result)
		return test_complain("compress: %d", pack.result);
	unpack.src_len = pack.dst_len;
	/* What grew is longer than a page: no section. */
	if (!fits_section(&unpack))
		return 0;
	measure(&unpack, content, &longest[TRUENO_DECOMPRESS]);
	if (unpack.result || memcmp(plain, unpacked, PAGE_SIZE))
		return test_complain("%s came back different", content);
	return 0;
}

static int measure_shortest_sequences(const struct trueno_format *format,
				      struct longest *longest)
{
	struct work unpack = {
		.format = format,
		.direction = TRUENO_DECOMPRESS,
		.src = packed,
		.dst = unpacked,
	};
	unsigned int i;

	for (i = 0; i < MEASURED_PER_CONTENT; i++) {
		random_state = i;
		unpack.src_len = put_shortest_sequences(packed, i % 2);
		unpack.dst_len = PAGE_SIZE;
		measure(&unpack, "shortest sequences",
			&longest[TRUENO_DECOMPRESS]);
		if (unpack.result || unpack.dst_len != PAGE_SIZE)
			return test_complain("shortest sequences: %d, %u bytes",
					     unpack.result, unpack.dst_len);
	}
	return 0;
}

static int case_longest_section(const struct trueno_format *format,
				const struct test_context *context)
{
	struct longest longest[TRUENO_DIRECTIONS] = {};
	enum trueno_direction direction;
	enum content content;
	unsigned int i;
	int err = 0;

	for (content = 0; !err && content < CONTENTS; content++) {
		for (i = 0; !err && i < MEASURED_PER_CONTENT; i++) {
			fill(content, i, PAGE_SIZE);
			err = measure_round_trip(format,
						 content_names[content],
						 longest);
		}
	}
	if (!err && strstarts(format->name, "trueno-lz4"))
		err = measure_shortest_sequences(format, longest);
	for (direction = 0; direction < TRUENO_DIRECTIONS; direction++)
		test_say("# longest section: %s %s %llu ns, %llu cycles, on %s\n",
			 format->name,
			 direction == TRUENO_COMPRESS ? "compress" :
							"decompress",
			 longest[direction].ns, longest[direction].cycles,
			 longest[direction].content);
	return err;
}

/* --- the cases ---------------------------------------------------------- */

static void run_case(const struct trueno_format *format,
		     const struct test_context *context, const char *name,
		     int (*test)(const struct trueno_format *format,
				 const struct test_context *context))
{
	int err = test(format, context);

	test_say("%s %u %s: %s%s\n", err ? "not ok" : "ok", ++case_count,
		 format->name, name, context->name);
}

static void run_cases(void)
{
	const struct test_context *context, *task = test_context_at(0);
	const struct trueno_format *format;
	unsigned int i, j, contexts = 0;

	while (test_context_at(contexts))
		contexts++;
	test_say("KTAP version 1\n1..%u\n",
		 trueno_format_count() * (contexts + 2));
	for (i = 0; (format = trueno_format_at(i)); i++) {
		for (j = 0; (context = test_context_at(j)); j++)
			run_case(format, context, "pages in context ",
				 case_context);
		run_case(format, task, "no section over a page in context ",
			 case_length_limit);
		run_case(format, task, "the longest section in context ",
			 case_longest_section);
	}
}

int test_sections(void)
{
	int err = -ENOMEM;

	plain = vmalloc(PLAIN_MAX);
	packed = vmalloc(PACKED_MAX);
	unpacked = vmalloc(PLAIN_MAX);
	workmem = vmalloc(TRUENO_WORKMEM_MAX);
	if (plain && packed && unpacked && workmem) {
		run_cases();
		err = 0;
	}
	vfree(plain);
	vfree(packed);
	vfree(unpacked);
	vfree(workmem);
	return err;
}
