# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libcli.a
libcli_a_SOURCES = \
	src/cli/cli.h \
	src/cli/arguments.c \
	src/cli/audit.c \
	src/cli/completion.c \
	src/cli/demo.c src/cli/demo.h \
	src/cli/docs.c src/cli/docs.h \
	src/cli/diagnose.c \
	src/cli/doctor.c \
	src/cli/guide.c src/cli/guide.h \
	src/cli/guide_ask.c \
	src/cli/guide_docs.c src/cli/guide_docs.h \
	src/cli/guide_print.c \
	src/cli/guide_walk.c \
	src/cli/help.c \
	src/cli/list.c \
	src/cli/logs.c \
	src/cli/list_jobs.c \
	src/cli/orphans.c \
	src/cli/orphans_lease.c \
	src/cli/orphans_list.c \
	src/cli/orphans_manifest.c src/cli/orphans_own.h \
	src/cli/orphans_metrics.c \
	src/cli/orphans_sweep.c \
	src/cli/watch.c src/cli/watch.h \
	src/cli/options.c src/cli/options.h \
	src/cli/output.c src/cli/output.h \
	src/cli/reading.c src/cli/reading.h
