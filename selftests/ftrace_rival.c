// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Another user of ftrace, as a live patch is: while it is loaded it may
 * redirect one function, so nobody else can. With fail= it does redirect that
 * call, counted from 1, to a function that returns -ENOMEM.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/module.h>

static char *function;
module_param(function, charp, 0444);
MODULE_PARM_DESC(function, "MODULE:SYMBOL to hold");

static int fail;
module_param(fail, int, 0444);
MODULE_PARM_DESC(fail, "number of the call that fails; 0 (default) none");

static atomic_t calls;

static int out_of_memory(void)
{
	return -ENOMEM;
}

static void notrace on_call(unsigned long ip, unsigned long parent_ip,
			    struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	if (atomic_inc_return(&calls) == fail)
		ftrace_regs_set_instruction_pointer(fregs,
						    (unsigned long)out_of_memory);
}

static struct ftrace_ops rival_ops = {
	.func = on_call,
	.flags = FTRACE_OPS_FL_SAVE_ARGS | FTRACE_OPS_FL_IPMODIFY,
};

static int __init ftrace_rival_init(void)
{
	struct kprobe probe = { .flags = KPROBE_FLAG_DISABLED };
	int err;

	if (!function)
		return -EINVAL;
	probe.symbol_name = function;
	err = register_kprobe(&probe);
	if (err)
		return err;
	unregister_kprobe(&probe);
	err = ftrace_set_filter_ip(&rival_ops, (unsigned long)probe.addr, 0, 0);
	if (!err)
		err = register_ftrace_function(&rival_ops);
	return err;
}

static void __exit ftrace_rival_exit(void)
{
	unregister_ftrace_function(&rival_ops);
	pr_info("%s was called %d times\n", function, atomic_read(&calls));
}

module_init(ftrace_rival_init);
module_exit(ftrace_rival_exit);

MODULE_DESCRIPTION("Holds a function against other users of ftrace");
MODULE_AUTHOR("The trueno authors");
MODULE_LICENSE("Dual BSD/GPL");
