// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Which variant serves a format, and the one path all callers take to it. The
 * codecs come from trueno_codec_at(): a codec added there is served here.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/export.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <trueno/page.h>
#include <trueno/selftest.h>

#include "fpu.h"
#include "trueno.h"

#define ISA_LIST_SIZE 128

static struct trueno_format *formats;
static unsigned int format_count;
static struct trueno_variant *variants;

/* One call of a codec; the same whether in a SIMD section or not. */
struct call {
	const struct trueno_codec_params *params;
	enum trueno_direction direction;
	const void *src;
	size_t src_len;
	void *dst;
	size_t *dst_len;
	void *workmem;
};

static int call_codec(const struct trueno_codec *codec,
		      const struct call *call)
{
	int err;

	if (call->direction == TRUENO_COMPRESS)
		err = trueno_codec_compress_with(codec, call->params,
						 call->src, call->src_len,
						 call->dst, call->dst_len,
						 call->workmem);
	else
		err = trueno_codec_decompress_with(codec, call->params,
						   call->src, call->src_len,
						   call->dst, call->dst_len,
						   call->workmem);
	if (!err)
		trueno_inject_fault(codec, call->direction, call->dst,
				    *call->dst_len);
	return err;
}

static int call_codec_in_section(const struct trueno_codec *codec,
				 const struct call *call)
{
	struct trueno_simd_state state;
	int err;

	trueno_simd_begin(&state);
	err = call_codec(codec, call);
	trueno_simd_end(&state);
	return err;
}

static int run_selftest_call(const struct trueno_codec *codec,
			     const struct trueno_codec_params *params,
			     enum trueno_direction direction, const void *src,
			     size_t src_len, void *dst, size_t *dst_len,
			     void *workmem)
{
	const struct call call = {
		.params = params,
		.direction = direction,
		.src = src,
		.src_len = src_len,
		.dst = dst,
		.dst_len = dst_len,
		.workmem = workmem,
	};

	cond_resched();
	if (!trueno_codec_needs_simd(codec))
		return call_codec(codec, &call);
	if (!trueno_simd_usable())
		return -EOPNOTSUPP;
	return call_codec_in_section(codec, &call);
}

static const struct trueno_codec *
find_reference(const struct trueno_codec *codec)
{
	const char *format_name = trueno_codec_format_name(codec);
	const struct trueno_codec *other;
	unsigned int i;

	for (i = 0; (other = trueno_codec_at(i)); i++)
		if (!strcmp(trueno_codec_format_name(other), format_name) &&
		    !strcmp(trueno_codec_isa_name(other), "reference"))
			return other;
	return NULL;
}

static bool passes_selftest(const struct trueno_codec *codec,
			    unsigned int level, void *memory)
{
	const struct trueno_codec *reference = find_reference(codec);
	struct trueno_selftest_failure failure;

	if (!level)
		return true;
	if (!reference) {
		pr_err("%s dropped: no reference to test it against\n",
		       trueno_codec_name(codec));
		return false;
	}
	if (!trueno_selftest(codec, reference, level, run_selftest_call,
			     memory, &failure))
		return true;
	pr_err("%s dropped: self-test failed: %s of %zu bytes of %s, result %d\n",
	       trueno_codec_name(codec), failure.check, failure.length,
	       failure.content, failure.result);
	return false;
}

static int add_variant(struct trueno_format *format,
		       const struct trueno_codec *codec)
{
	struct trueno_variant *variant;

	variant = &format->variants[format->variant_count];
	variant->counters = alloc_percpu(struct trueno_variant_counters);
	if (!variant->counters)
		return -ENOMEM;
	variant->codec = codec;
	variant->needs_simd = trueno_codec_needs_simd(codec);
	format->variant_count++;
	if (!variant->needs_simd && !format->fallback)
		format->fallback = variant;
	return 0;
}

static struct trueno_format *find_format(const char *name)
{
	unsigned int i;

