// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * trueno_zram.ko: teaches the kernel's own zram.ko the names of our formats.
 *
 * From Linux 6.12 zram takes its compressors from a constant table of its own
 * and asks nobody else. Three functions read that table: one creates a
 * compressor by name, one lists the names, one says whether a name exists.
 * Each gets an ftrace hook that leads calls about our names to the function of
 * the same purpose here; calls about any other name run zram's code untouched.
 *
 * To create a compressor, zram's own code builds one for a name it knows, with
 * all locks and buffers the way that kernel wants them, and only its table of
 * operations is exchanged while no CPU uses it yet. So nothing here depends on
 * how zram's streams look. What it does depend on is in zram_layout.h, taken
 * from the target kernel's BTF when the module is built.
 *
 * The hooked functions are reached from here by direct calls past their entry
 * (static calls), never through a pointer: on CPUs with indirect branch
 * tracking the kernel has taken away their entries' right to be jumped to.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpuhotplug.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/static_call.h>
#include <linux/string.h>

#include "trueno.h"
#include "zram_layout.h"

#define ZRAM_MODULE_NAME "zram"

struct backend {
	struct zcomp_ops ops;
	const struct trueno_format *format;
	const char *lasting_name;
};

/* One for each format of trueno.ko, from module load to unload. */
static struct backend *backends;
static unsigned int backend_count;

static struct backend *find_backend(const char *name)
{
	unsigned int i;

	for (i = 0; i < backend_count; i++)
		if (sysfs_streq(name, backends[i].format->name))
			return &backends[i];
	return NULL;
}

/*
 * The operations. params->drv_data is what algorithm_params made of the name;
 * context is the work memory of one CPU.
 */

struct setting {
	const struct trueno_format *format;
	struct trueno_codec_params params;
	/* What preparing takes, and a copy of the dictionary behind it. */
	void *memory;
};

static int run_request(struct zcomp_params *params, struct zcomp_ctx *ctx,
		       struct zcomp_req *req, enum trueno_direction direction)
{
	const struct setting *setting = params->drv_data;
	unsigned int dst_len = min_t(size_t, req->dst_len, UINT_MAX);
	int err;

	err = trueno_format_run_with(setting->format, &setting->params,
				     direction, req->src, req->src_len,
				     req->dst, &dst_len, ctx->context);
	if (!err)
		req->dst_len = dst_len;
	return err;
}

static int bridge_compress(struct zcomp_params *params, struct zcomp_ctx *ctx,
			   struct zcomp_req *req)
{
	return run_request(params, ctx, req, TRUENO_COMPRESS);
}

static int bridge_decompress(struct zcomp_params *params, struct zcomp_ctx *ctx,
			     struct zcomp_req *req)
{
	return run_request(params, ctx, req, TRUENO_DECOMPRESS);
}

static int bridge_create_ctx(struct zcomp_params *params, struct zcomp_ctx *ctx)
{
	const struct setting *setting = params->drv_data;

	ctx->context = kvmalloc(setting->format->workmem_size, GFP_KERNEL);
	return ctx->context ? 0 : -ENOMEM;
}

static void bridge_destroy_ctx(struct zcomp_ctx *ctx)
{
	kvfree(ctx->context);
	ctx->context = NULL;
}

static void log_refusal(const char *name, const struct setting *setting,
			int err)
{
	char levels[64];

	switch (err) {
	case -ERANGE:
		trueno_format_levels(setting->format, levels, sizeof(levels));
		pr_err("%s: no level %d in algorithm_params; levels are %s\n",
		       name, setting->params.level, levels);
		break;
	case -EOPNOTSUPP:
		pr_err("%s: takes no dictionary; write algorithm_params without dict=\n",
		       name);
		break;
	case -EINVAL:
		pr_err("%s: the file of dict= in algorithm_params is not a dictionary of its format\n",
		       name);
		break;
	}
}

/*
 * zram may free its dictionary while the device uses it: some kernels let
 * algorithm_params be written at any time. Hence the copy.
 */
static int prepare_setting(struct setting *setting, const void *dict,
			   size_t dict_len)
{
	struct trueno_codec_params *params = &setting->params;
	size_t size;

	params->dict_len = dict_len;
	if (dict_len) {
		size = trueno_format_prepared_size(setting->format, params);
		size = ALIGN(size, sizeof(u64));
		setting->memory = kvmalloc(size + dict_len,
					   GFP_KERNEL | __GFP_NOWARN);
		if (!setting->memory)
			return -ENOMEM;
		params->dict = memcpy(setting->memory + size, dict, dict_len);
	}
	return trueno_format_prepare(setting->format, params, setting->memory);
}

