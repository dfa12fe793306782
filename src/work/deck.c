// SPDX-License-Identifier: Apache-2.0
// The deck: making it, opening and closing contexts, one turn of the loop.
#include <config.h>
#include "work/deck_private.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "inventory/database.h"

#include "base/banned.h"

enum { DECK_THREADS = 16 };

struct deck_left {
	const struct backend *backend;
	struct session *session;
	const struct backend *clusters_backend;
	struct session *clusters; // NULL = none of its own
	struct deck_link *link;
	struct poller *poller;
	char context[128];
	job_id last; // the newest job that may use the session
	struct deck_left *next;
};

static bool deck_make_net(struct deck *deck, struct error *error)
{
	const struct config *config = deck->config;
	struct http_options options = {
	        .parallel = config->parallel,
	        .connect_timeout_ms = (int64_t)(config->connect_timeout * 1000),
	        .timeout_ms = (int64_t)(config->timeout * 1000),
	        .user_agent = PACKAGE_NAME "/" PACKAGE_VERSION,
	        .clock = deck->clock,
	        .log = deck->log,
	};

	deck->budget = budget_create(deck->clock);
	if (!deck->budget)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	options.budget = deck->budget;
	deck->http = http_client_create(&options, error);
	return deck->http != NULL;
}

// A log file that cannot be written is told, and the log kept in memory.
static bool deck_make_log(struct deck *deck, struct error *error)
{
	const struct config *config = deck->config;
	enum log_level level = LOG_INFO;

	log_level_parse(config->log_level, &level);
	deck->log = log_create(config->log_file[0] ? config->log_file : NULL, level, deck->clock, &deck->log_error);
	if (!deck->log && config->log_file[0])
		deck->log = log_create(NULL, level, deck->clock, error);
	else if (!deck->log && error)
		*error = deck->log_error;
	if (deck->log && deck->log_error.kind != ERROR_NONE)
		log_error(deck->log, &deck->log_error);
	return deck->log != NULL;
}

// Journal and cache are a help, not a condition: without them looking works, and changing says why it does not.
static void deck_make_state(struct deck *deck)
{
	const struct config *config = deck->config;
	char path[DATABASE_PATH_SIZE] = "";
	struct error warning = {ERROR_NONE}, failure = {ERROR_NONE};

	if (config->in_memory || database_path(config->state_folder, path, &deck->journal_error))
		deck->journal = journal_open(path, deck->clock, deck->log, &warning, &deck->journal_error);
	if (!deck->journal)
		log_error(deck->log, &deck->journal_error);
	else if (warning.kind != ERROR_NONE)
		deck->journal_error = warning;
	deck->services.journal = deck->journal;
	if (!deck->journal || config->in_memory || config->no_cache)
		return;
	deck->cache = cache_open(path, deck->clock, deck->log, NULL, &failure);
	if (!deck->cache)
		log_error(deck->log, &failure);
	else
		cache_watch(deck->cache, deck->store);
}

static void deck_published(const struct publication *publication, void *user)
{
	struct deck *deck = user;

	deck_clusters_published(deck, publication);
	if (deck->wake)
		deck->wake(deck->wake_user);
}

bool deck_init(struct deck *deck, struct config *config, const struct backend *const *backends, void (*wake)(void *),
        void *wake_user, struct error *error)
{
	memset(deck, 0, sizeof(*deck));
	deck->config = config;
	deck->backends = backends;
	deck->clock = config->clock ? config->clock : &clock_system;
	deck->wake = wake;
	deck->wake_user = wake_user;
	if (!deck_make_log(deck, error) || !deck_make_net(deck, error))
		goto failed;
	deck->store = store_create(deck->clock);
	deck->jobs = jobs_create(DECK_THREADS, deck->clock, deck->log, wake, wake_user);
	if (!deck->store || !deck->jobs) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		goto failed;
	}
	store_listen(deck->store, deck_published, deck);
	deck->services = (struct services){
	        .http = deck->http,
	        .clock = deck->clock,
	        .log = deck->log,
	        .budget = deck->budget,
	        .parallel = config->parallel,
	        .connect_timeout_ms = (int64_t)(config->connect_timeout * 1000),
	        .isolated = config->in_memory,
	};
	deck_make_state(deck);
	if (config->write)
		deck->write_until = -1;
	return true;
failed:
	deck_finish(deck);
	return false;
}

void deck_finish(struct deck *deck)
{
	deck_leave(deck);
	deck_sweep(deck, true);
	jobs_destroy(deck->jobs);
	deck->jobs = NULL;
	deck_save_last(deck);
	cache_close(deck->cache);
	journal_close(deck->journal);
	store_destroy(deck->store);
	http_client_destroy(deck->http);
	budget_destroy(deck->budget);
	log_destroy(deck->log);
	memset(deck, 0, sizeof(*deck));
}

