// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * trueno-auto in general-purpose registers with the bit instructions of BMI2.
 * Needs no FPU section. The fast profile has no use for them: without vectors it
 * is LZ4, which gains nothing from BMI2 (lz4_scalar.c).
 */
#include <trueno/cpu.h>

#include "../auto/auto_format.h"
#include "../auto/auto_scalar_features.h"
#include "../codec_table.h"
#include "../lz4/lz4_scalar_copy.h"
#include "../lz4/lz4_scalar_match.h"
#include "../stream/stream_scalar.h"
#include "stream_bmi2.h"

static const struct trueno_codec *const auto_codecs[AUTO_TAGS] = {
	[AUTO_TAG_LZ4] = &trueno_lz4_scalar,
	[AUTO_TAG_WORD] = &trueno_word_scalar,
	[AUTO_TAG_ZSTD] = &trueno_zstd_bmi2,
};

#define auto_coded_word (&trueno_word_dense_scalar)
#define auto_count_features auto_scalar_features
#define lz4_copy_16 lz4_scalar_copy_16
#define stream_list_repeated stream_bmi2_list_repeated
#define stream_pack stream_bmi2_pack
#define stream_put_escapes stream_bmi2_put_escapes
#define stream_unpack stream_scalar_unpack
#define AUTO_ISA "bmi2"
#define AUTO_CPU_FEATURES TRUENO_CPU_BMI2
#define AUTO_NEEDS_SIMD false
#include "../auto/auto_profiles.h"

const struct trueno_codec trueno_auto_dense_bmi2 =
	AUTO_PROFILE("trueno-auto-dense", trueno_auto_dense_format_name,
		     compress_dense, AUTO_DENSE_LEVELS);
const struct trueno_codec trueno_auto_densest_bmi2 =
	AUTO_PROFILE("trueno-auto-densest", trueno_auto_densest_format_name,
		     compress_densest, AUTO_DENSEST_LEVELS);
