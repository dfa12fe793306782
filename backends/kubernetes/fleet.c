// SPDX-License-Identifier: Apache-2.0
// Opening a context's clusters, and knowing which is which.
#include "config.h"
#include "kubernetes/fleet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/banned.h"

struct reach *reach_ref(struct reach *reach)
{
	if (reach)
		atomic_fetch_add_explicit(&reach->references, 1, memory_order_relaxed);
	return reach;
}

void reach_unref(struct reach *reach)
{
	if (!reach || atomic_fetch_sub_explicit(&reach->references, 1, memory_order_acq_rel) != 1)
		return;
	api_destroy(reach->api);
	access_destroy(reach->access);
	kubeconfig_unref(reach->config);
	free(reach);
}

static struct reach *reach_open(
        struct session *session, struct kubeconfig *config, const char *context, struct error *error)
{
	const struct access_options options = {.clock = session->services.clock};
	struct reach *reach = calloc(1, sizeof(*reach));

	if (!reach) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	atomic_init(&reach->references, 1);
	reach->made = clock_now(session->services.clock);
	reach->access = access_create(config, context, &options, error);
	reach->api = reach->access ? api_create(session->http, reach->access, error) : NULL;
	if (reach->api)
		return reach;
	reach_unref(reach);
	return NULL;
}

struct reach *reach_read(struct session *session, const char *name, const struct secret *text, struct error *error)
{
	struct kubeconfig *config = kubeconfig_create();
	struct reach *reach = NULL;

	if (!config)
		error_set(error, ERROR_MEMORY, _("out of memory"));
	else if (kubeconfig_read_text(config, name, secret_text(text), secret_length(text), error))
		reach = reach_open(session, config, NULL, error);
	kubeconfig_unref(config);
	return reach;
}

// ---- the person's kubeconfigs ----

