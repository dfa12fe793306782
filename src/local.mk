# SPDX-License-Identifier: Apache-2.0
bin_PROGRAMS += peerdeck
peerdeck_SOURCES = src/main.c
# A room's library stands left of those it uses.
PEERDECK_ROOMS = libui.a libcli.a libguide.a liborphans.a libalibaba.a libkubernetes.a libwork.a libinventory.a libnet.a libbase.a
peerdeck_LDADD = $(PEERDECK_ROOMS) $(NCURSES_LIBS) $(CORE_LIBS)
