# SPDX-License-Identifier: Apache-2.0
# Scans through the real backends against peerdeck-sim, which stands in the build folder.
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/wire/scan_sim
TESTS += tests/wire/scan_sim
endif

tests_wire_scan_sim_SOURCES = tests/unit/unit.h tests/wire/scan_sim.c
tests_wire_scan_sim_LDADD = liborphans.a libalibaba.a libkubernetes.a libwork.a libinventory.a libnet.a libbase.a \
	-lcunit $(CORE_LIBS)
EXTRA_tests_wire_scan_sim_DEPENDENCIES = peerdeck-sim$(EXEEXT)
