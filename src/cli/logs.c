// SPDX-License-Identifier: Apache-2.0
// `logs`: the log of one container of a pod, found by its name in whichever cluster it runs.
#include <config.h>
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/reading.h"

#include "base/banned.h"

enum { ENTRIES_MOST = READING_SCOPES_MOST, PLACE_SIZE = 600 };

// The pods of that name, and where the one that is meant is.
struct search {
	const struct arguments *line;
	struct scope scope;
	char space[256], container[256];
	char others[PLACE_SIZE]; // "NAMESPACE in CLUSTER, …"
	size_t count;
};

static void take_pod(struct search *search, const struct pod_record *pod, const struct scope *scope)
{
	const struct arguments *line = search->line;
	const char *container = line->container;
	size_t length = strlen(search->others);

	if (strcmp(pod->record.name, line->operand) != 0 ||
	        (line->space && strcmp(pod->namespace_name, line->space) != 0))
		return;
	snprintf(search->others + length, sizeof(search->others) - length, _("%s%s in %s"), length ? ", " : "",
	        pod->namespace_name, scope->cluster);
	search->scope = *scope;
	snprintf(search->space, sizeof(search->space), "%s", pod->namespace_name);
	if (!container && pod->containers.count > 0)
		container = pod->containers.items[0];
	snprintf(search->container, sizeof(search->container), "%s", container ? container : "");
	search->count++;
}

static bool search_pods(struct deck *deck, struct search *search, struct error *error)
{
	struct store_entry *entries = calloc(ENTRIES_MOST, sizeof(*entries));
	struct scope *scopes = calloc(ENTRIES_MOST, sizeof(*scopes));
	size_t count = 0;

	if (entries && scopes)
		count = store_entries(deck->store, KIND_POD, deck->context->name, entries, scopes, ENTRIES_MOST);
	for (size_t i = 0; i < count && i < ENTRIES_MOST; i++) {
		const struct snapshot *snapshot = entries[i].snapshot;

		for (size_t n = 0; snapshot && n < snapshot->count; n++)
			take_pod(search, (const struct pod_record *)snapshot->records[n], &scopes[i]);
		snapshot_unref(entries[i].snapshot);
	}
	free(entries);
	free(scopes);
	if (search->count == 1)
		return true;
	if (search->count == 0) {
		error_set(error, ERROR_NOT_FOUND, _("there is no pod \"%s\""), search->line->operand);
		error_remedy(error, "%s", _("peerdeck list pods names them; --region all looks everywhere"));
		return false;
	}
	error_set(error, ERROR_USAGE, _("%zu pods are called \"%s\": %s"), search->count, search->line->operand,
	        search->others);
	error_remedy(error, "%s", _("say which with --namespace and --cluster"));
	return false;
}

struct printing {
	bool to_person, with_times, is_broken;
};

// The API's time stands in front, parted by a blank.
static bool print_line(const char *text, size_t size, void *user)
{
	struct printing *printing = user;
	const char *blank = printing->with_times ? NULL : memchr(text, ' ', size);
	struct buffer shown;

	if (blank) {
		size -= (size_t)(blank + 1 - text);
		text = blank + 1;
	}
	// What a container wrote must not steer a terminal; a file gets it as it is.
	buffer_init(&shown, 4 * size + 16);
	if (printing->to_person && text_add_visible(&shown, text, size)) {
		text = buffer_text(&shown);
		size = shown.size;
	}
	if (fwrite(text, 1, size, stdout) != size || putchar('\n') == EOF || fflush(stdout) != 0)
		printing->is_broken = true;
	buffer_finish(&shown);
	return !printing->is_broken;
}

int cli_logs(struct deck *deck, const struct arguments *line, struct cancel *cancel)
{
	const struct cluster_source *clusters = deck->clusters ? deck->clusters_backend->cluster : NULL;
	struct printing printing = {.to_person = isatty(STDOUT_FILENO), .with_times = line->timestamps};
	struct search search = {.line = line};
	struct error error = {ERROR_NONE};
	struct reading reading;
	struct survey_log log;

	if (!clusters || !clusters->log) {
		error_set(&error, ERROR_USAGE, "%s", _("no cluster can be read in this context"));
		return cli_fail(&error);
	}
	if (!reading_run(deck, KIND_POD, line->cluster, cancel, &reading, &error) ||
	        !search_pods(deck, &search, &error))
		return cli_fail(&error);
	log = (struct survey_log){.space = search.space,
	        .pod = line->operand,
	        .container = search.container,
	        .previous = line->previous,
	        .follow = line->follow};
	if (clusters->log(deck->clusters, &search.scope, &log, print_line, &printing, cancel, &error) ||
	        printing.is_broken)
		return EXIT_DONE;
	// Ctrl-C is the usual end of a log that is followed.
	return cancel_asked(cancel) ? EXIT_INTERRUPTED : cli_fail(&error);
}
