// SPDX-License-Identifier: Apache-2.0
// Starting, stopping, restarting, changing and deleting instances.
#include "config.h"
#include "sim/ecs.h"

#include <string.h>

#include "sim/instances.h"
#include "sim/params.h"
#include "sim/service.h"

#include "base/banned.h"

enum { MOST_DELETED = 100 };

static bool is_in(const struct instance *instance, const char *state)
{
	return !strcmp(instance->base.state, state);
}

static bool wrong_status(struct call *call, const struct instance *instance)
{
	if (is_in(instance, "Pending") || is_in(instance, "Starting"))
		return call_fail(call, 403, "IncorrectInstanceStatus.Initializing",
		        "The specified instance status does not support this operation: the instance is initializing.");
	return call_fail(call, 403, "IncorrectInstanceStatus",
	        "The current status of the resource does not support this operation.");
}

static bool is_free(struct call *call, const struct instance *instance)
{
	return !instance->locked ||
	       call_fail(call, 403, "InstanceLockedForSecurity",
	               "The specified operation is denied as your instance is locked for security reasons.");
}

void ecs_start_instance(struct call *call)
{
	struct instance *instance = ecs_instance(call, "InstanceId");
	if (!instance || !is_free(call, instance) || (!is_in(instance, "Stopped") && !wrong_status(call, instance)) ||
	        call_dry_run(call))
		return;
	instance_start(call->world, instance);
}

void ecs_stop_instance(struct call *call)
{
	struct instance *instance = ecs_instance(call, "InstanceId");
	const char *mode = call_text_or(call, "StoppedMode", "KeepCharging");
	if (!instance || !is_free(call, instance) || (!is_in(instance, "Running") && !wrong_status(call, instance)) ||
	        call_dry_run(call))
		return;
	instance_stop(call->world, instance);
	instance->stopped_mode = !strcmp(mode, "StopCharging") ? "StopCharging" : "KeepCharging";
}

void ecs_reboot_instance(struct call *call)
{
	struct instance *instance = ecs_instance(call, "InstanceId");
	if (!instance || !is_free(call, instance) || (!is_in(instance, "Running") && !wrong_status(call, instance)) ||
	        call_dry_run(call))
		return;
	instance_reboot(call->world, instance);
}

static bool is_deletable(struct call *call, const struct instance *instance)
{
	if (!is_free(call, instance))
		return false;
	if (instance->deletion_protection)
		return call_fail(call, 403, "InvalidOperation.DeletionProtection",
			"The operation is not allowed due to deletion protection.");
	if (!strcmp(instance->charge_type, "PrePaid") && !call_bool(call, "TerminateSubscription", false))
		return call_fail(call, 403, "ChargeTypeViolation",
			"The operation is not permitted due to billing method of the instance.");
	return true;
}

// A dry run checks who asks and for what, not the state of the moment.
static bool is_in_state_to_go(struct call *call, const struct instance *instance)
{
	return is_in(instance, "Stopped") || (is_in(instance, "Running") && call_bool(call, "Force", false)) ||
		wrong_status(call, instance);
}

void ecs_delete_instance(struct call *call)
{
	struct instance *instance = ecs_instance(call, "InstanceId");
	if (!instance || !is_deletable(call, instance) || call_dry_run(call) || !is_in_state_to_go(call, instance))
		return;
	instance_delete(call->world, instance);
}

void ecs_delete_instances(struct call *call)
{
	const char *ids[MOST_DELETED];
	struct instance *chosen[MOST_DELETED];
	size_t count = call_list(call, "InstanceId", ids, MOST_DELETED);
	for (size_t i = 0; i < count; i++) {
		chosen[i] = world_find_in(call->world, KIND_INSTANCE, call->region, ids[i]);
		if (!chosen[i]) {
			call_fail(call, 404, "InvalidInstanceIds.NotFound", "The specified InstanceIds do not exist.");
			return;
		}
		if (!is_deletable(call, chosen[i]))
			return;
	}
	if (call_dry_run(call))
		return;
	for (size_t i = 0; i < count; i++)
		if (!is_in_state_to_go(call, chosen[i]))
			return;
	for (size_t i = 0; i < count; i++)
		instance_delete(call->world, chosen[i]);
}

static bool change_groups(struct call *call, struct instance *instance)
{
	const char *ids[MAX_GROUPS];
	struct security_group *groups[MAX_GROUPS];
	size_t count = call_list(call, "SecurityGroupIds", ids, MAX_GROUPS);
	for (size_t i = 0; i < count; i++) {
		groups[i] = world_find_in(call->world, KIND_SECURITY_GROUP, instance->base.region, ids[i]);
		if (!groups[i])
			return call_fail(call, 404, "InvalidSecurityGroupId.NotFound",
			        "The specified SecurityGroupId does not exist.");
	}
	if (!count)
		return true;
	for (size_t i = 0; i < instance->group_count; i++)
		instance->groups[i]->users--;
	for (size_t i = 0; i < count; i++) {
		instance->groups[i] = groups[i];
		groups[i]->users++;
	}
	instance->group_count = count;
	return true;
}

void ecs_modify_instance_attribute(struct call *call)
{
	struct instance *instance = ecs_instance(call, "InstanceId");
	if (!instance || !is_free(call, instance) || !change_groups(call, instance))
		return;
	const char *name = call_text(call, "InstanceName"), *description = call_text(call, "Description");
	if (name && (strlen(name) < 2 || strlen(name) > 128)) {
		call_fail(call, 400, "InvalidInstanceName.Malformed",
		        "The specified parameter \"InstanceName\" is not valid.");
		return;
	}
	if (name)
		instance->name = world_text(call->world, name);
	if (description)
		instance->description = world_text(call->world, description);
	instance->deletion_protection = call_bool(call, "DeletionProtection", instance->deletion_protection);
	call->world->changes++;
}
