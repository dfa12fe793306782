// SPDX-License-Identifier: Apache-2.0
// When to read what. Targets that are due together go into one job per kind, so that a backend can keep many requests
// in flight; those that failed or are slow go apart, so that nobody waits for them.
#include <config.h>
#include "work/poller.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "work/poller_target.h"
#include "work/sink.h"

#include "base/banned.h"

struct reading;

// Reports of readings on their way from worker threads to the owner's.
struct inbox {
	pthread_mutex_t lock;
	struct letter {
		struct sink_report report;
		struct letter *next;
	} * first, **last;
};

struct poller {
	const struct backend *backend;
	struct session *session;
	bool (*route)(enum kind_id, const struct scope *, const struct backend **, struct session **, void *);
	void *route_user;
	char context[SCOPE_WORD_SIZE];
	struct store *store;
	struct jobs *jobs;
	struct budget *budget;
	const struct clock *clock;
	int64_t interval_ms;
	bool frozen, stopped, whole_only;
	struct target *targets; // never shrinks: a target's number stays its own
	size_t count, room;
	struct reading *readings;
	struct inbox inbox;
	struct target_chance chance;
};

// One job of the poller's. Belongs to the owner's thread, but for what `sink` does.
struct reading {
	struct poller *poller;
	const struct backend *backend;
	struct session *session;
	struct sink *sink;
	bool lasting; // a watch
	job_id id;
	struct reading *next;
};

struct poller *poller_create(const struct backend *backend, struct session *session, const char *context,
        struct store *store, struct jobs *jobs, struct budget *budget, const struct clock *clock,
        double refresh_seconds)
{
	struct poller *poller = calloc(1, sizeof(*poller));

	if (!poller)
		return NULL;
	if (pthread_mutex_init(&poller->inbox.lock, NULL) != 0) {
		free(poller);
		return NULL;
	}
	poller->inbox.last = &poller->inbox.first;
	poller->backend = backend;
	poller->session = session;
	snprintf(poller->context, sizeof(poller->context), "%s", context);
	poller->store = store;
	poller->jobs = jobs;
	poller->budget = budget;
	poller->clock = clock ? clock : &clock_system;
	crypto_random(&poller->chance, sizeof(poller->chance));
	poller_set_interval(poller, refresh_seconds);
	return poller;
}

void poller_set_router(struct poller *poller,
        bool (*route)(enum kind_id kind, const struct scope *scope, const struct backend **backend,
                struct session **session, void *user),
        void *user)
{
	poller->route = route;
	poller->route_user = user;
}

// Who is asked, now.
struct reader {
	const struct backend *backend;
	struct session *session;
};

static bool poller_reader(
        const struct poller *poller, enum kind_id kind, const struct scope *scope, struct reader *out)
{
	*out = (struct reader){poller->backend, poller->session};
	return poller->route ? poller->route(kind, scope, &out->backend, &out->session, poller->route_user)
	                     : poller->backend->lists(kind);
}

void poller_stop(struct poller *poller)
{
	poller->stopped = true;
	for (struct reading *reading = poller->readings; reading; reading = reading->next)
		jobs_cancel(poller->jobs, reading->id);
}

bool poller_is_idle(const struct poller *poller)
{
	return !poller->readings;
}

static struct letter *inbox_take(struct inbox *inbox)
{
	struct letter *letters;

	pthread_mutex_lock(&inbox->lock);
	letters = inbox->first;
	inbox->first = NULL;
	inbox->last = &inbox->first;
	pthread_mutex_unlock(&inbox->lock);
	return letters;
}

void poller_destroy(struct poller *poller)
{
	if (!poller)
		return;
	poller_stop(poller);
	while (poller->readings)
		jobs_wait(poller->jobs, poller->readings->id, NULL);
	for (struct letter *letter = inbox_take(&poller->inbox), *next; letter; letter = next) {
		next = letter->next;
		free(letter);
	}
	pthread_mutex_destroy(&poller->inbox.lock);
	free(poller->targets);
	free(poller);
}

static struct target *poller_find(const struct poller *poller, enum kind_id kind, const struct scope *scope)
{
	uint64_t hash = target_hash(kind, scope);

