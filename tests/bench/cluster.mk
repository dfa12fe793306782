# SPDX-License-Identifier: Apache-2.0
# A cluster of 10,000 pods through the Kubernetes backend.
EXTRA_PROGRAMS += cluster-bench
cluster_bench_SOURCES = tests/bench/cluster_bench.c \
	tests/wire/cluster.c tests/wire/cluster.h tests/wire/cluster_fixture.h \
	tests/wire/cluster_world.c tests/wire/cluster_world.h \
	tests/wire/http_certificates.c tests/wire/http_certificates.h \
	tests/wire/http_server.c tests/wire/http_server.h
cluster_bench_LDADD = libkubernetes.a libwork.a libinventory.a libnet.a libbase.a -lcunit $(CORE_LIBS)
CLEANFILES += cluster-bench
