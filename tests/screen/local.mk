# SPDX-License-Identifier: Apache-2.0
# Screen tests: the console in a test terminal, compared with golden screens.
EXTRA_DIST += tests/screen/golden

if HAVE_TEST_LIBRARIES
check_LIBRARIES += libterm.a
libterm_a_SOURCES = tests/screen/term.c tests/screen/term.h tests/screen/term_private.h tests/screen/term_keys.c \
	tests/screen/term_screen.c tests/screen/screen_test.c tests/screen/screen_test.h
libterm_a_CPPFLAGS = $(AM_CPPFLAGS) -DGOLDEN_DIR='"$(abs_srcdir)/tests/screen/golden"'
TERM_LIBS = libterm.a libbase.a $(VTERM_LIBS) $(NCURSES_LIBS) -lutil -lcunit $(BASE_LIBS)

check_PROGRAMS += tests/screen/sample_program tests/screen/term_test
tests_screen_sample_program_SOURCES = tests/screen/sample_program.c
tests_screen_sample_program_LDADD = $(NCURSES_LIBS)
tests_screen_term_test_SOURCES = tests/screen/term_test.c
tests_screen_term_test_CPPFLAGS = $(AM_CPPFLAGS) -DSAMPLE_PROGRAM='"$(abs_builddir)/tests/screen/sample_program"'
tests_screen_term_test_LDADD = $(TERM_LIBS)

# The models below the screen.
check_PROGRAMS += tests/unit/ui_text
tests_unit_ui_text_SOURCES = tests/unit/ui_text.c tests/unit/unit.h
tests_unit_ui_text_LDADD = libui.a libguide.a liborphans.a libwork.a libinventory.a libbase.a -lcunit $(CORE_LIBS)
TESTS += tests/unit/ui_text
check_PROGRAMS += tests/unit/ui_commands
tests_unit_ui_commands_SOURCES = tests/unit/ui_commands.c tests/unit/unit.h
tests_unit_ui_commands_LDADD = libui.a libguide.a liborphans.a libwork.a libinventory.a libnet.a libbase.a -lcunit $(NCURSES_LIBS) $(CORE_LIBS)
TESTS += tests/unit/ui_commands

# The console on a small cloud inside its own process.
check_PROGRAMS += tests/screen/views_console
tests_screen_views_console_SOURCES = tests/screen/views_console.c tests/screen/fake_backend.c tests/screen/fake_backend.h
tests_screen_views_console_LDADD = libui.a libguide.a liborphans.a libwork.a libinventory.a libnet.a libbase.a $(NCURSES_LIBS) $(CORE_LIBS)

check_PROGRAMS += tests/screen/views_test
tests_screen_views_test_SOURCES = tests/screen/views_test.c
tests_screen_views_test_CPPFLAGS = $(AM_CPPFLAGS) -DCONSOLE_PROGRAM='"$(abs_builddir)/tests/screen/views_console"' \
	-DTHEMES_DIR='"$(abs_srcdir)/themes"'
tests_screen_views_test_LDADD = $(TERM_LIBS)

# The program itself on the simulated cloud: no golden screens, its world lives.
check_PROGRAMS += tests/screen/demo_test
tests_screen_demo_test_SOURCES = tests/screen/demo_test.c
tests_screen_demo_test_CPPFLAGS = $(AM_CPPFLAGS) -DPEERDECK_PROGRAM='"$(abs_builddir)/peerdeck"' -DTHEMES_DIR='"$(abs_srcdir)/themes"'
tests_screen_demo_test_LDADD = $(TERM_LIBS)
EXTRA_tests_screen_demo_test_DEPENDENCIES = peerdeck$(EXEEXT) peerdeck-sim$(EXEEXT)
TESTS += tests/screen/demo_test
check_PROGRAMS += tests/screen/demo_orphans_test
tests_screen_demo_orphans_test_SOURCES = tests/screen/demo_orphans_test.c
tests_screen_demo_orphans_test_CPPFLAGS = $(tests_screen_demo_test_CPPFLAGS)
tests_screen_demo_orphans_test_LDADD = libterm.a libnet.a $(TERM_LIBS) $(CORE_LIBS)
EXTRA_tests_screen_demo_orphans_test_DEPENDENCIES = peerdeck$(EXEEXT) peerdeck-sim$(EXEEXT)
TESTS += tests/screen/demo_orphans_test

check_PROGRAMS += tests/screen/walk_test
tests_screen_walk_test_SOURCES = tests/screen/walk_test.c
tests_screen_walk_test_CPPFLAGS = $(tests_screen_demo_test_CPPFLAGS) -DSIMULATOR_PROGRAM='"$(abs_builddir)/peerdeck-sim"' \
	-DSTAND_INS='"$(abs_srcdir)/tests/stand-ins"' -DTIME_SCALE='"60"'
tests_screen_walk_test_LDADD = libterm.a libnet.a $(TERM_LIBS) $(CORE_LIBS)
EXTRA_tests_screen_walk_test_DEPENDENCIES = peerdeck$(EXEEXT) peerdeck-sim$(EXEEXT)
TESTS += tests/screen/walk_test

SCREEN_TESTS = tests/screen/term_test tests/screen/views_test
TESTS += $(SCREEN_TESTS)

# Writes the golden screens anew: look at the difference before committing it.
update-golden: $(check_PROGRAMS)
	for test in $(SCREEN_TESTS); do UPDATE_GOLDEN=1 ./$$test || exit 1; done
endif
include tests/screen/core.mk
