# SPDX-License-Identifier: Apache-2.0
# The guide engine's own time per step, and what its journal's writing costs.
EXTRA_PROGRAMS += guide-bench
guide_bench_SOURCES = tests/bench/guide_bench.c
guide_bench_LDADD = libguide.a liborphans.a libalibaba.a libkubernetes.a libwork.a libinventory.a libnet.a libbase.a $(CORE_LIBS)
EXTRA_DIST += tests/bench/guide.py
CLEANFILES += guide-bench
