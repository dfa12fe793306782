# SPDX-License-Identifier: Apache-2.0
# Programs that are killed, and what their successors make of it.
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/crash/sweep
TESTS += tests/crash/sweep
endif

tests_crash_sweep_SOURCES = \
	tests/crash/sweep.c \
	tests/unit/sweep_report.c tests/unit/sweep_report.h \
	tests/unit/sweep_world.c tests/unit/sweep_world.h
tests_crash_sweep_LDADD = liborphans.a libwork.a libinventory.a libnet.a libbase.a $(CORE_LIBS)

# A few places at each check; `make check-crash` takes every one.
dist_check_SCRIPTS += tests/crash/sweep.py
TESTS += tests/crash/sweep.py
check-crash: all
	python3 $(srcdir)/tests/crash/sweep.py all
.PHONY: check-crash

# The guide, killed at every failpoint of its steps 4 to 7, and stopped at some random instants. `make crash` takes all steps in all flavours.
dist_check_SCRIPTS += tests/crash/guide.py tests/crash/guide_theirs.py tests/crash/guide_world.py tests/crash/guide_judge.py tests/crash/guide_anytime.py tests/crash/processes.py tests/stand-ins/docker tests/stand-ins/helm tests/stand-ins/make
EXTRA_DIST += tests/stand-ins/adaptor.sh
EXTRA_DIST += tests/answers/alibaba-peer-pods.cfg
TESTS += tests/crash/guide.py
crash: all check-crash
	cd $(abs_builddir) && srcdir=$(abs_srcdir) $(abs_srcdir)/tests/crash/guide.py --all
.PHONY: crash
