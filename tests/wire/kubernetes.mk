# SPDX-License-Identifier: Apache-2.0
# The client of the Kubernetes API against a TLS server that answers by script.
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/wire/kubernetes
TESTS += tests/wire/kubernetes
endif

tests_wire_kubernetes_SOURCES = \
	tests/unit/unit.h \
	tests/wire/http_certificates.c tests/wire/http_certificates.h \
	tests/wire/http_server.c tests/wire/http_server.h \
	tests/wire/kubernetes.c tests/wire/kubernetes.h \
	tests/wire/kubernetes_call.c \
	tests/wire/kubernetes_logs.c \
	tests/wire/kubernetes_watch.c
tests_wire_kubernetes_LDADD = libkubernetes.a libwork.a libinventory.a libnet.a libbase.a -lcunit $(CORE_LIBS)

# The Kubernetes backend against a small cluster.
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/wire/cluster
TESTS += tests/wire/cluster
endif

tests_wire_cluster_SOURCES = \
	tests/unit/unit.h \
	tests/wire/cluster.c tests/wire/cluster.h tests/wire/cluster_fixture.h \
	tests/wire/cluster_act.c \
	tests/wire/cluster_lease.c \
	tests/wire/cluster_main.c \
	tests/wire/cluster_read.c \
	tests/wire/cluster_watch.c \
	tests/wire/cluster_world.c tests/wire/cluster_world.h \
	tests/wire/http_certificates.c tests/wire/http_certificates.h \
	tests/wire/http_server.c tests/wire/http_server.h
tests_wire_cluster_LDADD = libkubernetes.a libwork.a libinventory.a libnet.a libbase.a -lcunit $(CORE_LIBS)

# Deck, cloud and clusters together against peerdeck-sim, which stands in the build folder.
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/wire/kubernetes_sim
TESTS += tests/wire/kubernetes_sim
endif

tests_wire_kubernetes_sim_SOURCES = tests/unit/unit.h tests/wire/kubernetes_sim.c
tests_wire_kubernetes_sim_LDADD = libalibaba.a libkubernetes.a libwork.a libinventory.a libnet.a libbase.a \
	-lcunit $(CORE_LIBS)
EXTRA_tests_wire_kubernetes_sim_DEPENDENCIES = peerdeck-sim$(EXEEXT)
