// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The contexts code may be called in. The last ones interrupt a SIMD section,
 * which is where SIMD is forbidden on every architecture.
 */
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/string.h>

#include "fpu.h"
#include "trueno_test.h"

#define REGISTER_COUNT (IS_ENABLED(CONFIG_X86) ? 16 : 32)
#define REGISTERS_SIZE (REGISTER_COUNT * 16)
#define INTERRUPT_WAIT_NS NSEC_PER_MSEC

struct test_entry {
	const struct test_context *context;
	void (*function)(void *argument);
	void *argument;
	bool held;
	struct tasklet_struct tasklet;
	struct irq_work irq_work;
	struct completion done;
};

static void enter(struct test_entry *entry)
{
	entry->held = entry->context->holds();
	if (entry->held)
		entry->function(entry->argument);
}

/* --- vector registers --------------------------------------------------- */

#ifdef CONFIG_X86
#define LOAD_REGISTER "movdqu \\r * 16(%0), %%xmm\\r\n\t"
#define STORE_REGISTER "movdqu %%xmm\\r, \\r * 16(%0)\n\t"
#define FOR_EACH_REGISTER ".irp r, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n\t"
#else
#define LOAD_REGISTER "ldr q\\r, [%0, \\r * 16]\n\t"
#define STORE_REGISTER "str q\\r, [%0, \\r * 16]\n\t"
#define FOR_EACH_REGISTER						\
	".arch_extension fp\n\t.arch_extension simd\n\t"		\
	".irp r, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,"		\
	"16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n\t"
#endif

static void load_registers(const u8 *bytes)
{
	asm volatile(FOR_EACH_REGISTER LOAD_REGISTER ".endr"
		     : : "r" (bytes) : "memory");
}

static void store_registers(u8 *bytes)
{
	asm volatile(FOR_EACH_REGISTER STORE_REGISTER ".endr"
		     : : "r" (bytes) : "memory");
}

/* Too much for a stack frame. One entry runs at a time. */
static u8 registers_before[REGISTERS_SIZE], registers_after[REGISTERS_SIZE];

/* Calls @interrupt inside a section, whose registers must not change. */
static int run_in_section(struct test_entry *entry,
			  void (*interrupt)(struct test_entry *entry))
{
	struct trueno_simd_state state;
	unsigned int i;

	for (i = 0; i < REGISTERS_SIZE; i++)
		registers_before[i] = i * 7 + 1;
	trueno_simd_begin(&state);
	load_registers(registers_before);
	interrupt(entry);
	store_registers(registers_after);
	trueno_simd_end(&state);
	return memcmp(registers_before, registers_after, REGISTERS_SIZE) ?
	       -EUCLEAN : 0;
}

/* --- task --------------------------------------------------------------- */

static bool holds_task(void)
{
	return in_task() && !in_softirq() && !irqs_disabled();
}

static int run_in_task(struct test_entry *entry)
{
	enter(entry);
	return 0;
}

static bool holds_bh(void)
{
	return in_task() && in_softirq();
}

static int run_in_bh(struct test_entry *entry)
{
	local_bh_disable();
	enter(entry);
	local_bh_enable();
	return 0;
}

static bool holds_irqoff(void)
{
	return in_task() && irqs_disabled();
}

static int run_in_irqoff(struct test_entry *entry)
{
	unsigned long flags;

	local_irq_save(flags);
	enter(entry);
	local_irq_restore(flags);
	return 0;
}

#ifdef CONFIG_X86
static bool holds_section(void)
{
	return in_task() && !may_use_simd();
}

static int run_in_own_section(struct test_entry *entry)
{
	return run_in_section(entry, enter);
}
#endif

/* --- softirq and hardirq ------------------------------------------------ */

static bool holds_softirq(void)
{
	return in_serving_softirq();
}

static void tasklet_callback(struct tasklet_struct *tasklet)
{
	struct test_entry *entry = container_of(tasklet, struct test_entry,
						tasklet);

	enter(entry);
	complete(&entry->done);
}

