# SPDX-License-Identifier: Apache-2.0
# The work room's unit tests.
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/unit/work
TESTS += tests/unit/work
endif

tests_unit_work_SOURCES = \
	tests/unit/unit.h \
	tests/unit/work.c tests/unit/work.h \
	tests/unit/work_config.c \
	tests/unit/work_deck.c \
	tests/unit/work_fake.c tests/unit/work_fake.h \
	tests/unit/work_jobs.c \
	tests/unit/work_journal.c \
	tests/unit/work_poller.c
tests_unit_work_LDADD = libwork.a libinventory.a libnet.a libbase.a -lcunit $(CORE_LIBS)
