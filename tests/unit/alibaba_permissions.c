// SPDX-License-Identifier: Apache-2.0
// What policies say of an action: patterns, denials, conditions, resources (RAM: policy elements).
#include "config.h"

#include "tests/unit/alibaba.h"

#include <stdio.h>
#include <string.h>

#include "alibaba/permissions.h"
#include "base/banned.h"

static enum permission judge(const char *statements, const char *action)
{
	struct policies policies = {.count = 1};
	enum permission permission;
	char text[2048];

	snprintf(text, sizeof(text), "{\"Version\":\"1\",\"Statement\":[%s]}", statements);
	CU_ASSERT_TRUE_FATAL(json_open(&policies.list[0], text, strlen(text), "policy", NULL));
	permission = policies_judge(&policies, action);
	policies_finish(&policies);
	return permission;
}

#define ALLOW(action, resource) "{\"Effect\":\"Allow\",\"Action\":" action ",\"Resource\":" resource "}"
#define DENY(action, resource) "{\"Effect\":\"Deny\",\"Action\":" action ",\"Resource\":" resource "}"

static void patterns_and_lists_stand_for_actions(void)
{
	CU_ASSERT_EQUAL(judge(ALLOW("\"*\"", "\"*\""), "ecs:RunInstances"), PERMISSION_YES);
	CU_ASSERT_EQUAL(judge(ALLOW("\"ecs:*\"", "\"*\""), "vpc:CreateVpc"), PERMISSION_NO);
	CU_ASSERT_EQUAL(
	        judge(ALLOW("[\"ecs:Describe*\",\"vpc:Create*\"]", "[\"*\"]"), "vpc:CreateVpc"), PERMISSION_YES);
	CU_ASSERT_EQUAL(judge("{\"Effect\":\"Allow\",\"NotAction\":\"ram:*\",\"Resource\":\"*\"}", "ecs:RunInstances"),
	        PERMISSION_YES);
	CU_ASSERT_EQUAL(judge("{\"Effect\":\"Allow\",\"NotAction\":\"ram:*\",\"Resource\":\"*\"}", "ram:CreateRole"),
	        PERMISSION_NO);
}

static void a_denial_beats_a_permission(void)
{
	CU_ASSERT_EQUAL(judge(ALLOW("\"*\"", "\"*\"") "," DENY("\"ram:CreateRole\"", "\"*\""), "ram:CreateRole"),
	        PERMISSION_NO);
	CU_ASSERT_EQUAL(judge(DENY("\"ram:*\"", "\"*\"") "," ALLOW("\"*\"", "\"*\""), "ram:CreateRole"), PERMISSION_NO);
	CU_ASSERT_EQUAL(
	        judge(ALLOW("\"*\"", "\"*\"") "," DENY("\"ram:*\"", "\"acs:ram:*:1:role/x\""), "ram:CreateRole"),
	        PERMISSION_UNSURE);
}

static void what_holds_for_some_things_only_is_unsure(void)
{
	CU_ASSERT_EQUAL(judge(ALLOW("\"cs:*\"", "\"acs:cs:*:*:cluster/c1\""), "cs:DeleteCluster"), PERMISSION_UNSURE);
	CU_ASSERT_EQUAL(judge(ALLOW("\"cs:*\"", "\"acs:cs:*:*:*\""), "cs:DeleteCluster"), PERMISSION_YES);
	CU_ASSERT_EQUAL(judge("{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"IpAddress\":{"
	                      "\"acs:SourceIp\":\"10.0.0.0/8\"}}}",
	                        "ecs:RunInstances"),
	        PERMISSION_UNSURE);
	CU_ASSERT_EQUAL(judge("{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{}}", "ecs:X"),
	        PERMISSION_YES);
}

static void the_account_itself_may_do_all(void)
{
	struct policies policies = {.everything = true};

	CU_ASSERT_EQUAL(policies_judge(&policies, "ram:CreateRole"), PERMISSION_YES);
}

static const struct unit_test tests[] = {
        UNIT_TEST(patterns_and_lists_stand_for_actions),
        UNIT_TEST(a_denial_beats_a_permission),
        UNIT_TEST(what_holds_for_some_things_only_is_unsure),
        UNIT_TEST(the_account_itself_may_do_all),
};
const struct unit_suite alibaba_permissions_suite = UNIT_SUITE("permissions", tests);
