# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# shellcheck shell=bash
# Completion of truenoctl for bash. Needs nothing of the package bash-completion.

# Options of each subcommand; truenoctl --help is what they come from.
declare -gA _truenoctl_options=(
	[status]='--help --output --output-all --bytes --noheadings --raw --json'
	[list]='--help --output --output-all --bytes --noheadings --raw --json'
	[create]='--help --size --algorithm --recompress --mem-limit --backing-dev --writeback-limit --swap --priority --fs --mount --discard --dry-run --json'
	[remove]='--help --swapoff --dry-run'
	[find]='--help --dry-run --json'
	[set]='--help --size --algorithm --recompress --mem-limit --backing-dev --writeback-limit --dry-run'
	[reset]='--help --dry-run'
	[idle]='--help --dry-run --age'
	[recompress]='--help --dry-run --type --threshold --max-pages --algorithm --priority'
	[writeback]='--help --dry-run --type --page-index'
	[tune]='--help --policy --once --interval --state --dry-run'
	[compact]='--help --dry-run'
	[zramctl]='--help --algorithm --bytes --find --noheadings --output --output-all --algorithm-params --raw --reset --size --streams --version'
	[doctor]='--help --json'
	[counters]='--help --json'
	[crypto]='--help --json'
	[module]='--help --param --json'
	[metrics]='--help --textfile --listen --allow-remote'
	[monitor]='--help --count --seconds --interval --json'
	[top]='--help --interval'
	[bench]='--help --pid --system --pages --seed --save --codec --baseline --rounds --seconds --cpu --plot --json'
	[analyze]='--help --pid --system --pages --seed --codec --faults-per-second --json'
	[capture]='--help --pid --system --pages --seed --force --json'
	[train]='--help --algorithm --output --size --seed --force --json'
	[report]='--help --pid --system --pages --seed --faults-per-second --output --force'
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

# The columns that a subcommand's --help lists.
_truenoctl_columns() {
	"$1" "$2" --help 2>/dev/null | sed -n '/^Columns:$/,$s/^  \([A-Z-]*\) .*/\1/p'
}

_truenoctl() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local subcommand=${COMP_WORDS[1]} words before=
	COMPREPLY=()

	if [[ $COMP_CWORD -eq 1 ]]; then
		words="${!_truenoctl_options[*]} --help --version"
	elif [[ ! -v _truenoctl_options[$subcommand] ]]; then
		return
	else
		words=${_truenoctl_options[$subcommand]}
		case $subcommand:$previous in
		status:-o | status:--output | list:-o | list:--output | zramctl:-o | zramctl:--output)
			words=$(_truenoctl_columns "${COMP_WORDS[0]}" "$subcommand")
			# Of a list the last name is completed.
			before=${current%"${current##*[,+]}"} current=${current##*[,+]}
			;;
		train:-a | train:--algorithm) words='trueno-lz4 trueno-lz4-dense trueno-zstd trueno-zstd-dense trueno-zstd-fast' ;;
		train:--size) words='4K 8K 16K 32K 64K' ;;
		train:--output | report:--output) _truenoctl_files && return ;;
		*:--faults-per-second) words='' ;;
		module:--param) words='isa= isa_compress= isa_decompress= selftest=' ;;
		metrics:--listen) words='127.0.0.1:9709 [::1]:9709' ;;
		create:-a | set:-a | recompress:-a | zramctl:-a | create:--recompress | set:--recompress | *:--algorithm)
			words=$(_truenoctl_algorithms) ;;
		*:--backing-dev | *:--mount | *:--policy | *:--state) _truenoctl_files && return ;;
		*:--mem-limit | *:--writeback-limit) words='none 128M 1G 25%' ;;
		create:--fs) words='btrfs ext4 xfs' ;;
		recompress:-t | recompress:--type) words='idle huge huge_idle' ;;
		writeback:-t | writeback:--type) words='idle huge huge_idle incompressible' ;;
		recompress:-p | recompress:--priority) words='1 2 3' ;;
		*:--age | *:--interval | *:--count | *:--threshold | *:--max-pages | *:--page-index) words='' ;;
		*:--save | *:--plot | *:--textfile) _truenoctl_files && return ;;
		*:--pages | *:--seed | *:--rounds | *:--seconds | *:--cpu | *:--damages) words='' ;;
		*:--pid) words=$(cd /proc && printf '%s\n' [0-9]*) ;;
		zramctl:-p | zramctl:--algorithm-params | zramctl:-t | zramctl:--streams) words='' ;;
		zramctl:-s | create:-s | set:-s | *:--size) words='25% 50% 100% 1G 2G 4G 8G' ;;
		create:-p | create:--priority) words='' ;;
		bench:* | verify:* | analyze:* | capture:* | train:* | report:*)
			[[ $current == -* ]] || { _truenoctl_files && return; }
			;;
		status:* | list:* | remove:* | zramctl:* | set:* | reset:* | idle:* | recompress:* | writeback:* | compact:*)
			[[ $current == -* ]] || words=$(_truenoctl_devices)
			;;
		module:*) [[ $current == -* ]] || words='load unload show' ;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -P "$before" -W "$words" -- "$current")
}

complete -F _truenoctl truenoctl
