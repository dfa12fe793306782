// SPDX-License-Identifier: Apache-2.0
// Names of pod VMs: composing, parsing, fitting.
#include "config.h"

#include "orphans/podvm_name.h"
#include "tests/unit/orphans.h"

#include "base/banned.h"

#define SANDBOX "0123abcd89abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define FIFTY "a2345678901234567890123456789012345678901234567890"

static void names_are_composed_as_the_adaptor_does(void)
{
	static const struct {
		const char *pod;
		int limit;
		const char *name;
	} cases[] = {
	        {"web-0", PODVM_NAME_LIMIT, "podvm-web-0-0123abcd"},
	        {"My.App_1", PODVM_NAME_LIMIT, "podvm-my-app-1-0123abcd"},
	        {"b\xc3\xa4r", PODVM_NAME_LIMIT, "podvm-b-r-0123abcd"},
	        {FIFTY, PODVM_NAME_LIMIT, "podvm-a23456789012345678901234567890123456789012345678-0123abcd"},
	        {FIFTY, PODVM_NAME_LIMIT_POWERVS, "podvm-a2345678901234567890123456789012-0123abcd"},
	        {"a234567890123456789012345678901234567890123456.-x", PODVM_NAME_LIMIT,
	                "podvm-a234567890123456789012345678901234567890123456---0123abcd"},
	};
	char name[PODVM_NAME_SIZE];

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct podvm_name parsed;

		CU_ASSERT_TRUE(podvm_name_compose(cases[i].pod, SANDBOX, cases[i].limit, name));
		UNIT_SAME_TEXT(name, cases[i].name);
		CU_ASSERT_TRUE_FATAL(podvm_name_parse(name, &parsed));
		CU_ASSERT_TRUE(podvm_name_fits_pod(&parsed, cases[i].pod, cases[i].limit));
		CU_ASSERT_TRUE(podvm_name_fits_sandbox(&parsed, SANDBOX));
		CU_ASSERT_FALSE(podvm_name_fits_sandbox(&parsed, "ffff0000"));
	}
	CU_ASSERT_FALSE(podvm_name_compose("", SANDBOX, PODVM_NAME_LIMIT, name));
	CU_ASSERT_FALSE(podvm_name_compose("web", "0123", PODVM_NAME_LIMIT, name));
}

static void a_name_is_split_from_the_right(void)
{
	struct podvm_name name;

	CU_ASSERT_TRUE_FATAL(podvm_name_parse("podvm-podvm-x-deadbeef-0123abcd", &name));
	UNIT_SAME_TEXT(name.pod_part, "podvm-x-deadbeef");
	UNIT_SAME_TEXT(name.sandbox_part, "0123abcd");
	CU_ASSERT_TRUE_FATAL(podvm_name_parse("podvm---0123abcd", &name));
	UNIT_SAME_TEXT(name.pod_part, "-");
}

static void other_names_are_refused(void)
{
	static const char *const names[] = {"", "podvm", "podvm-", "podvm-0123abcd", "podvm--0123abcd",
	        "podvm-web-0123abc", "podvm-web-0123abcg", "podvm-web-0123ABCD", "podvm-Web-0123abcd",
	        "podvm-we.b-0123abcd", "xpodvm-web-0123abcd", "podvm-web-0123abcd ", "podvm-web_0123abcd",
	        "podvm-" FIFTY "-0123abcd", "podvm-b\xc3\xa4r-0123abcd"};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct podvm_name name;

		CU_ASSERT_FALSE(podvm_name_parse(names[i], &name));
	}
}

static void one_name_fits_many_pods(void)
{
	struct podvm_name name;

	CU_ASSERT_TRUE_FATAL(podvm_name_parse("podvm-my-app-0123abcd", &name));
	CU_ASSERT_TRUE(podvm_name_fits_pod(&name, "my-app", PODVM_NAME_LIMIT));
	CU_ASSERT_TRUE(podvm_name_fits_pod(&name, "my.app", PODVM_NAME_LIMIT));
	CU_ASSERT_FALSE(podvm_name_fits_pod(&name, "my-app-1", PODVM_NAME_LIMIT));
	CU_ASSERT_FALSE(podvm_name_fits_pod(&name, "my", PODVM_NAME_LIMIT));
	CU_ASSERT_TRUE_FATAL(
	        podvm_name_parse("podvm-a23456789012345678901234567890123456789012345678-0123abcd", &name));
	CU_ASSERT_TRUE(
	        podvm_name_fits_pod(&name, "a23456789012345678901234567890123456789012345678-x7k2p", PODVM_NAME_LIMIT));
	CU_ASSERT_TRUE(
	        podvm_name_fits_pod(&name, "a23456789012345678901234567890123456789012345678-9zzzz", PODVM_NAME_LIMIT));
}

static const struct unit_test tests[] = {
        UNIT_TEST(names_are_composed_as_the_adaptor_does),
        UNIT_TEST(a_name_is_split_from_the_right),
        UNIT_TEST(other_names_are_refused),
        UNIT_TEST(one_name_fits_many_pods),
};
const struct unit_suite orphans_name_suite = UNIT_SUITE("orphans name", tests);
