// SPDX-License-Identifier: Apache-2.0
// `doctor`: one line per check, with the remedy for each that fails.
#include <config.h>
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/process.h"
#include "base/text.h"
#include "cli/reading.h"

#include "base/banned.h"

enum { TOOL_LIMIT_MS = 3000, TOOL_TEXT_MOST = 64 << 10 };

struct doctor {
	enum cli_format format;
	size_t counts[4]; // by enum check_result
	size_t told;
};

static const char *const result_words[] = {"pass", "warn", "fail", "skip"};

static void tell_text(const struct check *check)
{
	static const char *const marks[] = {N_("ok  "), N_("warn"), N_("FAIL"), N_("-   ")};
	char what[256], seen[512], remedy[640];

	text_visible(check->what, strlen(check->what), what, sizeof(what));
	text_visible(check->seen, strlen(check->seen), seen, sizeof(seen));
	text_visible(check->remedy, strlen(check->remedy), remedy, sizeof(remedy));
	printf("%s  %-28s  %s\n", _(marks[check->result]), what, seen);
	if (remedy[0] && check->result != CHECK_PASS)
		printf("      %-28s  \u2192 %s\n", "", remedy);
}

static void tell_json(const struct check *check, bool first)
{
	struct buffer line;

	buffer_init(&line, 16 << 10);
	buffer_printf(&line, "%s{\"result\":\"%s\",\"what\":", first ? "" : ",\n ", result_words[check->result]);
	text_add_json_string(&line, check->what, strlen(check->what));
	buffer_add_text(&line, ",\"seen\":");
	text_add_json_string(&line, check->seen, strlen(check->seen));
	buffer_add_text(&line, ",\"remedy\":");
	text_add_json_string(&line, check->remedy, strlen(check->remedy));
	printf("%s}", buffer_text(&line));
	buffer_finish(&line);
}

static void tell(const struct check *check, void *user)
{
	struct doctor *doctor = user;

	doctor->counts[check->result]++;
	if (doctor->format == FORMAT_JSON)
		tell_json(check, doctor->told == 0);
	else
		tell_text(check);
	doctor->told++;
	fflush(stdout);
}

static void tell_mistake(const struct error *mistake, void *user)
{
	struct check check = {.result = CHECK_FAIL};

	snprintf(check.what, sizeof(check.what), "%s", _("configuration file"));
	snprintf(check.seen, sizeof(check.seen), "%s: %.90s", mistake->doing, mistake->message);
	snprintf(check.remedy, sizeof(check.remedy), "%s",
	        mistake->remedy[0] ? mistake->remedy : _("mend that line; peerdeck.conf(5) lists the settings"));
	tell(&check, user);
}

// Reads the file again, for all of its mistakes.
static void check_config(struct doctor *doctor, const struct arguments *line, const struct error *first)
{
	struct config *config = calloc(1, sizeof(*config));
	struct check check = {.result = CHECK_PASS};

	if (!config) {
		tell_mistake(first, doctor);
		return;
	}
	config_defaults(config);
	if (config_load_telling(config, line->config_file, tell_mistake, doctor) == 0) {
		snprintf(check.what, sizeof(check.what), "%s", _("configuration file"));
		snprintf(
		        check.seen, sizeof(check.seen), "%.200s", config->file[0] ? config->file : _("none, defaults"));
		tell(&check, doctor);
	}
	free(config);
}

static void check_state(struct doctor *doctor, const struct deck *deck)
{
	struct check check = {.result = CHECK_PASS};

	snprintf(check.what, sizeof(check.what), "%s", _("state folder"));
	if (!deck->journal) {
		check.result = CHECK_FAIL;
		snprintf(check.seen, sizeof(check.seen), "%.250s", deck->journal_error.message);
		snprintf(check.remedy, sizeof(check.remedy), "%s",
		        deck->journal_error.remedy[0]
		                ? deck->journal_error.remedy
		                : _("without a journal nothing can be changed: make the folder writable"));
	} else {
		snprintf(check.seen, sizeof(check.seen), "%.200s", _("journal can be written"));
	}
	tell(&check, doctor);
}

