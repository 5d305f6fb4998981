#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The tool's --help, its manual page and its completion name the same
# subcommands and options, and the completion completes them.
#
# Usage: documentation_test.bash TRUENOCTL SOURCE_DIRECTORY
set -uo pipefail

tool=$1 source_dir=$2
manual=$source_dir/docs/man/truenoctl.8
failures=0

fail() {
	printf 'FAIL: %s\n' "$*"
	failures=$((failures + 1))
}

# same NAME LIST LIST: two lists of words, in any order.
same() {
	local difference
	difference=$(diff <(tr ' ' '\n' <<<"$2" | sort) <(tr ' ' '\n' <<<"$3" | sort) |
		grep '^[<>]' | paste -sd' ')
	[[ -z $difference ]] || fail "$1 differ: $difference"
}

# shellcheck source=../../../completion/truenoctl.bash
. "$source_dir/completion/truenoctl.bash"

# complete_words WORD...: what is offered for the last word.
complete_words() {
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_truenoctl
	printf '%s ' "${COMPREPLY[@]}"
}

help_options() {
	"$tool" "$1" --help | sed -nE 's/^  (-[a-zA-Z],)?(--[a-z-]+).*/\2/p' | paste -sd' '
}

# --help works everywhere and is described once, for the tool.
manual_options() {
	printf -- '--help '
	awk -v section="$1" '
		/^\.S[sh]/ { inside = $1 == ".Ss" && $2 == section }
		inside && /^\.It Fl/ && match($0, /Fl -[a-z-]+/) {
			print "--" substr($0, RSTART + 4, RLENGTH - 4)
		}' "$manual" | paste -sd' '
}

subcommands=$("$tool" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p' | paste -sd' ')
[[ -n $subcommands ]] || fail 'truenoctl --help lists no subcommand'
same 'subcommands of --help (<) and of the manual page (>)' "$subcommands" \
	"$(sed -n 's/^\.Ss //p' "$manual" | paste -sd' ')"
same 'subcommands of --help (<) and of the completion (>)' "$subcommands --help --version" \
	"$(complete_words truenoctl '' | xargs)"
for subcommand in $subcommands; do
	options=$(help_options "$subcommand")
	same "$subcommand: options of --help (<) and of the manual page (>)" "$options" \
		"$(manual_options "$subcommand")"
	same "$subcommand: options of --help (<) and of the completion (>)" "$options" \
		"$(complete_words truenoctl "$subcommand" -- | xargs)"
done

same 'completion of rem' remove "$(complete_words truenoctl rem | xargs)"
same 'completion of create --al' --algorithm "$(complete_words truenoctl create --al | xargs)"
same 'completion of create -a trueno-l' 'trueno-lz4 trueno-lz4-dense' \
	"$(complete_words truenoctl create -a trueno-l | xargs)"
same 'actions of module' 'load unload show' "$(complete_words truenoctl module '' | xargs)"
same 'completion after an unknown subcommand' '' \
	"$(complete_words truenoctl frobnicate -- | xargs)"
same 'devices of /sys/block and of the completion' \
	"$(find /sys/block -maxdepth 1 -name 'zram*' -printf '%f\n' | xargs)" \
	"$(complete_words truenoctl remove zram | xargs)"

if command -v mandoc >/dev/null; then
	# Whether this machine's index has the pages referred to says nothing of ours.
	faults=$(mandoc -Tlint "$manual" 2>&1 | grep -v 'mandoc\.db\|referenced manual not found')
	[[ -z $faults ]] || fail "mandoc finds fault with the manual page: $faults"
else
	echo 'SKIP: the manual page is not checked: mandoc is not installed'
fi

[[ $failures -eq 0 ]]
