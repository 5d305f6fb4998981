# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Reads `bpftool btf dump ... format raw` of a kernel and then of its zram
# module, and prints the declarations that zram_bridge.c is compiled against.
# Everything the bridge relies on is compared with what it was written for; a
# difference is named on standard error and nothing is printed.

BEGIN {
	FS = "'"
	operation = "struct zcomp_params *, struct zcomp_ctx *"
	transfer = "int (*)(" operation ", struct zcomp_req *)"
	expect("zcomp_ops", "compress", transfer)
	expect("zcomp_ops", "decompress", transfer)
	expect("zcomp_ops", "create_ctx", "int (*)(" operation ")")
	expect("zcomp_ops", "destroy_ctx", "void (*)(struct zcomp_ctx *)")
	expect("zcomp_ops", "setup_params", "int (*)(struct zcomp_params *)")
	expect("zcomp_ops", "release_params", "void (*)(struct zcomp_params *)")
	expect("zcomp_ops", "name", "const char *")
	expect("zcomp_ctx", "context", "void *")
	expect("zcomp_req", "src", "const unsigned char *")
	expect("zcomp_req", "src_len", "const size_t")
	expect("zcomp_req", "dst", "unsigned char *")
	expect("zcomp_req", "dst_len", "size_t")
	expect("zcomp_params", "dict", "void *")
	expect("zcomp_params", "dict_sz", "size_t")
	expect("zcomp_params", "level", "s32")
	expect("zcomp_params", "drv_data", "void *")
	expect("zcomp", "stream", "struct zcomp_strm *")
	expect("zcomp", "ops", "const struct zcomp_ops *")
	expect("zcomp", "params", "struct zcomp_params *")
	expect("zcomp", "node", "struct hlist_node")
}

/^\[[0-9]+\]/ {
	id = substr($1, 2, index($1, "]") - 2) + 0
	kind[id] = substr($1, index($1, "]") + 2)
	sub(/ +$/, "", kind[id])
	name[id] = $2
	if (match($3, /type_id=[0-9]+/))
		target[id] = substr($3, RSTART + 8, RLENGTH - 8) + 0
	if (match($3, / size=[0-9]+/))
		size[id] = substr($3, RSTART + 6, RLENGTH - 6) + 0
	if (match($3, /fwd_kind=[a-z]+/))
		forward[id] = substr($3, RSTART + 9, RLENGTH - 9)
	if (kind[id] == "STRUCT")
		structure[$2] = id
	if (kind[id] == "FUNC")
		function_prototype[$2] = target[id]
	next
}

/^\t'/ {
	member = ++members[id]
	member_name[id, member] = $2
	if (match($3, /type_id=[0-9]+/))
		member_type[id, member] = substr($3, RSTART + 8, RLENGTH - 8) + 0
	if (match($3, /bits_offset=[0-9]+/))
		member_bits[id, member] = substr($3, RSTART + 12, RLENGTH - 12) + 0
}

END {
	if (!("zcomp_create" in function_prototype))
		refuse("no function zcomp_create; is this zram.ko, and of Linux 6.12 or later?")
	for (i = 1; i <= structures; i++)
		check_structure(structure_order[i])
	check_function("zcomp_create", "struct zcomp *(const char *, struct zcomp_params *)")
	show = prototype("zcomp_available_show")
	if (show != "ssize_t (const char *, char *)" &&
	    show != "ssize_t (const char *, char *, ssize_t)")
		refuse("function zcomp_available_show has the type '" show "'")
	if ("zcomp_available_algorithm" in function_prototype)
		check_function("zcomp_available_algorithm", "bool (const char *)")
	else if ("zcomp_lookup_backend_name" in function_prototype)
		check_function("zcomp_lookup_backend_name", "const char *(const char *)")
	else
		refuse("neither zcomp_available_algorithm nor zcomp_lookup_backend_name is there")
	if (refused)
		exit 1
	print_header()
}

function expect(structure_name, member_name, type)
{
	if (!(structure_name in expected_members))
		structure_order[++structures] = structure_name
	expected_members[structure_name]++
	expected_type[structure_name, member_name] = type
}

function refuse(reason)
{
	print "trueno_zram: " reason "; this version of trueno does not know that zram" \
		> "/dev/stderr"
	refused = 1
}

