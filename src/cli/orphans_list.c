// SPDX-License-Identifier: Apache-2.0
// `peerdeck orphans`: the list, the line for monitoring, and why one of them is judged so.
#include <config.h>
#include "cli/orphans_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/output.h"
#include "orphans/evidence_lines.h"

#include "base/banned.h"

enum { FILTER_MOST = 4096, TEXT_MOST = 1 << 20 };

bool orphans_passes(const struct orphans *orphans, const struct report_item *item)
{
	int64_t now = clock_now(orphans->deck->clock);

	if (!orphans->shown[item->verdict])
		return false;
	if (orphans->cluster_id[0] && strcmp(item->cluster_id, orphans->cluster_id) != 0)
		return false;
	return orphans->older_ms == 0 || (item->since != 0 && now - item->since >= orphans->older_ms);
}

// ---- the list ----

// In the filter language, so that `--filter` narrows it further.
static void base_filter(const struct orphans *orphans, struct buffer *out)
{
	for (int verdict = 0; verdict < VERDICTS; verdict++)
		if (!orphans->shown[verdict])
			buffer_printf(out, "verdict!=%s ", verdict_name((enum verdict)verdict));
	if (orphans->cluster_id[0])
		buffer_printf(out, "cluster_id=\"%s\" ", orphans->cluster_id);
	if (orphans->older_ms)
		buffer_printf(out, "for>=%llds", (long long)(orphans->older_ms / 1000));
}

static struct view *orphans_view(struct orphans *orphans, struct error *error)
{
	const struct arguments *line = orphans->line;
	struct view *view = view_create(kind_get(KIND_ORPHAN), orphans->deck->store, orphans->deck->clock);
	struct buffer filter;
	bool good;

	if (!view) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	buffer_init(&filter, FILTER_MOST);
	base_filter(orphans, &filter);
	view_set_context(view, orphans->deck->context->name);
	good = view_set_base_filter(view, buffer_text(&filter), error) &&
	       (!line->filter || view_set_filter(view, line->filter, error));
	buffer_finish(&filter);
	if (good && line->sort && !view_set_order(view, line->sort))
		good = error_set(error, ERROR_USAGE, _("%s have no column \"%s\" to sort by"),
		        _(view_kind(view)->title), line->sort);
	if (good) {
		view_update(view);
		return view;
	}
	if (error)
		error->kind = ERROR_USAGE;
	view_destroy(view);
	return NULL;
}

// What the console has above the list, in the same words and order.
static void tell_about(const struct orphans *orphans, FILE *out)
{
	struct buffer text;

	buffer_init(&text, TEXT_MOST);
	for (int head = 0; head < REPORT_HEADS; head++) {
		buffer_clear(&text);
		if (report_head_text(orphans->report, (enum report_head)head, clock_now(orphans->deck->clock), &text))
			fprintf(out, "%s\n", buffer_text(&text));
	}
	buffer_finish(&text);
}

int orphans_list(struct orphans *orphans, struct error *error)
{
	struct view *view = orphans_view(orphans, error);
	bool for_people = orphans->line->format == FORMAT_TABLE || orphans->line->format == FORMAT_WIDE;
	bool printed;

	if (!view)
		return EXIT_FAILED;
	tell_about(orphans, for_people ? stdout : stderr);
	if (for_people)
		putchar('\n');
	printed = output_view(stdout, view, orphans->line->format, error);
	view_destroy(view);
	if (!printed)
		return EXIT_FAILED;
	return orphans->report->is_complete ? EXIT_DONE : EXIT_INCOMPLETE;
}

// ---- one line ----

int orphans_check(struct orphans *orphans)
{
	const struct report *report = orphans->report;
	size_t counts[VERDICTS] = {0};
	double per_hour = 0;
	char money[64];
	struct buffer text;

	for (size_t i = 0; i < report->item_count; i++) {
		const struct report_item *item = report->items[i];

		if (!orphans_passes(orphans, item))
			continue;
		counts[item->verdict]++;
		if (item->verdict == VERDICT_ORPHAN && item->cost.per_hour > 0)
			per_hour += item->cost.per_hour;
	}
	buffer_init(&text, TEXT_MOST);
	report_completeness(report, clock_now(orphans->deck->clock), &text);
	printf("%s: ", counts[VERDICT_ORPHAN] ? _("ORPHANS") : report->is_complete ? _("OK") : _("INCOMPLETE"));
	printf(_("%zu orphans, %zu suspect, %zu unknown"), counts[VERDICT_ORPHAN], counts[VERDICT_SUSPECT],
	        counts[VERDICT_UNKNOWN]);
	if (per_hour > 0 && money_text(per_hour, report->currency, money, sizeof(money)) && report->currency[0])
		printf(_(", %s an hour"), money);
	printf("; %s%s\n", buffer_text(&text), report->is_kept_on_disk ? "" : _("; first-seen times are not kept"));
	buffer_finish(&text);
	if (counts[VERDICT_ORPHAN])
		return EXIT_FOUND;
	return report->is_complete ? EXIT_DONE : EXIT_INCOMPLETE;
}

// ---- why ----

static void print_lines(const struct report_item *item, const struct evidence_lines *lines)
{
	int width = 0;

	for (size_t i = 0; i < lines->count; i++) {
		const char *heading = evidence_heading(lines->lines[i].section, item);
		int columns = text_columns(heading, strlen(heading));

		width = columns > width ? columns : width;
	}
	for (size_t i = 0; i < lines->count; i++) {
		const struct evidence_line *line = &lines->lines[i];
		bool first = i == 0 || lines->lines[i - 1].section != line->section;
		const char *heading = first ? evidence_heading(line->section, item) : "";
		const char *mark = evidence_mark_text(line->mark, false);

		printf("%s%*s  %s%s%s\n", heading, width - text_columns(heading, strlen(heading)), "", mark,
		        *mark ? " " : "", line->text);
	}
}

int orphans_explain(struct orphans *orphans, struct error *error)
{
	const char *id = orphans->wanted->explain;
	const struct report_item *item = report_find(orphans->report, id);
	struct evidence_lines lines = {0};
	struct buffer json;

	for (size_t i = 0; !item && i < orphans->report->item_count; i++)
		if (strcmp(orphans->report->items[i]->record->name, id) == 0)
			item = orphans->report->items[i];
	if (!item) {
		error_set(error, ERROR_NOT_FOUND, _("the scan found nothing that is called %s"), id);
		error_remedy(error, _("peerdeck orphans --all lists everything; --region says where it looks"));
		return EXIT_FAILED;
	}
	if (orphans->line->format == FORMAT_JSON || orphans->line->format == FORMAT_JSONL) {
		buffer_init(&json, TEXT_MOST);
		report_item_json(orphans->report, item, &json);
		puts(buffer_text(&json));
		buffer_finish(&json);
		return EXIT_DONE;
	}
	if (!evidence_lines_make(orphans->report, item, clock_now(orphans->deck->clock), &lines, error))
		return EXIT_FAILED;
	print_lines(item, &lines);
	evidence_lines_finish(&lines);
	return EXIT_DONE;
}
