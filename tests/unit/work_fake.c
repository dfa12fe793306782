// SPDX-License-Identifier: Apache-2.0
// A backend that answers what the test told it to.
#include "config.h"

#include "tests/unit/work_fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "inventory/records.h"

#include "base/banned.h"

struct session {
	struct fake *fake;
	const struct services *services;
};

void fake_init(struct fake *fake)
{
	memset(fake, 0, sizeof(*fake));
	pthread_mutex_init(&fake->lock, NULL);
	snprintf(fake->account, sizeof(fake->account), "1234");
}

void fake_finish(struct fake *fake)
{
	pthread_mutex_destroy(&fake->lock);
}

// Under the lock.
struct fake_region *fake_region(struct fake *fake, const char *name)
{
	for (size_t i = 0; i < fake->count; i++)
		if (strcmp(fake->regions[i].name, name) == 0)
			return &fake->regions[i];
	if (fake->count == FAKE_REGIONS_MOST)
		abort();
	snprintf(fake->regions[fake->count].name, sizeof(fake->regions[0].name), "%s", name);
	fake->regions[fake->count].status = "Running";
	return &fake->regions[fake->count++];
}

void fake_set(struct fake *fake, const char *name, enum fake_answer answer, unsigned records, const char *status)
{
	struct fake_region *region;

	pthread_mutex_lock(&fake->lock);
	region = fake_region(fake, name);
	region->answer = answer;
	region->records = records;
	region->status = status;
	pthread_mutex_unlock(&fake->lock);
}

unsigned fake_asked(struct fake *fake, const char *name)
{
	unsigned asked;

	pthread_mutex_lock(&fake->lock);
	asked = fake_region(fake, name)->asked;
	pthread_mutex_unlock(&fake->lock);
	return asked;
}

struct session *fake_session(struct fake *fake)
{
	struct session *session = calloc(1, sizeof(*session));

	session->fake = fake;
	return session;
}

void fake_session_close(struct session *session)
{
	free(session);
}

void fake_context(struct fake *fake, struct context_config *context, const char *name)
{
	memset(context, 0, sizeof(*context));
	snprintf(context->name, sizeof(context->name), "%s", name);
	snprintf(context->backend, sizeof(context->backend), "fake");
	snprintf(context->endpoint, sizeof(context->endpoint), "fake:%p", (void *)fake);
}

static struct session *open_session(
        const struct context_config *context, const struct services *services, struct error *error)
{
	void *fake = NULL;
	struct session *session;

	if (sscanf(context->endpoint, "fake:%p", &fake) != 1) {
		error_set(error, ERROR_CREDENTIALS, "no credentials");
		return NULL;
	}
	session = fake_session(fake);
	session->services = services;
	pthread_mutex_lock(&session->fake->lock);
	session->fake->opened++;
	pthread_mutex_unlock(&session->fake->lock);
	return session;
}

static void close_session(struct session *session)
{
	pthread_mutex_lock(&session->fake->lock);
	session->fake->closed++;
	pthread_mutex_unlock(&session->fake->lock);
	free(session);
}

static bool identify(struct session *session, struct identity *out, struct cancel *cancel, struct error *error)
{
	struct fake *fake = session->fake;
	bool fails;

	(void)cancel;
	memset(out, 0, sizeof(*out));
	pthread_mutex_lock(&fake->lock);
	fails = fake->identify_fails;
	snprintf(out->account, sizeof(out->account), "%s", fake->account);
	pthread_mutex_unlock(&fake->lock);
	return !fails || error_set(error, ERROR_CREDENTIALS, "wrong key");
}

static void describe_session(struct session *session, struct identity *out, char *home_region, size_t size)
{
	(void)session;
	memset(out, 0, sizeof(*out));
	snprintf(out->source, sizeof(out->source), "test");
	snprintf(home_region, size, "home");
}

static bool lists(enum kind_id kind)
{
	return kind == KIND_VM || kind == KIND_REGION || kind == KIND_CLUSTER;
}

static void answer_fill(
        struct snapshot_builder *builder, const struct scope *scope, unsigned records, const char *status)
{
	for (unsigned i = 0; i < records; i++) {
		char id[96];
		struct record *record;

		snprintf(id, sizeof(id), "%.60s-%u", scope->region[0] ? scope->region : "r", i);
		record = snapshot_add(builder, id);
		record->name = snapshot_text(builder, id);
		record->region = snapshot_shared(builder, scope->region);
		record->status = snapshot_shared(builder, status);
	}
}

static void region_begin(struct fake *fake, const struct scope *scope)
{
	struct fake_region *region;

	pthread_mutex_lock(&fake->lock);
	region = fake_region(fake, scope->region);
	region->asked++;
	if (++region->at_once > region->at_once_most)
		region->at_once_most = region->at_once;
	pthread_mutex_unlock(&fake->lock);
}

