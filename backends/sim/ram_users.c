// SPDX-License-Identifier: Apache-2.0
// Users as far as their policies are asked for: what an identity of the scenario may do is a policy of its own,
// attached to it or to its group. Source: Alibaba Cloud API: RAM ListPoliciesForUser, ListGroupsForUser,
// ListPoliciesForGroup.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "sim/ram_ops.h"

#include "base/banned.h"

#define ADMINISTRATOR "AdministratorAccess"

static const char *user_name(const struct identity *identity)
{
	const char *name = strcmp(identity->type, "RAMUser") ? NULL : strstr(identity->arn, ":user/");
	return name ? name + strlen(":user/") : "";
}

// The n-th user with this name, or in this group.
static const struct identity *find(const struct call *call, const char *user, const char *group)
{
	const struct identity *identity;
	for (size_t i = 0; (identity = identity_at(call->world->identities, i)); i++)
		if (user ? !strcmp(user_name(identity), user) : identity->group && !strcmp(identity->group, group))
			return identity;
	return NULL;
}

static bool may_do_all(const struct identity *identity)
{
	return !identity->allowed_count && !identity->denied_count;
}

static void write_attached(struct call *call, const struct identity *identity)
{
	struct json_out *out = &call->out;
	json_object(out, "Policies");
	json_list(out, "Policy");
	if (identity) {
		json_object(out, NULL);
		if (may_do_all(identity))
			json_text(out, "PolicyName", ADMINISTRATOR);
		else
			json_printf(out, "PolicyName", "what-%s-may-do", user_name(identity));
		json_text(out, "PolicyType", may_do_all(identity) ? "System" : "Custom");
		json_text(out, "Description", "");
		json_text(out, "DefaultVersion", "v1");
		json_text(out, "AttachDate", "2025-01-01T00:00:00Z");
		json_object_end(out);
	}
	json_list_end(out);
	json_object_end(out);
}

void ram_list_policies_for_user(struct call *call)
{
	const struct identity *identity = find(call, call_text(call, "UserName"), NULL);
	if (!identity)
		call_fail(
		        call, 404, "EntityNotExist.User", "The user does not exist: %s .", call_text(call, "UserName"));
	else
		write_attached(call, identity->group ? NULL : identity);
}

void ram_list_policies_for_group(struct call *call)
{
	const struct identity *identity = find(call, NULL, call_text(call, "GroupName"));
	if (!identity)
		call_fail(call, 404, "EntityNotExist.Group", "The group does not exist: %s .",
		        call_text(call, "GroupName"));
	else
		write_attached(call, identity);
}

void ram_list_groups_for_user(struct call *call)
{
	const struct identity *identity = find(call, call_text(call, "UserName"), NULL);
	struct json_out *out = &call->out;
	if (!identity) {
		call_fail(
		        call, 404, "EntityNotExist.User", "The user does not exist: %s .", call_text(call, "UserName"));
		return;
	}
	json_object(out, "Groups");
	json_list(out, "Group");
	if (identity->group) {
		json_object(out, NULL);
		json_text(out, "GroupName", identity->group);
		json_text(out, "Comments", "");
		json_text(out, "JoinDate", "2025-01-01T00:00:00Z");
		json_object_end(out);
	}
	json_list_end(out);
	json_object_end(out);
}

static void add_statement(struct buffer *out, const char *effect, const char *const *actions, size_t count)
{
	buffer_printf(out, "{\"Effect\":\"%s\",\"Resource\":\"*\",\"Action\":[", effect);
	for (size_t i = 0; i < count; i++)
		buffer_printf(out, "%s\"%s\"", i ? "," : "", actions[i]);
	buffer_add_text(out, "]}");
}

bool ram_write_user_policy(struct call *call, const char *name)
{
	static const char *const all[] = {"*"};
	const struct identity *identity = NULL;
	struct buffer text;
	for (size_t i = 0; (identity = identity_at(call->world->identities, i)); i++) {
		const char *user = user_name(identity);
		if (*user && !may_do_all(identity) && !strncmp(name, "what-", 5) &&
		        !strncmp(name + 5, user, strlen(user)) && !strcmp(name + 5 + strlen(user), "-may-do"))
			break;
	}
	if (!identity)
		return false;
	buffer_init(&text, POLICY_DOCUMENT_MOST);
	buffer_add_text(&text, "{\"Version\":\"1\",\"Statement\":[");
	add_statement(&text, "Allow", identity->allowed_count ? identity->allowed : all,
	        identity->allowed_count ? identity->allowed_count : 1);
	if (identity->denied_count) {
		buffer_add_char(&text, ',');
		add_statement(&text, "Deny", identity->denied, identity->denied_count);
	}
	buffer_add_text(&text, "]}");
	struct policy_version version = {.number = 1, .document = buffer_text(&text)};
	json_object(&call->out, "Policy");
	json_text(&call->out, "PolicyName", name);
	json_text(&call->out, "PolicyType", "Custom");
	json_text(&call->out, "DefaultVersion", "v1");
	json_int(&call->out, "AttachmentCount", 1);
	json_object_end(&call->out);
	ram_write_version(&call->out, "DefaultPolicyVersion", &version, true);
	buffer_finish(&text);
	return true;
}
