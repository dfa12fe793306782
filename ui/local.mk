# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libui.a
libui_a_SOURCES = \
	ui/chrome.c ui/chrome.h ui/chrome_header.c ui/chrome_own.h ui/chrome_watch.c \
	ui/commands.c ui/commands.h \
	ui/dashboard.c ui/dashboard.h \
	ui/dialog.h \
	ui/draw.c ui/draw.h \
	ui/handlers.c \
	ui/input.c ui/input.h \
	ui/keys.c ui/keys.h \
	ui/loop.c \
	ui/pace.c ui/pace.h \
	ui/pages.c ui/pages.h ui/pages_draw.c ui/pages_own.h \
	ui/pane.h \
	ui/state.h \
	ui/table.c ui/table.h ui/table_own.h ui/table_columns.c ui/table_command.c ui/table_draw.c ui/table_head.c ui/table_marks.c ui/table_title.c ui/table_tree.c \
	ui/term.c ui/term.h \
	ui/term_modes.c ui/term_modes.h \
	ui/term_stage.c ui/term_stage.h \
	ui/theme.c ui/theme.h \
	ui/ui.h
include ui/views.mk
