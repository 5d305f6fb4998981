// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The self-test: see <trueno/selftest.h>. Every buffer the codec sees lies
 * between guard bytes and at a changing alignment; content that fits a page is
 * made by a generator, so that no test data needs to be stored.
 */
#include <trueno/page.h>
#include <trueno/selftest.h>

#include "selftest_vectors.h"

#define PLAIN_MAX TRUENO_PAGE_SIZE
/* No format may need more room than this for a page. */
#define PACKED_MAX (2 * TRUENO_PAGE_SIZE)
#define GUARD_SIZE 64
#define GUARD_BYTE 0xa5
#define ALIGNMENTS 16
#define ROOM(size) (GUARD_SIZE + ALIGNMENTS + (size) + GUARD_SIZE)

struct selftest_memory {
	uint8_t plain[PLAIN_MAX];
	/* What the codec under test and the reference produce. */
	uint8_t packed[ROOM(PACKED_MAX)];
	uint8_t packed_by_reference[ROOM(PACKED_MAX)];
	uint8_t unpacked[ROOM(PLAIN_MAX)];
	uint8_t unpacked_by_reference[ROOM(PLAIN_MAX)];
	uint8_t damaged[PACKED_MAX];
	uint8_t workmem[ROOM(TRUENO_WORKMEM_MAX)];
	uint8_t dict[PLAIN_MAX];
	uint64_t prepared[TRUENO_PREPARED_MAX / sizeof(uint64_t)];
};

struct selftest {
	const struct trueno_codec *codec;
	const struct trueno_codec *reference;
	trueno_selftest_run run;
	/* NULL: none. */
	const struct trueno_codec_params *params;
	struct selftest_memory *memory;
	struct trueno_selftest_failure *failure;
	const char *content;
	size_t plain_len;
};

/* A piece of a room that the codec may write. */
struct window {
	uint8_t *start;
	size_t size;
};

static int fail(struct selftest *test, const char *check, int result)
{
	test->failure->check = check;
	test->failure->content = test->content;
	test->failure->length = test->plain_len;
	test->failure->result = result;
	return -EINVAL;
}

static bool same_bytes(const uint8_t *a, const uint8_t *b, size_t len)
{
	return !len || !__builtin_memcmp(a, b, len);
}

static struct window open_window(uint8_t *room, size_t size)
{
	struct window window = {
		.start = room + GUARD_SIZE + size % ALIGNMENTS,
		.size = size,
	};

	__builtin_memset(window.start - GUARD_SIZE, GUARD_BYTE, GUARD_SIZE);
	__builtin_memset(window.start + size, GUARD_BYTE, GUARD_SIZE);
	return window;
}

static bool window_held(const struct window *window)
{
	const uint8_t *before = window->start - GUARD_SIZE;
	const uint8_t *behind = window->start + window->size;
	unsigned int i;

	for (i = 0; i < GUARD_SIZE; i++)
		if (before[i] != GUARD_BYTE || behind[i] != GUARD_BYTE)
			return false;
	return true;
}

/*
 * Calls a codec with @room as destination of @dst_len bytes. Returns its
 * result; a byte written outside is -EFAULT, which no codec returns.
 */
static int call(struct selftest *test, const struct trueno_codec *codec,
		enum trueno_direction direction, const uint8_t *src,
		size_t src_len, uint8_t *room, size_t *dst_len)
{
	size_t capacity = *dst_len;
	struct window workmem = open_window(test->memory->workmem,
					    trueno_codec_workmem_size(codec));
	struct window dst = open_window(room, capacity);
	int result;

	result = test->run(codec, test->params, direction, src, src_len,
			   dst.start, dst_len, workmem.start);
	if (!window_held(&dst) || !window_held(&workmem))
		return -EFAULT;
	if (!result && *dst_len > capacity)
		return -EFAULT;
	return result;
}

static const uint8_t *content_of(const uint8_t *room, size_t capacity)
{
	return room + GUARD_SIZE + capacity % ALIGNMENTS;
}

/* Unpacks at exactly the plain length and compares. */
static int check_unpack(struct selftest *test, const char *check,
			const struct trueno_codec *codec,
			const uint8_t *packed, size_t packed_len)
{
	uint8_t *room = test->memory->unpacked;
	size_t len = test->plain_len;
	int result;

	result = call(test, codec, TRUENO_DECOMPRESS, packed, packed_len, room,
		      &len);
	if (result)
		return fail(test, check, result);
	if (len != test->plain_len ||
	    !same_bytes(content_of(room, len), test->memory->plain, len))
		return fail(test, check, 0);
	return 0;
}