static struct fake_region region_copy(struct fake *fake, const struct scope *scope)
{
	struct fake_region region;

	pthread_mutex_lock(&fake->lock);
	region = *fake_region(fake, scope->region);
	pthread_mutex_unlock(&fake->lock);
	return region;
}

static void region_end(struct fake *fake, const struct scope *scope, struct list_sink *sink,
        struct snapshot_builder *builder, enum fake_answer answer)
{
	struct error error = {ERROR_NONE};

	pthread_mutex_lock(&fake->lock);
	fake_region(fake, scope->region)->at_once--;
	fake_region(fake, scope->region)->ended++;
	pthread_mutex_unlock(&fake->lock);
	if (answer == FAKE_FAILS)
		error_set(&error, ERROR_NETWORK, "%s does not answer", scope->region);
	else if (answer == FAKE_REFUSES)
		error_set(&error, ERROR_DENIED, "no permission in %s", scope->region);
	sink->end(sink, scope, builder, answer == FAKE_READS ? NULL : &error);
}

// One scope; false when cancelled while it hangs.
static bool scope_read(struct fake *fake, const struct scope *scope, struct list_sink *sink, struct cancel *cancel)
{
	const struct timespec moment = {0, 1000000};
	struct fake_region region;
	struct snapshot_builder *builder;

	for (region = region_copy(fake, scope); region.answer == FAKE_HANGS; region = region_copy(fake, scope)) {
		if (cancel_asked(cancel))
			return false;
		nanosleep(&moment, NULL);
	}
	builder = region.answer == FAKE_READS ? sink->begin(sink, scope) : NULL;
	if (builder) {
		snapshot_total(builder, region.records);
		answer_fill(builder, scope, region.records, region.status);
		sink->page(sink, scope, builder);
	}
	region_end(fake, scope, sink, builder, region.answer);
	return true;
}

// Those that hang come last, as they would with many requests in flight.
static bool list(struct session *session, enum kind_id kind, const struct scope *scopes, size_t count,
        struct list_sink *sink, struct cancel *cancel, struct error *error)
{
	struct fake *fake = session->fake;
	bool *hangs = calloc(count, sizeof(*hangs)), finished = true;

	(void)kind;
	pthread_mutex_lock(&fake->lock);
	fake->lists++;
	if (count > fake->scopes_most)
		fake->scopes_most = count;
	pthread_mutex_unlock(&fake->lock);
	for (size_t i = 0; i < count; i++) {
		region_begin(fake, &scopes[i]);
		hangs[i] = region_copy(fake, &scopes[i]).answer == FAKE_HANGS;
	}
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < count && finished; i++)
			if (hangs[i] == (round == 1))
				finished = scope_read(fake, &scopes[i], sink, cancel);
	free(hangs);
	return finished || error_set(error, ERROR_CANCELLED, "cancelled");
}

static bool act(struct session *session, const struct action_request *request, struct job *job, struct error *error)
{
	struct fake *fake = session->fake;
	bool fails;

	(void)job;
	pthread_mutex_lock(&fake->lock);
	fake->acts++;
	fails = fake->act_fails || strcmp(request->id, "i-1") != 0 || strcmp(request->status, "Running") != 0;
	pthread_mutex_unlock(&fake->lock);
	return !fails || error_set(error, ERROR_CONFLICT, "it moved");
}

static bool settle(struct session *session, const struct intent *intent, struct cancel *cancel, struct error *error)
{
	(void)cancel;
	pthread_mutex_lock(&session->fake->lock);
	session->fake->settled++;
	pthread_mutex_unlock(&session->fake->lock);
	return journal_outcome(session->services->journal, intent->id, INTENT_SETTLED_DONE, NULL, NULL, NULL, error);
}

static bool reading_key(struct session *session, enum kind_id kind, const struct scope *scope, char *key, size_t size)
{
	(void)session;
	(void)kind;
	snprintf(key, size, "1234/%s/List", scope->region);
	return true;
}

static const struct action actions[] = {
        {.name = "stop", .title = "Stop", .kind = KIND_VM, .guard = GUARD_DISRUPTIVE, .operation = "fake.Stop"},
        {.name = "look", .title = "Look", .kind = KIND_VM, .guard = GUARD_READ, .operation = "fake.Look"},
};

const struct backend backend_fake = {
        .name = "fake",
        .title = "Fake cloud",
        .open = open_session,
        .close = close_session,
        .identify = identify,
        .describe_session = describe_session,
        .lists = lists,
        .list = list,
        .actions = actions,
        .action_count = COUNT_OF(actions),
        .act = act,
        .settle = settle,
        .reading_key = reading_key,
};
