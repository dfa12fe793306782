// SPDX-License-Identifier: Apache-2.0
// A survey: lists in parallel, then what depends on them; afterwards whether the picture is whole.
#include "config.h"
#include "kubernetes/survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kubernetes/parallel.h"

#include "base/banned.h"

enum { ARENA_MOST = 16 << 20, MISSING_MOST = 2000 };

void survey_note(
        struct surveying *surveying, const char *verb, const char *words, bool is_optional, const struct error *error)
{
	pthread_mutex_lock(&surveying->lock);
	if (surveying->part_count < SURVEY_PARTS_MOST)
		surveying->parts[surveying->part_count++] = (struct survey_part){*error, verb, words, is_optional};
	pthread_mutex_unlock(&surveying->lock);
}

const char *survey_text(struct surveying *surveying, const char *text)
{
	const char *copy;

	pthread_mutex_lock(&surveying->lock);
	copy = arena_strdup(&surveying->out->arena, text);
	pthread_mutex_unlock(&surveying->lock);
	return copy ? copy : "";
}

static struct snapshot *read_list(struct surveying *surveying, enum kind_id kind, const struct fill *fill)
{
	struct read_kind read = {.api = surveying->reach->api, .kind = kind, .fill = *fill};
	struct error error = {0};
	struct snapshot *snapshot;

	read.fill.scope = &surveying->out->scope;
	snapshot = read_snapshot(&read, surveying->clock, surveying->cancel, &error);
	if (!snapshot)
		survey_note(surveying, "list", fill_resource(kind)->plural, false, &error);
	return snapshot;
}

// ---- what is read at the same time ----

static void read_classes(struct surveying *surveying)
{
	struct cluster_survey *out = surveying->out;
	struct survey_class *kept;
	struct error error = {0};

	if (!class_list_read(&surveying->classes, surveying->reach->api, surveying->cancel, &error)) {
		survey_note(surveying, "list", "runtimeclasses", false, &error);
		return;
	}
	pthread_mutex_lock(&surveying->lock);
	kept = arena_alloc(&out->arena, surveying->classes.count * sizeof(*kept));
	for (size_t i = 0; kept && i < surveying->classes.count; i++) {
		kept[i].name = arena_strdup(&out->arena, surveying->classes.items[i].name);
		kept[i].handler = arena_strdup(&out->arena, surveying->classes.items[i].handler);
		if (!kept[i].name || !kept[i].handler)
			kept = NULL;
	}
	out->classes = kept;
	out->class_count = kept ? surveying->classes.count : 0;
	out->classes_are_known = kept != NULL;
	pthread_mutex_unlock(&surveying->lock);
}

// Whether the resource is served at all, where its list does not tell.
static enum answer is_served(struct surveying *surveying)
{
	enum answer served = ANSWER_UNKNOWN;
	struct error error = {0};
	struct http_response *response = api_get_path(
	        surveying->reach->api, "/apis/confidentialcontainers.org/v1alpha1", surveying->cancel, &error);
	const cJSON *item;
	struct json_doc doc;

	if (!response)
		return error.kind == ERROR_NOT_FOUND ? ANSWER_NO : ANSWER_UNKNOWN;
	if (json_open(&doc, response->body, response->body_size, "resources", NULL)) {
		served = ANSWER_NO;
		cJSON_ArrayForEach(item, json_member(doc.root, "resources"))
		{
			if (strcmp(json_text(item, "name"), "peerpods") == 0)
				served = ANSWER_YES;
		}
		json_close(&doc);
	}
	http_response_destroy(response);
	return served;
}

// A cluster without the resource has no PeerPods, which is known, not missing.
static void read_peerpods(struct surveying *surveying)
{
	struct cluster_survey *out = surveying->out;
	struct read_kind read = {.api = surveying->reach->api, .kind = KIND_PEERPOD, .fill = {.scope = &out->scope}};
	struct error error = {0};
	struct snapshot_builder *builder;

	out->peerpods = read_snapshot(&read, surveying->clock, surveying->cancel, &error);
	out->controller.has_peerpods = out->peerpods ? ANSWER_YES : is_served(surveying);
	if (out->peerpods)
		return;
	if (out->controller.has_peerpods == ANSWER_NO && error.kind == ERROR_NOT_FOUND) {
		builder = snapshot_builder_create(KIND_PEERPOD, &out->scope, &error);
		out->peerpods = builder ? snapshot_finish(builder, clock_now(surveying->clock), NULL) : NULL;
	}
	if (!out->peerpods)
		survey_note(surveying, "list", "peerpods.confidentialcontainers.org", false, &error);
}