	for (size_t i = 0; i < poller->count; i++) {
		struct target *target = &poller->targets[i];

		if (target->hash == hash && target->kind == kind && scope_equal(&target->scope, scope))
			return target;
	}
	return NULL;
}

// NULL when this backend does not list the kind, when there are too many, or out of memory.
static struct target *poller_target(struct poller *poller, enum kind_id kind, const struct scope *scope)
{
	struct target *target = poller_find(poller, kind, scope), *grown;
	struct reader reader;
	size_t room;

	if (target || !poller_reader(poller, kind, scope, &reader) || poller->count >= POLLER_TARGETS_MOST)
		return target;
	if (poller->count == poller->room) {
		room = poller->room ? 2 * poller->room : 64;
		grown = realloc(poller->targets, room * sizeof(*grown));
		if (!grown)
			return NULL;
		poller->targets = grown;
		poller->room = room;
	}
	target = &poller->targets[poller->count++];
	target_init(target, kind, scope);
	return target;
}

void poller_want(struct poller *poller, enum kind_id kind, const struct scope *scope, enum interest interest)
{
	struct target *target =
	        interest == INTEREST_NONE ? poller_find(poller, kind, scope) : poller_target(poller, kind, scope);

	if (target)
		target->interest = interest;
}

void poller_forget_interests(struct poller *poller)
{
	for (size_t i = 0; i < poller->count; i++)
		poller->targets[i].interest = INTEREST_NONE;
}

void poller_refresh(struct poller *poller, enum kind_id kind, const struct scope *scope)
{
	struct target *target = poller_target(poller, kind, scope);

	if (target)
		target->asked = true;
}

void poller_start_over(struct poller *poller)
{
	for (size_t i = 0; i < poller->count; i++) {
		poller->targets[i].has_read = false;
		poller->targets[i].ended = TARGET_NEVER;
	}
}

void poller_watch(struct poller *poller, enum kind_id kind, const struct scope *scope, const char *id)
{
	struct target *target = poller_target(poller, kind, scope);

	// The record's own state decides as soon as a reading shows that it moves; until then the time does.
	(void)id;
	if (!target)
		return;
	target->asked = true;
	target->watched_until = clock_monotonic(poller->clock) + POLLER_WATCH_MS;
}

void poller_freeze(struct poller *poller, bool frozen)
{
	poller->frozen = frozen;
}

void poller_set_interval(struct poller *poller, double refresh_seconds)
{
	poller->interval_ms = (int64_t)(refresh_seconds * 1000);
}

void poller_set_whole_only(struct poller *poller, bool whole_only)
{
	poller->whole_only = whole_only;
}

int64_t poller_interval_ms(const struct poller *poller, enum kind_id kind, const struct scope *scope)
{
	const struct target *target = poller_find(poller, kind, scope);

	return target ? target_interval(target, poller->interval_ms, clock_monotonic(poller->clock)) : 0;
}

bool poller_is_reading(const struct poller *poller, enum kind_id kind, const struct scope *scope)
{
	const struct target *target = poller_find(poller, kind, scope);

	return target && target->reading;
}

bool poller_has_read(const struct poller *poller, enum kind_id kind, const struct scope *scope)
{
	const struct target *target = poller_find(poller, kind, scope);

	return target && target->ended > TARGET_NEVER && !target->reading && !target->asked;
}

// On a worker thread.
static void poller_report(const struct sink_report *report, void *user)
{
	struct inbox *inbox = &((struct poller *)user)->inbox;
	struct letter *letter = malloc(sizeof(*letter));

	if (!letter)
		return; // the end of the job frees the target, see reading_done
	letter->report = *report;
	letter->next = NULL;
	pthread_mutex_lock(&inbox->lock);
	*inbox->last = letter;
	inbox->last = &letter->next;
	pthread_mutex_unlock(&inbox->lock);
}

static void poller_take_reports(struct poller *poller)
{
	for (struct letter *letter = inbox_take(&poller->inbox), *next; letter; letter = next) {
		struct target *target = &poller->targets[letter->report.tag];

		next = letter->next;
		(letter->report.lasting ? target_told : target_ended)(
		        target, &letter->report, poller->interval_ms, &poller->chance);
		free(letter);
	}
}

static bool reading_run(struct job *job, void *user, struct error *error)
{
	struct reading *reading = user;

	return (reading->lasting ? sink_watch : sink_read)(
	        reading->sink, reading->backend, reading->session, job, error);
}

