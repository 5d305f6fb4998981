#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Real swapping: processes in a control group with less memory than they fill.
. "$(dirname -- "$0")/lib.bash"

LIMIT_MIB=${LIMIT_MIB:-10}
FILL_MIB=${FILL_MIB:-32}
PASSES=${PASSES:-1}
[ -x "$selftests_dir/swap_pressure" ] ||
	skip_all "no $selftests_dir/swap_pressure; make -C selftests"
has_memory_control || skip_all "no memory controller in /sys/fs/cgroup"

# swap_start FORMAT [damaged]: the page with the header ends in "SWAPSPACE2".
# Where its last bit comes back flipped, it is written flipped.
swap_start() {
	pages_file 8 || return 1
	zram_create "$1" "$((FILL_MIB * 2))M" || return 1
	mkswap "/dev/zram$zram" >/dev/null || return 1
	if [ "${2:-}" = damaged ]; then
		printf 3 | dd of="/dev/zram$zram" bs=1 seek=4095 conv=notrunc 2>/dev/null
		sync
		echo 3 >/proc/sys/vm/drop_caches
	fi
	swapon -p 32767 "/dev/zram$zram"
}

swap_stop() {
	swapoff "/dev/zram$zram" && zram_remove "$zram"
}

# swap_on FORMAT ISA
swap_on() {
	local out_before in_before out in
	choose_isa "$2" && swap_start "$1" || return 1
	out_before=$(vm_counter pswpout)
	in_before=$(vm_counter pswpin)
	press "$FILL_MIB" "$PASSES" || return 1
	out=$(($(vm_counter pswpout) - out_before))
	in=$(($(vm_counter pswpin) - in_before))
	echo "pages swapped out $out, in $in"
	cat "$counters"
	# Each of two processes, perhaps one after the other, fills half; what does
	# not fit the limit went out at least once and came back.
	[ "$out" -ge $(((FILL_MIB - 2 * LIMIT_MIB) * 200)) ] || return 1
	[ "$in" -ge $(((FILL_MIB - 2 * LIMIT_MIB) * 200)) ] || return 1
	[ "$(counter "$1@$2" decompress calls)" -gt 0 ] || return 1
	fails rmmod trueno || return 1
	swap_stop
}

# Pages that come back damaged are reported, each with its place.
damage_is_seen() {
	load_faulty scalar && swap_start "$1" damaged || return 1
	fails press "$FILL_MIB" 1 >"$work/damage" || return 1
	tail -n 3 "$work/damage"
	grep -q '^page [0-9]*, generation [0-9]*: byte 4095 is' "$work/damage" || return 1
	swap_stop && unload
}

needs_our_names_in_zram
reload || exit 1
offered=$(formats)
first=${offered%%[[:space:]]*}
# Every format as it runs here, and the first one with every variant: what the
# variants of a codec write and read is test_3_zram.sh's.
codecs=$(for isa in $(isas); do
	for format in $offered; do
		has_variant "$format" "$isa" || continue
		[ "$format" != "$first" ] && [ "$isa" != "$(chosen "$format")" ] ||
			echo "$format@$isa"
	done
done)
begin $(($(wc -w <<<"$codecs") + 1))
memory_group_create "$LIMIT_MIB"
for codec in $codecs; do
	check "$codec: memory keeps its content under pressure" \
		swap_on "${codec%@*}" "${codec#*@}"
done
if [ -e "$faulty" ]; then
	check "a damaged page is seen" damage_is_seen "$first"
else
	skip "a damaged page is seen" "no $faulty; make -C selftests"
fi
finish
