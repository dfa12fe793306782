// SPDX-License-Identifier: Apache-2.0
// Logs, rights, and taking a finalizer off.
#include "config.h"
#include "kubernetes/source.h"

#include <stdio.h>
#include <string.h>

#include "base/failpoint.h"
#include "base/text.h"
#include "kubernetes/api_logs.h"
#include "kubernetes/object.h"

#include "base/banned.h"

static const char finalizer[] = "peer.pod/finalizer";

static struct reach *reach_of(struct session *session, const struct scope *cluster, struct site **site,
        struct cancel *cancel, struct error *error)
{
	*site = fleet_site(session, cluster, error);
	return *site ? site_reach(*site, cancel, error) : NULL;
}

bool source_log(struct session *session, const struct scope *cluster, const struct survey_log *log,
        bool (*on_line)(const char *text, size_t size, void *user), void *user, struct cancel *cancel,
        struct error *error)
{
	struct site *site;
	struct reach *reach = reach_of(session, cluster, &site, cancel, error);
	char since[TIME_TEXT_SIZE];
	struct api_log_query query = {.space = log->space,
	        .pod = log->pod,
	        .container = log->container && *log->container ? log->container : NULL,
	        .previous = log->previous,
	        .follow = log->follow,
	        .timestamps = true,
	        .tail = -1};
	bool read;

	if (!reach)
		return false;
	if (log->since) {
		time_format_iso(log->since, since);
		query.since_time = since;
	}
	read = api_logs(reach->api, &query, on_line, user, cancel, error);
	reach_unref(reach);
	return read;
}

bool source_may(struct session *session, const struct scope *cluster, const char *verb, const char *group,
        const char *resource, const char *space, bool *allowed, struct cancel *cancel, struct error *error)
{
	struct site *site;
	struct reach *reach = reach_of(session, cluster, &site, cancel, error);
	const char *slash = strchr(resource, '/');
	char plural[128];
	const struct api_resource row = {.group = group, .version = "v1", .plural = plural, .has_space = *space};
	const struct api_target target = {
	        .resource = &row, .space = *space ? space : NULL, .part = slash ? slash + 1 : NULL};
	bool asked;

	if (!reach)
		return false;
	snprintf(plural, sizeof(plural), "%.*s", (int)(slash ? slash - resource : (int)strlen(resource)), resource);
	asked = api_may(reach->api, verb, &target, allowed, cancel, error);
	reach_unref(reach);
	return asked;
}

// ---- the finalizer ----

static struct api_target peerpod_target(const char *space, const char *name)
{
	return (struct api_target){.resource = &api_resources[API_PEER_PODS], .space = space, .name = name};
}

static bool has_finalizer(const cJSON *root)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, json_path(root, "metadata.finalizers"))
	{
		if (cJSON_IsString(item) && strcmp(item->valuestring, finalizer) == 0)
			return true;
	}
	return false;
}

bool source_peerpod_is_held(struct reach *reach, const char *space, const char *name, const char *uid, bool *has,
        struct cancel *cancel, struct error *error)
{
	const struct api_target target = peerpod_target(space, name);
	struct error problem = {0};
	struct object object;

	*has = false;
	if (!object_read(&object, reach, &target, cancel, &problem)) {
		if (problem.kind == ERROR_NOT_FOUND)
			return true;
		if (error)
			*error = problem;
		return false;
	}
	*has = strcmp(object_uid(&object), uid) == 0 && has_finalizer(object.doc.root);
	object_finish(&object);
	return true;
}

// The list as it was read must still be the list: one that changed meanwhile is refused by the cluster.
static bool write_patch(struct buffer *out, const cJSON *root, const char *uid)
{
	const cJSON *list = json_path(root, "metadata.finalizers"), *item;
	bool first = true;

	buffer_add_text(out, "[{\"op\":\"test\",\"path\":\"/metadata/uid\",\"value\":");
	text_add_json_string(out, uid, strlen(uid));
	buffer_add_text(out, "},{\"op\":\"test\",\"path\":\"/metadata/finalizers\",\"value\":");
	json_write(out, list, false);
	buffer_add_text(out, "},{\"op\":\"replace\",\"path\":\"/metadata/finalizers\",\"value\":[");
	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsString(item) || strcmp(item->valuestring, finalizer) == 0)
			continue;
		buffer_add_text(out, first ? "" : ",");
		text_add_json_string(out, item->valuestring, strlen(item->valuestring));
		first = false;
	}
	return buffer_add_text(out, "]}]");
}

