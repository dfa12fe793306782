// SPDX-License-Identifier: Apache-2.0
// One way through every change: read the thing again, dry run, intent on disk, call, wait, outcome on disk. What cannot
// be told stays in doubt.
#include "alibaba/act.h"

#include <stdio.h>
#include <string.h>

#include "alibaba/fault.h"
#include "base/failpoint.h"
#include "base/text.h"
#include "base/banned.h"

bool act_call(struct call *call, const struct action_request *request, const struct thing *thing, int64_t now,
        struct error *error)
{
	const struct deed *deed = deed_find(request->action);

	call_init(call, request->action->operation, request->scope.region);
	return deed && deed->fill(call, request, thing, now, error);
}

bool act_command(struct session *session, const struct action_request *request, struct buffer *out)
{
	struct call call;
	bool good = act_call(&call, request, NULL, clock_now(session->services.clock), NULL) &&
	            call_command(&call, session->context.profile, out);

	call_finish(&call);
	return good;
}

// What the person approved must still be so.
static bool is_unchanged(const struct action_request *request, const struct thing *thing, struct error *error)
{
	if (!thing->found)
		return error_set(error, ERROR_NOT_FOUND, _("%s does not exist any more"), request->id);
	if (request->name && *request->name && strcmp(request->name, thing->name) && strcmp(request->name, request->id))
		error_set(error, ERROR_CONFLICT, _("Its name is now \"%.80s\""), thing->name);
	else if (request->created && request->created != thing->created)
		error_set(error, ERROR_CONFLICT, _("It is not the one that was seen: it was made at another time"));
	else if (request->status && *request->status && strcmp(request->status, thing->status))
		error_set(error, ERROR_CONFLICT, _("It is now %s, and was %s when you decided"), thing->status,
		        request->status);
	else
		return true;
	error_remedy(error, _("Look at it again and decide anew"));
	return false;
}

bool act_dry_run(struct session *session, const struct action_request *request, const struct thing *thing,
        struct cancel *cancel, struct error *error)
{
	struct http_response *response;
	struct error problem = {0};
	struct call call;

	if (!act_call(&call, request, thing, clock_now(session->services.clock), error)) {
		call_finish(&call);
		return false;
	}
	if (!(call.operation->flags & OPERATION_DRY_RUN)) {
		call_finish(&call);
		return true;
	}
	call_set_flag(&call, "DryRun", true);
	response = call_perform(&session->caller, &call, cancel, &problem);
	call_finish(&call);
	if (!response && fault_class_of(problem.code) == FAULT_DRY_RUN)
		return true;
	// Answered as a success, the service took it for real, or does not know dry runs: nothing more is sent.
	if (response)
		error_set(&problem, ERROR_PROTOCOL,
		        _("The service did not treat the trial as a trial; look at the thing"));
	http_response_destroy(response);
	if (error)
		*error = problem;
	return false;
}

static bool add_parameters(struct buffer *out, const struct call *call)
{
	buffer_add_char(out, '{');
	for (size_t i = 0; i < call->count; i++) {
		const struct sign_pair *pair = &call->parameters[i];
		const char *value = operation_is_private(call->operation, pair->name) ? "***" : pair->value;

		buffer_add_text(out, i ? "," : "");
		text_add_json_string(out, pair->name, strlen(pair->name));
		buffer_add_char(out, ':');
		text_add_json_string(out, value, strlen(value));
	}
	if (call->body) {
		buffer_add_text(out, call->count ? ",\"body\":" : "\"body\":");
		text_add_json_string(out, call->body, strlen(call->body));
	}
	return buffer_add_char(out, '}');
}

static bool intend(struct session *session, const struct action_request *request, const struct call *call,
        const struct thing *thing, struct intent *intent, struct error *error)
{
	struct buffer parameters;
	bool written;

	memset(intent, 0, sizeof(*intent));
	snprintf(intent->context, sizeof(intent->context), "%s", session->context.name);
	snprintf(intent->region, sizeof(intent->region), "%.63s", request->scope.region);
	snprintf(intent->operation, sizeof(intent->operation), "%s", call->operation->name);
	snprintf(intent->subject_kind, sizeof(intent->subject_kind), "%s", kind_get(request->action->kind)->name);
	snprintf(intent->subject, sizeof(intent->subject), "%s", request->id);
	snprintf(intent->subject_name, sizeof(intent->subject_name), "%s", thing->name);
	snprintf(intent->run, sizeof(intent->run), "%s", request->run ? request->run : "");
	snprintf(intent->before, sizeof(intent->before), "%s", thing->status);
	buffer_init(&parameters, INTENT_PARAMETERS_MOST);
	written = add_parameters(&parameters, call)
	                  ? journal_intend(session->services.journal, intent, buffer_text(&parameters), error)
	                  : error_set(error, ERROR_LIMIT, _("The parameters are too long for the journal"));
	buffer_finish(&parameters);
	return written;
}

