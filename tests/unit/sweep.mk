# SPDX-License-Identifier: Apache-2.0
# Unit tests of sweeps and their audit record.
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/unit/sweep
TESTS += tests/unit/sweep
endif

tests_unit_sweep_SOURCES = \
	tests/unit/unit.h \
	tests/unit/sweep.c tests/unit/sweep.h \
	tests/unit/sweep_audit.c \
	tests/unit/sweep_plan.c \
	tests/unit/sweep_report.c tests/unit/sweep_report.h \
	tests/unit/sweep_run.c \
	tests/unit/sweep_world.c tests/unit/sweep_world.h
tests_unit_sweep_LDADD = liborphans.a libwork.a libinventory.a libnet.a libbase.a -lcunit $(CORE_LIBS)
