// SPDX-License-Identifier: Apache-2.0
// Whether a RAM role trusts the adaptor's service account, and allows what the adaptor calls (Alibaba Cloud API: RAM
// GetRole, ListPoliciesForRole, GetPolicy; the language of policies).
#include "alibaba/checks.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "alibaba/permissions.h"
#include "base/banned.h"

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

// Whether all that the statement asks of this claim is so; no condition asks for nothing.
static bool claim_fits(const cJSON *statement, const char *claim, const char *value)
{
	const cJSON *operator, * key;

	cJSON_ArrayForEach(operator, json_member(statement, "Condition"))
	{
		bool is_like = strstr(operator->string, "StringLike") != NULL;

		cJSON_ArrayForEach(key, operator) if (!strcasecmp(key->string, claim) &&
		                                      !policy_names(key, value, is_like)) return false;
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
		               policy_names(json_path(statement, "Principal.Federated"), question->provider, false);

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

static void tell_missing(const struct policies *policies, bool external_network, struct cloud_role *out)
{
	size_t used = 0;

	out->allows_all = ANSWER_YES;
	for (size_t i = 0; i < COUNT_OF(needed); i++) {
		int written;

		if ((needed[i].for_external_network && !external_network) ||
		        policies_judge(policies, needed[i].action) != PERMISSION_NO)
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
	struct policies policies;
	bool good;

	memset(out, 0, sizeof(*out));
	if (!ask_trust(session, question, out, cancel, error))
		return false;
	good = policies_of_role(session, role_name(question->role), &policies, cancel, error);
	if (good)
		tell_missing(&policies, question->external_network, out);
	policies_finish(&policies);
	return good;
}
