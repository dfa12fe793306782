// SPDX-License-Identifier: Apache-2.0
// Changing things: whether it is allowed, and actions as jobs. And which scopes a kind is read in.
#include <config.h>
#include "work/deck_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

bool deck_may_write(const struct deck *deck, char *why, size_t size)
{
	int64_t now = clock_monotonic(deck->clock);

	if (!deck->context)
		snprintf(why, size, "%s", _("no context is open"));
	else if (deck->config->read_only)
		snprintf(why, size, "%s", _("read-only by --read-only or the configuration"));
	else if (deck->context->read_only)
		snprintf(why, size, _("the context %s is read-only by the configuration"), deck->context->name);
	else if (!deck->journal)
		snprintf(why, size, _("the journal cannot be written, so nothing could be resumed: %s"),
		        deck->journal_error.message);
	else if (deck->context->production && deck->write_until >= 0 && deck->write_until <= now)
		snprintf(why, size,
		        _("%s is a production context and starts read-only: lift it with :write 15m or --write"),
		        deck->context->name);
	else
		return true;
	return false;
}

void deck_lift_read_only(struct deck *deck, int64_t ms)
{
	deck->write_until = ms > 0 ? clock_monotonic(deck->clock) + ms : ms < 0 ? -1 : 0;
}

// An action under way, with texts of its own.
struct deed {
	struct deck *deck;
	const struct backend *backend;
	struct session *session;
	struct action_request request;
	char *texts[5];
};

static void deed_free(void *user)
{
	struct deed *deed = user;

	for (size_t i = 0; i < COUNT_OF(deed->texts); i++)
		free(deed->texts[i]);
	free(deed);
}

static struct deed *deed_create(struct deck *deck, const struct action_request *request)
{
	struct deed *deed = calloc(1, sizeof(*deed));
	const char **members[COUNT_OF(deed->texts)];

	if (!deed)
		return NULL;
	deed->deck = deck;
	deck_actor(deck, request->action, &deed->backend, &deed->session);
	deed->request = *request;
	members[0] = &deed->request.id;
	members[1] = &deed->request.name;
	members[2] = &deed->request.status;
	members[3] = &deed->request.value;
	members[4] = &deed->request.run;
	for (size_t i = 0; i < COUNT_OF(members); i++) {
		if (!*members[i])
			continue;
		deed->texts[i] = strdup(*members[i]);
		if (!deed->texts[i]) {
			deed_free(deed);
			return NULL;
		}
		*members[i] = deed->texts[i];
	}
	return deed;
}

static bool deed_run(struct job *job, void *user, struct error *error)
{
	struct deed *deed = user;
	int64_t usual = journal_usual_ms(deed->deck->journal, deed->request.action->operation);

	if (usual > 0)
		job_expect(job, usual);
	return deed->backend->act(deed->session, &deed->request, job, error);
}

static void deed_done(job_id id, enum job_state state, const struct error *error, void *user)
{
	struct deed *deed = user;
	struct deck *deck = deed->deck;

	(void)id;
	(void)state;
	(void)error;
	if ((deck->session == deed->session || deck->clusters == deed->session) &&
	        deed->request.action->guard != GUARD_READ)
		poller_watch(deck->poller, deed->request.action->kind, &deed->request.scope, deed->request.id);
}

job_id deck_act(struct deck *deck, const struct action_request *request, struct error *error)
{
	bool changes = request->action->guard != GUARD_READ;
	struct deed *deed;
	struct job_spec spec = {.changes = changes, .run = deed_run, .done = deed_done, .user_free = deed_free};
	char why[256], title[128], name[96];
	const char *shown = request->name && request->name[0] ? request->name : request->id;
	job_id id;

	if (!deck->session) {
		error_set(error, ERROR_USAGE, _("no context is open"));
		return 0;
	}
	if (changes && !deck_may_write(deck, why, sizeof(why))) {
		error_set(error, ERROR_DENIED, "%s", why);
		return 0;
	}
	deed = deed_create(deck, request);
	if (!deed) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return 0;
	}
	text_visible(shown, strlen(shown), name, sizeof(name));
	snprintf(title, sizeof(title), "%s %s", _(request->action->title), name);
	spec.title = title;
	spec.user = deed;
	id = jobs_submit(deck->jobs, &spec, error);
	if (!id)
		deed_free(deed);
	else if (changes)
		poller_watch(deck->poller, request->action->kind, &request->scope, request->id);
	return id;
}

