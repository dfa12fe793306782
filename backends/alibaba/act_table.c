// SPDX-License-Identifier: Apache-2.0
// The actions, and what is particular to each.
#include "alibaba/act_own.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "inventory/records.h"
#include "base/banned.h"

enum { MINUTE_MS = 60000, INSTANCE_WAIT_MS = 10 * MINUTE_MS, DELETE_WAIT_MS = 20 * MINUTE_MS };
enum { POOL_WAIT_MS = 90 * MINUTE_MS, NETWORK_WAIT_MS = 5 * MINUTE_MS, NODES_MOST = 1000 };

static bool status_is(const struct record *record, const char *wanted, char *why, size_t size)
{
	if (!strcmp(record->status, wanted))
		return true;
	snprintf(why, size, _("It is %s, not %s"), record->status, wanted);
	return false;
}

static bool may_start(const struct record *record, char *why, size_t size)
{
	return status_is(record, "Stopped", why, size);
}

static bool may_stop(const struct record *record, char *why, size_t size)
{
	return status_is(record, "Running", why, size);
}

static bool may_delete(const struct record *record, char *why, size_t size)
{
	const struct vm_record *vm = (const struct vm_record *)record;

	if (vm->deletion_protection)
		snprintf(why, size, "%s", _("Its deletion protection is on"));
	else if (!strcmp(vm->charge_type, "PrePaid"))
		snprintf(why, size, "%s", _("It is paid in advance"));
	else if (vm->locks.count)
		snprintf(why, size, _("It is locked: %s"), vm->locks.items[0]);
	else if (strcmp(record->status, "Running") && strcmp(record->status, "Stopped"))
		snprintf(why, size, _("It is %s"), record->status);
	else
		return true;
	return false;
}

static bool may_quarantine(const struct record *record, char *why, size_t size)
{
	return !strcmp(record->status, "Stopped") || status_is(record, "Running", why, size);
}

static bool may_scale(const struct record *record, char *why, size_t size)
{
	if (!((const struct node_pool_record *)record)->auto_scaling)
		return true;
	snprintf(why, size, "%s", _("Auto scaling decides its size"));
	return false;
}

const struct action actions[ALIBABA_ACTIONS] = {
        {"start", N_("Start"), N_("Starts a stopped VM"), KIND_VM, GUARD_REVERSIBLE, ACTION_WAITS, 's', NULL,
                N_("stop it again"), "ecs.StartInstance", may_start},
        {"stop", N_("Stop"), N_("Stops a running VM; it is charged on"), KIND_VM, GUARD_DISRUPTIVE, ACTION_WAITS, 'x',
                NULL, N_("start it again"), "ecs.StopInstance", may_stop},
        {"stop-saving", N_("Stop, saving cost"),
                N_("Stops a running VM in economical mode: it may not start again when stock runs out"), KIND_VM,
                GUARD_DISRUPTIVE, ACTION_WAITS, 'e', NULL, N_("start it again, if there is stock"), "ecs.StopInstance",
                may_stop},
        {"reboot", N_("Reboot"), N_("Restarts a running VM"), KIND_VM, GUARD_DISRUPTIVE, ACTION_WAITS, 'r', NULL, NULL,
                "ecs.RebootInstance", may_stop},
        {"delete", N_("Delete"), N_("Deletes a VM and its disk, for good"), KIND_VM, GUARD_DESTRUCTIVE, ACTION_WAITS,
                'd', NULL, NULL, "ecs.DeleteInstance", may_delete},
        {"console", N_("Console output"), N_("Shows what the VM wrote to its serial console"), KIND_VM, GUARD_READ,
                ACTION_TEXT, 'o', NULL, NULL, "ecs.GetInstanceConsoleOutput", NULL},
        {"tag", N_("Add tag"), N_("Sets a tag"), KIND_VM, GUARD_REVERSIBLE, ACTION_ASKS, 't', N_("Tag as key=value"),
                N_("remove the tag"), "ecs.TagResources", NULL},
        {"untag", N_("Remove tag"), N_("Removes a tag"), KIND_VM, GUARD_REVERSIBLE, ACTION_ASKS, 'u',
                N_("Key of the tag"), N_("add the tag again"), "ecs.UntagResources", NULL},
        {"quarantine", N_("Quarantine"), N_("Tags a VM with the time and your name, then stops it in economical mode"),
                KIND_VM, GUARD_DISRUPTIVE, ACTION_ASKS | ACTION_WAITS, 'q', N_("Your name, for the tag"),
                N_("lift the quarantine"), "ecs.TagResources", may_quarantine},
        {"unquarantine", N_("Lift quarantine"), N_("Removes the quarantine's tags, then starts the VM"), KIND_VM,
                GUARD_REVERSIBLE, ACTION_WAITS, 'l', NULL, N_("quarantine it again"), "ecs.UntagResources", NULL},
        {"delete", N_("Delete"), N_("Deletes a network interface that nothing uses"), KIND_ENI, GUARD_DESTRUCTIVE,
                ACTION_WAITS, 'd', NULL, NULL, "ecs.DeleteNetworkInterface", may_delete_interface},
        {"unbind", N_("Unbind"), N_("Takes an address off a network interface that no VM uses"), KIND_EIP,
                GUARD_DISRUPTIVE, ACTION_WAITS, 'u', NULL, NULL, "vpc.UnassociateEipAddress", may_unbind},
        {"release", N_("Release"), N_("Gives a public address back, for good; unbinds it first"), KIND_EIP,
                GUARD_DESTRUCTIVE, ACTION_WAITS, 'd', NULL, NULL, "vpc.ReleaseEipAddress", may_release},
        {"scale", N_("Set size"), N_("Sets how many nodes the pool should have"), KIND_NODE_POOL, GUARD_DISRUPTIVE,
                ACTION_ASKS | ACTION_WAITS | ACTION_SCALES, 's', N_("Number of nodes"), N_("set the former size"),
                "cs.ModifyClusterNodePool", may_scale},
};

