# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# shellcheck shell=bash
# What tests of the command line share. $tool is truenoctl; what it printed last is
# in $work/output; the test ends with [[ $failures -eq 0 ]].
failures=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
	printf 'FAIL: %s\n' "$*"
	failures=$((failures + 1))
}

# expect STATUS PATTERN ARGUMENT...: exit status and a pattern of the output.
expect() {
	local want=$1 pattern=$2 status=0
	shift 2
	# shellcheck disable=SC2154 # the test's own
	"$tool" "$@" >"$work/output" 2>&1 </dev/null || status=$?
	[[ $status -eq $want ]] || fail "truenoctl $*: exit status $status, not $want"
	grep -qE -- "$pattern" "$work/output" ||
		fail "truenoctl $*: no '$pattern' in: $(<"$work/output")"
}
