# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# shellcheck shell=bash
# Completion of truenoctl for bash. Needs nothing of the package bash-completion.

# Options of each subcommand; truenoctl --help is what they come from.
declare -gA _truenoctl_options=(
	[status]='--help --json'
	[create]='--help --size --algorithm --swap --priority --discard --json'
	[remove]='--help --swapoff'
	[doctor]='--help --json'
	[counters]='--help --json'
	[crypto]='--help --json'
	[module]='--help --param --json'
	[metrics]='--help --textfile --listen --allow-remote'
	[monitor]='--help --count --seconds --interval --json'
	[top]='--help --interval'
	[bench]='--help --pid --system --pages --seed --save --codec --baseline --rounds --seconds --cpu --plot --json'
	[verify]='--help --pid --system --pages --seed --codec --damages --save --json'
)

_truenoctl_devices() {
	local device
	for device in /sys/block/zram*; do
		[[ ! -e $device ]] || printf '%s\n' "${device##*/}"
	done
}

# Leaves the word to readline, which completes file names.
_truenoctl_files() {
	compopt -o default 2>/dev/null || true
}

_truenoctl_algorithms() {
	local line key value name=
	{
		printf '%s\n' trueno-{auto,lz4,word,zstd} trueno-{auto,lz4,word,zstd}-dense \
			trueno-auto-densest trueno-zstd-fast
		if [[ -r /proc/crypto ]]; then
			while IFS=: read -r key value; do
				case ${key%% *} in
				name) name=${value# } ;;
				type) [[ $value != *comp* ]] || printf '%s\n' "$name" ;;
				esac
			done </proc/crypto
		fi
		for line in /sys/block/zram*/comp_algorithm; do
			[[ ! -r $line ]] || tr -d '[]' <"$line" | tr ' ' '\n'
		done
	} | sort -u
}

_truenoctl() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local subcommand=${COMP_WORDS[1]} words
	COMPREPLY=()

	if [[ $COMP_CWORD -eq 1 ]]; then
		words="${!_truenoctl_options[*]} --help --version"
	elif [[ ! -v _truenoctl_options[$subcommand] ]]; then
		return
	else
		words=${_truenoctl_options[$subcommand]}
		case $subcommand:$previous in
		create:-a | create:--algorithm) words=$(_truenoctl_algorithms) ;;
		module:--param) words='isa= isa_compress= isa_decompress= selftest=' ;;
		metrics:--listen) words='127.0.0.1:9709 [::1]:9709' ;;
		*:--interval | *:--count) words='' ;;
		*:--save | *:--plot | *:--textfile) _truenoctl_files && return ;;
		*:--pages | *:--seed | *:--rounds | *:--seconds | *:--cpu | *:--damages) words='' ;;
		*:--pid) words=$(cd /proc && printf '%s\n' [0-9]*) ;;
		create:-s | create:--size) words='25% 50% 100% 1G 2G 4G 8G' ;;
		create:-p | create:--priority) words='' ;;
		bench:* | verify:*) [[ $current == -* ]] || { _truenoctl_files && return; } ;;
		module:*) [[ $current == -* ]] || words='load unload show' ;;
		status:* | remove:*) [[ $current == -* ]] || words=$(_truenoctl_devices) ;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _truenoctl truenoctl
