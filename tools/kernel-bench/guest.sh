#!/bin/sh
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What scripts/bench-kernel does inside the kernel, once for each variant that a
# format has. Prints lines for the host's script to read.
#
# Usage: guest.sh ROUNDS STORED-RAW-ABOVE [FORMAT...]   (beside the modules)
set -eu
rounds=$1 stored_raw_above=$2
shift 2
formats=$*

insmod zsmalloc.ko
insmod lz4_compress.ko
insmod lz4.ko
insmod trueno.ko
formats=${formats:-$(ls /sys/module/trueno/codecs)}
for format in $formats; do
	sed -n 's/^variants //p' "/sys/module/trueno/codecs/$format" | tr ' ' '\n' |
		sed "s/$/ $format/"
done | grep -v '^reference ' >/tmp/variants
rmmod trueno
insmod zram.ko num_devices=$(($(echo "$formats" | wc -w) + 2))
bytes=$(stat -c %s bench.pages)

isas=$(awk '!seen[$1]++ { print $1 }' /tmp/variants)
for isa in $isas; do
	formats=$(sed -n "s/^$isa //p" /tmp/variants | paste -sd' ')
	insmod trueno.ko isa="$isa"
	echo "isa $isa"
	insmod trueno_bench.ko file="$PWD/bench.pages" rounds="$rounds" \
		codecs="$(echo "lz4 $formats" | tr ' ' ,)" stored_raw_above="$stored_raw_above"
	cat /proc/trueno_bench

	number=0 checked='' copy=''
	for algorithm in lz4 $formats trueno-bench-copy; do
		device=/sys/block/zram$number
		echo "$algorithm" >"$device/comp_algorithm"
		echo "$bytes" >"$device/disksize"
		copy=$algorithm=/dev/zram$number
		[ "$algorithm" = trueno-bench-copy ] || checked="$checked $copy"
		number=$((number + 1))
	done
	# shellcheck disable=SC2086 # one word a device
	./zram_io bench.pages "$rounds" $checked --unchecked "$copy"
	number=0
	for algorithm in lz4 $formats; do
		read -r _ stored _ </sys/block/zram$number/mm_stat
		echo "stored $algorithm $stored"
		number=$((number + 1))
	done
	for device in /sys/block/zram*; do
		echo 1 >"$device/reset"
	done
	rmmod trueno_bench
	rmmod trueno
done
