#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# truenoctl on real zram devices: what it makes, shows, refuses and undoes.
. "$(dirname -- "$0")/truenoctl.bash"

# json_value KEY: its value in the one device that status shows.
json_value() {
	sed -nE "s/^ *\"$1\": \"?([^\",]*)\"?,?\$/\\1/p" "$work/out"
}

status_without_devices() {
	start_afresh || return 1
	run 0 truenoctl status && says 'zram is not loaded' || return 1
	run 0 truenoctl status --json && grep -q '"devices": \[\]' "$work/out" || return 1
	modprobe zram num_devices=0 || return 1
	run 0 truenoctl status && says 'no zram device exists'
}

create_loads_modules() {
	start_afresh || return 1
	run 0 truenoctl create --size 20M --algorithm trueno-lz4 || return 1
	[ "$(cat "$work/out")" = /dev/zram0 ] || return 1
	[ "$(devices)" = zram0 ] || return 1
	[ "$(cat /sys/block/zram0/disksize)" = $((20 * 1048576)) ] || return 1
	grep -q '\[trueno-lz4\]' /sys/block/zram0/comp_algorithm || return 1
	[ -d /sys/module/trueno ]
}

our_driver_serves() {
	local driver idle
	start_afresh && load || return 1
	driver=trueno-lz4-$(sed -n 's/^compress //p' "$state/trueno-lz4")
	idle=$(driver_field "$driver" refcnt)
	run 0 truenoctl create -s 8M -a trueno-lz4 || return 1
	echo "refcnt of $driver: $idle -> $(driver_field "$driver" refcnt)"
	[ "$(driver_field "$driver" refcnt)" -gt "$idle" ] || return 1
	run 0 truenoctl remove zram0 || return 1
	[ "$(driver_field "$driver" refcnt)" -eq "$idle" ]
}

size_of_ram() {
	local ram size
	start_afresh || return 1
	run 0 truenoctl create -s 12.5% --json || return 1
	grep -q '"name": "/dev/zram0"' "$work/out" || return 1
	ram=$(($(awk '/^MemTotal:/ { print $2 }' /proc/meminfo) * 1024))
	size=$(cat /sys/block/zram0/disksize)
	echo "$size of $ram"
	[ "$size" -ge $((ram / 8)) ] && [ "$size" -lt $((ram / 8 + 4096)) ]
}

# The figures agree with zramctl's, on a device that holds pages.
status_shows_what_zramctl_shows() {
	local name size data compr total algorithm
	start_afresh || return 1
	run 0 truenoctl create -s 16M -a zstd && pages_file 4 || return 1
	dd if="$pages" of=/dev/zram0 bs=64k oflag=direct 2>/dev/null || return 1
	run 0 truenoctl status --json zram0 || return 1
	read -r name size data compr total algorithm < <(zramctl --bytes --noheadings --raw \
		--output NAME,DISKSIZE,DATA,COMPR,TOTAL,ALGORITHM /dev/zram0)
	echo "zramctl: $name $size $data $compr $total $algorithm"
	[ "$data" -gt 1000000 ] || return 1
	[ "$(json_value name)" = "$name" ] || return 1
	[ "$(json_value disksize)" = "$size" ] || return 1
	[ "$(json_value data)" = "$data" ] || return 1
	[ "$(json_value compr)" = "$compr" ] || return 1
	[ "$(json_value total)" = "$total" ] || return 1
	[ "$(json_value algorithm)" = "$algorithm" ] || return 1
	run 0 truenoctl status || return 1
	grep -qE '^/dev/zram0 +zstd +16M ' "$work/out"
}

swap_on_and_off() {
	start_afresh || return 1
	run 0 truenoctl create -s 32M -a trueno-lz4 --swap --priority 7 --discard || return 1
	cat /proc/swaps
	grep -qE '^/dev/zram0 +partition.*[[:space:]]7$' /proc/swaps || return 1
	run 0 truenoctl status && grep -qF '[SWAP]' "$work/out" || return 1
	run 1 truenoctl remove zram0 || return 1
	says '/dev/zram0 is in use as swap' 'HINT: .*--swapoff' || return 1
	grep -q '^/dev/zram0' /proc/swaps || return 1
	run 0 truenoctl remove --swapoff /dev/zram0 || return 1
	! grep -q zram /proc/swaps && [ -z "$(devices)" ]
}