static void check_tools(struct doctor *doctor, struct cancel *cancel)
{
	static const struct tool {
		const char *arguments[6];
		const char *wanted; // for what, N_()
	} tools[] = {
	        {{"aliyun", "version"}, N_("to log in; install the Alibaba Cloud CLI")},
	        {{"kubectl", "version", "--client"},
	                N_("to look into clusters by hand; apt-get install kubernetes-client")},
	        {{"helm", "version", "--short"}, N_("to deploy the Cloud API Adaptor from 0.19 on; install Helm 3")},
	        {{"az", "version", "--output", "tsv"}, N_("for Azure; apt-get install azure-cli")},
	        {{"make", "--version"}, N_("to build pod VM images; apt-get install make")},
	        {{"git", "--version"}, N_("to fetch the Cloud API Adaptor; apt-get install git")},
	        {{"docker", "--version"}, N_("to build images; install Docker Engine or Podman")},
	};

	for (size_t i = 0; i < COUNT_OF(tools) && !cancel_asked(cancel); i++) {
		struct check check = {.result = CHECK_PASS};
		struct error error = {ERROR_NONE};
		char *arguments[6];
		struct buffer out;
		char *end;

		memcpy(arguments, tools[i].arguments, sizeof(arguments));
		buffer_init(&out, TOOL_TEXT_MOST);
		snprintf(check.what, sizeof(check.what), "%s", arguments[0]);
		if (process_run(arguments, TOOL_LIMIT_MS, &out, NULL, cancel, &error)) {
			snprintf(check.seen, sizeof(check.seen), "%.200s", buffer_text(&out));
			end = strchr(check.seen, '\n');
			if (end)
				*end = '\0';
		} else {
			check.result = error.kind == ERROR_NOT_FOUND ? CHECK_SKIP : CHECK_WARN;
			snprintf(check.seen, sizeof(check.seen), "%.200s",
			        error.kind == ERROR_NOT_FOUND ? _("not found") : error.message);
			snprintf(check.remedy, sizeof(check.remedy), "%s %s", _("wanted"), _(tools[i].wanted));
		}
		buffer_finish(&out);
		tell(&check, doctor);
	}
}

// Each cluster that the regions in question have, and those of the kubeconfigs.
static void check_clusters(struct deck *deck, struct doctor *doctor, struct cancel *cancel)
{
	struct reading reading;

	if (!deck->clusters || deck->clusters == deck->session || !deck->clusters_backend->doctor)
		return;
	// Which there are is learnt first; what stands in the way of that has been told.
	reading_run(deck, KIND_CLUSTER, NULL, cancel, &reading, NULL);
	deck->clusters_backend->doctor(deck->clusters, tell, doctor, cancel);
}

int cli_doctor(struct deck *deck, const struct arguments *line, const struct error *first, struct cancel *cancel)
{
	struct doctor doctor = {.format = line->format};

	if (doctor.format == FORMAT_JSON)
		fputs("[", stdout);
	check_config(&doctor, line, first);
	check_state(&doctor, deck);
	if (deck->session) {
		deck->backend->doctor(deck->session, tell, &doctor, cancel);
		check_clusters(deck, &doctor, cancel);
	} else {
		struct check check = {.result = CHECK_FAIL};

		snprintf(check.what, sizeof(check.what), "%s", _("credentials"));
		snprintf(check.seen, sizeof(check.seen), "%.250s", deck->context_error.message);
		snprintf(check.remedy, sizeof(check.remedy), "%.319s", deck->context_error.remedy);
		tell(&check, &doctor);
	}
	check_tools(&doctor, cancel);
	if (doctor.format == FORMAT_JSON)
		fputs("]\n", stdout);
	else
		printf(_("\n%zu pass, %zu warn, %zu fail, %zu skipped\n"), doctor.counts[CHECK_PASS],
		        doctor.counts[CHECK_WARN], doctor.counts[CHECK_FAIL], doctor.counts[CHECK_SKIP]);
	if (cancel_asked(cancel))
		return EXIT_INTERRUPTED;
	return doctor.counts[CHECK_FAIL] ? EXIT_FAILED : EXIT_DONE;
}
