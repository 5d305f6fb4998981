/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Every variant that some architecture has. Each is defined in the source file
 * of its name; dispatch.c lists those that this architecture builds.
 */
#ifndef TRUENO_CODEC_TABLE_H
#define TRUENO_CODEC_TABLE_H

#include "codec_impl.h"

extern const char trueno_lz4_format_name[];
extern const char trueno_lz4_dense_format_name[];

extern const struct trueno_codec trueno_lz4_reference;
extern const struct trueno_codec trueno_lz4_scalar;
extern const struct trueno_codec trueno_lz4_avx2;
extern const struct trueno_codec trueno_lz4_neon;

extern const struct trueno_codec trueno_lz4_dense_reference;
extern const struct trueno_codec trueno_lz4_dense_scalar;
extern const struct trueno_codec trueno_lz4_dense_avx2;
extern const struct trueno_codec trueno_lz4_dense_neon;

extern const char trueno_word_format_name[];

extern const struct trueno_codec trueno_word_reference;
extern const struct trueno_codec trueno_word_scalar;
extern const struct trueno_codec trueno_word_avx2;
extern const struct trueno_codec trueno_word_avx512;
extern const struct trueno_codec trueno_word_neon;
extern const char trueno_zstd_format_name[];

extern const struct trueno_codec trueno_zstd_reference;
extern const struct trueno_codec trueno_zstd_scalar;
extern const struct trueno_codec trueno_zstd_bmi2;

extern const char trueno_zstd_fast_format_name[];
extern const char trueno_zstd_dense_format_name[];

extern const struct trueno_codec trueno_zstd_fast_reference;
extern const struct trueno_codec trueno_zstd_fast_scalar;
extern const struct trueno_codec trueno_zstd_fast_bmi2;
extern const struct trueno_codec trueno_zstd_dense_reference;
extern const struct trueno_codec trueno_zstd_dense_scalar;
extern const struct trueno_codec trueno_zstd_dense_bmi2;
extern const char trueno_word_dense_format_name[];

extern const struct trueno_codec trueno_word_dense_reference;
extern const struct trueno_codec trueno_word_dense_scalar;
extern const struct trueno_codec trueno_word_dense_avx2;
extern const struct trueno_codec trueno_word_dense_avx512;
extern const struct trueno_codec trueno_word_dense_neon;

extern const char trueno_auto_format_name[];
extern const char *const trueno_auto_choice_names[];

extern const struct trueno_codec trueno_auto_reference;
extern const struct trueno_codec trueno_auto_scalar;
extern const struct trueno_codec trueno_auto_avx2;
extern const struct trueno_codec trueno_auto_avx512;
extern const struct trueno_codec trueno_auto_neon;

extern const char trueno_auto_dense_format_name[];

extern const struct trueno_codec trueno_auto_dense_reference;
extern const struct trueno_codec trueno_auto_dense_scalar;
extern const struct trueno_codec trueno_auto_dense_bmi2;
extern const struct trueno_codec trueno_auto_dense_avx2;
extern const struct trueno_codec trueno_auto_dense_avx512;
extern const struct trueno_codec trueno_auto_dense_neon;

extern const char trueno_auto_densest_format_name[];

extern const struct trueno_codec trueno_auto_densest_reference;
extern const struct trueno_codec trueno_auto_densest_scalar;
extern const struct trueno_codec trueno_auto_densest_bmi2;
extern const struct trueno_codec trueno_auto_densest_avx2;
extern const struct trueno_codec trueno_auto_densest_avx512;
extern const struct trueno_codec trueno_auto_densest_neon;

#endif /* TRUENO_CODEC_TABLE_H */