	for (i = 0; i < format_count; i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	return NULL;
}

/* Codecs of one format follow each other: a new name opens a new format. */
static int collect_variants(unsigned int level)
{
	struct trueno_variant *next = variants;
	const struct trueno_codec *codec;
	struct trueno_format *format;
	void *memory;
	unsigned int i;
	int err = 0;

	memory = kvmalloc(trueno_selftest_memory_size(), GFP_KERNEL);
	if (!memory)
		return -ENOMEM;
	for (i = 0; !err && (codec = trueno_codec_at(i)); i++) {
		format = find_format(trueno_codec_format_name(codec));
		if (!format) {
			format = &formats[format_count++];
			format->name = trueno_codec_format_name(codec);
			format->workmem_size = trueno_codec_workmem_size(codec);
			format->variants = next;
		}
		if (!passes_selftest(codec, level, memory))
			continue;
		err = add_variant(format, codec);
		next++;
	}
	kvfree(memory);
	return err;
}

static void free_format(struct trueno_format *format)
{
	unsigned int i;

	for (i = 0; i < format->variant_count; i++)
		free_percpu(format->variants[i].counters);
}

/*
 * A format needs one variant for the contexts that forbid SIMD; one that has
 * none left is withdrawn as a whole.
 */
static void drop_unusable_formats(void)
{
	unsigned int i, kept = 0;

	for (i = 0; i < format_count; i++) {
		if (formats[i].fallback) {
			formats[kept++] = formats[i];
			continue;
		}
		pr_err("%s is not offered: no variant without SIMD is left\n",
		       formats[i].name);
		free_format(&formats[i]);
	}
	format_count = kept;
}

static struct trueno_variant *find_variant(const struct trueno_format *format,
					   const char *isa)
{
	unsigned int i;

	for (i = 0; i < format->variant_count; i++)
		if (!strcmp(trueno_codec_isa_name(format->variants[i].codec),
			    isa))
			return &format->variants[i];
	return NULL;
}

static bool is_auto(const char *isa)
{
	return !isa || !strcmp(isa, "auto");
}

static bool isa_exists(const char *isa)
{
	unsigned int i;

	for (i = 0; i < format_count; i++)
		if (find_variant(&formats[i], isa))
			return true;
	return false;
}

/* The names that isa= takes now: "auto avx2 scalar reference". */
static void list_isas(char *list, size_t size)
{
	unsigned int i, j, k;

	strscpy(list, "auto", size);
	for (i = 0; i < format_count; i++) {
		for (j = 0; j < formats[i].variant_count; j++) {
			const char *isa;

			isa = trueno_codec_isa_name(formats[i].variants[j].codec);
			for (k = 0; k < i; k++)
				if (find_variant(&formats[k], isa))
					break;
			if (k < i)
				continue;
			strlcat(list, " ", size);
			strlcat(list, isa, size);
		}
	}
}

static int check_isa(const char *parameter, const char *isa)
{
	char list[ISA_LIST_SIZE];

	if (is_auto(isa) || isa_exists(isa))
		return 0;
	list_isas(list, sizeof(list));
	pr_err("%s=%s is not usable on this machine; use one of: %s\n",
	       parameter, isa, list);
	return -EINVAL;
}

/* A format without the wished variant runs its best one. */
static struct trueno_variant *choose_variant(const struct trueno_format *format,
					     const char *isa)
{
	struct trueno_variant *variant = NULL;

	if (!is_auto(isa))
		variant = find_variant(format, isa);
	return variant ? variant : &format->variants[0];
}

static int choose_variants(const struct trueno_choice *choice)
{
	static const char * const parameters[TRUENO_DIRECTIONS] = {
		[TRUENO_COMPRESS] = "isa_compress",
		[TRUENO_DECOMPRESS] = "isa_decompress",
	};
	unsigned int i, direction;
	int err;

	err = check_isa("isa", choice->isa);
	if (err)
		return err;
	for (direction = 0; direction < TRUENO_DIRECTIONS; direction++) {
		const char *isa = choice->isa_for[direction];

		err = check_isa(parameters[direction], isa);
		if (err)
			return err;
		if (is_auto(isa))
			isa = choice->isa;
		for (i = 0; i < format_count; i++)
			formats[i].chosen[direction] =
				choose_variant(&formats[i], isa);
	}
	return 0;
}

int trueno_formats_init(const struct trueno_choice *choice)
{
	unsigned int count = 0;
	int err;

	trueno_mask_cpu_features();
	while (trueno_codec_at(count))
		count++;
	formats = kcalloc(count, sizeof(*formats), GFP_KERNEL);
	variants = kcalloc(count, sizeof(*variants), GFP_KERNEL);
	if (!formats || !variants) {
		err = -ENOMEM;
		goto fail;
	}
	if (!choice->selftest_level)
		pr_warn("self-test skipped on request: selftest=0\n");
	err = collect_variants(choice->selftest_level);
	if (err)
		goto fail;
	drop_unusable_formats();
	if (!format_count) {
		pr_err("no variant passed the self-test, nothing to offer\n");
		err = -ENODEV;
		goto fail;
	}
	err = choose_variants(choice);
	if (err)
		goto fail;
	return 0;

fail:
	trueno_formats_exit();
	return err;
}

void trueno_formats_exit(void)
{
	unsigned int i;

	for (i = 0; i < format_count; i++)
		free_format(&formats[i]);
	kfree(variants);
	kfree(formats);
	variants = NULL;
	formats = NULL;
	format_count = 0;
}

const struct trueno_format *trueno_format_at(unsigned int index)
{
	return index < format_count ? &formats[index] : NULL;
}
EXPORT_SYMBOL_GPL(trueno_format_at);

/* Any variant: what is asked of it is the same for all of a format. */
static const struct trueno_codec *
any_codec(const struct trueno_format *format)
{
	return format->fallback->codec;
}

const struct trueno_format *
trueno_format_at_level(const struct trueno_format *format, int level)
{
	const struct trueno_codec *codec;

	codec = trueno_codec_at_level(any_codec(format), level);
	return codec ? find_format(trueno_codec_format_name(codec)) : NULL;
}
EXPORT_SYMBOL_GPL(trueno_format_at_level);

void trueno_format_levels(const struct trueno_format *format, char *text,
			  size_t size)
{
	const char *stream_format = trueno_codec_stream_format(any_codec(format));
	const char *separator = "";
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < format_count; i++) {
		const struct trueno_codec *codec = any_codec(&formats[i]);
		struct trueno_level_range levels = trueno_codec_levels(codec);

		if (strcmp(trueno_codec_stream_format(codec), stream_format))
			continue;
		len += scnprintf(text + len, size - len, "%s%d", separator,
				 levels.min);
		if (levels.max > levels.min)
			len += scnprintf(text + len, size - len, " to %d",
					 levels.max);
		separator = ", ";
	}
}
EXPORT_SYMBOL_GPL(trueno_format_levels);

