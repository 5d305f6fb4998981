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

# What the names of this machine's compiler and binutils for the Debian
# architecture $1 begin with.
cross_prefix() {
	case $1 in
	amd64) echo x86_64-linux-gnu- ;;
	arm64) echo aarch64-linux-gnu- ;;
	*) die "no compiler for the architecture '$1'; trueno is for amd64 and arm64" ;;
	esac
}

# `make` for the kernel that kernel-fetch described, with its own compiler.
kernel_make() {
	local run=()
	[[ -z $KERNEL_TOOLCHAIN ]] || run=("$top_dir/scripts/toolchain-run" "$KERNEL_TOOLCHAIN")
	${run[@]+"${run[@]}"} make KDIR="$KERNEL_HEADERS" CROSS_COMPILE="$KERNEL_CROSS_COMPILE" \
		TRUENO_MODULES_DIR="$KERNEL_ROOT/lib/modules/$KERNEL_RELEASE" "$@"
}

# Unpacks the packages $3... of the suites $1, and all they depend on, into the
# new directory $2, which appears when it is complete. No maintainer script runs.
unpack_packages() (
	suites=$1 root=$2
	shift 2
	mkdir -p "${root%/*}"
	partial=$(mktemp -d "${root%/*}/.partial.XXXXXX")
	trap 'rm -rf "$partial"' EXIT
	mkdir -p "$partial/packages/partial"
	if ! { "$top_dir/scripts/apt-private" "$suites" update &&
		"$top_dir/scripts/apt-private" "$suites" apt-get -q --download-only \
			-o Dir::Cache::archives="$partial/packages" install "$@"; } \
		>"$partial/log" 2>&1; then
		tail -n 20 "$partial/log" >&2
		die "cannot download the packages $* of $suites"
	fi
	for directory in bin lib lib64 sbin; do
		mkdir -p "$partial/root/usr/$directory"
		ln -s "usr/$directory" "$partial/root/$directory"
	done
	for package in "$partial"/packages/*.deb; do
		# dpkg -x would replace the links to /usr by directories.
		dpkg-deb --fsys-tarfile "$package" |
			tar -C "$partial/root" -x --keep-directory-symlink
	done
	chmod 755 "$partial/root"
	mv "$partial/root" "$root"
)