static void reading_done(job_id id, enum job_state state, const struct error *error, void *user)
{
	struct reading *reading = user;
	struct poller *poller = reading->poller;
	struct error cancelled = {ERROR_NONE};

	(void)error;
	if (state == JOB_CANCELLED) {
		// It may never have begun.
		error_set(&cancelled, ERROR_CANCELLED, _("cancelled"));
		sink_abandon(reading->sink, &cancelled);
	}
	poller_take_reports(poller);
	for (size_t i = 0; i < poller->count; i++) {
		struct target *target = &poller->targets[i];

		if (target->reading == id)
			target->reading = 0;
		if (target->watching != id)
			continue;
		target->watching = 0;
		target->ailing = false;
		// Which cannot be kept up with is read again and again.
		if (state != JOB_CANCELLED)
			target->keep_up_at = clock_monotonic(poller->clock) + POLLER_WATCH_AGAIN_MS;
	}
	for (struct reading **at = &poller->readings; *at; at = &(*at)->next)
		if (*at == reading) {
			*at = reading->next;
			break;
		}
}

static void reading_free(void *user)
{
	struct reading *reading = user;

	sink_destroy(reading->sink);
	free(reading);
}

static bool reading_submit(struct poller *poller, enum kind_id kind, const struct reader *reader,
        const struct scope *scopes, const size_t *tags, size_t count, bool lasting)
{
	struct sink_options options = {
	        kind, scopes, tags, count, poller->store, poller->clock, !poller->whole_only, poller_report, poller};
	struct reading *reading = calloc(1, sizeof(*reading));
	struct job_spec spec = {.quiet = true,
	        .settled = true,
	        .lasting = lasting,
	        .run = reading_run,
	        .done = reading_done,
	        .user = reading,
	        .user_free = reading_free};
	char title[128];

	if (!reading)
		return false;
	reading->poller = poller;
	reading->backend = reader->backend;
	reading->session = reader->session;
	reading->sink = sink_create(&options, NULL);
	if (!reading->sink)
		goto failed;
	reading->lasting = lasting;
	snprintf(title, sizeof(title), lasting ? _("Keep up with %s") : _("Read %s"), _(kind_get(kind)->title));
	spec.title = title;
	reading->id = jobs_submit(poller->jobs, &spec, NULL);
	if (!reading->id)
		goto failed;
	reading->next = poller->readings;
	poller->readings = reading;
	for (size_t i = 0; i < count && !lasting; i++)
		target_began(&poller->targets[tags[i]], reading->id, clock_monotonic(poller->clock));
	if (lasting)
		poller->targets[tags[0]].watching = reading->id;
	return true;
failed:
	sink_destroy(reading->sink);
	free(reading);
	return false;
}

// When the target is to be read, TARGET_NEVER = not at all.
static int64_t poller_due(const struct poller *poller, const struct target *target, int64_t now)
{
	int64_t due = target_due(target, poller->interval_ms, poller->frozen, now), until = 0;
	struct reader reader;
	char key[160];

	if (due == TARGET_NEVER || !poller->budget || due > now ||
	        !poller_reader(poller, target->kind, &target->scope, &reader) || !reader.backend->reading_key)
		return due;
	if (!reader.backend->reading_key(reader.session, target->kind, &target->scope, key, sizeof(key)) ||
	        !budget_paused(poller->budget, key, &until))
		return due;
	until -= clock_now(poller->clock);
	return now + (until > POLLER_PAUSE_LEAST_MS ? until : POLLER_PAUSE_LEAST_MS);
}

// Reads all targets of a kind and lane that one session is to be asked for and that are due, if at least one is.
static void poller_run_lane(
        struct poller *poller, enum kind_id kind, const struct reader *reader, bool apart, int64_t now)
{
	struct scope *scopes = NULL;
	size_t *tags = NULL, count = 0;
	bool due = false;

