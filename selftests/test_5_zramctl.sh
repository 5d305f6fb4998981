#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# truenoctl zramctl beside zramctl, on the same devices: what they print, their
# exit status and what they leave. And the columns of truenoctl status beside
# the kernel's statistics.
. "$(dirname -- "$0")/truenoctl.bash"

# new_devices COUNT: and no others.
new_devices() {
	local device
	remove_every_device && modprobe zram num_devices=0 || return 1
	for ((device = 0; device < $1; device++)); do
		cat /sys/class/zram-control/hot_add >/dev/null || return 1
	done
}

# same OPTION...: both print the same and end in the same way.
same() {
	local theirs=0 ours=0
	zramctl "$@" >"$work/theirs" 2>"$work/theirs.err" || theirs=$?
	truenoctl zramctl "$@" >"$work/ours" 2>"$work/ours.err" || ours=$?
	diff "$work/theirs" "$work/ours" && [ "$theirs" -eq "$ours" ] && return 0
	echo "exit status $theirs and $ours: zramctl $*"
	cat "$work/theirs.err" "$work/ours.err"
	return 1
}

all_columns=NAME,DISKSIZE,DATA,COMPR,ALGORITHM,STREAMS,ZERO-PAGES,TOTAL,MEM-LIMIT,MEM-USED,MIGRATED
knows_ratio=
! zramctl --help | grep -q COMP-RATIO || knows_ratio=yes

# zramctl before 2.41 has no COMP-RATIO: all its columns are then ours but that.
same_with_all_columns() {
	if [ -n "$knows_ratio" ]; then
		same --output-all "$@"
		return
	fi
	zramctl --output-all "$@" >"$work/theirs" || return 1
	truenoctl zramctl -o "$all_columns,MOUNTPOINT" "$@" >"$work/ours" || return 1
	diff "$work/theirs" "$work/ours" || return 1
	truenoctl zramctl --output-all "$@" >"$work/theirs" || return 1
	truenoctl zramctl -o "$all_columns,COMP-RATIO,MOUNTPOINT" "$@" >"$work/ours" || return 1
	diff "$work/theirs" "$work/ours"
}

# Every option of a list by itself and beside another one.
same_listings() {
	same && same -b && same --noheadings --raw && same -bn --output=name,data,TOTAL,mem-limit &&
		same -o ZERO-PAGES,MIGRATED,MEM-USED,MEM-LIMIT && same -oNAME,NAME,MOUNTPOINT --raw &&
		same -n -o MOUNTPOINT && same_with_all_columns && same_with_all_columns --raw --bytes
}

without_devices() {
	start_afresh && same && same --raw -b && same /dev/zram0 && same zram0 || return 1
	new_devices 0 && same && same -n --output-all && same /dev/zram0 || return 1
	[ ! -s "$work/ours" ]
}

# Two of them, a swap area and a mounted one, hold pages; one is set up, one not.
with_devices() {
	local swap=/dev/zram0 mounted=/dev/zram1
	new_devices 4 && pages_file 4 && mkdir -p "$work/mount point" || return 1
	echo zstd >/sys/block/zram0/comp_algorithm
	echo 32M >/sys/block/zram0/disksize && mkswap "$swap" && swapon "$swap" || return 1
	echo 48M >/sys/block/zram1/disksize && echo 40M >/sys/block/zram1/mem_limit || return 1
	mkfs.ext4 -q -O ^metadata_csum "$mounted" &&
		mount -t ext4 "$mounted" "$work/mount point" || return 1
	# Between two looks nobody writes.
	cp "$pages" "$work/mount point/" && mount -o remount,ro "$work/mount point" || return 1
	# One page less than 1 GiB: what zramctl calls 1024M.
	echo $(((1 << 30) - 4096)) >/sys/block/zram2/disksize || return 1
	same_listings || return 1
	same && [ "$(wc -l <"$work/ours")" -eq 4 ] && grep -q '\[SWAP\]' "$work/ours" &&
		grep -q ' 1024M ' "$work/ours" && grep -q "$work/mount point" "$work/ours" || return 1
	same --raw "$mounted" && same zram0 -b && same zram3 && same_with_all_columns zram2 || return 1
	ln -s "$mounted" /dev/a-name && same /dev/a-name && rm /dev/a-name || return 1
	# Over-mounted: neither tool shows a directory where the device cannot be seen.
	mount -t tmpfs none "$work/mount point" && same -o MOUNTPOINT "$mounted" || return 1
	umount "$work/mount point" && same_as_nobody
}

same_as_nobody() {
	as_nobody zramctl >"$work/theirs" && as_nobody truenoctl zramctl >"$work/ours" &&
		diff "$work/theirs" "$work/ours"
}