struct change {
	struct session *session;
	const struct action_request *request;
	const struct deed *deed;
	struct job *job;
	struct call call;
	struct intent intent;
	char request_id[64];
};

static enum deed_state look(struct change *change, struct thing *thing, struct error *error)
{
	struct deed_sight sight = {change->intent.before, change->intent.created, &change->call};

	if (!thing_read(change->session, change->request->action->kind, &change->request->scope, change->request->id,
	            thing, job_cancel(change->job), error))
		return DEED_UNKNOWN;
	return change->deed->judge(thing, &sight);
}

static bool record(struct change *change, enum intent_state state, const struct error *failure, struct error *error)
{
	return journal_outcome(
	        change->session->services.journal, change->intent.id, state, failure, change->request_id, NULL, error);
}

// The call was refused, or its answer got lost. A refusal is a fact, unless it is the second answer to a call whose
// first had its effect; then the thing itself tells.
static bool send_call(struct change *change, bool *in_doubt, struct error *error)
{
	struct http_response *response;
	struct error problem = {0};
	struct thing thing;
	enum deed_state state;
	struct json_doc doc;

	*in_doubt = false;
	response = call_perform(&change->session->caller, &change->call, job_cancel(change->job), &problem);
	if (response) {
		if (json_open(&doc, response->body, response->body_size, "answer", NULL)) {
			const char *id = json_text(doc.root, "RequestId");

			snprintf(change->request_id, sizeof(change->request_id), "%.63s",
			        *id ? id : json_text(doc.root, "request_id"));
			json_close(&doc);
		}
		http_response_destroy(response);
		return true;
	}
	state = look(change, &thing, NULL);
	thing_finish(&thing);
	if (state == DEED_DONE || state == DEED_UNDER_WAY)
		return true;
	*in_doubt = problem.kind == ERROR_NETWORK || problem.kind == ERROR_TIMEOUT || problem.kind == ERROR_CANCELLED ||
	            problem.kind == ERROR_SERVICE || problem.kind == ERROR_PROTOCOL;
	if (error)
		*error = problem;
	return false;
}

// Until the thing looks as wanted. Leaving stops the waiting, not the change.
static bool wait_until_done(struct change *change, struct error *error)
{
	const struct clock *clock = change->session->services.clock;
	int64_t start = clock_monotonic(clock), usual;
	unsigned failures = 0;

	usual = journal_usual_ms(change->session->services.journal, change->call.operation->name);
	job_expect(change->job, usual);
	while (change->deed->wait_ms) {
		struct thing thing;
		struct error problem = {0};
		int64_t elapsed = clock_monotonic(clock) - start;
		enum deed_state state = look(change, &thing, &problem);

		if (state == DEED_UNKNOWN && problem.kind != ERROR_NONE && ++failures > 5) {
			thing_finish(&thing);
			if (error)
				*error = problem;
			return false;
		}
		job_progress(change->job, elapsed, usual > elapsed ? usual : 0, _("%s: %s"), change->request->id,
		        thing.found ? thing.status : _("gone"));
		thing_finish(&thing);
		if (state == DEED_DONE)
			return true;
		// A VM whose pod is in use is deleted by the adaptor once it stops.
		if (state == DEED_GONE)
			return error_set(error, ERROR_NOT_FOUND,
			        _("It was asked for, and %s is gone: something else deleted it meanwhile"),
			        change->request->id);
		if (elapsed > change->deed->wait_ms)
			return error_set(error, ERROR_TIMEOUT,
			        _("It was asked for, and has not happened within %lld min"),
			        (long long)(change->deed->wait_ms / 60000));
		if (!job_sleep(change->job, change->deed->interval_ms))
			return job_cancelled(change->job, error) ? false
			                                         : error_set(error, ERROR_CANCELLED, _("Cancelled"));
	}
	return true;
}

