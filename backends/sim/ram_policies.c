// SPDX-License-Identifier: Apache-2.0
// Policies.
#include "config.h"

#include <string.h>

#include "sim/ram_ops.h"

#include "base/banned.h"

enum { NAME_MOST = 128 };

static void write_policy(struct call *call, const struct policy *policy)
{
	struct json_out *out = &call->out;
	json_text(out, "PolicyName", policy->name);
	json_text(out, "PolicyType", "Custom");
	json_text(out, "Description", policy->description);
	json_printf(out, "DefaultVersion", "v%d", policy->current);
	json_int(out, "AttachmentCount", (int64_t)policy_users(call->world, "Custom", policy->name));
	json_time(out, "CreateDate", policy->base.created);
	json_time(out, "UpdateDate", policy->updated);
}

static void write_system_policy(struct call *call, const struct system_policy *policy)
{
	struct json_out *out = &call->out;
	json_text(out, "PolicyName", policy->name);
	json_text(out, "PolicyType", "System");
	json_text(out, "Description", policy->description);
	json_text(out, "DefaultVersion", "v1");
	json_int(out, "AttachmentCount", (int64_t)policy_users(call->world, "System", policy->name));
	json_text(out, "CreateDate", "2015-04-28T12:00:00Z");
	json_text(out, "UpdateDate", "2015-04-28T12:00:00Z");
}

void ram_create_policy(struct call *call)
{
	const char *name = call_text(call, "PolicyName");
	if (!ram_check_name(call, "PolicyName", "-", NAME_MOST) || !ram_check_document(call, "PolicyDocument", false) ||
	        !ram_read_tags(call, NULL))
		return;
	if (policy_find(call->world, name) || system_policy_find(name)) {
		call_fail(call, 409, "EntityAlreadyExists.Policy", "The policy already exists: %s .", name);
		return;
	}
	if (call->world->home->tables[KIND_POLICY].count >= POLICIES_MOST) {
		call_fail(call, 409, "LimitExceeded.Policy", "The number of policies exceeds %d.", POLICIES_MOST);
		return;
	}
	struct policy *policy = policy_create(call->world, name, call_text_or(call, "Description", ""),
	        call_text(call, "PolicyDocument"), MADE_BY_API);
	ram_read_tags(call, &policy->base);
	json_object(&call->out, "Policy");
	write_policy(call, policy);
	json_object_end(&call->out);
}

void ram_get_policy(struct call *call)
{
	const char *name = call_text(call, "PolicyName");
	bool system = !strcmp(call_text(call, "PolicyType"), "System");
	const struct system_policy *known = system ? system_policy_find(name) : NULL;
	struct policy *policy = system ? NULL : policy_find(call->world, name);
	if (!known && !policy) {
		if (system || !ram_write_user_policy(call, name))
			ram_fail_policy(call, name);
		return;
	}
	struct policy_version first = {.number = 1, .document = known ? known->document : NULL};
	json_object(&call->out, "Policy");
	if (known)
		write_system_policy(call, known);
	else
		write_policy(call, policy);
	json_object_end(&call->out);
	ram_write_version(&call->out, "DefaultPolicyVersion",
	        known ? &first : policy_version_find(policy, policy->current), true);
}

// Those of the account first, then the cloud's own, whose sequence numbers are those below the account's.
void ram_list_policies(struct call *call)
{
	const char *type = call_text(call, "PolicyType");
	struct marker_page page;
	struct policy *policy;
	if (!marker_begin(call, &page))
		return;
	json_object(&call->out, "Policies");
	json_list(&call->out, "Policy");
	EACH(policy, call->world->home, KIND_POLICY)
	{
		if (call->blind || (type && strcmp(type, "Custom") != 0) ||
		        !marker_takes(&page, policy->base.sequence + system_policy_count))
			continue;
		json_object(&call->out, NULL);
		write_policy(call, policy);
		json_object_end(&call->out);
	}
	for (size_t i = system_policy_count; i-- > 0;) {
		if (call->blind || (type && strcmp(type, "System") != 0) || !marker_takes(&page, i))
			continue;
		json_object(&call->out, NULL);
		write_system_policy(call, &system_policies[i]);
		json_object_end(&call->out);
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
	marker_end(call, &page);
}

void ram_delete_policy(struct call *call)
{
	const char *name = call_text(call, "PolicyName");
	struct policy *policy = policy_find(call->world, name);
	if (!policy)
		ram_fail_policy(call, name);
	else if (policy_users(call->world, "Custom", name))
		call_fail(call, 409, "DeleteConflict.Role.Policy",
		        "The policy cannot be deleted while it is attached to a role: %s .", name);
	else if (policy->version_count > 1 && !call_bool(call, "CascadingDelete", false))
		call_fail(call, 409, "DeleteConflict.Policy.Version",
		        "The policy cannot be deleted while it has more than its default version: %s .", name);
	else
		resource_destroy(call->world, &policy->base);
}

void ram_list_entities_for_policy(struct call *call)
{
	const char *type = call_text(call, "PolicyType"), *name = call_text(call, "PolicyName");
	struct json_out *out = &call->out;
	struct role *role;
	bool there = strcmp(type, "System") ? policy_find(call->world, name) != NULL : system_policy_find(name) != NULL;
	if (!there) {
		ram_fail_policy(call, name);
		return;
	}
	json_nested_text(out, "Groups", "Group", NULL);
	json_nested_text(out, "Users", "User", NULL);
	json_object(out, "Roles");
	json_list(out, "Role");
	EACH(role, call->world->home, KIND_ROLE)
	{
		const struct attachment *attached = role_attachment(role, type, name);
		if (!attached)
			continue;
		json_object(out, NULL);
		json_text(out, "RoleId", role->role_id);
		json_text(out, "RoleName", role->name);
		json_text(out, "Arn", role_arn(call->world, role->name));
		json_text(out, "Description", role->description);
		json_time(out, "AttachDate", attached->since);
		json_object_end(out);
	}
	json_list_end(out);
	json_object_end(out);
}
