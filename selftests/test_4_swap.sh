#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Real swapping: processes in a control group with less memory than they fill.
. "$(dirname -- "$0")/lib.bash"

LIMIT_MIB=${LIMIT_MIB:-24}
FILL_MIB=${FILL_MIB:-64}
PASSES=${PASSES:-2}
[ -x "$selftests_dir/swap_pressure" ] ||
	skip_all "no $selftests_dir/swap_pressure; make -C selftests"
has_memory_control || skip_all "no memory controller in /sys/fs/cgroup"

# swap_start [damaged]: the page with the header ends in "SWAPSPACE2". Where its
# last bit comes back flipped, it is written flipped.
swap_start() {
	pages_file 8 || return 1
	zram_create trueno-lz4 "$((FILL_MIB * 2))M" || return 1
	mkswap "/dev/zram$zram" >/dev/null || return 1
	if [ "${1:-}" = damaged ]; then
		printf 3 | dd of="/dev/zram$zram" bs=1 seek=4095 conv=notrunc 2>/dev/null
		sync
		echo 3 >/proc/sys/vm/drop_caches
	fi
	swapon -p 32767 "/dev/zram$zram"
}

swap_stop() {
	swapoff "/dev/zram$zram" && zram_remove "$zram"
}

# swap_on ISA
swap_on() {
	local out_before in_before out in
	reload isa="$1" && swap_start || return 1
	out_before=$(vm_counter pswpout)
	in_before=$(vm_counter pswpin)
	press "$FILL_MIB" "$PASSES" || return 1
	out=$(($(vm_counter pswpout) - out_before))
	in=$(($(vm_counter pswpin) - in_before))
	echo "pages swapped out $out, in $in"
	cat "$counters"
	# What does not fit the limit went out at least once and came back.
	[ "$out" -ge $(((FILL_MIB - LIMIT_MIB) * 200)) ] || return 1
	[ "$in" -ge $(((FILL_MIB - LIMIT_MIB) * 200)) ] || return 1
	[ "$(counter "trueno-lz4@$1" decompress calls)" -gt 0 ] || return 1
	fails rmmod trueno || return 1
	swap_stop
}

# Pages that come back damaged are reported, each with its place.
damage_is_seen() {
	load_faulty scalar && swap_start damaged || return 1
	fails press "$FILL_MIB" 1 >"$work/damage" || return 1
	tail -n 3 "$work/damage"
	grep -q '^page [0-9]*, generation [0-9]*: byte 4095 is' "$work/damage" || return 1
	swap_stop && unload
}

needs_our_names_in_zram
load || exit 1
names=$(variants trueno-lz4)
# shellcheck disable=SC2086 # one word per variant
set -- $names
begin $(($# + 1))
memory_group_create "$LIMIT_MIB"
for isa; do
	check "trueno-lz4@$isa: memory keeps its content under pressure" swap_on "$isa"
done
if [ -e "$faulty" ]; then
	check "a damaged page is seen" damage_is_seen
else
	skip "a damaged page is seen" "no $faulty; make -C selftests"
fi
finish
