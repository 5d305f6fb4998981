#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The module's life: what it finds, offers, refuses and leaves behind.
. "$(dirname -- "$0")/lib.bash"

CYCLES=${CYCLES:-100}
faulty=$selftests_dir/faulty/kmod/trueno.ko

# No format lacks a variant that its self-test refused.
loads() {
	local format
	mark_log
	load || return 1
	for format in $(formats); do
		log_has "$format: compress " || return 1
	done
	fails log_has dropped
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
		has_variant "$format" "$(sed -n 's/^fallback //p' "$state/$format")" || return 1
	done
	[ -e "$state/trueno-lz4" ]
}

# The driver's name tells the variant, for both faces of the crypto API.
drivers_are_registered() {
	local format isa
	for format in $(formats); do
		isa=$(chosen "$format")
		[ "$(driver_field "$format-$isa-scomp" type)" = scomp ] || return 1
		[ "$(driver_field "$format-$isa-scomp" module)" = trueno ] || return 1
	done
}

every_variant_loads() {
	local isa format
	for isa in $(isas); do
		choose_isa "$isa" || return 1
		for format in $(formats); do
			has_variant "$format" "$isa" || continue
			serves "$format" "$isa" || return 1
			[ "$(driver_field "$format-$isa-scomp" module)" = trueno ] || return 1
		done
	done
}

directions_differ() {
	local format
	reload selftest=0 isa_compress=scalar isa_decompress=reference || return 1
	for format in $(formats); do
		has_variant "$format" scalar || continue
		cat "$state/$format"
		grep -qx 'compress scalar' "$state/$format" &&
			grep -qx 'decompress reference' "$state/$format" &&
			[ "$(driver_field "$format-scalar+reference-scomp" module)" = trueno ] ||
			return 1
	done
}

# A wrong name is refused, and the log lists every right one.
bad_isa_is_refused() {
	local isa names
	reload selftest=0 || return 1
	names=$(isas)
	unload
	mark_log
	fails load selftest=0 "$1=pentium" || return 1
	log_has "$1=pentium" || return 1
	for isa in auto $names; do
		new_log | grep -F "$1=pentium" | grep -qw "$isa" ||
			{ echo "$isa is not listed" && new_log && return 1; }
	done
}

# The best variant of every format is faulty: each serves without it.
faulty_variant_is_dropped() {
	local format best list=
	reload || return 1
	for format in $(formats); do
		best=$(variants "$format" | cut -d' ' -f1)
		list="$list $format@$best"
	done
	unload
	mark_log
	# shellcheck disable=SC2086 # a word per variant
	insmod "$faulty" fault="$(printf "%s:$1\n" $list | paste -sd,)" || return 1
	for best in $list; do
		log_has "$best dropped: self-test failed" || return 1
		fails has_variant "${best%@*}" "${best#*@}" || return 1
	done
	[ "$(new_log | grep -c 'dropped')" -eq "$(wc -w <<<"$list")" ]
}

# With every variant faulty there is nothing to offer.
faulty_module_is_refused() {
	local format isa names list=
	reload || return 1
	names=$(formats)
	for format in $names; do
		for isa in $(variants "$format"); do
			list=$list${list:+,}$format@$isa:decompress
		done
	done
	unload
	mark_log
	fails insmod "$faulty" fault="$list" || return 1
	for format in $names; do
		log_has "$format is not offered" || return 1
	done
	log_has "nothing to offer"
}

skipped_selftest_is_logged() {
	mark_log
	reload selftest=0 && log_has "self-test skipped"
}

cycle() {
	load selftest=0 && unload
}

cycles_leave_memory() {
	unload
	leaves_memory "$CYCLES" cycle && fails grep -q trueno /proc/vmallocinfo
}

unload
begin 12
check "loads and passes its self-test" loads
check "the version is that of the installed file" version_matches
check "the variants are shown, one without SIMD among them" variants_are_shown
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