static void free_setting(struct setting *setting)
{
	kvfree(setting->memory);
	kfree(setting);
}

/* Takes what release_params gives back: a reference that refuses rmmod. */
static int bridge_setup_params(struct backend *backend,
			       struct zcomp_params *params)
{
	const struct trueno_format *format;
	struct setting *setting;
	int err = -ERANGE;

	setting = kzalloc(sizeof(*setting), GFP_KERNEL);
	if (!setting)
		return -ENOMEM;
	setting->format = backend->format;
	setting->params.level = params->level;
	format = trueno_format_at_level(backend->format, params->level);
	if (format) {
		setting->format = format;
		err = prepare_setting(setting, params->dict, params->dict_sz);
	}
	if (err) {
		log_refusal(backend->format->name, setting, err);
		free_setting(setting);
		return err == -ERANGE ? -EINVAL : err;
	}
	params->drv_data = setting;
	__module_get(THIS_MODULE);
	return 0;
}

static void bridge_release_params(struct zcomp_params *params)
{
	free_setting(params->drv_data);
	params->drv_data = NULL;
	module_put(THIS_MODULE);
}

/* zram's own functions, from behind their ftrace site on. */
static struct zcomp *bridged_create(const char *name,
				    struct zcomp_params *params);
DEFINE_STATIC_CALL_NULL(zram_create, bridged_create);

#ifdef TRUENO_ZRAM_SHOW_APPENDS
static ssize_t bridged_show(const char *selected, char *page, ssize_t at);
DEFINE_STATIC_CALL_NULL(zram_show, bridged_show);
#define list_zram_names(selected, page, at) \
	static_call(zram_show)(selected, page, at)
#else
static ssize_t bridged_show(const char *selected, char *page);
DEFINE_STATIC_CALL_NULL(zram_show, bridged_show);
#define list_zram_names(selected, page, at) \
	static_call(zram_show)(selected, page)
#endif

/* The first name zram lists. */
static char stock_name[64];

/*
 * The one call through a pointer. The kernel lets it pass because zram keeps
 * this function's address in its own table.
 */
static noinline void release_stock_params(struct zcomp *comp,
					  struct zcomp_params *params)
{
	comp->ops->release_params(params);
}

static struct zcomp *create_compressor(struct backend *backend,
				       struct zcomp_params *params)
{
	struct zcomp_params stock_params = *params;
	struct zcomp *comp;
	int err;

	err = bridge_setup_params(backend, params);
	if (err)
		return ERR_PTR(err);

	stock_params.dict = NULL;
	stock_params.dict_sz = 0;
	stock_params.level = TRUENO_LEVEL_DEFAULT;
	stock_params.drv_data = NULL;
	comp = static_call(zram_create)(stock_name, &stock_params);
	if (IS_ERR(comp)) {
		bridge_release_params(params);
		return comp;
	}
	cpuhp_state_remove_instance(CPUHP_ZCOMP_PREPARE, &comp->node);
	release_stock_params(comp, &stock_params);

	comp->ops = &backend->ops;
	comp->params = params;
	err = cpuhp_state_add_instance(CPUHP_ZCOMP_PREPARE, &comp->node);
	if (err < 0) {
		bridge_release_params(params);
		free_percpu(comp->stream);
		kfree(comp);
		return ERR_PTR(err);
	}
	return comp;
}

/*
 * What the hooks lead to. Each runs under the reference that lead_to() took;
 * unloading waits for the instructions between module_put() and the return.
 */

static struct zcomp *bridged_create(const char *name,
				    struct zcomp_params *params)
{
	struct zcomp *comp = create_compressor(find_backend(name), params);

	module_put(THIS_MODULE);
	return comp;
}

static ssize_t append_names(const char *selected, char *page, ssize_t end)
{
	unsigned int i;

	if (end > 0 && page[end - 1] == '\n')
		end--;
	for (i = 0; i < backend_count; i++) {
		const char *name = backends[i].format->name;

		end += scnprintf(page + end, PAGE_SIZE - end,
				 strcmp(selected, name) ? "%s " : "[%s] ",
				 name);
	}
	return end + scnprintf(page + end, PAGE_SIZE - end, "\n");
}

#ifdef TRUENO_ZRAM_SHOW_APPENDS
static ssize_t bridged_show(const char *selected, char *page, ssize_t at)
#else
static ssize_t bridged_show(const char *selected, char *page)
#endif
{
	ssize_t end = list_zram_names(selected, page, at);

	end = append_names(selected, page, end);
	module_put(THIS_MODULE);
	return end;
}

