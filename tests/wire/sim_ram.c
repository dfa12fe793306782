// SPDX-License-Identifier: Apache-2.0
// Roles, policies and temporary credentials.
#include "config.h"

#include "tests/wire/sim.h"

#include "base/text.h"
#include "sim/rrsa.h"
#include "sim/service.h"

#include "base/banned.h"

enum { QUERY_SIZE = 4096, TOKEN_SIZE = 2048, HOUR_MS = 3600 * 1000 };

#define POLICY                                                                                                         \
	"{\"Version\":\"1\",\"Statement\":[{\"Action\":[\"vpc:Describe*\"],\"Effect\":\"Allow\",\"Resource\":[\"*\"]}" \
	"]}"

static struct sim_reply ask(
        struct simulator *simulator, const char *service, const char *wanted, const char *action, const char *query)
{
	struct sim_reply reply = sim_rpc(simulator, service, action, query);
	UNIT_SAME_TEXT(reply.code, wanted);
	return reply;
}

static void expect(struct simulator *simulator, const char *wanted, int status, const char *action, const char *query)
{
	struct sim_reply reply = ask(simulator, "ram", wanted, action, query);
	CU_ASSERT_EQUAL(reply.status, status);
	sim_done(&reply);
}

static void make(struct simulator *simulator, const char *action, const char *name_query, const char *parameter,
        const char *document)
{
	struct buffer query;
	buffer_init(&query, QUERY_SIZE * 3);
	buffer_printf(&query, "%s&%s=", name_query, parameter);
	text_add_percent(&query, document, strlen(document), NULL);
	struct sim_reply reply = ask(simulator, "ram", "", action, buffer_text(&query));
	sim_done(&reply);
	buffer_finish(&query);
}

static void make_role(struct simulator *simulator)
{
	char trust[QUERY_SIZE];
	snprintf(trust, sizeof(trust),
	        "{\"Version\":\"1\",\"Statement\":[{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":{"
	        "\"RAM\":[\"acs:ram::%s:root\"]}}]}",
	        simulator->world.account);
	make(simulator, "CreateRole", "RoleName=one", "AssumeRolePolicyDocument", trust);
	make(simulator, "CreatePolicy", "PolicyName=may", "PolicyDocument", POLICY);
}

#define NAMED "PolicyType=Custom&PolicyName=may"

static void what_is_attached_cannot_be_deleted(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "empty", -1, -1);
	make_role(&simulator);
	expect(&simulator, "", 200, "AttachPolicyToRole", NAMED "&RoleName=one");
	expect(&simulator, "EntityAlreadyExists.Role.Policy", 409, "AttachPolicyToRole", NAMED "&RoleName=one");
	expect(&simulator, "DeleteConflict.Role.Policy", 409, "DeleteRole", "RoleName=one");
	expect(&simulator, "DeleteConflict.Role.Policy", 409, "DeletePolicy", "PolicyName=may");
	expect(&simulator, "", 200, "DetachPolicyFromRole", NAMED "&RoleName=one");
	expect(&simulator, "EntityNotExist.Role.Policy", 404, "DetachPolicyFromRole", NAMED "&RoleName=one");
	expect(&simulator, "", 200, "DeletePolicy", "PolicyName=may");
	expect(&simulator, "", 200, "DeleteRole", "RoleName=one");
	expect(&simulator, "EntityNotExist.Role", 404, "GetRole", "RoleName=one");
	expect(&simulator, "EntityNotExist.Policy", 404, "GetPolicy", NAMED);
	sim_end(&simulator);
}

static void names_and_documents_are_checked(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "empty", -1, -1);
	make_role(&simulator);
	expect(&simulator, "InvalidParameter.RoleName.InvalidChars", 400, "CreateRole",
	        "RoleName=a_b&AssumeRolePolicyDocument=%7B%7D");
	expect(&simulator, "MalformedPolicyDocument", 400, "CreateRole", "RoleName=ab&AssumeRolePolicyDocument=%7B%7D");
	expect(&simulator, "InvalidParameter.PolicyName.InvalidChars", 400, "CreatePolicy",
	        "PolicyName=a.b&PolicyDocument=%7B%7D");
	expect(&simulator, "MissingParameter", 400, "CreatePolicy", "PolicyName=a");
	expect(&simulator, "InvalidParameter", 400, "GetRole", "RoleName=one&Colour=red");
	sim_end(&simulator);
}

