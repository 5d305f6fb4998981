#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The module's life: what it finds, offers, refuses and leaves behind.
. "$(dirname -- "$0")/lib.bash"

CYCLES=${CYCLES:-100}
faulty=$selftests_dir/faulty/kmod/trueno.ko

loads() {
	mark_log
	load && log_has "trueno-lz4: compress "
}

version_matches() {
	local loaded installed
	loaded=$(cat /sys/module/trueno/version)
	installed=$(modinfo -F version trueno)
	echo "loaded $loaded, installed $installed"
	[ -n "$loaded" ] && [ "$loaded" = "$installed" ]
}

variants_are_shown() {
	local format
	for format in $(formats); do
		cat "$state/$format"
		case " $(variants "$format") " in
		*" scalar "*) ;;
		*) return 1 ;;
		esac
	done
	[ -e "$state/trueno-lz4" ]
}

# The driver's name tells the variant, for both faces of the crypto API.
drivers_are_registered() {
	local format isa
	for format in $(formats); do
		isa=$(sed -n 's/^compress //p' "$state/$format")
		[ "$(driver_field "$format-$isa-scomp" type)" = scomp ] || return 1
		[ "$(driver_field "$format-$isa-scomp" module)" = trueno ] || return 1
	done
}

every_variant_loads() {
	local isa
	for isa in $(variants trueno-lz4); do
		reload isa="$isa" || return 1
		grep -qx "compress $isa" "$state/trueno-lz4" || return 1
		grep -qx "decompress $isa" "$state/trueno-lz4" || return 1
		[ "$(driver_field "trueno-lz4-$isa-scomp" module)" = trueno ] || return 1
	done
}

directions_differ() {
	reload isa_compress=scalar isa_decompress=reference || return 1
	cat "$state/trueno-lz4"
	grep -qx 'compress scalar' "$state/trueno-lz4" &&
		grep -qx 'decompress reference' "$state/trueno-lz4" &&
		[ "$(driver_field trueno-lz4-scalar+reference-scomp module)" = trueno ]
}

# A wrong name is refused, and the log lists every right one.
bad_isa_is_refused() {
	local isa names
	reload || return 1
	names=$(variants trueno-lz4)
	unload
	mark_log
	fails load "$1=pentium" || return 1
	log_has "$1=pentium" || return 1
	for isa in auto $names; do
		new_log | grep -F "$1=pentium" | grep -qw "$isa" ||
			{ echo "$isa is not listed" && new_log && return 1; }
	done
}

faulty_variant_is_dropped() {
	local best
	reload || return 1
	best=$(variants trueno-lz4 | cut -d' ' -f1)
	unload
	mark_log
	insmod "$faulty" fault="trueno-lz4@$best:$1" || return 1
	log_has "trueno-lz4@$best dropped: self-test failed" || return 1
	[ "$(new_log | grep -c 'dropped')" -eq 1 ] || return 1
	cat "$state/trueno-lz4"
	fails grep -qw "$best" "$state/trueno-lz4"
}

# With every variant faulty there is nothing to offer.
faulty_module_is_refused() {
	local isa list=
	reload || return 1
	for isa in $(variants trueno-lz4); do
		list=$list${list:+,}trueno-lz4@$isa:decompress
	done
	unload
	mark_log
	fails insmod "$faulty" fault="$list" || return 1
	log_has "trueno-lz4 is not offered" && log_has "nothing to offer"
}

skipped_selftest_is_logged() {
	mark_log
	reload selftest=0 && log_has "self-test skipped"
}

cycle() {
	load && unload
}

cycles_leave_memory() {
	unload
	leaves_memory "$CYCLES" cycle && fails grep -q trueno /proc/vmallocinfo
}

unload
begin 12
check "loads and passes its self-test" loads
check "the version is that of the installed file" version_matches
check "the variants are shown, scalar among them" variants_are_shown
check "the driver names tell the variant" drivers_are_registered
check "every variant can be chosen" every_variant_loads
check "the directions can be chosen apart" directions_differ
check "a wrong isa= is refused with the list of right ones" bad_isa_is_refused isa
check "a wrong isa_decompress= is refused too" bad_isa_is_refused isa_decompress
if [ -e "$faulty" ]; then
	check "a variant that decompresses wrongly is dropped" faulty_variant_is_dropped decompress
	check "without a working variant the module refuses to load" faulty_module_is_refused
else
	skip "a variant that decompresses wrongly is dropped" "no $faulty; make -C selftests"
	skip "without a working variant the module refuses to load" "no $faulty; make -C selftests"
fi
check "a skipped self-test is logged" skipped_selftest_is_logged
check "$CYCLES times loaded and unloaded, no memory is lost" cycles_leave_memory
finish