static bool fill_id(struct call *call, const struct action_request *request, const struct thing *thing, int64_t now,
        struct error *error)
{
	(void)thing;
	(void)now;
	(void)error;
	call_set(call, "InstanceId", request->id);
	return true;
}

static bool fill_stop(struct call *call, const struct action_request *request, const struct thing *thing, int64_t now,
        struct error *error)
{
	fill_id(call, request, thing, now, error);
	call_set(call, "StoppedMode", !strcmp(request->action->name, "stop-saving") ? "StopCharging" : "KeepCharging");
	return true;
}

static bool fill_delete(struct call *call, const struct action_request *request, const struct thing *thing, int64_t now,
        struct error *error)
{
	const char *status = thing ? thing->status : request->status ? request->status : "";

	fill_id(call, request, thing, now, error);
	if (!strcmp(status, "Running"))
		call_set_flag(call, "Force", true);
	return true;
}

static bool fill_console(struct call *call, const struct action_request *request, const struct thing *thing,
        int64_t now, struct error *error)
{
	fill_id(call, request, thing, now, error);
	call_set_region(call);
	call_set_flag(call, "RemoveSymbols", true);
	return true;
}

static bool fill_scale(struct call *call, const struct action_request *request, const struct thing *thing, int64_t now,
        struct error *error)
{
	int64_t size;
	char body[96];

	(void)thing;
	(void)now;
	if (!request->value || !text_to_int64(request->value, &size) || size < 0 || size > NODES_MOST)
		return error_set(error, ERROR_USAGE, _("The size is a number from 0 to %d"), NODES_MOST);
	snprintf(body, sizeof(body), "{\"scaling_group\":{\"desired_size\":%" PRId64 "}}", size);
	call_set(call, "ClusterId", request->scope.cluster);
	call_set(call, "NodepoolId", request->id);
	call_set_body(call, body);
	return true;
}

static bool check_deletable(const struct thing *thing, struct error *error)
{
	if (thing->protected)
		error_set(error, ERROR_CONFLICT, _("Its deletion protection is on"));
	else if (thing->prepaid)
		error_set(error, ERROR_CONFLICT, _("It is paid in advance"));
	else if (*thing->lock)
		error_set(error, ERROR_CONFLICT, _("It is locked: %s"), thing->lock);
	else
		return true;
	error_remedy(error, _("Lift that in the web console if you are sure"));
	return false;
}

static bool check_scalable(const struct thing *thing, struct error *error)
{
	return !thing->scales_itself || error_set(error, ERROR_CONFLICT, _("Auto scaling decides its size"));
}

static enum deed_state by_words(const struct thing *thing, const char *done, const char *passing, const char *before)
{
	if (!thing->found)
		return DEED_GONE;
	if (!strcmp(thing->status, done))
		return DEED_DONE;
	if (!strcmp(thing->status, passing))
		return DEED_UNDER_WAY;
	return !strcmp(thing->status, before) ? DEED_NOT_DONE : DEED_UNKNOWN;
}

