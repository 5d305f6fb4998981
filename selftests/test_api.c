// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Drives one algorithm through the crypto API from inside the kernel: what
 * userspace cannot reach, that is odd lengths, damaged input and small
 * destinations.
 */
#include <crypto/acompress.h>
#include <linux/bitops.h>
#include <linux/crypto.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "trueno_test.h"

#define PLAIN_MAX 65536
#define PACKED_MAX (2 * PLAIN_MAX)
#define GUARD_BYTE 0x5c
#define GUARD_SIZE 64

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

static unsigned int case_count;
static u8 *plain, *packed, *unpacked;

struct call {
	const struct face *face;
	void *handle;
	struct request request;
};

static void run_call(void *argument)
{
	struct call *call = argument;

	call->face->run(call->handle, &call->request);
}

static int run(const struct face *face, void *handle, enum direction direction,
	       const void *src, unsigned int src_len, void *dst,
	       unsigned int *dst_len)
{
	struct call call = {
		.face = face,
		.handle = handle,
		.request = {
			.direction = direction,
			.src = src,
			.src_len = src_len,
			.dst = dst,
			.dst_len = *dst_len,
		},
	};
	int err;

	err = test_run_in(test_context, run_call, &call);
	if (err)
		return err;
	*dst_len = call.request.dst_len;
	return call.request.result;
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

/*
 * Text, words and few symbols in turn, so that every kind of sequence appears;
 * and contents that make every kind of block and of literals.
 */
enum content { MIXED, ZEROS, NOISE, LETTERS, RECORDS, CONTENT_COUNT };

static u8 mixed_byte(unsigned int i, u32 noise)
{
	switch (i / 96 % 3) {
	case 0:
		return "kernel zram page "[i % 17];
	case 1:
		return i % 8 < 5 ? 0 : noise >> 24;
	default:
		return noise >> 29;
	}
}

static u8 content_byte(enum content content, unsigned int i, u32 noise)
{
	switch (content) {
	case ZEROS:
		return 0;
	case NOISE:
		return noise >> 24;
	case LETTERS:
		/* Some much commoner than others, and hardly a match. */
		return "zqkbeaxjv"[hweight8(noise >> 24)];
	case RECORDS:
		return i % 24 < 3 ? noise >> 24 : "record of a page's words"[i % 24];
	default:
		return mixed_byte(i, noise);
	}
}

static void fill_plain(enum content content)
{
	u32 state = 7;
	unsigned int i;

	for (i = 0; i < PLAIN_MAX; i++) {
		state = state * 1664525 + 1013904223;
		plain[i] = content_byte(content, i, state);
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
		return test_complain("compressing %u bytes: %d", len, err);
	memset(unpacked, GUARD_BYTE, len + GUARD_SIZE);
	err = run(face, unpacker, DECOMPRESS, packed, packed_len, unpacked,
		  &unpacked_len);
	if (err)
		return test_complain("decompressing %u bytes: %d", len, err);
	if (unpacked_len != len || memcmp(plain, unpacked, len))
		return test_complain("%u bytes came back different", len);
	if (memchr_inv(unpacked + len, GUARD_BYTE, GUARD_SIZE))
		return test_complain("%u bytes: written behind the end", len);
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
		return test_complain("compressing a page: %d", err);
	for (len = 1; len < PAGE_SIZE; len += 511) {
		unsigned int small = len;

		memset(unpacked, GUARD_BYTE, PAGE_SIZE + GUARD_SIZE);
		err = run(face, handle, DECOMPRESS, packed, packed_len,
			  unpacked, &small);
		if (!err)
			return test_complain("a page fit into %u bytes", len);
		if (memchr_inv(unpacked + len, GUARD_BYTE, GUARD_SIZE))
			return test_complain("written behind %u bytes", len);
	}
	/* A page may have grown. */
	len = packed_len - 1;
	memset(unpacked, GUARD_BYTE, packed_len + GUARD_SIZE);
	err = run(face, handle, COMPRESS, plain, PAGE_SIZE, unpacked, &len);
	if (!err && len >= packed_len)
		return test_complain("compressed length exceeds its room");
	if (memchr_inv(unpacked + packed_len - 1, GUARD_BYTE, GUARD_SIZE))
		return test_complain("compression wrote behind its room");
	return 0;
}

/*
 * Damaged streams: an error or some bytes, but nothing outside; an LZ4 block
 * that can not be valid, a match before the start of the output, is an error.
 * What a decoder does with its input does not depend on the context: elsewhere
 * than in a task a sample of the bytes will do.
 */
static int case_damage(const struct face *face, void *handle)
{
	static const u8 match_before_start[] = {
		0x10, 'a', 0xff, 0x7f, 0x50, 'a', 'a', 'a', 'a', 'a',
	};
	unsigned int step = test_context == test_context_at(0) ? 1 : 13;
	unsigned int packed_len = PACKED_MAX, len, i;
	u8 original;
	int err;

	if (strstarts(test_algorithm, "trueno-lz4")) {
		memcpy(packed, match_before_start, sizeof(match_before_start));
		len = PAGE_SIZE;
		err = run(face, handle, DECOMPRESS, packed,
			  sizeof(match_before_start), unpacked, &len);
		if (!err)
			return test_complain("a match before the start was accepted");
	}

	err = run(face, handle, COMPRESS, plain, PAGE_SIZE, packed,
		  &packed_len);
	if (err)
		return test_complain("compressing a page: %d", err);
	for (i = 0; i < packed_len; i += step) {
		original = packed[i];
		packed[i] ^= 0xff;
		memset(unpacked + PAGE_SIZE, GUARD_BYTE, GUARD_SIZE);
		len = PAGE_SIZE;
		err = run(face, handle, DECOMPRESS, packed, packed_len,
			  unpacked, &len);
		packed[i] = original;
		if (!err && len > PAGE_SIZE)
			return test_complain("byte %u flipped: length %u", i, len);
		if (memchr_inv(unpacked + PAGE_SIZE, GUARD_BYTE, GUARD_SIZE))
			return test_complain("byte %u flipped: written behind", i);
	}
	return round_trip(face, handle, handle, PAGE_SIZE);
}

/* Each reads what the other writes. */
static int case_peer(const struct face *face, void *handle)
{
	void *other = face->open(test_peer);
	enum content content;
	unsigned int i;
	int err = 0;

	if (IS_ERR(other))
		return test_complain("%s: %ld", test_peer, PTR_ERR(other));
	for (content = MIXED; !err && content < CONTENT_COUNT; content++) {
		fill_plain(content);
		for (i = 0; !err && i < ARRAY_SIZE(lengths); i++) {
			err = round_trip(face, handle, other, lengths[i]);
			if (!err)
				err = round_trip(face, other, handle,
						 lengths[i]);
		}
		if (err)
			test_complain("with content %d", content);
	}
	fill_plain(MIXED);
	face->close(other);
	return err;
}

static void run_case(const struct face *face, const char *name,
		     int (*test)(const struct face *face, void *handle))
{
	void *handle;
	int err;

	case_count++;
	if (test_context->interrupts_off && !strcmp(face->name, "acomp")) {
		test_say("ok %u %s %s # SKIP acomp is not for interrupts\n",
			 case_count, face->name, name);
		return;
	}
	handle = face->open(test_algorithm);
	if (IS_ERR(handle)) {
		err = test_complain("%s: %ld", test_algorithm, PTR_ERR(handle));
	} else {
		err = test(face, handle);
		face->close(handle);
	}
	test_say("%s %u %s %s\n", err ? "not ok" : "ok", case_count,
		 face->name, name);
}

static void run_cases(void)
{
	bool interoperate = strcmp(test_peer, "none");
	unsigned int i;

	test_say("KTAP version 1\n1..%zu\n",
		 ARRAY_SIZE(faces) * (interoperate ? 4 : 3));
	for (i = 0; i < ARRAY_SIZE(faces); i++) {
		run_case(&faces[i], "round trip of every length", case_lengths);
		run_case(&faces[i], "small destination",
			 case_small_destination);
		run_case(&faces[i], "damaged input", case_damage);
		if (interoperate)
			run_case(&faces[i], "interoperation with the peer",
				 case_peer);
	}
}

int test_api(void)
{
	int err = -ENOMEM;

	/* Not vmalloc(): a scatterlist entry is contiguous. */
	plain = kmalloc(PLAIN_MAX, GFP_KERNEL);
	packed = kmalloc(PACKED_MAX + GUARD_SIZE, GFP_KERNEL);
	unpacked = kmalloc(PACKED_MAX + GUARD_SIZE, GFP_KERNEL);
	if (plain && packed && unpacked) {
		fill_plain(MIXED);
		run_cases();
		err = 0;
	}
	kfree(plain);
	kfree(packed);
	kfree(unpacked);
	return err;
}
