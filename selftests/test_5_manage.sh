#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# truenoctl's create, set, reset, find, idle, recompress, writeback and compact
# on real zram devices, and what they refuse.
. "$(dirname -- "$0")/truenoctl.bash"

multi_comp=$selftests_dir/multi_comp/zram.ko

attribute() {
	cat "/sys/block/zram$1/$2"
}

# Like start_afresh, with zram and its modules left where they are: loading them
# takes longer than a test.
without_devices() {
	remove_every_device && modprobe zram num_devices=0
}

no_device_is_left() {
	[ -z "$(devices)" ] && return 0
	echo "left behind: $(devices)"
	return 1
}

# has ATTRIBUTE: this kernel's zram has it; leaves a device.
has() {
	modprobe zram num_devices=0 && truenoctl find >/dev/null && [ -e "/sys/block/zram0/$1" ]
}

# statistic FILE FIELD: of zram0's mm_stat or bd_stat.
statistic() {
	awk -v field="$2" '{ print $field }' "/sys/block/zram0/$1"
}

write_pages() {
	pages_file 2 && dd if="$pages" of=/dev/zram0 bs=64k oflag=direct 2>/dev/null
}

# Newer kernels count the age of pages in whole seconds: what was written just
# now is no older than 0 of them.
let_pages_age() {
	sleep 2
}

# From the device, not from the page cache.
same_pages() {
	dd if=/dev/zram0 bs=64k iflag=direct 2>/dev/null | cmp -n "$(stat -c %s "$pages")" - "$pages"
}

# A loop device of 8 MiB in $loop.
loop_device() {
	modprobe loop && truncate -s 8M "$work/backing" || return 1
	loop=$(losetup --show -f "$work/backing")
}

free_loop_device() {
	losetup -d "$loop" && rm "$work/backing"
}

size_expressions() {
	without_devices || return 1
	run 0 truenoctl create -s 'min(ram / 4, 24M)' || return 1
	[ "$(attribute 0 disksize)" -eq $((24 * 1048576)) ] || return 1
	run 2 truenoctl create -s 'min(ram / 4' && says "'min\(ram / 4'" && [ "$(devices)" = zram0 ]
}

dry_runs_take_no_step() {
	start_afresh || return 1
	run 0 truenoctl create -n -s 8M -a trueno-lz4 --mem-limit 4M --swap || return 1
	diff "$work/out" - <<-EXPECTED || return 1
		load module zram num_devices=0
		load module crypto-trueno-lz4
		read /sys/class/zram-control/hot_add
		write 'trueno-lz4' to /sys/block/zram0/comp_algorithm
		write '4194304' to /sys/block/zram0/mem_limit
		write '8388608' to /sys/block/zram0/disksize
		run mkswap /dev/zram0
		swap on /dev/zram0 with priority 100
	EXPECTED
	run 0 truenoctl find --dry-run --json && grep -q 'hot_add' "$work/out" || return 1
	nothing_is_left || return 1
	run 0 truenoctl create -s 8M && run 0 as_nobody truenoctl create -n -s 8M || return 1
	run 0 truenoctl set -n zram0 --mem-limit 2M && [ "$(statistic mm_stat 4)" -eq 0 ] || return 1
	run 0 truenoctl reset -n zram0 && [ "$(attribute 0 disksize)" -eq 8388608 ] || return 1
	run 0 truenoctl idle -n zram0 && grep -q "'all' to /sys/block/zram0/idle" "$work/out" || return 1
	run 0 truenoctl remove -n zram0 && [ "$(devices)" = zram0 ]
}

memory_limit_changes() {
	without_devices && run 0 truenoctl create -s 16M --mem-limit 4M || return 1
	[ "$(statistic mm_stat 4)" -eq $((4 * 1048576)) ] || return 1
	run 0 truenoctl set zram0 --mem-limit none && [ "$(statistic mm_stat 4)" -eq 0 ] || return 1
	run 2 truenoctl set zram0 --mem-limit much && says "--mem-limit: 'much'" 'HINT: .*none' || return 1
	run 2 truenoctl set zram0 && says 'no setting' && run 1 truenoctl set zram7 --mem-limit 1M
}

# The kernel enforces the limit: some of the pages do not fit.
memory_limit_holds() {
	without_devices && run 0 truenoctl create -s 16M --mem-limit 128K || return 1
	pages_file 2 && fails write_pages || return 1
	[ "$(statistic mm_stat 3)" -gt 0 ] && [ "$(statistic mm_stat 3)" -le 131072 ]
}

