// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * trueno-auto in general-purpose registers: runs on every CPU, needs no FPU
 * section.
 */
#include <trueno/cpu.h>

#include "../codec_table.h"
#include "../lz4/lz4_scalar_copy.h"
#include "../lz4/lz4_scalar_match.h"
#include "../stream/stream_scalar.h"
#include "auto_format.h"
#include "auto_scalar_features.h"

static const struct trueno_codec *const auto_codecs[AUTO_TAGS] = {
	[AUTO_TAG_LZ4] = &trueno_lz4_scalar,
	[AUTO_TAG_WORD] = &trueno_word_scalar,
	[AUTO_TAG_ZSTD] = &trueno_zstd_scalar,
};

#define auto_coded_word (&trueno_word_dense_scalar)
#define auto_count_features auto_scalar_features
#define lz4_copy_16 lz4_scalar_copy_16
#define stream_list_repeated stream_scalar_list_repeated
#define stream_pack stream_scalar_pack
#define stream_put_escapes stream_scalar_put_escapes
#define stream_unpack stream_scalar_unpack
#define AUTO_ISA "scalar"
#define AUTO_CPU_FEATURES 0
#define AUTO_NEEDS_SIMD false
#include "auto_profiles.h"

const struct trueno_codec trueno_auto_scalar =
	AUTO_PROFILE("trueno-auto", trueno_auto_format_name, compress_fast, 1);
const struct trueno_codec trueno_auto_dense_scalar =
	AUTO_PROFILE("trueno-auto-dense", trueno_auto_dense_format_name,
		     compress_dense, 2);
