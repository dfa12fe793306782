# SPDX-License-Identifier: Apache-2.0
# The console over a cloud that stands still, and the tests that look at it.
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/screen/fake_console
tests_screen_fake_console_SOURCES = tests/screen/fake_console.c
tests_screen_fake_console_LDADD = libui.a libguide.a liborphans.a libwork.a libinventory.a libnet.a libbase.a $(NCURSES_LIBS) $(CORE_LIBS)
tests_screen_fake_console_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_gettime

check_PROGRAMS += tests/screen/core_test
tests_screen_core_test_SOURCES = tests/screen/core_test.c
tests_screen_core_test_CPPFLAGS = $(AM_CPPFLAGS) -DFAKE_CONSOLE='"$(abs_builddir)/tests/screen/fake_console"'
tests_screen_core_test_LDADD = $(TERM_LIBS)
SCREEN_TESTS += tests/screen/core_test

check_PROGRAMS += tests/screen/tree_test
tests_screen_tree_test_SOURCES = tests/screen/tree_test.c
tests_screen_tree_test_CPPFLAGS = $(tests_screen_core_test_CPPFLAGS)
tests_screen_tree_test_LDADD = $(TERM_LIBS)
EXTRA_tests_screen_tree_test_DEPENDENCIES = tests/screen/fake_console$(EXEEXT)
SCREEN_TESTS += tests/screen/tree_test

# The console over a world with orphans.
check_PROGRAMS += tests/screen/cleanup_console
tests_screen_cleanup_console_SOURCES = tests/screen/cleanup_console.c tests/screen/cleanup_world.c tests/screen/cleanup_world.h \
	tests/unit/scan_fake.c tests/unit/scan_fake.h
tests_screen_cleanup_console_LDADD = libui.a libguide.a liborphans.a libwork.a libinventory.a libnet.a libbase.a $(NCURSES_LIBS) $(CORE_LIBS)

check_PROGRAMS += tests/screen/cleanup_test
tests_screen_cleanup_test_SOURCES = tests/screen/cleanup_test.c
tests_screen_cleanup_test_CPPFLAGS = $(AM_CPPFLAGS) -DCONSOLE_PROGRAM='"$(abs_builddir)/tests/screen/cleanup_console"' \
	-DTHEMES_DIR='"$(abs_srcdir)/themes"'
tests_screen_cleanup_test_LDADD = $(TERM_LIBS) $(SQLITE_LIBS)
SCREEN_TESTS += tests/screen/cleanup_test

# The console over a cloud that takes guides.
check_PROGRAMS += tests/screen/guide_console
tests_screen_guide_console_SOURCES = tests/screen/guide_console.c tests/screen/fake_backend.c tests/screen/fake_backend.h
tests_screen_guide_console_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_CONFIG_FOLDER='"$(abs_srcdir)/tests/screen"'
tests_screen_guide_console_LDADD = libui.a libguide.a liborphans.a libwork.a libinventory.a libnet.a libbase.a $(NCURSES_LIBS) $(CORE_LIBS)

check_PROGRAMS += tests/screen/guide_test
tests_screen_guide_test_SOURCES = tests/screen/guide_test.c tests/screen/guide_world.c tests/screen/guide_world.h
tests_screen_guide_test_CPPFLAGS = $(AM_CPPFLAGS) -DCONSOLE_PROGRAM='"$(abs_builddir)/tests/screen/guide_console"' \
	-DTHEMES_DIR='"$(abs_srcdir)/themes"'
tests_screen_guide_test_LDADD = $(TERM_LIBS)
EXTRA_tests_screen_guide_test_DEPENDENCIES = tests/screen/guide_console$(EXEEXT)
SCREEN_TESTS += tests/screen/guide_test

# The same where a person is needed: skipping, notes, two consoles on one run, plans that changed.
check_PROGRAMS += tests/screen/guide_person_test
tests_screen_guide_person_test_SOURCES = tests/screen/guide_person_test.c tests/screen/guide_world.c tests/screen/guide_world.h
tests_screen_guide_person_test_CPPFLAGS = $(tests_screen_guide_test_CPPFLAGS)
tests_screen_guide_person_test_LDADD = $(TERM_LIBS)
EXTRA_tests_screen_guide_person_test_DEPENDENCIES = tests/screen/guide_console$(EXEEXT)
SCREEN_TESTS += tests/screen/guide_person_test
EXTRA_DIST += tests/screen/guides

check_PROGRAMS += tests/unit/ui_core
tests_unit_ui_core_SOURCES = tests/unit/ui_core.c tests/unit/unit.h
tests_unit_ui_core_CPPFLAGS = $(AM_CPPFLAGS) -DTHEMES_FOLDER='"$(abs_srcdir)/themes"'
tests_unit_ui_core_LDADD = libui.a libguide.a liborphans.a libwork.a libinventory.a libbase.a -lcunit $(CORE_LIBS)
TESTS += tests/unit/ui_core
endif
