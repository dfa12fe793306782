// SPDX-License-Identifier: Apache-2.0
// `peerdeck guide`: the verbs that only look.
#include "config.h"
#include "cli/guide.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "guide/lock.h"
#include "inventory/database.h"

#include "base/banned.h"

enum { EXPORTS_MOST = 1 << 20 };

const struct backend *guide_backend(const struct deck *deck, const char *name)
{
	for (size_t i = 0; deck->backends[i]; i++)
		if (name && !strcmp(deck->backends[i]->name, name))
			return deck->backends[i];
	return NULL;
}

void guide_tell_mistake(const struct error *mistake, void *user)
{
	(void)user;
	cli_fail(mistake);
}

struct guide_store *guide_store_of(struct deck *deck, char path[DATABASE_PATH_SIZE], struct error *error)
{
	path[0] = '\0';
	if (!deck->config->in_memory && !database_path(deck->config->state_folder, path, error))
		return NULL;
	return store_open(path, deck->clock, deck->log, error);
}

static int list_guides(struct deck *deck)
{
	struct guide_entry *list = calloc(GUIDES_MOST, sizeof(*list));
	size_t count = list ? folder_list(deck->config->config_folder, list, GUIDES_MOST) : 0;

	for (size_t i = 0; i < count; i++) {
		struct guide *guide = guide_read(list[i].folder, list[i].name, true, NULL, NULL);

		printf("%-28s  %s%s\n", list[i].name, guide && guide->title ? guide->title : "",
		        list[i].own ? _(" (yours)") : "");
		guide_destroy(guide);
	}
	if (!count)
		fputs(_("peerdeck: no guide was found\n"), stderr);
	free(list);
	return EXIT_DONE;
}

static void show_inputs(const struct guide_step *step)
{
	for (size_t i = 0; i < step->input_count; i++) {
		const struct guide_input *input = &step->inputs[i];

		printf("       %-22s %s", input->name, input->title);
		if (input->fallback)
			printf(_(" (default %s)"), input->fallback);
		putchar('\n');
	}
}

static void show_guide(const struct guide *guide)
{
	const char *section = "";
	unsigned number = 0;

	printf("%s\n", guide->title);
	if (guide->address)
		printf("%s\n", guide->address);
	for (size_t i = 0; i < guide->step_count; i++) {
		const struct guide_step *step = &guide->steps[i];
		const struct guide_section *heading = guide_section_find(guide, step->section);

		if (heading && strcmp(heading->id, section) != 0) {
			printf("\n%u  %s\n", ++number, heading->heading);
			section = heading->id;
		}
		printf("   %-7s %-24s %s\n", step->sort_name, step->id, step->title);
		show_inputs(step);
	}
}

static int lint(struct deck *deck, const struct guide_entry *entry)
{
	struct guide *guide = guide_read(entry->folder, entry->name, true, NULL, NULL);
	const struct backend *backend = guide ? guide_backend(deck, guide->backend) : NULL;
	size_t mistakes;

	if (guide && guide->backend && !backend) {
		struct error mistake;

		guide_mistake(guide->place.tree, &mistake, _("there is no backend \"%s\""), guide->backend);
		error_remedy(&mistake, _("name the cloud whose operations it calls: alibaba"));
		cli_fail(&mistake);
	}
	mistakes = guide_lint(entry->folder, entry->name, backend ? backend->calls : NULL, guide_tell_mistake, NULL);
	mistakes += guide && guide->backend && !backend;
	guide_destroy(guide);
	if (mistakes)
		fprintf(stderr, _("peerdeck: %zu mistakes in %s\n"), mistakes, entry->name);
	else
		printf(_("%s: no mistakes\n"), entry->name);
	return mistakes ? EXIT_FAILED : EXIT_DONE;
}

static const char *state_word(enum run_state state)
{
	static const char *const words[] = {
	        [RUN_STARTED] = N_("unfinished"),
	        [RUN_DONE] = N_("done"),
	        [RUN_UNDOING] = N_("being undone"),
	        [RUN_UNDONE] = N_("undone"),
	};

	return _(words[state]);
}

