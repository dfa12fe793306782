// SPDX-License-Identifier: Apache-2.0
// `peerdeck guide plan|run|resume|undo|export`.
#include "config.h"
#include "cli/guide.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "inventory/database.h"
#include "orphans/health_named.h"

#include "base/banned.h"

enum { FILE_MOST = 4 << 20 };

static bool open_session(struct guide_walk *walk, struct error *error)
{
	struct deck *deck = walk->deck;
	struct identity identity = {0};

	if (!deck->session) {
		*error = deck->context_error;
		return false;
	}
	if (strcmp(deck->backend->name, walk->guide->backend) != 0) {
		error_set(error, ERROR_USAGE, _("%s is for %s, and the context %s is on %s"), walk->guide->name,
		        walk->guide->backend, deck->context->name, deck->backend->name);
		error_remedy(error, _("give --context NAME"));
		return false;
	}
	if (!deck->backend->calls)
		return error_set(error, ERROR_USAGE, _("%s takes no guides"), deck->backend->title);
	if (!deck->backend->identify(deck->session, &identity, walk->cancel, error))
		return false;
	snprintf(walk->account, sizeof(walk->account), "%s", identity.account);
	walk->options.clock_offset_ms = identity.clock_offset_ms;
	return true;
}

static void set_options(struct guide_walk *walk, const char *path)
{
	struct deck *deck = walk->deck;
	const char *slash = strrchr(path, '/'), *home = getenv("HOME");

	if (slash)
		snprintf(walk->folder, sizeof(walk->folder), "%.*s/guides", (int)(slash - path), path);
	else
		snprintf(walk->folder, sizeof(walk->folder), "%s/guides", deck->config->demo_folder);
	effects_system(&walk->effects);
	walk->effects.calls = deck->backend->calls;
	walk->effects.session = deck->session;
	health_named_init(&walk->health, deck);
	walk->effects.checks = &walk->health.checks;
	walk->effects.journal = deck->journal;
	walk->effects.user = walk;
	if (walk->asks) {
		walk->effects.agrees = guide_agrees;
		walk->effects.noted = guide_noted;
	}
	walk->options = (struct run_options){.clock_offset_ms = walk->options.clock_offset_ms,
	        .guide = walk->guide,
	        .effects = &walk->effects,
	        .store = walk->store,
	        .context = deck->context->name,
	        .region = deck->config->region_count ? deck->config->regions[0] : deck->home_region,
	        .account = walk->account,
	        .home = home ? home : "",
	        .folder = walk->folder,
	        .tell = guide_print_event,
	        .user = walk};
}

static bool may_write(struct guide_walk *walk, struct error *error)
{
	char why[256];

	if (deck_may_write(walk->deck, why, sizeof(why)))
		return true;
	error_set(error, ERROR_DENIED, "%s", why);
	error_remedy(error, _("--write lifts it"));
	return false;
}

// The run that is meant: the one named, or the newest that is in one of the states.
static bool pick_run(struct guide_walk *walk, unsigned states, struct run_row *out, struct error *error)
{
	struct run_row *runs = calloc(RUNS_MOST, sizeof(*runs));
	size_t count = runs ? store_runs(walk->store, walk->guide->name, walk->options.context, runs, RUNS_MOST) : 0;
	bool found = false;

	for (size_t i = 0; i < count && !found; i++) {
		found = walk->line->run ? !strcmp(walk->line->run, runs[i].id) : (states & 1u << runs[i].state) != 0;
		if (found)
			*out = runs[i];
	}
	free(runs);
	return found || (error && error_set(error, ERROR_NOT_FOUND, _("there is no such run of %s in %s"),
	                                  walk->guide->name, walk->options.context));
}

static bool resume_run(struct guide_walk *walk, unsigned states, struct error *error)
{
	struct run_row row;

	if (!pick_run(walk, states, &row, error)) {
		error_remedy(error, _("peerdeck guide status %s lists the runs"), walk->guide->name);
		return false;
	}
	if (row.account[0] && walk->account[0] && strcmp(row.account, walk->account) != 0) {
		error_set(error, ERROR_CONFLICT,
		        _("that run was made in the account %s, and these credentials are of %s"), row.account,
		        walk->account);
		error_remedy(error, _("use the credentials of that account"));
		return false;
	}
	walk->run = run_resume(&walk->options, &row, error);
	return walk->run != NULL;
}

