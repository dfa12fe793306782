# SPDX-License-Identifier: Apache-2.0
bin_PROGRAMS += peerdeck-sim
peerdeck_sim_SOURCES = backends/sim/main.c
peerdeck_sim_LDADD = libbase.a $(MICROHTTPD_LIBS) $(LIBCONFIG_LIBS) $(EXPAT_LIBS) $(BASE_LIBS)
