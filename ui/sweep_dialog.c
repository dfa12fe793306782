// SPDX-License-Identifier: Apache-2.0
// The plan of a sweep: what goes, what is refused and why, what it saves, and the text that a person types. While it
// stands there everything is scanned again: what changed meanwhile keeps it from being begun.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "inventory/records.h"
#include "orphans/quarantine.h"
#include "ui/cleanup.h"
#include "ui/sweeps.h"
#include "base/banned.h"

enum { PLAN_LINES_MOST = 4000, PLAN_TEXT_MOST = 4 << 20, WHY_SIZE = 512 };

struct asked {
	struct ui *ui;
	struct sweep_plan *plan; // given away when it is begun
	struct session *session; // of the context that it is for
	int64_t opened;          // wall clock
	const char *account;
	char phrase[SWEEP_PHRASE_SIZE];
};

static void asked_free(void *user)
{
	struct asked *asked = user;

	sweep_plan_destroy(asked->plan);
	free(asked);
}

// Whether every item of the plan is still what it was in the newest report.
static bool holds(const struct asked *asked, const struct report *report, char *why, size_t size)
{
	for (size_t i = 0; i < asked->plan->count; i++) {
		const struct sweep_item *item = &asked->plan->items[i];
		const char *id = item->item->record->id;
		const struct report_item *now = report_find(report, id);
		struct sweep_basis basis;
		char reason[256];

		if (!now) {
			snprintf(why, size, _("%s is gone"), id);
			return false;
		}
		sweep_basis_of(report, now, &basis);
		if (!sweep_basis_holds(&item->basis, &basis, reason, sizeof(reason))) {
			snprintf(why, size, "%s: %s", id, reason);
			return false;
		}
	}
	return true;
}

// What a reading since the plan was opened says of it.
enum standing { STANDING_READING, STANDING_UNREADABLE, STANDING_HOLDS, STANDING_CHANGED };

static enum standing standing_of(const struct asked *asked, const struct report *report,
        const struct scanner_state *state, char *why, size_t size)
{
	if (report->began < asked->opened) {
		if (state->is_running || state->error.kind == ERROR_NONE)
			return STANDING_READING;
		snprintf(why, size, "%s", state->error.message);
		return STANDING_UNREADABLE;
	}
	if (holds(asked, report, why, size))
		return STANDING_HOLDS;
	// What an early reading did not wait for hides owners as well as VMs: the whole one, which follows, says more.
	return state->is_early ? STANDING_READING : STANDING_CHANGED;
}

static void tell_reading(const struct scanner_state *state, char *out, size_t size)
{
	char done[64] = "";

	if (state->is_running && state->total > 0)
		snprintf(done, sizeof(done), " %lld/%lld", (long long)state->done, (long long)state->total);
	snprintf(out, size, _("reading everything again %s%s"), draw_sign(SIGN_ELLIPSIS), done);
}

static void watch(void *user, char *out, size_t size, enum style *style)
{
	struct asked *asked = user;
	const struct report *report = asked->plan ? cleanup_report(asked->ui) : NULL;
	struct scanner_state state;
	char why[WHY_SIZE], stamp[TIME_TEXT_SIZE];

	if (!report)
		return;
	scanner_state(cleanup_scanner(asked->ui), &state);
	switch (standing_of(asked, report, &state, why, sizeof(why))) {
	case STANDING_READING:
		tell_reading(&state, out, size);
		break;
	case STANDING_UNREADABLE:
		snprintf(out, size, _("%s could not be read again: %s"), draw_sign(SIGN_FAILED), why);
		*style = STYLE_BAD;
		break;
	case STANDING_HOLDS:
		time_format_clock(report->began, stamp);
		snprintf(out, size, _("%s still orphaned, as of %s"), draw_sign(SIGN_DONE), stamp);
		*style = STYLE_GOOD;
		break;
	case STANDING_CHANGED:
		snprintf(out, size, _("%s changed: %s"), draw_sign(SIGN_FAILED), why);
		*style = STYLE_BAD;
		break;
	}
	report_unref(report);
}

