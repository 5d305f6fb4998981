#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The tool's --help, its manual page and its completions name the same
# subcommands and options, and the completions complete them.
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

# The lines are "NAME   SUMMARY" or "NAME, ALIAS   SUMMARY".
# zramctl refers to status for the columns that both have.
manual_columns() {
	if [[ $1 == zramctl ]]; then
		manual_columns status | tr ' ' '\n' | sed '/^MOUNTPOINT$/q' | paste -sd' '
	else
		sed -n '/^\.Ss status/,/^\.Ss create/s/^\.It Li \([A-Z-]*\)$/\1/p' "$manual" | paste -sd' '
	fi
}

subcommands=$("$tool" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\)[, ].*/\1/p' | paste -sd' ')
aliases=$("$tool" --help | sed -n '/^Subcommands:/,/^$/s/^  [a-z]*, \([a-z]*\) .*/\1/p' | paste -sd' ')
[[ -n $subcommands ]] || fail 'truenoctl --help lists no subcommand'
same 'subcommands of --help (<) and of the manual page (>)' "$subcommands" \
	"$(sed -n 's/^\.Ss //p' "$manual" | paste -sd' ')"
same 'subcommands of --help (<) and of the completion (>)' "$subcommands $aliases --help --version" \
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
for subcommand in status zramctl; do
	same "$subcommand: columns of --help (<) and of the manual page (>)" \
		"$("$tool" "$subcommand" --help | sed -n '/^Columns:/,$s/^  \([A-Z-]*\) .*/\1/p' | paste -sd' ')" \
		"$(manual_columns "$subcommand")"
	same "completion of $subcommand -o NAME,dis" NAME,DISKSIZE \
		"$(complete_words "$tool" "$subcommand" -o NAME,DIS | xargs)"
done
same 'completion of list -o +COMP-' +COMP-RATIO \
	"$(complete_words "$tool" list -o +COMP- | xargs)"
same 'actions of module' 'load unload show' "$(complete_words truenoctl module '' | xargs)"
same 'completion after an unknown subcommand' '' \
	"$(complete_words truenoctl frobnicate -- | xargs)"
same 'devices of /sys/block and of the completion' \
	"$(find /sys/block -maxdepth 1 -name 'zram*' -printf '%f\n' | xargs)" \
	"$(complete_words truenoctl remove zram | xargs)"

# The completions that tools/make-completions writes, asked as a user asks them.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

offers_zsh() {
	zsh -f "$source_dir/userspace/truenoctl/tests/complete.zsh" "$work" "$1" | paste -sd' '
}

offers_fish() {
	# shellcheck disable=SC2016 # fish expands them
	fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$work/truenoctl.fish" "$1" |
		cut -f1 | paste -sd' '
}

for shell in zsh fish; do
	if ! command -v "$shell" >/dev/null; then
		echo "SKIP: the completion of $shell is not checked: $shell is not installed"
		continue
	fi
	file=$work/_truenoctl
	[[ $shell == zsh ]] || file=$work/truenoctl.fish
	"$source_dir/tools/make-completions" "$shell" "$tool" >"$file" ||
		fail "tools/make-completions $shell does not succeed"
	same "$shell: subcommands of --help (<) and of the completion (>)" "$subcommands $aliases" \
		"$("offers_$shell" 'truenoctl ')"
	for subcommand in $subcommands $aliases; do
		same "$shell: options of $subcommand --help (<) and of the completion (>)" \
			"$(help_options "$subcommand")" "$("offers_$shell" "truenoctl $subcommand --")"
	done
	same "$shell: completion of create -a trueno-l" 'trueno-lz4 trueno-lz4-dense' \
		"$("offers_$shell" 'truenoctl create -a trueno-l')"
	same "$shell: completion of list -o DIS" DISKSIZE "$("offers_$shell" 'truenoctl list -o DIS')"
	# zsh shows a path by its last part.
	same "$shell: completion of bench $source_dir/VERS" VERSION \
		"$(basename "$("offers_$shell" "truenoctl bench $source_dir/VERS")")"
done

if command -v mandoc >/dev/null; then
	# Whether this machine's index has the pages referred to says nothing of ours.
	faults=$(mandoc -Tlint "$manual" 2>&1 | grep -v 'mandoc\.db\|referenced manual not found')
	[[ -z $faults ]] || fail "mandoc finds fault with the manual page: $faults"
else
	echo 'SKIP: the manual page is not checked: mandoc is not installed'
fi

[[ $failures -eq 0 ]]
