// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The formats as crypto API compressors, the type zram asks for up to 6.11.
 * A transform owns one work memory, so one transform serves one call at a
 * time, in either direction.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "compat.h"
#include "trueno.h"

#ifdef TRUENO_HAVE_CRYPTO_COMP

struct comp_alg {
	struct crypto_alg base;
	const struct trueno_format *format;
};

struct comp_ctx {
	void *workmem;
};

static struct comp_alg *algs;
static unsigned int alg_count;

static const struct trueno_format *comp_format(struct crypto_tfm *tfm)
{
	return container_of(tfm->__crt_alg, struct comp_alg, base)->format;
}

static int comp_init(struct crypto_tfm *tfm)
{
	struct comp_ctx *ctx = crypto_tfm_ctx(tfm);

	ctx->workmem = kvmalloc(comp_format(tfm)->workmem_size, GFP_KERNEL);
	return ctx->workmem ? 0 : -ENOMEM;
}

static void comp_exit(struct crypto_tfm *tfm)
{
	struct comp_ctx *ctx = crypto_tfm_ctx(tfm);

	kvfree(ctx->workmem);
}

static int comp_compress(struct crypto_tfm *tfm, const u8 *src,
			 unsigned int slen, u8 *dst, unsigned int *dlen)
{
	struct comp_ctx *ctx = crypto_tfm_ctx(tfm);

	return trueno_format_run(comp_format(tfm), TRUENO_COMPRESS, src, slen,
				 dst, dlen, ctx->workmem);
}

static int comp_decompress(struct crypto_tfm *tfm, const u8 *src,
			   unsigned int slen, u8 *dst, unsigned int *dlen)
{
	struct comp_ctx *ctx = crypto_tfm_ctx(tfm);

	return trueno_format_run(comp_format(tfm), TRUENO_DECOMPRESS, src,
				 slen, dst, dlen, ctx->workmem);
}

static int register_alg(struct comp_alg *alg,
			const struct trueno_format *format)
{
	struct crypto_alg *base = &alg->base;
	int err;

	alg->format = format;
	base->cra_flags = CRYPTO_ALG_TYPE_COMPRESS;
	base->cra_priority = TRUENO_CRYPTO_PRIORITY;
	base->cra_ctxsize = sizeof(struct comp_ctx);
	base->cra_module = THIS_MODULE;
	base->cra_init = comp_init;
	base->cra_exit = comp_exit;
	base->cra_u.compress.coa_compress = comp_compress;
	base->cra_u.compress.coa_decompress = comp_decompress;
	if (strscpy(base->cra_name, format->name, sizeof(base->cra_name)) < 0)
		return -ENAMETOOLONG;
	err = trueno_format_driver_name(format, "", base->cra_driver_name,
					sizeof(base->cra_driver_name));
	return err ? err : crypto_register_alg(base);
}

int trueno_comp_register(void)
{
	const struct trueno_format *format;
	int err;

	algs = kcalloc(trueno_format_count(), sizeof(*algs), GFP_KERNEL);
	if (!algs)
		return -ENOMEM;
	while ((format = trueno_format_at(alg_count))) {
		err = register_alg(&algs[alg_count], format);
		if (err) {
			trueno_comp_unregister();
			return err;
		}
		alg_count++;
	}
	return 0;
}

void trueno_comp_unregister(void)
{
	while (alg_count)
		crypto_unregister_alg(&algs[--alg_count].base);
	kfree(algs);
	algs = NULL;
}

#else

int trueno_comp_register(void)
{
	return 0;
}

void trueno_comp_unregister(void)
{
}

#endif