settings_fixed_with_size() {
	without_devices && run 0 truenoctl create -s 8M -a lz4 || return 1
	run 1 truenoctl set zram0 -a zstd || return 1
	says '--algorithm cannot be changed: /dev/zram0 has a size' "HINT: 'truenoctl reset zram0'" ||
		return 1
	run 1 truenoctl set zram0 --size 4M && says '--size cannot be changed' || return 1
	run 0 truenoctl reset zram0 && [ "$(attribute 0 disksize)" -eq 0 ] || return 1
	run 0 truenoctl set zram0 -a zstd -s 4M || return 1
	[ "$(attribute 0 disksize)" -eq 4194304 ] && grep -qF '[zstd]' /sys/block/zram0/comp_algorithm
}

# The second step fails: the first one is taken back.
failing_set_is_undone() {
	local before
	without_devices && modprobe zram num_devices=0 && run 0 truenoctl find || return 1
	before=$(attribute 0 comp_algorithm)
	loop_device && run 0 truenoctl create -s 8M --backing-dev "$loop" || return 1
	run 1 truenoctl set zram0 -a zstd --backing-dev "$loop" -s 8M || return 1
	says "cannot write '$loop' to .*/backing_dev" 'undone: comp_algorithm of /dev/zram0' \
		'HINT: .*backing device' || return 1
	[ "$(attribute 0 disksize)" -eq 0 ] || return 1
	grep -qF "[$(grep -oE '\[[^]]*' <<<"$before" | tr -d '[')]" /sys/block/zram0/comp_algorithm ||
		return 1
	without_devices && free_loop_device
}

reset_refuses_used_devices() {
	without_devices && run 0 truenoctl create -s 16M --swap && run 0 truenoctl create -s 16M || return 1
	run 1 truenoctl reset zram1 zram0 || return 1
	says '/dev/zram0 is in use as swap' "HINT: 'swapoff /dev/zram0'" || return 1
	[ "$(attribute 1 disksize)" -gt 0 ] || return 1
	swapoff /dev/zram0 && exec 9</dev/zram0
	run 1 truenoctl reset zram0
	local refused=$?
	exec 9<&-
	[ "$refused" -eq 0 ] && says 'cannot reset /dev/zram0: .*busy' "HINT: .*'fuser -v" || return 1
	run 0 truenoctl reset zram0 zram1 && [ "$(attribute 0 disksize)" -eq 0 ] &&
		[ "$(attribute 1 disksize)" -eq 0 ]
}

# What udev does to every new device.
a_short_look_delays_reset() {
	without_devices && run 0 truenoctl create -s 8M || return 1
	exec 9</dev/zram0
	sleep 0.3 &
	exec 9<&-
	run 0 truenoctl reset zram0 && wait && [ "$(attribute 0 disksize)" -eq 0 ]
}

find_prefers_what_is_there() {
	without_devices && run 0 truenoctl find && [ "$(cat "$work/out")" = /dev/zram0 ] || return 1
	run 0 truenoctl find --json && grep -q '"name": "/dev/zram0"' "$work/out" || return 1
	[ "$(devices)" = zram0 ] && run 0 truenoctl set zram0 -s 8M || return 1
	run 0 truenoctl find && [ "$(cat "$work/out")" = /dev/zram1 ] || return 1
	run 0 as_nobody truenoctl find && [ "$(cat "$work/out")" = /dev/zram1 ]
}

filesystem_is_mounted() {
	without_devices && mkdir -p "$work/mount point" || return 1
	run 0 truenoctl create -s 32M --fs ext4 --mount "$work/mount point" --discard ||
		return 1
	grep -E '^/dev/zram0 [^ ]*mount\\040point ext4 [^ ]*discard' /proc/mounts || return 1
	echo text >"$work/mount point/file" || return 1
	run 1 truenoctl reset zram0 && says "mounted on $work/mount point" || return 1
	umount "$work/mount point" && run 0 truenoctl remove zram0
}

