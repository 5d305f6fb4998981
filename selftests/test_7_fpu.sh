#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# SIMD in the kernel: used where it may be and nowhere else, and processes keep
# their registers.
. "$(dirname -- "$0")/lib.bash"

ROUNDS=${ROUNDS:-240}
MEMORY_MIB=${MEMORY_MIB:-8}
module=$selftests_dir/trueno_test.ko
results=/sys/kernel/debug/trueno_test/results
program=$selftests_dir/fpu_state
[ -e "$module" ] || skip_all "no $module; make -C selftests"

# What the module says of its cases is shown either way.
sections_hold() {
	local status=0
	reload isa="$1" && insmod "$module" cases=sections || return 1
	cat "$results"
	sed -n 's/^# //p' "$results" >"$work/account"
	grep -q '^ok 1 ' "$results" && ! grep -q '^not ok' "$results" || status=1
	rmmod trueno_test
	return "$status"
}

# The first device is swap, the second is read and written by the processes.
devices_start() {
	zram_create trueno-lz4 $((MEMORY_MIB * 8))M || return 1
	swap=/dev/zram$zram
	mkswap "$swap" >/dev/null && swapon -p 32767 "$swap" || return 1
	pages_file 4 && zram_create trueno-lz4 4M || return 1
	device=/dev/zram$zram
	dd if="$pages" of="$device" bs=64k oflag=direct 2>/dev/null
}

devices_stop() {
	swapoff "$swap" && zram_remove "${device#/dev/zram}" && zram_remove "${swap#/dev/zram}"
}

# hold_registers VARIANT: three processes and a reader share one CPU.
hold_registers() {
	local seed reader pids='' pid status=0 direction
	reload isa="$1" && devices_start || return 1
	while :; do
		taskset -c 0 dd if="$device" of=/dev/null bs=64k iflag=direct 2>/dev/null
	done &
	reader=$!
	for seed in 1 2 3; do
		in_memory_group taskset -c 0 "$program" "$ROUNDS" "$MEMORY_MIB" "$device" "$seed" \
			>"$work/registers-$seed" 2>&1 &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid" || status=1
	done
	kill "$reader"
	wait "$reader" 2>/dev/null
	{
		cat "$work"/registers-*
		for direction in compress decompress; do
			echo "trueno-lz4@$1 $direction: $(counter "trueno-lz4@$1" "$direction" calls) calls"
		done
	} | tee "$work/account"
	for direction in compress decompress; do
		[ "$(counter "trueno-lz4@$1" "$direction" calls)" -gt 1000 ] || status=1
	done
	[ "$(grep -c ' 0 wrong$' "$work/account")" -eq 3 ] || status=1
	! grep -E ' 0 (major faults|preemptions)' "$work/account" || status=1
	devices_stop && return "$status"
}

load || exit 1
names=$(simd_variants trueno-lz4)
if [ -z "$names" ]; then
	begin 2
	check "without a SIMD variant: every context" sections_hold scalar
	skip "processes keep their registers" "this CPU has no SIMD variant"
	finish
fi
# shellcheck disable=SC2086 # one word per variant
set -- $names
begin $(($# * 2))
if [ -x "$program" ] && has_memory_control; then
	memory_group_create $((MEMORY_MIB * 3 / 2))
fi
for isa; do
	account "trueno-lz4@$isa: SIMD sections where they may be, of a page at most" \
		sections_hold "$isa"
	if [ -d "$memory_group" ]; then
		account "trueno-lz4@$isa: processes keep their registers" hold_registers "$isa"
	else
		skip "trueno-lz4@$isa: processes keep their registers" \
			"no $program, or no memory controller in /sys/fs/cgroup"
	fi
done
finish
