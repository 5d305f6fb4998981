// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The module around the cases: parameters, report, debugfs. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "trueno_test.h"

#define REPORT_SIZE 131072

char *test_algorithm = "trueno-lz4";
module_param_named(algorithm, test_algorithm, charp, 0444);
MODULE_PARM_DESC(algorithm, "the algorithm to test");

char *test_peer = "lz4";
module_param_named(peer, test_peer, charp, 0444);
MODULE_PARM_DESC(peer, "an algorithm of the same format; none: skip interoperation");

static char *cases = "api";
module_param(cases, charp, 0444);
MODULE_PARM_DESC(cases, "api: through the crypto API in one context; sections: the rules of SIMD sections in every context");

static char *context = "task";
module_param(context, charp, 0444);
MODULE_PARM_DESC(context, "where to call the crypto API; a wrong name lists the right ones");

const struct test_context *test_context;

static char *report;
static size_t report_len;
static struct dentry *debugfs_dir;

static void append(const char *format, va_list args)
{
	report_len += vscnprintf(report + report_len, REPORT_SIZE - report_len,
				 format, args);
}

void test_say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	append(format, args);
	va_end(args);
}

int test_complain(const char *format, ...)
{
	va_list args;

	test_say("# ");
	va_start(args, format);
	append(format, args);
	va_end(args);
	test_say("\n");
	return -EINVAL;
}

static int results_show(struct seq_file *file, void *data)
{
	seq_puts(file, report);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(results);

static int choose_context(void)
{
	const struct test_context *other;
	unsigned int i;

	for (i = 0; (other = test_context_at(i)); i++)
		if (!strcmp(other->name, context))
			test_context = other;
	if (test_context)
		return 0;
	pr_err("context=%s does not exist on this machine; use one of:\n",
	       context);
	for (i = 0; (other = test_context_at(i)); i++)
		pr_err("  %s\n", other->name);
	return -EINVAL;
}

static int run_chosen_cases(void)
{
	if (!strcmp(cases, "api"))
		return test_api();
	if (!strcmp(cases, "sections"))
		return test_sections();
	pr_err("cases=%s does not exist; use api or sections\n", cases);
	return -EINVAL;
}

static int __init trueno_test_init(void)
{
	int err;

	err = choose_context();
	if (err)
		return err;
	report = vzalloc(REPORT_SIZE);
	if (!report)
		return -ENOMEM;
	err = run_chosen_cases();
	if (err) {
		vfree(report);
		return err;
	}
	debugfs_dir = debugfs_create_dir("trueno_test", NULL);
	debugfs_create_file("results", 0400, debugfs_dir, NULL, &results_fops);
	return 0;
}

static void __exit trueno_test_exit(void)
{
	debugfs_remove_recursive(debugfs_dir);
	vfree(report);
}

module_init(trueno_test_init);
module_exit(trueno_test_exit);

MODULE_DESCRIPTION("Test of trueno's codecs inside the kernel");
MODULE_AUTHOR("The trueno authors");
MODULE_LICENSE("Dual BSD/GPL");
