# SPDX-License-Identifier: Apache-2.0
# make worlds N=1000 SEED=1: random worlds, judged and held against the simulator's truth.
check_PROGRAMS += tests/worlds/worlds
dist_check_SCRIPTS += tests/worlds/few.sh
TESTS += tests/worlds/few.sh
tests_worlds_worlds_SOURCES = \
	tests/worlds/world_clock.c tests/worlds/world_clock.h \
	tests/worlds/world_cloud.c tests/worlds/world_cloud.h \
	tests/worlds/world_run.c \
	tests/worlds/world_sweep.c tests/worlds/world_sweep.h \
	tests/worlds/world_truth.c tests/worlds/world_truth.h \
	tests/worlds/worlds.c tests/worlds/worlds.h
tests_worlds_worlds_LDADD = liborphans.a libalibaba.a libkubernetes.a libwork.a libinventory.a libnet.a libbase.a $(CORE_LIBS)

N = 1000
SEED = 1
PROCESSES = 4
worlds: tests/worlds/worlds$(EXEEXT) peerdeck-sim$(EXEEXT)
	./tests/worlds/worlds$(EXEEXT) $(N) $(SEED) $(PROCESSES)
.PHONY: worlds
