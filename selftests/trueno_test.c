// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Drives one algorithm through the crypto API from inside the kernel, in a
 * context of choice: what userspace cannot reach, that is odd lengths, damaged
 * input, small destinations, and callers that may not use SIMD. The verdict is
 * read as KTAP from debugfs trueno_test/results.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <crypto/acompress.h>
#include <linux/completion.h>
#include <linux/crypto.h>
#include <linux/debugfs.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#ifdef CONFIG_X86
#include <asm/fpu/api.h>
#endif

#define PLAIN_MAX 65536
#define PACKED_MAX (2 * PLAIN_MAX)
#define REPORT_SIZE 8192
#define GUARD_BYTE 0x5c
#define GUARD_SIZE 64

static char *algorithm = "trueno-lz4";
module_param(algorithm, charp, 0444);
MODULE_PARM_DESC(algorithm, "the algorithm to test");

static char *peer = "lz4";
module_param(peer, charp, 0444);
MODULE_PARM_DESC(peer, "an algorithm of the same format; none: skip interoperation");

static char *context = "task";
module_param(context, charp, 0444);
MODULE_PARM_DESC(context, "where to call it: task, fpu (inside another FPU section), bh, softirq, irqoff, hardirq");

enum direction { COMPRESS, DECOMPRESS };

struct request {
	enum direction direction;
	const void *src;
	unsigned int src_len;
	void *dst;
	unsigned int dst_len;
	int result;
};

/* One of the crypto API's two faces. */
struct face {
	const char *name;
	/* Called from a process; returns an error pointer on failure. */
	void *(*open)(const char *name);
	void (*close)(void *handle);
	void (*run)(void *handle, struct request *request);
};

static char *report;
static size_t report_len;
static unsigned int case_count;
static struct dentry *debugfs_dir;

static u8 *plain, *packed, *unpacked;

/* --- contexts ----------------------------------------------------------- */

struct call {
	const struct face *face;
	void *handle;
	struct request *request;
	struct tasklet_struct tasklet;
	struct irq_work irq_work;
	struct completion done;
};

static void run_call(struct call *call)
{
	call->face->run(call->handle, call->request);
}

static void run_in_task(struct call *call)
{
	run_call(call);
}

#ifdef CONFIG_X86
static void run_in_fpu(struct call *call)
{
	kernel_fpu_begin();
	run_call(call);
	kernel_fpu_end();
}
#endif

static void run_in_bh(struct call *call)
{
	local_bh_disable();
	run_call(call);
	local_bh_enable();
}

static void run_in_irqoff(struct call *call)
{
	unsigned long flags;

	local_irq_save(flags);
	run_call(call);
	local_irq_restore(flags);
}

static void tasklet_callback(struct tasklet_struct *tasklet)
{
	struct call *call = container_of(tasklet, struct call, tasklet);

	run_call(call);
	complete(&call->done);
}

static void run_in_softirq(struct call *call)
{
	init_completion(&call->done);
	tasklet_setup(&call->tasklet, tasklet_callback);
	tasklet_schedule(&call->tasklet);
	wait_for_completion(&call->done);
	tasklet_kill(&call->tasklet);
}

static void irq_work_callback(struct irq_work *work)
{
	struct call *call = container_of(work, struct call, irq_work);

	run_call(call);
	complete(&call->done);
}

static void run_in_hardirq(struct call *call)
{
	init_completion(&call->done);
	call->irq_work = IRQ_WORK_INIT_HARD(irq_work_callback);
	irq_work_queue(&call->irq_work);
	wait_for_completion(&call->done);
	irq_work_sync(&call->irq_work);
}

struct context {
	const char *name;
	void (*run)(struct call *call);
	/* acomp takes spin locks that interrupts must not. */
	bool interrupts_off;
};

static const struct context contexts[] = {
	{ "task", run_in_task },
#ifdef CONFIG_X86
	{ "fpu", run_in_fpu },
#endif
	{ "bh", run_in_bh },
	{ "softirq", run_in_softirq },
	{ "irqoff", run_in_irqoff, true },
	{ "hardirq", run_in_hardirq, true },
};

