# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The tables of scripts/bench-kernel. Input, in this order:
#   user CODEC COMPRESS-MB/S DECOMPRESS-MB/S BYTES-OUT
#   isa NAME, then for it: pages N, codec NAME KEY VALUE..., zram NAME KEY VALUE...,
#   stored NAME BYTES
# All times are turned into nanoseconds a page. "Fixed" is what zram needs for a
# page with a codec that only copies, less that codec's own time.

function ns_per_page(mb_per_s) { return 4096 * 1000 / mb_per_s }
function mb_per_s(ns) { return ns > 0 ? 4096 * 1000 / ns : 0 }
function keyed(prefix, i) {
	for (i = 3; i < NF; i += 2)
		value[prefix, $2, $i] = $(i + 1)
}

$1 == "user" {
	user[$2, "compress"] = ns_per_page($3)
	user[$2, "decompress"] = ns_per_page($4)
	user_bytes[$2] = $5
}
$1 == "isa" { finish_isa(); isa = $2; names = 0; delete value; delete stored }
$1 == "pages" { pages = $2 }
$1 == "same_filled" { same_filled = $2 }
$1 == "rounds" { rounds = $2 }
$1 == "codec" { keyed("module"); if ($2 != COPY) name[++names] = $2 }
$1 == "zram" { keyed("zram") }
$1 == "stored" { stored[$2] = $3 }

BEGIN {
	COPY = "trueno-bench-copy"
	ALLOWED = 0.15
	zram_key["compress"] = "write_min_ns"
	zram_key["decompress"] = "read_min_ns"
}

function module_ns(codec, direction) {
	return value["module", codec, direction "_min_ns"] / pages
}

# What zram hands to the codec: it never decompresses what it stored raw.
function called_ns(codec, direction) {
	if (direction == "compress")
		return module_ns(codec, direction)
	return value["module", codec, "stored_decompress_min_ns"] / pages
}

function zram_ns(codec, direction) {
	return value["zram", codec, zram_key[direction]] / pages
}

function fixed_ns(direction) {
	return zram_ns(COPY, direction) - called_ns(COPY, direction)
}

function user_name(codec) {
	return codec == "lz4" ? "kernel-lz4" : codec "@" isa
}

function user_ns(codec, direction) {
	if (!((user_name(codec), direction) in user)) {
		printf "no userspace figure for %s\n", user_name(codec) > "/dev/stderr"
		exit 1
	}
	return user[user_name(codec), direction]
}

function percent(ratio, of) { return (ratio / of - 1) * 100 }

function table(direction, i, c, fixed, u, m, z, n, why) {
	fixed = fixed_ns(direction)
	printf "\n%s, MB/s (zram's own cost: %.0f ns a page)\n", direction, fixed
	printf "  %-22s %8s %10s %8s %8s %10s\n", "CODEC", "SIZE", "USERSPACE", "MODULE", "ZRAM", "ZRAM-NET"
	for (i = 1; i <= names; i++) {
		c = name[i]
		printf "  %-22s %8.4f %10.0f %8.0f %8.0f %10.0f\n", i == 1 ? c : c "@" isa,
			value["module", c, "bytes_out"] / (pages * 4096), mb_per_s(user_ns(c, direction)),
			mb_per_s(module_ns(c, direction)), mb_per_s(zram_ns(c, direction)),
			mb_per_s(zram_ns(c, direction) - fixed)
	}
	for (i = 2; i <= names; i++) {
		c = name[i]
		u = user_ns("lz4", direction) / user_ns(c, direction)
		m = module_ns("lz4", direction) / module_ns(c, direction)
		z = zram_ns("lz4", direction) / zram_ns(c, direction)
		n = (zram_ns("lz4", direction) - fixed) / (zram_ns(c, direction) - fixed)
		printf "  %-22s %8s %10.3f %8.3f %8.3f %10.3f\n", c " to lz4", "", u, m, z, n
		printf "  against userspace: module %+.1f %%, zram less its own cost %+.1f %%: ", percent(m, u), percent(n, u)
		why = explain(c, direction, u, m, n)
		print why == "" ? "agrees" : "DIFFERS by more than 15 %" why
	}
}

function absolute(x) { return x < 0 ? -x : x }

# Whose time moved, where the ratio differs.
function explain(c, direction, u, m, n, text) {
	text = ""
	if (absolute(m / u - 1) > ALLOWED)
		text = text sprintf("\n    in the module lz4 takes %.2f times its userspace time (%.0f against %.0f ns a page), %s %.2f times (%.0f against %.0f)", \
			module_ns("lz4", direction) / user_ns("lz4", direction), \
			module_ns("lz4", direction), user_ns("lz4", direction), c, \
			module_ns(c, direction) / user_ns(c, direction), \
			module_ns(c, direction), user_ns(c, direction))
	if (absolute(n / u - 1) > ALLOWED)
		text = text sprintf("\n    in zram, less its own cost, lz4 takes %.2f times its userspace time (%.0f against %.0f ns a page), %s %.2f times (%.0f against %.0f)", \
			(zram_ns("lz4", direction) - fixed_ns(direction)) / user_ns("lz4", direction), \
			zram_ns("lz4", direction) - fixed_ns(direction), user_ns("lz4", direction), c, \
			(zram_ns(c, direction) - fixed_ns(direction)) / user_ns(c, direction), \
			zram_ns(c, direction) - fixed_ns(direction), user_ns(c, direction))
	return text
}

function finish_isa(i, c) {
	if (isa == "")
		return
	for (i = 1; i <= names; i++) {
		c = name[i]
		if (user_bytes[user_name(c)] != value["module", c, "bytes_out"])
			printf "%s: %d bytes in userspace, %d in the kernel\n", c, \
				user_bytes[user_name(c)], value["module", c, "bytes_out"]
	}
	if (!head++)
		printf "%s; User Mode Linux %s; %d pages, %d more same-filled; %d rounds, each page's fastest\n", \
			machine, release, pages, same_filled, rounds
	table("compress")
	table("decompress")
	printf "  stored by zram:"
	for (i = 1; i <= names; i++)
		printf " %s %d bytes%s", name[i], stored[name[i]], i < names ? "," : "\n"
}

END { finish_isa(); print "\nEvery page came back identical, from the codecs and from zram." }
