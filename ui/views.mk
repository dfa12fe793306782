# SPDX-License-Identifier: Apache-2.0
# Models that know no screen, and the views, dialogs and prompts built on them.
libui_a_SOURCES += \
	ui/copy.c ui/copy.h \
	ui/text_pane.c ui/text_pane.h ui/text_own.h ui/text_draw.c \
	ui/confirm.c ui/menu.c ui/prompt.c \
	ui/prompt_history.c ui/prompt_history.h \
	ui/command_line.c ui/command_line.h \
	ui/document.c ui/document.h ui/document_search.c \
	ui/history.c ui/history.h \
	ui/line_editor.c ui/line_editor.h
