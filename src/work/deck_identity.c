// SPDX-License-Identifier: Apache-2.0
// Who a context is, and what an earlier run left in doubt there.
#include <config.h>
#include "work/deck_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { DOUBTS_AT_A_TIME = 64 };

// What a job about one context carries; the session outlives it, see deck_leave.
struct errand {
	struct deck *deck;
	const struct backend *backend;
	struct session *session;
	const struct backend *clusters_backend; // NULL = none
	struct session *clusters;
	char context[128];
	struct identity identity;
	char account_before[64];
	size_t doubts, settled;
};

static struct errand *errand_create(struct deck *deck)
{
	struct errand *errand = calloc(1, sizeof(*errand));

	if (!errand)
		return NULL;
	errand->deck = deck;
	errand->backend = deck->backend;
	errand->session = deck->session;
	errand->clusters_backend = deck->clusters ? deck->clusters_backend : NULL;
	errand->clusters = deck->clusters;
	snprintf(errand->context, sizeof(errand->context), "%s", deck->context->name);
	return errand;
}

static size_t doubts_list(struct errand *errand, struct intent *out, size_t most)
{
	size_t count = journal_list(errand->deck->journal, errand->context, true, out, most), kept = 0;

	if (count > most)
		count = most;
	// What this console has under way is not in doubt.
	for (size_t i = 0; i < count; i++)
		if (!out[i].ours)
			out[kept++] = out[i];
	return kept;
}

static void doubt_log(struct log *log, const struct intent *intent, bool settled, const struct error *error)
{
	char when[TIME_TEXT_SIZE], why[512] = "";

	time_format_iso(intent->created, when);
	if (!settled)
		error_format(error, why, sizeof(why));
	log_write(log, settled ? LOG_INFO : LOG_WARNING,
	        settled ? _("in doubt since %s and settled: %s %s") : _("still in doubt since %s: %s %s: %s"), when,
	        intent->operation, intent->subject[0] ? intent->subject : intent->subject_name, why);
}

// Changes in a cluster bear the name of the backend that made them.
static bool doubt_settle(
        const struct errand *errand, const struct intent *intent, struct cancel *cancel, struct error *error)
{
	const struct backend *clusters = errand->clusters_backend;
	size_t length = clusters ? strlen(clusters->name) : 0;

	if (clusters && strncmp(intent->operation, clusters->name, length) == 0 && intent->operation[length] == '.')
		return clusters->settle(errand->clusters, intent, cancel, error);
	return errand->backend->settle(errand->session, intent, cancel, error);
}

static bool settle_run(struct job *job, void *user, struct error *error)
{
	struct errand *errand = user;
	struct intent *intents = calloc(DOUBTS_AT_A_TIME, sizeof(*intents));
	struct error failure = {ERROR_NONE};
	size_t count;

	if (!intents)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	count = doubts_list(errand, intents, DOUBTS_AT_A_TIME);
	for (size_t i = 0; i < count && !job_cancelled(job, error); i++) {
		bool settled;

		job_progress(job, (int64_t)i, (int64_t)count, "%s %s", intents[i].operation, intents[i].subject);
		error_clear(&failure);
		settled = doubt_settle(errand, &intents[i], job_cancel(job), &failure);
		doubt_log(errand->deck->log, &intents[i], settled, &failure);
		errand->settled += settled;
	}
	free(intents);
	if (errand->settled < count && !job_cancelled(job, error)) {
		*error = failure;
		error_doing(error, _("%zu of %zu interrupted changes stay in doubt"), count - errand->settled, count);
	}
	return errand->settled == count;
}

static void deck_settle_doubts(struct deck *deck, size_t doubts)
{
	struct errand *errand = errand_create(deck);
	struct job_spec spec = {.run = settle_run, .user = errand, .user_free = free};
	char title[128];

	if (!errand)
		return;
	snprintf(title, sizeof(title), _("Look what became of %zu interrupted changes"), doubts);
	spec.title = title;
	if (!jobs_submit(deck->jobs, &spec, NULL))
		free(errand);
}

static bool identify_run(struct job *job, void *user, struct error *error)
{
	struct errand *errand = user;
	struct journal *journal = errand->deck->journal;
	struct intent *intents;

	if (!errand->backend->identify(errand->session, &errand->identity, job_cancel(job), error))
		return false;
	if (!journal)
		return true;
	journal_account(journal, errand->context, errand->account_before, sizeof(errand->account_before));
	if (strcmp(errand->account_before, errand->identity.account) != 0) {
		if (errand->account_before[0] && errand->deck->cache)
			cache_forget(errand->deck->cache, errand->context, NULL);
		journal_set_account(journal, errand->context, errand->identity.account, NULL);
	}
	intents = calloc(DOUBTS_AT_A_TIME, sizeof(*intents));
	if (intents)
		errand->doubts = doubts_list(errand, intents, DOUBTS_AT_A_TIME);
	free(intents);
	return true;
}

// The name of the context now stands for another account: what was kept under it is somebody else's.
static void deck_other_account(struct deck *deck, const struct errand *errand)
{
	log_write(deck->log, LOG_WARNING, _("context %s was account %s and is %s now: its kept inventory is dropped"),
	        errand->context, errand->account_before, errand->identity.account);
	if (errand->doubts > 0)
		log_write(deck->log, LOG_WARNING,
		        _("%zu changes made with account %s stay in doubt until its credentials are used again"),
		        errand->doubts, errand->account_before);
	store_forget(deck->store, errand->context);
	poller_start_over(deck->poller);
}

static void identify_done(job_id id, enum job_state state, const struct error *error, void *user)
{
	struct errand *errand = user;
	struct deck *deck = errand->deck;

	if (deck->identify_job != id)
		return;
	deck->identify_job = 0;
	if (state == JOB_CANCELLED)
		return;
	if (state == JOB_FAILED) {
		deck->context_error = *error;
		return;
	}
	deck->identity = errand->identity;
	deck->identified = true;
	error_clear(&deck->context_error);
	if (errand->account_before[0] && strcmp(errand->account_before, errand->identity.account) != 0)
		deck_other_account(deck, errand);
	else if (errand->doubts > 0)
		deck_settle_doubts(deck, errand->doubts);
}

void deck_identify(struct deck *deck)
{
	struct errand *errand = errand_create(deck);
	struct job_spec spec = {.title = _("Ask who we are"),
	        .quiet = true,
	        .run = identify_run,
	        .done = identify_done,
	        .user = errand,
	        .user_free = free};

	if (!errand)
		return;
	deck->identify_job = jobs_submit(deck->jobs, &spec, NULL);
	if (!deck->identify_job)
		free(errand);
}
