// SPDX-License-Identifier: Apache-2.0
// Whether a RAM role trusts the adaptor's service account, and allows what the adaptor calls (Alibaba Cloud API: RAM
// GetRole, ListPoliciesForRole, GetPolicy; the language of policies).
#include "alibaba/checks.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/banned.h"

enum { POLICIES_MOST = 32 };

// What the adaptor calls, in every set-up and with interfaces of their own for pod VMs.
static const struct {
	const char *action;
	bool for_external_network;
} needed[] = {
        {"ecs:RunInstances", false},
        {"ecs:DeleteInstance", false},
        {"ecs:DescribeInstanceTypes", false},
        {"ecs:DescribeInstanceAttribute", false},
        {"vpc:DescribeVSwitchAttributes", false},
        {"ecs:CreateNetworkInterface", true},
        {"ecs:AttachNetworkInterface", true},
        {"ecs:DescribeNetworkInterfaces", true},
        {"ecs:ModifyNetworkInterfaceAttribute", true},
        {"vpc:AllocateEipAddress", true},
        {"vpc:AssociateEipAddress", true},
        {"vpc:DescribeEipAddresses", true},
        {"vpc:UnassociateEipAddress", true},
        {"vpc:ReleaseEipAddress", true},
};

struct grants {
	bool allowed[COUNT_OF(needed)], denied[COUNT_OF(needed)];
};

// A text or a list of texts, one of which stands for `value`; `*` may do so.
static bool names(const cJSON *item, const char *value, bool with_patterns)
{
	const cJSON *one;

	if (cJSON_IsString(item))
		return with_patterns ? text_glob(item->valuestring, value) : !strcmp(item->valuestring, value);
	if (!cJSON_IsArray(item))
		return false;
	cJSON_ArrayForEach(one, item) if (names(one, value, with_patterns)) return true;
	return false;
}

// Whether all that the statement asks of this claim is so; no condition asks for nothing.
static bool claim_fits(const cJSON *statement, const char *claim, const char *value)
{
	const cJSON *operator, * key;

	cJSON_ArrayForEach(operator, json_member(statement, "Condition"))
	{
		bool is_like = strstr(operator->string, "StringLike") != NULL;

		cJSON_ArrayForEach(
		        key, operator) if (!strcasecmp(key->string, claim) && !names(key, value, is_like)) return false;
	}
	return true;
}

static enum answer either(enum answer known, bool now)
{
	return now ? ANSWER_YES : known == ANSWER_YES ? ANSWER_YES : ANSWER_NO;
}

static void read_trust(const cJSON *document, const struct cloud_role_question *question, struct cloud_role *out)
{
	const cJSON *statement;

	out->trusts_provider = out->trusts_subject = out->trusts_audience = ANSWER_NO;
	cJSON_ArrayForEach(statement, json_member(document, "Statement"))
	{
		bool trusted = !strcasecmp(json_text(statement, "Effect"), "Allow") &&
		               names(json_path(statement, "Principal.Federated"), question->provider, false);

		if (!trusted)
			continue;
		out->trusts_provider =
		        either(out->trusts_provider, claim_fits(statement, "oidc:iss", question->issuer));
		out->trusts_subject = either(out->trusts_subject, claim_fits(statement, "oidc:sub", question->subject));
		out->trusts_audience =
		        either(out->trusts_audience, claim_fits(statement, "oidc:aud", question->audience));
	}
}

static const char *role_name(const char *role)
{
	const char *slash = strstr(role, ":role/");

	return slash ? slash + strlen(":role/") : role;
}

static bool ask_trust(struct session *session, const struct cloud_role_question *question, struct cloud_role *out,
        struct cancel *cancel, struct error *error)
{
	struct answer_doc answer;
	struct json_doc document;
	struct call call;
	const char *text;
	bool good;

	call_init(&call, "ram.GetRole", "");
	call_set(&call, "RoleName", role_name(question->role));
	if (!answer_open(session, &call, &answer, cancel, error))
		return false;
	text = json_text_at(answer.doc.root, "Role.AssumeRolePolicyDocument");
	good = json_open(&document, text, strlen(text), "trust policy", error);
	if (good) {
		read_trust(document.root, question, out);
		json_close(&document);
	}
	answer_close(&answer);
	return good;
}

static void read_grants(const cJSON *document, struct grants *out)
{
	const cJSON *statement;

	cJSON_ArrayForEach(statement, json_member(document, "Statement"))
	{
		bool allows = !strcasecmp(json_text(statement, "Effect"), "Allow");

		for (size_t i = 0; i < COUNT_OF(needed); i++) {
			if (!names(json_member(statement, "Action"), needed[i].action, true))
				continue;
			out->allowed[i] = out->allowed[i] || allows;
			out->denied[i] = out->denied[i] || !allows;
		}
	}
}

struct policy_name {
	char type[16], name[160];
};

static bool list_policies(struct session *session, const char *role, struct policy_name *out, size_t *count,
        struct cancel *cancel, struct error *error)
{
	struct answer_doc answer;
	const cJSON *item;
	struct call call;

	*count = 0;
	call_init(&call, "ram.ListPoliciesForRole", "");
	call_set(&call, "RoleName", role_name(role));
	if (!answer_open(session, &call, &answer, cancel, error))
		return false;
	cJSON_ArrayForEach(item, json_path(answer.doc.root, "Policies.Policy"))
	{
		if (*count == POLICIES_MOST)
			break;
		snprintf(out[*count].type, sizeof(out->type), "%s", json_text(item, "PolicyType"));
		snprintf(out[*count].name, sizeof(out->name), "%s", json_text(item, "PolicyName"));
		(*count)++;
	}
	answer_close(&answer);
	return true;
}

static bool add_policy(struct session *session, const struct policy_name *policy, struct grants *out,
        struct cancel *cancel, struct error *error)
{
	struct answer_doc answer;
	struct json_doc document;
	struct call call;
	const char *text;
	bool good;

	call_init(&call, "ram.GetPolicy", "");
	call_set(&call, "PolicyType", policy->type);
	call_set(&call, "PolicyName", policy->name);
	if (!answer_open(session, &call, &answer, cancel, error))
		return false;
	text = json_text_at(answer.doc.root, "DefaultPolicyVersion.PolicyDocument");
	good = json_open(&document, text, strlen(text), "policy", error);
	if (good) {
		read_grants(document.root, out);
		json_close(&document);
	}
	answer_close(&answer);
	return good;
}

static void tell_missing(const struct grants *grants, bool external_network, struct cloud_role *out)
{
	size_t used = 0;

	out->allows_all = ANSWER_YES;
	for (size_t i = 0; i < COUNT_OF(needed); i++) {
		int written;

		if ((needed[i].for_external_network && !external_network) || (grants->allowed[i] && !grants->denied[i]))
			continue;
		out->allows_all = ANSWER_NO;
		written = snprintf(
		        out->missing + used, sizeof(out->missing) - used, "%s%s", used ? ", " : "", needed[i].action);
		if (written > 0 && used + (size_t)written < sizeof(out->missing))
			used += (size_t)written;
	}
}

bool check_role(struct session *session, const struct cloud_role_question *question, struct cloud_role *out,
        struct cancel *cancel, struct error *error)
{
	struct policy_name policies[POLICIES_MOST];
	struct grants grants = {0};
	size_t count;

	memset(out, 0, sizeof(*out));
	if (!ask_trust(session, question, out, cancel, error) ||
	        !list_policies(session, question->role, policies, &count, cancel, error))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!add_policy(session, &policies[i], &grants, cancel, error))
			return false;
	tell_missing(&grants, question->external_network, out);
	return true;
}
