# SPDX-License-Identifier: Apache-2.0
# Unit tests of the orphans room.
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/unit/orphans
TESTS += tests/unit/orphans
endif

tests_unit_orphans_SOURCES = \
	tests/unit/unit.h \
	tests/unit/orphans.c tests/unit/orphans.h \
	tests/unit/orphans_leftover.c \
	tests/unit/orphans_log.c \
	tests/unit/orphans_name.c \
	tests/unit/orphans_property.c \
	tests/unit/orphans_sample.c tests/unit/orphans_sample.h \
	tests/unit/orphans_user_data.c \
	tests/unit/orphans_verdict.c
tests_unit_orphans_LDADD = liborphans.a libbase.a -lcunit $(CORE_LIBS)