# What the kernel shows of each device.
kernel_state() {
	local device
	for device in $(devices); do
		(cd "/sys/block/$device" && echo "$device" && grep -H . disksize initstate \
			comp_algorithm max_comp_streams 2>/dev/null)
	done
}

# same_effect DEVICES COMMAND OPTION...: from a zram with as many devices, after
# the command has prepared them.
same_effect() {
	local count=$1 prepare=$2 tool theirs=0 ours=0
	shift 2
	for tool in theirs ours; do
		new_devices "$count" && $prepare || return 1
		if [ "$tool" = theirs ]; then
			zramctl "$@" >"$work/theirs" 2>"$work/err" || theirs=$?
		else
			truenoctl zramctl "$@" >"$work/ours" 2>"$work/err" || ours=$?
		fi
		kernel_state >>"$work/$tool"
		cat "$work/err"
	done
	effect_status=$ours
	diff "$work/theirs" "$work/ours" && [ "$theirs" -eq "$ours" ] && return 0
	echo "exit status $theirs and $ours: zramctl $*"
	return 1
}

# succeeds_alike, fails_alike: as same_effect, and what the effect must be.
succeeds_alike() {
	same_effect "$@" && [ "$effect_status" -eq 0 ]
}

fails_alike() {
	same_effect "$@" && [ "$effect_status" -eq 1 ]
}

set_up_zram0() {
	echo 12M >/sys/block/zram0/disksize &&
		dd if=/dev/urandom of=/dev/zram0 bs=64k count=4 oflag=direct 2>/dev/null
}

swap_on_zram0() {
	set_up_zram0 && mkswap /dev/zram0 >/dev/null && swapon /dev/zram0
}

set_ups() {
	succeeds_alike 0 true --find --size 8M && grep -qx /dev/zram0 "$work/ours" || return 1
	succeeds_alike 1 true -f -s 8M -a zstd && grep -q '\[zstd\]' "$work/ours" || return 1
	succeeds_alike 1 set_up_zram0 -f -s 1.5MB && grep -qx zram1 "$work/ours" || return 1
	succeeds_alike 1 true -a lz4 /dev/zram0 -s 12M || return 1
	succeeds_alike 1 set_up_zram0 zram0 --siz 20M &&
		grep -qx "disksize:$((20 << 20))" "$work/ours" || return 1
	succeeds_alike 1 set_up_zram0 -f && grep -qx /dev/zram1 "$work/ours"
}

streams_are_set() {
	succeeds_alike 1 true zram0 -t 3 -s 8M && succeeds_alike 1 true zram0 -t 0 -s 8M
}

resets() {
	succeeds_alike 1 set_up_zram0 --reset /dev/zram0 && [ -z "$(devices)" ] || return 1
	succeeds_alike 3 set_up_zram0 -r zram0 /dev/zram2 && [ "$(devices)" = zram1 ] || return 1
	fails_alike 1 set_up_zram0 -r /dev/zram7 /dev/zram0 && [ -z "$(devices)" ]
}

used_devices_stay() {
	fails_alike 1 swap_on_zram0 --reset zram0 && fails_alike 1 swap_on_zram0 zram0 -s 8M &&
		grep -q '^/dev/zram0' /proc/swaps && grep -q 'HINT: ' "$work/err"
}

open_device_stays() {
	local refused
	new_devices 1 && set_up_zram0 || return 1
	exec 9</dev/zram0
	truenoctl zramctl --reset zram0 2>"$work/err"
	refused=$?
	exec 9<&-
	cat "$work/err"
	[ "$refused" -eq 1 ] && grep -q 'reset /dev/zram0: Device or resource busy' "$work/err" &&
		[ "$(cat /sys/block/zram0/disksize)" -eq $((12 << 20)) ]
}

# A device that is open for a moment, as by udev, is waited for.
device_is_waited_for() {
	new_devices 1 && set_up_zram0 || return 1
	exec 9</dev/zram0
	sleep 0.3 &
	exec 9<&-
	truenoctl zramctl --reset zram0 && [ -z "$(devices)" ]
}

# What is wrong with a line itself is compared by command_line_test.bash.
wrong_devices_fail_alike() {
	local line
	new_devices 1 || return 1
	for line in /dev/null /dev/zram77 zram77 "zram0 -s 0" "zram0 -s 8M -a no-such-codec"; do
		# shellcheck disable=SC2086 # words
		same $line || return 1
		[ -s "$work/ours.err" ] && [ ! -s "$work/ours" ] && continue
		echo "not refused, or without a message: $line"
		return 1
	done
	grep -q "'no-such-codec'" "$work/ours.err" && grep -q 'HINT: .*zstd' "$work/ours.err" &&
		[ "$(devices)" = zram0 ] || return 1
	start_afresh && same -f && grep -q 'HINT: .*modprobe zram' "$work/ours.err" || return 1
	fails_alike 0 true -f -s 8M -a no-such-codec
}

