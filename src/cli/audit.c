// SPDX-License-Identifier: Apache-2.0
// `peerdeck audit`: what was swept, why, by whom, and how it came out.
#include <config.h>
#include "cli/cli.h"

#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/orphans_own.h"
#include "inventory/database.h"
#include "orphans/audit_report.h"
#include "orphans/sweep_store.h"

#include "base/banned.h"

enum { SUMMARY_MOST = AUDIT_LINE_MOST };

struct printing {
	enum cli_format format;
	size_t count;
};

static void print_row(const struct audit_entry *entry)
{
	char time[TIME_TEXT_SIZE] = "-";
	struct buffer summary;

	if (entry->time)
		time_format_iso(entry->time, time);
	buffer_init(&summary, SUMMARY_MOST);
	audit_summary(entry, &summary);
	printf("%-20s  %-12s  %-22s  %s\n", time, entry->event[0] ? entry->event : "-",
	        entry->sweep[0] ? entry->sweep : "-", buffer_text(&summary));
	buffer_finish(&summary);
}

// The line as it was written; one that is no JSON, or stands beside a gap, says so.
static void print_object(const struct audit_entry *entry)
{
	struct buffer line;

	if (entry->state == AUDIT_WHOLE) {
		fwrite(entry->text, 1, entry->size, stdout);
		return;
	}
	buffer_init(&line, 8 * AUDIT_LINE_MOST);
	buffer_printf(&line, "{\"state\":\"%s\",", audit_state_name(entry->state));
	buffer_add_text(&line, entry->state == AUDIT_TORN ? "\"text\":" : "\"entry\":");
	if (entry->state == AUDIT_TORN)
		text_add_json_string(&line, entry->text, entry->size);
	else
		buffer_add(&line, entry->text, entry->size);
	buffer_add_char(&line, '}');
	fputs(buffer_text(&line), stdout);
	buffer_finish(&line);
}

static bool print_entry(const struct audit_entry *entry, void *user)
{
	struct printing *printing = user;
	bool in_array = printing->format == FORMAT_JSON;

	if (in_array)
		fputs(printing->count ? ",\n" : "[\n", stdout);
	if (printing->format == FORMAT_TABLE || printing->format == FORMAT_WIDE) {
		print_row(entry);
	} else {
		print_object(entry);
		if (!in_array)
			putchar('\n');
	}
	printing->count++;
	return !ferror(stdout);
}

// Lines that are missing at the end; the chain cannot tell of them, the database can.
static int64_t lost_at_end(const struct config *config, int64_t last)
{
	char path[DATABASE_PATH_SIZE];
	struct sweep_store *store;
	int64_t written;

	if (config->in_memory || !database_path(config->state_folder, path, NULL) || access(path, R_OK) != 0)
		return 0;
	store = sweep_store_open(path, NULL, NULL, NULL, NULL);
	written = store ? sweep_store_audited(store) : 0;
	sweep_store_close(store);
	return written > last ? written - last : 0;
}

static bool count_only(const struct audit_entry *entry, void *user)
{
	(void)entry;
	(void)user;
	return true;
}

// Says how the record is; the status that goes with it.
static int tell_health(const struct config *config, const struct audit *audit)
{
	struct audit_health health;
	struct error error = {ERROR_NONE};
	int64_t lost;
	size_t damaged;

	if (!audit_read(audit, 0, count_only, NULL, &health, &error))
		return cli_fail(&error);
	lost = lost_at_end(config, health.last);
	damaged = health.damaged[AUDIT_TORN] + health.damaged[AUDIT_MISSING] + health.damaged[AUDIT_CHANGED];
	if (damaged)
		fprintf(stderr, _("peerdeck: the audit record is damaged in %zu places\n"), damaged);
	if (lost)
		fprintf(stderr, _("peerdeck: the last %lld lines of the audit record are missing\n"), (long long)lost);
	return damaged || lost ? EXIT_INCOMPLETE : EXIT_DONE;
}

static int print_entries(const struct audit *audit, int64_t since, enum cli_format format)
{
	struct printing printing = {format, 0};
	struct error error = {ERROR_NONE};

	if (!audit_read(audit, since, print_entry, &printing, NULL, &error))
		return cli_fail(&error);
	if (format == FORMAT_JSON)
		fputs(printing.count ? "\n]\n" : "[]\n", stdout);
	return EXIT_DONE;
}

static int print_report(const struct audit *audit, int64_t since)
{
	struct error error = {ERROR_NONE};
	struct buffer report;
	int status = EXIT_DONE;

	buffer_init(&report, AUDIT_REPORT_MOST);
	if (audit_report_markdown(audit, since, &report, &error))
		fputs(buffer_text(&report), stdout);
	else
		status = cli_fail(&error);
	buffer_finish(&report);
	return status;
}

static bool since_parse(const char *text, int64_t *since, struct error *error)
{
	char day[TIME_TEXT_SIZE];
	int64_t ago;

	*since = 0;
	if (!text)
		return true;
	if (time_parse_span(text, ORPHANS_SPAN_MOST, &ago)) {
		*since = clock_now(&clock_system) - ago;
		return true;
	}
	snprintf(day, sizeof(day), "%.20s%s", text, strlen(text) == strlen("2026-11-20") ? "T00:00:00Z" : "");
	return time_parse(day, since) ||
	       error_set(error, ERROR_USAGE, _("--since %s: expected a time such as 2026-11-20 or 3d"), text);
}

bool audit_folder(const struct config *config, char *out, size_t size, struct error *error)
{
	char path[DATABASE_PATH_SIZE];

	if (config->in_memory) {
		out[0] = '\0';
		return true;
	}
	if (!database_path(config->state_folder, path, error))
		return false;
	*strrchr(path, '/') = '\0';
	snprintf(out, size, "%s", path);
	return true;
}

int cli_audit(const struct config *config, const struct arguments *line)
{
	struct error error = {ERROR_NONE};
	char folder[DATABASE_PATH_SIZE];
	struct audit *audit = NULL;
	int64_t since;
	int status;

	if (line->format == FORMAT_CSV || line->format == FORMAT_NAME)
		error_set(&error, ERROR_USAGE, _("--output %s: audit prints table, json, jsonl or markdown"),
		        line->output);
	else if (since_parse(line->since, &since, &error) && audit_folder(config, folder, sizeof(folder), &error))
		audit = audit_open(folder, NULL, &error);
	if (!audit)
		return cli_fail(&error);
	status = line->format == FORMAT_MARKDOWN ? print_report(audit, since)
	                                         : print_entries(audit, since, line->format);
	if (status == EXIT_DONE)
		status = tell_health(config, audit);
	audit_close(audit);
	return status;
}