/* One byte less than the content needs: refused, and nothing written there. */
static int check_short_unpack(struct selftest *test, const uint8_t *packed,
			      size_t packed_len)
{
	size_t len = test->plain_len - 1;
	int result;

	if (!test->plain_len)
		return 0;
	result = call(test, test->codec, TRUENO_DECOMPRESS, packed, packed_len,
		      test->memory->unpacked, &len);
	if (result != -ENOSPC)
		return fail(test, "decompression into one byte too few",
			    result);
	return 0;
}

static int check_tight_pack(struct selftest *test, size_t packed_len)
{
	uint8_t *room = test->memory->packed_by_reference;
	size_t len = packed_len;
	int result;

	result = call(test, test->codec, TRUENO_COMPRESS, test->memory->plain,
		      test->plain_len, room, &len);
	if (result)
		return fail(test, "compression into exactly enough bytes",
			    result);
	if (!packed_len)
		return 0;
	len = packed_len - 1;
	result = call(test, test->codec, TRUENO_COMPRESS, test->memory->plain,
		      test->plain_len, room, &len);
	if (!result)
		return check_unpack(test, "compression into one byte too few",
				    test->reference,
				    content_of(room, packed_len - 1), len);
	if (result != -ENOSPC)
		return fail(test, "compression into one byte too few", result);
	return 0;
}

/* Both must accept the stream and give the same bytes, or both refuse it. */
static int check_agreement(struct selftest *test, const uint8_t *stream,
			   size_t stream_len)
{
	struct selftest_memory *memory = test->memory;
	size_t len = PLAIN_MAX, reference_len = PLAIN_MAX;
	int result, reference_result;

	reference_result = call(test, test->reference, TRUENO_DECOMPRESS,
				stream, stream_len,
				memory->unpacked_by_reference, &reference_len);
	result = call(test, test->codec, TRUENO_DECOMPRESS, stream, stream_len,
		      memory->unpacked, &len);
	if (result && result != -EINVAL && result != -ENOSPC)
		return fail(test, "decompression of a damaged stream", result);
	if (!result != !reference_result)
		return fail(test, "verdict on a damaged stream", result);
	if (!result &&
	    (len != reference_len ||
	     !same_bytes(content_of(memory->unpacked, PLAIN_MAX),
			 content_of(memory->unpacked_by_reference, PLAIN_MAX),
			 len)))
		return fail(test, "bytes of a damaged stream", 0);
	return 0;
}

/* Cuts the stream short and flips bits all over it, a few of each. */
static int check_damage(struct selftest *test, const uint8_t *packed,
			size_t packed_len)
{
	uint8_t *damaged = test->memory->damaged;
	size_t step = packed_len / 8 + 1;
	size_t position;
	int err;

	for (position = 0; position < packed_len; position += step) {
		err = check_agreement(test, packed, position);
		if (err)
			return err;
		__builtin_memcpy(damaged, packed, packed_len);
		damaged[position] ^= 0x80 | (position & 0x7f);
		err = check_agreement(test, damaged, packed_len);
		if (err)
			return err;
	}
	return 0;
}

static int check_content(struct selftest *test, bool damage)
{
	struct selftest_memory *memory = test->memory;
	size_t capacity = trueno_codec_bound(test->codec, test->plain_len);
	const uint8_t *packed, *packed_by_reference;
	size_t packed_len, reference_len;
	int result, err;

	if (!capacity || capacity > PACKED_MAX)
		return fail(test, "bound", 0);
	packed_len = capacity;
	result = call(test, test->codec, TRUENO_COMPRESS, memory->plain,
		      test->plain_len, memory->packed, &packed_len);
	if (result)
		return fail(test, "compression", result);
	packed = content_of(memory->packed, capacity);

	reference_len = capacity;
	result = call(test, test->reference, TRUENO_COMPRESS, memory->plain,
		      test->plain_len, memory->packed_by_reference,
		      &reference_len);
	if (result)
		return fail(test, "compression by the reference", result);
	packed_by_reference = content_of(memory->packed_by_reference, capacity);

	err = check_unpack(test, "decompression by the reference",
			   test->reference, packed, packed_len);
	if (!err)
		err = check_unpack(test, "round trip", test->codec, packed,
				   packed_len);
	if (!err)
		err = check_unpack(test, "decompression of the reference's stream",
				   test->codec, packed_by_reference,
				   reference_len);
	if (!err)
		err = check_short_unpack(test, packed, packed_len);
	if (!err && damage)
		err = check_damage(test, packed, packed_len);
	/* Last, because it overwrites what the reference packed. */
	if (!err)
		err = check_tight_pack(test, packed_len);
	return err;
}

