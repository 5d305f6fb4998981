// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The formats as synchronous compressors, which the crypto API offers as acomp
 * to zswap and others. It brings the contexts: one per CPU or per request.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "compat.h"
#include "trueno.h"

struct trueno_scomp_alg {
	struct scomp_alg scomp;
	const struct trueno_format *format;
};

static struct trueno_scomp_alg *algs;
static unsigned int alg_count;

static const struct trueno_format *scomp_format(struct crypto_scomp *tfm)
{
	return container_of(crypto_scomp_alg(tfm), struct trueno_scomp_alg,
			    scomp)->format;
}

/* Not every kernel says for which algorithm the context is: it fits any. */
static void *scomp_alloc_ctx(TRUENO_SCOMP_ALLOC_ARGS)
{
	void *ctx = kvmalloc(trueno_formats_workmem_size(), GFP_KERNEL);

	return ctx ? ctx : ERR_PTR(-ENOMEM);
}

static void scomp_free_ctx(TRUENO_SCOMP_FREE_ARGS)
{
	kvfree(ctx);
}

static int scomp_compress(struct crypto_scomp *tfm, const u8 *src,
			  unsigned int slen, u8 *dst, unsigned int *dlen,
			  void *ctx)
{
	return trueno_format_run(scomp_format(tfm), TRUENO_COMPRESS, src, slen,
				 dst, dlen, ctx);
}

static int scomp_decompress(struct crypto_scomp *tfm, const u8 *src,
			    unsigned int slen, u8 *dst, unsigned int *dlen,
			    void *ctx)
{
	return trueno_format_run(scomp_format(tfm), TRUENO_DECOMPRESS, src,
				 slen, dst, dlen, ctx);
}

static int register_alg(struct trueno_scomp_alg *alg,
			const struct trueno_format *format)
{
	struct crypto_alg *base = &alg->scomp.base;
	int err;

	alg->format = format;
	alg->scomp.compress = scomp_compress;
	alg->scomp.decompress = scomp_decompress;
	trueno_scomp_set_ctx_ops(&alg->scomp, scomp_alloc_ctx, scomp_free_ctx);
	base->cra_priority = TRUENO_CRYPTO_PRIORITY;
	base->cra_module = THIS_MODULE;
	if (strscpy(base->cra_name, format->name, sizeof(base->cra_name)) < 0)
		return -ENAMETOOLONG;
	err = trueno_format_driver_name(format, "-scomp",
					base->cra_driver_name,
					sizeof(base->cra_driver_name));
	return err ? err : crypto_register_scomp(&alg->scomp);
}

int trueno_scomp_register(void)
{
	const struct trueno_format *format;
	int err;

	algs = kcalloc(trueno_format_count(), sizeof(*algs), GFP_KERNEL);
	if (!algs)
		return -ENOMEM;
	while ((format = trueno_format_at(alg_count))) {
		err = register_alg(&algs[alg_count], format);
		if (err) {
			trueno_scomp_unregister();
			return err;
		}
		alg_count++;
	}
	return 0;
}

void trueno_scomp_unregister(void)
{
	while (alg_count)
		crypto_unregister_scomp(&algs[--alg_count].scomp);
	kfree(algs);
	algs = NULL;
}