static bool write_file(const char *path, const struct buffer *text, bool program, struct error *error)
{
	FILE *file = fopen(path, "we");
	bool written;

	if (!file)
		return error_set_errno(error, "%s", path);
	written = fwrite(buffer_text(text), 1, text->size, file) == text->size;
	written = (!program || fchmod(fileno(file), 0755) == 0) && written;
	return (fclose(file) == 0 && written) || error_set_errno(error, "%s", path);
}

static bool save_files(struct guide_walk *walk, const struct plan *plan, struct error *error)
{
	struct buffer text;
	bool good = true;

	buffer_init(&text, FILE_MOST);
	if (walk->line->save)
		good = run_answers_write(walk->run, plan, &text) && write_file(walk->line->save, &text, false, error);
	buffer_clear(&text);
	if (good && walk->line->script)
		good = run_script(walk->run, &text) && write_file(walk->line->script, &text, true, error);
	buffer_finish(&text);
	return good;
}

// Phase one. EXIT_DONE or what to end with. `approved` is to be released with plan_finish.
static int take_inputs(struct guide_walk *walk, struct plan *approved)
{
	struct error error = {0};
	bool good = true;

	*approved = (struct plan){0};
	if (walk->line->answers)
		good = run_answers_read(walk->run, walk->line->answers, approved, guide_tell_mistake, NULL);
	if (good && walk->asks && !guide_ask_inputs(walk, &error))
		return cli_fail(&error);
	if (!run_answers_complete(walk->run, walk->cancel, guide_tell_mistake, NULL) || !good) {
		if (cancel_asked(walk->cancel))
			return EXIT_INTERRUPTED;
		fprintf(stderr, _("peerdeck: the guide cannot begin with these answers; nothing was made\n"));
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

static int check_first(struct guide_walk *walk)
{
	struct preflight preflight;
	struct error error = {0};
	int status = EXIT_DONE;

	if (!run_preflight(walk->run, &preflight, walk->cancel, &error))
		return preflight_finish(&preflight), cli_fail(&error);
	guide_print_preflight(&preflight, walk->line->orphans.all);
	if (preflight.counts[PREFLIGHT_FAIL]) {
		fputs(_("peerdeck: preflight failed; nothing was made\n"), stderr);
		status = EXIT_PREFLIGHT;
	} else if (preflight.counts[PREFLIGHT_WARN] && walk->asks &&
	           !guide_agrees(walk, _("Go on in spite of the warnings?"))) {
		fputs(_("peerdeck: stopped because of the warnings; nothing was made\n"), stderr);
		status = cancel_asked(walk->cancel) ? EXIT_INTERRUPTED : EXIT_PREFLIGHT;
	}
	preflight_finish(&preflight);
	return status;
}

static bool approve(struct guide_walk *walk, const struct plan *plan, struct error *error)
{
	char question[320];

	if (walk->line->yes)
		return true;
	if (!walk->asks) {
		error_set(error, ERROR_USAGE, _("nobody is there to approve the plan"));
		error_remedy(error, _("add --yes"));
		return false;
	}
	snprintf(question, sizeof(question), _("Type  %s  to go on: "), plan->approve);
	if (guide_ask_word(walk, question, plan->approve))
		return true;
	return error_set(error, ERROR_CANCELLED, _("not approved; nothing was made"));
}

// What stays costs something, meanwhile.
static void tell_cost(struct guide_walk *walk)
{
	struct step_row *rows = calloc(ROWS_MOST, sizeof(*rows));
	size_t count = rows ? run_made(walk->run, rows, ROWS_MOST) : 0;
	char currency[8], together[160];

	if (!cancel_asked(walk->cancel) &&
	        guide_cost_text(walk, rows, count < ROWS_MOST ? count : ROWS_MOST, NULL, currency, together))
		fprintf(stderr, _("peerdeck: what exists costs %s\n"), together);
	free(rows);
}

static int report(struct guide_walk *walk, const struct error *error)
{
	struct step_row one;
	int status = cli_fail(error);
	size_t made = run_made(walk->run, &one, 1), doubts = run_in_doubt(walk->run);

	if (walk->stopped && walk->stopped->optional && run_row(walk->run)->state == RUN_STARTED)
		fprintf(stderr, _("peerdeck: peerdeck guide resume %s --skip %s goes on without that step\n"),
		        walk->guide->name, walk->stopped->id);
	if (!made && !doubts)
		return status;
	if (doubts)
		fprintf(stderr, _("peerdeck: %zu calls are in doubt; resume and undo find out what became of them\n"),
		        doubts);
	fprintf(stderr,
	        _("peerdeck: %zu things of this run exist; peerdeck guide resume %s goes on, peerdeck guide undo %s "
	          "takes them away\n"),
	        made, walk->guide->name, walk->guide->name);
	tell_cost(walk);
	return status == EXIT_INTERRUPTED ? status : EXIT_PARTLY;
}

static int carry_out(struct guide_walk *walk, const struct plan *plan)
{
	struct error error = {0};
	bool done;

	walk->began = true;
	run_watched(walk->run, walk->lock);
	done = run_go(walk->run, plan, walk->cancel, &error);

	if (!done)
		return report(walk, &error);
	guide_print_made(walk);
	return save_files(walk, plan, &error) ? EXIT_DONE : cli_fail(&error);
}

// Phases two to four.
static int walk_approved(struct guide_walk *walk, const struct plan *approved, bool only)
{
	struct error error = {0};
	struct plan plan;
	int status = check_first(walk);

	if (status != EXIT_DONE && !(only && status == EXIT_PREFLIGHT))
		return status;
	if (!run_plan(walk->run, &plan, walk->cancel, &error))
		return cli_fail(&error);
	guide_print_plan(approved, &plan);
	if (only) {
		if (!save_files(walk, &plan, &error))
			status = cli_fail(&error);
	} else if (approved->hash[0] && strcmp(approved->hash, plan.hash) != 0) {
		error_set(&error, ERROR_CONFLICT, _("what is there, or the answers, changed since the plan was saved"));
		error_remedy(
		        &error, _("look at the plan above, where ! marks what differs; save it anew to approve it"));
		status = cli_fail(&error);
	} else if (!may_write(walk, &error) || !approve(walk, &plan, &error)) {
		status = cli_fail(&error);
	} else {
		status = carry_out(walk, &plan);
	}
	plan_finish(&plan);
	return status;
}

static int walk_plan(struct guide_walk *walk, bool only)
{
	struct plan approved;
	int status = take_inputs(walk, &approved);

	if (status == EXIT_DONE)
		status = walk_approved(walk, &approved, only);
	plan_finish(&approved);
	return status;
}

// A walk that ended before it made anything is in nobody's way.
static void forget_empty(struct guide_walk *walk)
{
	struct run_row *runs = calloc(RUNS_MOST, sizeof(*runs));
	struct step_row *rows = calloc(ROWS_MOST, sizeof(*rows));
	size_t count =
	        runs && rows ? store_runs(walk->store, walk->guide->name, walk->options.context, runs, RUNS_MOST) : 0;

	for (size_t i = 0; i < count; i++) {
		size_t steps = runs[i].state == RUN_STARTED ? store_steps(walk->store, runs[i].id, rows, ROWS_MOST) : 1;
		bool empty = runs[i].state == RUN_STARTED;

		for (size_t n = 0; n < steps && empty; n++)
			empty = !rows[n].made && rows[n].state != ROW_INTENDED;
		if (empty)
			store_run_remove(walk->store, runs[i].id, NULL);
	}
	free(runs);
	free(rows);
}

static int begin_run(struct guide_walk *walk)
{
	bool only = walk->line->plan_only || !strcmp(walk->line->operand, "plan");
	struct error error = {0};
	struct run_row row;
	int status;

	if (!only)
		forget_empty(walk);
	if (!only && pick_run(walk, 1u << RUN_STARTED | 1u << RUN_UNDOING, &row, NULL)) {
		error_set(&error, ERROR_CONFLICT, _("the run %s of %s is not finished"), row.id, walk->guide->name);
		error_remedy(&error,
		        _("peerdeck guide resume %s goes on, peerdeck guide undo %s takes away what it made"),
		        walk->guide->name, walk->guide->name);
		return cli_fail(&error);
	}
	walk->run = run_create(&walk->options, &error);
	if (!walk->run)
		return cli_fail(&error);
	status = walk_plan(walk, only);
	if (walk->typed && !walk->began && !walk->line->save && !walk->deck->config->in_memory)
		guide_keep_typed(walk);
	return status;
}

static int resume(struct guide_walk *walk)
{
	struct error error = {0};
	struct plan approved;
	int status;

	if (!may_write(walk, &error) || !resume_run(walk, 1u << RUN_STARTED | 1u << RUN_DONE, &error))
		return cli_fail(&error);
	if (walk->line->skip && !run_let_go(walk->run, walk->line->skip, &error))
		return cli_fail(&error);
	// Secrets are not kept, so they are asked for again.
	status = take_inputs(walk, &approved);
	plan_finish(&approved);
	if (status == EXIT_DONE && !run_answers_settle(walk->run, walk->cancel, guide_tell_mistake, NULL))
		status = EXIT_USAGE;
	return status == EXIT_DONE ? carry_out(walk, NULL) : status;
}

static void print_undo(struct guide_walk *walk, const struct step_row *rows, size_t count)
{
	printf(_("%zu to take away:\n"), count);
	guide_print_rows(walk, rows, count, "-  ", true);
}

static int undo(struct guide_walk *walk)
{
	struct step_row *rows = calloc(ROWS_MOST, sizeof(*rows));
	struct plan plan = {0};
	struct error error = {0};
	int status = EXIT_DONE;
	size_t count;

	if (!rows || !may_write(walk, &error) ||
	        !resume_run(walk, 1u << RUN_STARTED | 1u << RUN_DONE | 1u << RUN_UNDOING, &error)) {
		free(rows);
		return cli_fail(&error);
	}
	count = run_made(walk->run, rows, ROWS_MOST);
	print_undo(walk, rows, count < ROWS_MOST ? count : ROWS_MOST);
	free(rows);
	snprintf(plan.approve, sizeof(plan.approve), "undo");
	if (!walk->line->plan_only) {
		if (!approve(walk, &plan, &error))
			status = cli_fail(&error);
		else if (run_watched(walk->run, walk->lock), !run_undo(walk->run, walk->cancel, &error))
			status = report(walk, &error);
		else
			puts(_("Nothing of this run is left."));
	}
	return status;
}

static int export_names(struct guide_walk *walk)
{
	struct error error = {0};
	struct buffer text;
	int status;

	if (!resume_run(walk, 1u << RUN_STARTED | 1u << RUN_DONE | 1u << RUN_UNDOING, &error))
		return cli_fail(&error);
	buffer_init(&text, FILE_MOST);
	status = run_exports(walk->run, &text) && fputs(buffer_text(&text), stdout) >= 0 ? EXIT_DONE : EXIT_FAILED;
	buffer_finish(&text);
	return status;
}

static int walk_on(struct guide_walk *walk)
{
	static const struct {
		const char *verb;
		int (*walk)(struct guide_walk *walk);
	} verbs[] = {
	        {"plan", begin_run},
	        {"run", begin_run},
	        {"resume", resume},
	        {"undo", undo},
	        {"export", export_names},
	};

	for (size_t i = 0; i < COUNT_OF(verbs); i++)
		if (!strcmp(walk->line->operand, verbs[i].verb))
			return verbs[i].walk(walk);
	return EXIT_USAGE;
}

int guide_walk_verb(
        struct deck *deck, const struct arguments *line, const struct guide_entry *entry, struct cancel *cancel)
{
	struct guide_walk walk = {.deck = deck, .line = line, .cancel = cancel, .lock = -1};
	bool locks = strcmp(line->operand, "export") != 0 && strcmp(line->operand, "plan") != 0 && !line->plan_only;
	char path[DATABASE_PATH_SIZE];
	struct error error = {0};
	int status;

	walk.asks = !line->yes && (line->plain || (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)));
	if (walk.asks)
		setvbuf(stdin, NULL, _IONBF, 0);
	walk.live = isatty(STDERR_FILENO) && !line->plain;
	walk.guide = guide_read(entry->folder, entry->name, false, guide_tell_mistake, NULL);
	if (!walk.guide)
		return EXIT_USAGE;
	walk.guide->own = entry->own;
	if (!open_session(&walk, &error) || !(walk.store = guide_store_of(deck, path, &error)))
		goto fail;
	set_options(&walk, path);
	if (locks && (walk.lock = store_lock(path, walk.guide->name, walk.options.context, &error)) == -1)
		goto fail;
	status = walk_on(&walk);
	goto out;
fail:
	status = cli_fail(&error);
out:
	run_destroy(walk.run);
	store_unlock(walk.lock);
	store_close(walk.store);
	guide_destroy(walk.guide);
	return status;
}
