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
	choose_isa "$1" && insmod "$module" cases=sections || return 1
	cat "$results"
	sed -n 's/^# //p' "$results" >"$work/account"
	grep -q '^ok 1 ' "$results" && ! grep -q '^not ok' "$results" || status=1
	rmmod trueno_test
	return "$status"
}

# with_variant ISA: the formats that have it.
with_variant() {
	local format
	for format in $(formats); do
		! has_variant "$format" "$1" || echo "$format"
	done
}

# Two devices of each format: swap, whose devices of one priority take turns, and
# one that is read all the time.
devices_start() {
	local format
	swaps='' devices=''
	pages_file 4 || return 1
	for format; do
		zram_create "$format" $((MEMORY_MIB * 8))M || return 1
		swaps="$swaps /dev/zram$zram"
		mkswap "/dev/zram$zram" >/dev/null && swapon -p 32767 "/dev/zram$zram" || return 1
		zram_create "$format" 4M || return 1
		devices="$devices /dev/zram$zram"
		dd if="$pages" of="/dev/zram$zram" bs=64k oflag=direct 2>/dev/null
	done
}

devices_stop() {
	local device
	for device in $swaps $devices; do
		zram_remove "${device#/dev/zram}" || return 1
	done
}

read_devices() {
	local device
	while :; do
		for device in $devices; do
			taskset -c 0 dd if="$device" of=/dev/null bs=64k iflag=direct 2>/dev/null
		done
	done
}

# hold_registers ISA: three processes and a reader share one CPU; the processes
# read and write the last device.
hold_registers() {
	local seed reader pids='' pid status=0 direction format served
	served=$(with_variant "$1")
	# shellcheck disable=SC2086 # one word per format
	choose_isa "$1" && devices_start $served || return 1
	read_devices &
	reader=$!
	for seed in 1 2 3; do
		in_memory_group taskset -c 0 "$program" "$ROUNDS" "$MEMORY_MIB" "${devices##* }" "$seed" \
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
		for format in $served; do
			for direction in compress decompress; do
				echo "$format@$1 $direction: $(counter "$format@$1" "$direction" calls) calls"
			done
		done
	} | tee "$work/account"
	! grep -E 'compress: [0-9]{1,2} calls' "$work/account" || status=1
	[ "$(grep -c ' 0 wrong$' "$work/account")" -eq 3 ] || status=1
	! grep -E ' 0 (major faults|preemptions)' "$work/account" || status=1
	devices_stop && return "$status"
}

reload || exit 1
names=$(simd_isas)
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
	account "$isa: SIMD sections where they may be, of a page at most" sections_hold "$isa"
	if ! zram_takes_our_names; then
		skip "$isa: processes keep their registers" "zram of $(uname -r) takes no names of ours"
	elif [ -d "$memory_group" ]; then
		account "$isa: processes keep their registers" hold_registers "$isa"
	else
		skip "$isa: processes keep their registers" \
			"no $program, or no memory controller in /sys/fs/cgroup"
	fi
done
finish
