#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# bench and verify as users meet them, on the sample pages.
#
# Usage: bench_command_test.bash TRUENOCTL SOURCE_DIRECTORY
set -uo pipefail

tool=$1 sample=$2/data/sample.pages
. "$(dirname -- "$0")/expect.bash"

quick=(--rounds 1 --codec memcpy)

expect 0 '^memcpy +1\.0000' bench "${quick[@]}" "$sample"
expect 0 'fewer than 1000 different pages' bench "${quick[@]}" "$sample"
expect 0 '^trueno-lz4@' bench --rounds 1 --codec trueno-lz4 "$sample"
expect 0 '^total: 512 pages' bench "${quick[@]}" "$sample" "$sample"
expect 0 '"enough_pages": false' bench "${quick[@]}" --json "$sample"
expect 0 'process [0-9]+ ' bench "${quick[@]}" --pid $$ --pages 50
expect 2 "'nosuch' is not a codec" bench --codec nosuch "$sample"
expect 2 '--rounds' bench --rounds 0 "$sample"
expect 2 'CPU 999 may not be used' bench --cpu 999 "$sample"
expect 1 '4096-byte pages' bench "$0"
expect 1 "$work/missing" bench "$work/missing"
expect 1 'process 2147483646' bench --pid 2147483646
expect 2 '\.svg or a \.png' bench "${quick[@]}" --plot "$work/plot.txt" "$sample"

TRUENO_KERNEL_PEERS=$work/missing.so expect 0 'left out: kernel-lz4: .*missing\.so' \
	bench "${quick[@]}" "$sample"
TRUENO_KERNEL_PEERS=$work/missing.so expect 2 "'kernel-lz4' is not available" \
	bench --codec kernel-lz4 "$sample"

expect 0 '' bench "${quick[@]}" --save "$work/saved.pages" "$sample"
cmp "$work/saved.pages" "$sample" || fail 'bench --save does not write the pages it used'
expect 1 "$work/saved.pages" bench "${quick[@]}" --save "$work/saved.pages" "$sample"

expect 2 'other than memcpy' bench "${quick[@]}" --baseline memcpy --plot "$work/plot.svg" "$sample"

if command -v gnuplot >/dev/null; then
	expect 0 '' bench --rounds 1 --codec 'trueno-*,liblz4' --plot "$work/plot.svg" "$sample"
	grep -q 'trueno-lz4@' "$work/plot.svg" || fail 'the picture names no codec'
else
	echo 'SKIP: no picture is drawn: gnuplot is not installed'
fi

expect 0 '^trueno-lz4@reference +256 .* 0$' verify "$sample"
expect 0 '"mismatches": \[\]' verify --json --codec trueno-lz4 "$sample"
expect 1 '4096-byte pages' verify "$0"

if [[ $EUID -eq 0 ]]; then
	expect 0 '^system: ' bench "${quick[@]}" --system --pages 50
	setpriv --reuid 65534 --clear-groups "$tool" bench "${quick[@]}" --system >"$work/output" 2>&1
	[[ $? -eq 4 ]] || fail "--system for a user: not status 4: $(<"$work/output")"
else
	echo 'SKIP: --system is not tried: needs root'
fi

exit "$((failures > 0))"