mounted_device_stays() {
	start_afresh && mkdir -p "$work/mount point" || return 1
	run 0 truenoctl create -s 32M || return 1
	mkfs.ext4 -q -O ^metadata_csum /dev/zram0 && mount -t ext4 /dev/zram0 "$work/mount point" ||
		return 1
	run 1 truenoctl remove --swapoff zram0 || return 1
	says "mounted on $work/mount point" "HINT: 'umount " || return 1
	run 0 truenoctl status && grep -qF "$work/mount point" "$work/out" || return 1
	umount "$work/mount point" && run 0 truenoctl remove zram0
}

open_device_stays() {
	start_afresh && run 0 truenoctl create -s 8M || return 1
	exec 9</dev/zram0
	run 1 truenoctl remove zram0
	local refused=$?
	exec 9<&-
	[ "$refused" -eq 0 ] && says 'cannot remove /dev/zram0: Device or resource busy' 'HINT: ' &&
		[ "$(devices)" = zram0 ] && run 0 truenoctl remove zram0
}

# One name is wrong: none is removed.
remove_checks_all_first() {
	start_afresh && run 0 truenoctl create -s 8M && run 0 truenoctl create -s 8M || return 1
	run 1 truenoctl remove zram0 zram7 && says '/dev/zram7 does not exist' || return 1
	[ "$(devices | wc -l)" -eq 2 ] || return 1
	run 0 truenoctl remove zram0 zram1 && [ -z "$(devices)" ]
}

unknown_algorithm_is_undone() {
	start_afresh || return 1
	run 1 truenoctl create -s 8M -a no-such-codec || return 1
	says "'no-such-codec'" 'undone: .*remove /dev/zram0' 'HINT: .*\blz4\b' \
		'HINT: .*\btrueno-lz4\b' || return 1
	nothing_is_left || return 1
	run 1 truenoctl create -s 8M -a trueno-no-such-codec || return 1
	says "'trueno-no-such-codec'" 'HINT: .*doctor' && nothing_is_left
}

failing_mkswap_is_undone() {
	start_afresh && mkdir -p "$work/bin" || return 1
	printf '#!/bin/sh\necho no signature today >&2\nexit 3\n' >"$work/bin/mkswap"
	chmod +x "$work/bin/mkswap"
	run 1 env PATH="$work/bin:$PATH" truenoctl create -s 8M -a trueno-lz4 --swap || return 1
	says 'mkswap /dev/zram0 failed with exit status 3: no signature today' \
		'undone: remove /dev/zram0, .*unload trueno, unload zram' && nothing_is_left
}

# The message cannot be printed: the device would have no name to the caller.
unwritten_name_is_undone() {
	start_afresh || return 1
	if truenoctl create -s 8M --swap >/dev/full 2>"$work/err"; then
		return 1
	fi
	says 'standard output' 'undone: swapoff /dev/zram0, remove /dev/zram0' && nothing_is_left &&
		! grep -q zram /proc/swaps
}

too_large_is_refused() {
	start_afresh || return 1
	run 1 truenoctl create -s 100T && says '--size 100T is too large' 'HINT: ' || return 1
	run 2 truenoctl create -s 0 && run 2 truenoctl create -s 16K --swap && nothing_is_left
}

other_users_may_only_look() {
	start_afresh && run 0 truenoctl create -s 8M || return 1
	run 4 as_nobody truenoctl create -s 8M && says 'Permission denied' 'HINT: .*root' || return 1
	run 4 as_nobody truenoctl remove zram0 && says 'Permission denied' || return 1
	[ "$(devices)" = zram0 ] && run 0 as_nobody truenoctl status || return 1
	run 0 as_nobody truenoctl doctor || return 1
	start_afresh || return 1
	run 4 as_nobody truenoctl create -s 8M && says "kernel module 'zram'" && nothing_is_left
}

doctor_finds_nothing_wrong() {
	start_afresh && run 0 truenoctl doctor && grep -q 'not loaded' "$work/out" || return 1
	! grep -q HINT "$work/out" && nothing_is_left || return 1
	load && run 0 truenoctl doctor || return 1
	grep -qE "^module .* $(cat /sys/module/trueno/version) is loaded" "$work/out" || return 1
	grep -qE "^crypto .*trueno-lz4 by trueno-lz4-$(sed -n 's/^compress //p' "$state/trueno-lz4")" \
		"$work/out" || return 1
	run 0 truenoctl doctor --json && grep -q '"healthy": true' "$work/out"
}

doctor_tells_a_forced_variant() {
	reload isa_decompress=scalar && run 0 truenoctl doctor || return 1
	grep -qE '^trueno-lz4 .*decompress scalar: .*isa_decompress=scalar' "$work/out"
}

