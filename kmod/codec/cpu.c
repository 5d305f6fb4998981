// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The part of feature detection that is the same on every architecture:
 * detect once, mask, name.
 */
#include <trueno/cpu.h>

#include "cpu_impl.h"

/* Set beside the detected features, so that "none" is not detected again. */
#define DETECTED (1u << 31)

static uint32_t detected_features;
static uint32_t disabled_features;

static const char *const feature_names[] = {
	[0] = "bmi2",
	[1] = "avx2",
	[2] = "avx512vl",
	[3] = "avx512vbmi2",
	[4] = "wide512",
	[8] = "neon",
};

/*
 * Threads that race here detect the same set and store the same word, so a
 * relaxed access is enough.
 */
uint32_t trueno_cpu_features(void)
{
	uint32_t features = __atomic_load_n(&detected_features, __ATOMIC_RELAXED);
	uint32_t disabled = __atomic_load_n(&disabled_features, __ATOMIC_RELAXED);

	if (!features) {
		features = trueno_cpu_detect() | DETECTED;
		__atomic_store_n(&detected_features, features, __ATOMIC_RELAXED);
	}
	return features & ~DETECTED & ~disabled;
}

void trueno_cpu_disable(uint32_t features)
{
	__atomic_store_n(&disabled_features, features, __ATOMIC_RELAXED);
}

const char *trueno_cpu_feature_name(unsigned int bit)
{
	if (bit >= sizeof(feature_names) / sizeof(feature_names[0]))
		return NULL;
	return feature_names[bit];
}
