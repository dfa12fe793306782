# SPDX-License-Identifier: Apache-2.0
# The guide room's unit tests.
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/unit/guide
TESTS += tests/unit/guide
endif

tests_unit_guide_SOURCES = \
	tests/unit/unit.h \
	tests/unit/guide.c tests/unit/guide.h \
	tests/unit/guide_after.c tests/unit/guide_engine.c \
	tests/unit/guide_bench.c tests/unit/guide_bench.h \
	tests/unit/guide_fake.c tests/unit/guide_fake.h \
	tests/unit/guide_language.c \
	tests/unit/guide_lint.c \
	tests/unit/guide_person.c
tests_unit_guide_CPPFLAGS = $(AM_CPPFLAGS) -DSOURCE_FOLDER='"$(abs_top_srcdir)"'
tests_unit_guide_LDADD = libguide.a libalibaba.a libwork.a libinventory.a libnet.a libbase.a -lcunit $(CORE_LIBS)
