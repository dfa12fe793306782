# SPDX-License-Identifier: Apache-2.0
# The simulator's own behaviour, in one process.
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/wire/sim tests/wire/sim_kube
TESTS += tests/wire/sim tests/wire/sim_kube
endif

tests_wire_sim_SOURCES = \
	tests/unit/unit.h \
	tests/wire/sim.c tests/wire/sim.h \
	tests/wire/sim_ack.c \
	tests/wire/sim_auth.c \
	tests/wire/sim_caa.c \
	tests/wire/sim_index.c \
	tests/wire/sim_life.c \
	tests/wire/sim_oss.c \
	tests/wire/sim_paging.c \
	tests/wire/sim_ram.c \
	tests/wire/sim_vpc.c \
	tests/wire/sim_world.c
tests_wire_sim_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_SRCDIR='"$(abs_top_srcdir)"'
tests_wire_sim_LDADD = $(SIM_LIBS) -lcunit

# Its clusters, through the client that the Kubernetes backend uses.
tests_wire_sim_kube_SOURCES = tests/unit/unit.h tests/wire/sim_kube.c tests/wire/simulated.c tests/wire/simulated.h
tests_wire_sim_kube_LDADD = libkubernetes.a libwork.a libinventory.a libnet.a libbase.a -lcunit $(CORE_LIBS)
