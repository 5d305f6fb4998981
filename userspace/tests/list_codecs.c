// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Prints the names of the codecs usable in this process. */
#include <stdio.h>

#include <trueno/codec.h>

int main(void)
{
	const struct trueno_codec *codec;

	for (unsigned int i = 0; (codec = trueno_codec_at(i)); i++)
		puts(trueno_codec_name(codec));
	return 0;
}
