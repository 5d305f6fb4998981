#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The generator's units and messages for each configuration of golden/. A case is
# a root directory and what is expected of it, as one text.
#
# Usage: golden_test.bash TRUENO_GENERATOR [--update]
set -uo pipefail

generator=$1 update=${2:-}
cases=$(cd -- "$(dirname -- "$0")/golden" && pwd)
failures=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# describe DIRECTORY: its files and links, with their content.
describe() {
	local name
	(cd "$1" && find . -type f -o -type l | LC_ALL=C sort) | while read -r name; do
		if [[ -L $1/$name ]]; then
			printf '=== %s -> %s\n' "${name#./}" "$(readlink "$1/$name")"
		else
			printf '=== %s\n%s\n' "${name#./}" "$(<"$1/$name")"
		fi
	done
}

for directory in "$cases"/*/; do
	name=$(basename "$directory") status=0
	mkdir "$work/units"
	ZRAM_GENERATOR_ROOT=$directory/root "$generator" "$work/units" "$work/early" "$work/late" \
		2>"$work/messages" || status=$?
	{
		sed "s|$directory*/root|ROOT|" "$work/messages"
		[[ $status -eq 0 ]] || echo "exit status $status"
		describe "$work/units"
	} >"$work/$name"
	rm -r "$work/units"
	if [[ -n $update ]]; then
		cp "$work/$name" "$directory/expected"
	elif ! diff -u "$directory/expected" "$work/$name"; then
		echo "FAIL: $name"
		failures=$((failures + 1))
	fi
done

[[ $failures -eq 0 ]]
