// SPDX-License-Identifier: Apache-2.0
// One way through every change: read again, try it dry, intent on disk, call, wait, outcome on disk.
#include "config.h"
#include "kubernetes/act.h"

#include <stdio.h>
#include <string.h>

#include "base/failpoint.h"
#include "base/text.h"
#include "kubernetes/fill.h"

#include "base/banned.h"

enum { LOOK_MS = 1000, GONE_MOST_MS = 600000, FAILURES_MOST = 5 };

static bool pod_may_be_deleted(const struct record *record, char *why, size_t size)
{
	const struct pod_record *pod = (const struct pod_record *)record;

	if (!pod->deleting_since)
		return true;
	snprintf(why, size, "%s", _("it is being deleted already"));
	return false;
}

static bool node_may_be_cordoned(const struct record *record, char *why, size_t size)
{
	if (!((const struct node_record *)record)->is_unschedulable)
		return true;
	snprintf(why, size, "%s", _("it takes no new pods already"));
	return false;
}

static bool node_may_be_uncordoned(const struct record *record, char *why, size_t size)
{
	if (((const struct node_record *)record)->is_unschedulable)
		return true;
	snprintf(why, size, "%s", _("it takes new pods already"));
	return false;
}

const struct action cluster_actions[DEED_COUNT] = {
        [DEED_DELETE_POD] = {.name = "delete",
                .title = N_("Delete pod"),
                .help = N_("Delete the pod, with the time to end that it asks for; what owns it may make a new one"),
                .kind = KIND_POD,
                .guard = GUARD_DESTRUCTIVE,
                .flags = ACTION_WAITS,
                .key = 'd',
                .operation = "kubernetes.DeletePod",
                .allowed = pod_may_be_deleted},
        [DEED_CORDON] = {.name = "cordon",
                .title = N_("Cordon"),
                .help = N_("Let the node take no new pods; those it has stay"),
                .kind = KIND_NODE,
                .guard = GUARD_REVERSIBLE,
                .key = 'c',
                .undo = N_("uncordon it"),
                .operation = "kubernetes.CordonNode",
                .allowed = node_may_be_cordoned},
        [DEED_UNCORDON] = {.name = "uncordon",
                .title = N_("Uncordon"),
                .help = N_("Let the node take new pods again"),
                .kind = KIND_NODE,
                .guard = GUARD_REVERSIBLE,
                .key = 'u',
                .undo = N_("cordon it"),
                .operation = "kubernetes.UncordonNode",
                .allowed = node_may_be_uncordoned},
};

struct change {
	struct session *session;
	const struct action_request *request;
	enum deed_sort sort;
	struct job *job;
	struct site *site;
	struct reach *reach;
	struct object_place place;
	struct intent intent;
};

bool deed_is_it(enum deed_sort sort, const char *id, const cJSON *object)
{
	const char *uid = json_text(json_member(object, "metadata"), "uid");
	const char *provider = json_text(json_member(object, "spec"), "providerID");
	size_t length = strlen(provider), wanted = strlen(id);

	if (strcmp(uid, id) == 0)
		return true;
	return sort != DEED_DELETE_POD && length > wanted && strcmp(provider + length - wanted, id) == 0;
}

enum deed_result deed_judge(enum deed_sort sort, const char *id, const cJSON *object)
{
	bool cordoned = json_flag(json_member(object, "spec"), "unschedulable", false);

	if (sort == DEED_DELETE_POD) {
		if (!object || !deed_is_it(sort, id, object))
			return DEED_DONE;
		return *json_text(json_member(object, "metadata"), "deletionTimestamp") ? DEED_UNDER_WAY
		                                                                        : DEED_NOT_DONE;
	}
	return object && deed_is_it(sort, id, object) && cordoned == (sort == DEED_CORDON) ? DEED_DONE : DEED_NOT_DONE;
}

// ---- before ----

// The word that the person saw.
static void status_word(const struct change *change, const cJSON *object, char *out, size_t size)
{
	const struct scope *scope = &change->request->scope;
	struct snapshot_builder *builder = snapshot_builder_create(change->request->action->kind, scope, NULL);
	struct fill fill = {.builder = builder, .scope = scope};
	struct snapshot *snapshot;

	out[0] = '\0';
	if (!builder)
		return;
	fill_add(&fill, change->request->action->kind, object);
	snapshot = snapshot_finish(builder, 0, NULL);
	if (snapshot && snapshot->count == 1)
		snprintf(out, size, "%s", snapshot->records[0]->status);
	snapshot_unref(snapshot);
}