static const struct context *chosen_context;

static int run(const struct face *face, void *handle, enum direction direction,
	       const void *src, unsigned int src_len, void *dst,
	       unsigned int *dst_len)
{
	struct request request = {
		.direction = direction,
		.src = src,
		.src_len = src_len,
		.dst = dst,
		.dst_len = *dst_len,
	};
	struct call call = {
		.face = face,
		.handle = handle,
		.request = &request,
	};

	chosen_context->run(&call);
	*dst_len = request.dst_len;
	return request.result;
}

/* --- the two faces ------------------------------------------------------ */

#ifdef CRYPTO_ALG_TYPE_COMPRESS
static void *comp_open(const char *name)
{
	return crypto_alloc_comp(name, 0, 0);
}

static void comp_close(void *handle)
{
	crypto_free_comp(handle);
}

static void comp_run(void *handle, struct request *request)
{
	if (request->direction == COMPRESS)
		request->result = crypto_comp_compress(handle, request->src,
						       request->src_len,
						       request->dst,
						       &request->dst_len);
	else
		request->result = crypto_comp_decompress(handle, request->src,
							 request->src_len,
							 request->dst,
							 &request->dst_len);
}
#endif

struct acomp_handle {
	struct crypto_acomp *tfm;
	struct acomp_req *req;
	struct scatterlist src;
	struct scatterlist dst;
};

static void acomp_close(void *handle)
{
	struct acomp_handle *acomp = handle;

	if (acomp->req)
		acomp_request_free(acomp->req);
	crypto_free_acomp(acomp->tfm);
	kfree(acomp);
}

static void *acomp_open(const char *name)
{
	struct acomp_handle *acomp = kzalloc(sizeof(*acomp), GFP_KERNEL);
	int err;

	if (!acomp)
		return ERR_PTR(-ENOMEM);
	acomp->tfm = crypto_alloc_acomp(name, 0, CRYPTO_ALG_ASYNC);
	if (IS_ERR(acomp->tfm)) {
		err = PTR_ERR(acomp->tfm);
		kfree(acomp);
		return ERR_PTR(err);
	}
	acomp->req = acomp_request_alloc(acomp->tfm);
	if (!acomp->req) {
		acomp_close(acomp);
		return ERR_PTR(-ENOMEM);
	}
	acomp_request_set_callback(acomp->req, 0, NULL, NULL);
	return acomp;
}

static void acomp_run(void *handle, struct request *request)
{
	struct acomp_handle *acomp = handle;

	/*
	 * One entry each: from Linux 6.15 scomp takes no longer list for its
	 * output, and gathers longer input in a scratch page without a check.
	 */
	sg_init_one(&acomp->src, request->src, request->src_len);
	sg_init_one(&acomp->dst, request->dst, request->dst_len);
	acomp_request_set_params(acomp->req, &acomp->src, &acomp->dst,
				 request->src_len, request->dst_len);
	if (request->direction == COMPRESS)
		request->result = crypto_acomp_compress(acomp->req);
	else
		request->result = crypto_acomp_decompress(acomp->req);
	request->dst_len = acomp->req->dlen;
}

static const struct face faces[] = {
#ifdef CRYPTO_ALG_TYPE_COMPRESS
	{ "comp", comp_open, comp_close, comp_run },
#endif
	{ "acomp", acomp_open, acomp_close, acomp_run },
};

/* --- cases -------------------------------------------------------------- */

__printf(1, 2) static void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report_len += vscnprintf(report + report_len, REPORT_SIZE - report_len,
				 format, args);
	va_end(args);
}

__printf(1, 2) static int complain(const char *format, ...)
{
	va_list args;

	say("# ");
	va_start(args, format);
	report_len += vscnprintf(report + report_len, REPORT_SIZE - report_len,
				 format, args);
	va_end(args);
	say("\n");
	return -EINVAL;
}

