#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# truenoctl analyze, capture and train against the memory and the zram of a real
# kernel: what is predicted is what zram then stores.
. "$(dirname -- "$0")/truenoctl.bash"

# json_values KEY: one line for each time it comes up.
json_values() {
	sed -nE "s/^ *\"$1\": \"?([^\",]*)\"?,?\$/\\1/p" "$work/out"
}

system_is_analyzed() {
	run 0 truenoctl analyze --system --pages 100 --codec trueno-lz4,trueno-auto || return 1
	grep -qE '^system: [0-9]+ pages, ' "$work/out" || return 1
	grep -qE '^recommended: .* % of one core' "$work/out" || return 1
	run 0 truenoctl report --system --pages 20 --output "$work/report.html" || return 1
	grep -q '<svg' "$work/report.html"
}

other_users_may_not() {
	run 4 as_nobody truenoctl analyze --system && says 'HINT: run as root' || return 1
	run 4 as_nobody truenoctl capture --pid 1 /tmp/others.pages && says 'process 1: ' || return 1
	[ ! -e /tmp/others.pages ]
}

# A process whose memory is known: what it holds is in what is captured of it.
capture_finds_known_content() {
	local secret=trueno-known-content-$$-$RANDOM pid
	mkfifo "$work/never" || return 1
	bash -c 'for ((i = 0; i < 2000; i++)); do held[i]=$0-$i; done
		echo ready; read -r' "$secret" >"$work/ready" <>"$work/never" &
	pid=$!
	until [ -s "$work/ready" ]; do
		kill -0 "$pid" || return 1
		sleep 0.1
	done
	run 0 truenoctl capture --pid "$pid" --pages 100000 "$work/known.pages"
	local captured=$?
	kill "$pid"
	[ "$captured" -eq 0 ] && says 'passwords and keys' || return 1
	[ "$(stat -c '%a' "$work/known.pages")" = 600 ] || return 1
	[ $(($(stat -c %s "$work/known.pages") % 4096)) -eq 0 ] || return 1
	grep -qa -- "$secret-7" "$work/known.pages" && grep -qa -- "$secret-1999" "$work/known.pages" ||
		return 1
	run 1 truenoctl capture --pid "$pid" "$work/gone.pages" && says "process $pid: there is no such" &&
		[ ! -e "$work/gone.pages" ]
}

# Real pages, same-filled ones, and some whose streams end on each side of the
# limits that kernels have for them.
make_pages() {
	local length at
	[ ! -s "$work/mixed.pages" ] || return 0
	pages_file 1 || return 1
	head -c 524288 "$pages" >"$work/mixed.pages"
	head -c 65536 /dev/zero >>"$work/mixed.pages"
	at=$(stat -c %s "$work/mixed.pages")
	for length in {3216..3264..2} {3584..3632..2}; do
		head -c "$length" /dev/urandom >>"$work/mixed.pages"
		at=$((at + 4096))
		truncate -s "$at" "$work/mixed.pages"
	done
}

# on_zram ALGORITHM [PARAMETERS]: writes the pages to a device, reads them back, and
# leaves its mm_stat in $work/mm_stat.
on_zram() {
	modprobe zram num_devices=0 2>/dev/null || return 1
	! has_closed_zram || modprobe trueno_zram || return 1
	zram=$(cat /sys/class/zram-control/hot_add) || return 1
	zram_ids="$zram_ids $zram"
	echo "$1" >"/sys/block/zram$zram/comp_algorithm" || return 1
	[ $# -eq 1 ] || echo "$2" >"/sys/block/zram$zram/algorithm_params" || return 1
	echo 32M >"/sys/block/zram$zram/disksize" || return 1
	dd if="$work/mixed.pages" of="/dev/zram$zram" bs=4k oflag=direct 2>/dev/null || return 1
	cat "/sys/block/zram$zram/mm_stat" >"$work/mm_stat"
	cmp -n "$(stat -c %s "$work/mixed.pages")" "/dev/zram$zram" "$work/mixed.pages" &&
		remove_devices
}

prediction_is_what_zram_stores() {
	local stored plain same
	make_pages && load || return 1
	run 0 truenoctl analyze --json --codec "$1" "$work/mixed.pages" || return 1
	stored=$(json_values stored_bytes | head -n 1)
	plain=$(json_values plain_pages | head -n 1)
	same=$(json_values same_filled_pages)
	on_zram "$1" || return 1
	echo "predicted: $stored bytes, $plain plain and $same same-filled pages; mm_stat:" \
		"$(cat "$work/mm_stat")" | tee "$work/account"
	[ "$plain" -ge 10 ] && [ "$plain" -lt 60 ] && [ "$same" -ge 16 ] || return 1
	awk -v stored="$stored" -v plain="$plain" -v same="$same" \
		'{ exit !($2 == stored && $6 == same && $8 == plain) }' "$work/mm_stat"
}

dictionary_serves_zram() {
	local without with
	run 0 truenoctl train -a trueno-zstd --size 8K --output "$work/pages.dict" "$work/mixed.pages" ||
		return 1
	on_zram trueno-zstd && read -r _ without _ <"$work/mm_stat" || return 1
	on_zram trueno-zstd "algo=trueno-zstd dict=$work/pages.dict" &&
		read -r _ with _ <"$work/mm_stat" || return 1
	echo "stored: without $without, with the dictionary $with" | tee "$work/account"
	[ "$with" -lt "$without" ]
}

needs_truenoctl
begin 6
check "analyze and report of the whole machine" system_is_analyzed
check "other users may not look" other_users_may_not
check "capture of a process finds its content" capture_finds_known_content
if zram_takes_our_names; then
	account "trueno-lz4: zram stores what was predicted" prediction_is_what_zram_stores trueno-lz4
	account "trueno-auto: zram stores what was predicted" prediction_is_what_zram_stores trueno-auto
else
	skip "trueno-lz4: zram stores what was predicted" "this zram takes no names of ours"
	skip "trueno-auto: zram stores what was predicted" "this zram takes no names of ours"
fi
if has_closed_zram; then
	account "zram takes the dictionary of train, and stores less" dictionary_serves_zram
else
	skip "zram takes the dictionary of train, and stores less" "dictionaries came with Linux 6.12"
fi
finish