static bool still(void *user, char *why, size_t size)
{
	struct asked *asked = user;
	const struct report *report;
	struct scanner_state state;
	enum standing standing;
	char reason[WHY_SIZE];

	if (asked->ui->deck->session != asked->session) {
		snprintf(why, size, "%s", _("the context was changed meanwhile"));
		return false;
	}
	if (!deck_may_write(asked->ui->deck, why, size))
		return false;
	report = cleanup_report(asked->ui);
	if (!report) {
		snprintf(why, size, "%s", _("nothing is known any more; close this and look again"));
		return false;
	}
	scanner_state(cleanup_scanner(asked->ui), &state);
	standing = standing_of(asked, report, &state, reason, sizeof(reason));
	report_unref(report);
	if (standing == STANDING_READING)
		snprintf(why, size, "%s",
		        _("everything is being read again: wait for “still orphaned”, then type it once more"));
	else if (standing != STANDING_HOLDS)
		snprintf(why, size, _("close this and look again: %s"), reason);
	return standing == STANDING_HOLDS;
}

static unsigned accept(struct ui *ui, void *user)
{
	struct asked *asked = user;
	const size_t count = asked->plan->count;
	const bool stops = asked->plan->mode == SWEEP_QUARANTINE;
	struct sweep_plan *plan = asked->plan;
	struct error error;

	asked->plan = NULL;
	if (!sweep_begin(ui, plan, asked->phrase, &error))
		ui_fail(ui, &error);
	else
		ui_say(ui,
		        stops ? _("Quarantine of %zu: begun; T follows it, Ctrl-c stops it after the one at work")
		              : _("Deleting %zu: begun; T follows it, Ctrl-c stops it after the one at work"),
		        count);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned quarantine(struct ui *ui, void *user)
{
	struct asked *asked = user;
	const char **ids = calloc(asked->plan->count + 1, sizeof(*ids));
	struct error error = {.kind = ERROR_MEMORY};
	size_t count = 0;

	for (size_t i = 0; ids && i < asked->plan->count; i++)
		ids[count++] = asked->plan->items[i].item->record->id;
	if (!ids || !sweep_plan_open(ui, ids, count, 0, SWEEP_QUARANTINE, false, &error))
		ui_fail(ui, &error);
	free(ids);
	return REACT_DRAW;
}

static bool save(void *user, const char *format, struct buffer *out, struct error *error)
{
	const struct asked *asked = user;

	(void)format;
	sweep_plan_text(asked->plan, asked->account, out);
	buffer_add_char(out, '\n');
	sweep_plan_commands(asked->plan, asked->ui->deck->backend, asked->session, asked->account, out);
	return !out->broken || error_set(error, ERROR_LIMIT, "%s", _("the plan is too long"));
}

static size_t split(char *text, const char **lines, size_t most)
{
	size_t count = 0;
	char *rest = text, *line;

	while ((line = strsep(&rest, "\n")) && count < most)
		lines[count++] = line;
	// Blank lines at the end are the dialog's own.
	while (count && !*lines[count - 1])
		count--;
	return count;
}

static const char *account_of(const struct deck *deck)
{
	return deck->identity.display[0] ? deck->identity.display : deck->identity.account;
}

static bool ask(struct asked *asked, size_t hidden, struct error *error)
{
	const struct sweep_plan *plan = asked->plan;
	struct ui *ui = asked->ui;
	const char **lines = calloc(PLAN_LINES_MOST, sizeof(*lines));
	char blocked[512] = "", note[160];
	struct buffer text, commands, phrase;
	size_t count;

	if (!lines) {
		asked_free(asked);
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	}
	buffer_init(&text, PLAN_TEXT_MOST);
	buffer_init(&commands, PLAN_TEXT_MOST);
	buffer_init(&phrase, SWEEP_PHRASE_SIZE);
	sweep_plan_text(plan, asked->account, &text);
	sweep_plan_commands(plan, ui->deck->backend, asked->session, asked->account, &commands);
	sweep_plan_phrase(plan, &phrase);
	snprintf(asked->phrase, sizeof(asked->phrase), "%s", buffer_text(&phrase));
	char *copy = strdup(buffer_text(&text));
	count = copy ? split(copy, lines, PLAN_LINES_MOST - 2) : 0;
	if (hidden) {
		snprintf(note, sizeof(note), _("%zu of these are marked but hidden by the filter."), hidden);
		lines[count++] = "";
		lines[count++] = note;
	}
	if (plan->count == 0)
		snprintf(blocked, sizeof(blocked), "%s", _("Nothing of this may go; the reasons stand above."));
	else
		deck_may_write(ui->deck, blocked, sizeof(blocked));
	if (phrase.broken)
		snprintf(blocked, sizeof(blocked), "%s", _("These are too many clusters for one confirmation."));
	const bool milder = plan->mode == SWEEP_DELETE && plan->count > 0;
	const struct confirm_spec spec = {.title = plan->mode == SWEEP_QUARANTINE ? _("Plan: quarantine") : _("Plan"),
	        .lines = lines,
	        .line_count = count,
	        .level = GUARD_DESTRUCTIVE,
	        .typed = asked->phrase,
	        .command = commands.size ? buffer_text(&commands) : NULL,
	        .command_folded = true,
	        .blocked = *blocked ? blocked : NULL,
	        .still = still,
	        .accept = accept,
	        .watch = plan->count ? watch : NULL,
	        .instead = milder ? quarantine : NULL,
	        .instead_hint = _("quarantine instead"),
	        .save = save,
	        .user_free = asked_free,
	        .user = asked};
	const bool opened = dialog_confirm(ui, &spec, error);
	free(copy);
	free(lines);
	buffer_finish(&text);
	buffer_finish(&commands);
	buffer_finish(&phrase);
	return opened;
}

static struct sweep_plan *make_plan(struct ui *ui, const char *const *ids, size_t count, enum sweep_mode mode,
        bool override_suspect, struct error *error)
{
	const struct report *report = cleanup_report(ui);
	const struct sweep_request request = {.mode = mode,
	        .ids = ids,
	        .id_count = count,
	        .override_suspect = override_suspect,
	        .now = clock_now(ui->deck->clock),
	        .cloud = ui->deck->backend};
	struct sweep_plan *plan = report ? sweep_plan_create(report, &request, error) : NULL;

	if (!report)
		error_set(error, ERROR_NOT_FOUND, "%s", _("nothing was scanned yet"));
	report_unref(report);
	return plan;
}

bool sweep_plan_open(struct ui *ui, const char *const *ids, size_t count, size_t hidden, enum sweep_mode mode,
        bool override_suspect, struct error *error)
{
	struct sweep_plan *plan = make_plan(ui, ids, count, mode, override_suspect, error);
	struct asked *asked = plan ? calloc(1, sizeof(*asked)) : NULL;

	if (!asked) {
		sweep_plan_destroy(plan);
		return plan ? error_set(error, ERROR_MEMORY, "%s", _("out of memory")) : false;
	}
	*asked = (struct asked){.ui = ui,
	        .plan = plan,
	        .session = ui->deck->session,
	        .opened = clock_now(ui->deck->clock),
	        .account = account_of(ui->deck)};
	scanner_soon(cleanup_scanner(ui));
	return ask(asked, hidden, error);
}

// What stands in quarantine already is deleted from there.
static bool all_in_quarantine(const struct report *report, const char *const *ids, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct report_item *item = report_find(report, ids[i]);

		if (!item || item->kind != KIND_VM ||
		        !quarantine_since(&((const struct vm_record *)(const void *)item->record)->tags))
			return false;
	}
	return count > 0;
}

