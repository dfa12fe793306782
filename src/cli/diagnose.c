// SPDX-License-Identifier: Apache-2.0
// `diagnose`: the checklist of a cluster, or the way of one pod, line by line as they are known.
#include <config.h>
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/reading.h"
#include "inventory/view.h"
#include "orphans/diagnose.h"

#include "base/banned.h"

static const char usual_space[] = "default";

struct printing {
	enum cli_format format;
	size_t counts[DIAGNOSIS_RESULTS], told;
};

static void print_text(const struct diagnosis_line *line)
{
	static const char *const marks[DIAGNOSIS_RESULTS] = {
	        [DIAGNOSIS_PASS] = N_("ok  "),
	        [DIAGNOSIS_WARN] = N_("warn"),
	        [DIAGNOSIS_FAIL] = N_("FAIL"),
	        [DIAGNOSIS_UNKNOWN] = N_("?   "),
	        [DIAGNOSIS_SKIP] = N_("-   "),
	};
	const char *seen = line->seen;

	printf("%s  %-3s  %s\n", _(marks[line->result]), line->id, line->title);
	for (; *seen; seen += strcspn(seen, "\n"), seen += *seen == '\n')
		printf("           %.*s\n", (int)strcspn(seen, "\n"), seen);
	if (*line->missing)
		printf(_("           missing: %s\n"), line->missing);
	if (*line->remedy)
		printf("           \u2192 %s\n", line->remedy);
}

static void add_member(struct buffer *out, const char *name, const char *value)
{
	buffer_printf(out, ",\"%s\":", name);
	text_add_json_string(out, value, strlen(value));
}

static void add_seen(struct buffer *out, const char *seen)
{
	bool first = true;

	buffer_add_text(out, ",\"seen\":[");
	for (; *seen; seen += strcspn(seen, "\n"), seen += *seen == '\n') {
		buffer_add_text(out, first ? "" : ",");
		text_add_json_string(out, seen, strcspn(seen, "\n"));
		first = false;
	}
	buffer_add_char(out, ']');
}

static void add_link(struct buffer *out, const struct diagnosis_link *link)
{
	char when[TIME_TEXT_SIZE] = "";

	if (link->kind == KIND_COUNT)
		return;
	if (link->log_time)
		time_format_iso(link->log_time, when);
	buffer_printf(out, ",\"link\":{\"kind\":\"%s\"", kind_get(link->kind)->name);
	add_member(out, "id", link->id);
	add_member(out, "name", link->name);
	add_member(out, "namespace", link->space);
	add_member(out, "region", link->scope.region);
	add_member(out, "cluster", link->scope.cluster);
	if (link->log_time) {
		add_member(out, "log_time", when);
		buffer_printf(out, ",\"previous\":%s", link->is_previous ? "true" : "false");
	}
	buffer_add_char(out, '}');
}

static void print_json(const struct diagnosis_line *line, enum cli_format format, bool first)
{
	static const char *const parts[] = {
	        [DIAGNOSIS_PATH] = "path",
	        [DIAGNOSIS_HEALTH] = "health",
	        [DIAGNOSIS_SYMPTOM] = "symptom",
	        [DIAGNOSIS_EVENT] = "event",
	};
	enum { LINE_MOST = 64 << 10 };
	struct buffer out;

	buffer_init(&out, LINE_MOST);
	if (format == FORMAT_JSON)
		buffer_add_text(&out, first ? "" : ",\n ");
	buffer_printf(&out, "{\"id\":\"%s\",\"part\":\"%s\",\"order\":%u,\"result\":\"%s\"", line->id,
	        parts[line->part], line->order, diagnosis_result_name(line->result));
	add_member(&out, "title", line->title);
	add_seen(&out, line->seen);
	add_member(&out, "remedy", line->remedy);
	add_member(&out, "missing", line->missing);
	add_link(&out, &line->link);
	printf("%s}%s", buffer_text(&out), format == FORMAT_JSON ? "" : "\n");
	buffer_finish(&out);
}

static void print(const struct diagnosis_line *line, void *user)
{
	struct printing *printing = user;

	if (line->result == DIAGNOSIS_RUNNING)
		return;
	// What happened to a pod is told, and judged by the lines before it.
	printing->counts[line->part == DIAGNOSIS_EVENT ? DIAGNOSIS_SKIP : line->result]++;
	if (printing->format == FORMAT_TABLE)
		print_text(line);
	else
		print_json(line, printing->format, printing->told == 0);
	printing->told++;
	fflush(stdout);
}

