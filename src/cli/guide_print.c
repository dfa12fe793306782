// SPDX-License-Identifier: Apache-2.0
// `peerdeck guide`: what is told of a walk. The plan and what was made go to standard output, the progress to standard
// error.
#include "config.h"
#include "cli/guide.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "inventory/kind.h"

#include "base/banned.h"

enum { SHOWN_SIZE = 1024, MONTH_HOURS = 730, TELL_AGAIN_MS = 60000 };

static const char *shown(const char *text, char out[SHOWN_SIZE])
{
	text_visible(text ? text : "", text ? strlen(text) : 0, out, SHOWN_SIZE);
	return out;
}

void guide_print_duration(int64_t ms, char out[32])
{
	long long seconds = (long long)(ms / 1000);

	if (seconds < 60)
		snprintf(out, 32, "%llds", seconds);
	else
		snprintf(out, 32, "%lldm %02llds", seconds / 60, seconds % 60);
}

static void end_line(struct guide_walk *walk)
{
	if (walk->dirty)
		fputs("\r\033[K", stderr);
	walk->dirty = false;
}

static void print_wait(struct guide_walk *walk, const struct guide_event *event)
{
	char text[SHOWN_SIZE], elapsed[32], usual[80] = "", percent[16] = "";

	guide_print_duration(event->elapsed_ms, elapsed);
	if (event->usual_ms) {
		char time[32];

		guide_print_duration(event->usual_ms, time);
		snprintf(usual, sizeof(usual), _(", usually %s"), time);
	}
	if (event->percent >= 0)
		snprintf(percent, sizeof(percent), "%d %%, ", event->percent);
	shown(event->text && *event->text ? event->text : _("waiting"), text);
	// Where lines stay, only what is new is worth one.
	if (!walk->live && !strncmp(walk->waited, text, sizeof(walk->waited) - 1) &&
	        event->elapsed_ms - walk->waited_ms < TELL_AGAIN_MS && event->elapsed_ms > walk->waited_ms)
		return;
	snprintf(walk->waited, sizeof(walk->waited), "%.79s", text);
	walk->waited_ms = event->elapsed_ms;
	end_line(walk);
	// A live line must not wrap: it could not be taken back.
	fprintf(stderr, "    %s%.*s, %s%s", percent, walk->live ? 60 : SHOWN_SIZE, text, elapsed, usual);
	if (walk->live)
		fprintf(stderr, _(", next look in %lld s"), (long long)(event->next_ms / 1000));
	else
		fputc('\n', stderr);
	walk->dirty = walk->live;
}

static void print_end(const struct guide_event *event)
{
	static const char *const marks[OUTCOME_COUNT] = {
	        [OUTCOME_MADE] = "+",
	        [OUTCOME_KEPT] = "=",
	        [OUTCOME_DONE] = "\u2714",
	        [OUTCOME_SKIPPED] = "\u2013",
	        [OUTCOME_UNDONE] = "-",
	        [OUTCOME_FAILED] = "\u2716",
	};
	char text[SHOWN_SIZE], elapsed[32];

	guide_print_duration(event->elapsed_ms, elapsed);
	fprintf(stderr, "%s %s", marks[event->outcome], event->step->title);
	if (event->text && *event->text)
		fprintf(stderr, ": %s", shown(event->text, text));
	fprintf(stderr, event->elapsed_ms >= 1000 ? "  %s\n" : "\n", elapsed);
}

void guide_print_event(const struct guide_event *event, void *user)
{
	struct guide_walk *walk = user;
	char text[SHOWN_SIZE];

	// What a choice left out is not worth a line.
	if (event->kind == EVENT_END && event->outcome == OUTCOME_SKIPPED)
		return;
	if (event->kind == EVENT_WAIT) {
		print_wait(walk, event);
		return;
	}
	end_line(walk);
	if (event->kind == EVENT_END && event->outcome == OUTCOME_FAILED)
		walk->stopped = event->step;
	if (event->kind == EVENT_END)
		print_end(event);
	else if (event->kind == EVENT_LINE)
		fprintf(stderr, "    | %s\n", shown(event->text, text));
	else if (event->kind == EVENT_NOTE)
		fprintf(stderr, "  ! %s\n    %s\n", event->step->title, shown(event->text, text));
	else if (walk->live) {
		fprintf(stderr, "\u00b7 %s", event->step->title);
		walk->dirty = true;
	}
}

static void print_check(const struct preflight_line *line)
{
	char seen[SHOWN_SIZE], remedy[SHOWN_SIZE];

	printf("  %-4s  %-40s %s\n", preflight_result_name(line->result), line->step->title, shown(line->seen, seen));
	if (line->remedy[0] && line->result != PREFLIGHT_PASS && line->result != PREFLIGHT_SKIP)
		printf("        \u2192 %s\n", shown(line->remedy, remedy));
}

void guide_print_preflight(const struct preflight *preflight, bool all)
{
	puts(_("Preflight"));
	for (size_t i = 0; i < preflight->count; i++)
		if (all || !preflight->lines[i].not_needed)
			print_check(&preflight->lines[i]);
	if (preflight->not_needed && !all)
		printf(preflight->not_needed == 1
		                ? _("  \u2013     %zu more is not needed with these answers; --all shows it\n")
		                : _("  \u2013     %zu more are not needed with these answers; --all shows them\n"),
		        preflight->not_needed);
	printf(_("  %zu pass, %zu warn, %zu fail, %zu skip\n"), preflight->counts[PREFLIGHT_PASS],
	        preflight->counts[PREFLIGHT_WARN], preflight->counts[PREFLIGHT_FAIL],
	        preflight->counts[PREFLIGHT_SKIP]);
}

