// SPDX-License-Identifier: Apache-2.0
// The clusters of the open context: a session of their own on the backend that reads clusters, and who is asked for
// what.
#include <config.h>
#include "work/deck_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

// What the clusters' session borrows of the cloud's. Lives until both are closed.
struct deck_link {
	struct store *store;
	char context[SCOPE_WORD_SIZE];
	const struct backend *cloud;
	struct session *cloud_session;
	struct cluster_supply supply;
	struct services services;
};

static void supply_clusters(void *user,
        void (*each)(const struct cluster_record *record, const struct scope *scope, void *each_user), void *each_user)
{
	struct deck_link *link = user;
	struct store_entry *entries;
	struct scope *scopes;
	size_t count = store_entries_copy(link->store, KIND_CLUSTER, link->context, &entries, &scopes);

	for (size_t i = 0; i < count; i++) {
		struct snapshot *snapshot = entries[i].snapshot;

		// Those without region are the session's own.
		for (size_t n = 0; snapshot && scopes[i].region[0] && n < snapshot->count; n++)
			each((const struct cluster_record *)snapshot->records[n], &scopes[i], each_user);
		snapshot_unref(snapshot);
	}
	free(entries);
	free(scopes);
}

static bool supply_kubeconfig(void *user, const struct scope *cluster, struct secret **out, int64_t *expires,
        struct cancel *cancel, struct error *error)
{
	const struct deck_link *link = user;
	const struct cloud_source *cloud = link->cloud->cloud;

	if (cloud && cloud->kubeconfig)
		return cloud->kubeconfig(link->cloud_session, cluster, out, expires, cancel, error);
	error_set(error, ERROR_NOT_FOUND, _("%s hands out no kubeconfigs"), link->cloud->title);
	error_remedy(error, "%s", _("name a kubeconfig for this cluster with --kubeconfig FILE"));
	return false;
}

static bool supply_record(void *user, enum kind_id kind, const struct scope *scope, const char *id,
        void (*use)(const struct record *record, void *use_user), void *use_user)
{
	const struct deck_link *link = user;
	const struct record *record;
	struct store_entry entry;

	if (!store_get(link->store, kind, scope, &entry))
		return false;
	record = entry.snapshot ? snapshot_find(entry.snapshot, id) : NULL;
	if (record)
		use(record, use_user);
	snapshot_unref(entry.snapshot);
	return record != NULL;
}

static const struct backend *clusters_backend(const struct deck *deck)
{
	for (const struct backend *const *backend = deck->backends; *backend; backend++)
		if ((*backend)->cluster)
			return *backend;
	return NULL;
}

void deck_open_clusters(struct deck *deck)
{
	const struct backend *backend = clusters_backend(deck);
	struct error error = {ERROR_NONE};
	struct deck_link *link;

	if (deck->backend->cluster) {
		deck->clusters_backend = deck->backend;
		deck->clusters = deck->session;
		return;
	}
	link = backend ? calloc(1, sizeof(*link)) : NULL;
	if (!link)
		return;
	link->store = deck->store;
	snprintf(link->context, sizeof(link->context), "%s", deck->context->name);
	link->cloud = deck->backend;
	link->cloud_session = deck->session;
	link->supply = (struct cluster_supply){supply_clusters, supply_kubeconfig, supply_record, link};
	link->services = deck->services;
	link->services.supply = &link->supply;
	deck->clusters = backend->open(deck->context, &link->services, &error);
	if (!deck->clusters) {
		log_error(deck->log, &error);
		free(link);
		return;
	}
	deck->clusters_backend = backend;
	deck->link = link;
}

void deck_link_destroy(struct deck_link *link)
{
	free(link);
}

bool deck_reader(const struct deck *deck, enum kind_id kind, const struct scope *scope, const struct backend **backend,
        struct session **session)
{
	const struct backend *clusters = deck->clusters_backend, *cloud = deck->backend;
	bool own = deck->clusters && clusters->lists(kind), by_cloud = deck->session && cloud->lists(kind);

	// A cluster that no cloud knows is without region.
	if (by_cloud && scope && scope->cluster[0] && !scope->region[0] && deck->clusters)
		by_cloud = false;
	if (own && by_cloud)
		own = scope && clusters->cluster->reaches && clusters->cluster->reaches(deck->clusters, scope);
	*backend = own ? clusters : cloud;
	*session = own ? deck->clusters : deck->session;
	return own || by_cloud;
}

static bool has_action(const struct backend *backend, const struct action *action)
{
	for (size_t i = 0; backend && i < backend->action_count; i++)
		if (&backend->actions[i] == action)
			return true;
	return false;
}

bool deck_actor(
        const struct deck *deck, const struct action *action, const struct backend **backend, struct session **session)
{
	bool own = deck->clusters && has_action(deck->clusters_backend, action);

	*backend = own ? deck->clusters_backend : deck->backend;
	*session = own ? deck->clusters : deck->session;
	return *session && (own || has_action(deck->backend, action));
}

size_t deck_actions(const struct deck *deck, const struct action **out, size_t most)
{
	const struct backend *backends[] = {
	        deck->backend, deck->clusters_backend != deck->backend ? deck->clusters_backend : NULL};
	size_t count = 0;

	for (size_t b = 0; b < COUNT_OF(backends); b++)
		for (size_t i = 0; backends[b] && i < backends[b]->action_count; i++) {
			if (count < most)
				out[count] = &backends[b]->actions[i];
			count++;
		}
	return count;
}

bool deck_lists(const struct deck *deck, enum kind_id kind)
{
	const struct backend *backend;
	struct session *session;

	return deck_reader(deck, kind, NULL, &backend, &session);
}

// The kind that clusters without a cloud come as.
bool deck_has_own_clusters(const struct deck *deck)
{
	const struct cluster_source *cluster = deck->clusters ? deck->clusters_backend->cluster : NULL;

	return cluster && cluster->has_own && cluster->has_own(deck->clusters);
}

// On the publishing thread: the cloud's clusters decide which of the kubeconfigs' are its own.
void deck_clusters_published(struct deck *deck, const struct publication *publication)
{
	if (publication->after->kind != KIND_CLUSTER)
		return;
	if (publication->after->scope.region[0])
		atomic_store(&deck->clusters_changed, true);
	for (size_t i = 0; i < publication->change_count && !publication->after->scope.region[0]; i++) {
		struct scope gone = publication->after->scope;

		if (publication->changes[i].sort != CHANGE_GONE)
			continue;
		// What was read of it comes again under the name that the cloud has for it.
		snprintf(gone.cluster, sizeof(gone.cluster), "%s", publication->changes[i].before->id);
		store_forget_scope(deck->store, &gone);
	}
}

void deck_turn_clusters(struct deck *deck)
{
	struct scope own = {.region = ""};

	if (!atomic_exchange(&deck->clusters_changed, false) || !deck->poller || !deck_has_own_clusters(deck))
		return;
	snprintf(own.context, sizeof(own.context), "%s", deck->context->name);
	poller_refresh(deck->poller, KIND_CLUSTER, &own);
}