// Names of all clusters, for whoever has to choose.
static void name_clusters(const struct view *view, struct error *error)
{
	char names[280] = "";
	size_t used = 0;

	for (size_t i = 0; i < view_count(view); i++) {
		const struct record *record = view_row(view, i);
		int written = snprintf(names + used, sizeof(names) - used, "%s%s", used ? ", " : "",
		        *record->name ? record->name : record->id);

		if (written < 0 || used + (size_t)written >= sizeof(names))
			break;
		used += (size_t)written;
	}
	error_remedy(error, _("give --cluster NAME; there are: %s"), names);
}

// The one cluster that was meant.
static const struct record *choose_cluster(const struct view *view, const char *wanted, struct error *error)
{
	const struct record *found = NULL;

	for (size_t i = 0; i < view_count(view); i++) {
		const struct record *record = view_row(view, i);

		if (wanted && !strcmp(record->id, wanted))
			return record;
		if (wanted && strcmp(record->name, wanted) != 0)
			continue;
		if (found) {
			error_set(error, ERROR_USAGE,
			        wanted ? _("several clusters have that name; give its id")
			               : _("there are several clusters"));
			name_clusters(view, error);
			return NULL;
		}
		found = record;
	}
	if (!found && !view_count(view)) {
		error_set(error, ERROR_NOT_FOUND, "%s", _("no cluster was found"));
		error_remedy(error, "%s", _("give --region all, or --kubeconfig FILE"));
	} else if (!found) {
		error_set(error, ERROR_USAGE, _("there is no cluster %s"), wanted);
		name_clusters(view, error);
	}
	return found;
}

static const struct record *read_clusters(
        struct deck *deck, const struct arguments *line, struct view *view, struct cancel *cancel, struct error *error)
{
	struct reading reading;

	if (!reading_run(deck, KIND_CLUSTER, NULL, cancel, &reading, error))
		return NULL;
	view_update(view);
	return choose_cluster(view, line->cluster, error);
}

static bool find_cluster(
        struct deck *deck, const struct arguments *line, struct cancel *cancel, struct scope *out, struct error *error)
{
	struct view *view = view_create(kind_get(KIND_CLUSTER), deck->store, deck->clock);
	const struct record *record;

	if (!view)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	view_set_context(view, deck->context->name);
	record = read_clusters(deck, line, view, cancel, error);
	// Without a region named, one that is not in the home region is looked for everywhere.
	if (!record && !deck->config->region_count && !deck->config->all_regions && !cancel_asked(cancel)) {
		deck->config->all_regions = true;
		record = read_clusters(deck, line, view, cancel, error);
	}
	if (record) {
		memset(out, 0, sizeof(*out));
		snprintf(out->context, sizeof(out->context), "%s", deck->context->name);
		snprintf(out->region, sizeof(out->region), "%s", record->region);
		snprintf(out->cluster, sizeof(out->cluster), "%s", record->id);
	}
	view_destroy(view);
	return record != NULL;
}

static int status_of(const struct printing *printing)
{
	if (printing->counts[DIAGNOSIS_FAIL])
		return EXIT_FAILED;
	return printing->counts[DIAGNOSIS_UNKNOWN] ? EXIT_INCOMPLETE : EXIT_DONE;
}

int cli_diagnose(struct deck *deck, const struct arguments *line, struct cancel *cancel)
{
	struct printing printing = {.format = line->format};
	struct diagnose_options options = {.clusters = deck->clusters_backend,
	        .clusters_session = deck->clusters,
	        .cloud = deck->backend->cloud ? deck->backend : NULL,
	        .cloud_session = deck->session,
	        .pod = line->operand,
	        .space = line->space ? line->space : usual_space,
	        .clock = deck->clock,
	        .tell = print,
	        .user = &printing};
	struct error error = {ERROR_NONE};
	bool good;

	if (line->format != FORMAT_TABLE && line->format != FORMAT_JSON && line->format != FORMAT_JSONL) {
		error_set(&error, ERROR_USAGE, _("--output %s: expected table, json or jsonl"), line->output);
		return cli_fail(&error);
	}
	if (!deck->clusters) {
		error_set(&error, ERROR_CONFIG, "%s", _("no cluster can be read"));
		return cli_fail(&error);
	}
	if (!find_cluster(deck, line, cancel, &options.cluster, &error))
		return cli_fail(&error);
	if (line->format == FORMAT_JSON)
		fputs("[", stdout);
	good = diagnose_run(&options, cancel, &error);
	if (line->format == FORMAT_JSON)
		fputs("]\n", stdout);
	if (!good)
		return cli_fail(&error);
	if (line->format == FORMAT_TABLE)
		printf(_("\n%zu ok, %zu warn, %zu fail, %zu cannot be told\n"), printing.counts[DIAGNOSIS_PASS],
		        printing.counts[DIAGNOSIS_WARN], printing.counts[DIAGNOSIS_FAIL],
		        printing.counts[DIAGNOSIS_UNKNOWN]);
	return status_of(&printing);
}