failing_filesystem_is_undone() {
	without_devices && mkdir -p "$work/mkfs" "$work/directory" || return 1
	run 1 truenoctl create -s 8M --fs xfs || return 1
	says "program 'mkfs.xfs' is not installed" 'undone: remove /dev/zram0' 'HINT: .*xfsprogs' &&
		no_device_is_left || return 1
	printf '#!/bin/sh\n' >"$work/mkfs/mkfs.ext4"
	chmod +x "$work/mkfs/mkfs.ext4"
	run 1 env PATH="$work/mkfs:$PATH" truenoctl create -s 8M --fs ext4 || return 1
	says 'left no ext4 on /dev/zram0' && no_device_is_left || return 1
	# A file system that its superblock promises and that is not there.
	cat >"$work/mkfs/mkfs.ext4" <<-SCRIPT
		#!/bin/sh
		$(command -v mkfs.ext4) "\$@" && dd if=/dev/zero of="\$2" bs=1k seek=2 count=64
	SCRIPT
	run 1 env PATH="$work/mkfs:$PATH" truenoctl create -s 8M --fs ext4 --mount "$work/directory" ||
		return 1
	says "cannot mount /dev/zram0 on $work/directory" 'undone: remove /dev/zram0' 'HINT: ' &&
		no_device_is_left
}

parameters_are_written() {
	if has algorithm_params; then
		without_devices && run 0 truenoctl create -s 8M -a trueno-lz4,level=-1 || return 1
		write_pages && same_pages || return 1
		without_devices && run 1 truenoctl create -s 8M -a trueno-lz4,level=0 || return 1
		says 'cannot write .*/disksize' 'undone: remove /dev/zram0' 'HINT: .*level' || return 1
	else
		run 1 truenoctl create -s 8M -a lz4,level=3 || return 1
		says 'no attribute algorithm_params' 'undone: remove' 'HINT: .*6\.12' || return 1
		without_devices || return 1
	fi
	no_device_is_left || return 1
	run 2 truenoctl create -s 8M -a lz4,dict=/nonexistent && says "'/nonexistent'" || return 1
	run 2 truenoctl create -s 8M -a lz4,depth=3 && says "'depth=3'" 'HINT: .*level='
}

idle_pages_are_written_back() {
	without_devices && loop_device || return 1
	run 0 truenoctl create -s 8M --backing-dev "$loop" --writeback-limit 64K && write_pages || return 1
	run 0 truenoctl idle zram0 && run 1 truenoctl writeback --type idle zram0 || return 1
	says 'HINT: .*--writeback-limit' && [ "$(statistic bd_stat 1)" -eq 16 ] || return 1
	run 0 truenoctl set zram0 --writeback-limit none || return 1
	run 0 truenoctl writeback --type idle zram0 && [ "$(statistic bd_stat 1)" -gt 100 ] || return 1
	same_pages || return 1
	run 1 truenoctl writeback --page-index 99999999 zram0 && says 'HINT: .*within the device' || return 1
	run 0 truenoctl reset zram0 && [ "$(attribute 0 backing_dev)" = none ] && free_loop_device
}

a_page_is_written_back() {
	without_devices && loop_device || return 1
	run 0 truenoctl create -s 8M --backing-dev "$loop" && write_pages || return 1
	run 0 truenoctl writeback --page-index 3 --page-index 5 zram0 || return 1
	cat /sys/block/zram0/bd_stat
	[ "$(statistic bd_stat 1)" -gt 0 ] && [ "$(statistic bd_stat 1)" -le 2 ] && same_pages || return 1
	without_devices && free_loop_device
}

writeback_needs_a_backing_device() {
	without_devices && run 0 truenoctl create -s 8M || return 1
	run 1 truenoctl writeback --type huge zram0 || return 1
	says '/dev/zram0 has no backing device' 'HINT: .*--backing-dev' || return 1
	run 2 truenoctl writeback zram0 && run 2 truenoctl writeback --type cold zram0 || return 1
	run 2 truenoctl create -s 8M --backing-dev "$work" && says "'$work' is not a block device"
}

# Nothing is an hour old; everything is at least 0 seconds old.
ages_decide() {
	without_devices && loop_device || return 1
	run 0 truenoctl create -s 8M --backing-dev "$loop" && write_pages || return 1
	run 0 truenoctl idle --age 3600 zram0 && run 0 truenoctl writeback -t idle zram0 || return 1
	[ "$(statistic bd_stat 1)" -eq 0 ] || return 1
	let_pages_age
	run 0 truenoctl idle zram0 --age 0 && run 0 truenoctl writeback -t idle zram0 || return 1
	[ "$(statistic bd_stat 1)" -gt 0 ] || return 1
	without_devices && free_loop_device
}

