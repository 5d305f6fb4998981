# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What every script here needs; source it after `set -euo pipefail`.

# Directories of the administrator's tools are missing from some users' PATH.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin


top_dir=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034
cache_dir=${XDG_CACHE_HOME:-$HOME/.cache}/trueno

step() {
	printf '\033[1m==>\033[0m %s\n' "$*" >&2
}

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# The matrix's entry of one kernel name, as the variables kernel_*.
kernel_matrix_entry() {
	local name=$1
	# shellcheck disable=SC2034 # for the script that asked
	while read -r kernel_name kernel_arch kernel_suite kernel_package; do
		[[ $kernel_name == "$name" ]] && return 0
	done < <(grep -v '^#' "$top_dir/scripts/kernels.list")
	die "no kernel '$name'; one of: $(grep -v '^#' "$top_dir/scripts/kernels.list" |
		cut -d' ' -f1 | paste -sd' ')"
}

# `make` for the kernel that kernel-fetch described, with its own compiler.
kernel_make() {
	local run=()
	[[ -z $KERNEL_TOOLCHAIN ]] || run=("$top_dir/scripts/toolchain-run" "$KERNEL_TOOLCHAIN")
	${run[@]+"${run[@]}"} make KDIR="$KERNEL_HEADERS" \
		TRUENO_MODULES_DIR="$KERNEL_ROOT/lib/modules/$KERNEL_RELEASE" "$@"
}