#ifdef TRUENO_ZRAM_LOOKS_NAMES_UP
#define ZRAM_LOOKUP_SYMBOL "zcomp_lookup_backend_name"

/*
 * zram keeps the pointer in the device until the device is reset, without a
 * reference on anybody, so what it points to is never freed.
 */
static const char *bridged_lookup(const char *name)
{
	static DEFINE_MUTEX(lock);
	struct backend *backend = find_backend(name);
	const char *lasting_name;

	mutex_lock(&lock);
	if (!backend->lasting_name)
		backend->lasting_name = kstrdup(backend->format->name,
						GFP_KERNEL);
	lasting_name = backend->lasting_name;
	mutex_unlock(&lock);
	module_put(THIS_MODULE);
	return lasting_name;
}
#else
#define ZRAM_LOOKUP_SYMBOL "zcomp_available_algorithm"

static bool bridged_lookup(const char *name)
{
	module_put(THIS_MODULE);
	return true;
}
#endif

/* Whether every hook is in place: names are offered wholly or not at all. */
static bool attached;

/* Once unloading has begun, the reference is refused and zram's code runs. */
static __always_inline void lead_to(void *function, struct ftrace_regs *fregs)
{
	if (READ_ONCE(attached) && try_module_get(THIS_MODULE))
		ftrace_regs_set_instruction_pointer(fregs,
						    (unsigned long)function);
}

static void notrace hook_create(unsigned long ip, unsigned long parent_ip,
				struct ftrace_ops *ops,
				struct ftrace_regs *fregs)
{
	if (find_backend((const char *)ftrace_regs_get_argument(fregs, 0)))
		lead_to(bridged_create, fregs);
}

static void notrace hook_show(unsigned long ip, unsigned long parent_ip,
			      struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	lead_to(bridged_show, fregs);
}

static void notrace hook_lookup(unsigned long ip, unsigned long parent_ip,
				struct ftrace_ops *ops,
				struct ftrace_regs *fregs)
{
	if (find_backend((const char *)ftrace_regs_get_argument(fregs, 0)))
		lead_to(bridged_lookup, fregs);
}

struct hook {
	const char *symbol;
	struct ftrace_ops ops;
	/* Of the call to ftrace, the function's first instruction. */
	unsigned long site;
	bool registered;
};

/* PERMANENT: writing 0 to kernel.ftrace_enabled is refused, not obeyed. */
#define HOOK(symbol_, handler)						\
	{								\
		.symbol = ZRAM_MODULE_NAME ":" symbol_,			\
		.ops = {						\
			.func = handler,				\
			.flags = FTRACE_OPS_FL_SAVE_ARGS |		\
				 FTRACE_OPS_FL_IPMODIFY |		\
				 FTRACE_OPS_FL_PERMANENT,		\
		},							\
	}

enum { HOOK_CREATE, HOOK_SHOW, HOOK_LOOKUP };

static struct hook hooks[] = {
	[HOOK_CREATE] = HOOK("zcomp_create", hook_create),
	[HOOK_SHOW] = HOOK("zcomp_available_show", hook_show),
	[HOOK_LOOKUP] = HOOK(ZRAM_LOOKUP_SYMBOL, hook_lookup),
};

/* A kprobe that is never armed knows where functions of a module are. */
static int find_site(struct hook *hook)
{
	struct kprobe probe = {
		.symbol_name = hook->symbol,
		.flags = KPROBE_FLAG_DISABLED,
	};
	bool is_ftrace_site;
	int err;

	err = register_kprobe(&probe);
	if (err)
		return err;
	is_ftrace_site = probe.flags & KPROBE_FLAG_FTRACE;
	hook->site = (unsigned long)probe.addr;
	unregister_kprobe(&probe);
	return is_ftrace_site ? 0 : -EOPNOTSUPP;
}

static int register_hook(struct hook *hook)
{
	int err;

	err = ftrace_set_filter_ip(&hook->ops, hook->site, 0, 0);
	if (!err)
		err = register_ftrace_function(&hook->ops);
	if (!err) {
		hook->registered = true;
		return 0;
	}
	ftrace_set_filter_ip(&hook->ops, hook->site, 1, 0);
	if (err == -EBUSY)
		pr_err("%s is busy: another module or a live patch redirects it, or kernel.ftrace_enabled is 0; end that and load %s again\n",
		       hook->symbol, KBUILD_MODNAME);
	else
		pr_err("cannot hook %s: error %d\n", hook->symbol, err);
	return err;
}

