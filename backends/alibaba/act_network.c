// SPDX-License-Identifier: Apache-2.0
// Network interfaces and public addresses that nothing uses any more: unbinding, releasing, deleting.
#include "alibaba/act_own.h"

#include <stdio.h>
#include <string.h>

#include "inventory/records.h"
#include "base/banned.h"

static const char bound_to_interface[] = "NetworkInterface";

bool may_delete_interface(const struct record *record, char *why, size_t size)
{
	const struct eni_record *eni = (const struct eni_record *)record;

	if (eni->service_managed)
		snprintf(why, size, "%s", _("A service of the cloud manages it"));
	else if (!strcmp(eni->type, "Primary"))
		snprintf(why, size, "%s", _("It is the first interface of a VM, and goes with it"));
	else if (strcmp(record->status, "Available"))
		snprintf(why, size, _("It is %s, not %s"), record->status, "Available");
	else
		return true;
	return false;
}

static bool may_touch(const struct eip_record *eip, char *why, size_t size)
{
	if (eip->service_managed)
		snprintf(why, size, "%s", _("A service of the cloud manages it"));
	else if (eip->deletion_protection)
		snprintf(why, size, "%s", _("Its deletion protection is on"));
	else if (!strcmp(eip->charge_type, "PrePaid"))
		snprintf(why, size, "%s", _("It is paid in advance"));
	else
		return true;
	return false;
}

bool may_unbind(const struct record *record, char *why, size_t size)
{
	const struct eip_record *eip = (const struct eip_record *)record;

	if (!may_touch(eip, why, size))
		return false;
	if (!strcmp(eip->instance_type, bound_to_interface))
		return true;
	snprintf(why, size, "%s", _("It is not bound to a network interface"));
	return false;
}

bool may_release(const struct record *record, char *why, size_t size)
{
	const struct eip_record *eip = (const struct eip_record *)record;

	if (!may_touch(eip, why, size))
		return false;
	if (!strcmp(record->status, "Available") || !strcmp(eip->instance_type, bound_to_interface))
		return true;
	snprintf(why, size, _("It is %s, not %s"), record->status, "Available");
	return false;
}

bool fill_interface(struct call *call, const struct action_request *request, const struct thing *thing, int64_t now,
        struct error *error)
{
	(void)thing;
	(void)now;
	(void)error;
	call_set_region(call);
	call_set(call, "NetworkInterfaceId", request->id);
	return true;
}

bool fill_address(struct call *call, const struct action_request *request, const struct thing *thing, int64_t now,
        struct error *error)
{
	(void)thing;
	(void)now;
	(void)error;
	call_set_region(call);
	call_set(call, "AllocationId", request->id);
	return true;
}

// Naming the interface makes the call fail when the address has been given to something else meanwhile.
bool fill_unbind(struct call *call, const struct action_request *request, const struct thing *thing, int64_t now,
        struct error *error)
{
	fill_address(call, request, thing, now, error);
	if (thing && *thing->holder) {
		call_set(call, "InstanceId", thing->holder);
		call_set(call, "InstanceType", thing->holder_sort);
	}
	return true;
}

enum deed_state judge_interface_gone(const struct thing *thing, const struct deed_sight *sight)
{
	(void)sight;
	if (!thing->found)
		return DEED_DONE;
	return !strcmp(thing->status, "Deleting") ? DEED_UNDER_WAY : DEED_NOT_DONE;
}

enum deed_state judge_address_gone(const struct thing *thing, const struct deed_sight *sight)
{
	(void)sight;
	if (!thing->found)
		return DEED_DONE;
	return !strcmp(thing->status, "Releasing") ? DEED_UNDER_WAY : DEED_NOT_DONE;
}

enum deed_state judge_unbound(const struct thing *thing, const struct deed_sight *sight)
{
	(void)sight;
	if (!thing->found || !strcmp(thing->status, "Available"))
		return DEED_DONE;
	return !strcmp(thing->status, "Unassociating") ? DEED_UNDER_WAY : DEED_NOT_DONE;
}

bool check_interface(const struct thing *thing, struct error *error)
{
	if (thing->service_managed)
		return error_set(error, ERROR_CONFLICT, _("A service of the cloud manages it"));
	if (thing->primary)
		return error_set(error, ERROR_CONFLICT, _("It is the first interface of a VM, and goes with it"));
	return !strcmp(thing->status, "Available") ||
	       error_set(error, ERROR_CONFLICT, _("It is %s, not %s"), thing->status, "Available");
}

bool check_address(const struct thing *thing, struct error *error)
{
	if (thing->service_managed)
		return error_set(error, ERROR_CONFLICT, _("A service of the cloud manages it"));
	if (thing->protected)
		return error_set(error, ERROR_CONFLICT, _("Its deletion protection is on"));
	if (thing->prepaid)
		return error_set(error, ERROR_CONFLICT, _("It is paid in advance"));
	return !*thing->lock || error_set(error, ERROR_CONFLICT, _("It is locked: %s"), thing->lock);
}

bool look_at_holder(struct session *session, const struct action_request *request, const struct thing *thing,
        struct cancel *cancel, struct error *error)
{
	struct thing holder;
	bool is_free = false;

	if (strcmp(thing->holder_sort, bound_to_interface))
		return error_set(error, ERROR_CONFLICT, _("It is bound to %s, which is no network interface"),
		        *thing->holder ? thing->holder : _("nothing"));
	if (thing_read(session, KIND_ENI, &request->scope, thing->holder, &holder, cancel, error)) {
		is_free = !holder.found || (!*holder.holder && !strcmp(holder.status, "Available"));
		if (!is_free)
			error_set(error, ERROR_CONFLICT, _("It is bound to %s, which %s uses"), thing->holder,
			        *holder.holder ? holder.holder : _("something"));
	}
	thing_finish(&holder);
	return is_free;
}
