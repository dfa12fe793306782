# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libcli.a
libcli_a_SOURCES = \
	src/cli/command_line.c \
	src/cli/options.c src/cli/options.h