static void detach_from_zram(void)
{
	unsigned int i;

	WRITE_ONCE(attached, false);
	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (!hooks[i].registered)
			continue;
		unregister_ftrace_function(&hooks[i].ops);
		/* Not ftrace_free_filter(): zram may come back. */
		ftrace_set_filter_ip(&hooks[i].ops, hooks[i].site, 1, 0);
		hooks[i].registered = false;
	}
}

static int find_stock_name(void)
{
	char *page = (char *)get_zeroed_page(GFP_KERNEL);
	size_t length;
	int err = 0;

	if (!page)
		return -ENOMEM;
	list_zram_names("", page, 0);
	length = strcspn(page, "\n ");
	if (!length || length >= sizeof(stock_name)) {
		pr_err("zram lists no compressor of its own\n");
		err = -EOPNOTSUPP;
	} else {
		memcpy(stock_name, page, length);
		stock_name[length] = '\0';
	}
	free_page((unsigned long)page);
	return err;
}

/* -ENOENT: zram is not loaded. */
static int attach_to_zram(void)
{
	unsigned int i;
	int err;

	if (attached)
		return 0;
	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		err = find_site(&hooks[i]);
		if (err == -ENOENT && i == 0)
			return err;
		if (err) {
			pr_err("cannot find where %s begins: error %d\n",
			       hooks[i].symbol, err);
			return -EOPNOTSUPP;
		}
	}
	static_call_update(zram_create,
			   (void *)(hooks[HOOK_CREATE].site + MCOUNT_INSN_SIZE));
	static_call_update(zram_show,
			   (void *)(hooks[HOOK_SHOW].site + MCOUNT_INSN_SIZE));
	err = find_stock_name();
	for (i = 0; !err && i < ARRAY_SIZE(hooks); i++)
		err = register_hook(&hooks[i]);
	if (err)
		detach_from_zram();
	else
		WRITE_ONCE(attached, true);
	return err;
}

static DEFINE_MUTEX(attach_lock);

static int on_module_event(struct notifier_block *block, unsigned long event,
			   void *data)
{
	const struct module *module = data;

	if (strcmp(module->name, ZRAM_MODULE_NAME))
		return NOTIFY_DONE;
	mutex_lock(&attach_lock);
	if (event == MODULE_STATE_COMING && attach_to_zram())
		pr_err("zram runs without trueno\n");
	if (event == MODULE_STATE_GOING)
		detach_from_zram();
	mutex_unlock(&attach_lock);
	return NOTIFY_OK;
}

static struct notifier_block module_notifier = {
	.notifier_call = on_module_event,
};

static int __init make_backends(void)
{
	static const struct zcomp_ops ops = {
		.compress = bridge_compress,
		.decompress = bridge_decompress,
		.create_ctx = bridge_create_ctx,
		.destroy_ctx = bridge_destroy_ctx,
		.release_params = bridge_release_params,
	};
	unsigned int i;

	backend_count = trueno_format_count();
	backends = kcalloc(backend_count, sizeof(*backends), GFP_KERNEL);
	if (!backends)
		return -ENOMEM;
	for (i = 0; i < backend_count; i++) {
		backends[i].ops = ops;
		backends[i].format = trueno_format_at(i);
		backends[i].ops.name = backends[i].format->name;
	}
	return 0;
}

static int __init trueno_zram_init(void)
{
	int err;

	err = make_backends();
	if (err)
		return err;
	err = register_module_notifier(&module_notifier);
	if (err)
		goto free_backends;
	mutex_lock(&attach_lock);
	err = attach_to_zram();
	mutex_unlock(&attach_lock);
	if (err && err != -ENOENT)
		goto unregister_notifier;
	return 0;

unregister_notifier:
	unregister_module_notifier(&module_notifier);
free_backends:
	kfree(backends);
	return err;
}

static void __exit trueno_zram_exit(void)
{
	unregister_module_notifier(&module_notifier);
	detach_from_zram();
	/* Until every task has left the last instructions of a hook. */
	synchronize_rcu_tasks();
	kfree(backends);
}

module_init(trueno_zram_init);
module_exit(trueno_zram_exit);

MODULE_DESCRIPTION("Offers the trueno page codecs to zram");
MODULE_AUTHOR("The trueno authors");
MODULE_LICENSE("Dual BSD/GPL");
MODULE_VERSION(TRUENO_VERSION);
