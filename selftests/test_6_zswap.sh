#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# zswap with every format and the pool allocators of this kernel, under memory
# pressure. What Linux 6.1 cannot undo is in test_9_zswap_until_boot.sh.
. "$(dirname -- "$0")/zswap.bash"

# Newer kernels have one allocator, and no parameter to choose it.
zpools() {
	local zpool
	if [ ! -e "$parameters/zpool" ]; then
		echo zsmalloc
		return
	fi
	for zpool in zbud zsmalloc; do
		! modinfo "$zpool" >/dev/null 2>&1 || echo "$zpool"
	done
}

damage_is_seen() {
	load_faulty scalar || return 1
	choose "$1" "$2" && swap_start || return 1
	fails press "$FILL_MIB" 1 >"$work/damage" || return 1
	tail -n 3 "$work/damage"
	grep -q '^page [0-9]*, generation [0-9]*: byte 4095 is' "$work/damage" || return 1
	restore_parameters && driver_is_idle "$1-scalar-scomp" && unload
}

# A name nobody offers leaves the choice as it is.
bad_name_is_refused() {
	local before
	set_parameter enabled Y || return 1
	before=$(cat "$parameters/compressor")
	fails sh -c "echo trueno-nonsense >$parameters/compressor" || return 1
	[ "$(cat "$parameters/compressor")" = "$before" ]
}

loads_on_demand() {
	unload || return 1
	choose "$1" "$2" && [ -d /sys/module/trueno ] && restore_parameters &&
		driver_is_idle "$1-$(chosen "$1")-scomp"
}

# serve_and_go FORMAT ZPOOL: the module can be unloaded when zswap has let it go.
serve_and_go() {
	reload && serve "$1" "$2" && restore_parameters &&
		driver_is_idle "$1-$(chosen "$1")-scomp" && rmmod trueno
}

checked() {
	account "$@"
	restore_parameters
}

reload || exit 1
offered=$(formats)
allocators=$(zpools)
first=${offered%%[[:space:]]*}
last_allocator=${allocators##*[[:space:]]}
# Every format on every allocator; quickly, every format on one and every
# allocator with one.
pairs=$(for format in $offered; do
	for allocator in $allocators; do
		[ -n "${QUICK:-}" ] && [ "$format" != "$first" ] &&
			[ "$allocator" != "$last_allocator" ] || echo "$format $allocator"
	done
done)
begin $(($(wc -l <<<"$pairs") + 4))
save_parameters
trap 'restore_parameters; cleanup; rmmod brd' EXIT
limit_memory

check "writing the name loads the module" loads_on_demand "$first" "$last_allocator"
check "an unknown name is refused" bad_name_is_refused
while read -r format allocator; do
	checked "$format on $allocator: memory keeps its content under pressure" \
		serve_and_go "$format" "$allocator" </dev/null
done <<<"$pairs"
if [ -e "$faulty" ]; then
	checked "a damaged page is seen" damage_is_seen "$first" "$last_allocator"
else
	skip "a damaged page is seen" "no $faulty; make -C selftests"
fi
check "zswap's parameters are restored" parameters_are_restored
finish
