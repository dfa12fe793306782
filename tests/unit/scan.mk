# SPDX-License-Identifier: Apache-2.0
# Unit tests of scans, with a cloud and clusters made of tables.
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/unit/scan
TESTS += tests/unit/scan
endif

tests_unit_scan_SOURCES = \
	tests/unit/unit.h \
	tests/unit/scan.c tests/unit/scan.h \
	tests/unit/scan_fake.c tests/unit/scan_fake.h \
	tests/unit/scan_incomplete.c \
	tests/unit/scan_memory.c \
	tests/unit/scan_property.c \
	tests/unit/scan_report.c \
	tests/unit/scan_scanner.c \
	tests/unit/scan_sweep.c \
	tests/unit/scan_verdicts.c
tests_unit_scan_LDADD = liborphans.a libwork.a libinventory.a libnet.a libbase.a -lcunit $(CORE_LIBS)