static enum deed_state judge_start(const struct thing *thing, const struct deed_sight *sight)
{
	return by_words(thing, "Running", "Starting", sight->before);
}

static enum deed_state judge_stop(const struct thing *thing, const struct deed_sight *sight)
{
	return by_words(thing, "Stopped", "Stopping", sight->before);
}

// StartTime has whole minutes, so one that began in the minute of the call tells nothing by itself.
static enum deed_state judge_reboot(const struct thing *thing, const struct deed_sight *sight)
{
	if (!thing->found)
		return DEED_GONE;
	if (!strcmp(thing->status, "Stopping") || !strcmp(thing->status, "Starting"))
		return DEED_UNDER_WAY;
	if (strcmp(thing->status, "Running"))
		return DEED_UNKNOWN;
	return thing->started >= sight->since / MINUTE_MS * MINUTE_MS ? DEED_DONE : DEED_NOT_DONE;
}

// A deletion passes through Stopping and Stopped.
static enum deed_state judge_delete(const struct thing *thing, const struct deed_sight *sight)
{
	if (!thing->found)
		return DEED_DONE;
	return !strcmp(thing->status, sight->before) ? DEED_NOT_DONE : DEED_UNDER_WAY;
}

static int64_t wanted_size(const struct call *call)
{
	const char *place = call->body ? strstr(call->body, "desired_size\":") : NULL;
	char digits[24];
	int64_t size;

	if (!place)
		return -1;
	place += strlen("desired_size\":");
	snprintf(digits, sizeof(digits), "%.*s", (int)strspn(place, "0123456789"), place);
	return text_to_int64(digits, &size) ? size : -1;
}

static enum deed_state judge_scale(const struct thing *thing, const struct deed_sight *sight)
{
	if (!thing->found)
		return DEED_GONE;
	if (thing->size != wanted_size(sight->call))
		return DEED_NOT_DONE;
	return !strcmp(thing->status, "active") ? DEED_DONE : DEED_UNDER_WAY;
}

static const struct deed deeds[] = {
        {KIND_VM, "start", fill_id, NULL, judge_start, INSTANCE_WAIT_MS, 2000, NULL, NULL, NULL},
        {KIND_VM, "stop", fill_stop, NULL, judge_stop, INSTANCE_WAIT_MS, 2000, NULL, NULL, NULL},
        {KIND_VM, "stop-saving", fill_stop, NULL, judge_stop, INSTANCE_WAIT_MS, 2000, NULL, NULL, NULL},
        {KIND_VM, "reboot", fill_id, NULL, judge_reboot, INSTANCE_WAIT_MS, 2000, NULL, NULL, NULL},
        {KIND_VM, "delete", fill_delete, check_deletable, judge_delete, DELETE_WAIT_MS, 3000, NULL, NULL, NULL},
        {KIND_VM, "console", fill_console, NULL, NULL, 0, 0, NULL, NULL, NULL},
        {KIND_VM, "tag", fill_tag, NULL, judge_tag, 0, 0, NULL, NULL, NULL},
        {KIND_VM, "untag", fill_untag, NULL, judge_untag, 0, 0, NULL, NULL, NULL},
        {KIND_VM, "quarantine", fill_quarantine, NULL, judge_tag, 0, 0, NULL, "stop-saving", NULL},
        {KIND_VM, "unquarantine", fill_unquarantine, NULL, judge_untag, 0, 0, NULL, "start", NULL},
        {KIND_ENI, "delete", fill_interface, check_interface, judge_interface_gone, NETWORK_WAIT_MS, 2000, NULL, NULL,
                NULL},
        {KIND_EIP, "unbind", fill_unbind, check_address, judge_unbound, NETWORK_WAIT_MS, 2000, NULL, NULL,
                look_at_holder},
        {KIND_EIP, "release", fill_address, check_address, judge_address_gone, NETWORK_WAIT_MS, 2000, "unbind", NULL,
                NULL},
        {KIND_NODE_POOL, "scale", fill_scale, check_scalable, judge_scale, POOL_WAIT_MS, 5000, NULL, NULL, NULL},
};

const struct deed *deed_find(const struct action *action)
{
	for (size_t i = 0; i < COUNT_OF(deeds); i++)
		if (deeds[i].kind == action->kind && !strcmp(deeds[i].name, action->name))
			return &deeds[i];
	return NULL;
}

const struct action *action_find(enum kind_id kind, const char *name)
{
	for (size_t i = 0; i < ALIBABA_ACTIONS; i++)
		if (actions[i].kind == kind && !strcmp(actions[i].name, name))
			return &actions[i];
	return NULL;
}
