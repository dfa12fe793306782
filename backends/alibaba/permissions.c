// SPDX-License-Identifier: Apache-2.0
// The policies of the caller, of its groups or of a role, and what they say of an action.
#include "config.h"
#include "alibaba/permissions.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "alibaba/checks.h"
#include "base/text.h"
#include "base/banned.h"

enum { GROUPS_MOST = 32, NAME_SIZE = 160 };

bool policy_names(const cJSON *item, const char *value, bool with_patterns)
{
	const cJSON *one;

	if (cJSON_IsString(item))
		return with_patterns ? text_glob(item->valuestring, value) : !strcmp(item->valuestring, value);
	if (!cJSON_IsArray(item))
		return false;
	cJSON_ArrayForEach(one, item) if (policy_names(one, value, with_patterns)) return true;
	return false;
}

static bool add_policy(
        struct session *session, const cJSON *named, struct policies *out, struct cancel *cancel, struct error *error)
{
	struct answer_doc answer;
	struct call call;
	const char *text;
	bool good;

	if (out->count == POLICIES_MOST)
		return error_set(error, ERROR_LIMIT, _("more than %d policies"), POLICIES_MOST);
	call_init(&call, "ram.GetPolicy", "");
	call_set(&call, "PolicyType", json_text(named, "PolicyType"));
	call_set(&call, "PolicyName", json_text(named, "PolicyName"));
	if (!answer_open(session, &call, &answer, cancel, error))
		return false;
	text = json_text_at(answer.doc.root, "DefaultPolicyVersion.PolicyDocument");
	good = json_open(&out->list[out->count], text, strlen(text), "policy", error);
	out->count += good;
	answer_close(&answer);
	return good;
}

static bool add_policies(struct session *session, const char *operation, const char *parameter, const char *name,
        struct policies *out, struct cancel *cancel, struct error *error)
{
	struct answer_doc answer;
	const cJSON *item;
	struct call call;
	bool good = true;

	call_init(&call, operation, "");
	call_set(&call, parameter, name);
	if (!answer_open(session, &call, &answer, cancel, error))
		return false;
	cJSON_ArrayForEach(item, json_path(answer.doc.root, "Policies.Policy")) good =
	        good && add_policy(session, item, out, cancel, error);
	answer_close(&answer);
	return good;
}

bool policies_of_role(
        struct session *session, const char *role, struct policies *out, struct cancel *cancel, struct error *error)
{
	memset(out, 0, sizeof(*out));
	return add_policies(session, "ram.ListPoliciesForRole", "RoleName", role, out, cancel, error);
}

static bool add_groups(
        struct session *session, const char *user, struct policies *out, struct cancel *cancel, struct error *error)
{
	char names[GROUPS_MOST][NAME_SIZE];
	struct answer_doc answer;
	const cJSON *item;
	struct call call;
	size_t count = 0;
	bool good = true;

	call_init(&call, "ram.ListGroupsForUser", "");
	call_set(&call, "UserName", user);
	if (!answer_open(session, &call, &answer, cancel, error))
		return false;
	cJSON_ArrayForEach(item, json_path(answer.doc.root, "Groups.Group")) if (count < GROUPS_MOST)
	        snprintf(names[count++], NAME_SIZE, "%s", json_text(item, "GroupName"));
	answer_close(&answer);
	for (size_t i = 0; good && i < count; i++)
		good = add_policies(session, "ram.ListPoliciesForGroup", "GroupName", names[i], out, cancel, error);
	return good;
}

bool policies_of_caller(struct session *session, struct policies *out, struct cancel *cancel, struct error *error)
{
	struct identity identity;
	const char *user, *role;
	char name[NAME_SIZE];

	memset(out, 0, sizeof(*out));
	if (!session_identify(session, &identity, cancel, error))
		return false;
	user = strstr(identity.arn, ":user/");
	role = strstr(identity.arn, ":assumed-role/");
	if (user) {
		user += strlen(":user/");
		return add_policies(session, "ram.ListPoliciesForUser", "UserName", user, out, cancel, error) &&
		       add_groups(session, user, out, cancel, error);
	}
	if (role) {
		role += strlen(":assumed-role/");
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(role, "/"), role);
		return policies_of_role(session, name, out, cancel, error);
	}
	out->everything = true;
	return true;
}

void policies_finish(struct policies *policies)
{
	for (size_t i = 0; i < policies->count; i++)
		json_close(&policies->list[i]);
	memset(policies, 0, sizeof(*policies));
}

static bool is_about(const cJSON *statement, const char *action)
{
	const cJSON *excepted = json_member(statement, "NotAction");

	return excepted ? !policy_names(excepted, action, true)
	                : policy_names(json_member(statement, "Action"), action, true);
}

// "*" or "acs:ecs:*:*:*".
static bool is_all(const char *text)
{
	if (text_starts_with(text, "acs:"))
		text += strlen("acs:") + strcspn(text + strlen("acs:"), ":");
	return *text && !text[strspn(text, "*:/")];
}

static bool is_everything(const cJSON *resource)
{
	const cJSON *one;

	if (cJSON_IsString(resource))
		return is_all(resource->valuestring);
	cJSON_ArrayForEach(one, resource) if (is_everything(one)) return true;
	return false;
}

// For all resources, whatever the circumstances.
static bool is_plain(const cJSON *statement)
{
	const cJSON *conditions = json_member(statement, "Condition");

	return is_everything(json_member(statement, "Resource")) && (!conditions || !cJSON_GetArraySize(conditions));
}

enum permission policies_judge(const struct policies *policies, const char *action)
{
	enum permission allowed = policies->everything ? PERMISSION_YES : PERMISSION_NO;
	bool may_be_denied = false;

	for (size_t i = 0; i < policies->count; i++) {
		const cJSON *statement;

		cJSON_ArrayForEach(statement, json_member(policies->list[i].root, "Statement"))
		{
			bool plain = is_plain(statement);

			if (!is_about(statement, action))
				continue;
			if (strcasecmp(json_text(statement, "Effect"), "Allow") != 0) {
				if (plain)
					return PERMISSION_NO;
				may_be_denied = true;
			} else if (plain) {
				allowed = PERMISSION_YES;
			} else if (allowed == PERMISSION_NO) {
				allowed = PERMISSION_UNSURE;
			}
		}
	}
	return allowed == PERMISSION_YES && may_be_denied ? PERMISSION_UNSURE : allowed;
}

static void add_word(struct buffer *out, const char *word)
{
	const char *known = buffer_text(out), *at = strstr(known, word);
	size_t length = strlen(word);

	// Two calls may need the same.
	if (at && (at == known || at[-1] == ' ') && (at[length] == ',' || !at[length]))
		return;
	buffer_printf(out, "%s%s", out->size ? ", " : "", word);
}

bool permissions_tell(struct session *session, const char *const *names, size_t count, struct buffer *missing,
        struct buffer *unsure, struct cancel *cancel, struct error *error)
{
	struct policies policies;
	bool good = policies_of_caller(session, &policies, cancel, error);

	for (size_t i = 0; good && i < count; i++) {
		const struct operation *operation = operation_find(names[i]);
		enum permission permission;
		char action[96];
		char *dot;

		snprintf(action, sizeof(action), "%s", names[i]);
		dot = strchr(action, '.');
		if (dot)
			*dot = ':';
		if (operation)
			operation_permission(operation, action);
		permission = policies_judge(&policies, action);
		if (permission != PERMISSION_YES)
			add_word(permission == PERMISSION_NO ? missing : unsure, action);
	}
	policies_finish(&policies);
	return good;
}
