// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * TRUENO_CPU_DISABLE: a comma-separated list of CPU feature names that the
 * codecs must not use, read once when the library is loaded, so that every
 * path can be tested on one machine without changing a program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <trueno/cpu.h>

#define FEATURE_BITS 32

static uint32_t feature_by_name(const char *name, size_t length)
{
	for (unsigned int bit = 0; bit < FEATURE_BITS; bit++) {
		const char *known = trueno_cpu_feature_name(bit);

		if (known && strlen(known) == length && !memcmp(known, name, length))
			return (uint32_t)1 << bit;
	}
	return 0;
}

static void warn_unknown(const char *name, size_t length)
{
	const char *separator = "";

	fprintf(stderr, "libtrueno: TRUENO_CPU_DISABLE: ignoring unknown CPU feature '%.*s'; known: ",
		(int)length, name);
	for (unsigned int bit = 0; bit < FEATURE_BITS; bit++) {
		const char *known = trueno_cpu_feature_name(bit);

		if (known) {
			fprintf(stderr, "%s%s", separator, known);
			separator = ", ";
		}
	}
	fputc('\n', stderr);
}

__attribute__((constructor(101))) static void read_cpu_environment(void)
{
	const char *names = getenv("TRUENO_CPU_DISABLE");
	uint32_t disabled = 0;

	if (!names)
		return;
	while (*names) {
		size_t length = strcspn(names, ", ");
		uint32_t feature = feature_by_name(names, length);

		if (length && !feature)
			warn_unknown(names, length);
		disabled |= feature;
		names += length;
		names += strspn(names, ", ");
	}
	trueno_cpu_disable(disabled);
}
