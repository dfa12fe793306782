// SPDX-License-Identifier: Apache-2.0
// What a person is asked before and while something changes.
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inventory/kind.h"
#include "ui/wizard_own.h"

#include "base/banned.h"

enum { MONTH_HOURS = 730, UNDO_LINES_MOST = 60, LINE_SIZE = 700 };

struct asking {
	struct walk *walk;
	bool answered;
};

static void answer(struct walk *walk, int given)
{
	pthread_mutex_lock(&walk->lock);
	walk->news.answer = given;
	pthread_mutex_unlock(&walk->lock);
}

static void asking_free(void *user)
{
	struct asking *asking = user;
	if (!asking->answered)
		answer(asking->walk, -1);
	if (asking->walk->wizard)
		asking->walk->wizard->asking = false;
	walk_unref(asking->walk);
	free(asking);
}

static unsigned agree(struct ui *ui, void *user)
{
	struct asking *asking = user;
	(void)ui;
	asking->answered = true;
	answer(asking->walk, 1);
	return REACT_DRAW;
}

void run_ask(struct wizard *wizard)
{
	char question[sizeof wizard->walk->news.question];
	struct error error = {0};
	struct asking *asking;
	pthread_mutex_lock(&wizard->walk->lock);
	snprintf(question, sizeof question, "%s", wizard->walk->news.answer ? "" : wizard->walk->news.question);
	pthread_mutex_unlock(&wizard->walk->lock);
	if (!*question || wizard->asking || wizard->ui->overlays)
		return;
	asking = calloc(1, sizeof *asking);
	if (!asking)
		return;
	asking->walk = walk_ref(wizard->walk);
	wizard->asking = true;
	const char *const lines[] = {question};
	const struct confirm_spec spec = {.title = _("The guide asks"),
	        .lines = lines,
	        .line_count = 1,
	        .level = GUARD_REVERSIBLE,
	        .accept = agree,
	        .user_free = asking_free,
	        .user = asking};
	if (!dialog_confirm(wizard->ui, &spec, &error))
		ui_fail(wizard->ui, &error);
}

// ---- approving ----

static unsigned go(struct ui *ui, void *user)
{
	(void)ui;
	wizard_begin(user, WORK_GO);
	return REACT_DRAW;
}

static bool still_planned(void *user, char *why, size_t size)
{
	const struct wizard *wizard = user;
	if (wizard->planned && !wizard_is_busy(wizard))
		return deck_may_write(wizard->ui->deck, why, size);
	snprintf(why, size, "%s", _("the plan is made anew"));
	return false;
}

void approve_open(struct wizard *wizard)
{
	const struct walk *walk = wizard->walk;
	const struct plan *plan = &walk->plan;
	char where[512], what[200], cost[200] = "", blocked[512] = "";
	struct error error = {0};
	snprintf(where, sizeof where, _("context %s, account %s, region %s"), walk->context,
	        *walk->account ? walk->account : "-", *walk->region ? walk->region : "-");
	snprintf(what, sizeof what, _("%zu to create, %zu to change, %zu to delete, %zu to keep"),
	        plan->counts[PLAN_CREATE], plan->counts[PLAN_CHANGE], plan->counts[PLAN_DELETE],
	        plan->counts[PLAN_KEEP]);
	cost_text(plan->hourly, plan->currency, cost, sizeof cost);
	deck_may_write(wizard->ui->deck, blocked, sizeof blocked);
	const char *const lines[] = {walk->guide->title, where, "", what, cost, "",
	        _("Everything is looked at again first; what changed brings the plan back."),
	        _("u takes away what this run makes, and nothing else.")};
	const struct confirm_spec spec = {.title = _("Carry out the plan?"),
	        .lines = lines,
	        .line_count = COUNT_OF(lines),
	        .level = GUARD_DESTRUCTIVE,
	        .typed = *plan->approve ? plan->approve : "yes",
	        .blocked = *blocked ? blocked : NULL,
	        .still = still_planned,
	        .accept = go,
	        .user = wizard};
	if (!dialog_confirm(wizard->ui, &spec, &error))
		ui_fail(wizard->ui, &error);
}

static unsigned take_away(struct ui *ui, void *user)
{
	(void)ui;
	wizard_begin(user, WORK_UNDO);
	return REACT_DRAW;
}

static bool still_idle(void *user, char *why, size_t size)
{
	const struct wizard *wizard = user;
	if (!wizard_is_busy(wizard))
		return deck_may_write(wizard->ui->deck, why, size);
	snprintf(why, size, "%s", _("the run is at work"));
	return false;
}

