#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Real swapping: processes in a control group with less memory than they fill.
. "$(dirname -- "$0")/lib.bash"

LIMIT_MIB=${LIMIT_MIB:-24}
FILL_MIB=${FILL_MIB:-64}
PASSES=${PASSES:-2}
program=$selftests_dir/swap_pressure
group=/sys/fs/cgroup/trueno-selftest
[ -x "$program" ] || skip_all "no $program; make -C selftests"
grep -qw memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null ||
	skip_all "no memory controller in /sys/fs/cgroup"

swap_counter() {
	sed -n "s/^$1 //p" /proc/vmstat
}

# Reads and writes pages of the group until PASSES are done, twice at once.
press() {
	local pids='' pid status=0
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control
	mkdir -p "$group" || return 1
	echo "${LIMIT_MIB}M" >"$group/memory.max"
	for _ in 1 2; do
		sh -c "echo \$\$ >$group/cgroup.procs && exec $program $((FILL_MIB / 2)) $PASSES $pages" &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid" || status=1
	done
	rmdir "$group"
	return "$status"
}

# swap_on_variant ISA
swap_on() {
	local out_before in_before out in
	reload isa="$1" || return 1
	pages_file 8 || return 1
	zram_create trueno-lz4 "$((FILL_MIB * 2))M" || return 1
	mkswap "/dev/zram$zram" >/dev/null || return 1
	swapon -p 32767 "/dev/zram$zram" || return 1
	out_before=$(swap_counter pswpout)
	in_before=$(swap_counter pswpin)
	press || return 1
	out=$(($(swap_counter pswpout) - out_before))
	in=$(($(swap_counter pswpin) - in_before))
	echo "pages swapped out $out, in $in"
	cat "$counters"
	# What does not fit the limit went out at least once and came back.
	[ "$out" -ge $(((FILL_MIB - LIMIT_MIB) * 200)) ] || return 1
	[ "$in" -ge $(((FILL_MIB - LIMIT_MIB) * 200)) ] || return 1
	[ "$(counter "trueno-lz4@$1" decompress calls)" -gt 0 ] || return 1
	fails rmmod trueno || return 1
	swapoff "/dev/zram$zram" && zram_remove "$zram"
}

needs_our_names_in_zram
load || exit 1
names=$(variants trueno-lz4)
# shellcheck disable=SC2086 # one word per variant
set -- $names
begin $#
for isa; do
	check "trueno-lz4@$isa: memory keeps its content under pressure" swap_on "$isa"
done
finish
