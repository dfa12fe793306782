# SPDX-License-Identifier: Apache-2.0
# Models that know no screen, and the views, dialogs and prompts built on them.
libui_a_SOURCES += \
	ui/actions.c ui/actions.h ui/plan.c \
	ui/audit_view.c ui/choosers.c \
	ui/cleanup.c ui/cleanup.h ui/evidence.c ui/orphans_view.c \
	ui/diagnose_view.c ui/diagnose_view.h \
	ui/describe.c ui/describe.h ui/raw_render.c \
	ui/edit_tags.c ui/edit_tags.h \
	ui/events.c ui/events.h \
	ui/follow.c ui/follow.h \
	ui/help.c ui/help.h \
	ui/keep.c ui/keep.h \
	ui/pod_log.c ui/pod_log.h \
	ui/operations.c ui/operations.h \
	ui/prompts.c \
	ui/related.c ui/related.h \
	ui/session_commands.c \
	ui/sweeps.h ui/sweep_dialog.c ui/sweep_job.c ui/sweeps_view.c \
	ui/target.c ui/target.h \
	ui/views.c \
	ui/welcome.c ui/welcome.h \
	ui/wizards.c ui/wizard.c ui/wizard.h ui/wizard_own.h ui/wizard_walk.c ui/wizard_draw.c \
	ui/wizard_form.c ui/wizard_form_draw.c ui/wizard_field.c ui/wizard_inputs.c \
	ui/wizard_checks.c ui/wizard_plan.c ui/wizard_save.c ui/wizard_go.c ui/wizard_run.c ui/wizard_run_draw.c ui/wizard_ask.c ui/wizard_explain.c ui/wizard_known.c ui/guides_view.c ui/sheet.c ui/sheet.h \
	ui/copy.c ui/copy.h \
	ui/text_pane.c ui/text_pane.h ui/text_own.h ui/text_draw.c \
	ui/confirm.c ui/menu.c ui/prompt.c \
	ui/prompt_history.c ui/prompt_history.h \
	ui/command_line.c ui/command_line.h \
	ui/document.c ui/document.h ui/document_search.c \
	ui/line_history.c ui/line_history.h \
	ui/line_editor.c ui/line_editor.h
