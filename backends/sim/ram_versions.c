// SPDX-License-Identifier: Apache-2.0
// Versions of policies: the way to change one.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "sim/ram_ops.h"

#include "base/banned.h"

void ram_write_version(struct json_out *out, const char *name, const struct policy_version *version, bool is_default)
{
	json_object(out, name);
	json_printf(out, "VersionId", "v%d", version->number);
	json_bool(out, "IsDefaultVersion", is_default);
	json_text(out, "PolicyDocument", version->document);
	json_time(out, "CreateDate", version->created);
	json_object_end(out);
}

static void drop_version(struct call *call, struct policy *policy, struct policy_version *version)
{
	size_t after = policy->version_count - (size_t)(version - policy->versions) - 1;
	memmove(version, version + 1, after * sizeof(*version));
	policy->version_count--;
	call->world->changes++;
}

// Makes room by dropping the oldest one that is not the default, if that was asked for.
static bool has_room(struct call *call, struct policy *policy)
{
	if (policy->version_count < POLICY_VERSIONS_MOST)
		return true;
	if (strcmp(call_text_or(call, "RotateStrategy", "None"), "None") != 0) {
		bool first = policy->versions[0].number != policy->current;
		drop_version(call, policy, &policy->versions[first ? 0 : 1]);
		return true;
	}
	return call_fail(call, 409, "LimitExceeded.Policy.Version",
	        "The count of policy version is beyond the limit: %d .", POLICY_VERSIONS_MOST);
}

void ram_create_policy_version(struct call *call)
{
	const char *name = call_text(call, "PolicyName");
	struct policy *policy = policy_find(call->world, name);
	if (!policy) {
		ram_fail_policy(call, name);
		return;
	}
	if (!ram_check_document(call, "PolicyDocument", false) || !has_room(call, policy))
		return;
	struct policy_version *version = &policy->versions[policy->version_count++];
	*version = (struct policy_version){
	        ++policy->last, world_text(call->world, call_text(call, "PolicyDocument")), call->world->now};
	if (call_bool(call, "SetAsDefault", false))
		policy->current = version->number;
	policy->updated = call->world->now;
	call->world->changes++;
	ram_write_version(&call->out, "PolicyVersion", version, policy->current == version->number);
}

static int version_number(const char *text)
{
	int number, used = 0;
	return sscanf(text, "v%d%n", &number, &used) == 1 && !text[used] && number > 0 ? number : 0;
}

static bool fail_version(struct call *call)
{
	return call_fail(call, 404, "EntityNotExist.Policy.Version", "The policy version does not exist: %s .",
	        call_text(call, "VersionId"));
}

void ram_get_policy_version(struct call *call)
{
	const char *name = call_text(call, "PolicyName");
	int number = version_number(call_text(call, "VersionId"));
	bool system = !strcmp(call_text(call, "PolicyType"), "System");
	const struct system_policy *known = system ? system_policy_find(name) : NULL;
	struct policy *policy = system ? NULL : policy_find(call->world, name);
	if (!known && !policy) {
		ram_fail_policy(call, name);
		return;
	}
	struct policy_version first = {.number = 1, .document = known ? known->document : NULL};
	const struct policy_version *version =
	        known ? (number == 1 ? &first : NULL) : policy_version_find(policy, number);
	if (version)
		ram_write_version(&call->out, "PolicyVersion", version, known || policy->current == number);
	else
		fail_version(call);
}

void ram_list_policy_versions(struct call *call)
{
	const char *name = call_text(call, "PolicyName");
	bool system = !strcmp(call_text(call, "PolicyType"), "System");
	const struct system_policy *known = system ? system_policy_find(name) : NULL;
	const struct policy *policy = system ? NULL : policy_find(call->world, name);
	if (!known && !policy) {
		ram_fail_policy(call, name);
		return;
	}
	struct policy_version first = {.number = 1, .document = known ? known->document : NULL};
	json_object(&call->out, "PolicyVersions");
	json_list(&call->out, "PolicyVersion");
	if (known)
		ram_write_version(&call->out, NULL, &first, true);
	for (size_t i = 0; policy && i < policy->version_count; i++)
		ram_write_version(
		        &call->out, NULL, &policy->versions[i], policy->versions[i].number == policy->current);
	json_list_end(&call->out);
	json_object_end(&call->out);
}

void ram_delete_policy_version(struct call *call)
{
	const char *name = call_text(call, "PolicyName");
	struct policy *policy = policy_find(call->world, name);
	int number = version_number(call_text(call, "VersionId"));
	struct policy_version *version = policy ? policy_version_find(policy, number) : NULL;
	if (!policy)
		ram_fail_policy(call, name);
	else if (!version)
		fail_version(call);
	else if (number == policy->current)
		call_fail(call, 409, "DeleteConflict.Policy.Version.Default",
		        "The default version of a policy cannot be deleted: %s .", call_text(call, "VersionId"));
	else
		drop_version(call, policy, version);
}
