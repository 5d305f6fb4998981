#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Real pages through a real zram device, byte for byte, with every variant.
. "$(dirname -- "$0")/lib.bash"

SIZE_MIB=${SIZE_MIB:-4}

# loads_on_demand FORMAT: writing the name loads the module.
loads_on_demand() {
	unload
	zram_create "$1" 16M || return 1
	grep -qF "[$1]" "/sys/block/zram$zram/comp_algorithm" || return 1
	[ -d /sys/module/trueno ] || return 1
	zram_remove "$zram"
}

bad_name_is_refused() {
	modprobe zram num_devices=0
	zram=$(cat /sys/class/zram-control/hot_add) || return 1
	zram_ids="$zram_ids $zram"
	fails sh -c "echo trueno-nonsense >/sys/block/zram$zram/comp_algorithm" || return 1
	zram_remove "$zram"
}

# round_trip ALGORITHM: what is read is what was written, past the page cache.
round_trip() {
	local size device stored
	pages_file "$SIZE_MIB" || return 1
	size=$(stat -c %s "$pages")
	zram_create "$1" "$size" || return 1
	device=/dev/zram$zram
	dd if="$pages" of="$device" bs=64k oflag=direct 2>/dev/null || return 1
	sync
	echo 3 >/proc/sys/vm/drop_caches
	dd if="$device" bs=64k iflag=direct 2>/dev/null | cmp - "$pages" || return 1
	read -r _ stored _ <"/sys/block/zram$zram/mm_stat"
	echo "$1: $size bytes stored as $stored"
	[ "$stored" -gt 0 ] && [ "$stored" -lt "$size" ] || return 1
	zram_remove "$zram"
}

# use_variant ISA: a reference may store what it compresses as it is; it reads
# what the fastest variant writes.
use_variant() {
	if [ "$1" = reference ]; then
		[ "$(cat /sys/module/trueno/parameters/isa_decompress 2>/dev/null)" = reference ] ||
			reload selftest=0 isa_decompress=reference
	else
		choose_isa "$1"
	fi
}

# round_trip_variant FORMAT ISA: the counters prove which variant did the work.
round_trip_variant() {
	local calls direction
	use_variant "$2" && round_trip "$1" || return 1
	for direction in compress decompress; do
		calls=$(counter "$1@$2" "$direction" calls)
		echo "$1@$2 $direction: $calls calls"
		[ "$direction $2" = "compress reference" ] || [ "$calls" -gt 100 ] || return 1
	done
}

# A module whose compressor serves a device cannot be unloaded.
stays() {
	reload && zram_create "$1" 16M && fails rmmod trueno && zram_remove "$zram" && unload
}

# /proc/crypto shows our driver in use while the device lives; rmmod fails.
serves_and_stays() {
	local driver idle busy
	reload || return 1
	driver=$1-$(chosen "$1")
	idle=$(driver_field "$driver" refcnt)
	zram_create "$1" 16M || return 1
	busy=$(driver_field "$driver" refcnt)
	echo "refcnt of $driver: $idle -> $busy"
	[ "$busy" -gt "$idle" ] || return 1
	fails rmmod trueno || return 1
	zram_remove "$zram"
	[ "$(driver_field "$driver" refcnt)" -eq "$idle" ] && rmmod trueno
}

# A device of every codec, and one of the kernel's, at once.
side_by_side() {
	local format ids='' id
	pages_file "$SIZE_MIB" || return 1
	for format in lz4 $offered; do
		zram_create "$format" "$(stat -c %s "$pages")" || return 1
		ids="$ids $zram"
	done
	for id in $ids; do
		dd if="$pages" of="/dev/zram$id" bs=64k oflag=direct 2>/dev/null &
	done
	wait
	for id in $ids; do
		dd if="/dev/zram$id" bs=64k iflag=direct 2>/dev/null | cmp - "$pages" &&
			zram_remove "$id" || return 1
	done
}

damaged_round_trip_is_seen() {
	load_faulty scalar || return 1
	fails round_trip "$1" || return 1
	remove_devices && unload
}

needs_our_names_in_zram
reload || exit 1
offered=$(formats)
first=${offered%%[[:space:]]*}
# Every variant of every format; quickly, where another kernel has shown that, the
# variants that run here.
codecs=$(for isa in $(isas); do
	for format in $offered; do
		has_variant "$format" "$isa" || continue
		[ -n "${QUICK:-}" ] && has_closed_zram && [ "$isa" != "$(chosen "$format")" ] ||
			echo "$format@$isa"
	done
done)
unload
modprobe zram num_devices=0 2>/dev/null || modprobe zram 2>/dev/null || skip_all "this kernel has no zram"
begin $((6 + $(wc -w <<<"$codecs")))
check "writing the name loads the module" loads_on_demand "$first"
check "an unknown name is refused" bad_name_is_refused
check "the kernel's lz4: $SIZE_MIB MiB come back identical" round_trip lz4
for codec in $codecs; do
	check "$codec: $SIZE_MIB MiB come back identical" \
		round_trip_variant "${codec%@*}" "${codec#*@}"
done
if has_closed_zram; then
	check "rmmod is refused until the device is gone" stays "$first"
else
	check "our driver serves, and rmmod is refused until the device is gone" \
		serves_and_stays "$first"
fi
check "devices with different codecs side by side" side_by_side
if [ -e "$faulty" ]; then
	check "the comparison sees a damaged page" damaged_round_trip_is_seen "$first"
else
	skip "the comparison sees a damaged page" "no faulty build; make -C selftests"
fi
finish
