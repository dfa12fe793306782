// SPDX-License-Identifier: Apache-2.0
// Lists of many clusters at the same time, and the clusters that no cloud knows.
#include "config.h"

#include <string.h>

#include "kubernetes/parallel.h"
#include "kubernetes/read.h"

#include "base/banned.h"

struct listing {
	struct session *session;
	enum kind_id kind;
	const struct scope *scopes;
	struct list_sink *sink;
	struct cancel *cancel;
};

bool cluster_lists(enum kind_id kind)
{
	return kind == KIND_CLUSTER || fill_resource(kind) != NULL;
}

// ---- clusters of the person's kubeconfigs ----

enum { SUSPECTS_MOST = 32 };

struct own_listing {
	struct listing *listing;
	struct site *suspects[SUSPECTS_MOST];
	size_t suspect_count;
};

static void look_at_own(size_t index, void *user)
{
	const struct own_listing *own = user;
	struct session *session = own->listing->session;
	struct site *site;

	if (index < session->way_count) {
		pthread_mutex_lock(&session->lock);
		site = session->ways[index].site;
		pthread_mutex_unlock(&session->lock);
		if (!site || !site->is_own)
			return;
	} else {
		site = own->suspects[index - session->way_count];
	}
	reach_unref(site_reach(site, own->listing->cancel, NULL));
}

static const char *health_word(const struct site *site)
{
	if (site->health == SITE_UNMET)
		return "";
	if (site->health == SITE_WELL)
		return "running";
	return site->error.kind == ERROR_DENIED || site->error.kind == ERROR_CREDENTIALS ? "denied" : "unreachable";
}

static void add_own(struct session *session, struct snapshot_builder *builder)
{
	pthread_mutex_lock(&session->lock);
	for (size_t i = 0; i < session->way_count && builder; i++) {
		const struct way *way = &session->ways[i];
		struct cluster_record *record;

		if (!way->site || !way->site->is_own)
			continue;
		record = snapshot_add(builder, way->site->scope.cluster);
		if (!record)
			continue;
		record->record.name = snapshot_text(builder, way->site->name);
		record->record.status = snapshot_shared(builder, health_word(way->site));
		record->version = snapshot_shared(
		        builder, *way->site->version == 'v' ? way->site->version + 1 : way->site->version);
		record->type = snapshot_shared(builder, "kubeconfig");
		record->api_server =
		        snapshot_text(builder, way->reach ? access_server(way->reach->access) : way->server);
	}
	pthread_mutex_unlock(&session->lock);
}

static void list_own(struct listing *listing, const struct scope *scope)
{
	struct own_listing own = {.listing = listing};
	struct session *session = listing->session;
	struct snapshot_builder *builder = listing->sink->begin(listing->sink, scope);
	const struct error *error = session->config_error.kind != ERROR_NONE ? &session->config_error : NULL;

	fleet_update(session);
	if (builder && session->way_count > 0) {
		add_own(session, builder);
		listing->sink->page(listing->sink, scope, builder);
		own.suspect_count = fleet_suspects(session, own.suspects, SUSPECTS_MOST);
		if (own.suspect_count > SUSPECTS_MOST)
			own.suspect_count = SUSPECTS_MOST;
		parallel_run(session->way_count + own.suspect_count, PARALLEL_THREADS_MOST, look_at_own, &own);
		// One that was met may turn out to be one of the cloud's.
		fleet_update(session);
		snapshot_builder_destroy(builder);
		builder = listing->sink->begin(listing->sink, scope);
		add_own(session, builder);
	}
	listing->sink->end(listing->sink, scope, builder, error);
}

// ---- things in a cluster ----

struct one_list {
	struct listing *listing;
	const struct scope *scope;
};

static struct snapshot_builder *renew(struct snapshot_builder *old, void *user)
{
	const struct one_list *one = user;

	snapshot_builder_destroy(old);
	return one->listing->sink->begin(one->listing->sink, one->scope);
}

static void tell_page(struct snapshot_builder *builder, void *user)
{
	const struct one_list *one = user;

	one->listing->sink->page(one->listing->sink, one->scope, builder);
}

bool cluster_lacks(enum kind_id kind, const struct error *error)
{
	return kind == KIND_PEERPOD && error->kind == ERROR_NOT_FOUND;
}

static void list_cluster(struct listing *listing, const struct scope *scope)
{
	struct one_list one = {listing, scope};
	struct error error = {0};
	struct site *site = fleet_site(listing->session, scope, &error);
	struct reach *reach = site ? site_reach(site, listing->cancel, &error) : NULL;
	struct read_kind read = {
	        .kind = listing->kind, .fill = {.scope = scope}, .renew = renew, .page = tell_page, .user = &one};
	struct backdrop backdrop = {{.items = NULL}, NULL, NULL};
	bool done;

	if (reach && site_is_replaced(site)) {
		error_set(&error, ERROR_NOT_FOUND, _("this cluster is listed by its cloud"));
		reach_unref(reach);
		reach = NULL;
	}
	if (!reach) {
		listing->sink->end(listing->sink, scope, NULL, &error);
		return;
	}
	if (listing->kind == KIND_POD) {
		backdrop_read(&backdrop, reach, scope, listing->cancel);
		backdrop_fill(&backdrop, &read.fill);
	}
	read.api = reach->api;
	read.fill.builder = listing->sink->begin(listing->sink, scope);
	done = read_kind(&read, listing->cancel, &error);
	if (!done && cluster_lacks(listing->kind, &error))
		done = true;
	site_tell(site, reach, done ? NULL : &error);
	listing->sink->end(listing->sink, scope, read.fill.builder, done ? NULL : &error);
	backdrop_finish(&backdrop);
	reach_unref(reach);
}

static void list_scope(size_t index, void *user)
{
	struct listing *listing = user;
	const struct scope *scope = &listing->scopes[index];

	if (cancel_asked(listing->cancel))
		return;
	if (listing->kind == KIND_CLUSTER)
		list_own(listing, scope);
	else
		list_cluster(listing, scope);
}

bool cluster_list(struct session *session, enum kind_id kind, const struct scope *scopes, size_t count,
        struct list_sink *sink, struct cancel *cancel, struct error *error)
{
	struct listing listing = {session, kind, scopes, sink, cancel};

	parallel_run(count, PARALLEL_THREADS_MOST, list_scope, &listing);
	return !cancel_asked(cancel) || error_set(error, ERROR_CANCELLED, _("cancelled"));
}
