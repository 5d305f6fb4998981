#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The command line as users meet it: exit statuses and messages. Changes
# nothing on this machine: what makes devices is tested in a booted kernel.
#
# Usage: command_line_test.bash TRUENOCTL SOURCE_DIRECTORY
set -uo pipefail

tool=$1 source_dir=$2
. "$(dirname -- "$0")/expect.bash"

expect 0 "^truenoctl $(<"$source_dir/VERSION")\$" --version
expect 0 '^Usage: truenoctl ' --help
expect 0 '^Usage: truenoctl ' -h
for subcommand in $("$tool" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\)[, ].*/\1/p'); do
	wrong=2
	# Its exit statuses are those of the program it stands for.
	[[ $subcommand != zramctl ]] || wrong=1
	expect 0 "^Usage: truenoctl $subcommand" "$subcommand" --help
	expect "$wrong" "'--no-such-option'" "$subcommand" --no-such-option
	expect "$wrong" "HINT: 'truenoctl $subcommand --help'" "$subcommand" --no-such-option
done

expect 2 'a subcommand is missing'
expect 2 "'frobnicate' is not a subcommand" frobnicate
expect 2 "'--frobnicate' is not" --frobnicate

expect 2 '--size' create
expect 2 "'lots'" create --size lots
expect 2 "'5Q'" create --size 5Q
expect 2 '--size 0 ' create --size 0
expect 2 '--size 0% ' create --size 0%
expect 2 "'-5'" create --size=-5
expect 2 '40K' create --size 16K --swap
expect 1 '--size 1024P is too large' create --size 1024P
expect 2 '--priority.*70000' create --size 1G --swap --priority 70000
expect 2 '--priority.*high' create --size 1G --swap --priority high
expect 2 '--swap' create --size 1G --priority 5
expect 2 '--swap' create --size 1G --discard
expect 2 '--algorithm' create --size 1G --algorithm ''
expect 2 "'surplus'" create --size 1G surplus

# Refused before anything is tried, or only told: devices of this machine stay.
expect 2 "'min\(ram / 2'" create --size 'min(ram / 2'
expect 2 "'frob\(3\)'" create --size 'frob(3)'
expect 2 "'1G - 2G'" create --size '1G - 2G'
expect 2 "'zstd,speed=3'" create --size 1G --algorithm zstd,speed=3
expect 2 "'zstd,level=high'" create --size 1G --algorithm zstd,level=high
expect 2 "dictionary '/nonexistent'" create --size 1G --algorithm zstd,dict=/nonexistent
expect 2 '--recompress is given 4 times' create --size 1G --recompress a --recompress b \
	--recompress c --recompress d
expect 2 "--mem-limit: 'half'" create --size 1G --mem-limit half
expect 2 "'/dev/null' is not a block device" create --size 1G --backing-dev /dev/null
expect 2 '--fs: vfat' create --size 1G --fs vfat
expect 2 '--fs' create --size 1G --mount /tmp
expect 2 '--swap' create --size 1G --fs ext4 --swap
expect 2 "'/nonexistent' is not a directory" create --size 1G --fs ext4 --mount /nonexistent
expect 0 "^write '1048576' to /sys/block/zram[0-9]+/disksize$" create --dry-run --size 'min(ram, 1M)'
expect 0 "^swap on /dev/zram[0-9]+ with priority 7 and discard$" \
	create -n --size 1M --swap -p 7 --discard
expect 0 "^mount /dev/zram[0-9]+ on /tmp$" create -n --size 1M --fs ext4 --mount /tmp
expect 0 '"steps": \[' create -n --json --size 1M
expect 0 'zram' find --dry-run
for subcommand in set reset idle recompress writeback compact; do
	expect 2 'DEVICE' "$subcommand"
done
expect 1 '/dev/zram987654 does not exist' set zram987654 --mem-limit 1G
for subcommand in reset idle compact; do
	expect 1 '/dev/zram987654 does not exist' "$subcommand" zram987654
done
expect 2 "neither --type nor --threshold" recompress zram987654
expect 2 '--priority' recompress zram987654 --type idle --priority 4
expect 2 '--type: cold' recompress zram987654 --type cold
expect 2 'neither --type nor --page-index' writeback zram987654
expect 2 "'7-' is not a page" writeback zram987654 --page-index 7-
expect 2 '--age' idle zram987654 --age old

