# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libui.a
libui_a_SOURCES = ui/commands.c
noinst_HEADERS += ui/commands.h ui/dialog.h ui/draw.h ui/input.h ui/keys.h ui/pages.h ui/pane.h ui/state.h ui/term.h ui/theme.h ui/ui.h
include ui/views.mk