# The C type with a declarator's place left out, as in a cast.
function type_name(type, k)
{
	if (type == 0)
		return "void"
	k = kind[type]
	if (k == "INT" || k == "TYPEDEF")
		return name[type]
	if (k == "STRUCT" || k == "UNION" || k == "ENUM")
		return tolower(k) " " name[type]
	if (k == "FWD")
		return forward[type] " " name[type]
	if (k == "CONST") {
		if (kind[target[type]] == "PTR")
			return type_name(target[type]) "const"
		return "const " type_name(target[type])
	}
	if (k == "PTR") {
		if (kind[target[type]] == "FUNC_PROTO")
			return function_name(target[type], "(*)")
		k = type_name(target[type])
		return k (k ~ /\*$/ ? "*" : " *")
	}
	if (k == "TYPE_TAG")
		return type_name(target[type])
	return k " of BTF id " type
}

function function_name(type, declarator, parameters, i, result)
{
	for (i = 1; i <= members[type]; i++)
		parameters = parameters (i > 1 ? ", " : "") type_name(member_type[type, i])
	result = type_name(target[type])
	return result (result ~ /\*$/ && declarator == "" ? "" : " ") declarator "(" parameters ")"
}

function prototype(symbol)
{
	if (!(symbol in function_prototype))
		return "none"
	return function_name(function_prototype[symbol], "")
}

function check_function(symbol, wanted)
{
	if (prototype(symbol) != wanted)
		refuse("function " symbol " has the type '" prototype(symbol) "', not '" wanted "'")
}

# Space that is zram's own and that the bridge only copies.
function is_opaque(structure_name, type)
{
	return structure_name == "zcomp_params" && kind[type] == "UNION" &&
	       members[type] == 1 && type_name(member_type[type, 1]) == "struct deflate_params"
}

function check_structure(structure_name, type, i, seen, field)
{
	if (!(structure_name in structure)) {
		refuse("no struct " structure_name)
		return
	}
	type = structure[structure_name]
	for (i = 1; i <= members[type]; i++) {
		field = structure_name "." member_name[type, i]
		if (is_opaque(structure_name, member_type[type, i]))
			continue
		if (!((structure_name, member_name[type, i]) in expected_type)) {
			refuse("unknown member " field)
			continue
		}
		seen++
		if (type_name(member_type[type, i]) != \
		    expected_type[structure_name, member_name[type, i]])
			refuse("member " field " has the type '" \
			       type_name(member_type[type, i]) "', not '" \
			       expected_type[structure_name, member_name[type, i]] "'")
		if (member_bits[type, i] % 8)
			refuse("member " field " is a bit field")
	}
	if (seen != expected_members[structure_name])
		refuse("struct " structure_name " lacks a member")
}

function declare(type, field)
{
	if (type ~ /\(\*\)/) {
		sub(/\(\*\)/, "(*" field ")", type)
		return type
	}
	return type (type ~ /\*$/ ? "" : " ") field
}

function print_header(i)
{
	print "/* Generated from the target kernel's BTF by zram_layout.sh. */"
	print "#ifndef TRUENO_ZRAM_LAYOUT_H"
	print "#define TRUENO_ZRAM_LAYOUT_H\n"
	print "#include <linux/build_bug.h>"
	print "#include <linux/types.h>\n"
	if (show ~ /, ssize_t\)/)
		print "#define TRUENO_ZRAM_SHOW_APPENDS 1"
	if ("zcomp_lookup_backend_name" in function_prototype)
		print "#define TRUENO_ZRAM_LOOKS_NAMES_UP 1"
	print "\nstruct zcomp_strm;"
	for (i = 1; i <= structures; i++)
		print "struct " structure_order[i] ";"
	for (i = 1; i <= structures; i++)
		print_structure(structure_order[i])
	print "\n#endif /* TRUENO_ZRAM_LAYOUT_H */"
}

function print_structure(structure_name, type, i, field_type)
{
	type = structure[structure_name]
	print "\nstruct " structure_name " {"
	for (i = 1; i <= members[type]; i++) {
		if (is_opaque(structure_name, member_type[type, i])) {
			print "\tu8 opaque[" size[member_type[type, i]] "];"
			continue
		}
		field_type = type_name(member_type[type, i])
		# BTF does not tell address spaces.
		sub(/struct zcomp_strm \*/, "struct zcomp_strm __percpu *", field_type)
		print "\t" declare(field_type, member_name[type, i]) ";"
	}
	print "};\n"
	for (i = 1; i <= members[type]; i++)
		if (!is_opaque(structure_name, member_type[type, i]))
			printf "static_assert(offsetof(struct %s, %s) == %d);\n",
			       structure_name, member_name[type, i], member_bits[type, i] / 8
	printf "static_assert(sizeof(struct %s) == %d);\n", structure_name, size[type]
}