bool sweep_selected(struct ui *ui, enum sweep_mode mode, bool override_suspect, unsigned *reactions)
{
	const struct report *report = cleanup_report(ui);
	struct selection selection;
	struct error error;

	if (!report || !ui_selection(ui, &selection)) {
		report_unref(report);
		return false;
	}
	const char *const one = selection.id, *const *ids = selection.mark_count ? selection.marks : &one;
	const size_t count = selection.mark_count ? selection.mark_count : 1;
	bool ours = false;
	for (size_t i = 0; i < count; i++)
		ours |= report_find(report, ids[i]) != NULL;
	if (ours && mode == SWEEP_DELETE && all_in_quarantine(report, ids, count))
		mode = SWEEP_DELETE_QUARANTINED;
	report_unref(report);
	if (!ours)
		return false;
	if (!sweep_plan_open(ui, ids, count, selection.marks_hidden, mode, override_suspect, &error))
		ui_fail(ui, &error);
	*reactions = REACT_DRAW | REACT_INTERESTS;
	return true;
}

bool sweep_commands(struct ui *ui, const char *id, struct buffer *out)
{
	struct sweep_plan *plan = make_plan(ui, &id, 1, SWEEP_DELETE, false, NULL);

	if (!plan)
		return false;
	sweep_plan_commands(plan, ui->deck->backend, ui->deck->session, account_of(ui->deck), out);
	if (!plan->count)
		for (size_t i = 0; i < plan->refused_count; i++)
			buffer_printf(out, "# %s\n", plan->refused[i].why);
	sweep_plan_destroy(plan);
	return true;
}