expect 2 '--policy' tune --once
expect 1 'cannot read /nonexistent' tune --once --policy /nonexistent
printf '[defaults]\nrecompres = yes\n' >"$work/policy"
expect 2 "$work/policy: 'recompres = yes' in \\[defaults\\]" tune --dry-run --policy "$work/policy"
printf '[defaults]\nrecompress = no\n' >"$work/policy"
expect 2 "'soon' is not a time" tune --policy "$work/policy" --interval soon
"$tool" tune --once --policy "$source_dir/packaging/tune.conf" --dry-run >"$work/output" 2>&1
[[ $? -ne 2 ]] || fail "tune: the example policy is refused: $(<"$work/output")"

expect 2 'DEVICE' remove
expect 2 "'sda'" remove sda
expect 2 "'/dev/zram1/..'" remove /dev/zram1/..
expect 1 '/dev/zram987654 does not exist' remove zram987654
expect 1 '/dev/zram987654 does not exist' status zram987654
expect 2 "'loop0'" status loop0

expect 2 "'BOGUS' is not a column" status -o NAME,BOGUS
expect 2 'HINT: the columns are NAME, .*WRITEBACK-WRITES' list -o bogus
expect 2 "'' is not a column" status --output NAME,
expect 2 '--raw excludes --json' status --raw --json
expect 0 '"devices"' list --json -b -n --output-all

expect 0 "^zramctl from truenoctl $(<"$source_dir/VERSION")\$" zramctl --vers
expect 1 "'--algorithm' needs a value" zramctl --algorithm
expect 1 "'-a' needs a value" zramctl -a
expect 1 "'--no=5' is not an option" zramctl -b --no=5
expect 1 "'BOGUS' is not a column" zramctl -o BOGUS
expect 1 'HINT: the columns are NAME, .*COMP-RATIO' zramctl -o NAME,
expect 1 "'zram1' is one device too many" zramctl zram0 zram1
expect 1 "'lots'" zramctl -f -s lots
expect 1 "'many' is not a number of streams" zramctl -t many
expect 1 '--reset and --size exclude' zramctl -r -s 5M
expect 1 "--find and a device, 'zram0'" zramctl -f zram0
expect 1 'need --size' zramctl -a lz4
expect 1 'no device is named' zramctl -r
expect 1 "'/dev/null' is not a zram device" zramctl /dev/null
expect 1 '/dev/zram987654 does not exist' zramctl -b zram987654

# Lines that fail before any device is looked at, as they do with zramctl.
while read -r line; do
	# shellcheck disable=SC2086 # words
	expect 1 '^truenoctl: ' zramctl $line
	# shellcheck disable=SC2086
	! command -v zramctl >/dev/null || ! zramctl $line >/dev/null 2>&1 ||
		fail "zramctl accepts: $line"
done <<-END
	--no-such-option
	-o
	-o BOGUS
	-o ,
	-o NAME,
	-f zram0
	zram0 zram1
	-r
	-s 8M
	-f -s lots
	-f -s -5
	-f -s 8M -t many
	-a lz4
	-f -t 2
	-o NAME -s 8M zram0
	-f -o NAME
	-f -r zram0
	-r -s 8M zram0
END

expect 2 'ACTION.*frobnicate' module frobnicate
expect 2 "--param is for 'load'" module unload --param isa=scalar
if [[ ! -d /sys/module/trueno ]]; then
	expect 0 '^state: not (installed|loaded)$' module show
	expect 0 '"unloaded": \[\]' module unload --json
fi

expect 0 '^truenoctl_collector_success\{collector="zram"\} [01]$' metrics
expect 2 "'9709'.*listen" metrics --listen 9709
expect 2 'HINT: .*--allow-remote' metrics --listen 0.0.0.0:0
expect 1 'listen on 127.0.0.1:1: |listen on 192.0.2.1:1: ' metrics --listen 192.0.2.1:1 --allow-remote
expect 2 '--listen' metrics --allow-remote
expect 2 '--textfile' metrics --listen 127.0.0.1:0 --textfile "$work/metrics.prom"
expect 1 "$work/none/metrics.prom: No such file" metrics --textfile "$work/none/metrics.prom"
"$tool" metrics --textfile "$work/metrics.prom" || fail "metrics --textfile: exit status $?"
[[ $(ls "$work") != *metrics.prom.* ]] || fail 'metrics --textfile: a file of the writing is left'
[[ $(stat -c %a "$work/metrics.prom") == 644 ]] || fail 'metrics --textfile: others cannot read it'
grep -q '^truenoctl_collector_success' "$work/metrics.prom" || fail 'metrics --textfile: no metrics'
expect 2 'name is empty' metrics --textfile ''
ln -s /dev/null "$work/null.prom"
expect 1 'null.prom: is not a regular file' metrics --textfile "$work/null.prom"
[[ -L $work/null.prom ]] || fail 'metrics --textfile: a file that is not regular is replaced'
if command -v promtool >/dev/null; then
	promtool check metrics <"$work/metrics.prom" >"$work/output" 2>&1 ||
		fail "promtool: $(<"$work/output")"