static bool lease_page(const cJSON *page, void *user, struct error *error)
{
	const cJSON *item;

	(void)error;
	cJSON_ArrayForEach(item, json_member(page, "items")) lease_times_add(user, item);
	return true;
}

static void lease_begin(void *user)
{
	lease_times_finish(user);
}

static void read_nodes(struct surveying *surveying)
{
	const struct api_query query = {.target = {.resource = &api_resources[API_LEASES], .space = "kube-node-lease"}};
	struct lease_times leases = {.count = 0};
	const struct api_list_sink sink = {lease_begin, lease_page, &leases};
	struct error error = {0};

	if (!api_list(surveying->reach->api, &query, &sink, NULL, surveying->cancel, &error))
		survey_note(surveying, "list", "leases.coordination.k8s.io in kube-node-lease", true, &error);
	lease_times_sort(&leases);
	surveying->out->nodes = read_list(surveying, KIND_NODE, &(struct fill){.leases = &leases});
	lease_times_finish(&leases);
}

static void read_events(struct surveying *surveying)
{
	surveying->out->events = read_list(surveying, KIND_EVENT, &(struct fill){.leases = NULL});
}

// Who it is, asked anew each time: an address may lead to another cluster today.
static void read_self(struct surveying *surveying)
{
	const struct api_target target = {.resource = &api_resources[API_NAMESPACES], .name = "kube-system"};
	struct cluster_survey *out = surveying->out;
	struct error error = {0};
	int64_t sent = clock_now(surveying->clock), read;
	struct http_response *response = api_get(surveying->reach->api, &target, surveying->cancel, &error);
	struct json_doc doc;

	if (!response) {
		survey_note(surveying, "get", "namespaces kube-system", false, &error);
		return;
	}
	read = clock_now(surveying->clock);
	// The header tells whole seconds.
	out->offset_is_known = response->server_date != 0;
	if (out->offset_is_known)
		out->offset_ms = response->server_date + 500 - (sent + (read - sent) / 2);
	site_clock(surveying->site, response);
	if (json_open(&doc, response->body, response->body_size, "namespace kube-system", &error)) {
		out->uid = survey_text(surveying, json_text(json_member(doc.root, "metadata"), "uid"));
		json_close(&doc);
	}
	http_response_destroy(response);
}

static void read_version(struct surveying *surveying)
{
	struct http_response *response = api_get_path(surveying->reach->api, "/version", surveying->cancel, NULL);
	struct json_doc doc;

	if (response && json_open(&doc, response->body, response->body_size, "version", NULL)) {
		surveying->out->version = survey_text(surveying, json_text(doc.root, "gitVersion"));
		json_close(&doc);
	}
	http_response_destroy(response);
}

static void run_first(size_t part, void *user)
{
	static void (*const parts[])(struct surveying *) = {read_peerpods, read_classes};

	parts[part](user);
}

// Pods are seen against classes and PeerPods, so that these come first; everything else goes along.
static void read_pods(struct surveying *surveying)
{
	struct fill fill = {.leases = NULL};
	struct vm_book *vms;

	parallel_run(2, 2, run_first, surveying);
	vms = vm_book_create(surveying->out->peerpods);
	fill.classes = surveying->classes.items;
	fill.class_count = surveying->classes.count;
	fill.classes_are_known = surveying->out->classes_are_known;
	fill.vms = vms;
	surveying->out->pods = read_list(surveying, KIND_POD, &fill);
	vm_book_destroy(vms);
}

static void (*const lists[])(struct surveying *) = {read_pods, read_nodes, read_events, read_self, read_version};