void deck_leave(struct deck *deck)
{
	struct deck_left *left = deck->session ? calloc(1, sizeof(*left)) : NULL;

	if (!deck->session)
		return;
	jobs_cancel(deck->jobs, deck->identify_job);
	poller_stop(deck->poller);
	if (left) {
		left->backend = deck->backend;
		left->session = deck->session;
		left->clusters_backend = deck->clusters_backend;
		left->clusters = deck->clusters != deck->session ? deck->clusters : NULL;
		left->link = deck->link;
		left->poller = deck->poller;
		snprintf(left->context, sizeof(left->context), "%s", deck->context->name);
		left->last = jobs_last(deck->jobs);
		left->next = deck->left;
		deck->left = left;
	}
	// Out of memory: better lost than closed under a job that uses it.
	deck->context = NULL;
	deck->backend = NULL;
	deck->session = NULL;
	deck->clusters_backend = NULL;
	deck->clusters = NULL;
	deck->link = NULL;
	deck->poller = NULL;
	deck->identify_job = 0;
	deck->identified = false;
	deck->home_region[0] = '\0';
	memset(&deck->identity, 0, sizeof(deck->identity));
	error_clear(&deck->context_error);
	if (deck->write_until > 0)
		deck->write_until = 0;
}

static void left_close(struct deck *deck, struct deck_left *left)
{
	poller_destroy(left->poller);
	// They may still ask the cloud for a kubeconfig: first.
	if (left->clusters)
		left->clusters_backend->close(left->clusters);
	deck_link_destroy(left->link);
	left->backend->close(left->session);
	// Unless the same context was opened again meanwhile.
	if (!deck->context || strcmp(deck->context->name, left->context) != 0)
		store_forget(deck->store, left->context);
	free(left);
}

void deck_sweep(struct deck *deck, bool wait)
{
	job_id oldest;

	if (!deck->left)
		return;
	if (wait) {
		// Everything that runs may use a session: the end waits for it.
		jobs_cancel_all(deck->jobs);
		while ((oldest = jobs_oldest(deck->jobs)) != 0)
			jobs_wait(deck->jobs, oldest, NULL);
	}
	oldest = jobs_oldest(deck->jobs);
	for (struct deck_left **at = &deck->left; *at;) {
		struct deck_left *left = *at;

		if ((oldest != 0 && oldest <= left->last) || !poller_is_idle(left->poller)) {
			at = &left->next;
			continue;
		}
		*at = left->next;
		left_close(deck, left);
	}
}

static const struct backend *deck_backend(const struct deck *deck, const char *name, struct error *error)
{
	for (const struct backend *const *backend = deck->backends; *backend; backend++)
		if (!name[0] || strcmp((*backend)->name, name) == 0)
			return *backend;
	error_set(error, ERROR_CONFIG, _("there is no backend \"%s\""), name);
	if (deck->backends[0])
		error_remedy(error, _("write backend = \"%s\"; in the context"), deck->backends[0]->name);
	return NULL;
}

static bool deck_route(enum kind_id kind, const struct scope *scope, const struct backend **backend,
        struct session **session, void *user)
{
	return deck_reader(user, kind, scope, backend, session);
}

static bool deck_open_session(struct deck *deck, const struct context_config *context, struct error *error)
{
	const struct backend *backend = deck_backend(deck, context->backend, error);
	struct session *session = backend ? backend->open(context, &deck->services, error) : NULL;
	struct poller *poller = session ? poller_create(backend, session, context->name, deck->store, deck->jobs,
	                                          deck->budget, deck->clock, deck->config->refresh_seconds)
	                                : NULL;

	if (!poller) {
		if (session) {
			backend->close(session);
			error_set(error, ERROR_MEMORY, _("out of memory"));
		}
		return false;
	}
	deck_leave(deck);
	deck->context = context;
	deck->backend = backend;
	deck->session = session;
	deck->poller = poller;
	deck_open_clusters(deck);
	poller_set_router(poller, deck_route, deck);
	return true;
}

bool deck_open(struct deck *deck, const char *name, struct error *error)
{
	const struct context_config *context = config_context(deck->config, name);
	struct error failure = {ERROR_NONE};

	if (!context)
		error_set(&failure, ERROR_CONFIG, _("there is no context \"%s\""),
		        name && name[0] ? name : deck->config->context);
	if (!context || !deck_open_session(deck, context, &failure)) {
		log_error(deck->log, &failure);
		if (!deck->session)
			deck->context_error = failure;
		if (error)
			*error = failure;
		return false;
	}
	error_clear(&deck->context_error);
	deck->backend->describe_session(deck->session, &deck->identity, deck->home_region, sizeof(deck->home_region));
	if (context->region[0])
		snprintf(deck->home_region, sizeof(deck->home_region), "%s", context->region);
	else if (!deck->home_region[0] && deck->config->region_count > 0)
		snprintf(deck->home_region, sizeof(deck->home_region), "%s", deck->config->regions[0]);
	log_write(deck->log, LOG_INFO, _("context %s: %s, credentials from %s"), context->name, deck->backend->title,
	        deck->identity.source);
	deck_show_cached(deck);
	if (!deck->config->no_cache)
		deck_identify(deck);
	return true;
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < 0 ? b : b < 0 || a < b ? a : b;
}

int64_t deck_turn(struct deck *deck)
{
	int64_t now = clock_monotonic(deck->clock), next = -1;

	jobs_settle(deck->jobs);
	deck_sweep(deck, false);
	deck_turn_clusters(deck);
	if (deck->poller) {
		poller_run(deck->poller);
		next = poller_next(deck->poller);
	}
	if (deck->cache) {
		deck_save(deck, now);
		if (deck->save_at)
			next = sooner(next, deck->save_at);
	}
	if (deck->write_until > 0)
		next = sooner(next, deck->write_until > now ? deck->write_until : now);
	return next;
}
