#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# analyze, capture, train and report as users meet them, on the sample pages.
#
# Usage: analyze_command_test.bash TRUENOCTL SOURCE_DIRECTORY
set -uo pipefail

tool=$1 sample=$2/data/sample.pages
. "$(dirname -- "$0")/expect.bash"

expect 0 '^sample\.pages: 256 pages, 0 same-filled' analyze "$sample"
grep -qE '^trueno-auto@[a-z0-9]+ +[0-9.]+K ' "$work/output" || fail 'analyze: no trueno-auto'
grep -qE '^3 to 4 +[0-9]+  #+$' "$work/output" || fail 'analyze: no histogram'
grep -qE '^recommended: [a-z0-9-]+.* % of one core' "$work/output" ||
	fail 'analyze: no recommendation'
expect 0 'at your fault rate of 77/s \(--faults-per-second\)' \
	analyze --faults-per-second 77 "$sample"
expect 0 '"faults_per_second": 77.0' analyze --json --faults-per-second 77 --codec trueno-lz4 "$sample"
# So busy that nothing slower than lz4 may be taken, whatever it saves.
expect 0 '"sentence": "(trueno-)?lz4: nothing|"extra_core_percent": -' \
	analyze --json --faults-per-second 1000000 --codec 'trueno-zstd*' "$sample"
{ head -c 8192 /dev/zero && head -c 4096 "$sample" && head -c 4096 "$sample"; } >"$work/mixed.pages"
expect 0 ': 4 pages, 2 same-filled \(50\.0 %\), 1 equal to another \(25\.0 %\)' \
	analyze --codec trueno-lz4 "$work/mixed.pages"
expect 0 'process [0-9]+ .*: [0-9]+ pages' analyze --codec trueno-lz4 --pid $$ --pages 50
expect 1 '4096-byte pages' analyze "$0"
expect 1 "$work/missing" analyze "$work/missing"
expect 1 'process 2147483646' analyze --pid 2147483646
expect 2 "'nosuch' is not a codec" analyze --codec nosuch "$sample"
expect 2 "'memcpy': zram has no such codec" analyze --codec trueno-lz4,memcpy "$sample"
expect 2 '--faults-per-second' analyze --faults-per-second=-1 "$sample"
expect 2 '--faults-per-second' analyze --faults-per-second inf "$sample"

expect 2 'FILE is required' capture --pid $$
expect 2 'HINT: give --pid PID or --system' capture "$work/none.pages"
expect 0 'only its owner can read it' capture --pid $$ --pages 100 "$work/captured.pages"
[[ $(stat -c '%a' "$work/captured.pages") == 600 ]] || fail 'capture: others may read the file'
expect 0 '^captured\.pages: [0-9]+ pages' analyze --codec trueno-lz4 "$work/captured.pages"
expect 1 'captured\.pages: exists already' capture --pid $$ "$work/captured.pages"
grep -q '^HINT: .*--force' "$work/output" || fail 'capture: --force is not named'
expect 0 '"same_filled_pages"' capture --pid $$ --pages 90 --force --json "$work/captured.pages"
[[ $(stat -c %s "$work/captured.pages") -le $((90 * 4096)) ]] || fail 'capture: --force kept the file'
expect 1 "$work/no/where" capture --pid $$ "$work/no/where.pages"
expect 1 'process 2147483646' capture --pid 2147483646 "$work/none.pages"
[[ ! -e $work/none.pages ]] || fail 'capture: a failure leaves a file'
expect 1 '/dev/full: is not a regular file' capture --pid $$ --force /dev/full

expect 0 '^trueno-zstd@[a-z0-9]+ +[0-9.]+K' train -a trueno-zstd --output "$work/zstd.dict" "$sample"
[[ $(head -c 4 "$work/zstd.dict" | od -An -tx1) == ' 37 a4 30 ec' ]] ||
	fail "train: no Zstandard dictionary"
