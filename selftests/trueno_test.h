/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * trueno_test.ko: what can be tested from inside the kernel only. Each set of
 * cases writes KTAP, which is read from debugfs trueno_test/results.
 */
#ifndef TRUENO_SELFTESTS_TRUENO_TEST_H
#define TRUENO_SELFTESTS_TRUENO_TEST_H

#include <linux/types.h>

/* What the architecture says about SIMD in a context. */
enum test_simd_rule {
	TEST_SIMD_DEPENDS,
	TEST_SIMD_ALLOWED,
	TEST_SIMD_FORBIDDEN,
};

struct test_entry;

/* A context to call code in. */
struct test_context {
	const char *name;
	enum test_simd_rule simd_rule;
	/* acomp takes spin locks that interrupts must not. */
	bool interrupts_off;
	int (*run)(struct test_entry *entry);
	/* Whether the caller is in this context. */
	bool (*holds)(void);
};

/**
 * test_context_at - enumerate the contexts of this machine
 * @index: from 0 up
 *
 * Return: NULL when @index is past the last one.
 */
const struct test_context *test_context_at(unsigned int index);

/**
 * test_run_in - call a function in a context, and wait for its return
 * @context: where
 * @function: must not sleep
 * @argument: passed on
 *
 * Process context. A context inside a SIMD section fills the vector registers
 * first and compares them afterwards.
 *
 * Return: 0; -ENOTRECOVERABLE if @function was called in another context than
 * asked for, and -EUCLEAN if it changed registers that another section held.
 */
int test_run_in(const struct test_context *context,
		void (*function)(void *argument), void *argument);

/* The module's parameters. */
extern char *test_algorithm;
extern char *test_peer;
extern const struct test_context *test_context;

/* Append to the report; test_complain() makes it a KTAP comment. */
__printf(1, 2) void test_say(const char *format, ...);

/* Return: -EINVAL. */
__printf(1, 2) int test_complain(const char *format, ...);

/* The sets of cases. Return: 0 if they ran, whatever they found. */
int test_api(void);
int test_sections(void);

#endif /* TRUENO_SELFTESTS_TRUENO_TEST_H */