# policy LINE...: in $work/policy.
policy() {
	printf '%s\n' '[zram0]' "$@" >"$work/policy"
}

tune_keeps_to_the_budget() {
	without_devices && loop_device && rm -rf "$work/state" || return 1
	run 0 truenoctl create -s 8M --backing-dev "$loop" && run 0 truenoctl create -s 8M || return 1
	write_pages && policy 'idle-after = 0s' 'writeback = idle' 'writeback-budget-per-day = 64K' ||
		return 1
	run 0 truenoctl tune --dry-run --policy "$work/policy" --state "$work/state" || return 1
	diff "$work/out" - <<-EXPECTED || return 1
		write '0' to /sys/block/zram0/idle
		write '16' to /sys/block/zram0/writeback_limit
		write '1' to /sys/block/zram0/writeback_limit_enable
		write 'idle' to /sys/block/zram0/writeback
	EXPECTED
	[ "$(statistic bd_stat 1)" -eq 0 ] || return 1
	let_pages_age
	run 0 truenoctl tune --once --policy "$work/policy" --state "$work/state" || return 1
	[ "$(statistic bd_stat 1)" -eq 16 ] || return 1
	run 0 truenoctl tune --once --policy "$work/policy" --state "$work/state" || return 1
	[ "$(statistic bd_stat 3)" -eq 16 ] || return 1
	policy 'idle-after = 0s' 'writeback = idle' 'writeback-budget-per-day = 96K' || return 1
	run 0 truenoctl tune --once --policy "$work/policy" --state "$work/state" || return 1
	[ "$(statistic bd_stat 3)" -eq 24 ] && same_pages || return 1
	policy 'idle-after = 0s' 'recompress = no-such' || return 1
	run 1 truenoctl tune --once --policy "$work/policy" && says 'recompress' || return 1
	without_devices && free_loop_device
}

tune_needs_a_backing_device() {
	without_devices && run 0 truenoctl create -s 8M || return 1
	policy 'writeback = huge' 'writeback-budget-per-day = 1M' || return 1
	run 1 truenoctl tune --once --policy "$work/policy" && says '/dev/zram0 has no backing device'
}

# What is deleted leaves gaps, which compaction closes.
compact_frees_memory() {
	local page before
	without_devices && run 0 truenoctl create -s 8M -a lz4 && write_pages || return 1
	for ((page = 0; page < 480; page += 40)); do
		dd if=/dev/zero of=/dev/zram0 bs=4k count=30 seek="$page" oflag=direct 2>/dev/null || return 1
	done
	before=$(statistic mm_stat 3)
	run 0 truenoctl compact zram0 || return 1
	echo "$before -> $(statistic mm_stat 3)"
	[ "$(statistic mm_stat 7)" -gt 0 ] && [ "$(statistic mm_stat 3)" -lt "$before" ]
}

nothing_is_done_to_unset_devices() {
	local subcommand
	without_devices && run 0 truenoctl find || return 1
	for subcommand in compact idle; do
		run 1 truenoctl "$subcommand" zram0 && says 'zram0 has no size' 'HINT: .*set zram0 --size' ||
			return 1
	done
}

absent_recompression_is_explained() {
	without_devices && run 1 truenoctl create -s 8M --recompress zstd || return 1
	says 'no attribute recomp_algorithm' 'undone: remove' 'HINT: .*CONFIG_ZRAM_MULTI_COMP' || return 1
	no_device_is_left && run 0 truenoctl create -s 8M || return 1
	run 1 truenoctl recompress --type idle zram0 && says 'HINT: .*CONFIG_ZRAM_MULTI_COMP'
}