static void a_policy_holds_five_versions(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "empty", -1, -1);
	make_role(&simulator);
	for (int i = 0; i < 4; i++)
		make(&simulator, "CreatePolicyVersion", "PolicyName=may&SetAsDefault=true", "PolicyDocument", POLICY);
	struct buffer query;
	buffer_init(&query, QUERY_SIZE);
	buffer_add_text(&query, "PolicyName=may&PolicyDocument=");
	text_add_percent(&query, POLICY, strlen(POLICY), NULL);
	expect(&simulator, "LimitExceeded.Policy.Version", 409, "CreatePolicyVersion", buffer_text(&query));
	buffer_finish(&query);
	expect(&simulator, "DeleteConflict.Policy.Version.Default", 409, "DeletePolicyVersion",
	        "PolicyName=may&VersionId=v5");
	expect(&simulator, "", 200, "DeletePolicyVersion", "PolicyName=may&VersionId=v1");
	expect(&simulator, "DeleteConflict.Policy.Version", 409, "DeletePolicy", "PolicyName=may");
	expect(&simulator, "", 200, "DeletePolicy", "PolicyName=may&CascadingDelete=true");
	sim_end(&simulator);
}

static void a_new_role_is_not_known_everywhere_at_once(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "empty", -1, -1);
	simulator.world.rules.ram_after_ms = 8000;
	make_role(&simulator);
	expect(&simulator, "", 200, "GetRole", "RoleName=one");
	expect(&simulator, "EntityNotExist.Role", 404, "AttachPolicyToRole", NAMED "&RoleName=one");
	sim_advance(&simulator, 9);
	expect(&simulator, "", 200, "AttachPolicyToRole", NAMED "&RoleName=one");
	sim_end(&simulator);
}

static void temporary_credentials_can_do_what_the_role_can_until_they_expire(void)
{
	struct simulator simulator;
	char query[QUERY_SIZE], key[64], secret[64], token[256];
	sim_begin(&simulator, "empty", -1, -1);
	make_role(&simulator);
	expect(&simulator, "", 200, "AttachPolicyToRole", NAMED "&RoleName=one");
	snprintf(query, sizeof(query), "RoleArn=acs:ram::%s:role/one&RoleSessionName=x", simulator.world.account);
	sim_done(&(struct sim_reply){
	        .json = ask(&simulator, "sts", "InvalidParameter.RoleSessionName", "AssumeRole", query).json});
	snprintf(query, sizeof(query), "RoleArn=acs:ram::%s:role/one&RoleSessionName=xy&DurationSeconds=900",
	        simulator.world.account);
	struct sim_reply reply = ask(&simulator, "sts", "", "AssumeRole", query);
	snprintf(key, sizeof(key), "%s", sim_text(&reply, "/Credentials/AccessKeyId"));
	snprintf(secret, sizeof(secret), "%s", sim_text(&reply, "/Credentials/AccessKeySecret"));
	snprintf(token, sizeof(token), "%s", sim_text(&reply, "/Credentials/SecurityToken"));
	sim_done(&reply);
	const struct sim_signing signing = {.key_id = key, .secret = secret, .token = token};
	static const struct {
		const char *action, *code;
		int64_t later_ms;
	} steps[] = {{"DescribeVpcs", "", 0}, {"CreateVpc", "Forbidden.RAM", 0},
	        {"DescribeVpcs", "InvalidSecurityToken.Expired", HOUR_MS}};
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		simulator.wall += steps[i].later_ms;
		reply = sim_signed(
		        &simulator, "POST", "/", "RegionId=cn-beijing", NULL, steps[i].action, "2016-04-28", &signing);
		UNIT_SAME_TEXT(reply.code, steps[i].code);
		sim_done(&reply);
	}
	sim_end(&simulator);
}