/* --- known answers ------------------------------------------------------ */

/* True for the format itself and for its profiles, "FORMAT-...". */
static bool applies_to(const struct vector *vector, const char *format_name)
{
	const char *name = vector->format_name;

	while (*name && *name == *format_name) {
		name++;
		format_name++;
	}
	return !*name && (!*format_name || *format_name == '-');
}

static int check_refusal(struct selftest *test, const struct vector *vector)
{
	size_t len = PLAIN_MAX;
	int result;

	test->plain_len = vector->stream_len;
	result = call(test, test->codec, TRUENO_DECOMPRESS, vector->stream,
		      vector->stream_len, test->memory->unpacked, &len);
	if (result != -EINVAL)
		return fail(test, "refusal of an invalid stream", result);
	return 0;
}

static int check_vector(struct selftest *test, const struct vector *vector)
{
	uint8_t *plain = test->memory->plain;
	int i;

	test->content = "known answer";
	if (vector->repeat < 0)
		return check_refusal(test, vector);
	for (i = 0; i < vector->repeat; i++)
		__builtin_memcpy(plain + i * vector->unit_len, vector->unit,
				 vector->unit_len);
	test->plain_len = (size_t)vector->repeat * vector->unit_len;
	return check_unpack(test, "known answer", test->codec, vector->stream,
			    vector->stream_len);
}

static int check_vectors(struct selftest *test)
{
	const char *format_name = trueno_codec_format_name(test->codec);
	const struct vector *vector;
	int err = 0;

	for (vector = vectors; !err && vector->format_name; vector++)
		if (applies_to(vector, format_name))
			err = check_vector(test, vector);
	return err;
}

/* --- contents ----------------------------------------------------------- */

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 16;
}

static void fill_zero(uint8_t *plain, uint32_t *random)
{
	__builtin_memset(plain, 0, PLAIN_MAX);
}

static void fill_random(uint8_t *plain, uint32_t *random)
{
	unsigned int i;

	for (i = 0; i < PLAIN_MAX; i++)
		plain[i] = next_random(random);
}

/* Few letters, so that short matches at many distances abound. */
static void fill_text(uint8_t *plain, uint32_t *random)
{
	unsigned int i;

	for (i = 0; i < PLAIN_MAX; i++)
		plain[i] = " etaoin"[next_random(random) % 7];
}

/* Heap-like: zero words, small numbers, pointers into one region. */
static void fill_words(uint8_t *plain, uint32_t *random)
{
	unsigned int i;

	for (i = 0; i < PLAIN_MAX; i += sizeof(uint64_t)) {
		uint64_t word = 0;
		uint32_t kind = next_random(random) % 4;

		if (kind == 1)
			word = next_random(random) % 100;
		else if (kind > 1)
			word = 0x00007f3a5c000000ull +
			       next_random(random) % 1024 * 16;
		__builtin_memcpy(plain + i, &word, sizeof(word));
	}
}

/* Runs of every period from 1 to 70: overlapping copies of all widths. */
static void fill_periods(uint8_t *plain, uint32_t *random)
{
	unsigned int i, period = 1, left = 0;

	for (i = 0; i < PLAIN_MAX; i++) {
		if (!left) {
			period = period % 70 + 1;
			left = 2 * period + 24;
		}
		left--;
		plain[i] = i < period || left >= period + 24 ?
			   next_random(random) : plain[i - period];
	}
}

/* Literal stretches and matches of lengths around every extension byte. */
static void fill_lengths(uint8_t *plain, uint32_t *random)
{
	unsigned int i = 0, length = 1;

	while (i < PLAIN_MAX) {
		unsigned int n = length % 300, from = i / 2;

		for (; n && i < PLAIN_MAX; n--)
			plain[i++] = next_random(random);
		for (n = length; n && i < PLAIN_MAX; n--)
			plain[i++] = plain[from++];
		length = length * 3 / 2 + 1;
		if (length > 600)
			length = 1;
	}
}

/* Below 64, small numbers more often than large ones. */
static uint32_t next_skewed(uint32_t *random)
{
	uint32_t a = next_random(random) % 64;
	uint32_t b = next_random(random) % 64;

	return a < b ? a : b;
}

/* Numbers that hardly repeat, of bytes that are worth a code of any width. */
static void fill_numbers(uint8_t *plain, uint32_t *random)
{
	unsigned int i;

	for (i = 0; i < PLAIN_MAX; i++)
		plain[i] = i % 8 < 3 ? next_skewed(random) : 0;
}

