#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# trueno_zram.ko: our names in a zram that has its own table of compressors.
. "$(dirname -- "$0")/lib.bash"
needs_our_names_in_zram

SIZE_MIB=${SIZE_MIB:-4}
CYCLES=${CYCLES:-100}
rival=$selftests_dir/ftrace_rival.ko
# The same zram built with CONFIG_ZRAM_MULTI_COMP.
multi_comp=$selftests_dir/multi_comp/zram.ko

has_closed_zram ||
	skip_all "zram of $(uname -r) takes its compressors from the crypto API"

load_bridge() {
	modprobe trueno_zram "$@"
}

unload_bridge() {
	[ ! -d /sys/module/trueno_zram ] || rmmod trueno_zram
}

# Neither zram nor the bridge is loaded, and zram does not pull the bridge in.
start_over() {
	remove_devices
	unload_bridge && { [ ! -d /sys/module/zram ] || rmmod zram; } && load
}

load_zram_alone() {
	modprobe zram num_devices=0 && unload_bridge
}

# new_device: adds a device, unset, and leaves its number in $zram.
new_device() {
	zram=$(cat /sys/class/zram-control/hot_add) || return 1
	zram_ids="$zram_ids $zram"
}

algorithms() {
	cat "/sys/block/zram$1/comp_algorithm"
}

every_format_is_listed() {
	local format
	new_device || return 1
	algorithms "$zram"
	for format in $(formats); do
		algorithms "$zram" | grep -qw -- "$format" || return 1
	done
}

