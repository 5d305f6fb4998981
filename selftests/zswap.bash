# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# lib.bash, and zswap in front of a swap device on a RAM disk.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.bash"

LIMIT_MIB=${LIMIT_MIB:-10}
FILL_MIB=${FILL_MIB:-32}
PASSES=${PASSES:-1}
parameters=/sys/module/zswap/parameters
statistics=/sys/kernel/debug/zswap
disk=/dev/ram0

[ -d "$parameters" ] || skip_all "this kernel has no zswap"
[ -x "$selftests_dir/swap_pressure" ] ||
	skip_all "no $selftests_dir/swap_pressure; make -C selftests"
has_memory_control || skip_all "no memory controller in /sys/fs/cgroup"
modprobe brd rd_nr=1 rd_size=$((FILL_MIB * 4096))
[ -b "$disk" ] || skip_all "this kernel has no RAM disk (brd)"

parameter_names='enabled compressor max_pool_percent'
[ ! -e "$parameters/zpool" ] || parameter_names="$parameter_names zpool"

save_parameters() {
	local name
	for name in $parameter_names; do
		cat "$parameters/$name" >"$work/zswap-$name"
	done
}

# Switched off last: some kernels change the pool only while zswap is on.
restore_parameters() {
	local name
	swapoff "$disk" 2>/dev/null
	for name in compressor zpool max_pool_percent enabled; do
		[ ! -e "$work/zswap-$name" ] ||
			cat "$work/zswap-$name" >"$parameters/$name" || return 1
	done
}

parameters_are_restored() {
	local name
	restore_parameters || return 1
	for name in $parameter_names; do
		echo "$name: $(cat "$parameters/$name"), before $(cat "$work/zswap-$name")"
		cmp "$work/zswap-$name" "$parameters/$name" || return 1
	done
}

set_parameter() {
	echo "$2" >"$parameters/$1" || return 1
	[ "$(cat "$parameters/$1")" = "$2" ] && return 0
	echo "$1 is $(cat "$parameters/$1"), not $2"
	return 1
}

# choose FORMAT ZPOOL
choose() {
	set_parameter enabled Y || return 1
	[ ! -e "$parameters/zpool" ] || set_parameter zpool "$2" || return 1
	set_parameter compressor "$1"
}

statistic() {
	cat "$statistics/$1"
}

# A pool that is not chosen any more goes a while after its last page.
driver_is_idle() {
	local _
	for _ in $(seq 50); do
		[ "$(driver_field "$1" refcnt)" -gt 1 ] || return 0
		sleep 0.2
	done
	echo "refcnt of $1 is $(driver_field "$1" refcnt)"
	return 1
}

swap_start() {
	! grep -q "^$disk " /proc/swaps || return 0
	pages_file 8 && mkswap "$disk" >/dev/null 2>&1 && swapon -p 32767 "$disk"
}

# What zswap holds is gone when the processes end: read it meanwhile.
sample_statistics() {
	local stored most=0
	while sleep 0.2; do
		stored=$(statistic stored_pages)
		[ "$stored" -le "$most" ] || most=$stored
		echo "$most" >"$work/stored"
	done
}

# serve FORMAT ZPOOL: what happened is left in $work/account. Swap stays on.
serve() {
	local variant driver idle busy out in compressed decompressed sampler status=0
	variant=$(chosen "$1")
	driver=$1-$variant-scomp
	idle=$(driver_field "$driver" refcnt)
	choose "$1" "$2" && swap_start || return 1
	busy=$(driver_field "$driver" refcnt)
	out=$(vm_counter zswpout) in=$(vm_counter zswpin)
	compressed=$(counter "$1@$variant" compress calls)
	decompressed=$(counter "$1@$variant" decompress calls)
	sample_statistics &
	sampler=$!
	press "$FILL_MIB" "$PASSES" || status=1
	kill "$sampler"
	wait "$sampler" 2>/dev/null
	out=$(($(vm_counter zswpout) - out)) in=$(($(vm_counter zswpin) - in))
	compressed=$(($(counter "$1@$variant" compress calls) - compressed))
	decompressed=$(($(counter "$1@$variant" decompress calls) - decompressed))
	{
		echo "$1 on $2: refcnt of $driver $idle -> $busy, at most $(cat "$work/stored") pages stored," \
			"$out stored in all, $in loaded;" \
			"calls of $1@$variant: compress $compressed, decompress $decompressed"
		grep -r . "$statistics" | sed "s|$statistics/||" | paste -sd' '
	} >"$work/account"
	cat "$work/account"
	[ "$status" -eq 0 ] || return 1
	# One is the crypto API's own; $idle may be of a pool that goes meanwhile.
	[ "$busy" -gt 1 ] || return 1
	fails rmmod trueno || return 1
	[ "$(cat "$work/stored")" -gt 0 ] || return 1
	# Each of two processes, perhaps one after the other, fills half; what does
	# not fit the limit went out at least once and came back, to a process or
	# to be written to the disk, from where no codec brings it back.
	[ "$out" -ge $(((FILL_MIB - 2 * LIMIT_MIB) * 200)) ] || return 1
	[ "$decompressed" -ge $(((FILL_MIB - 2 * LIMIT_MIB) * 200)) ] || return 1
	[ "$in" -ge 200 ] || return 1
	# A page that repeats one word needs no codec.
	[ "$compressed" -ge $((out * 9 / 10)) ] || return 1
	[ "$decompressed" -ge $((in * 9 / 10)) ]
}

# The rest of what the processes may use is what zswap keeps for them.
limit_memory() {
	memory_group_create "$LIMIT_MIB"
	[ ! -e "$memory_group/memory.zswap.max" ] ||
		echo "$((LIMIT_MIB / 2))M" >"$memory_group/memory.zswap.max"
}