struct scope_list {
	struct scope *items;
	size_t count, most;
};

static void scope_add(struct scope_list *list, const char *context, const char *region, const char *cluster)
{
	if (list->count < list->most) {
		struct scope *scope = &list->items[list->count];

		memset(scope, 0, sizeof(*scope));
		snprintf(scope->context, sizeof(scope->context), "%s", context);
		snprintf(scope->region, sizeof(scope->region), "%s", region);
		snprintf(scope->cluster, sizeof(scope->cluster), "%s", cluster);
	}
	list->count++;
}

static void scopes_of_regions(const struct deck *deck, struct scope_list *list)
{
	struct scope scope = {.region = ""};
	struct store_entry entry;
	size_t before = list->count;

	snprintf(scope.context, sizeof(scope.context), "%s", deck->context->name);
	if (store_get(deck->store, KIND_REGION, &scope, &entry)) {
		for (size_t i = 0; entry.snapshot && i < entry.snapshot->count; i++)
			scope_add(list, scope.context, entry.snapshot->records[i]->id, "");
		snapshot_unref(entry.snapshot);
	}
	if (list->count == before && deck->home_region[0])
		scope_add(list, scope.context, deck->home_region, "");
}

static bool region_is_wanted(const char *region, const char *const *regions, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(regions[i], region) == 0)
			return true;
	return count == 0;
}

// Clusters that no cloud knows are in no region, and have only what is read of them themselves.
static bool own_cluster_counts(const struct deck *deck, enum kind_id kind)
{
	return deck->clusters && deck->clusters_backend->lists(kind);
}

static void scopes_of_clusters(const struct deck *deck, enum kind_id kind, const char *const *regions,
        size_t region_count, const char *cluster, struct scope_list *list)
{
	struct store_entry *entries;
	struct scope *scopes;
	size_t count = store_entries_copy(deck->store, KIND_CLUSTER, deck->context->name, &entries, &scopes);

	for (size_t i = 0; i < count; i++) {
		struct snapshot *snapshot = entries[i].snapshot;

		for (size_t n = 0; snapshot && n < snapshot->count; n++) {
			const struct record *record = snapshot->records[n];
			const char *region = record->region[0] ? record->region : scopes[i].region;

			if ((region[0] ? region_is_wanted(region, regions, region_count)
			               : own_cluster_counts(deck, kind)) &&
			        (!cluster[0] || strcmp(record->id, cluster) == 0 || strcmp(record->name, cluster) == 0))
				scope_add(list, deck->context->name, region, record->id);
		}
		snapshot_unref(snapshot);
	}
	free(entries);
	free(scopes);
}

size_t deck_scopes(struct deck *deck, enum kind_id kind, const char *const *regions, size_t region_count,
        const char *cluster, struct scope *out, size_t most)
{
	struct scope_list list = {out, 0, most};

	if (!deck->context)
		return 0;
	switch (kind_get(kind)->level) {
	case SCOPE_CONTEXT:
		scope_add(&list, deck->context->name, "", "");
		break;
	case SCOPE_REGION:
		for (size_t i = 0; i < region_count; i++)
			scope_add(&list, deck->context->name, regions[i], "");
		if (region_count == 0)
			scopes_of_regions(deck, &list);
		if (kind == KIND_CLUSTER && deck_has_own_clusters(deck))
			scope_add(&list, deck->context->name, "", "");
		break;
	case SCOPE_CLUSTER:
		scopes_of_clusters(deck, kind, regions, region_count, cluster ? cluster : "", &list);
		break;
	}
	return list.count;
}
