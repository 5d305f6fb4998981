#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Real pages through a real zram device, byte for byte, with every variant.
. "$(dirname -- "$0")/lib.bash"

SIZE_MIB=${SIZE_MIB:-16}

# Writing the name loads the module, through the crypto API's alias.
loads_on_demand() {
	unload
	zram_create trueno-lz4 16M || return 1
	grep -q '\[trueno-lz4\]' "/sys/block/zram$zram/comp_algorithm" || return 1
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

# round_trip_variant ISA: the counters prove which variant did the work.
round_trip_variant() {
	local before after direction
	reload isa="$1" || return 1
	round_trip trueno-lz4 || return 1
	for direction in compress decompress; do
		after=$(counter "trueno-lz4@$1" "$direction" calls)
		echo "trueno-lz4@$1 $direction: $after calls"
		[ "$after" -gt 100 ] || return 1
	done
}

# A module whose compressor serves a device cannot be unloaded.
stays() {
	reload && zram_create trueno-lz4 16M && fails rmmod trueno && zram_remove "$zram" && unload
}

# /proc/crypto shows our driver in use while the device lives; rmmod fails.
serves_and_stays() {
	local driver idle busy
	reload || return 1
	driver=trueno-lz4-$(sed -n 's/^compress //p' "$state/trueno-lz4")
	idle=$(driver_field "$driver" refcnt)
	zram_create trueno-lz4 16M || return 1
	busy=$(driver_field "$driver" refcnt)
	echo "refcnt of $driver: $idle -> $busy"
	[ "$busy" -gt "$idle" ] || return 1
	fails rmmod trueno || return 1
	zram_remove "$zram"
	[ "$(driver_field "$driver" refcnt)" -eq "$idle" ] && rmmod trueno
}

two_devices() {
	local first
	zram_create trueno-lz4 "$((SIZE_MIB * 1048576))" || return 1
	first=$zram
	round_trip lz4 || return 1
	round_trip trueno-lz4 || return 1
	zram_remove "$first"
}

damaged_round_trip_is_seen() {
	unload
	insmod "$selftests_dir/faulty/kmod/trueno.ko" selftest=0 isa=scalar \
		fault=trueno-lz4@scalar:decompress || return 1
	fails round_trip trueno-lz4 || return 1
	cleanup_devices && unload
}

cleanup_devices() {
	local id
	for id in $zram_ids; do
		[ ! -e "/sys/block/zram$id" ] || zram_remove "$id" || return 1
	done
}

needs_our_names_in_zram
load || exit 1
names=$(variants trueno-lz4)
unload
modprobe zram num_devices=0 2>/dev/null || modprobe zram 2>/dev/null || skip_all "this kernel has no zram"
# shellcheck disable=SC2086 # one word per variant
set -- $names
begin $((6 + $#))
check "writing the name loads the module" loads_on_demand
check "an unknown name is refused" bad_name_is_refused
check "the kernel's lz4: $SIZE_MIB MiB come back identical" round_trip lz4
for isa; do
	check "trueno-lz4@$isa: $SIZE_MIB MiB come back identical" round_trip_variant "$isa"
done
if has_closed_zram; then
	check "rmmod is refused until the device is gone" stays
else
	check "our driver serves, and rmmod is refused until the device is gone" serves_and_stays
fi
check "devices with different codecs side by side" two_devices
if [ -e "$selftests_dir/faulty/kmod/trueno.ko" ]; then
	check "the comparison sees a damaged page" damaged_round_trip_is_seen
else
	skip "the comparison sees a damaged page" "no faulty build; make -C selftests"
fi
finish