idle_pages_are_recompressed() {
	local before
	start_afresh && modprobe zsmalloc && insmod "$multi_comp" num_devices=0 && modprobe trueno_zram ||
		return 1
	run 0 truenoctl create -s 8M -a lz4 --recompress trueno-zstd-dense --recompress deflate,level=9 ||
		return 1
	attribute 0 recomp_algorithm
	write_pages && before=$(statistic mm_stat 2) || return 1
	run 1 truenoctl recompress --type idle --algorithm lzo zram0 || return 1
	says "not recompress with 'lzo'" 'HINT: .*trueno-zstd-dense \(priority 1\), deflate \(priority 2\)' ||
		return 1
	run 0 truenoctl idle zram0 && run 0 truenoctl recompress -t idle --max-pages 4 -p 2 zram0 || return 1
	echo "compressed: $before -> $(statistic mm_stat 2)"
	[ "$(statistic mm_stat 2)" -lt "$before" ] && before=$(statistic mm_stat 2) || return 1
	run 0 truenoctl recompress -t idle -a trueno-zstd-dense zram0 || return 1
	echo "compressed: $before -> $(statistic mm_stat 2)"
	[ "$(statistic mm_stat 2)" -lt $((before * 9 / 10)) ] && same_pages || return 1
	write_pages && before=$(statistic mm_stat 2) || return 1
	policy 'idle-after = 0s' 'recompress = trueno-zstd-dense' || return 1
	let_pages_age
	run 0 truenoctl tune --once --policy "$work/policy" || return 1
	echo "compressed: $before -> $(statistic mm_stat 2)"
	[ "$(statistic mm_stat 2)" -lt $((before * 9 / 10)) ] && same_pages || return 1
	run 1 truenoctl recompress --threshold 4096 zram0 && says 'HINT: --threshold' || return 1
	run 2 truenoctl recompress zram0
}

recompression_needs_an_algorithm() {
	run 0 truenoctl create -s 8M || return 1
	run 1 truenoctl recompress --type huge "$(cat "$work/out")" || return 1
	says 'has no algorithm to recompress with' 'HINT: .*--recompress' || return 1
	run 1 truenoctl create -s 8M --recompress no-such-codec || return 1
	says "'no-such-codec'" 'undone: remove' 'HINT: this kernel knows .*\blz4\b'
}

other_users_may_not() {
	without_devices && run 0 truenoctl create -s 8M || return 1
	run 4 as_nobody truenoctl set zram0 --mem-limit 1M || return 1
	says 'mem_limit: Permission denied' 'HINT: .*root.*CAP_' && run 4 as_nobody truenoctl reset zram0 &&
		run 4 as_nobody truenoctl compact zram0 && run 4 as_nobody truenoctl idle zram0 || return 1
	[ "$(attribute 0 disksize)" -eq 8388608 ]
}

needs_a_machine_without_devices
begin 25
check "a size may be an expression" size_expressions
check "dry runs tell each step and take none" dry_runs_take_no_step
check "a memory limit is set and lifted" memory_limit_changes
check "a memory limit holds" memory_limit_holds
check "what is fixed with the size is refused until a reset" settings_fixed_with_size
check "a set that fails is undone" failing_set_is_undone
check "reset refuses devices in use, all or none" reset_refuses_used_devices
check "reset waits while another looks at the device" a_short_look_delays_reset
check "find prints a device that is there before it makes one" find_prefers_what_is_there
check "create --fs --mount mounts" filesystem_is_mounted
check "a file system that cannot be made or mounted is undone" failing_filesystem_is_undone
check "parameters of algorithms are set or explained" parameters_are_written
if has backing_dev; then
	check "idle pages are written back up to the limit" idle_pages_are_written_back
	check "single pages are written back" a_page_is_written_back
	check "writeback needs a backing device and a type" writeback_needs_a_backing_device
	check "pages of an age are idle" ages_decide
	check "tune keeps to the day's budget" tune_keeps_to_the_budget
	check "tune needs a backing device to write back" tune_needs_a_backing_device
else
	for name in "idle pages are written back up to the limit" "single pages are written back" \
		"writeback needs a backing device and a type" "pages of an age are idle" \
		"tune keeps to the day's budget" "tune needs a backing device to write back"; do
		skip "$name" "this kernel is built without CONFIG_ZRAM_WRITEBACK"
	done
fi
check "compact frees memory" compact_frees_memory
check "a device without a size holds nothing to work on" nothing_is_done_to_unset_devices
if has recomp_algorithm; then
	skip "a kernel without recompression is told of" "this kernel has it"
else
	check "a kernel without recompression is told of" absent_recompression_is_explained
fi
if [ -e "$multi_comp" ]; then
	check "idle pages are recompressed" idle_pages_are_recompressed
	check "recompression needs an algorithm" recompression_needs_an_algorithm
else
	skip "idle pages are recompressed" "there is no $multi_comp"
	skip "recompression needs an algorithm" "there is no $multi_comp"
fi
check "without root: exit status 4 and the capability" other_users_may_not
check "everything can be unloaded at the end" start_afresh
finish