// A token with these claims; nobody checks its signature.
static void write_token(char *out, size_t size, const char *issuer, const char *subject, int64_t expires)
{
	struct buffer token;
	char claims[TOKEN_SIZE];
	snprintf(claims, sizeof(claims), "{\"iss\":\"%s\",\"sub\":\"%s\",\"aud\":[\"sts.aliyuncs.com\"],\"exp\":%lld}",
	        issuer, subject, (long long)(expires / 1000));
	buffer_init(&token, TOKEN_SIZE);
	buffer_add_text(&token, "e30.");
	text_add_base64(&token, claims, strlen(claims));
	for (char *c = token.data; *c; c++)
		*c = (char)(*c == '+' ? '-' : *c == '/' ? '_' : *c == '=' ? 0 : *c);
	snprintf(out, size, "%s.e30", buffer_text(&token));
	buffer_finish(&token);
}

static void a_service_account_is_let_in_by_the_trust_policy_alone(void)
{
	struct simulator simulator;
	char trust[QUERY_SIZE], query[QUERY_SIZE], token[TOKEN_SIZE];
	sim_begin(&simulator, "demo", -1, -1);
	struct world *world = &simulator.world;
	struct cluster *cluster = NULL;
	EACH(cluster, world->home, KIND_CLUSTER)
	if (cluster->rrsa)
		break;
	CU_ASSERT_PTR_NOT_NULL_FATAL(cluster);
	const char *arn = rrsa_provider_arn(world, cluster), *issuer = rrsa_issuer(world, cluster);
	snprintf(trust, sizeof(trust),
	        "{\"Version\":\"1\",\"Statement\":[{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":{"
	        "\"Federated\":[\"%s\"]},\"Condition\":{\"StringEquals\":{\"oidc:iss\":\"%s\",\"oidc:aud\":\"sts."
	        "aliyuncs.com\",\"oidc:sub\":\"system:serviceaccount:caa:caa\"}}}]}",
	        arn, issuer);
	make(&simulator, "CreateRole", "RoleName=caa", "AssumeRolePolicyDocument", trust);
	const struct {
		const char *issuer, *subject, *code;
		int64_t life_ms;
	} cases[] = {{issuer, "system:serviceaccount:caa:caa", "", HOUR_MS},
	        {issuer, "system:serviceaccount:caa:other", "AuthenticationFail.NoPermission", HOUR_MS},
	        {issuer, "system:serviceaccount:caa:caa", "AuthenticationFail.OIDCToken.Expired", -HOUR_MS},
	        {"https://else", "system:serviceaccount:caa:caa", "AuthenticationFail.OIDCToken.IssuerNotMatch",
	                HOUR_MS}};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		write_token(token, sizeof(token), cases[i].issuer, cases[i].subject, simulator.wall + cases[i].life_ms);
		snprintf(query, sizeof(query),
		        "RoleArn=acs:ram::%s:role/caa&OIDCProviderArn=%s&RoleSessionName=caa&OIDCToken=%s",
		        world->account, arn, token);
		struct sim_reply reply = ask(&simulator, "sts", cases[i].code, "AssumeRoleWithOIDC", query);
		sim_done(&reply);
	}
	sim_end(&simulator);
}

static const struct unit_test tests[] = {
        UNIT_TEST(what_is_attached_cannot_be_deleted),
        UNIT_TEST(names_and_documents_are_checked),
        UNIT_TEST(a_policy_holds_five_versions),
        UNIT_TEST(a_new_role_is_not_known_everywhere_at_once),
        UNIT_TEST(temporary_credentials_can_do_what_the_role_can_until_they_expire),
        UNIT_TEST(a_service_account_is_let_in_by_the_trust_policy_alone),
};
const struct unit_suite sim_ram_suite = UNIT_SUITE("ram", tests);
