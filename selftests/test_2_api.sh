#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Odd lengths, damaged input and every calling context through the crypto API.
. "$(dirname -- "$0")/lib.bash"

module=$selftests_dir/trueno_test.ko
results=/sys/kernel/debug/trueno_test/results
[ -e "$module" ] || skip_all "no $module; make -C selftests"

# run_module PARAMETER...: its KTAP lines say what failed.
run_module() {
	local status=0
	insmod "$module" "$@" || return 1
	cat "$results"
	grep -q '^ok 1 ' "$results" || status=1
	! grep -q '^not ok' "$results" || status=1
	rmmod trueno_test
	return "$status"
}

# The older of the two interfaces, for callers in any context.
has_crypto_comp() {
	[ -n "$(driver_field "trueno-lz4-$(sed -n 's/^compress //p' "$state/trueno-lz4")" type)" ]
}

# In every context the comparison sees what a damaged decompressor returns.
damage_is_seen() {
	local context contexts='task bh softirq'
	! has_crypto_comp || contexts="$contexts irqoff hardirq"
	load_faulty scalar || return 1
	for context in $contexts; do
		fails run_module context="$context" peer=none >"$work/damage" || return 1
		grep -q '^# .* came back different' "$work/damage" || return 1
	done
	reload
}

fallbacks() {
	local isa sum=0
	for isa in $(variants trueno-lz4); do
		sum=$((sum + $(counter "trueno-lz4@$isa" compress fallbacks)))
	done
	echo "$sum"
}

# Where SIMD may not be used, another variant serves and is counted: x86 rules
# out a section inside another one, arm64 sections in a hardirq.
falls_back() {
	local before after context=section
	[ "$(uname -m)" = x86_64 ] || context=hardirq
	before=$(fallbacks)
	run_module context="$context" || return 1
	after=$(fallbacks)
	echo "fall-backs: $before -> $after"
	[ "$after" -gt "$before" ]
}

# A task may use SIMD: only buffers longer than a page fall back.
task_uses_simd() {
	local best before after
	best=trueno-lz4@$(sed -n 's/^compress //p' "$state/trueno-lz4")
	before=$(counter "$best" compress calls)
	run_module context=task peer=none || return 1
	after=$(counter "$best" compress calls)
	echo "calls of $best: $before -> $after"
	[ "$after" -gt "$before" ]
}

failures_are_counted() {
	awk '$2 == "decompress" { sum += $7 } END { exit !sum }' "$counters"
}

has_simd() {
	simd_variants trueno-lz4 | grep -qx "$(sed -n 's/^compress //p' "$state/trueno-lz4")"
}

reload || exit 1
begin 9
check "from a task, and both ways with the kernel's lz4" run_module context=task
check "with bottom halves off" run_module context=bh
check "from a softirq" run_module context=softirq
check "with interrupts off" run_module context=hardirq
check "from a hardirq" run_module context=hardirq
if has_simd; then
	check "the SIMD variant serves tasks" task_uses_simd
	if [ "$(uname -m)" = x86_64 ] || has_crypto_comp; then
		check "where SIMD may not be used another variant serves and is counted" falls_back
	else
		skip "where SIMD may not be used another variant serves and is counted" \
			"acomp, the one interface here, is not for hardirqs, and all else may use SIMD"
	fi
else
	skip "the SIMD variant serves tasks" "this CPU has no SIMD variant"
	skip "where SIMD may not be used another variant serves and is counted" "this CPU has no SIMD variant"
fi
check "corrupt input is counted as failure" failures_are_counted
if [ -e "$faulty" ]; then
	check "damage is seen in every context" damage_is_seen
else
	skip "damage is seen in every context" "no $faulty; make -C selftests"
fi
finish
