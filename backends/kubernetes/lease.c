// SPDX-License-Identifier: Apache-2.0
// A Lease as client-go's leader election keeps it: whose version has stood unchanged for its own duration by our clock
// may be taken over; every write carries the version that was read.
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "kubernetes/object.h"
#include "kubernetes/source.h"

#include "base/banned.h"

struct lease_call {
	struct session *session;
	struct reach *reach;
	const struct lease_request *request;
	struct lease_state *state;
	struct cancel *cancel;
	struct api_target target;
};

// What stands in the object.
struct lease_seen {
	char holder[128], version[64], acquired[40];
	int64_t duration_ms, transitions;
};

// RFC 3339 with six decimals, as MicroTime wants it.
static void write_time(int64_t now, char *out, size_t size)
{
	char text[TIME_TEXT_SIZE];

	time_format_iso(now, text);
	snprintf(out, size, "%.19s.%03" PRId64 "000Z", text, now % 1000);
}

static void see(const cJSON *root, struct lease_seen *seen)
{
	const cJSON *spec = json_member(root, "spec");

	snprintf(seen->holder, sizeof(seen->holder), "%s", json_text(spec, "holderIdentity"));
	snprintf(seen->version, sizeof(seen->version), "%s",
	        json_text(json_member(root, "metadata"), "resourceVersion"));
	snprintf(seen->acquired, sizeof(seen->acquired), "%s", json_text(spec, "acquireTime"));
	seen->duration_ms = 1000 * json_int(spec, "leaseDurationSeconds", 0);
	seen->transitions = json_int(spec, "leaseTransitions", 0);
}

static void remember(struct lease_call *call, const struct lease_seen *seen)
{
	struct lease_state *state = call->state;

	snprintf(state->holder, sizeof(state->holder), "%s", seen->holder);
	state->transitions = seen->transitions;
	if (strcmp(state->version, seen->version) == 0)
		return;
	snprintf(state->version, sizeof(state->version), "%s", seen->version);
	state->version_since = clock_monotonic(call->session->services.clock);
}

static void add_text(struct buffer *out, const char *name, const char *value)
{
	buffer_printf(out, ",\"%s\":", name);
	text_add_json_string(out, value, strlen(value));
}

// Fields that newer clusters know ("strategy", "preferredHolder") stay as they were.
static void add_other_fields(struct buffer *out, const cJSON *spec)
{
	static const char *const ours[] = {
	        "holderIdentity", "leaseDurationSeconds", "acquireTime", "renewTime", "leaseTransitions"};
	const cJSON *member;

	cJSON_ArrayForEach(member, spec)
	{
		bool own = false;

		for (size_t i = 0; i < COUNT_OF(ours); i++)
			own = own || strcmp(member->string, ours[i]) == 0;
		if (own)
			continue;
		buffer_printf(out, ",\"%s\":", member->string);
		json_write(out, member, false);
	}
}

// The object as it is to be; `root` NULL = a new one.
static bool write_lease(struct buffer *out, const struct lease_call *call, const cJSON *root,
        const struct lease_seen *seen, const char *holder, int64_t duration_ms, bool renews)
{
	const cJSON *metadata = json_member(root, "metadata");
	char now[40];

	write_time(clock_now(call->session->services.clock), now, sizeof(now));
	buffer_add_text(out, "{\"apiVersion\":\"coordination.k8s.io/v1\",\"kind\":\"Lease\",\"metadata\":");
	if (metadata) {
		json_write(out, metadata, false);
	} else {
		buffer_add_text(out, "{\"name\":");
		text_add_json_string(out, call->request->name, strlen(call->request->name));
		add_text(out, "namespace", call->request->space);
		buffer_add_char(out, '}');
	}
	buffer_add_text(out, ",\"spec\":{\"holderIdentity\":");
	text_add_json_string(out, holder, strlen(holder));
	buffer_printf(out, ",\"leaseDurationSeconds\":%" PRId64 ",\"leaseTransitions\":%" PRId64,
	        duration_ms < 1000 ? 1 : duration_ms / 1000, seen->transitions + (root && !renews));
	add_text(out, "acquireTime", renews && *seen->acquired ? seen->acquired : now);
	add_text(out, "renewTime", now);
	add_other_fields(out, json_member(root, "spec"));
	return buffer_add_text(out, "}}");
}

// Another was quicker: whatever we held on the version read is not known to be ours any more, and will be looked at.
static bool lost_race(struct lease_call *call, const struct error *problem, struct error *error)
{
	if (problem->kind == ERROR_CONFLICT) {
		call->state->is_held = false;
		call->state->holder[0] = '\0';
		return true;
	}
	if (error)
		*error = *problem;
	return false;
}