/* Words, runs and noise, so that every kind of sequence appears. */
static void fill_plain(void)
{
	u32 state = 7;
	unsigned int i;

	for (i = 0; i < PLAIN_MAX; i++) {
		state = state * 1664525 + 1013904223;
		switch (i / 96 % 3) {
		case 0:
			plain[i] = "kernel zram page "[i % 17];
			break;
		case 1:
			plain[i] = i % 8 < 5 ? 0 : state >> 24;
			break;
		default:
			plain[i] = state >> 29;
		}
	}
}

/* 4096 is what zram and zswap send; the rest is what nobody expects. */
static const unsigned int lengths[] = {
	1, 2, 3, 5, 7, 11, 12, 13, 14, 15, 31, 33, 63, 100, 255, 256, 257, 999,
	2047, 4095, 4096, 4097, 5000, 8191, 16384, 40001, 65536,
};

static int round_trip(const struct face *face, void *packer, void *unpacker,
		      unsigned int len)
{
	unsigned int packed_len = PACKED_MAX, unpacked_len = len;
	int err;

	err = run(face, packer, COMPRESS, plain, len, packed, &packed_len);
	if (err)
		return complain("compressing %u bytes: %d", len, err);
	memset(unpacked, GUARD_BYTE, len + GUARD_SIZE);
	err = run(face, unpacker, DECOMPRESS, packed, packed_len, unpacked,
		  &unpacked_len);
	if (err)
		return complain("decompressing %u bytes: %d", len, err);
	if (unpacked_len != len || memcmp(plain, unpacked, len))
		return complain("%u bytes came back different", len);
	if (memchr_inv(unpacked + len, GUARD_BYTE, GUARD_SIZE))
		return complain("%u bytes: written behind the end", len);
	return 0;
}

static int case_lengths(const struct face *face, void *handle)
{
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < ARRAY_SIZE(lengths); i++)
		err = round_trip(face, handle, handle, lengths[i]);
	return err;
}

/* A destination that is too small: refused, and nothing behind it touched. */
static int case_small_destination(const struct face *face, void *handle)
{
	unsigned int packed_len = PACKED_MAX, len;
	int err;

	err = run(face, handle, COMPRESS, plain, PAGE_SIZE, packed,
		  &packed_len);
	if (err)
		return complain("compressing a page: %d", err);
	for (len = 1; len < PAGE_SIZE; len += 511) {
		unsigned int small = len;

		memset(unpacked, GUARD_BYTE, PAGE_SIZE + GUARD_SIZE);
		err = run(face, handle, DECOMPRESS, packed, packed_len,
			  unpacked, &small);
		if (!err)
			return complain("a page fit into %u bytes", len);
		if (memchr_inv(unpacked + len, GUARD_BYTE, GUARD_SIZE))
			return complain("written behind %u bytes", len);
	}
	len = packed_len - 1;
	memset(unpacked, GUARD_BYTE, PAGE_SIZE + GUARD_SIZE);
	err = run(face, handle, COMPRESS, plain, PAGE_SIZE, unpacked, &len);
	if (!err && len >= packed_len)
		return complain("compressed length exceeds its room");
	if (memchr_inv(unpacked + packed_len - 1, GUARD_BYTE, GUARD_SIZE))
		return complain("compression wrote behind its room");
	return 0;
}

/*
 * Damaged streams: an error or some bytes, but nothing outside; one that can
 * not be valid, a match before the start of the output, is an error.
 */
static int case_damage(const struct face *face, void *handle)
{
	static const u8 match_before_start[] = {
		0x10, 'a', 0xff, 0x7f, 0x50, 'a', 'a', 'a', 'a', 'a',
	};
	unsigned int packed_len = PACKED_MAX, len, i;
	u8 original;
	int err;

	memcpy(packed, match_before_start, sizeof(match_before_start));
	len = PAGE_SIZE;
	err = run(face, handle, DECOMPRESS, packed, sizeof(match_before_start),
		  unpacked, &len);
	if (!err)
		return complain("a match before the start was accepted");

	err = run(face, handle, COMPRESS, plain, PAGE_SIZE, packed,
		  &packed_len);
	if (err)
		return complain("compressing a page: %d", err);
	for (i = 0; i < packed_len; i++) {
		original = packed[i];
		packed[i] ^= 0xff;
		memset(unpacked + PAGE_SIZE, GUARD_BYTE, GUARD_SIZE);
		len = PAGE_SIZE;
		err = run(face, handle, DECOMPRESS, packed, packed_len,
			  unpacked, &len);
		packed[i] = original;
		if (!err && len > PAGE_SIZE)
			return complain("byte %u flipped: length %u", i, len);
		if (memchr_inv(unpacked + PAGE_SIZE, GUARD_BYTE, GUARD_SIZE))
			return complain("byte %u flipped: written behind", i);
	}
	return round_trip(face, handle, handle, PAGE_SIZE);
}

