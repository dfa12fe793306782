# SPDX-License-Identifier: Apache-2.0
# Judging without network and screen: time at 10,000 pod VMs, memory while logs are read.
EXTRA_PROGRAMS += orphans-bench
orphans_bench_SOURCES = tests/bench/orphans_bench.c
orphans_bench_LDADD = liborphans.a libwork.a libinventory.a libnet.a libbase.a $(CORE_LIBS)
CLEANFILES += orphans-bench