static void print_steps(struct guide_store *store, const char *run)
{
	static const char *const words[] = {
	        [ROW_NONE] = "",
	        [ROW_INTENDED] = N_("in doubt"),
	        [ROW_MADE] = N_("made, not ready"),
	        [ROW_DONE] = N_("done"),
	        [ROW_UNDOING] = N_("being undone"),
	        [ROW_UNDONE] = N_("undone"),
	        [ROW_SKIPPED] = N_("skipped"),
	};
	struct step_row *rows = calloc(ROWS_MOST, sizeof(*rows));
	size_t count = rows ? store_steps(store, run, rows, ROWS_MOST) : 0;

	for (size_t i = 0; i < count; i++)
		printf("  %-34s %-16s %-5s %s\n", rows[i].key, _(words[rows[i].state]), rows[i].made ? _("ours") : "",
		        rows[i].resource);
	free(rows);
}

// Who walks it right now, how far it is, and the last lines of its log.
static void print_holder(const char *path, const struct run_row *run, const struct clock *clock)
{
	struct lock_holder holder;
	char since[TIME_TEXT_SIZE], elapsed[32];

	if ((run->state != RUN_STARTED && run->state != RUN_UNDOING) ||
	        !lock_holder_read(path, run->guide, run->context, &holder) || !holder.pid)
		return;
	time_format_clock(holder.since, since);
	printf(_("  process %lld on %s walks it since %s"), (long long)holder.pid, holder.host, since);
	if (!*holder.key) {
		putchar('\n');
		return;
	}
	guide_print_duration(clock_now(clock) - holder.began, elapsed);
	printf("  %s%s%s, %s", holder.key, *holder.text ? ": " : "", holder.text, elapsed);
	printf(holder.percent >= 0 ? ", %d %%\n" : "\n", holder.percent);
	for (size_t i = 0; i < holder.line_count; i++)
		printf("    | %s\n", holder.lines[i]);
}

static int show_status(struct deck *deck, const struct arguments *line, const char *name)
{
	struct run_row *runs = calloc(RUNS_MOST, sizeof(*runs));
	struct error error = {0};
	char path[DATABASE_PATH_SIZE], began[TIME_TEXT_SIZE];
	struct guide_store *store = guide_store_of(deck, path, &error);
	size_t count;

	if (!store || !runs) {
		free(runs);
		return cli_fail(&error);
	}
	count = store_runs(store, name, NULL, runs, RUNS_MOST);
	for (size_t i = 0; i < count; i++) {
		if (line->run && strcmp(line->run, runs[i].id) != 0)
			continue;
		time_format_iso(runs[i].created, began);
		printf("%s  %-24s %-16s %s  %s", runs[i].id, runs[i].guide, runs[i].context, began,
		        state_word(runs[i].state));
		printf(runs[i].resumed ? _(", resumed %u times\n") : "\n", runs[i].resumed);
		print_holder(path, &runs[i], deck->clock);
		if (name)
			print_steps(store, runs[i].id);
	}
	store_close(store);
	free(runs);
	return EXIT_DONE;
}

int cli_guide(struct deck *deck, const struct arguments *line, struct cancel *cancel)
{
	static const char *const verbs[] = {"show", "plan", "run", "status", "resume", "undo", "lint", "export"};
	struct guide_entry entry;
	struct error error = {0};
	struct guide *guide;
	bool known = false;

	if (!strcmp(line->operand, "list"))
		return list_guides(deck);
	for (size_t i = 0; i < COUNT_OF(verbs); i++)
		known = known || !strcmp(line->operand, verbs[i]);
	if (!known) {
		error_set(&error, ERROR_USAGE, _("there is no guide %s"), line->operand);
		error_remedy(&error,
		        _("list, show, plan, run, status, resume, undo, lint or export, then the guide's name"));
		return cli_fail(&error), EXIT_USAGE;
	}
	if (!line->name && !strcmp(line->operand, "status"))
		return show_status(deck, line, NULL);
	if (!line->name) {
		error_set(&error, ERROR_USAGE, _("guide %s needs a NAME"), line->operand);
		error_remedy(&error, _("peerdeck guide list tells which guides there are"));
		return cli_fail(&error), EXIT_USAGE;
	}
	if (!folder_find(deck->config->config_folder, line->name, &entry, &error))
		return cli_fail(&error), EXIT_USAGE;
	if (!strcmp(line->operand, "lint"))
		return lint(deck, &entry);
	if (!strcmp(line->operand, "status"))
		return show_status(deck, line, entry.name);
	if (strcmp(line->operand, "show") != 0)
		return guide_walk_verb(deck, line, &entry, cancel);
	guide = guide_read(entry.folder, entry.name, false, guide_tell_mistake, NULL);
	if (!guide)
		return EXIT_USAGE;
	show_guide(guide);
	guide_destroy(guide);
	return EXIT_DONE;
}