static int case_peer(const struct face *face, void *handle)
{
	void *other = face->open(peer);
	unsigned int i;
	int err = 0;

	if (IS_ERR(other))
		return complain("%s: %ld", peer, PTR_ERR(other));
	for (i = 0; !err && i < ARRAY_SIZE(lengths); i++) {
		err = round_trip(face, handle, other, lengths[i]);
		if (!err)
			err = round_trip(face, other, handle, lengths[i]);
	}
	face->close(other);
	return err;
}

static void run_case(const struct face *face, const char *name,
		     int (*test)(const struct face *face, void *handle))
{
	void *handle;
	int err;

	case_count++;
	if (chosen_context->interrupts_off && !strcmp(face->name, "acomp")) {
		say("ok %u %s %s # SKIP acomp is not for interrupts\n",
		    case_count, face->name, name);
		return;
	}
	handle = face->open(algorithm);
	if (IS_ERR(handle)) {
		err = complain("%s: %ld", algorithm, PTR_ERR(handle));
	} else {
		err = test(face, handle);
		face->close(handle);
	}
	say("%s %u %s %s\n", err ? "not ok" : "ok", case_count, face->name,
	    name);
}

static void run_cases(void)
{
	bool interoperate = strcmp(peer, "none");
	unsigned int i;

	say("KTAP version 1\n1..%zu\n",
	    ARRAY_SIZE(faces) * (interoperate ? 4 : 3));
	for (i = 0; i < ARRAY_SIZE(faces); i++) {
		run_case(&faces[i], "round trip of every length", case_lengths);
		run_case(&faces[i], "small destination", case_small_destination);
		run_case(&faces[i], "damaged input", case_damage);
		if (interoperate)
			run_case(&faces[i], "interoperation with the peer",
				 case_peer);
	}
}

static int results_show(struct seq_file *file, void *data)
{
	seq_puts(file, report);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(results);

static void free_buffers(void)
{
	kfree(plain);
	kfree(packed);
	kfree(unpacked);
	kfree(report);
}

static int __init trueno_test_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(contexts); i++)
		if (!strcmp(contexts[i].name, context))
			chosen_context = &contexts[i];
	if (!chosen_context) {
		pr_err("no context '%s' on this machine\n", context);
		return -EINVAL;
	}
	/* Not vmalloc(): a scatterlist entry is contiguous. */
	plain = kmalloc(PLAIN_MAX, GFP_KERNEL);
	packed = kmalloc(PACKED_MAX + GUARD_SIZE, GFP_KERNEL);
	unpacked = kmalloc(PACKED_MAX + GUARD_SIZE, GFP_KERNEL);
	report = kzalloc(REPORT_SIZE, GFP_KERNEL);
	if (!plain || !packed || !unpacked || !report) {
		free_buffers();
		return -ENOMEM;
	}
	fill_plain();
	run_cases();
	debugfs_dir = debugfs_create_dir("trueno_test", NULL);
	debugfs_create_file("results", 0400, debugfs_dir, NULL, &results_fops);
	return 0;
}

static void __exit trueno_test_exit(void)
{
	debugfs_remove_recursive(debugfs_dir);
	free_buffers();
}

module_init(trueno_test_init);
module_exit(trueno_test_exit);

MODULE_DESCRIPTION("Test of trueno's codecs through the crypto API");
MODULE_AUTHOR("The trueno authors");
MODULE_LICENSE("Dual BSD/GPL");
