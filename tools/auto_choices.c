// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * trueno-auto with a model that chooses what it is told to: the real encoder,
 * built once more with this in the place of auto_model.h.
 */
#define TRUENO_AUTO_MODEL_H

#include "auto/auto_features.h"
#include "auto/auto_format.h"

extern enum auto_choice auto_told_choice;
enum auto_choice auto_told_choice;

static enum auto_choice choose_as_told(const struct auto_features *features)
{
	return auto_told_choice;
}

#define auto_model_fast choose_as_told
#define auto_model_dense choose_as_told
#define auto_model_densest choose_as_told
#ifdef __x86_64__
#define trueno_auto_avx2 trueno_auto_as_told
#define trueno_auto_dense_avx2 trueno_auto_dense_as_told
#define trueno_auto_densest_avx2 trueno_auto_densest_as_told
#include "x86/auto_avx2.c"
#else
#define trueno_auto_scalar trueno_auto_as_told
#define trueno_auto_dense_scalar trueno_auto_dense_as_told
#define trueno_auto_densest_scalar trueno_auto_densest_as_told
#include "auto/auto_scalar.c"
#endif
