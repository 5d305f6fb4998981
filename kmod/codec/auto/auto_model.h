/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef TRUENO_AUTO_MODEL_H
#define TRUENO_AUTO_MODEL_H

#include "auto_features.h"
#include "auto_format.h"

static __always_inline enum auto_choice
auto_model_fast(const struct auto_features *features)
{
	const uint32_t *count = features->count;

	if (count[AUTO_EQUAL_BYTES] <= 20)
		return AUTO_RAW;
	return AUTO_LZ_STREAMS;
}

#define auto_model_dense auto_model_fast

#endif /* TRUENO_AUTO_MODEL_H */