static bool carry_out(struct change *change, struct error *error)
{
	struct error problem = {0};
	bool in_doubt;

	failpoint("alibaba.intended");
	if (!send_call(change, &in_doubt, &problem)) {
		// In doubt stays in doubt: no outcome is written, and looking later settles it.
		if (!in_doubt)
			record(change, INTENT_FAILED, &problem, NULL);
		if (error)
			*error = problem;
		return false;
	}
	failpoint("alibaba.called");
	job_request_id(change->job, change->request_id);
	if (!wait_until_done(change, &problem)) {
		// The service took it: what remains is only to see it.
		if (problem.kind != ERROR_CANCELLED)
			record(change, INTENT_DONE, NULL, NULL);
		if (error)
			*error = problem;
		return false;
	}
	failpoint("alibaba.done");
	return record(change, INTENT_DONE, NULL, error);
}

// Looking and trying out took their time.
static bool is_in_time(const struct change *change, struct error *error)
{
	int64_t not_after = change->request->not_after;

	if (!not_after || clock_monotonic(change->session->services.clock) <= not_after)
		return true;
	error_set(error, ERROR_TIMEOUT, _("What the decision rests on is too old by now; nothing was sent"));
	if (error)
		error->retryable = true;
	return false;
}

static bool make_ready(struct change *change, struct error *error)
{
	struct thing thing;
	bool ready = false;

	job_progress(change->job, 0, 0, _("Looking at %s again"), change->request->id);
	if (!thing_read(change->session, change->request->action->kind, &change->request->scope, change->request->id,
	            &thing, job_cancel(change->job), error))
		goto out;
	if (!is_unchanged(change->request, &thing, error) ||
	        (change->deed->check && !change->deed->check(&thing, error)) ||
	        (change->deed->look_around && !change->deed->look_around(change->session, change->request, &thing,
	                                              job_cancel(change->job), error)))
		goto out;
	job_progress(change->job, 0, 0, _("Trying it out"));
	if (!act_dry_run(change->session, change->request, &thing, job_cancel(change->job), error) ||
	        job_cancelled(change->job, error))
		goto out;
	ready = is_in_time(change, error) &&
	        act_call(&change->call, change->request, &thing, clock_now(change->session->services.clock), error) &&
	        intend(change->session, change->request, &change->call, &thing, &change->intent, error);
out:
	thing_finish(&thing);
	return ready;
}

static bool run_one(struct session *session, const struct action_request *request, struct job *job, struct error *error)
{
	struct change change = {.session = session, .request = request, .job = job, .deed = deed_find(request->action)};
	bool done;

	call_init(&change.call, request->action->operation, request->scope.region);
	done = make_ready(&change, error) && carry_out(&change, error);
	if (!done && error && !*error->doing)
		error_doing(error, "%s %s", request->action->name, request->id);
	call_finish(&change.call);
	return done;
}

// A part of a larger action, unless what it does is so already. The thing must still be the one that was seen, in that
// state if the part goes first.
static bool run_part(struct session *session, const struct action_request *whole, const char *name, const char *status,
        struct job *job, struct error *error)
{
	struct action_request request = *whole;
	struct deed_sight sight = {.before = ""};
	struct thing thing;
	bool good, is_done = false;

	request.action = action_find(whole->action->kind, name);
	request.status = status;
	good = thing_read(session, request.action->kind, &request.scope, request.id, &thing, job_cancel(job), error);
	if (good) {
		is_done = thing.found && deed_find(request.action)->judge(&thing, &sight) == DEED_DONE;
		good = is_unchanged(&request, &thing, error);
	}
	thing_finish(&thing);
	return good && (is_done || run_one(session, &request, job, error));
}

bool act_run(struct session *session, const struct action_request *request, struct job *job, struct error *error)
{
	const struct deed *deed = deed_find(request->action);
	struct action_request main_part = *request;

	if (!deed)
		return error_set(error, ERROR_USAGE, _("Alibaba Cloud has no such action"));
	if (request->action->flags & ACTION_TEXT)
		return act_console(session, request, job_cancel(job), error);
	if (!session->services.journal) {
		error_set(error, ERROR_SYSTEM, _("Nothing is changed without a journal"));
		error_remedy(error, _("Make the state folder writable"));
		return false;
	}
	if (deed->first) {
		if (!run_part(session, request, deed->first, request->status, job, error))
			return false;
		main_part.status = NULL;
	}
	return run_one(session, &main_part, job, error) &&
	       (!deed->then || run_part(session, request, deed->then, NULL, job, error));
}