static bool intend(struct session *session, const struct scope *cluster, const char *space, const char *name,
        const char *uid, const char *run, struct intent *intent, struct error *error)
{
	struct buffer parameters;
	bool written;

	memset(intent, 0, sizeof(*intent));
	snprintf(intent->context, sizeof(intent->context), "%s", session->context.name);
	snprintf(intent->region, sizeof(intent->region), "%.63s", cluster->region);
	snprintf(intent->operation, sizeof(intent->operation), "%s", OPERATION_RELEASE);
	snprintf(intent->subject_kind, sizeof(intent->subject_kind), "%s", kind_get(KIND_PEERPOD)->name);
	snprintf(intent->subject, sizeof(intent->subject), "%s", uid);
	snprintf(intent->subject_name, sizeof(intent->subject_name), "%.120s/%.120s", space, name);
	snprintf(intent->run, sizeof(intent->run), "%s", run ? run : "");
	buffer_init(&parameters, INTENT_PARAMETERS_MOST);
	buffer_add_text(&parameters, "{\"cluster\":");
	text_add_json_string(&parameters, cluster->cluster, strlen(cluster->cluster));
	buffer_printf(&parameters, ",\"namespace\":\"%s\",\"name\":\"%s\"}", space, name);
	written = journal_intend(session->services.journal, intent, buffer_text(&parameters), error);
	buffer_finish(&parameters);
	return written;
}

static bool is_in_doubt(const struct error *error)
{
	return error->kind == ERROR_NETWORK || error->kind == ERROR_TIMEOUT || error->kind == ERROR_CANCELLED ||
	       error->kind == ERROR_SERVICE || error->kind == ERROR_PROTOCOL;
}

static bool send_patch(struct session *session, struct reach *reach, const struct api_target *target,
        const struct buffer *patch, const struct intent *intent, const char *uid, struct cancel *cancel,
        struct error *error)
{
	const struct api_change change = {.target = *target, .json = buffer_text(patch)};
	struct error problem = {0};
	struct http_response *response = api_patch(reach->api, &change, API_PATCH_JSON, cancel, &problem);
	bool held = true;

	http_response_destroy(response);
	// A lost answer: the object itself tells.
	if (!response && is_in_doubt(&problem) &&
	        source_peerpod_is_held(reach, target->space, target->name, uid, &held, cancel, NULL) && !held)
		error_clear(&problem);
	if (problem.kind == ERROR_NONE)
		return journal_outcome(session->services.journal, intent->id, INTENT_DONE, NULL, NULL, NULL, error);
	if (!is_in_doubt(&problem))
		journal_outcome(
		        session->services.journal, intent->id, INTENT_FAILED, &problem, problem.request_id, NULL, NULL);
	if (error)
		*error = problem;
	return false;
}

static bool release(struct session *session, struct reach *reach, const struct scope *cluster,
        const struct object *object, const struct api_target *target, const char *uid, const char *run,
        struct cancel *cancel, struct error *error)
{
	struct intent intent;
	struct buffer patch;
	bool done = false;

	if (strcmp(object_uid(object), uid) != 0)
		return error_set(error, ERROR_CONFLICT, _("the PeerPod %s is another one now"), target->name);
	if (!has_finalizer(object->doc.root))
		return true;
	buffer_init(&patch, 64 << 10);
	if (!write_patch(&patch, object->doc.root, uid))
		error_set(error, ERROR_LIMIT, _("the list of finalizers is too long"));
	else if (intend(session, cluster, target->space, target->name, uid, run, &intent, error)) {
		failpoint("kubernetes.intended");
		done = send_patch(session, reach, target, &patch, &intent, uid, cancel, error);
		failpoint("kubernetes.done");
	}
	buffer_finish(&patch);
	return done;
}

bool source_release_peerpod(struct session *session, const struct scope *cluster, const char *space, const char *name,
        const char *uid, const char *run, struct cancel *cancel, struct error *error)
{
	const struct api_target target = peerpod_target(space, name);
	struct error problem = {0};
	struct object object;
	struct site *site;
	struct reach *reach;
	bool done;

	if (!session->services.journal)
		return error_set(error, ERROR_SYSTEM, _("Nothing is changed without a journal"));
	reach = reach_of(session, cluster, &site, cancel, error);
	if (!reach)
		return false;
	if (object_read(&object, reach, &target, cancel, &problem)) {
		done = release(session, reach, cluster, &object, &target, uid, run, cancel, error);
		object_finish(&object);
	} else {
		// What is away needs no releasing.
		done = problem.kind == ERROR_NOT_FOUND;
		if (!done && error)
			*error = problem;
	}
	reach_unref(reach);
	return done;
}
