#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# zswap under memory pressure, where Linux 6.1 cannot undo it until the next
# boot. A pool that was full keeps references: its shrinker takes one even if it
# is under way already. z3fold loses some of its handles, with the kernel's own
# lz4 too, and the kernel complains when a pool of it that was used is destroyed.
# Pools stay in place, and with them trueno and the swap. So this test runs last,
# and z3fold serves one format a boot: Z3FOLD_FORMAT, or the first.
. "$(dirname -- "$0")/zswap.bash"

# With a pool that is too small for what is swapped, the rest goes to the disk.
full_pool() {
	local hits out
	choose "$1" "$2" && set_parameter max_pool_percent 1 && swap_start || return 1
	hits=$(statistic pool_limit_hit) out=$(vm_counter pswpout)
	press $((FILL_MIB * 3 / 2)) 1 || return 1
	hits=$(($(statistic pool_limit_hit) - hits)) out=$(($(vm_counter pswpout) - out))
	echo "pool limit hit $hits times, $out pages written to the disk" | tee "$work/account"
	swapoff "$disk" && set_parameter max_pool_percent "$(cat "$work/zswap-max_pool_percent")" &&
		[ "$hits" -gt 0 ] && [ "$out" -gt 0 ]
}

# Pages of a file that zswap holds keep their pool when another is chosen.
keep_pool() {
	in_memory_group cp "$pages" "/dev/shm/zswap-$1" || return 1
	echo 4M >"$memory_group/memory.reclaim"
	[ "$(statistic stored_pages)" -gt 0 ] && return 0
	echo "zswap holds nothing of /dev/shm/zswap-$1"
	return 1
}

serve_and_stay() {
	serve "$1" z3fold && keep_pool "$1"
}

load || exit 1
offered=$(formats)
first=${offered%%[[:space:]]*}
z3fold_format=${Z3FOLD_FORMAT:-$first}
full_pools=$offered
[ -z "${QUICK:-}" ] || full_pools=$first
begin $(($(wc -w <<<"$full_pools") + 1))
trap 'echo N >"$parameters/enabled"; cleanup' EXIT
save_parameters
memory_group_create "$LIMIT_MIB"
for format in $full_pools; do
	account "$format on zsmalloc: what the pool cannot hold is not lost" \
		full_pool "$format" zsmalloc
done
limit_memory
if [ -e "$parameters/zpool" ] && modinfo z3fold >/dev/null 2>&1; then
	account "$z3fold_format on z3fold: memory keeps its content under pressure" \
		serve_and_stay "$z3fold_format"
else
	skip "$z3fold_format on z3fold: memory keeps its content under pressure" \
		"this kernel has no z3fold"
fi
finish
