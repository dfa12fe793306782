// SPDX-License-Identifier: Apache-2.0
// Roles and the policies attached to them.
#include "config.h"

#include <string.h>

#include "sim/ram_ops.h"

#include "base/banned.h"

enum { NAME_MOST = 64, DESCRIPTION_MOST = 1024 };

static void write_role(struct call *call, const struct role *role, bool listed)
{
	struct json_out *out = &call->out;
	json_text(out, "RoleId", role->role_id);
	json_text(out, "RoleName", role->name);
	json_text(out, "Arn", role_arn(call->world, role->name));
	json_text(out, "Description", role->description);
	json_int(out, "MaxSessionDuration", role->max_session);
	json_time(out, "CreateDate", role->base.created);
	json_time(out, "UpdateDate", role->updated);
	if (!listed)
		json_text(out, "AssumeRolePolicyDocument", role->document);
	if (!listed || !role->base.tag_count)
		return;
	resource_write_tags(out, &role->base, "TagKey", "TagValue");
}

static void answer_role(struct call *call, const struct role *role)
{
	json_object(&call->out, "Role");
	write_role(call, role, false);
	json_object_end(&call->out);
}

static bool check_description(struct call *call, const char *parameter)
{
	return strlen(call_text_or(call, parameter, "")) <= DESCRIPTION_MOST ||
	       call_fail(call, 400, "InvalidParameter.Description.Length", "The description is too long.");
}

void ram_create_role(struct call *call)
{
	const char *name = call_text(call, "RoleName");
	if (!ram_check_name(call, "RoleName", ".-", NAME_MOST) || !check_description(call, "Description") ||
	        !ram_check_document(call, "AssumeRolePolicyDocument", true) || !ram_read_tags(call, NULL))
		return;
	if (role_find(call->world, name)) {
		call_fail(call, 409, "EntityAlreadyExists.Role", "The role already exists: %s .", name);
		return;
	}
	if (call->world->home->tables[KIND_ROLE].count >= ROLES_MOST) {
		call_fail(call, 409, "LimitExceeded.Role", "The number of roles exceeds %d.", ROLES_MOST);
		return;
	}
	struct role *role = role_create(call->world, name, call_text_or(call, "Description", ""),
	        call_text(call, "AssumeRolePolicyDocument"), MADE_BY_API);
	role->max_session = call_int(call, "MaxSessionDuration", SESSION_USUAL_S);
	ram_read_tags(call, &role->base);
	answer_role(call, role);
}

void ram_get_role(struct call *call)
{
	const struct role *role = ram_role(call);
	if (role)
		answer_role(call, role);
}

void ram_update_role(struct call *call)
{
	struct role *role = ram_role(call);
	if (!role || !check_description(call, "NewDescription"))
		return;
	const char *document = call_text(call, "NewAssumeRolePolicyDocument");
	if (document && !ram_check_document(call, "NewAssumeRolePolicyDocument", true))
		return;
	if (document)
		role->document = world_text(call->world, document);
	role->description = world_text(call->world, call_text_or(call, "NewDescription", role->description));
	role->max_session = call_int(call, "NewMaxSessionDuration", role->max_session);
	role->updated = call->world->now;
	call->world->changes++;
	answer_role(call, role);
}

void ram_list_roles(struct call *call)
{
	struct marker_page page;
	struct role *role;
	if (!marker_begin(call, &page))
		return;
	json_object(&call->out, "Roles");
	json_list(&call->out, "Role");
	EACH(role, call->world->home, KIND_ROLE)
	{
		if (call->blind || !marker_takes(&page, role->base.sequence))
			continue;
		json_object(&call->out, NULL);
		write_role(call, role, true);
		json_object_end(&call->out);
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
	marker_end(call, &page);
}

void ram_delete_role(struct call *call)
{
	struct role *role = ram_role(call);
	if (!role)
		return;
	if (role->policy_count)
		call_fail(call, 409, "DeleteConflict.Role.Policy",
		        "The role cannot be deleted while policies are attached to it: %s.", role->policies[0].name);
	else
		resource_destroy(call->world, &role->base);
}

// Does the policy that the call names exist? False after failing.
static bool policy_is_there(struct call *call)
{
	const char *name = call_text(call, "PolicyName");
	bool system = !strcmp(call_text(call, "PolicyType"), "System");
	bool there = system ? system_policy_find(name) != NULL : policy_find(call->world, name) != NULL;
	return there || ram_fail_policy(call, name);
}

void ram_attach_policy(struct call *call)
{
	const char *type = call_text(call, "PolicyType"), *name = call_text(call, "PolicyName");
	struct role *role = ram_role(call);
	if (!role || !policy_is_there(call))
		return;
	if (!resource_visible(call->world, &role->base)) // made too short a time ago for all of RAM to know it
		call_fail(call, 404, "EntityNotExist.Role", "The role not exists: %s .", role->name);
	else if (role_attachment(role, type, name))
		call_fail(call, 409, "EntityAlreadyExists.Role.Policy",
		        "The policy is already attached to the role: %s .", name);
	else if (!role_attach(call->world, role, type, name))
		call_fail(call, 409, "LimitExceeded.Role.Policy", "A role holds at most %d policies.",
		        ROLE_POLICIES_MOST);
}

void ram_detach_policy(struct call *call)
{
	const char *type = call_text(call, "PolicyType"), *name = call_text(call, "PolicyName");
	struct role *role = ram_role(call);
	if (!role || !policy_is_there(call))
		return;
	if (!role_attachment(role, type, name))
		call_fail(
		        call, 404, "EntityNotExist.Role.Policy", "The policy is not attached to the role: %s .", name);
	else
		role_detach(call->world, role, type, name);
}

void ram_list_policies_for_role(struct call *call)
{
	struct json_out *out = &call->out;
	const struct role *role = ram_role(call);
	if (!role)
		return;
	json_object(out, "Policies");
	json_list(out, "Policy");
	for (size_t i = 0; i < role->policy_count; i++) {
		const struct attachment *attached = &role->policies[i];
		const struct policy *policy = policy_find(call->world, attached->name);
		bool system = !strcmp(attached->type, "System");
		const struct system_policy *known = system ? system_policy_find(attached->name) : NULL;
		json_object(out, NULL);
		json_text(out, "PolicyName", attached->name);
		json_text(out, "PolicyType", attached->type);
		json_text(out, "Description", known ? known->description : policy ? policy->description : "");
		json_printf(out, "DefaultVersion", "v%d", system || !policy ? 1 : policy->current);
		json_time(out, "AttachDate", attached->since);
		json_object_end(out);
	}
	json_list_end(out);
	json_object_end(out);
}
