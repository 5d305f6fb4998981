// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * trueno-auto with AVX-512: the features fit 32-byte registers, the codecs it
 * calls take what they can.
 */
#include <trueno/cpu.h>

#include "../auto/auto_format.h"
#include "../codec_table.h"
#include "auto_avx2_features.h"
#include "lz4_avx512_copy.h"
#include "lz4_avx2_match.h"
#include "stream_avx512.h"

static const struct trueno_codec *const auto_codecs[AUTO_TAGS] = {
	[AUTO_TAG_LZ4] = &trueno_lz4_avx2,
	[AUTO_TAG_WORD] = &trueno_word_avx512,
	[AUTO_TAG_ZSTD] = &trueno_zstd_bmi2,
};

#define auto_coded_word (&trueno_word_dense_avx512)
#define auto_count_features auto_avx2_features
#define STREAM_COUNT_TABLES 4
#define stream_fill stream_avx512_fill
#define stream_list_repeated stream_avx512_list_repeated
#define stream_put_codes stream_avx512_put_codes
#define stream_unpack stream_avx512_unpack
#define AUTO_ISA "avx512"
#define AUTO_CPU_FEATURES						\
	(TRUENO_CPU_AVX2 | TRUENO_CPU_BMI2 | TRUENO_CPU_AVX512VL |	\
	 TRUENO_CPU_AVX512VBMI2 | TRUENO_CPU_WIDE512)
#define AUTO_NEEDS_SIMD true
#include "../auto/auto_profiles.h"

const struct trueno_codec trueno_auto_avx512 =
	AUTO_PROFILE("trueno-auto", trueno_auto_format_name, compress_fast,
		     AUTO_FAST_LEVELS);
const struct trueno_codec trueno_auto_dense_avx512 =
	AUTO_PROFILE("trueno-auto-dense", trueno_auto_dense_format_name,
		     compress_dense, AUTO_DENSE_LEVELS);
const struct trueno_codec trueno_auto_densest_avx512 =
	AUTO_PROFILE("trueno-auto-densest", trueno_auto_densest_format_name,
		     compress_densest, AUTO_DENSEST_LEVELS);
