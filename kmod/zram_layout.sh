#!/bin/sh
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Prints the C declarations of the parts of one kernel's zram that the bridge
# uses, taken from that kernel's own BTF. Refuses what it does not understand.
#
# usage: zram_layout.sh ZRAM_MODULE VMLINUX
#   ZRAM_MODULE  zram.ko of the target kernel; .xz, .zst and .gz are unpacked
#   VMLINUX      its vmlinux, or a file with only the BTF, as in linux-headers
set -eu

die() {
	echo "trueno_zram: $*" >&2
	exit 1
}

[ $# -eq 2 ] || die "usage: zram_layout.sh ZRAM_MODULE VMLINUX"
module=$1
vmlinux=$2
[ -r "$module" ] || die "$module is missing; install the image package of this kernel, whose zram must be a module"
[ -r "$vmlinux" ] || die "$vmlinux is missing; the headers of this kernel hold no BTF"

PATH=$PATH:/usr/sbin:/sbin
command -v bpftool >/dev/null || die "bpftool is missing; on Debian: apt-get install bpftool"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $module in
*.xz) xz -dc "$module" >"$work/zram.ko" ;;
*.zst) zstd -qdc "$module" >"$work/zram.ko" ;;
*.gz) gzip -dc "$module" >"$work/zram.ko" ;;
*) cp "$module" "$work/zram.ko" ;;
esac
bpftool btf dump file "$vmlinux" format raw >"$work/btf" 2>"$work/error" ||
	die "cannot read the BTF of $vmlinux: $(cat "$work/error")"
bpftool --base-btf "$vmlinux" btf dump file "$work/zram.ko" format raw >>"$work/btf" 2>"$work/error" ||
	die "cannot read the BTF of $module: $(cat "$work/error")"
awk -f "${0%/*}/zram_layout.awk" "$work/btf" >"$work/header"
cat "$work/header"
