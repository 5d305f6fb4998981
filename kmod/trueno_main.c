// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * trueno.ko: the page codecs as compressors of the kernel's crypto API.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <trueno/selftest.h>

#include "compat.h"
#include "trueno.h"

static char *isa = "auto";
module_param(isa, charp, 0444);
MODULE_PARM_DESC(isa, "variant to run: auto (default), scalar, avx2, ...; a wrong name lists the right ones in the log");

static char *isa_compress = "auto";
module_param(isa_compress, charp, 0444);
MODULE_PARM_DESC(isa_compress, "variant to compress with; auto (default) follows isa=");

static char *isa_decompress = "auto";
module_param(isa_decompress, charp, 0444);
MODULE_PARM_DESC(isa_decompress, "variant to decompress with; auto (default) follows isa=");

static unsigned int selftest = TRUENO_SELFTEST_QUICK;
module_param(selftest, uint, 0444);
MODULE_PARM_DESC(selftest, "self-test at load: 0 none, 1 quick (default), 2 every length up to a page");

static void log_choice(void)
{
	const struct trueno_format *format;
	unsigned int i;

	for (i = 0; (format = trueno_format_at(i)); i++) {
		struct trueno_variant * const *chosen = format->chosen;

		pr_info("%s: compress %s, decompress %s, without SIMD %s\n",
			format->name,
			trueno_codec_isa_name(chosen[TRUENO_COMPRESS]->codec),
			trueno_codec_isa_name(chosen[TRUENO_DECOMPRESS]->codec),
			trueno_codec_isa_name(format->fallback->codec));
	}
}

static int __init trueno_init(void)
{
	const struct trueno_choice choice = {
		.isa = isa,
		.isa_for[TRUENO_COMPRESS] = isa_compress,
		.isa_for[TRUENO_DECOMPRESS] = isa_decompress,
		.selftest_level = selftest,
	};
	int err;

	err = trueno_formats_init(&choice);
	if (err)
		return err;
	err = trueno_state_init();
	if (err)
		goto free_formats;
	err = trueno_comp_register();
	if (err)
		goto remove_state;
	err = trueno_scomp_register();
	if (err)
		goto unregister_comp;
	log_choice();
	return 0;

unregister_comp:
	trueno_comp_unregister();
remove_state:
	trueno_state_exit();
free_formats:
	trueno_formats_exit();
	return err;
}

static void __exit trueno_exit(void)
{
	trueno_scomp_unregister();
	trueno_comp_unregister();
	trueno_state_exit();
	trueno_formats_exit();
}

module_init(trueno_init);
module_exit(trueno_exit);

MODULE_DESCRIPTION("SIMD page codecs for zram and zswap");
MODULE_AUTHOR("The trueno authors");
MODULE_LICENSE("Dual BSD/GPL");
MODULE_VERSION(TRUENO_VERSION);
/* The crypto API asks for "crypto-NAME"; all our names begin alike. */
MODULE_ALIAS("crypto-trueno-*");