static int name_width(const struct plan *plan)
{
	enum { LEAST = 34, MOST = 48 };
	int widest = LEAST;

	for (size_t i = 0; i < plan->count; i++) {
		const int columns = text_columns(plan->lines[i].name, strlen(plan->lines[i].name));

		widest = columns > widest && columns <= MOST ? columns : widest;
	}
	return widest;
}

static void print_plan_line(const struct plan *before, const struct plan_line *line, int width)
{
	char name[SHOWN_SIZE], detail[SHOWN_SIZE], money[MONEY_TEXT_SIZE], how[240] = "";
	bool differs = plan_line_differs(before, line, how, sizeof(how));

	printf(" %c%c  %-*s %-34s", differs ? '!' : ' ', plan_sign_mark(line->sign), width, shown(line->name, name),
	        shown(line->detail, detail));
	if (line->hourly > 0 && money_text(line->hourly, line->currency, money, sizeof(money)))
		printf("  %s/h", money);
	if (differs)
		printf("  (%s)", shown(how, detail));
	else if (line->note[0])
		printf("  (%s)", line->note);
	putchar('\n');
}

static void print_differences(const struct plan *before, const struct plan *plan)
{
	char how[240], name[SHOWN_SIZE];
	size_t differ = 0;

	for (size_t i = 0; i < plan->count; i++)
		differ += plan_line_differs(before, &plan->lines[i], how, sizeof(how));
	if (differ)
		printf(differ == 1 ? _("  ! %zu line differs from the plan that was saved\n")
		                   : _("  ! %zu lines differ from the plan that was saved\n"),
		        differ);
	for (size_t i = 0; i < before->count; i++)
		if (!plan_line_of(plan, before->lines[i].step)) {
			printf(_("  ! no longer in the plan: %c %s\n"), plan_sign_mark(before->lines[i].sign),
			        shown(before->lines[i].name, name));
			differ++;
		}
	if (before->count && !differ && strcmp(before->hash, plan->hash) != 0)
		puts(_("  ! no line differs from the plan that was saved: an answer, the guide, or what was seen of "
		       "what is "
		       "kept does"));
}

void guide_print_plan(const struct plan *before, const struct plan *plan)
{
	char hour[MONEY_TEXT_SIZE], month[MONEY_TEXT_SIZE];

	printf(_("Plan: %zu to create, %zu to change, %zu to keep\n"), plan->counts[PLAN_CREATE],
	        plan->counts[PLAN_CHANGE], plan->counts[PLAN_KEEP]);
	for (size_t i = 0; i < plan->count; i++)
		print_plan_line(before, &plan->lines[i], name_width(plan));
	if (plan->hourly > 0 && money_text(plan->hourly, plan->currency, hour, sizeof(hour)) &&
	        money_text(plan->hourly * MONTH_HOURS, plan->currency, month, sizeof(month)))
		printf(_("  together %s an hour, about %s a month\n"), hour, month);
	print_differences(before, plan);
	// What cannot be undone by the program is said before.
	for (size_t i = 0; i < plan->count; i++)
		if (plan->lines[i].by_hand[0])
			printf("  %s\n", plan->lines[i].by_hand);
}

bool guide_cost_text(struct guide_walk *walk, const struct step_row *rows, size_t count, double *hourly,
        char currency[8], char out[160])
{
	char hour[MONEY_TEXT_SIZE], month[MONEY_TEXT_SIZE];
	struct run_costs costs = {.hourly = hourly};

	run_cost(walk->run, rows, count, &costs, walk->cancel);
	snprintf(currency, 8, "%.7s", costs.currency);
	if (costs.together <= 0 || !money_text(costs.together, costs.currency, hour, sizeof(hour)) ||
	        !money_text(costs.together * MONTH_HOURS, costs.currency, month, sizeof(month)))
		return false;
	snprintf(out, 160, _("together %s an hour, about %s a month"), hour, month);
	return true;
}

void guide_print_rows(struct guide_walk *walk, const struct step_row *rows, size_t count, const char *sign, bool undo)
{
	double *hourly = calloc(count + 1, sizeof(*hourly));
	char name[SHOWN_SIZE], money[MONEY_TEXT_SIZE], currency[8] = "", together[160];
	bool costs = hourly && guide_cost_text(walk, rows, count, hourly, currency, together);

	for (size_t i = 0; i < count; i++) {
		size_t n = undo ? count - 1 - i : i;

		printf("  %s%-40s %s", sign, shown(rows[n].name, name), rows[n].resource);
		if (costs && hourly[n] > 0 && money_text(hourly[n], currency, money, sizeof(money)))
			printf("  %s/h", money);
		putchar('\n');
	}
	if (costs)
		printf("  %s%s\n", together, undo ? _(", until it is gone") : "");
	free(hourly);
}

void guide_print_made(struct guide_walk *walk)
{
	struct step_row *rows = calloc(ROWS_MOST, sizeof(*rows));
	size_t count = rows ? run_made(walk->run, rows, ROWS_MOST) : 0;

	printf(_("Done. This run (%s) made:\n"), run_row(walk->run)->id);
	guide_print_rows(walk, rows, count < ROWS_MOST ? count : ROWS_MOST, "", false);
	if (walk->deck->config->in_memory)
		puts(_("The demo's world ends here, and all of it with it."));
	else
		printf(_("peerdeck guide export %s prints the names for a shell; peerdeck guide undo %s takes it all "
		         "away "
		         "again\n"),
		        walk->guide->name, walk->guide->name);
	free(rows);
}