static int run_in_softirq(struct test_entry *entry)
{
	tasklet_schedule(&entry->tasklet);
	wait_for_completion(&entry->done);
	return 0;
}

static bool holds_hardirq(void)
{
	return in_hardirq();
}

static void irq_work_callback(struct irq_work *work)
{
	struct test_entry *entry = container_of(work, struct test_entry,
						irq_work);

	enter(entry);
	complete(&entry->done);
}

/* The tasklet runs when the interrupt returns. */
static void irq_work_schedules_tasklet(struct irq_work *work)
{
	struct test_entry *entry = container_of(work, struct test_entry,
						irq_work);

	tasklet_schedule(&entry->tasklet);
}

static int run_in_hardirq(struct test_entry *entry)
{
	irq_work_queue(&entry->irq_work);
	wait_for_completion(&entry->done);
	return 0;
}

static int run_in_hardirq_in_bh(struct test_entry *entry)
{
	local_bh_disable();
	irq_work_queue(&entry->irq_work);
	while (!completion_done(&entry->done))
		cpu_relax();
	local_bh_enable();
	return 0;
}

/*
 * Where a section keeps softirqs off, the tasklet runs after it: the wait is
 * bounded. Nobody moves the caller to another CPU meanwhile.
 */
static void interrupt_this_cpu(struct test_entry *entry)
{
	u64 end = ktime_get_ns() + INTERRUPT_WAIT_NS;

	irq_work_queue(&entry->irq_work);
	while (!completion_done(&entry->done) && ktime_get_ns() < end)
		cpu_relax();
}

static int run_in_hardirq_in_section(struct test_entry *entry)
{
	int err = run_in_section(entry, interrupt_this_cpu);

	wait_for_completion(&entry->done);
	return err;
}

static int run_in_softirq_in_section(struct test_entry *entry)
{
	int err;

	entry->irq_work = IRQ_WORK_INIT_HARD(irq_work_schedules_tasklet);
	err = run_in_section(entry, interrupt_this_cpu);
	wait_for_completion(&entry->done);
	return err;
}

static const struct test_context contexts[] = {
	{ "task", TEST_SIMD_ALLOWED, false, run_in_task, holds_task },
	{ "bh", TEST_SIMD_ALLOWED, false, run_in_bh, holds_bh },
	{ "irqoff", TEST_SIMD_DEPENDS, true, run_in_irqoff, holds_irqoff },
	{ "softirq", TEST_SIMD_DEPENDS, false, run_in_softirq, holds_softirq },
	{ "hardirq", TEST_SIMD_DEPENDS, true, run_in_hardirq, holds_hardirq },
	{ "hardirq-in-bh", TEST_SIMD_FORBIDDEN, true, run_in_hardirq_in_bh,
	  holds_hardirq },
#ifdef CONFIG_X86
	{ "section", TEST_SIMD_FORBIDDEN, false, run_in_own_section,
	  holds_section },
#endif
	{ "softirq-in-section", TEST_SIMD_DEPENDS, false,
	  run_in_softirq_in_section, holds_softirq },
	{ "hardirq-in-section", TEST_SIMD_FORBIDDEN, true,
	  run_in_hardirq_in_section, holds_hardirq },
};

const struct test_context *test_context_at(unsigned int index)
{
	return index < ARRAY_SIZE(contexts) ? &contexts[index] : NULL;
}

int test_run_in(const struct test_context *context,
		void (*function)(void *argument), void *argument)
{
	struct test_entry entry = {
		.context = context,
		.function = function,
		.argument = argument,
		.irq_work = IRQ_WORK_INIT_HARD(irq_work_callback),
	};
	int err;

	init_completion(&entry.done);
	tasklet_setup(&entry.tasklet, tasklet_callback);
	err = context->run(&entry);
	irq_work_sync(&entry.irq_work);
	tasklet_kill(&entry.tasklet);
	if (!entry.held)
		return -ENOTRECOVERABLE;
	return err;
}
