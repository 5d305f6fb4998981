#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What truenoctl shows of the kernel at work: crypto, module, metrics, monitor,
# top, and doctor's checks of settings.
. "$(dirname -- "$0")/truenoctl.bash"

# soon COMMAND...: waits until it succeeds, a minute at most.
soon() {
	local attempt
	for ((attempt = 0; attempt < 300; attempt++)); do
		"$@" && return 0
		sleep 0.2
	done
	echo "not in time: $*"
	return 1
}

# metric SAMPLE: the figure in the metrics that were printed last.
metric() {
	awk -v sample="$1" '$1 == sample { print $2 }' "$work/out"
}

# stat_field FILE NUMBER: of an attribute of zram0, counted from 1.
stat_field() {
	awk -v field="$2" '{ print $field }' "/sys/block/zram0/$1"
}

# A device in use: real pages on it, written and read.
busy_device() {
	run 0 truenoctl create -s 8M -a "$1" && pages_file 2 || return 1
	dd if="$pages" of=/dev/zram0 bs=64k oflag=direct 2>/dev/null &&
		dd if=/dev/zram0 of=/dev/null bs=64k count=16 iflag=direct 2>/dev/null
}

# A device is made soon when the module is loaded already, and need not test itself.
start_loaded() {
	start_afresh && load selftest=0
}

# drivers: those that were printed last, with all that is told of them.
drivers() {
	awk 'NR > 1 { print $2, $3, $4, $5, $6, $7 }' "$work/out" | sort
}

crypto_by_netlink() {
	start_loaded && modprobe lz4 || return 1
	run 0 truenoctl crypto --json && prints '"source": "netlink"' || return 1
	run 0 truenoctl crypto || return 1
	prints "^trueno-lz4 +trueno-lz4-$(chosen trueno-lz4)[^ ]* +trueno +[a-z]*comp[a-z]* +[0-9]+ +[0-9]+ +passed$" || return 1
	drivers >"$work/netlink" && grep -q '^lz4-' "$work/netlink"
}

crypto_without_netlink() {
	local helper status=0
	[ ! -d /sys/module/crypto_user ] || rmmod crypto_user || return 1
	helper=$(cat /proc/sys/kernel/modprobe)
	echo /bin/false >/proc/sys/kernel/modprobe
	{ run 0 truenoctl crypto --json && prints '"source": "/proc/crypto"' &&
		run 0 truenoctl crypto && says 'netlink: .*; /proc/crypto does'; } || status=1
	echo "$helper" >/proc/sys/kernel/modprobe
	drivers | diff "$work/netlink" - || status=1
	return "$status"
}

module_load_and_unload() {
	start_afresh || return 1
	run 0 truenoctl module show && prints '^state: not loaded$' '^parameters: none$' || return 1
	run 0 truenoctl module load --param isa=scalar --param selftest=0 && prints '^loaded trueno$' || return 1
	run 0 truenoctl module show || return 1
	prints '^state: loaded$' '^parameters: isa=scalar .*selftest=0' '^trueno-lz4 +scalar +scalar ' || return 1
	run 0 truenoctl module load && says 'loaded before' || return 1
	run 1 truenoctl module load --param isa=auto && says 'HINT: .*module unload' || return 1
	run 0 truenoctl module unload --json && prints '"trueno"' && [ ! -d /sys/module/trueno ] ||
		return 1
	run 0 truenoctl module unload && says 'not loaded'
}

module_refuses_wrong_parameters() {
	start_afresh || return 1
	run 2 truenoctl module load --param colour=red && says "'colour'" 'HINT: .*isa_compress' || return 1
	run 2 truenoctl module load --param isa && says 'NAME=VALUE' || return 1
	run 1 truenoctl module load --param isa=mmx && says 'HINT: .*parameters' || return 1
	[ ! -d /sys/module/trueno ] || return 1
	run 4 as_nobody truenoctl module load && says 'HINT: .*root'
}

module_in_use_stays() {
	start_loaded && run 0 truenoctl create -s 8M -a trueno-lz4 || return 1
	run 1 truenoctl module unload && says '/dev/zram0 \(trueno-lz4\)' 'HINT: ' || return 1
	[ -d /sys/module/trueno ] || return 1
	run 0 truenoctl module show && prints '^users: /dev/zram0 \(trueno-lz4\)' || return 1
	run 0 truenoctl remove zram0 && run 0 truenoctl module unload && [ ! -d /sys/module/trueno ]
}