// What the person approved must still be so.
static bool is_unchanged(struct change *change, const cJSON *object, struct error *error)
{
	const struct action_request *request = change->request;
	int64_t created = json_time(json_member(object, "metadata"), "creationTimestamp");

	status_word(change, object, change->intent.before, sizeof(change->intent.before));
	if (!deed_is_it(change->sort, request->id, object))
		error_set(error, ERROR_CONFLICT, _("%s is another one now: it was made anew under the same name"),
		        change->place.name);
	else if (request->created && created != request->created)
		error_set(error, ERROR_CONFLICT, _("It is not the one that was seen: it was made at another time"));
	else if (request->status && *request->status && strcmp(request->status, change->intent.before) != 0)
		error_set(error, ERROR_CONFLICT, _("It is now %s, and was %s when you decided"), change->intent.before,
		        request->status);
	else
		return true;
	error_remedy(error, "%s", _("Look at it again and decide anew"));
	return false;
}

static bool read_again(struct change *change, struct error *error)
{
	const struct action_request *request = change->request;
	struct api_target target;
	struct object object;
	bool good;

	job_progress(change->job, 0, 0, _("Looking at %s again"), request->name ? request->name : request->id);
	if (!object_locate(change->site, change->reach, request->action->kind, &request->scope, request->id,
	            request->name, &change->place, job_cancel(change->job), error))
		return false;
	target = object_target(&change->place);
	if (!object_read(&object, change->reach, &target, job_cancel(change->job), error))
		return false;
	good = is_unchanged(change, object.doc.root, error);
	object_finish(&object);
	return good;
}

static bool send(struct change *change, bool dry_run, struct cancel *cancel, struct error *error)
{
	struct api_target target = object_target(&change->place);
	struct http_response *response;
	bool gone;

	if (change->sort == DEED_DELETE_POD)
		return api_delete(change->reach->api,
		        &(struct api_delete){
		                .target = target, .uid = change->request->id, .grace_s = -1, .dry_run = dry_run},
		        &gone, cancel, error);
	response = api_patch(change->reach->api,
	        &(struct api_change){.target = target,
	                .json = change->sort == DEED_CORDON ? "{\"spec\":{\"unschedulable\":true}}"
	                                                    : "{\"spec\":{\"unschedulable\":null}}",
	                .dry_run = dry_run},
	        API_PATCH_STRATEGIC, cancel, error);
	http_response_destroy(response);
	return response != NULL;
}

static bool intend(struct change *change, struct error *error)
{
	const struct action_request *request = change->request;
	struct intent *intent = &change->intent;
	struct buffer parameters;
	bool written;

	snprintf(intent->context, sizeof(intent->context), "%s", change->session->context.name);
	snprintf(intent->region, sizeof(intent->region), "%.63s", request->scope.region);
	snprintf(intent->operation, sizeof(intent->operation), "%s", request->action->operation);
	snprintf(intent->subject_kind, sizeof(intent->subject_kind), "%s", kind_get(request->action->kind)->name);
	snprintf(intent->subject, sizeof(intent->subject), "%s", request->id);
	snprintf(intent->subject_name, sizeof(intent->subject_name), "%s", change->place.name);
	snprintf(intent->run, sizeof(intent->run), "%s", request->run ? request->run : "");
	buffer_init(&parameters, INTENT_PARAMETERS_MOST);
	buffer_add_text(&parameters, "{\"cluster\":");
	text_add_json_string(&parameters, request->scope.cluster, strlen(request->scope.cluster));
	buffer_printf(&parameters, ",\"namespace\":\"%s\",\"name\":\"%s\"}", change->place.space, change->place.name);
	written = journal_intend(change->session->services.journal, intent, buffer_text(&parameters), error);
	buffer_finish(&parameters);
	return written;
}

// ---- after ----

static bool look(struct change *change, enum deed_result *result, struct cancel *cancel, struct error *error)
{
	struct api_target target = object_target(&change->place);
	struct error problem = {0};
	struct object object;

	if (object_read(&object, change->reach, &target, cancel, &problem)) {
		*result = deed_judge(change->sort, change->request->id, object.doc.root);
		object_finish(&object);
		return true;
	}
	if (problem.kind == ERROR_NOT_FOUND) {
		*result = deed_judge(change->sort, change->request->id, NULL);
		return true;
	}
	if (error)
		*error = problem;
	return false;
}

