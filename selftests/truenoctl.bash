# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# lib.bash, and how tests of truenoctl run it and look at what it left.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.bash"

# run STATUS COMMAND...: the command's exit status is as wanted. What it prints
# stays in $work/out and $work/err.
run() {
	local want=$1 status=0
	shift
	"$@" >"$work/out" 2>"$work/err" || status=$?
	cat "$work/out" "$work/err"
	[ "$status" -eq "$want" ] && return 0
	echo "exit status $status, not $want: $*"
	return 1
}

# matches FILE PATTERN...: a line of the file matches each.
matches() {
	local file=$1 pattern
	shift
	for pattern; do
		grep -qE -e "$pattern" "$file" && continue
		echo "no line matches: $pattern"
		return 1
	done
}

# says PATTERN...: the last command's messages; prints PATTERN...: its output.
says() {
	matches "$work/err" "$@"
}

prints() {
	matches "$work/out" "$@"
}

devices() {
	local device
	for device in /sys/block/zram*; do
		[ ! -e "$device" ] || echo "${device##*/}"
	done
}

remove_every_device() {
	local device
	for device in $(devices); do
		umount "/dev/$device" 2>/dev/null
		zram_remove "${device#zram}" || return 1
	done
}

# From a machine without devices and without our modules...
start_afresh() {
	remove_every_device && unload && { [ ! -d /sys/module/zram ] || rmmod zram; }
}

# ... to the same: nothing that was begun is left.
nothing_is_left() {
	[ -z "$(devices)$(lsmod | grep -E '^(zram|trueno)')" ] && return 0
	echo "left behind: $(devices) $(lsmod | grep -E '^(zram|trueno)')"
	return 1
}

as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

needs_a_machine_without_devices() {
	needs_truenoctl
	modinfo zram >/dev/null 2>&1 || skip_all "this kernel has no zram"
	[ -z "$(devices)" ] || skip_all "a zram device exists, which the test would have to remove"
	start_afresh || skip_all "zram or trueno is in use"
}
