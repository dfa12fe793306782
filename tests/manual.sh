#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Manual pages, --help and completions say what the tables say: every name is there, and the pages are sound mdoc.
set -u
bad=0
tell() { printf '%s\n' "$*"; bad=$((bad + 1)); }

for page in peerdeck.1 peerdeck-sim.1 peerdeck.conf.5 peerdeck-guide.5; do
	[ -s "man/$page" ] || tell "man/$page was not made"
	grep -n '^@.*@$' "man/$page" && tell "man/$page: a part was not put in"
done
# In the pages a hyphen is written \-, and an option as Fl \-name.
./man/manual --names | while read -r page name; do
	case $name in --*) name="Fl \\-${name#--}" ;; esac
	grep -qF -e "$name" "man/$page" || echo "man/$page: $name is missing"
done | { ! grep .; } || bad=$((bad + 1))

help=$(./man/manual --help)
./man/manual --names | sed -n 's/^peerdeck\.1 \(--.*\)/\1/p' | while read -r option; do
	printf '%s\n' "$help" | grep -qF -e "$option" || echo "--help: $option is missing"
	for completion in peerdeck _peerdeck; do
		grep -qF -e "$option" "man/completion/$completion" || echo "man/completion/$completion: $option is missing"
	done
	grep -qF -e "-l ${option#--}" man/completion/peerdeck.fish || echo "man/completion/peerdeck.fish: $option is missing"
done | { ! grep .; } || bad=$((bad + 1))
# What the simulator offers is in its page.
sed -n 's/^  \(--[a-z-]*\).*/\1/p' man/sim-help.txt | while read -r option; do
	grep -qF -e "Fl \\-${option#--}" man/peerdeck-sim.1 || echo "man/peerdeck-sim.1: $option is missing"
done | { ! grep .; } || bad=$((bad + 1))

command -v bash >/dev/null && { bash -n man/completion/peerdeck || tell "the bash completion is no bash"; }
if command -v bash >/dev/null; then
	got=$(bash -c '. man/completion/peerdeck; COMP_WORDS=(peerdeck list vm); COMP_CWORD=2; _peerdeck; echo "${COMPREPLY[*]}"')
	[ "$got" = vms ] || tell "bash completion of \"list vm\": $got"
	got=$(bash -c '. man/completion/peerdeck; COMP_WORDS=(peerdeck --out); COMP_CWORD=1; _peerdeck; echo "${COMPREPLY[*]}"')
	[ "$got" = --output ] || tell "bash completion of --out: $got"
fi
command -v zsh >/dev/null && { zsh -n man/completion/_peerdeck || tell "the zsh completion is no zsh"; }
command -v fish >/dev/null && { fish -n man/completion/peerdeck.fish || tell "the fish completion is no fish"; }
if command -v mandoc >/dev/null; then
	mandoc -T lint -W warning man/peerdeck.1 man/peerdeck-sim.1 man/peerdeck.conf.5 man/peerdeck-guide.5 || tell "mandoc has warnings"
else
	echo "no mandoc here: the pages were not linted"
fi
[ "$bad" -eq 0 ]