static void run_list(size_t part, void *user)
{
	lists[part](user);
}

// ---- what it comes to ----

static void tell_missing(struct surveying *surveying)
{
	struct buffer missing;

	buffer_init(&missing, MISSING_MOST);
	for (size_t i = 0; i < surveying->part_count; i++) {
		const struct survey_part *part = &surveying->parts[i];

		if (part->error.kind == ERROR_DENIED)
			buffer_printf(&missing, "%s%s %s", missing.size ? ", " : "", part->verb, part->words);
	}
	surveying->out->missing = survey_text(surveying, buffer_text(&missing));
	buffer_finish(&missing);
}

static const struct survey_part *find_part(const struct surveying *surveying, const char *words)
{
	for (size_t i = 0; i < surveying->part_count; i++)
		if (strcmp(surveying->parts[i].words, words) == 0)
			return &surveying->parts[i];
	return NULL;
}

static void conclude(struct surveying *surveying)
{
	struct cluster_survey *out = surveying->out;
	const struct survey_part *pods = find_part(surveying, "pods");

	tell_missing(surveying);
	if (!out->offset_is_known) {
		pthread_mutex_lock(&surveying->site->session->lock);
		out->offset_is_known = surveying->site->offset_is_known;
		out->offset_ms = surveying->site->offset_ms;
		pthread_mutex_unlock(&surveying->site->session->lock);
	}
	out->state = SURVEY_READ;
	for (size_t i = surveying->part_count; i-- > 0;) {
		if (surveying->parts[i].is_optional)
			continue;
		out->state = SURVEY_PARTIAL;
		out->error = surveying->parts[i].error;
	}
	if (!pods)
		return;
	out->state = pods->error.kind == ERROR_DENIED ? SURVEY_DENIED : SURVEY_UNREAD;
	out->error = pods->error;
}

static void survey_reached(struct surveying *surveying)
{
	parallel_run(COUNT_OF(lists), COUNT_OF(lists), run_list, surveying);
	if (surveying->out->pods)
		survey_look_at_adaptor(surveying);
	conclude(surveying);
	site_tell(surveying->site, surveying->reach,
	        surveying->out->state == SURVEY_UNREAD ? &surveying->out->error : NULL);
}

static void take_site(struct cluster_survey *out, struct surveying *surveying)
{
	struct session *session = surveying->site->session;
	struct site *site = surveying->site;

	pthread_mutex_lock(&session->lock);
	out->name = arena_strdup(&out->arena, site->name);
	out->version = arena_strdup(&out->arena, site->version);
	out->server = arena_strdup(&out->arena, site->reach ? access_server(site->reach->access)
	                                        : site->way ? site->way->server
	                                                    : site->servers[0]);
	pthread_mutex_unlock(&session->lock);
	if (!out->name || !out->version || !out->server)
		out->name = out->version = out->server = "";
}

bool survey_read(struct session *session, const struct scope *scope, struct cluster_survey *out, struct cancel *cancel,
        struct error *error)
{
	struct surveying *surveying = calloc(1, sizeof(*surveying));

	if (!surveying)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	memset(out, 0, sizeof(*out));
	arena_init(&out->arena, ARENA_MOST);
	out->scope = *scope;
	out->name = out->uid = out->server = out->version = out->missing = out->adaptor.image = "";
	out->began = clock_now(session->services.clock);
	pthread_mutex_init(&surveying->lock, NULL);
	surveying->out = out;
	surveying->clock = session->services.clock;
	surveying->cancel = cancel;
	surveying->site = fleet_site(session, scope, &out->error);
	surveying->reach = surveying->site ? site_reach(surveying->site, cancel, &out->error) : NULL;
	if (surveying->site)
		take_site(out, surveying);
	if (surveying->reach)
		survey_reached(surveying);
	out->ended = clock_now(session->services.clock);
	reach_unref(surveying->reach);
	class_list_finish(&surveying->classes);
	pthread_mutex_destroy(&surveying->lock);
	free(surveying);
	if (!cancel_asked(cancel))
		return true;
	cluster_survey_finish(out);
	return error_set(error, ERROR_CANCELLED, _("cancelled"));
}
