// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * trueno-auto with Advanced SIMD.
 */
#include <arm_neon.h>

#include <trueno/cpu.h>

#include "../auto/auto_format.h"
#include "../codec_table.h"
#include "../lz4/lz4_scalar_match.h"
#include "../stream/stream_scalar.h"
#include "auto_neon_features.h"
#include "lz4_neon_copy.h"

static const struct trueno_codec *const auto_codecs[AUTO_TAGS] = {
	[AUTO_TAG_LZ4] = &trueno_lz4_neon,
	[AUTO_TAG_WORD] = &trueno_word_scalar,
	[AUTO_TAG_ZSTD] = &trueno_zstd_scalar,
};

#define auto_coded_word (&trueno_word_dense_scalar)
#define auto_count_features auto_neon_features
#define lz4_copy_16 lz4_scalar_copy_16
#define stream_list_repeated stream_scalar_list_repeated
#define stream_pack stream_scalar_pack
#define stream_put_escapes stream_scalar_put_escapes
#define stream_unpack stream_scalar_unpack
#define AUTO_ISA "neon"
#define AUTO_CPU_FEATURES TRUENO_CPU_NEON
#define AUTO_NEEDS_SIMD true
#include "../auto/auto_profiles.h"

const struct trueno_codec trueno_auto_neon =
	AUTO_PROFILE("trueno-auto", trueno_auto_format_name, compress_fast, 1);
const struct trueno_codec trueno_auto_dense_neon =
	AUTO_PROFILE("trueno-auto-dense", trueno_auto_dense_format_name,
		     compress_dense, 2);