static bool is_in_doubt(const struct error *error)
{
	return error->kind == ERROR_NETWORK || error->kind == ERROR_TIMEOUT || error->kind == ERROR_CANCELLED ||
	       error->kind == ERROR_SERVICE || error->kind == ERROR_PROTOCOL;
}

// Until it is so. Leaving stops the waiting, not the change.
static bool wait_until_done(struct change *change, struct error *error)
{
	const struct clock *clock = change->session->services.clock;
	int64_t start = clock_monotonic(clock);
	unsigned failures = 0;

	for (;;) {
		enum deed_result result = DEED_UNDER_WAY;
		struct error problem = {0};
		int64_t elapsed = clock_monotonic(clock) - start;

		if (!look(change, &result, job_cancel(change->job), &problem) && ++failures > FAILURES_MOST) {
			if (error)
				*error = problem;
			return false;
		}
		if (result == DEED_DONE)
			return true;
		if (elapsed > GONE_MOST_MS)
			return error_set(error, ERROR_TIMEOUT,
			        _("It was asked for, and has not happened within %d min"), GONE_MOST_MS / 60000);
		job_progress(change->job, elapsed, 0, _("%s is ending"), change->place.name);
		if (!job_sleep(change->job, LOOK_MS))
			return job_cancelled(change->job, error) ? false
			                                         : error_set(error, ERROR_CANCELLED, _("cancelled"));
	}
}

static bool outcome(struct change *change, enum intent_state state, const struct error *failure, struct error *error)
{
	return journal_outcome(change->session->services.journal, change->intent.id, state, failure,
	        failure ? failure->request_id : NULL, NULL, error);
}

static bool carry_out(struct change *change, struct error *error)
{
	enum deed_result result = DEED_NOT_DONE;
	struct error problem = {0};

	failpoint("kubernetes.intended");
	if (!send(change, false, job_cancel(change->job), &problem)) {
		bool told = look(change, &result, job_cancel(change->job), NULL) && result != DEED_NOT_DONE;

		// In doubt stays in doubt: looking later settles it.
		if (!told && !is_in_doubt(&problem))
			outcome(change, INTENT_FAILED, &problem, NULL);
		if (!told || change->sort != DEED_DELETE_POD || !is_in_doubt(&problem)) {
			if (error)
				*error = problem;
			return false;
		}
	}
	failpoint("kubernetes.called");
	if (!wait_until_done(change, &problem)) {
		// The cluster took it: what remains is only to see it.
		if (problem.kind != ERROR_CANCELLED)
			outcome(change, INTENT_DONE, NULL, NULL);
		if (error)
			*error = problem;
		return false;
	}
	failpoint("kubernetes.done");
	return outcome(change, INTENT_DONE, NULL, error);
}

static bool is_in_time(const struct change *change, struct error *error)
{
	int64_t not_after = change->request->not_after;

	return !not_after || clock_monotonic(change->session->services.clock) <= not_after ||
	       error_set(error, ERROR_TIMEOUT, _("What this rests on has grown old meanwhile; nothing was changed"));
}

bool cluster_act(struct session *session, const struct action_request *request, struct job *job, struct error *error)
{
	struct change change = {.session = session, .request = request, .job = job};
	bool done;

	change.sort = (enum deed_sort)(request->action - cluster_actions);
	if (!session->services.journal) {
		error_set(error, ERROR_SYSTEM, _("Nothing is changed without a journal"));
		error_remedy(error, "%s", _("Make the state folder writable"));
		return false;
	}
	change.site = fleet_site(session, &request->scope, error);
	change.reach = change.site ? site_reach(change.site, job_cancel(job), error) : NULL;
	if (!change.reach)
		return false;
	done = read_again(&change, error) && send(&change, true, job_cancel(job), error) &&
	       !job_cancelled(job, error) && is_in_time(&change, error) && intend(&change, error) &&
	       carry_out(&change, error);
	if (!done && error && !*error->doing)
		error_doing(error, "%s %s", request->action->name, change.place.name);
	reach_unref(change.reach);
	return done;
}