static bool put_lease(struct lease_call *call, const cJSON *root, const struct lease_seen *seen, const char *holder,
        int64_t duration_ms, bool renews, struct error *error)
{
	int64_t sent = clock_monotonic(call->session->services.clock);
	struct api_change change = {.target = call->target};
	struct http_response *response;
	struct error problem = {0};
	struct lease_seen now;
	struct buffer body;
	struct json_doc doc;
	bool good;

	buffer_init(&body, 256 << 10);
	if (!write_lease(&body, call, root, seen, holder, duration_ms, renews)) {
		buffer_finish(&body);
		return error_set(error, ERROR_LIMIT, _("the Lease is too long"));
	}
	change.json = buffer_text(&body);
	if (!root)
		change.target.name = NULL;
	response = root ? api_put(call->reach->api, &change, call->cancel, &problem)
	                : api_post(call->reach->api, &change, call->cancel, &problem);
	buffer_finish(&body);
	if (!response)
		return lost_race(call, &problem, error);
	good = json_open(&doc, response->body, response->body_size, "Lease", error);
	if (good) {
		see(doc.root, &now);
		remember(call, &now);
		call->state->is_held = *holder && strcmp(now.holder, holder) == 0;
		call->state->until = call->state->is_held ? sent + duration_ms : 0;
		json_close(&doc);
	}
	http_response_destroy(response);
	return good;
}

static bool may_take_over(const struct lease_call *call, const struct lease_seen *seen)
{
	int64_t now = clock_monotonic(call->session->services.clock);

	return !*seen->holder || now - call->state->version_since >= seen->duration_ms;
}

static bool take_known(struct lease_call *call, const struct object *object, struct error *error)
{
	struct lease_seen seen;
	bool ours;

	see(object->doc.root, &seen);
	remember(call, &seen);
	ours = strcmp(seen.holder, call->request->holder) == 0;
	if (!ours)
		call->state->is_held = false;
	if (!ours && !may_take_over(call, &seen))
		return true;
	return put_lease(call, object->doc.root, &seen, call->request->holder, call->request->duration_ms, ours, error);
}

// A cluster id of "" is where the program runs, else the current context: the first way.
static struct site *site_of(struct session *session, const struct scope *cluster, struct error *error)
{
	struct scope scope = *cluster;

	if (*cluster->cluster)
		return fleet_site(session, cluster, error);
	if (session->way_count == 0) {
		error_set(error, ERROR_CONFIG, _("no cluster is known for the Lease"));
		error_remedy(error, "%s", _("run inside a cluster, or name one with --kubeconfig FILE"));
		return NULL;
	}
	fleet_update(session);
	scope.region[0] = '\0';
	snprintf(scope.cluster, sizeof(scope.cluster), "%s", session->ways[0].name);
	return fleet_site(session, &scope, error);
}

static bool lease_begin(struct lease_call *call, struct session *session, const struct scope *cluster,
        const struct lease_request *request, struct lease_state *state, struct cancel *cancel, struct error *error)
{
	struct site *site = site_of(session, cluster, error);

	*call = (struct lease_call){.session = session, .request = request, .state = state, .cancel = cancel};
	call->target = (struct api_target){
	        .resource = &api_resources[API_LEASES], .space = request->space, .name = request->name};
	call->reach = site ? site_reach(site, cancel, error) : NULL;
	return call->reach != NULL;
}

bool source_lease_take(struct session *session, const struct scope *cluster, const struct lease_request *request,
        struct lease_state *state, struct cancel *cancel, struct error *error)
{
	const struct lease_seen nothing = {.holder = ""};
	struct error problem = {0};
	struct lease_call call;
	struct object object;
	bool good;

	if (!lease_begin(&call, session, cluster, request, state, cancel, error))
		return false;
	if (object_read(&object, call.reach, &call.target, cancel, &problem)) {
		good = take_known(&call, &object, error);
		object_finish(&object);
	} else if (problem.kind == ERROR_NOT_FOUND) {
		good = put_lease(&call, NULL, &nothing, request->holder, request->duration_ms, false, error);
	} else {
		good = false;
		if (error)
			*error = problem;
	}
	reach_unref(call.reach);
	if (state->is_held && clock_monotonic(session->services.clock) >= state->until)
		state->is_held = false;
	return good;
}

bool source_lease_release(struct session *session, const struct scope *cluster, const struct lease_request *request,
        struct lease_state *state, struct cancel *cancel, struct error *error)
{
	struct lease_call call;
	struct lease_seen seen;
	struct object object;
	bool good;

	if (!lease_begin(&call, session, cluster, request, state, cancel, error))
		return false;
	good = object_read(&object, call.reach, &call.target, cancel, error);
	if (good) {
		see(object.doc.root, &seen);
		if (strcmp(seen.holder, request->holder) == 0)
			good = put_lease(&call, object.doc.root, &seen, "", 1000, true, error);
		object_finish(&object);
	}
	if (good)
		state->is_held = false;
	reach_unref(call.reach);
	return good;
}
