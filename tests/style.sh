#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The habits that a reader relies on: a licence line in each file, banned.h as the last include of each .c file, rooms that
# include nothing from the right of them.
set -u
cd "${srcdir:-.}" || exit 99
bad=0
tell() { printf '%s\n' "$*"; bad=$((bad + 1)); }

files=$(find src ui backends tests man themes .ci bootstrap Makefile.am configure.ac -type f \( -name '*.[ch]' -o -name '*.mk' -o -name '*.sh' -o -name '*.py' \
	-o -name '*.mjs' -o -name '*.theme' -o -name '*.cfg' -o -name '*.am' -o -name '*.ac' -o -name bootstrap -o -name run -o -name '*.in' \) \
	! -path 'tests/data/*' ! -path 'tests/fuzz/corpus/*' ! -path '*/golden/*' 2>/dev/null)
for file in $files; do
	head -n 4 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || tell "$file: no SPDX line at its top"
done

for file in $(find src ui backends -name '*.c'); do
	last=$(grep -E '^#[[:space:]]*include' "$file" | tail -n 1)
	case $last in
	*'"base/banned.h"'*) ;;
	*) grep -q '^#include' "$file" && [ "$(wc -l <"$file")" -gt 12 ] && tell "$file: base/banned.h is not its last include" ;;
	esac
done

# room order, as in the design: base, net and inventory, work, guide and orphans and backends, cli and ui
rank() {
	case $1 in
	base) echo 0 ;; net) echo 1 ;; inventory) echo 2 ;; work) echo 3 ;; guide | orphans) echo 4 ;; cli | ui) echo 5 ;; *) echo 9 ;;
	esac
}
for room in base net inventory work guide orphans cli; do
	[ -d "src/$room" ] || continue
	mine=$(rank "$room")
	for other in $(grep -hoE '^#include "[a-z]+/' src/$room/*.[ch] src/$room/*/*.[ch] 2>/dev/null | sed 's/.*"//;s,/,,' | sort -u); do
		[ "$other" = "$room" ] && continue
		[ "$(rank "$other")" -lt "$mine" ] || tell "src/$room uses $other"
	done
done
grep -lE '#include <(ncursesw?/)?(n?curses|panel|form|menu)\.h>' $(find src backends -name '*.[ch]') 2>/dev/null | while read -r file; do echo "$file: curses outside ui/"; done | grep . && bad=$((bad + 1))
grep -lE '#include <curl/' $(find src ui backends -name '*.[ch]' ! -path 'src/net/*') 2>/dev/null | grep . && tell "libcurl outside src/net"

# A file that moved must move in the list of translated files too, or a distribution cannot be made.
grep -v '^#' po/POTFILES.in | while read -r file; do [ -f "$file" ] || echo "po/POTFILES.in: there is no $file"; done | grep . && bad=$((bad + 1))

[ "$bad" -eq 0 ]
