// SPDX-License-Identifier: Apache-2.0
// `--metrics FILE`: what the last scan and the last sweep found, in Prometheus' text format (0.0.4), as the textfile
// collector of its node exporter reads it.
#include <config.h>
#include "cli/orphans_own.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { METRICS_MOST = 16 << 20, PATH_MOST = 1024 };

// A label's value: backslash, quote and line feed are escaped.
static void add_label(struct buffer *out, const char *name, const char *value, bool first)
{
	buffer_printf(out, "%s%s=\"", first ? "{" : ",", name);
	for (; *value; value++) {
		if (*value == '\\' || *value == '"')
			buffer_add_char(out, '\\');
		if (*value == '\n')
			buffer_add_text(out, "\\n");
		else
			buffer_add_char(out, *value);
	}
	buffer_add_char(out, '"');
}

static void add_head(struct buffer *out, const char *name, const char *help)
{
	buffer_printf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void add_plain(struct buffer *out, const char *name, const char *help, double value)
{
	add_head(out, name, help);
	buffer_printf(out, "%s %.15g\n", name, value);
}

// One series: things of one cluster, verdict and kind.
struct series {
	const char *cluster, *currency;
	enum verdict verdict;
	enum kind_id kind;
	size_t count;
	double per_hour;
};

static int series_compare(const void *a, const void *b)
{
	const struct series *x = a, *y = b;
	int order = strcmp(x->cluster, y->cluster);

	if (order == 0)
		order = strcmp(x->currency, y->currency);
	if (order == 0)
		order = (x->verdict > y->verdict) - (x->verdict < y->verdict);
	return order ? order : (x->kind > y->kind) - (x->kind < y->kind);
}

// Sorted and added up in place; returns how many are left.
static size_t series_merge(struct series *series, size_t count)
{
	size_t kept = 0;

	qsort(series, count, sizeof(*series), series_compare);
	for (size_t i = 0; i < count; i++) {
		if (kept && series_compare(&series[kept - 1], &series[i]) == 0) {
			series[kept - 1].count += series[i].count;
			series[kept - 1].per_hour += series[i].per_hour;
		} else {
			series[kept++] = series[i];
		}
	}
	return kept;
}

// A cluster that was read has its series for orphans even when there are none: an alert sees 0, not silence.
static size_t series_make(const struct report *report, struct series *series)
{
	size_t count = 0;

	for (size_t i = 0; i < report->reading_count; i++)
		if (report->readings[i].is_cluster)
			series[count++] = (struct series){report->readings[i].name, "", VERDICT_ORPHAN, KIND_VM, 0, 0};
	for (size_t i = 0; i < report->item_count; i++) {
		const struct report_item *item = report->items[i];
		double per_hour = isnan(item->cost.per_hour) ? 0 : item->cost.per_hour;

		series[count++] = (struct series){item->cluster, "", item->verdict, item->kind, 1, 0};
		if (per_hour > 0)
			series[count++] = (struct series){
			        item->cluster, item->cost.currency, item->verdict, item->kind, 0, per_hour};
	}
	return count ? series_merge(series, count) : 0;
}

static void add_series(struct buffer *out, const char *name, const struct series *series, bool cost)
{
	if (cost != (series->currency[0] != '\0'))
		return;
	buffer_add_text(out, name);
	add_label(out, "cluster", series->cluster, true);
	add_label(out, "verdict", verdict_name(series->verdict), false);
	add_label(out, "kind", kind_get(series->kind)->name, false);
	if (cost)
		add_label(out, "currency", series->currency, false);
	if (cost)
		buffer_printf(out, "} %.15g\n", series->per_hour);
	else
		buffer_printf(out, "} %zu\n", series->count);
}

static bool add_items(struct buffer *out, const struct report *report)
{
	struct series *series = calloc(2 * report->item_count + report->reading_count + 1, sizeof(*series));
	size_t count = series ? series_make(report, series) : 0;

	if (!series)
		return false;
	add_head(out, "peerdeck_orphans", "Things by cluster and verdict at the last scan.");
	for (size_t i = 0; i < count; i++)
		add_series(out, "peerdeck_orphans", &series[i], false);
	add_head(out, "peerdeck_orphans_cost_per_hour", "What they cost in an hour, of those whose price is known.");
	for (size_t i = 0; i < count; i++)
		add_series(out, "peerdeck_orphans_cost_per_hour", &series[i], true);
	free(series);
	return true;
}

static void add_readings(struct buffer *out, const struct report *report)
{
	add_head(out, "peerdeck_scan_part_complete", "1 when a region or cluster was read whole at the last scan.");
	for (size_t i = 0; i < report->reading_count; i++) {
		const struct report_reading *reading = &report->readings[i];

		buffer_add_text(out, "peerdeck_scan_part_complete");
		add_label(out, "part", reading->is_cluster ? "cluster" : "region", true);
		add_label(out, "name", reading->name, false);
		add_label(out, "id", reading->is_cluster ? reading->scope.cluster : reading->scope.region, false);
		buffer_printf(out, "} %d\n", reading->is_complete);
	}
}

static void add_sweep(struct buffer *out, struct orphans *orphans)
{
	struct sweep_row row;

	if (!orphans->store || !sweep_store_list(orphans->store, orphans->deck->context->name, &row, 1))
		return;
	add_plain(out, "peerdeck_sweep_timestamp_seconds", "When the last sweep began.", (double)row.created / 1000);
	add_plain(out, "peerdeck_sweep_items", "Things that the last sweep was to take.", (double)row.items);
	add_plain(out, "peerdeck_sweep_done", "Things that it took.", (double)row.done);
	add_plain(out, "peerdeck_sweep_stopped", "1 when a surprise stopped it.", row.state == SWEEP_STOPPED);
	add_plain(out, "peerdeck_sweep_pending", "Sweeps that were cut off.",
	        (double)sweep_store_pending(
	                orphans->store, orphans->deck->context->name, orphans->lease != NULL, NULL, 0));
}

static bool metrics_make(struct orphans *orphans, struct buffer *out)
{
	const struct report *report = orphans->report;
	int64_t until;

	if (!add_items(out, report))
		return false;
	add_readings(out, report);
	add_plain(
	        out, "peerdeck_scan_complete", "1 when every region and cluster was read whole.", report->is_complete);
	add_plain(out, "peerdeck_scan_timestamp_seconds", "When the last scan ended.", (double)report->ended / 1000);
	add_plain(out, "peerdeck_scan_duration_seconds", "How long it took.",
	        (double)(report->ended - report->began) / 1000);
	add_plain(out, "peerdeck_scan_kept_on_disk", "1 when first-seen times outlive the program.",
	        report->is_kept_on_disk);
	add_plain(out, "peerdeck_nobody_else_cleans_up", "1 when no cluster has a controller that works.",
	        report->nobody_else_cleans_up);
	if (orphans->lease)
		add_plain(out, "peerdeck_lease_held", "1 while this process holds the Lease.",
		        orphans_lease_is_ours(orphans->lease, &until));
	add_sweep(out, orphans);
	return !out->broken;
}

static bool file_write(const char *file, const struct buffer *text, struct error *error)
{
	char path[PATH_MOST];
	FILE *out;
	bool written;

	if ((size_t)snprintf(path, sizeof(path), "%s.%ld.tmp", file, (long)getpid()) >= sizeof(path))
		return error_set(error, ERROR_USAGE, _("--metrics: the name of the file is too long"));
	out = fopen(path, "we");
	if (!out)
		return error_set_errno(error, "%s", path);
	written = fwrite(buffer_text(text), 1, text->size, out) == text->size && fflush(out) == 0 &&
	          fsync(fileno(out)) == 0;
	if (!written)
		error_set_errno(error, "%s", path);
	fclose(out);
	if (written && rename(path, file) != 0)
		written = error_set_errno(error, "%s", file);
	if (!written)
		unlink(path);
	return written;
}

bool orphans_metrics(struct orphans *orphans, const char *file, struct error *error)
{
	struct buffer text;
	bool written;

	buffer_init(&text, METRICS_MOST);
	written = metrics_make(orphans, &text) ? file_write(file, &text, error)
	                                       : error_set(error, ERROR_MEMORY, _("out of memory"));
	buffer_finish(&text);
	return written;
}