other_users_may_only_look() {
	new_devices 0 || return 1
	as_nobody truenoctl zramctl -f 2>"$work/err"
	[ $? -eq 1 ] && grep -q 'HINT: .*root' "$work/err" || return 1
	new_devices 1 && set_up_zram0 || return 1
	as_nobody truenoctl zramctl -r zram0 2>"$work/err"
	[ $? -eq 1 ] && grep -q 'Permission denied' "$work/err" && [ "$(devices)" = zram0 ]
}

# fields COLUMNS: their values for zram0, the sizes in bytes.
fields() {
	truenoctl status --noheadings --raw --bytes --output "$1" zram0
}

statistic() {
	xargs <"/sys/block/zram0/$1"
}

# What was written is discarded by mkfs; then the limit makes writes fail: so that
# one statistic is not the same as another.
status_has_every_statistic() {
	local memory
	new_devices 1 && pages_file 2 && echo 16M >/sys/block/zram0/disksize || return 1
	cat "$pages" /dev/urandom | dd of=/dev/zram0 bs=64k count=48 iflag=fullblock oflag=direct \
		2>/dev/null || return 1
	mkfs.ext4 -q -O ^metadata_csum /dev/zram0 && echo 1M >/sys/block/zram0/mem_limit || return 1
	dd if=/dev/urandom of=/dev/zram0 bs=64k seek=64 count=48 oflag=direct 2>/dev/null
	statistic io_stat && [ "$(fields FAILED-WRITES)" -gt 0 ] && [ "$(fields NOTIFY-FREE)" -gt 0 ] &&
		[ "$(fields MEM-USED)" -gt "$(fields TOTAL)" ] || return 1
	memory=$(fields DATA,COMPR,TOTAL,mem-limit,MEM-USED,SAME-PAGES,PAGES-COMPACTED,HUGE-PAGES)
	echo "$memory is $(statistic mm_stat)"
	[ "$(statistic mm_stat | cut -d' ' -f-8)" = "$memory" ] || return 1
	[ "$(statistic mm_stat | cut -d' ' -f9)" = "$(fields HUGE-PAGES-SINCE)" ] || return 1
	[ "$(statistic io_stat)" = "$(fields FAILED-READS,FAILED-WRITES,INVALID-IO,NOTIFY-FREE)" ] ||
		return 1
	[ "$(fields ZERO-PAGES,MIGRATED,DISKSIZE)" = \
		"$(fields SAME-PAGES,PAGES-COMPACTED) $((16 << 20))" ] || return 1
	truenoctl list --json -o huge-pages zram0 | grep -qx \
		" *\"huge_pages\": $(fields HUGE-PAGES)"
}

status_shows_writeback() {
	local loop
	new_devices 1 && modprobe loop && truncate -s 8M "$work/backing" || return 1
	loop=$(losetup --show -f "$work/backing") && echo "$loop" >/sys/block/zram0/backing_dev || return 1
	set_up_zram0 && echo huge >/sys/block/zram0/writeback || return 1
	statistic bd_stat && fields BACKING-DEVICE,WRITEBACK,WRITEBACK-READS,WRITEBACK-WRITES || return 1
	[ "$(fields BACKING-DEVICE,WRITEBACK,WRITEBACK-READS,WRITEBACK-WRITES)" = \
		"$loop $((256 << 10)) 0 $((256 << 10))" ] && start_afresh && losetup -d "$loop"
}

needs_a_machine_without_devices
command -v zramctl >/dev/null || skip_all "zramctl is not installed"
new_devices 1 || skip_all "zram makes no device"
has_streams=$(cat /sys/block/zram0/max_comp_streams 2>/dev/null)
has_writeback=$(cat /sys/block/zram0/backing_dev 2>/dev/null)
begin 13
check "zramctl: the same without devices" without_devices
check "zramctl: the same listings of swap, mounted and idle devices" with_devices
check "zramctl: the same devices are set up" set_ups
if [ -n "$has_streams" ]; then
	check "zramctl: the same number of streams is set" streams_are_set
else
	skip "zramctl: the same number of streams is set" "this zram has no max_comp_streams"
fi
check "zramctl: the same devices are reset and removed" resets
check "zramctl: a device in use is refused, and stays as it is" used_devices_stay
check "zramctl: a device that a process has open is refused" open_device_stays
check "zramctl: a device that is open for a moment is reset" device_is_waited_for
check "zramctl: what is refused is refused by both" wrong_devices_fail_alike
check "zramctl: without root it only lists" other_users_may_only_look
check "status: every field of mm_stat and io_stat" status_has_every_statistic
if [ -n "$has_writeback" ]; then
	check "status: what was written back, and where to" status_shows_writeback
else
	skip "status: what was written back, and where to" "this zram has no writeback"
fi
check "everything can be unloaded at the end" start_afresh
finish
