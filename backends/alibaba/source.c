// SPDX-License-Identifier: Apache-2.0
// Proof that a region's list may be believed, presence by id, rehearsals.
#include "alibaba/source.h"

#include <string.h>

#include "alibaba/act.h"
#include "alibaba/checks.h"
#include "alibaba/fault.h"
#include "base/banned.h"

// Static names for what a proof finds missing.
static const char list_permission[] = "ecs:DescribeInstances";

static void read_offset(struct session *session, const struct http_response *response, struct region_proof *out)
{
	// The header has whole seconds.
	out->offset_is_known = response->server_date != 0;
	if (out->offset_is_known)
		out->offset_ms = response->server_date + 500 - clock_now(session->services.clock);
}

static void read_proof(const struct http_response *response, const struct call *call, struct region_proof *out)
{
	struct fault fault;

	if (response->error.kind != ERROR_NONE) {
		out->error = response->error;
		return;
	}
	if (response->status >= 200 && response->status < 300) {
		out->missing = list_permission;
		error_set(&out->error, ERROR_DENIED, _("The service did not treat the trial as a trial"));
		return;
	}
	fault_read(response, &fault);
	out->vms_are_proven = fault.class == FAULT_DRY_RUN;
	if (out->vms_are_proven)
		return;
	fault_error(&fault, call->operation, response->status, call->operation->name, &out->error);
	if (fault.class == FAULT_DENIED)
		out->missing = list_permission;
}

static bool prove(struct session *session, const struct scope *region, struct region_proof *out, struct cancel *cancel,
        struct error *error)
{
	struct http_response *response;
	struct call call;

	memset(out, 0, sizeof(*out));
	out->missing = "";
	call_init(&call, "ecs.DescribeInstances", region->region);
	call_set_region(&call);
	call_set_flag(&call, "DryRun", true);
	response = call_ask(&session->caller, &call, cancel, &out->error);
	if (response) {
		read_offset(session, response, out);
		read_proof(response, &call, out);
		http_response_destroy(response);
	}
	call_finish(&call);
	if (*out->error.message)
		error_doing(&out->error, _("proving that VMs of %s may be listed"), region->region);
	if (out->error.kind != ERROR_CANCELLED)
		return true;
	if (error)
		*error = out->error;
	return false;
}

// Calls that answer for one id, and say so when it does not exist.
static const struct {
	enum kind_id kind;
	const char *operation, *parameter;
} by_id[] = {
        {KIND_VM, "ecs.DescribeInstanceAttribute", "InstanceId"},
        {KIND_ENI, "ecs.DescribeNetworkInterfaceAttribute", "NetworkInterfaceId"},
};

static bool ask_by_id(struct session *session, const struct scope *region, const char *operation, const char *parameter,
        const char *id, enum presence *out, struct cancel *cancel, struct error *error)
{
	struct http_response *response;
	struct error problem = {0};
	struct json_doc doc;
	struct call call;

	call_init(&call, operation, region->region);
	if (operation_takes(call.operation, "RegionId"))
		call_set_region(&call);
	call_set(&call, parameter, id);
	response = call_perform(&session->caller, &call, cancel, &problem);
	call_finish(&call);
	if (response && json_open(&doc, response->body, response->body_size, operation, &problem)) {
		// An answer about nothing is none.
		if (!strcmp(json_text(doc.root, parameter), id))
			*out = PRESENCE_PRESENT;
		else
			error_set(&problem, ERROR_PROTOCOL, _("The answer is not about %s"), id);
		json_close(&doc);
	} else if (!response && fault_class_of(problem.code) == FAULT_GONE) {
		*out = PRESENCE_ABSENT;
	}
	http_response_destroy(response);
	if (*out == PRESENCE_UNKNOWN && error)
		*error = problem;
	return *out != PRESENCE_UNKNOWN;
}

static bool exists(struct session *session, const struct scope *region, enum kind_id kind, const char *id,
        enum presence *out, struct cancel *cancel, struct error *error)
{
	struct thing thing;
	bool known;

	*out = PRESENCE_UNKNOWN;
	for (size_t i = 0; i < COUNT_OF(by_id); i++)
		if (by_id[i].kind == kind)
			return ask_by_id(
			        session, region, by_id[i].operation, by_id[i].parameter, id, out, cancel, error);
	// Lists asked for one id: their emptiness is proven by a dry run.
	known = thing_read(session, kind, region, id, &thing, cancel, error);
	if (known)
		*out = thing.found ? PRESENCE_PRESENT : PRESENCE_ABSENT;
	thing_finish(&thing);
	return known;
}

static bool rehearse(struct session *session, const char *action, enum kind_id kind, const struct scope *region,
        const char *id, struct cancel *cancel, struct error *error)
{
	return act_rehearse(session, action, kind, region, id, cancel, error);
}

const struct cloud_source cloud_source = {
        .prove = prove,
        .user_data = source_user_data,
        .exists = exists,
        .price = source_price,
        .address_price = source_address_price,
        .rehearse = rehearse,
        .kubeconfig = source_kubeconfig,
        .checks = &cloud_checks,
};