static const char *environment_value(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static void read_configs(struct session *session)
{
	enum { FILES_MOST = 32 };
	char list[sizeof(session->context.kubeconfig)], *files[FILES_MOST], *save = NULL;
	struct kubeconfig_places places = {.file_count = 0};
	struct error error = {0};

	snprintf(list, sizeof(list), "%s", session->context.kubeconfig);
	for (char *file = strtok_r(list, ":", &save); file && places.file_count < FILES_MOST;
	        file = strtok_r(NULL, ":", &save))
		files[places.file_count++] = file;
	places.files = (const char *const *)files;
	if (places.file_count == 0 && session->services.isolated)
		return;
	if (places.file_count == 0) {
		places.list = environment_value("KUBECONFIG");
		places.home = environment_value("HOME");
		places.service_host = environment_value("KUBERNETES_SERVICE_HOST");
		places.service_port = environment_value("KUBERNETES_SERVICE_PORT");
	}
	// Nothing at all is no mistake: then only the cloud knows clusters.
	if (!kubeconfig_read_places(session->config, &places, &error) &&
	        (error.kind != ERROR_NOT_FOUND || places.file_count > 0))
		session->config_error = error;
	for (size_t i = 0; kubeconfig_warning(session->config, i); i++)
		log_write(session->services.log, LOG_WARNING, "%s", kubeconfig_warning(session->config, i));
	if (session->config_error.kind != ERROR_NONE)
		log_error(session->services.log, &session->config_error);
}

// Contexts with the same server are the same cluster: the current one speaks for it, else the first.
static struct way *way_like(struct session *session, const struct way *way)
{
	for (size_t i = 0; i < session->way_count; i++)
		if (*way->server && strcmp(session->ways[i].server, way->server) == 0)
			return &session->ways[i];
	return NULL;
}

static void add_way(struct session *session, const struct kubeconfig_context *context)
{
	const struct kubeconfig_cluster *cluster = kubeconfig_cluster(session->config, context->cluster);
	struct way *way = &session->ways[session->way_count];

	memset(way, 0, sizeof(*way));
	snprintf(way->name, sizeof(way->name), "%s", context->name);
	if (cluster && cluster->server)
		server_normalize(cluster->server, way->server, sizeof(way->server));
	// Tunnels: many clusters behind one address, told apart by the name in their certificates.
	if (*way->server && cluster->server_name) {
		size_t length = strlen(way->server);

		snprintf(way->server + length, sizeof(way->server) - length, " (%s)", cluster->server_name);
	}
	if (way_like(session, way))
		return;
	way->reach = reach_open(session, session->config, context->name, &way->error);
	if (!way->reach)
		log_error(session->services.log, &way->error);
	session->way_count++;
}

static bool make_ways(struct session *session)
{
	const char *current = kubeconfig_current(session->config);
	const struct kubeconfig_context *context = current ? kubeconfig_context(session->config, current) : NULL;
	size_t count = 0;

	while (kubeconfig_context_at(session->config, count))
		count++;
	session->ways = calloc(count + 1, sizeof(*session->ways));
	if (!session->ways)
		return false;
	if (context)
		add_way(session, context);
	for (size_t i = 0; i < count; i++)
		if (kubeconfig_context_at(session->config, i) != context)
			add_way(session, kubeconfig_context_at(session->config, i));
	return true;
}

// ---- the session ----

static bool init_locks(struct session *session)
{
	pthread_condattr_t attributes;
	bool made;

	if (pthread_mutex_init(&session->lock, NULL) != 0)
		return false;
	if (pthread_condattr_init(&attributes) != 0)
		goto failed;
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	made = pthread_cond_init(&session->changed, &attributes) == 0;
	pthread_condattr_destroy(&attributes);
	if (made)
		return true;
failed:
	pthread_mutex_destroy(&session->lock);
	return false;
}

struct session *fleet_open(const struct context_config *context, const struct services *services, struct error *error)
{
	struct session *session = calloc(1, sizeof(*session));
	const struct http_options options = {
	        .parallel = FLEET_PARALLEL,
	        .connect_timeout_ms = services->connect_timeout_ms ? services->connect_timeout_ms : FLEET_CONNECT_MS,
	        .user_agent = PACKAGE_NAME "/" PACKAGE_VERSION,
	        .clock = services->clock,
	        .log = services->log,
	};

	if (!session || !init_locks(session)) {
		free(session);
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	session->services = *services;
	session->context = *context;
	session->http = http_client_create(&options, error);
	session->config = kubeconfig_create();
	if (session->http && session->config) {
		read_configs(session);
		if (make_ways(session))
			return session;
	}
	if (session->http)
		error_set(error, ERROR_MEMORY, _("out of memory"));
	fleet_close(session);
	return NULL;
}

void fleet_close(struct session *session)
{
	if (!session)
		return;
	for (size_t i = 0; i < session->site_count; i++) {
		reach_unref(session->sites[i]->reach);
		free(session->sites[i]);
	}
	free(session->sites);
	for (size_t i = 0; i < session->way_count; i++)
		reach_unref(session->ways[i].reach);
	free(session->ways);
	kubeconfig_unref(session->config);
	http_client_destroy(session->http);
	pthread_cond_destroy(&session->changed);
	pthread_mutex_destroy(&session->lock);
	free(session);
}

// ---- which is which; under the lock ----

static struct site *site_find(struct session *session, const char *id, bool is_own)
{
	for (size_t i = 0; i < session->site_count; i++)
		if (strcmp(session->sites[i]->scope.cluster, id) == 0 && session->sites[i]->is_own == is_own)
			return session->sites[i];
	return NULL;
}

static struct site *site_add(struct session *session, const struct scope *scope, bool is_own)
{
	struct site *site;

	if (session->site_count == FLEET_SITES_MOST)
		return NULL;
	if (session->site_count == session->site_room) {
		size_t room = session->site_room ? 2 * session->site_room : 16;
		struct site **grown = realloc(session->sites, room * sizeof(struct site *));

		if (!grown)
			return NULL;
		session->sites = grown;
		session->site_room = room;
	}
	site = calloc(1, sizeof(*site));
	if (!site)
		return NULL;
	site->session = session;
	site->scope = *scope;
	site->is_own = is_own;
	snprintf(site->name, sizeof(site->name), "%s", scope->cluster);
	session->sites[session->site_count++] = site;
	return site;
}

static void site_take_way(struct site *site, struct way *way)
{
	if (site->way == way)
		return;
	site->way = way;
	way->site = site;
	// What was fetched for it is not used any more, and what was said of that way neither.
	reach_unref(site->reach);
	site->reach = NULL;
	site->health = SITE_UNMET;
	site->failures = 0;
	site->retry_at = 0;
}

static void take_cluster(const struct cluster_record *record, const struct scope *scope, void *user)
{
	struct session *session = user;
	struct site *site = site_find(session, record->record.id, false);
	struct scope own = *scope;

	if (!site) {
		snprintf(own.cluster, sizeof(own.cluster), "%s", record->record.id);
		if (*record->record.region)
			snprintf(own.region, sizeof(own.region), "%s", record->record.region);
		site = site_add(session, &own, false);
	}
	if (!site)
		return;
	snprintf(site->name, sizeof(site->name), "%s", record->record.name);
	snprintf(site->servers[0], sizeof(site->servers[0]), "%s", record->api_server);
	snprintf(site->servers[1], sizeof(site->servers[1]), "%s", record->intranet_server);
}

// Whose way it is, when that is certain: by the cluster's id in the context's name, as ACK writes it, or by an address
// that the whole world knows. An address inside a network may be another cluster's in another network: then only the
// uid tells.
static struct site *site_of_way(struct session *session, const struct way *way)
{
	enum { ID_LEAST = 16 };
	struct site *found = NULL;
	size_t count = 0;

	for (size_t i = 0; i < session->site_count; i++) {
		struct site *site = session->sites[i];

		if (site->is_own || site->way)
			continue;
		if (strlen(site->scope.cluster) >= ID_LEAST && strstr(way->name, site->scope.cluster))
			return site;
		if (strcmp(site->servers[0], site->servers[1]) != 0 && server_is_named(site->servers[0], way->server)) {
			found = site;
			count++;
		}
	}
	return count == 1 ? found : NULL;
}

// The same cluster under another address: a tunnel, a proxy, an address that the cloud does not tell.
static void join_by_uid(struct session *session, struct way *way)
{
	const struct site *own = way->site;

	if (!own->is_own || !*own->uid)
		return;
	for (size_t i = 0; i < session->site_count; i++) {
		struct site *site = session->sites[i];

		if (!site->is_own && !site->way && strcmp(site->uid, own->uid) == 0) {
			site_take_way(site, way);
			return;
		}
	}
}

static void update(struct session *session)
{
	const struct cluster_supply *supply = session->services.supply;

	if (supply)
		supply->clusters(supply->user, take_cluster, session);
	for (size_t i = 0; i < session->way_count; i++) {
		struct way *way = &session->ways[i];
		struct site *site = !way->site || way->site->is_own ? site_of_way(session, way) : NULL;
		struct scope scope = {.region = ""};

		if (site)
			site_take_way(site, way);
		if (way->site) {
			join_by_uid(session, way);
			continue;
		}
		snprintf(scope.context, sizeof(scope.context), "%s", session->context.name);
		snprintf(scope.cluster, sizeof(scope.cluster), "%s", way->name);
		way->site = site_add(session, &scope, true);
		if (way->site)
			way->site->way = way;
	}
}

void fleet_update(struct session *session)
{
	pthread_mutex_lock(&session->lock);
	update(session);
	pthread_mutex_unlock(&session->lock);
}

static struct site *find(struct session *session, const struct scope *scope)
{
	struct site *site = site_find(session, scope->cluster, !*scope->region);

	return site ? site : site_find(session, scope->cluster, *scope->region);
}

struct site *fleet_site(struct session *session, const struct scope *scope, struct error *error)
{
	struct site *site;

	pthread_mutex_lock(&session->lock);
	site = find(session, scope);
	if (!site) {
		update(session);
		site = find(session, scope);
	}
	if (!site)
		site = site_add(session, scope, false);
	pthread_mutex_unlock(&session->lock);
	if (!site)
		error_set(error, ERROR_LIMIT, _("more than %d clusters"), FLEET_SITES_MOST);
	return site;
}

bool site_is_replaced(struct site *site)
{
	struct session *session = site->session;
	bool replaced;

	pthread_mutex_lock(&session->lock);
	replaced = site->is_own && site->way && site->way->site != site;
	pthread_mutex_unlock(&session->lock);
	return replaced;
}

size_t fleet_suspects(struct session *session, struct site **out, size_t most)
{
	size_t count = 0;

	pthread_mutex_lock(&session->lock);
	for (size_t i = 0; i < session->site_count; i++) {
		struct site *site = session->sites[i];
		bool suspect = false;

		if (site->is_own || site->way || *site->uid)
			continue;
		for (size_t w = 0; w < session->way_count && !suspect; w++)
			suspect = session->ways[w].site && session->ways[w].site->is_own &&
			          server_is_named(site->servers[1], session->ways[w].server);
		if (suspect && count < most)
			out[count] = site;
		count += suspect;
	}
	pthread_mutex_unlock(&session->lock);
	return count;
}

bool fleet_reaches(struct session *session, const struct scope *scope)
{
	const struct cluster_supply *supply = session->services.supply;
	struct site *site;
	bool reaches;

	if (!*scope->cluster)
		return !*scope->region;
	site = fleet_site(session, scope, NULL);
	if (!site)
		return false;
	pthread_mutex_lock(&session->lock);
	reaches = site->is_own || ((site->way || (supply && supply->kubeconfig)) &&
	                                  (site->health != SITE_ILL || clock_monotonic(session->services.clock) >=
	                                                                       site->retry_at + SITE_DOUBT_MS));
	pthread_mutex_unlock(&session->lock);
	return reaches;
}

bool fleet_has_own(struct session *session)
{
	return session->way_count > 0 || session->config_error.kind != ERROR_NONE;
}
