#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Runs every test here, or the ones named, in the running kernel, as root.
#
# Usage: run.sh [TEST...]      such as: run.sh test_zram.sh
# KTAP on standard output; exit status 0 if nothing failed.
# It unloads trueno and loads it again: no zram device may use it.
# REQUIRED_CPU_FLAGS names flags of /proc/cpuinfo without which the run fails,
# for a caller who wants to know that he tests what he thinks.
set -u
cd -- "$(dirname -- "$0")" || exit 1

for flag in ${REQUIRED_CPU_FLAGS:-}; do
	grep -qw "$flag" /proc/cpuinfo && continue
	echo "Bail out! this processor lacks $flag"
	exit 1
done
if [ $# -eq 0 ]; then
	set -- test_*.sh
fi
echo "KTAP version 1"
echo "1..$#"
number=0
failed=0
for test in "$@"; do
	number=$((number + 1)) started=$SECONDS
	bash "./$test" 2>&1 | while IFS= read -r line; do
		printf '  %s\n' "$line"
	done
	status=${PIPESTATUS[0]}
	echo "# $test: $((SECONDS - started)) s"
	case $status in
	0) echo "ok $number $test" ;;
	4) echo "ok $number $test # SKIP" ;;
	*) echo "not ok $number $test # exit status $status" && failed=1 ;;
	esac
done
exit $failed