# What zram itself listed before is listed still, in its order, and serves.
own_names_are_untouched() {
	local before after format
	start_over && load_zram_alone && new_device || return 1
	before=$(algorithms "$zram")
	load_bridge || return 1
	after=$(algorithms "$zram")
	echo "before: $before"
	echo "after: $after"
	[ "${after#"$before"}" != "$after" ] || return 1
	for format in $before; do
		format=${format//[\[\]]/}
		round_trip "$format" || return 1
	done
}

selection_is_shown() {
	local format
	new_device || return 1
	for format in $(formats); do
		echo "$format" >"/sys/block/zram$zram/comp_algorithm" || return 1
		algorithms "$zram" | grep -qF "[$format]" || return 1
		[ "$(algorithms "$zram" | grep -o '\[' | wc -l)" -eq 1 ] || return 1
	done
}

bad_names_are_refused() {
	local name
	new_device || return 1
	for name in trueno trueno-lz trueno-lz44 trueno-lz4@scalar "trueno-lz4 x"; do
		fails sh -c "echo '$name' >/sys/block/zram$zram/comp_algorithm" || return 1
	done
	algorithms "$zram" | grep -qF '[trueno' && return 1
	echo 16M >"/sys/block/zram$zram/disksize"
}

# write_pages DEVICE-NUMBER; same_pages DEVICE-NUMBER: past the page cache.
write_pages() {
	dd if="$pages" of="/dev/zram$1" bs=64k oflag=direct 2>/dev/null
}

same_pages() {
	dd if="/dev/zram$1" bs=64k count=$(($(stat -c %s "$pages") / 65536)) iflag=direct \
		2>/dev/null | cmp - "$pages"
}

# round_trip ALGORITHM
round_trip() {
	local stored
	zram_create "$1" "${SIZE_MIB}M" && write_pages "$zram" && same_pages "$zram" || return 1
	read -r _ stored _ <"/sys/block/zram$zram/mm_stat"
	echo "$1: $(stat -c %s "$pages") bytes stored as $stored"
	[ "$stored" -gt 0 ] && [ "$stored" -lt "$(stat -c %s "$pages")" ] && zram_remove "$zram"
}

calls() {
	awk -v direction="$1" '$2 == direction { sum += $3 } END { print sum }' "$counters"
}

every_format_serves() {
	local format compressed decompressed
	for format in $(formats); do
		compressed=$(calls compress) decompressed=$(calls decompress)
		round_trip "$format" || return 1
		echo "$format: calls of compress $compressed -> $(calls compress)," \
			"decompress $decompressed -> $(calls decompress)"
		[ "$(calls compress)" -gt "$((compressed + 100))" ] || return 1
		[ "$(calls decompress)" -gt "$((decompressed + 100))" ] || return 1
	done
}

two_codecs_at_once() {
	local first second
	zram_create trueno-lz4 "${SIZE_MIB}M" || return 1
	first=$zram
	zram_create lz4 "${SIZE_MIB}M" || return 1
	second=$zram
	write_pages "$first" & write_pages "$second" & wait
	same_pages "$first" && same_pages "$second" && zram_remove "$second" &&
		same_pages "$first" && zram_remove "$first"
}

reset_and_use_again() {
	zram_create trueno-lz4 "${SIZE_MIB}M" && write_pages "$zram" || return 1
	echo 1 >"/sys/block/zram$zram/reset" || return 1
	algorithms "$zram" | grep -qF '[trueno' && return 1
	echo "${SIZE_MIB}M" >"/sys/block/zram$zram/disksize" && write_pages "$zram" &&
		same_pages "$zram" && echo 1 >"/sys/block/zram$zram/reset" || return 1
	echo trueno-lz4 >"/sys/block/zram$zram/comp_algorithm" &&
		echo "${SIZE_MIB}M" >"/sys/block/zram$zram/disksize" && write_pages "$zram" &&
		same_pages "$zram" && zram_remove "$zram"
}

set_params() {
	echo "$1" >"/sys/block/zram$zram/algorithm_params"
}

# device_with PARAMETERS [ALGORITHM]: a new device that has them, and the pages.
device_with() {
	new_device && echo "${2:-trueno-lz4}" >"/sys/block/zram$zram/comp_algorithm" &&
		set_params "algo=${2:-trueno-lz4} $1" &&
		echo "${SIZE_MIB}M" >"/sys/block/zram$zram/disksize" && write_pages "$zram" &&
		same_pages "$zram"
}

# stored_bytes PARAMETERS [ALGORITHM]: what the pages take with them.
stored_bytes() {
	device_with "$@" >&2 || return 1
	awk '{ print $2 }' "/sys/block/zram$zram/mm_stat"
	zram_remove "$zram"
}

accelerations_trade_size() {
	local dense plain fast
	dense=$(stored_bytes level=-1) && plain=$(stored_bytes level=1) &&
		fast=$(stored_bytes level=16) || return 1
	echo "stored: level -1 $dense, level 1 $plain, level 16 $fast"
	[ "$dense" -lt "$plain" ] && [ "$plain" -lt "$fast" ]
}

# Level -1 is what the name trueno-lz4-dense stands for.
level_selects_a_profile() {
	local calls_before
	calls_before=$(awk '/^trueno-lz4-dense@/ && $2 == "compress" { sum += $3 } END { print sum }' \
		"$counters")
	device_with level=-1 || return 1
	awk '/^trueno-lz4-dense@/ && $2 == "compress" { sum += $3 } END { print sum }' "$counters" |
		{ read -r calls_after && [ "$calls_after" -gt "$calls_before" ]; }
}

# refuses_params PARAMETERS SENTENCE [ALGORITHM]: no device comes up, and the log
# says why.
refuses_params() {
	local algorithm=${3:-trueno-lz4}
	new_device || return 1
	echo "$algorithm" >"/sys/block/zram$zram/comp_algorithm" || return 1
	mark_log
	set_params "algo=$algorithm $1" || return 1
	fails sh -c "echo 16M >/sys/block/zram$zram/disksize" || return 1
	log_has "$2" || return 1
	[ "$(cat "/sys/block/zram$zram/initstate")" -eq 0 ] && unload_bridge && load_bridge
}

make_dictionary() {
	head -c 65536 "$pages" >"$work/dictionary"
}

# dictionary_serves FORMAT LEVEL
dictionary_serves() {
	local without with
	make_dictionary
	without=$(stored_bytes "level=$2" "$1") &&
		with=$(stored_bytes "level=$2 dict=$work/dictionary" "$1") || return 1
	echo "stored: without $without, with a dictionary $with"
	[ "$with" -lt "$without" ]
}

# What begins as a formatted dictionary of zstd's, and is none.
refuses_damaged_dictionary() {
	{ printf '\067\244\060\354' && head -c 65536 "$pages"; } >"$work/damaged"
	refuses_params "dict=$work/damaged" "trueno-zstd: the file of dict=" trueno-zstd
}

# Each format either takes a dictionary or says that it does not.
every_format_says_about_dictionaries() {
	local format
	make_dictionary
	for format in $(formats); do
		mark_log
		if device_with "dict=$work/dictionary" "$format"; then
			echo "$format takes a dictionary"
		else
			log_has "$format: takes no dictionary" || return 1
		fi
		remove_devices || return 1
	done
}

# Some kernels let the file be written then, and free their dictionary.
params_of_a_live_device() {
	make_dictionary
	device_with "level=2 dict=$work/dictionary" || return 1
	set_params "algo=trueno-lz4 level=1" || echo "refused by this kernel"
	same_pages "$zram" && write_pages "$zram" && same_pages "$zram"
}

dictionaries_leave_memory() {
	make_dictionary
	leaves_memory "$CYCLES" cycle_of_dictionary
}

cycle_of_dictionary() {
	new_device && echo trueno-lz4 >"/sys/block/zram$zram/comp_algorithm" &&
		set_params "algo=trueno-lz4 dict=$work/dictionary" &&
		echo 1M >"/sys/block/zram$zram/disksize" && zram_remove "$zram" && zram_ids=''
}

stays_while_used() {
	zram_create trueno-lz4 16M || return 1
	fails rmmod trueno_zram || return 1
	fails rmmod trueno || return 1
	zram_remove "$zram" && unload_bridge && load_bridge
}

names_go_with_the_module() {
	new_device || return 1
	unload_bridge || return 1
	algorithms "$zram"
	algorithms "$zram" | grep -q trueno && return 1
	fails sh -c "echo trueno-lz4 >/sys/block/zram$zram/comp_algorithm" || return 1
	load_bridge && round_trip trueno-lz4
}

# A name that was chosen for a device but not used keeps nobody.
chosen_name_outlives_the_module() {
	new_device && echo trueno-lz4 >"/sys/block/zram$zram/comp_algorithm" || return 1
	unload_bridge || return 1
	algorithms "$zram" || return 1
	fails sh -c "echo 16M >/sys/block/zram$zram/disksize" || return 1
	load_bridge && echo trueno-lz4 >"/sys/block/zram$zram/comp_algorithm" &&
		echo 16M >"/sys/block/zram$zram/disksize"
}

bridge_before_zram() {
	start_over && load_bridge || return 1
	modprobe zram num_devices=0 && round_trip trueno-lz4
}

bridge_after_zram() {
	start_over && load_zram_alone && load_bridge && round_trip trueno-lz4
}

zram_brings_the_bridge() {
	start_over && modprobe zram num_devices=0 && [ -d /sys/module/trueno_zram ] &&
		round_trip trueno-lz4
}

# zram goes with our compressor in a live device, and comes back.
zram_leaves_and_returns() {
	local cycle
	for cycle in 1 2 3; do
		zram_create trueno-lz4 "${SIZE_MIB}M" && write_pages "$zram" || return 1
		rmmod zram || return 1
		zram_ids=''
		[ "$(cat /sys/module/trueno_zram/refcnt)" -eq 0 ] || return 1
		modprobe zram num_devices=0 && round_trip trueno-lz4 || return 1
	done
}

set_cpu() {
	echo "$1" >/sys/devices/system/cpu/cpu1/online
}

cpu_goes_and_comes() {
	local cycle
	zram_create trueno-lz4 "${SIZE_MIB}M" && write_pages "$zram" || return 1
	for cycle in 1 2 3; do
		set_cpu 0 && same_pages "$zram" && write_pages "$zram" || return 1
		set_cpu 1 && taskset -c 1 dd if="$pages" of="/dev/zram$zram" bs=64k oflag=direct \
			2>/dev/null && same_pages "$zram" || return 1
	done
	# Created with one CPU, used with two.
	zram_remove "$zram" && set_cpu 0 && zram_create trueno-lz4 "${SIZE_MIB}M" && set_cpu 1 &&
		taskset -c 1 dd if="$pages" of="/dev/zram$zram" bs=64k oflag=direct 2>/dev/null &&
		same_pages "$zram"
}

# fails_at CALL: no work memory for the CPU that asks as the CALL-th.
fails_at() {
	local status
	new_device && echo trueno-lz4 >"/sys/block/zram$zram/comp_algorithm" || return 1
	insmod "$rival" function=trueno_zram:bridge_create_ctx fail="$1" || return 1
	fails sh -c "echo ${SIZE_MIB}M >/sys/block/zram$zram/disksize"
	status=$?
	rmmod ftrace_rival
	[ "$status" -eq 0 ] && [ "$(cat "/sys/block/zram$zram/initstate")" -eq 0 ] &&
		[ "$(cat /sys/module/trueno_zram/refcnt)" -eq 0 ] && round_trip trueno-lz4
}

cpu_without_memory_stays_off() {
	local status
	zram_create trueno-lz4 "${SIZE_MIB}M" && write_pages "$zram" && set_cpu 0 || return 1
	insmod "$rival" function=trueno_zram:bridge_create_ctx fail=1 || return 1
	fails set_cpu 1
	status=$?
	rmmod ftrace_rival
	[ "$status" -eq 0 ] && same_pages "$zram" && set_cpu 1 && same_pages "$zram"
}

# busy SYMBOL: somebody else holds it; we say so and leave nothing behind.
busy() {
	start_over && load_zram_alone || return 1
	insmod "$rival" "function=zram:$1" || return 1
	mark_log
	fails load_bridge || { rmmod ftrace_rival && return 1; }
	log_has "zram:$1 is busy" || { rmmod ftrace_rival && return 1; }
	new_device && algorithms "$zram" | grep -q trueno && return 1
	rmmod ftrace_rival
	load_bridge && round_trip trueno-lz4
}

hooks_are_busy() {
	local symbol symbols='zcomp_create zcomp_available_show'
	for symbol in zcomp_available_algorithm zcomp_lookup_backend_name; do
		! grep -qw "$symbol" /proc/kallsyms || symbols="$symbols $symbol"
	done
	for symbol in $symbols; do
		busy "$symbol" || return 1
	done
}

# While we hold a function, the other one is refused.
rival_is_refused() {
	fails insmod "$rival" function=zram:zcomp_create
}

ftrace_cannot_be_switched_off() {
	fails sh -c 'echo 0 >/proc/sys/kernel/ftrace_enabled' && round_trip trueno-lz4
}

# Newer kernels refuse it to everybody.
ftrace_has_a_switch() {
	unload_bridge && { echo 0 >/proc/sys/kernel/ftrace_enabled; } 2>/dev/null &&
		echo 1 >/proc/sys/kernel/ftrace_enabled
}

ftrace_is_off() {
	local status
	start_over && load_zram_alone || return 1
	echo 0 >/proc/sys/kernel/ftrace_enabled || return 1
	mark_log
	fails load_bridge
	status=$?
	echo 1 >/proc/sys/kernel/ftrace_enabled
	[ "$status" -eq 0 ] && log_has "kernel.ftrace_enabled is 0" && load_bridge
}

has_recompression() {
	new_device && [ -e "/sys/block/zram$zram/recomp_algorithm" ]
}

load_multi_comp() {
	start_over && modprobe zsmalloc && insmod "$multi_comp" num_devices=0 && load_bridge
}

# recompression FORMAT
recompression() {
	local packed unpacked
	has_recompression || load_multi_comp || return 1
	new_device && echo lz4 >"/sys/block/zram$zram/comp_algorithm" &&
		echo "algo=$1 priority=1" >"/sys/block/zram$zram/recomp_algorithm" || return 1
	grep -qF "[$1]" "/sys/block/zram$zram/recomp_algorithm" || return 1
	echo "${SIZE_MIB}M" >"/sys/block/zram$zram/disksize" && write_pages "$zram" || return 1
	packed=$(calls compress) unpacked=$(calls decompress)
	echo all >"/sys/block/zram$zram/idle" &&
		echo type=idle >"/sys/block/zram$zram/recompress" || return 1
	same_pages "$zram" || return 1
	echo "$1: calls of compress $packed -> $(calls compress)," \
		"decompress $unpacked -> $(calls decompress)"
	[ "$(calls compress)" -gt "$packed" ] && [ "$(calls decompress)" -gt "$unpacked" ]
}

every_format_recompresses() {
	local format
	for format in $(formats); do
		recompression "$format" || return 1
	done
}

attach_cycles_leave_memory() {
	start_over && load_zram_alone && load_bridge && unload_bridge || return 1
	leaves_memory "$CYCLES" cycle_of_bridge
}

cycle_of_bridge() {
	load_bridge && unload_bridge
}

device_cycles_leave_memory() {
	start_over && load_zram_alone && load_bridge && cycle_of_device || return 1
	leaves_memory "$CYCLES" cycle_of_device
}

cycle_of_device() {
	new_device && echo trueno-lz4 >"/sys/block/zram$zram/comp_algorithm" &&
		echo 1M >"/sys/block/zram$zram/disksize" && zram_remove "$zram" && zram_ids=''
}

# checked DESCRIPTION COMMAND...: a test that starts with zram and us loaded,
# and leaves no device behind.
checked() {
	check "$@"
	remove_devices
	[ ! -d /sys/module/ftrace_rival ] || rmmod ftrace_rival
	modprobe zram num_devices=0 && load_bridge
}

pages_file "$SIZE_MIB"
unload_bridge
start_over && modprobe zram num_devices=0 && load_bridge || exit 1
begin 35
checked "every format is listed" every_format_is_listed
checked "zram's own names are listed and serve as before" own_names_are_untouched
checked "the chosen name is shown, and no other" selection_is_shown
checked "unknown names are refused" bad_names_are_refused
checked "$SIZE_MIB MiB come back identical, through our codecs" every_format_serves
checked "two devices with different codecs at once" two_codecs_at_once
checked "a device is reset and used again" reset_and_use_again
checked "levels are accepted and trade size for speed" accelerations_trade_size
checked "a level selects a profile" level_selects_a_profile
checked "level=0 is refused" refuses_params level=0 "trueno-lz4: no level 0"
checked "level=65538 is refused" refuses_params level=65538 "trueno-lz4: no level 65538"
checked "level=-5 is refused" refuses_params level=-5 "trueno-lz4: no level -5"
checked "with dict= the pages come back, and take less" dictionary_serves trueno-lz4 1
checked "the same with trueno-zstd" dictionary_serves trueno-zstd 3
checked "a damaged dictionary is refused" refuses_damaged_dictionary
checked "every format takes a dictionary or says that it takes none" \
	every_format_says_about_dictionaries
checked "algorithm_params of a device in use do no harm" params_of_a_live_device
checked "$CYCLES devices with a dictionary, no memory is lost" dictionaries_leave_memory
checked "rmmod is refused while a device uses us" stays_while_used
checked "our names go with the module and come back with it" names_go_with_the_module
checked "a name that was only chosen does no harm after rmmod" chosen_name_outlives_the_module
checked "the bridge may be loaded before zram" bridge_before_zram
checked "the bridge may be loaded after zram" bridge_after_zram
checked "modprobe zram loads the bridge" zram_brings_the_bridge
checked "zram is unloaded under a live device, and loaded again" zram_leaves_and_returns
if [ -e /sys/devices/system/cpu/cpu1/online ]; then
	checked "a CPU goes off and on" cpu_goes_and_comes
else
	skip "a CPU goes off and on" "one CPU only"
fi
if [ -e "$rival" ]; then
	checked "no work memory for the first CPU" fails_at 1
	if [ -e /sys/devices/system/cpu/cpu1/online ]; then
		checked "a CPU without work memory stays off" cpu_without_memory_stays_off
	else
		skip "a CPU without work memory stays off" "one CPU only"
	fi
	checked "a function another user holds is left to it" hooks_are_busy
	checked "a function we hold is refused to others" rival_is_refused
else
	for name in "no work memory for the first CPU" "a CPU without work memory stays off" \
		"a function another user holds is left to it" \
		"a function we hold is refused to others"; do
		skip "$name" "no $rival; make -C selftests"
	done
fi
if ftrace_has_a_switch; then
	load_bridge
	checked "ftrace cannot be switched off under us" ftrace_cannot_be_switched_off
	checked "while ftrace is off, loading is refused" ftrace_is_off
else
	skip "ftrace cannot be switched off under us" "this kernel has no switch for ftrace"
	skip "while ftrace is off, loading is refused" "this kernel has no switch for ftrace"
fi
load_bridge
if has_recompression || [ -e "$multi_comp" ]; then
	checked "as secondary algorithm: every format" every_format_recompresses
else
	skip "as secondary algorithm: every format" \
		"this kernel is built without CONFIG_ZRAM_MULTI_COMP, and there is no $multi_comp"
fi
start_over && modprobe zram num_devices=0 && load_bridge
checked "$CYCLES times loaded and unloaded, no memory is lost" attach_cycles_leave_memory
checked "$CYCLES devices created and removed, no memory is lost" device_cycles_leave_memory
unload_bridge
finish
