// SPDX-License-Identifier: Apache-2.0
// Endpoints, word splitting and the table of faults.
#include "config.h"

#include "tests/unit/alibaba.h"

#include "alibaba/endpoint.h"
#include "alibaba/fault.h"
#include "alibaba/memory.h"
#include "alibaba/words.h"
#include "base/banned.h"

static void check_endpoint(
        const char *const *pairs, const char *url, const char *service, const char *region, const char *expected)
{
	struct test_environment pairs_of = {pairs};
	struct environment environment = {test_environment_get, &pairs_of};
	struct endpoint_settings settings;
	struct error error = {0};
	char out[ENDPOINT_SIZE];

	endpoint_settings_init(&settings, &environment);
	snprintf(settings.url, sizeof(settings.url), "%s", url);
	CU_ASSERT_TRUE_FATAL(endpoint_resolve(&settings, service, region, out, &error));
	CU_ASSERT_STRING_EQUAL(out, expected);
}

static void endpoints_follow_rules_and_exceptions(void)
{
	static const char *const none[] = {NULL};
	static const char *const vpc[] = {"ALIBABACLOUD_ENDPOINT_TYPE", "vpc", NULL};

	check_endpoint(none, "", "ecs", "cn-beijing", "https://ecs.cn-beijing.aliyuncs.com");
	check_endpoint(none, "", "ecs", "cn-hangzhou", "https://ecs-cn-hangzhou.aliyuncs.com");
	check_endpoint(none, "", "vpc", "cn-shenzhen-finance-1", "https://vpc.aliyuncs.com");
	check_endpoint(none, "", "cs", "cn-beijing", "https://cs.cn-beijing.aliyuncs.com");
	check_endpoint(none, "", "ram", "", "https://ram.aliyuncs.com");
	check_endpoint(none, "", "sts", "", "https://sts.aliyuncs.com");
	check_endpoint(none, "", "sts", "ap-south-1", "https://sts.aliyuncs.com");
	check_endpoint(vpc, "", "cs", "cn-beijing", "https://cs-anony-vpc.cn-beijing.aliyuncs.com");
	check_endpoint(vpc, "", "ram", "", "https://ram.vpc-proxy.aliyuncs.com");
	check_endpoint(vpc, "", "oss", "cn-beijing", "https://oss-cn-beijing-internal.aliyuncs.com");
}

static void endpoints_set_by_hand_win_in_order(void)
{
	static const char *const all[] = {
	        "ALIBABA_CLOUD_ENDPOINT", "https://all.example/", "ALIBABA_CLOUD_ENDPOINT_ECS", "ecs.example", NULL};

	check_endpoint(all, "http://127.0.0.1:8080", "ecs", "cn-beijing", "http://127.0.0.1:8080");
	check_endpoint(all, "", "ecs", "cn-beijing", "https://ecs.example");
	check_endpoint(all, "", "vpc", "cn-beijing", "https://all.example");
}

static void endpoints_refuse_what_is_no_region(void)
{
	static const char *const none[] = {NULL};
	struct test_environment pairs = {none};
	struct environment environment = {test_environment_get, &pairs};
	static const char *const bad[] = {"", "cn beijing", "evil.example/", "CN-BEIJING", "a@b"};
	struct endpoint_settings settings;
	struct error error;
	char out[ENDPOINT_SIZE];

	endpoint_settings_init(&settings, &environment);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		CU_ASSERT_FALSE(endpoint_resolve(&settings, "ecs", bad[i], out, &error));
}

