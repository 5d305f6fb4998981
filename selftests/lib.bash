# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What every test here needs: KTAP lines and a zram device that goes away with
# the test. A test sources this, then calls begin, check or skip, and finish.

set -u
selftests_dir=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
state=/sys/module/trueno/codecs
counters=/sys/kernel/debug/trueno/counters
work=$(mktemp -d)
zram_ids=''
case_count=0
fail_count=0

# begin COUNT: how many check and skip calls follow.
begin() {
	printf 'KTAP version 1\n1..%d\n' "$1"
	planned=$1
}

# check DESCRIPTION COMMAND...: passes if the command succeeds; what it printed
# is shown if it does not.
check() {
	local description=$1 started=$SECONDS
	shift
	case_count=$((case_count + 1))
	if "$@" >"$work/output" 2>&1; then
		printf 'ok %d %s # %d s\n' "$case_count" "$description" $((SECONDS - started))
	else
		printf 'not ok %d %s # %d s\n' "$case_count" "$description" $((SECONDS - started))
		sed 's/^/# /' "$work/output"
		fail_count=$((fail_count + 1))
		# What it left would make the next ones fail.
		remove_devices >/dev/null 2>&1
	fi
}

# account DESCRIPTION COMMAND...: a check that shows what the command leaves in
# $work/account if it succeeds, too.
account() {
	local failures=$fail_count
	rm -f "$work/account"
	check "$@"
	if [ "$fail_count" -eq "$failures" ] && [ -e "$work/account" ]; then
		sed 's/^/# /' "$work/account"
	fi
}

# skip DESCRIPTION REASON
skip() {
	case_count=$((case_count + 1))
	printf 'ok %d %s # SKIP %s\n' "$case_count" "$1" "$2"
}

finish() {
	if [ "$case_count" -ne "$planned" ]; then
		printf '# planned %d cases, ran %d\n' "$planned" "$case_count"
		exit 1
	fi
	[ "$fail_count" -eq 0 ]
	exit
}

# skip_all REASON: this machine cannot run the test at all.
skip_all() {
	printf 'KTAP version 1\n1..0 # SKIP %s\n' "$1"
	exit 4
}

# fails COMMAND...: succeeds if the command does not.
fails() {
	if "$@"; then
		echo "succeeded, but must fail: $*"
		return 1
	fi
}

# Lines the kernel has logged since mark_log.
mark_log() {
	echo "trueno-selftest mark $$ $case_count" >/dev/kmsg
	log_mark="trueno-selftest mark $$ $case_count"
}

new_log() {
	dmesg | awk -v mark="$log_mark" 'index($0, mark) { seen = 1; text = ""; next }
		seen { text = text $0 "\n" } END { printf "%s", text }'
}

log_has() {
	new_log | grep -F -e "$1" >/dev/null && return 0
	echo "not in the log: $1"
	new_log
	return 1
}

load() {
	modprobe trueno "$@"
}

unload() {
	[ ! -d /sys/module/trueno_zram ] || rmmod trueno_zram || return 1
	[ ! -d /sys/module/trueno ] || rmmod trueno
}

reload() {
	unload && load "$@"
}