void price_text(double hourly, const char *currency, char out[PRICE_TEXT_SIZE])
{
	char money[MONEY_TEXT_SIZE];
	*out = '\0';
	if (hourly > 0 && money_text(hourly, currency, money, sizeof money))
		snprintf(out, PRICE_TEXT_SIZE, _("%.40s/h"), money);
}

void cost_text(double hourly, const char *currency, char *out, size_t size)
{
	char hour[MONEY_TEXT_SIZE], month[MONEY_TEXT_SIZE];
	*out = '\0';
	if (hourly <= 0 || !money_text(hourly, currency, hour, sizeof hour) ||
	        !money_text(round(hourly * MONTH_HOURS), currency, month, sizeof month))
		return;
	// What is said to be about so much needs no hundredths.
	char *fraction = strpbrk(month, ".,");
	if (fraction)
		*fraction = '\0';
	snprintf(out, size, _("%s an hour, about %s a month"), hour, month);
}

static void undo_line(const struct walk *walk, const struct step_row *row, char out[LINE_SIZE])
{
	char price[PRICE_TEXT_SIZE];
	price_text(walk_row_price(walk, row), walk->currency, price);
	snprintf(out, LINE_SIZE, "-  %s  %.300s%s%s", row->name, row->resource, *price ? "  " : "", price);
}

void undo_open(struct wizard *wizard)
{
	const struct walk *walk = wizard->walk;
	char texts[UNDO_LINES_MOST][LINE_SIZE], blocked[512] = "", more[80], cost[120], saves[160];
	const char *lines[UNDO_LINES_MOST + 6];
	struct error error = {0};
	size_t count = 0, shown = 0;
	if (!run_can_undo(wizard))
		return;
	lines[count++] = wizard->made ? _("What this run made is taken away in reverse order, and nothing else:")
	                              : _("This run made nothing that is left.");
	cost_text(wizard->hourly, walk->currency, cost, sizeof cost);
	snprintf(saves, sizeof saves, _("Saves %s."), cost);
	if (*cost)
		lines[count++] = saves;
	lines[count++] = "";
	for (size_t i = walk->row_count; i-- > 0 && shown < UNDO_LINES_MOST;) {
		if (!run_is_made(&walk->rows[i]))
			continue;
		undo_line(walk, &walk->rows[i], texts[shown]);
		lines[count++] = texts[shown++];
	}
	snprintf(more, sizeof more, _("and %zu more"), wizard->made - shown);
	if (wizard->made > shown)
		lines[count++] = more;
	deck_may_write(wizard->ui->deck, blocked, sizeof blocked);
	const struct confirm_spec spec = {.title = _("Undo this run?"),
	        .lines = lines,
	        .line_count = count,
	        .level = GUARD_DESTRUCTIVE,
	        .typed = "undo",
	        .blocked = *blocked ? blocked : NULL,
	        .still = still_idle,
	        .accept = take_away,
	        .user = wizard};
	if (!dialog_confirm(wizard->ui, &spec, &error))
		ui_fail(wizard->ui, &error);
}

static unsigned skip(struct ui *ui, void *user)
{
	(void)ui;
	wizard_begin(user, WORK_SKIP);
	return REACT_DRAW;
}

void skip_open(struct wizard *wizard)
{
	const struct guide_step *step = &wizard->walk->guide->steps[wizard->current];
	char blocked[512] = "", why[300] = "";
	struct error error = {0};
	if (!run_item_stopped(wizard)) {
		ui_say(wizard->ui, "%s", _("no step waits to be gone on with"));
		return;
	}
	if (!step->optional)
		snprintf(blocked, sizeof blocked, _("%.120s: what comes after needs it, so it cannot be skipped"),
		        step->title);
	else
		deck_may_write(wizard->ui->deck, blocked, sizeof blocked);
	snprintf(why, sizeof why, "%.290s", step->why ? step->why : "");
	const char *const lines[] = {step->title, why, "", _("The run goes on after it. It is not asked for again."),
	        _("What it made so far stays the run's: an undo takes it away.")};
	const struct confirm_spec spec = {.title = _("Skip this step?"),
	        .lines = lines,
	        .line_count = COUNT_OF(lines),
	        .level = GUARD_REVERSIBLE,
	        .blocked = *blocked ? blocked : NULL,
	        .still = still_idle,
	        .accept = skip,
	        .user = wizard};
	if (!dialog_confirm(wizard->ui, &spec, &error))
		ui_fail(wizard->ui, &error);
}
