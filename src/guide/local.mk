# SPDX-License-Identifier: Apache-2.0
# Set-up guides: read, check, plan, run, resume, undo.
noinst_LIBRARIES += libguide.a
libguide_a_SOURCES = \
	src/guide/change.c \
	src/guide/changed.c \
	src/guide/condition.c \
	src/guide/effects.c src/guide/effects.h \
	src/guide/expression.c src/guide/expression.h \
	src/guide/filters.c src/guide/filters.h \
	src/guide/folder.c src/guide/folder.h \
	src/guide/go.c \
	src/guide/guide.h \
	src/guide/inputs.c \
	src/guide/keys.c src/guide/keys.h \
	src/guide/lint.c src/guide/lint.h \
	src/guide/lock.c src/guide/lock.h \
	src/guide/look.c \
	src/guide/make_call.c \
	src/guide/make_check.c \
	src/guide/make_file.c \
	src/guide/make_upload.c \
	src/guide/plan.c \
	src/guide/plan_saved.c \
	src/guide/preflight.c \
	src/guide/preflight_call.c \
	src/guide/preflight_objects.c \
	src/guide/preflight_permissions.c \
	src/guide/program.c \
	src/guide/read.c \
	src/guide/renew.c \
	src/guide/run.c src/guide/run.h src/guide/run_private.h \
	src/guide/script.c src/guide/script.h \
	src/guide/script_command.c \
	src/guide/script_jq.c \
	src/guide/store.c src/guide/store.h \
	src/guide/tell.c \
	src/guide/undo.c \
	src/guide/wait.c \
	src/guide/values.c src/guide/values.h
libguide_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DBUILD_SRCDIR='"$(abs_top_srcdir)"' -DBUILD_BUILDDIR='"$(abs_top_builddir)"'