# Empties the caches that may be emptied.
settle() {
	local cache
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sleep 2
	for cache in /sys/kernel/slab/*/shrink; do
		echo 1 >"$cache"
	done
}

# "NAME COUNT NOISE": objects in use per slab cache, vmalloc areas and per-CPU
# memory. A slab cache takes each CPU's current slab for fully used, so that its
# count jumps by whole slabs; with slub_debug=F on the command line it is exact.
# vmalloc areas are counted by the list of them, without those that the kernel will
# free in bulk: the slab cache of their descriptors also holds those of free ranges,
# which on 7.3 come and go by the hundred with the stock zram alone.
kernel_memory() {
	local slack=$((2 * $(nproc)))
	if grep -qx 1 /sys/kernel/slab/kmalloc-32/sanity_checks 2>/dev/null; then
		slack=0
	fi
	awk -v slack="$slack" 'NR > 2 && $1 != "vmap_area" { print $1, $2, $5 * slack }' /proc/slabinfo
	echo "vmalloc-areas $(grep -vc unpurged /proc/vmallocinfo) 0"
	awk '/^Percpu:/ { print "percpu-KiB", $2, 0 }' /proc/meminfo
}

# memory_is_as_before CYCLES: compares $work/before and $work/after, and says what
# grew as much as what leaks in every cycle. Per-CPU memory is counted in whole pages,
# and 100 sets of counters need more than 24 KiB.
memory_is_as_before() {
	cat "$work/before" "$work/after" | awk -v cycles="$1" '
		!($1 in before) { before[$1] = $2; next }
		{
			limit = $1 == "percpu-KiB" ? 24 : cycles * 3 / 4 + $3
			if ($2 - before[$1] >= limit) {
				printf "%s: %d -> %d\n", $1, before[$1], $2
				bad = 1
			}
		}
		END { exit bad }'
}

# leaves_memory CYCLES COMMAND...: what leaks, leaks at least one object in
# every cycle: growth near the number of cycles is a leak, less is what else
# went on meanwhile. A busy machine frees late what RCU holds, and from Linux 6.18
# on slabs keep some freed objects ready, which count as used; a leak grows again
# whenever the cycles are repeated.
leaves_memory() {
	local cycles=$1 cycle round attempt
	shift
	for cycle in 1 2 3 4 5; do
		"$@" || return 1
	done
	for round in 1 2 3; do
		settle
		kernel_memory >"$work/before"
		for ((cycle = 0; cycle < cycles; cycle++)); do
			"$@" || return 1
		done
		for attempt in 1 2 3; do
			settle
			kernel_memory >"$work/after"
			memory_is_as_before "$cycles" && return 0
		done
		echo "that is after $cycles cycles, the ${round}. time"
	done
	return 1
}

needs_truenoctl() {
	command -v truenoctl >/dev/null || skip_all "truenoctl is not installed"
	[ -z "${WITHOUT_TOOL:-}" ] || skip_all "the tool is tested on other kernels"
}

# The formats on offer, and the variants of one of them.
formats() {
	ls "$state"
}

variants() {
	sed -n 's/^variants //p' "$state/$1"
}

# The variants that any format has, the first format's first; ISAS names those to
# test where testing all of them takes too long.
isas() {
	local format
	for format in $(formats); do
		variants "$format" | tr ' ' '\n'
	done | awk -v only="${ISAS:-}" '
		BEGIN { limited = split(only, names, " "); for (i in names) wanted[names[i]] }
		!seen[$0]++ && (!limited || $0 in wanted)'
}

has_variant() {
	variants "$1" | grep -qw -- "$2"
}

# chosen FORMAT: the variant that compresses.
chosen() {
	sed -n 's/^compress //p' "$state/$1"
}

# Those that need a SIMD section.
simd_isas() {
	isas | grep -vxE 'bmi2|scalar|reference'
}

# peer FORMAT: the kernel's own compressor of the same format, or "none".
peer() {
	local name=${1#trueno-}
	name=${name%%-*}
	modprobe "crypto-$name" 2>/dev/null
	if [ -n "$(awk -v name="$name" -F ' *: *' \
		'$1 == "name" && $2 == name { print $2; exit }' /proc/crypto)" ]; then
		echo "$name"
	else
		echo none
	fi
}

# serves FORMAT ISA: the variant is chosen in both directions.
serves() {
	cat "$state/$1"
	grep -qx "compress $2" "$state/$1" && grep -qx "decompress $2" "$state/$1"
}

# choose_isa ISA: reloads the module if it does not run these variants yet. Its
# self-test is test_1_load.sh's.
choose_isa() {
	[ "$(cat /sys/module/trueno/parameters/isa 2>/dev/null)" = "$1" ] ||
		reload isa="$1" selftest=0
}

# counter CODEC DIRECTION COLUMN: one figure of debugfs trueno/counters.
counter() {
	awk -v codec="$1" -v direction="$2" -v column="$3" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) field = i }
		$1 == codec && $2 == direction { print $field }' "$counters"
}

# driver_field NAME FIELD: one line of /proc/crypto's entry of a driver.
driver_field() {
	awk -v name="$1" -v field="$2" -F ' *: *' '
		$1 == "driver" { ours = $2 == name }
		ours && $1 == field { print $2; exit }' /proc/crypto
}

# From Linux 6.12 zram knows our names from trueno_zram.ko, before from the
# crypto API.
has_closed_zram() {
	modinfo trueno_zram >/dev/null 2>&1
}

# A closed zram without trueno_zram.ko, which is for x86-64, takes no names of ours.
zram_takes_our_names() {
	local major minor
	IFS=.- read -r major minor _ <<<"$(uname -r)"
	[ $((major * 1000 + minor)) -lt 6012 ] || has_closed_zram
}

needs_our_names_in_zram() {
	zram_takes_our_names ||
		skip_all "zram of $(uname -r) is closed, and there is no trueno_zram.ko for $(uname -m)"
}

# zram_create ALGORITHM SIZE: adds a device and leaves its number in $zram.
zram_create() {
	modprobe zram num_devices=0 2>/dev/null || modprobe zram || return 1
	! has_closed_zram || modprobe trueno_zram || return 1
	zram=$(cat /sys/class/zram-control/hot_add) || return 1
	zram_ids="$zram_ids $zram"
	echo "$1" >"/sys/block/zram$zram/comp_algorithm" &&
		echo "$2" >"/sys/block/zram$zram/disksize"
}

zram_remove() {
	swapoff "/dev/zram$1" 2>/dev/null
	echo 1 >"/sys/block/zram$1/reset" && echo "$1" >/sys/class/zram-control/hot_remove
}

# Those that zram_create made and that are there still.
remove_devices() {
	local id status=0
	for id in $zram_ids; do
		[ ! -e "/sys/block/zram$id" ] || zram_remove "$id" || status=1
	done
	zram_ids=''
	return "$status"
}

# Processes of this control group have less memory than they fill. At
# memory.high they wait until pages have gone; a group so small would now and
# then meet a limit of memory.max alone with none to take, and be killed.
memory_group=/sys/fs/cgroup/trueno-selftest

has_memory_control() {
	grep -qw memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null
}

memory_group_create() {
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control
	mkdir -p "$memory_group" && echo "$1M" >"$memory_group/memory.high" &&
		echo "$((2 * $1))M" >"$memory_group/memory.max"
}

in_memory_group() {
	sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$memory_group" "$@"
}

# press MEBIBYTES PASSES: two processes fill the memory and compare it.
press() {
	local pids='' pid status=0
	for _ in 1 2; do
		in_memory_group "$selftests_dir/swap_pressure" $(($1 / 2)) "$2" "$pages" &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid" || status=1
	done
	return "$status"
}

# vm_counter NAME: one line of /proc/vmstat.
vm_counter() {
	sed -n "s/^$1 //p" /proc/vmstat
}

# load_faulty ISA: what this variant decompresses is wrong, and no self-test
# keeps it from serving.
faulty=$selftests_dir/faulty/kmod/trueno.ko
load_faulty() {
	local format list=
	reload || return 1
	for format in $(formats); do
		! has_variant "$format" "$1" || list=$list${list:+,}$format@$1:decompress
	done
	unload && insmod "$faulty" selftest=0 isa="$1" fault="$list"
}

cleanup() {
	[ ! -d "$memory_group" ] || rmdir "$memory_group"
	remove_devices
	rm -rf "$work"
}
trap cleanup EXIT

# pages_file MEBIBYTES: real pages, as many as wanted, in $pages; the same number
# of every file in /pages.
pages_file() {
	local file share
	pages=$work/pages
	[ ! -s "$pages" ] || return 0
	if compgen -G '/pages/*.pages' >/dev/null; then
		set -- "$1" /pages/*.pages
		share=$(($1 * 256 / ($# - 1)))
		shift
		for file; do
			head -c $((share * 4096)) "$file"
		done
	else
		cat /proc/kallsyms /usr/bin/bash "$(command -v modprobe)" | head -c $(($1 * 1048576))
	fi >"$pages"
	truncate -s $(($(stat -c %s "$pages") / 65536 * 65536)) "$pages"
	[ -s "$pages" ]
}

[ "$(id -u)" -eq 0 ] || skip_all "needs root"
modinfo trueno >/dev/null 2>&1 || skip_all "trueno.ko is not installed for this kernel"
