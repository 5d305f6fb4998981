/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The formats this module serves, each with the variants that passed the
 * self-test and the ones chosen to run. formats.c fills the table at load;
 * afterwards only counters change, so readers take no lock.
 */
#ifndef TRUENO_KMOD_H
#define TRUENO_KMOD_H

#include <linux/percpu.h>
#include <linux/types.h>
#include <trueno/codec.h>
#include <trueno/selftest.h>

/* Above the kernel's own compressors, whose priority is 0. */
#define TRUENO_CRYPTO_PRIORITY 300

/* What one variant did in one direction on one CPU. */
struct trueno_counters {
	u64 calls;
	u64 bytes_in;
	u64 bytes_out;
	/* -ENOSPC: for compression a page that does not shrink, not a fault. */
	u64 no_space;
	/* Every other error. */
	u64 failures;
	/* Calls that came here because SIMD could not be used. */
	u64 fallbacks;
};

/* How often one choice was made, or met, and what it took. */
struct trueno_choice_counters {
	u64 calls;
	/* Of the streams. */
	u64 bytes;
};

struct trueno_variant_counters {
	struct trueno_counters direction[TRUENO_DIRECTIONS];
	struct trueno_choice_counters choice[TRUENO_DIRECTIONS][TRUENO_CHOICES_MAX];
};

struct trueno_variant {
	const struct trueno_codec *codec;
	bool needs_simd;
	struct trueno_variant_counters __percpu *counters;
};

struct trueno_format {
	const char *name;
	size_t workmem_size;
	/* Best first. */
	struct trueno_variant *variants;
	unsigned int variant_count;
	struct trueno_variant *chosen[TRUENO_DIRECTIONS];
	/* Needs no SIMD. */
	struct trueno_variant *fallback;
};

/* What the user asked for; NULL and "auto" leave the choice to the module. */
struct trueno_choice {
	const char *isa;
	const char *isa_for[TRUENO_DIRECTIONS];
	/* 0: none; see trueno_selftest(). */
	unsigned int selftest_level;
};

/**
 * trueno_formats_init - test the variants and choose among them
 * @choice: the user's wishes
 *
 * Process context, may sleep. Logs what it finds, drops and refuses.
 *
 * Return: 0; -EINVAL if @choice names an unknown variant; -ENODEV if no format
 * is left; -ENOMEM.
 */
int trueno_formats_init(const struct trueno_choice *choice);

/* Undo trueno_formats_init(); nobody may use a format any more. */
void trueno_formats_exit(void);

/**
 * trueno_format_at - enumerate the formats
 * @index: from 0 up
 *
 * Return: a format that lives until trueno_formats_exit(), or NULL when @index
 * is past the last one.
 */
const struct trueno_format *trueno_format_at(unsigned int index);

/**
 * trueno_format_at_level - the profile of a format that a level selects
 * @format: any format
 * @level: as for trueno_codec_at_level()
 *
 * Return: a format that reads and is read by @format, or NULL if there is no
 * such level.
 */
const struct trueno_format *
trueno_format_at_level(const struct trueno_format *format, int level);

/**
 * trueno_format_levels - say which levels there are
 * @format: any format
 * @text: where to put it
 * @size: bytes at @text
 *
 * "1 to 65537, -1": those of all profiles, in the order of the table.
 */
void trueno_format_levels(const struct trueno_format *format, char *text,
			  size_t size);

/**
 * trueno_format_prepared_size - as trueno_codec_prepared_size()
 * @format: any format
 * @params: level and dictionary
 *
 * Return: bytes.
 */
size_t trueno_format_prepared_size(const struct trueno_format *format,
				   const struct trueno_codec_params *params);

/**
 * trueno_format_prepare - as trueno_codec_prepare(), for all its variants
 * @format: any format
 * @params: in: level and dictionary; out: for trueno_format_run_with()
 * @memory: trueno_format_prepared_size() bytes
 *
 * Return: as trueno_codec_prepare().
 */
int trueno_format_prepare(const struct trueno_format *format,
			  struct trueno_codec_params *params, void *memory);

/* The number of formats trueno_format_at() knows. */
unsigned int trueno_format_count(void);

/* The largest workmem_size of all formats, in bytes. */
size_t trueno_formats_workmem_size(void);

/**
 * trueno_format_run - compress or decompress one buffer
 * @format: what to read or write
 * @direction: which
 * @src: input, mapped for the whole call
 * @src_len: bytes
 * @dst: output, mapped for the whole call
 * @dst_len: in: capacity in bytes; out: bytes written, valid on success
 * @workmem: @format->workmem_size bytes, owned by the call until it returns
 *
 * Any context. Does not sleep.
 *
 * Return: as trueno_codec_compress() and trueno_codec_decompress().
 */
int trueno_format_run(const struct trueno_format *format,
		      enum trueno_direction direction, const void *src,
		      unsigned int src_len, void *dst, unsigned int *dst_len,
		      void *workmem);

/**
 * trueno_format_run_with - compress or decompress one buffer as params say
 * @format: what to read or write
 * @params: made ready by trueno_format_prepare(), or NULL
 * @direction: as for trueno_format_run(), and so are the following
 *
 * Any context. Does not sleep.
 *
 * Return: as trueno_format_run().
 */
int trueno_format_run_with(const struct trueno_format *format,
			   const struct trueno_codec_params *params,
			   enum trueno_direction direction, const void *src,
			   unsigned int src_len, void *dst,
			   unsigned int *dst_len, void *workmem);

/**
 * trueno_format_driver_name - the name that tells what was chosen
 * @format: any format
 * @suffix: appended to the name
 * @name: where to put it
 * @size: bytes at @name
 *
 * "trueno-lz4-avx2", or "trueno-lz4-avx2+scalar" if the two directions differ.
 *
 * Return: 0, or -ENAMETOOLONG.
 */
int trueno_format_driver_name(const struct trueno_format *format,
			      const char *suffix, char *name, size_t size);

/* Mask the CPU features that this kernel was told not to use. */
void trueno_mask_cpu_features(void);

/* Register all formats with the crypto API, one function pair per type. */
int trueno_comp_register(void);
void trueno_comp_unregister(void);
int trueno_scomp_register(void);
void trueno_scomp_unregister(void);

/* /sys/module/trueno/codecs and debugfs trueno/; see state.c. */
int trueno_state_init(void);
void trueno_state_exit(void);

/**
 * trueno_inject_fault - damage an output, to prove that the self-test sees it
 * @codec: who produced it
 * @direction: how
 * @dst: the output
 * @dst_len: bytes
 *
 * Does something only in a build with TRUENO_TEST=1 whose fault= parameter
 * names @codec and @direction.
 */
#ifdef TRUENO_TEST
void trueno_inject_fault(const struct trueno_codec *codec,
			 enum trueno_direction direction, void *dst,
			 size_t dst_len);
#else
static inline void trueno_inject_fault(const struct trueno_codec *codec,
				       enum trueno_direction direction,
				       void *dst, size_t dst_len)
{
}
#endif

#endif /* TRUENO_KMOD_H */
