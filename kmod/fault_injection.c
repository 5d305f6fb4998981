// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Only in a build with TRUENO_TEST=1: damages what named variants produce, so
 * that a test can watch the self-test drop them, or, with selftest=0, watch
 * its own comparison of content fail.
 */
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "trueno.h"

#define FAULTS_MAX 64

static char *fault[FAULTS_MAX];
static unsigned int fault_count;
module_param_array(fault, charp, &fault_count, 0444);
MODULE_PARM_DESC(fault, "damage the output of NAME@ISA:compress or NAME@ISA:decompress; a comma-separated list");

static bool is_faulty(const char *name, const char *direction)
{
	size_t len = strlen(name);
	unsigned int i;

	for (i = 0; i < fault_count; i++)
		if (!strncmp(fault[i], name, len) && fault[i][len] == ':' &&
		    !strcmp(fault[i] + len + 1, direction))
			return true;
	return false;
}

void trueno_inject_fault(const struct trueno_codec *codec,
			 enum trueno_direction direction, void *dst,
			 size_t dst_len)
{
	const char *name = trueno_codec_name(codec);
	u8 *bytes = dst;

	if (dst_len && is_faulty(name, direction == TRUENO_COMPRESS ?
				       "compress" : "decompress"))
		bytes[dst_len - 1] ^= 1;
}
