# SPDX-License-Identifier: Apache-2.0
# The console over a cloud that stands still, and the tests that look at it.
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/screen/fake_console
tests_screen_fake_console_SOURCES = tests/screen/fake_console.c
tests_screen_fake_console_LDADD = libui.a libwork.a libinventory.a libnet.a libbase.a $(NCURSES_LIBS) $(CORE_LIBS)
endif
