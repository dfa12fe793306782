# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libwork.a
libwork_a_SOURCES = \
	src/work/backend.h src/work/calls.h \
	src/work/config.c src/work/config.h src/work/config_private.h \
	src/work/config_file.c \
	src/work/config_table.c \
	src/work/deck.c src/work/deck.h src/work/deck_private.h \
	src/work/deck_act.c \
	src/work/deck_cache.c \
	src/work/deck_clusters.c \
	src/work/deck_identity.c \
	src/work/jobs.c src/work/jobs.h src/work/jobs_private.h \
	src/work/jobs_worker.c \
	src/work/journal.c src/work/journal.h \
	src/work/journal_mask.c \
	src/work/named_checks.h \
	src/work/poller.c src/work/poller.h \
	src/work/poller_target.c src/work/poller_target.h \
	src/work/sink.c src/work/sink.h \
	src/work/survey.c src/work/survey.h
