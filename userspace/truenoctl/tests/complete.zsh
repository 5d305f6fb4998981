#!/usr/bin/env zsh
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What an interactive zsh offers at the end of a line, one word a line.
#
# Usage: zsh -f complete.zsh DIRECTORY LINE
# DIRECTORY has the completion functions.
zmodload zsh/zpty
directory=$1 line=$2 offers=$(mktemp)

zpty shell zsh -f -i
# compadd is what every completion function offers its words by.
zpty -w shell "PS1= ; fpath=(${(q)directory} \$fpath); autoload -Uz compinit; compinit -u -D
compadd() {
	local -a found
	if [[ \${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
		builtin compadd -A found \"\$@\"
		print -rl -- \$found >>$offers
	fi
	builtin compadd \"\$@\"
}
finish() { print '//done' >>$offers }
comppostfuncs=(finish)
print //re''ady"
zpty -r -m shell output '*//ready*'
zpty -w -n shell "$line"$'\t'
for attempt in {1..300}; do
	grep -qx //done $offers && break
	sleep 0.1
done
sort -u $offers | grep -vxE '|//done'
rm $offers
zpty -d shell