# "CODEC DIRECTION CALLS" of each line of the first table that counters shows, less
# those that failed; the second table's choices added up in the same way.
counted_calls() {
	awk '/^CODEC +DIRECTION +CALLS/ { inside = 1; next }
		!NF { inside = 0 }
		inside && $1 ~ /^trueno-auto/ { print $1, $2, $3 - $6 - $7 }' "$work/out" | sort
}

chosen_calls() {
	awk '/^CODEC +DIRECTION +CHOICE/ { inside = 1; next }
		inside { calls[$1 " " $2] += $4 }
		END { for (name in calls) print name, calls[name] }' "$work/out" | sort
}

# Pages written to each profile and read back: the choices that are shown add up
# to the calls, and the calls are those of the module's own file.
counters_show_choices() {
	local format id=0 mixed=$work/mixed.pages
	start_afresh && load && pages_file 2 || return 1
	# Text as well, so that whatever the pages are there is more than one choice.
	cat "$pages" "$selftests_dir"/*.sh "$selftests_dir"/*.sh |
		head -c "$(($(stat -c %s "$pages") + 65536))" >"$mixed"
	run 0 truenoctl counters && says 'no codec was called' || return 1
	for format in trueno-auto trueno-auto-dense trueno-auto-densest; do
		run 0 truenoctl create -s 8M -a "$format" || return 1
		dd if="$mixed" of="/dev/zram$id" bs=64k oflag=direct 2>/dev/null || return 1
		dd if="/dev/zram$id" bs=64k iflag=direct 2>/dev/null |
			cmp -n "$(stat -c %s "$mixed")" - "$mixed" || return 1
		id=$((id + 1))
	done
	run 0 truenoctl counters || return 1
	counted_calls >"$work/counted" && chosen_calls >"$work/chosen" || return 1
	diff "$work/counted" "$work/chosen" || return 1
	cp "$work/out" "$work/account"
	for format in trueno-auto trueno-auto-dense trueno-auto-densest; do
		format=$format@$(sed -n 's/^compress //p' "$state/$format")
		grep -qx "$format compress $(counter "$format" compress calls)" "$work/chosen" ||
			return 1
		[ "$(counter "$format" compress calls)" -gt 200 ] || return 1
		[ "$(grep -cE "^$format +compress +[a-z]" "$work/out")" -ge 2 ] ||
			return 1
	done
	run 0 truenoctl counters --json || return 1
	grep -q '"choices": \[' "$work/out" || return 1
	run 4 as_nobody truenoctl counters && says 'HINT: .*root'
}

# No module is installed in this namespace.
without_modules() {
	unshare -m bash -c 'mount -t tmpfs none /lib/modules && exec "$@"' bash "$@"
}

absent_modules_are_reported() {
	start_afresh || return 1
	run 3 without_modules truenoctl doctor || return 1
	grep -q '^HINT: zram: ' "$work/out" && grep -q '^HINT: module: ' "$work/out" || return 1
	run 3 without_modules truenoctl doctor --json && grep -q '"healthy": false' "$work/out" ||
		return 1
	run 1 without_modules truenoctl create -s 8M && says "kernel module 'zram'" 'HINT: ' || return 1
	modprobe zram num_devices=0 || return 1
	run 1 without_modules truenoctl create -s 8M -a no-such-codec || return 1
	says 'undone: remove /dev/zram0' && [ -z "$(devices)" ]
}

needs_a_machine_without_devices
begin 19
check "status without a device says so" status_without_devices
check "create loads zram and trueno and makes one device" create_loads_modules
if has_closed_zram; then
	skip "our driver serves the device, until it is removed" \
		"this zram does not use the crypto API's drivers"
else
	check "our driver serves the device, until it is removed" our_driver_serves
fi
check "a size in percent is of this machine's memory" size_of_ram
check "status shows what zramctl shows" status_shows_what_zramctl_shows
check "create --swap swaps; remove refuses it without --swapoff" swap_on_and_off
check "a mounted device is not removed" mounted_device_stays
check "a device that a process has open is not removed" open_device_stays
check "remove removes all devices or none" remove_checks_all_first
check "an unknown algorithm is undone, and the known ones are listed" unknown_algorithm_is_undone
check "a failing mkswap is undone" failing_mkswap_is_undone
check "a device whose name cannot be printed is undone" unwritten_name_is_undone
check "sizes that cannot work are refused" too_large_is_refused
check "without root: exit status 4, and status and doctor work" other_users_may_only_look
check "doctor finds nothing wrong here" doctor_finds_nothing_wrong
check "doctor tells why a forced variant runs" doctor_tells_a_forced_variant
account "counters shows choices that add up to the calls" counters_show_choices
check "absent modules are reported with a remedy" absent_modules_are_reported
check "everything can be unloaded at the end" start_afresh
finish
