# SPDX-License-Identifier: Apache-2.0
# make bench: what the project promises, measured beside its limits and peers. BENCH_FLAGS, e.g. --runs 3 --only keys.
EXTRA_PROGRAMS += bare-curses journal-bench
bare_curses_SOURCES = tests/bench/bare_curses.c
bare_curses_LDADD = $(NCURSES_LIBS)
journal_bench_SOURCES = tests/bench/journal_bench.c
journal_bench_LDADD = libguide.a libwork.a libinventory.a libnet.a libbase.a $(CORE_LIBS)
EXTRA_DIST += tests/bench/bench.py tests/bench/world.py tests/bench/console.py tests/bench/node_list.mjs
CLEANFILES += bare-curses journal-bench

bench: peerdeck peerdeck-sim bare-curses journal-bench guide-bench orphans-bench cluster-bench upload-bench
	python3 $(srcdir)/tests/bench/bench.py . $(BENCH_FLAGS)
.PHONY: bench