[[ $(stat -c '%a' "$work/zstd.dict") == 600 ]] || fail 'train: others may read the dictionary'
expect 0 '"held_out_pages": 51' train -a trueno-lz4 --size 8K --json --output "$work/lz4.dict" "$sample"
size=$(stat -c %s "$work/lz4.dict")
[[ $size -gt 4096 && $size -le 8192 ]] || fail "train --size 8K: $size bytes"
expect 1 'lz4\.dict: exists already' train -a trueno-lz4 --output "$work/lz4.dict" "$sample"
expect 0 'lz4\.dict' train -a trueno-lz4 --force --output "$work/lz4.dict" "$sample"
expect 2 "'trueno-word' takes no dictionary" train -a trueno-word --output "$work/x.dict" "$sample"
expect 2 '--size 100 is out of range' train -a trueno-lz4 --size 100 --output "$work/x.dict" "$sample"
expect 2 '--size 65K is out of range' train -a trueno-lz4 --size 65K --output "$work/x.dict" "$sample"
expect 2 "'big' is not a size" train -a trueno-lz4 --size big --output "$work/x.dict" "$sample"
expect 2 '--output' train -a trueno-lz4 "$sample"
expect 2 'name is empty' train -a trueno-lz4 --output '' "$sample"
expect 2 'name is empty' report --output '' "$sample"
expect 2 'name is empty' capture --pid $$ ''
head -c 8192 "$sample" >"$work/two.pages"
expect 1 '2 different pages are too few' train -a trueno-lz4 --output "$work/x.dict" "$work/two.pages"
expect 1 '4096-byte pages' train -a trueno-lz4 --output "$work/x.dict" "$0"
# Pages that share nothing: the dictionary is useless, and that is said.
head -c $((100 * 4096)) /dev/urandom >"$work/noise.pages"
expect 0 'HINT: without a dictionary trueno-lz4 does as well' \
	train -a trueno-lz4 --force --output "$work/noise.dict" "$work/noise.pages"
[[ ! -e $work/x.dict ]] || fail 'train: a failure leaves a dictionary'

"$tool" analyze --json "$sample" >"$work/analyze.json"
expect 0 '^<!DOCTYPE html>' report "$work/analyze.json"
"$tool" report --output "$work/report.html" "$work/analyze.json" || fail 'report --output fails'
cmp -s "$work/output" "$work/report.html" || fail 'report --output writes another page'
[[ $(stat -c %a "$work/report.html") == $(printf '%o' $((0666 & ~8#$(umask)))) ]] ||
	fail 'report: the umask is not kept'
expect 1 'report\.html: exists already' report --output "$work/report.html" "$work/analyze.json"
expect 1 'bench --json' report "$0"
expect 1 "$work/missing.json" report "$work/missing.json"
expect 1 'Is a directory' report "$work/"
expect 1 'standard input: is empty' report
head -c 300 "$work/analyze.json" >"$work/cut.json"
expect 1 'cut\.json: is not JSON' report "$work/cut.json"
head -c 100 "$sample" >"$work/odd.pages"
expect 1 'odd\.pages: 100 bytes' report --output "$work/x.html" "$work/odd.pages"
[[ ! -e $work/x.html ]] || fail 'report: a failure leaves a page'

if [[ $EUID -eq 0 ]]; then
	install -m 600 "$sample" "$work/private.pages"
	chmod 755 "$work"
	setpriv --reuid 65534 --clear-groups "$tool" analyze "$work/private.pages" >"$work/output" 2>&1
	[[ $? -eq 4 ]] || fail "analyze of another's file: not status 4: $(<"$work/output")"
	expect 0 '^system: ' analyze --codec trueno-lz4 --system --pages 50
	for command in analyze "capture $work/user.pages" report; do
		# shellcheck disable=SC2086 # a subcommand and its argument
		setpriv --reuid 65534 --clear-groups "$tool" $command --system >"$work/output" 2>&1
		[[ $? -eq 4 ]] || fail "$command --system for a user: not status 4: $(<"$work/output")"
	done
else
	echo 'SKIP: --system is not tried: needs root'
fi

exit "$((failures > 0))"