metrics_are_the_kernels() {
	local sample file field scale
	start_loaded && busy_device trueno-auto || return 1
	run 0 truenoctl metrics || return 1
	while read -r sample file field scale; do
		[ "$(metric "$sample{device=\"zram0\"}")" = "$(($(stat_field "$file" "$field") * scale))" ] &&
			continue
		echo "$sample: $(metric "$sample{device=\"zram0\"}"), $file: $(cat "/sys/block/zram0/$file")"
		return 1
	done <<-END
		zram_disksize_bytes disksize 1 1
		zram_stored_bytes mm_stat 1 1
		zram_compressed_bytes mm_stat 2 1
		zram_memory_bytes mm_stat 3 1
		zram_huge_pages mm_stat 8 1
		zram_failed_writes_total io_stat 2 1
		zram_reads_total stat 1 1
		zram_written_bytes_total stat 7 512
	END
	prints '^zram_device_info\{device="zram0",algorithm="trueno-auto"\} 1$' || return 1
	[ "$(metric 'zram_written_bytes_total{device="zram0"}')" -ge "$(stat -c %s "$pages")" ] || return 1
	sample="{codec=\"trueno-auto\",variant=\"$(chosen trueno-auto)\",direction=\"compress\"}"
	[ "$(metric "trueno_codec_calls_total$sample")" = \
		"$(counter "trueno-auto@$(chosen trueno-auto)" compress calls)" ] || return 1
	[ "$(metric "trueno_codec_calls_total$sample")" -gt 100 ]
}

metrics_of_other_users() {
	run 0 as_nobody truenoctl metrics || return 1
	prints '^zram_stored_bytes' 'collector_success\{collector="zram"\} 1' \
		'collector_success\{collector="codecs"\} 0' || return 1
	fails grep '^trueno_codec' "$work/out"
}

metrics_into_a_file() {
	rm -rf "$work/textfile" && mkdir "$work/textfile" || return 1
	echo old >"$work/textfile/trueno.prom"
	run 0 truenoctl metrics --textfile "$work/textfile/trueno.prom" || return 1
	[ "$(ls "$work/textfile")" = trueno.prom ] || return 1
	grep -q '^zram_stored_bytes' "$work/textfile/trueno.prom" || return 1
	run 4 as_nobody truenoctl metrics --textfile /sys/trueno.prom && says '/sys/trueno.prom' ||
		return 1
	run 1 truenoctl metrics --textfile /dev/null && says 'regular file' && [ -c /dev/null ]
}

metrics_over_http() {
	local server port status=0
	truenoctl metrics --listen 127.0.0.1:0 2>"$work/server" &
	server=$!
	soon grep -q 'http://127.0.0.1:[0-9]*/metrics$' "$work/server" || status=1
	port=$(sed -nE 's|.*http://127.0.0.1:([0-9]+)/metrics$|\1|p' "$work/server")
	wget -qO "$work/out" "http://127.0.0.1:$port/metrics" || status=1
	prints '^zram_stored_bytes\{device="zram0"\}' || status=1
	fails wget -qO - "http://127.0.0.1:$port/" 2>"$work/err" && says 404 || status=1
	kill -INT "$server" && wait "$server" || status=1
	return "$status"
}

# lines COUNT: whether monitor has printed as many.
lines() {
	[ "$(wc -l <"$work/events")" -ge "$1" ]
}

# The socket's number begins with the process's; 15 is NETLINK_KOBJECT_UEVENT.
listens() {
	awk -v pid="$monitor" '$2 == 15 && $3 % 4194304 == pid { found = 1 } END { exit !found }' \
		/proc/net/netlink
}

# with_monitor COMMAND...: between the monitor's start and its end by a signal.
with_monitor() {
	local status=0
	truenoctl monitor --json --interval 0.2 >"$work/events" 2>"$work/err" &
	monitor=$!
	{ soon listens && "$@"; } || status=1
	kill -TERM "$monitor" && wait "$monitor" || status=1
	cat "$work/events" "$work/err"
	return "$status"
}

make_use_and_remove() {
	busy_device trueno-lz4 && soon lines 3 && run 0 truenoctl remove zram0 &&
		soon grep -q '"action":"remove"' "$work/events"
}

monitor_reports_what_happens() {
	local device='"device":"zram0","event"'
	start_loaded && with_monitor make_use_and_remove || return 1
	head -n 1 "$work/events" | grep -q "$device:\"uevent\",\"action\":\"add\"" || return 1
	grep -q "$device:\"attribute\",\"attribute\":\"disksize\",\"before\":\"0\",\"after\":\"8388608\"" \
		"$work/events" || return 1
	grep -q "$device:\"memory\",.*\"after\":.*\"stored_bytes\":[1-9]" "$work/events" || return 1
	[ "$(grep -vc '^{"time":"20.*}$' "$work/events")" -eq 0 ]
}

# Gives it something to report, unless it has ended.
monitor_has_ended_by_more() {
	kill -0 "$monitor" 2>/dev/null || return 0
	run 0 truenoctl create -s 8M && run 0 truenoctl remove zram0
	return 1
}

monitor_ends_by_count() {
	start_loaded && modprobe zram num_devices=0 || return 1
	truenoctl monitor --count 2 --interval 0.2 >"$work/events" &
	monitor=$!
	soon monitor_has_ended_by_more || {
		kill "$monitor"
		return 1
	}
	wait "$monitor" && cat "$work/events" && [ "$(wc -l <"$work/events")" -eq 2 ]
}

top_on_a_terminal() {
	start_loaded && busy_device trueno-lz4 || return 1
	run 0 "$selftests_dir/terminal" 24x80 until='DEVICE  ALGORITHM' until='zram0   trueno-lz4' \
		until='trueno-lz4@' size=12x40 until='DEVICE  ALGORITHM' until='zram0   trueno-lz4' \
		key=q -- env TERM=linux truenoctl top --interval 0.2 || return 1
	says 'the terminal is restored' || return 1
	local key
	for key in ^C "^\\"; do
		run 0 "$selftests_dir/terminal" 24x80 until=DEVICE "key=$key" -- \
			env TERM=linux truenoctl top && says 'the terminal is restored' || return 1
	done
}

top_without_a_terminal() {
	run 1 truenoctl top && says 'HINT: .*truenoctl status' || return 1
	run 1 "$selftests_dir/terminal" 24x80 -- env TERM=no-such-terminal truenoctl top || return 1
	prints 'TERM' && says 'the terminal is restored'
}

doctor_advises_on_swap() {
	local swappiness cluster status=0
	start_loaded && run 0 truenoctl create -s 16M -a trueno-lz4 --swap || return 1
	swappiness=$(cat /proc/sys/vm/swappiness) cluster=$(cat /proc/sys/vm/page-cluster)
	echo 60 >/proc/sys/vm/swappiness && echo 3 >/proc/sys/vm/page-cluster
	run 0 truenoctl doctor && prints '^swap +ok +on /dev/zram0' '^swappiness +advice +60' \
		'^page-cluster +advice +3' '^HINT: swappiness: ' || status=1
	echo 100 >/proc/sys/vm/swappiness && echo 0 >/proc/sys/vm/page-cluster
	run 0 truenoctl doctor && prints '^swappiness +ok +100' '^page-cluster +ok +0' || status=1
	echo "$swappiness" >/proc/sys/vm/swappiness && echo "$cluster" >/proc/sys/vm/page-cluster
	return "$status"
}

doctor_finds_zswap_in_front() {
	local enabled status=0
	enabled=$(cat /sys/module/zswap/parameters/enabled)
	echo Y >/sys/module/zswap/parameters/enabled || return 1
	run 3 truenoctl doctor && prints '^swap +PROBLEM +zswap is on' '^HINT: swap: ' || status=1
	echo "$enabled" >/sys/module/zswap/parameters/enabled
	run 0 truenoctl remove --swapoff zram0 || status=1
	return "$status"
}

needs_a_machine_without_devices
[ -x "$selftests_dir/terminal" ] || skip_all "no $selftests_dir/terminal; make -C selftests"
begin 17
if modinfo crypto_user >/dev/null 2>&1; then
	check "crypto shows by netlink what the kernel has" crypto_by_netlink
	check "crypto shows the same from /proc/crypto without netlink, and says why" \
		crypto_without_netlink
else
	skip "crypto shows by netlink what the kernel has" "no CONFIG_CRYPTO_USER"
	skip "crypto shows the same from /proc/crypto" "no CONFIG_CRYPTO_USER"
fi
check "module loads, shows and unloads trueno" module_load_and_unload
check "module refuses parameters that trueno does not take" module_refuses_wrong_parameters
check "a module in use stays, and its users are named" module_in_use_stays
check "metrics are the kernel's figures" metrics_are_the_kernels
check "without root, metrics leave out the codecs and say so" metrics_of_other_users
check "metrics --textfile replaces the file" metrics_into_a_file
check "metrics --listen answers /metrics, and ends on a signal" metrics_over_http
check "monitor reports devices, sizes and what is stored" monitor_reports_what_happens
check "monitor --count ends after as many lines" monitor_ends_by_count
check "top draws, follows the terminal's size, and restores it" top_on_a_terminal
check "top refuses what is no terminal, or an unknown one" top_without_a_terminal
check "doctor advises on swappiness and page-cluster" doctor_advises_on_swap
if [ -d /sys/module/zswap ]; then
	check "doctor finds zswap in front of zram" doctor_finds_zswap_in_front
else
	skip "doctor finds zswap in front of zram" "this kernel has no zswap"
fi
check "everything can be unloaded at the end" start_afresh
check "nothing is left" nothing_is_left
finish