static void check_words(const char *text, const char *const *expected)
{
	struct arena arena;
	struct error error;
	char **words;
	size_t i;

	arena_init(&arena, 0);
	words = words_split(&arena, text, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(words);
	for (i = 0; expected[i] && words[i]; i++)
		CU_ASSERT_STRING_EQUAL(words[i], expected[i]);
	CU_ASSERT_TRUE(!expected[i] && !words[i]);
	arena_finish(&arena);
}

static void words_split_as_a_shell_does(void)
{
	check_words("get-keys --profile 'my one'", (const char *const[]){"get-keys", "--profile", "my one", NULL});
	check_words("a \"b \\\"c\\\" \\d\" e\\ f", (const char *const[]){"a", "b \"c\" \\d", "e f", NULL});
	check_words("a ''  \"\"", (const char *const[]){"a", "", "", NULL});
	check_words("a;b|c $HOME *", (const char *const[]){"a;b|c", "$HOME", "*", NULL});
	check_words("x'y'\"z\"", (const char *const[]){"xyz", NULL});
}

static void words_refuse_open_quotes_and_nothing(void)
{
	static const char *const bad[] = {"a 'b", "a \"b", "a\\", "", "  "};
	struct arena arena;
	struct error error;

	arena_init(&arena, 0);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		CU_ASSERT_PTR_NULL(words_split(&arena, bad[i], &error));
	arena_finish(&arena);
}

static void faults_exact_codes_beat_families(void)
{
	static const struct {
		const char *code;
		enum fault_class class;
	} rows[] = {{"Throttling", FAULT_THROTTLED}, {"Throttling.User", FAULT_THROTTLED},
	        {"Forbidden.RAM", FAULT_DENIED}, {"Forbidden.InstanceNotFound", FAULT_GONE},
	        {"IncorrectStatus.NATGW", FAULT_WRONG_STATE}, {"IncorretSnatEntryStatus", FAULT_WRONG_STATE},
	        {"DependencyViolation.RouteEntry", FAULT_BLOCKED}, {"EntityNotExist.Role.Policy", FAULT_GONE},
	        {"EntityAlreadyExists.Role", FAULT_EXISTS}, {"InvalidOperation.DeletionProtection", FAULT_PROTECTED},
	        {"QuotaExceeded.Instance", FAULT_LIMIT}, {"NoSetRoletoECSServiceAccount", FAULT_IMPORT},
	        {"InvalidAction.NotFound", FAULT_VERSION}, {"InvalidTimeStamp.Expired", FAULT_CLOCK},
	        {"InvalidSecurityToken.Expired", FAULT_EXPIRED}, {"InvalidSecurityToken.Malformed", FAULT_KEY},
	        {"InvalidAccessKeyId.NotFound", FAULT_KEY}, {"DryRunOperation", FAULT_DRY_RUN},
	        {"DRYRUN.SUCCESS", FAULT_DRY_RUN}, {"Throttled", FAULT_OTHER}, {"", FAULT_OTHER},
	        {"DeleteConflict.Role.Policy", FAULT_BLOCKED}, {"InternalError", FAULT_BUSY}};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CU_ASSERT_EQUAL(fault_class_of(rows[i].code), rows[i].class);
}

// A 403 is a question of permissions only when it says so.
static void faults_a_refusal_is_not_always_a_permission(void)
{
	static const struct {
		const char *body;
		enum fault_class class;
		const char *remedy;
	} rows[] = {
	        {"{\"Code\":\"Forbidden.SubUser\"}", FAULT_DENIED, "ecs:DeleteImage"},
	        {"{\"Code\":\"UnauthorizedOperation\"}", FAULT_DENIED, "ecs:DeleteImage"},
	        {"{\"Code\":\"InvalidOperation.NotSupported\",\"AccessDeniedDetail\":{\"AuthAction\":\"ecs:Look\"}}",
	                FAULT_DENIED, "ecs:Look"},
	        {"", FAULT_DENIED, "ecs:DeleteImage"},
	        {"{\"Code\":\"IncorrectImageStatus\"}", FAULT_WRONG_STATE, "Wait until"},
	        {"{\"Code\":\"ImageUsingByInstance\"}", FAULT_BLOCKED, "Remove what depends on it"},
	        {"{\"Code\":\"InvalidVSwitchId.IpNotEnough\"}", FAULT_LIMIT, "free addresses"},
	        {"{\"Code\":\"InvalidImageType.NotSupport\"}", FAULT_OTHER, ""},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char body[256];
		struct http_response response = {.status = 403, .body = body, .body_size = strlen(rows[i].body)};
		struct fault fault;
		struct error error = {0};

		snprintf(body, sizeof(body), "%s", rows[i].body);
		fault_read(&response, &fault);
		CU_ASSERT_EQUAL(fault.class, rows[i].class);
		fault_error(&fault, operation_find("ecs.DeleteImage"), 403, "deleting", &error);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.remedy, rows[i].remedy));
		CU_ASSERT(*rows[i].remedy || !*error.remedy);
	}
}

static void boundaries_cut_a_region_into_equal_parts(void)
{
	static struct memory memory;
	static int64_t times[6400], bounds[MEMORY_QUANTILES];
	size_t count;

	memory_init(&memory, &clock_system);
	for (size_t i = 0; i < COUNT_OF(times); i++)
		times[i] = (int64_t)(COUNT_OF(times) - i);
	memory_keep_times(&memory, "cn-beijing", times, COUNT_OF(times));
	count = memory_boundaries(&memory, "cn-beijing", 4, bounds);
	CU_ASSERT_EQUAL_FATAL(count, 3);
	for (size_t i = 0; i < count; i++)
		CU_ASSERT_EQUAL(bounds[i], (int64_t)(i + 1) * 1600 + 1);
	for (size_t i = 0; i < COUNT_OF(times); i++)
		times[i] = 7;
	memory_keep_times(&memory, "cn-beijing", times, COUNT_OF(times));
	CU_ASSERT_EQUAL(memory_boundaries(&memory, "cn-beijing", 64, bounds), 1);
	CU_ASSERT_EQUAL(memory_boundaries(&memory, "elsewhere", 4, bounds), 0);
	memory_finish(&memory);
}

static const struct unit_test tests[] = {
        UNIT_TEST(endpoints_follow_rules_and_exceptions),
        UNIT_TEST(endpoints_set_by_hand_win_in_order),
        UNIT_TEST(endpoints_refuse_what_is_no_region),
        UNIT_TEST(words_split_as_a_shell_does),
        UNIT_TEST(words_refuse_open_quotes_and_nothing),
        UNIT_TEST(faults_exact_codes_beat_families),
        UNIT_TEST(faults_a_refusal_is_not_always_a_permission),
        UNIT_TEST(boundaries_cut_a_region_into_equal_parts),
};
const struct unit_suite alibaba_rules_suite = UNIT_SUITE("rules", tests);
