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

# run_format FORMAT CONTEXT
run_format() {
	run_module algorithm="$1" peer="$(peer "$1")" context="$2"
}

# The older of the two interfaces, for callers in any context.
has_crypto_comp() {
	[ -n "$(driver_field "$1-$(chosen "$1")" type)" ]
}

# In every context the comparison sees what a damaged decompressor returns.
damage_is_seen() {
	local context contexts='task bh softirq'
	! has_crypto_comp "$1" || contexts="$contexts irqoff hardirq"
	load_faulty scalar || return 1
	for context in $contexts; do
		fails run_module algorithm="$1" context="$context" peer=none >"$work/damage" || return 1
		grep -q '^# .* came back different' "$work/damage" || return 1
	done
	reload
}

fallbacks() {
	local isa sum=0
	for isa in $(variants "$1"); do
		sum=$((sum + $(counter "$1@$isa" compress fallbacks)))
	done
	echo "$sum"
}

# Where SIMD may not be used, another variant serves and is counted: x86 rules
# out a section inside another one, arm64 sections in a hardirq.
falls_back() {
	local before after context=section
	[ "$(uname -m)" = x86_64 ] || context=hardirq
	before=$(fallbacks "$1")
	run_module algorithm="$1" peer=none context="$context" || return 1
	after=$(fallbacks "$1")
	echo "fall-backs: $before -> $after"
	[ "$after" -gt "$before" ]
}

# A task may use SIMD: only buffers longer than a page fall back.
chosen_variant_serves() {
	local best before after
	best=$1@$(chosen "$1")
	before=$(counter "$best" compress calls)
	run_format "$1" task || return 1
	after=$(counter "$best" compress calls)
	echo "calls of $best: $before -> $after"
	[ "$after" -gt "$before" ]
}

failures_are_counted() {
	awk '$2 == "decompress" { sum += $7 } END { exit !sum }' "$counters"
}

has_simd() {
	simd_isas | grep -qx "$(chosen "$1")"
}

# contexts_hold FORMAT: what a caller of the crypto API may be in the midst of.
contexts_hold() {
	local context
	for context in bh softirq irqoff hardirq; do
		run_format "$1" "$context" || return 1
	done
}

reload || exit 1
offered=$(formats)
first=${offered%%[[:space:]]*}
# shellcheck disable=SC2086 # one word per format
set -- $offered
begin $((3 * $# + 2))
for format; do
	check "$format from a task, and both ways with the kernel's codec: $(peer "$format")" \
		chosen_variant_serves "$format"
	check "$format with bottom halves off, from a softirq, with interrupts off, from a hardirq" \
		contexts_hold "$format"
	name="$format where SIMD may not be used: another variant serves and is counted"
	if ! has_simd "$format"; then
		skip "$name" "this CPU has no SIMD variant of it"
	elif [ "$(uname -m)" = x86_64 ] || has_crypto_comp "$format"; then
		check "$name" falls_back "$format"
	else
		skip "$name" "acomp, the one interface here, is not for hardirqs, and all else may use SIMD"
	fi
done
check "corrupt input is counted as failure" failures_are_counted
if [ -e "$faulty" ]; then
	check "damage is seen in every context" damage_is_seen "$first"
else
	skip "damage is seen in every context" "no $faulty; make -C selftests"
fi
finish
