// SPDX-License-Identifier: Apache-2.0
// guide-bench GUIDE ANSWERS: walks the guide and takes it away again, as `peerdeck guide run` and `undo` do. Prints a
// line per step: "go" or "undo", its key, microseconds of the engine's own (the journal's writing among them),
// microseconds outside it (calls, pauses between polls, child processes, files, checks of a cluster) and microseconds
// of processor time of the whole process.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alibaba/alibaba.h"
#include "guide/folder.h"
#include "guide/run.h"
#include "inventory/database.h"
#include "kubernetes/kubernetes.h"
#include "orphans/health_named.h"
#include "work/deck.h"

#include "base/banned.h"

static const struct backend *const backends[] = {&backend_alibaba, &backend_kubernetes, NULL};

// What the walking thread spent outside the engine. Calls have no place for a pointer of ours.
static int64_t outside_us;

static int64_t clock_us(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

// Evaluates the expression and counts its time as spent outside.
#define OUTSIDE(type, expression)                                                                                      \
	do {                                                                                                           \
		int64_t left = clock_us(CLOCK_MONOTONIC);                                                              \
		type result = (expression);                                                                            \
		outside_us += clock_us(CLOCK_MONOTONIC) - left;                                                        \
		return result;                                                                                         \
	} while (0)

static bool timed_perform(struct session *session, const struct call_request *request, struct buffer *answer,
        struct call_outcome *outcome, struct cancel *cancel, struct error *error)
{
	OUTSIDE(bool, backend_alibaba.calls->perform(session, request, answer, outcome, cancel, error));
}

static bool timed_sleep(void *user, int64_t ms, struct cancel *cancel)
{
	const struct guide_effects *real = user;

	OUTSIDE(bool, real->sleep(real->user, ms, cancel));
}

static bool timed_run(void *user, const struct guide_command *command, struct cancel *cancel, struct error *error)
{
	const struct guide_effects *real = user;

	OUTSIDE(bool, real->run(real->user, command, cancel, error));
}

static bool timed_read(void *user, const char *path, struct buffer *out, struct error *error)
{
	const struct guide_effects *real = user;

	OUTSIDE(bool, real->read(real->user, path, out, error));
}

static bool timed_write(void *user, const char *path, const struct buffer *text, bool is_private, struct error *error)
{
	const struct guide_effects *real = user;

	OUTSIDE(bool, real->write(real->user, path, text, is_private, error));
}

static bool timed_remove(void *user, const char *path, struct error *error)
{
	const struct guide_effects *real = user;

	OUTSIDE(bool, real->remove(real->user, path, error));
}

static bool timed_checks(void *user, const char *region, const char *cluster,
        void (*tell)(const char *name, const struct check *check, void *tell_user), void *tell_user,
        struct cancel *cancel, struct error *error)
{
	const struct named_checks *real = user;

	OUTSIDE(bool, real->run(real->user, region, cluster, tell, tell_user, cancel, error));
}

struct walk {
	const char *word;
	int64_t begun_us, cpu_us; // of the step that is under way, which begins where the last one ended
};

static void begin_step(struct walk *walk)
{
	outside_us = 0;
	walk->begun_us = clock_us(CLOCK_MONOTONIC);
	walk->cpu_us = clock_us(CLOCK_PROCESS_CPUTIME_ID);
}

static void on_event(const struct guide_event *event, void *user)
{
	struct walk *walk = user;

	if (event->kind != EVENT_END)
		return;
	printf("%s %s %lld %lld %lld\n", walk->word, event->key,
	        (long long)(clock_us(CLOCK_MONOTONIC) - walk->begun_us - outside_us), (long long)outside_us,
	        (long long)(clock_us(CLOCK_PROCESS_CPUTIME_ID) - walk->cpu_us));
	begin_step(walk);
}

static void tell_mistake(const struct error *mistake, void *user)
{
	(void)user;
	fprintf(stderr, "%s\n", mistake->message);
}

static bool go(struct run_options *options, const char *answers, struct error *error)
{
	struct guide_run *run = run_create(options, error);
	struct preflight preflight = {0};
	struct walk *walk = options->user;
	struct plan plan = {0};
	bool good = run && run_answers_read(run, answers, NULL, tell_mistake, NULL) &&
	            run_answers_complete(run, NULL, tell_mistake, NULL) && run_preflight(run, &preflight, NULL, error);

	if (good && preflight.counts[PREFLIGHT_FAIL])
		good = error_set(error, ERROR_CONFLICT, "preflight failed");
	good = good && run_plan(run, &plan, NULL, error);
	walk->word = "go";
	begin_step(walk);
	good = good && run_go(run, &plan, NULL, error);
	walk->word = "undo";
	begin_step(walk);
	good = good && run_undo(run, NULL, error);
	plan_finish(&plan);
	preflight_finish(&preflight);
	run_destroy(run);
	return good;
}

static bool walk_guide(struct deck *deck, const char *name, const char *answers, struct error *error)
{
	struct call_source calls = *backend_alibaba.calls;
	struct guide_effects real, timed;
	struct health_named health;
	struct named_checks checks;
	struct guide_entry entry;
	struct walk walk;
	char path[DATABASE_PATH_SIZE], folder[DATABASE_PATH_SIZE + 16];
	struct run_options options = {.effects = &timed, .folder = folder, .tell = on_event, .user = &walk};
	struct guide_store *store = NULL;
	struct guide *guide = NULL;
	struct identity identity = {0};
	bool good = deck->session && folder_find("", name, &entry, error) &&
	            database_path(deck->config->state_folder, path, error) &&
	            deck->backend->identify(deck->session, &identity, NULL, error) &&
	            (guide = guide_read(entry.folder, entry.name, false, tell_mistake, NULL)) &&
	            (store = store_open(path, deck->clock, deck->log, error));

	if (good) {
		snprintf(folder, sizeof(folder), "%s.guides", path);
		health_named_init(&health, deck);
		checks = health.checks;
		checks.run = timed_checks;
		checks.user = &health.checks;
		calls.perform = timed_perform;
		effects_system(&real);
		timed = real;
		timed.calls = &calls;
		timed.session = deck->session;
		timed.checks = &checks;
		timed.journal = deck->journal;
		timed.sleep = timed_sleep;
		timed.run = timed_run;
		timed.read = timed_read;
		timed.write = timed_write;
		timed.remove = timed_remove;
		timed.user = &real;
		options.guide = guide;
		options.store = store;
		options.context = deck->context->name;
		options.region = deck->home_region;
		options.account = identity.account;
		options.home = getenv("HOME");
		good = go(&options, answers, error);
	}
	store_close(store);
	guide_destroy(guide);
	return good;
}

int main(int argc, char **argv)
{
	static struct config config; // too large for a stack
	struct error error = {0};
	struct deck deck;
	bool good;

	if (argc != 3) {
		fprintf(stderr, "usage: guide-bench GUIDE ANSWERS\n");
		return 2;
	}
	config_defaults(&config);
	config.no_cache = true;
	good = config_complete(&config, &error) && deck_init(&deck, &config, backends, NULL, NULL, &error);
	if (good) {
		good = deck_open(&deck, NULL, &error) && walk_guide(&deck, argv[1], argv[2], &error);
		deck_finish(&deck);
	}
	if (!good)
		fprintf(stderr, "guide-bench: %s: %s\n", error.doing, error.message);
	return good ? 0 : 1;
}