	for (int round = 0; round < 2; round++) {
		count = 0;
		for (size_t i = 0; i < poller->count; i++) {
			const struct target *target = &poller->targets[i];
			struct reader its;
			int64_t when;

			if (target->kind != kind || target_is_apart(target) != apart ||
			        !poller_reader(poller, kind, &target->scope, &its) || its.session != reader->session)
				continue;
			when = poller_due(poller, target, now);
			due = due || (when != TARGET_NEVER && when <= now);
			// Those that would be due in a moment come along.
			if (when == TARGET_NEVER || when > now + poller->interval_ms / POLLER_TOGETHER)
				continue;
			if (round == 1) {
				scopes[count] = target->scope;
				tags[count] = i;
			}
			count++;
		}
		if (!due || round == 1)
			break;
		scopes = malloc(count * sizeof(*scopes));
		tags = malloc(count * sizeof(*tags));
		if (!scopes || !tags)
			goto out;
	}
	if (due)
		reading_submit(poller, kind, reader, scopes, tags, count, false);
out:
	free(scopes);
	free(tags);
}

static size_t poller_watch_count(const struct poller *poller)
{
	size_t count = 0;

	for (size_t i = 0; i < poller->count; i++)
		count += poller->targets[i].watching != 0;
	return count;
}

// Begins keeping up with what is looked at where that can be, and ends it where nobody looks any more.
static void poller_run_watches(struct poller *poller, int64_t now)
{
	for (size_t i = 0; i < poller->count; i++) {
		struct target *target = &poller->targets[i];
		bool wanted = target_wants_watch(target, poller->interval_ms, poller->frozen);
		struct reader reader = {NULL, NULL};

		if (!wanted && !target->watching)
			continue;
		wanted = wanted && kind_get(target->kind)->level == SCOPE_CLUSTER &&
		         poller_reader(poller, target->kind, &target->scope, &reader) && reader.backend->watch;
		if (target->watching) {
			if (target_drops_watch(target, wanted, poller->frozen, now))
				jobs_cancel(poller->jobs, target->watching);
		} else if (wanted && !target->reading && now >= target->keep_up_at &&
		           poller_watch_count(poller) < POLLER_WATCHES_MOST) {
			target->unseen_at = TARGET_NEVER;
			// Refused by the system: it is read again and again.
			if (!reading_submit(poller, target->kind, &reader, &target->scope, &i, 1, true))
				target->keep_up_at = now + POLLER_WATCH_AGAIN_MS;
		}
	}
}

bool poller_is_watching(const struct poller *poller, enum kind_id kind, const struct scope *scope)
{
	const struct target *target = poller_find(poller, kind, scope);

	return target && target->watching && !target->ailing && target->has_read;
}

// The sessions that are asked for a kind: usually one, at most two.
static void poller_run_kind(struct poller *poller, enum kind_id kind, int64_t now)
{
	enum { READERS_MOST = 4 };
	struct reader readers[READERS_MOST];
	size_t count = 0;

	for (size_t i = 0; i < poller->count && count < READERS_MOST; i++) {
		const struct target *target = &poller->targets[i];
		size_t known = 0;

		if (target->kind != kind || !poller_reader(poller, kind, &target->scope, &readers[count]))
			continue;
		while (readers[known].session != readers[count].session)
			known++;
		count += known == count;
	}
	for (size_t i = 0; i < count; i++) {
		poller_run_lane(poller, kind, &readers[i], false, now);
		poller_run_lane(poller, kind, &readers[i], true, now);
	}
}

void poller_run(struct poller *poller)
{
	int64_t now = clock_monotonic(poller->clock);

	poller_take_reports(poller);
	if (poller->stopped)
		return;
	poller_run_watches(poller, now);
	for (int kind = 0; kind < KIND_COUNT; kind++)
		poller_run_kind(poller, (enum kind_id)kind, now);
}

int64_t poller_next(const struct poller *poller)
{
	int64_t now = clock_monotonic(poller->clock), next = TARGET_NEVER;

	if (poller->stopped)
		return -1;
	for (size_t i = 0; i < poller->count; i++) {
		const struct target *target = &poller->targets[i];
		int64_t due = poller_due(poller, target, now);

		if (target->watching && target->unseen_at != TARGET_NEVER && target->unseen_at != TARGET_DROPPED &&
		        (due == TARGET_NEVER || due > target->unseen_at + POLLER_UNSEEN_MS))
			due = target->unseen_at + POLLER_UNSEEN_MS;
		if (due != TARGET_NEVER && (next == TARGET_NEVER || due < next))
			next = due;
	}
	return next == TARGET_NEVER ? -1 : next;
}