fi

expect 2 '--count' monitor --count 0
expect 2 '--interval' monitor --interval 0
"$tool" monitor --seconds 0.1 || fail "monitor --seconds: exit status $?"
expect 2 '--interval' top --interval never
expect 1 'HINT: .*truenoctl status' top

# fetch PATH [METHOD]: what the server on $port answers, with the status line.
fetch() {
	exec 5<>"/dev/tcp/127.0.0.1/$port" &&
		printf '%s %s HTTP/1.0\r\n\r\n' "${2:-GET}" "$1" >&5 && cat <&5
	exec 5>&-
}

"$tool" metrics --listen 127.0.0.1:0 2>"$work/server" &
server=$!
port=
until [[ -n $port ]] || ! kill -0 "$server" 2>/dev/null; do
	sleep 0.1
	port=$(sed -nE 's|^listening on http://127.0.0.1:([0-9]+)/metrics$|\1|p' "$work/server")
done
fetch /metrics >"$work/output"
grep -q '^HTTP/1.[01] 200' "$work/output" || fail "GET /metrics: $(head -1 "$work/output")"
grep -q '^truenoctl_collector_success' "$work/output" || fail 'GET /metrics: no metrics'
fetch /other >"$work/output"
grep -q '^HTTP/1.[01] 404' "$work/output" || fail "GET /other: $(head -1 "$work/output")"
fetch /metrics HEAD >"$work/output"
grep -q '^HTTP/1.[01] 200' "$work/output" || fail "HEAD /metrics: $(head -1 "$work/output")"
! grep -q '^truenoctl_' "$work/output" || fail 'HEAD /metrics: has a body'
fetch /metrics POST >"$work/output"
grep -q '^HTTP/1.[01] 405' "$work/output" || fail "POST /metrics: $(head -1 "$work/output")"
fetch "/$(printf '%09000d' 0)" >"$work/output" 2>/dev/null
grep -q '^HTTP/1.[01] 400' "$work/output" || fail "a long request: $(head -1 "$work/output")"
# Clients that say nothing keep neither the others from an answer nor the server
# from its end.
idle=()
for ((i = 0; i < 80; i++)); do
	exec {connection}<>"/dev/tcp/127.0.0.1/$port" && idle+=("$connection")
done
fetch /metrics >"$work/output"
grep -q '^truenoctl_collector_success' "$work/output" || fail 'GET beside idle clients: no metrics'
expect 1 'Address already in use' metrics --listen "127.0.0.1:$port"
kill -TERM "$server"
wait "$server"
status=$?
[[ $status -eq 0 ]] || fail "metrics --listen: exit status $status after SIGTERM, not 0"
for connection in "${idle[@]}"; do
	exec {connection}>&-
done

expect 0 '"source": "(netlink|/proc/crypto)"' crypto --json
expect 0 '"devices"' status --json
if [[ ! -d /sys/module/trueno ]]; then
	expect 1 'the module trueno is not loaded' counters
	expect 1 'HINT: .*modprobe trueno' counters --json
fi
"$tool" doctor >"$work/doctor"
status=$?
if grep -q PROBLEM "$work/doctor"; then
	[[ $status -eq 3 ]] || fail "doctor: exit status $status with a problem, not 3"
	grep -q '^HINT: ' "$work/doctor" || fail 'doctor: a problem without a HINT'
else
	[[ $status -eq 0 ]] || fail "doctor: exit status $status without a problem"
fi

# A full disk must not pass for success.
"$tool" status --json >/dev/full 2>"$work/output"
status=$?
[[ $status -eq 1 ]] || fail "status on a full disk: exit status $status, not 1"
grep -q 'standard output' "$work/output" || fail 'status on a full disk: no message'

[[ $failures -eq 0 ]]