size_t trueno_format_prepared_size(const struct trueno_format *format,
				   const struct trueno_codec_params *params)
{
	return trueno_codec_prepared_size(any_codec(format), params);
}
EXPORT_SYMBOL_GPL(trueno_format_prepared_size);

int trueno_format_prepare(const struct trueno_format *format,
			  struct trueno_codec_params *params, void *memory)
{
	return trueno_codec_prepare(any_codec(format), params, memory);
}
EXPORT_SYMBOL_GPL(trueno_format_prepare);

unsigned int trueno_format_count(void)
{
	return format_count;
}
EXPORT_SYMBOL_GPL(trueno_format_count);

size_t trueno_formats_workmem_size(void)
{
	size_t size = 0;
	unsigned int i;

	for (i = 0; i < format_count; i++)
		size = max(size, formats[i].workmem_size);
	return size;
}

int trueno_format_driver_name(const struct trueno_format *format,
			      const char *suffix, char *name, size_t size)
{
	const struct trueno_variant *compress, *decompress;
	const char *separator = "", *second = "";
	int len;

	compress = format->chosen[TRUENO_COMPRESS];
	decompress = format->chosen[TRUENO_DECOMPRESS];
	if (compress != decompress) {
		separator = "+";
		second = trueno_codec_isa_name(decompress->codec);
	}
	len = snprintf(name, size, "%s-%s%s%s%s", format->name,
		       trueno_codec_isa_name(compress->codec), separator,
		       second, suffix);
	return len < size ? 0 : -ENAMETOOLONG;
}

/* Compression is bounded by its input, decompression by its output too. */
static bool fits_simd_section(enum trueno_direction direction, size_t src_len,
			      size_t dst_len)
{
	return src_len <= TRUENO_SIMD_SECTION_MAX &&
	       (direction == TRUENO_COMPRESS ||
		dst_len <= TRUENO_SIMD_SECTION_MAX);
}

static void count_choice(const struct trueno_variant *variant,
			 enum trueno_direction direction, const void *stream,
			 size_t stream_len)
{
	struct trueno_choice_counters __percpu *counters;
	unsigned int choice;

	if (!trueno_codec_choice_name(variant->codec, 0))
		return;
	choice = trueno_codec_choice(variant->codec, stream);
	if (choice >= TRUENO_CHOICES_MAX)
		return;
	counters = &variant->counters->choice[direction][choice];
	this_cpu_inc(counters->calls);
	this_cpu_add(counters->bytes, stream_len);
}

int trueno_format_run_with(const struct trueno_format *format,
			   const struct trueno_codec_params *params,
			   enum trueno_direction direction, const void *src,
			   unsigned int src_len, void *dst,
			   unsigned int *dst_len, void *workmem)
{
	struct trueno_variant *variant = format->chosen[direction];
	struct trueno_counters __percpu *counters;
	size_t out_len = *dst_len;
	const struct call call = {
		.params = params,
		.direction = direction,
		.src = src,
		.src_len = src_len,
		.dst = dst,
		.dst_len = &out_len,
		.workmem = workmem,
	};
	bool fallback = false;
	int err;

	if (variant->needs_simd &&
	    (!fits_simd_section(direction, src_len, out_len) ||
	     !trueno_simd_usable())) {
		variant = format->fallback;
		fallback = true;
	}

	if (variant->needs_simd)
		err = call_codec_in_section(variant->codec, &call);
	else
		err = call_codec(variant->codec, &call);

	counters = &variant->counters->direction[direction];
	this_cpu_inc(counters->calls);
	if (fallback)
		this_cpu_inc(counters->fallbacks);
	if (err) {
		if (err == -ENOSPC)
			this_cpu_inc(counters->no_space);
		else
			this_cpu_inc(counters->failures);
		return err;
	}
	this_cpu_add(counters->bytes_in, src_len);
	this_cpu_add(counters->bytes_out, out_len);
	if (direction == TRUENO_COMPRESS)
		count_choice(variant, direction, dst, out_len);
	else
		count_choice(variant, direction, src, src_len);
	*dst_len = out_len;
	return 0;
}
EXPORT_SYMBOL_GPL(trueno_format_run_with);

int trueno_format_run(const struct trueno_format *format,
		      enum trueno_direction direction, const void *src,
		      unsigned int src_len, void *dst, unsigned int *dst_len,
		      void *workmem)
{
	return trueno_format_run_with(format, NULL, direction, src, src_len,
				      dst, dst_len, workmem);
}
EXPORT_SYMBOL_GPL(trueno_format_run);