/* The same, of bytes alone. */
static void fill_letters(uint8_t *plain, uint32_t *random)
{
	unsigned int i;

	for (i = 0; i < PLAIN_MAX; i++)
		plain[i] = 'A' - 1 + next_skewed(random);
}

struct content {
	const char *name;
	void (*fill)(uint8_t *plain, uint32_t *random);
};

static const struct content contents[] = {
	{ "zero", fill_zero },
	{ "random", fill_random },
	{ "text", fill_text },
	{ "words", fill_words },
	{ "periods", fill_periods },
	{ "lengths", fill_lengths },
	{ "numbers", fill_numbers },
	{ "letters", fill_letters },
	{}
};

/* Around zero, vector widths, the end rules of formats, and the full page. */
static const uint16_t quick_lengths[] = {
	0, 1, 2, 4, 5, 8, 12, 13, 14, 17, 31, 33, 65, 129, 257, 1000,
	PLAIN_MAX - 1, PLAIN_MAX,
};

static int check_quick_lengths(struct selftest *test)
{
	unsigned int i = 0;
	int err;

	do {
		test->plain_len = quick_lengths[i];
		err = check_content(test, i % 4 == 1);
	} while (!err && quick_lengths[i++] != PLAIN_MAX);
	return err;
}

static int check_every_length(struct selftest *test)
{
	int err = 0;

	for (test->plain_len = 0; !err && test->plain_len <= PLAIN_MAX;
	     test->plain_len++)
		err = check_content(test, true);
	return err;
}

/* A few lengths of every content, as @params say. */
static int check_params(struct selftest *test,
			struct trueno_codec_params *params)
{
	static const uint16_t lengths[] = { 13, 257, PLAIN_MAX };
	const struct content *content;
	uint32_t random = 1;
	unsigned int i;
	int err = 0;

	if (trueno_codec_prepared_size(test->codec, params) >
	    TRUENO_PREPARED_MAX)
		return fail(test, "size of what is prepared", 0);
	err = trueno_codec_prepare(test->codec, params, test->memory->prepared);
	if (err)
		return fail(test, "level or dictionary", err);
	test->params = params;
	for (content = contents; !err && content->name; content++) {
		test->content = content->name;
		content->fill(test->memory->plain, &random);
		for (i = 0; !err && i < sizeof(lengths) / sizeof(lengths[0]);
		     i++) {
			test->plain_len = lengths[i];
			err = check_content(test, i == 1);
		}
	}
	test->params = NULL;
	return err;
}

static int check_level(struct selftest *test, int level)
{
	struct trueno_codec_params params = { .level = level };

	test->content = "levels";
	return check_params(test, &params);
}

/* The dictionary is the content of words, so that some of it comes up. */
static int check_dict(struct selftest *test)
{
	struct trueno_codec_params params = {
		.level = TRUENO_LEVEL_DEFAULT,
		.dict = test->memory->dict,
		.dict_len = PLAIN_MAX,
	};
	uint32_t random = 2;

	if (!trueno_codec_takes_dict(test->codec))
		return 0;
	test->content = "dictionary";
	fill_words(test->memory->dict, &random);
	return check_params(test, &params);
}

size_t trueno_selftest_memory_size(void)
{
	return sizeof(struct selftest_memory);
}

unsigned int trueno_selftest_vector_count(const char *format_name)
{
	const struct vector *vector;
	unsigned int count = 0;

	for (vector = vectors; vector->format_name; vector++)
		count += applies_to(vector, format_name);
	return count;
}

int trueno_selftest(const struct trueno_codec *codec,
		    const struct trueno_codec *reference, unsigned int level,
		    trueno_selftest_run run, void *memory,
		    struct trueno_selftest_failure *failure)
{
	struct selftest test = {
		.codec = codec,
		.reference = reference,
		.run = run,
		.memory = memory,
		.failure = failure,
	};
	const struct trueno_level_range levels = trueno_codec_levels(codec);
	const struct content *content;
	uint32_t random = 1;
	int err;

	err = check_vectors(&test);
	for (content = contents; !err && content->name; content++) {
		test.content = content->name;
		content->fill(test.memory->plain, &random);
		if (level >= TRUENO_SELFTEST_THOROUGH)
			err = check_every_length(&test);
		else
			err = check_quick_lengths(&test);
	}
	if (!err)
		err = check_level(&test, levels.min);
	if (!err && levels.max != levels.min)
		err = check_level(&test, levels.max);
	if (!err)
		err = check_dict(&test);
	return err;
}
