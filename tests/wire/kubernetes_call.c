// SPDX-License-Identifier: Apache-2.0
// Reading, changing and asking.
#include "config.h"
#include "tests/wire/kubernetes.h"

#include "base/banned.h"

static const struct api_target pod = {.resource = &api_resources[API_PODS], .space = "ns", .name = "p"};
static const struct api_query pods = {.target = {.resource = &api_resources[API_PODS]}, .label_selector = "a=b,c"};

static void an_object_is_read_with_the_token(void)
{
	static const struct step steps[] = {{200, WHOLE, "{\"kind\":\"Pod\"}"}};
	struct http_response *response;
	struct scripted scripted;

	scripted_init(&scripted, "token: t0", steps, COUNT_OF(steps));
	response = api_get(scripted.api, &pod, NULL, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(response);
	UNIT_SAME_TEXT(response->body, "{\"kind\":\"Pod\"}");
	http_response_destroy(response);
	CU_ASSERT_EQUAL(scripted_asked(&scripted, "GET /prefix/api/v1/namespaces/ns/pods/p\n"), 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(scripted.head, "Authorization: Bearer t0\r\n"));
	scripted_finish(&scripted);
}

static void a_missing_right_is_named(void)
{
	static const struct step steps[] = {
	        {403, WHOLE,
	                "{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"pods is forbidden: User \\\"u\\\" "
	                "cannot list\","
	                "\"reason\":\"Forbidden\",\"code\":403}",
	                "Audit-Id: 1234\r\n"},
	        {502, WHOLE, "<html>\x1b[31mBad gateway", "Retry-After: 0\r\n"},
	        {502, WHOLE, "<html>\x1b[31mBad gateway", "Retry-After: 0\r\n"},
	        {502, WHOLE, "<html>\x1b[31mBad gateway", "Retry-After: 0\r\n"},
	        {502, WHOLE, "<html>\x1b[31mBad gateway", "Retry-After: 0\r\n"},
	};
	struct error error = {0};
	struct scripted scripted;
	struct api_target all = {.resource = &api_resources[API_PEER_PODS]};

	scripted_init(&scripted, "token: t0", steps, COUNT_OF(steps));
	CU_ASSERT_PTR_NULL(api_get(scripted.api, &all, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_DENIED);
	UNIT_SAME_TEXT(error.doing, "get peerpods.confidentialcontainers.org in all namespaces");
	UNIT_SAME_TEXT(error.code, "Forbidden");
	UNIT_SAME_TEXT(error.request_id, "1234");
	UNIT_SAME_TEXT(error.remedy,
	        "have the verb \"get\" on \"peerpods\" (API group \"confidentialcontainers.org\") allowed in the whole "
	        "cluster, by a ClusterRole");
	CU_ASSERT_PTR_NULL(api_get(scripted.api, &pod, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_SERVICE);
	CU_ASSERT_EQUAL(error.http_status, 502);
	CU_ASSERT_PTR_NULL(strchr(error.message, '\x1b'));
	CU_ASSERT_TRUE(scripted_is_done(&scripted));
	scripted_finish(&scripted);
}

struct seen {
	unsigned begun, pages;
	char names[100];
};

static void list_begin(void *user)
{
	struct seen *seen = user;

	seen->begun++;
	seen->names[0] = '\0';
}

static bool list_page(const cJSON *list, void *user, struct error *error)
{
	struct seen *seen = user;
	const cJSON *item;

	(void)error;
	seen->pages++;
	cJSON_ArrayForEach(item, json_member(list, "items"))
	{
		size_t length = strlen(seen->names);

		snprintf(
		        seen->names + length, sizeof(seen->names) - length, "%s ", json_text_at(item, "metadata.name"));
	}
	return true;
}

#define PAGE(name, more)                                                                                               \
	"{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"7\"" more                                           \
	"},\"items\":[{\"metadata\":{\"name\":\"" name "\"}}]}"
#define EXPIRED "{\"kind\":\"Status\",\"message\":\"too old\",\"reason\":\"Expired\",\"code\":410}"

static bool list(struct scripted *scripted, struct seen *seen, char version[API_VERSION_SIZE], struct error *error)
{
	const struct api_list_sink sink = {list_begin, list_page, seen};

	*seen = (struct seen){0};
	return api_list(scripted->api, &pods, &sink, version, NULL, error);
}

static void pages_are_followed_to_the_last(void)
{
	static const struct step steps[] = {
	        {200, WHOLE, PAGE("a", ",\"continue\":\"x/y=\"")}, {200, WHOLE, PAGE("b", ",\"continue\":\"\"")}};
	char version[API_VERSION_SIZE];
	struct scripted scripted;
	struct seen seen;

	scripted_init(&scripted, "token: t", steps, COUNT_OF(steps));
	CU_ASSERT_TRUE(list(&scripted, &seen, version, NULL));
	UNIT_SAME_TEXT(seen.names, "a b ");
	UNIT_SAME_TEXT(version, "7");
	CU_ASSERT_EQUAL(scripted_asked(&scripted, "GET /prefix/api/v1/pods?labelSelector=a%3Db%2Cc&limit=500\n"), 1);
	CU_ASSERT_EQUAL(scripted_asked(&scripted, "&limit=500&continue=x%2Fy%3D\n"), 1);
	scripted_finish(&scripted);
}

static void an_expired_page_begins_again_at_last_without_a_limit(void)
{
	static const struct step steps[] = {
	        {200, WHOLE, PAGE("a", ",\"continue\":\"x\"")},
	        {410, WHOLE, EXPIRED},
	        {200, WHOLE, PAGE("a", ",\"continue\":\"x\"")},
	        {410, WHOLE, EXPIRED},
	        {200, WHOLE, PAGE("c", "")},
	};
	struct scripted scripted;
	struct seen seen;

	scripted_init(&scripted, "token: t", steps, COUNT_OF(steps));
	CU_ASSERT_TRUE(list(&scripted, &seen, NULL, NULL));
	UNIT_SAME_TEXT(seen.names, "c ");
	CU_ASSERT_EQUAL(seen.begun, 3);
	CU_ASSERT_EQUAL(scripted_asked(&scripted, "labelSelector=a%3Db%2Cc\n"), 1);
	scripted_finish(&scripted);
}

static void what_is_no_list_is_never_an_empty_one(void)
{
	static const struct step steps[] = {
	        {200, WHOLE, "{\"kind\":\"PodList\",\"items\":[]}"},
	        {200, WHOLE, "{\"kind\":\"PodList\",\"metadata\":{},\"items\":{}}"},
	        {200, WHOLE, "{}"},
	        {200, WHOLE, "[]"},
	        {200, WHOLE, "{\"kind\":\"PodList\",\"metadata\":{"},
	        {200, WHOLE, ""},
	        {200, WHOLE, PAGE("a", ",\"continue\":\"x\"")},
	        {200, WHOLE, PAGE("a", ",\"continue\":\"x\"")},
	};
	struct scripted scripted;
	struct seen seen;

	scripted_init(&scripted, "token: t", steps, COUNT_OF(steps));
	for (size_t i = 0; i + 1 < COUNT_OF(steps); i++) {
		struct error error = {0};

		CU_ASSERT_FALSE(list(&scripted, &seen, NULL, &error));
		CU_ASSERT_EQUAL(error.kind, ERROR_PROTOCOL);
		UNIT_SAME_TEXT(error.doing, "list pods in all namespaces");
	}
	CU_ASSERT_TRUE(scripted_is_done(&scripted));
	scripted_finish(&scripted);
}

#define PLUGIN                                                                                                         \
	"exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: sh, args: [-c, 'echo "   \
	"\"{\\\"kind"                                                                                                  \
	"\\\":\\\"ExecCredential\\\",\\\"apiVersion\\\":\\\"client.authentication.k8s.io/"                             \
	"v1\\\",\\\"status\\\":{\\\"token\\\":\\\"p$$\\\"}}\"']}"

// The token of the last request.
static void last_token(const struct scripted *scripted, char out[32])
{
	const char *at = strstr(scripted->head, "Authorization: Bearer ");

	snprintf(out, 32, "%.*s", at ? (int)strcspn(at + 22, "\r") : 0, at ? at + 22 : "");
}

static void a_refused_plugins_token_is_replaced_once(void)
{
	static const struct step steps[] = {{200, WHOLE, "{}"}, {200, WHOLE, "{}"}, {401, WHOLE, "no"},
	        {200, WHOLE, "{}"}, {401, WHOLE, "no"}, {401, WHOLE, "no"}};
	char first[32], second[32], third[32];
	struct error error = {0};
	struct scripted scripted;

	scripted_init(&scripted, PLUGIN, steps, COUNT_OF(steps));
	http_response_destroy(api_get(scripted.api, &pod, NULL, NULL));
	last_token(&scripted, first);
	http_response_destroy(api_get(scripted.api, &pod, NULL, NULL));
	last_token(&scripted, second);
	CU_ASSERT_EQUAL(first[0], 'p');
	UNIT_SAME_TEXT(second, first);
	http_response_destroy(api_get(scripted.api, &pod, NULL, NULL));
	last_token(&scripted, third);
	CU_ASSERT_STRING_NOT_EQUAL(third, first);
	CU_ASSERT_PTR_NULL(api_get(scripted.api, &pod, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CREDENTIALS);
	CU_ASSERT_TRUE(scripted_is_done(&scripted));
	scripted_finish(&scripted);
}

static void a_refused_fixed_token_stays_refused(void)
{
	static const struct step steps[] = {
	        {401, WHOLE, "{\"kind\":\"Status\",\"message\":\"Unauthorized\",\"code\":401}"},
	};
	struct error error = {0};
	struct scripted scripted;

	scripted_init(&scripted, "token: fixed", steps, COUNT_OF(steps));
	CU_ASSERT_PTR_NULL(api_get(scripted.api, &pod, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CREDENTIALS);
	// Nothing fresh could come of a token that stands in the kubeconfig.
	CU_ASSERT_TRUE(scripted_is_done(&scripted));
	scripted_finish(&scripted);
}

static void changes_carry_their_type_and_manager(void)
{
	static const struct step steps[] = {{201, WHOLE, "{}"}, {200, WHOLE, "{}"}, {200, WHOLE, "{}"},
	        {200, WHOLE, "{}"}, {200, WHOLE, "{}"},
	        {409, WHOLE, "{\"kind\":\"Status\",\"message\":\"modified\",\"reason\":\"Conflict\",\"code\":409}"}};
	static const char *const types[] = {"application/json-patch+json", "application/merge-patch+json",
	        "application/strategic-merge-patch+json", "application/apply-patch+yaml"};
	struct api_change change = {.target = pod, .json = "{\"x\":1}", .dry_run = true};
	struct error error = {0};
	struct scripted scripted;

	scripted_init(&scripted, "token: t", steps, COUNT_OF(steps));
	change.target.name = NULL;
	http_response_destroy(api_post(scripted.api, &change, NULL, NULL));
	CU_ASSERT_EQUAL(scripted_asked(&scripted,
	                        "POST /prefix/api/v1/namespaces/ns/pods?fieldManager=peerdeck&dryRun=All\n{\"x\":1}\n"),
	        1);
	change.target.name = "p";
	change.dry_run = false;
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		char wanted[100];

		http_response_destroy(api_patch(scripted.api, &change, (enum api_patch)i, NULL, NULL));
		snprintf(wanted, sizeof(wanted), "Content-Type: %s\r\n", types[i]);
		CU_ASSERT_PTR_NOT_NULL(strstr(scripted.head, wanted));
	}
	CU_ASSERT_EQUAL(
	        scripted_asked(&scripted, "PATCH /prefix/api/v1/namespaces/ns/pods/p?fieldManager=peerdeck\n"), 4);
	CU_ASSERT_PTR_NULL(api_put(scripted.api, &change, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CONFLICT);
	scripted_finish(&scripted);
}

static void a_deletion_holds_its_conditions_and_tells_what_waits(void)
{
	static const struct step steps[] = {
	        {200, WHOLE, "{\"kind\":\"Status\",\"status\":\"Success\"}"},
	        {200, WHOLE, "{\"kind\":\"Pod\",\"metadata\":{\"deletionTimestamp\":\"2026-11-20T00:00:00Z\"}}"},
	        {503, WHOLE, "later", "Retry-After: 0\r\n"},
	};
	struct api_delete request = {.target = pod, .uid = "u1", .version = "7", .grace_s = 0};
	struct error error = {0};
	struct scripted scripted;
	bool gone = false;

	scripted_init(&scripted, "token: t", steps, COUNT_OF(steps));
	CU_ASSERT_TRUE(api_delete(scripted.api, &request, &gone, NULL, NULL));
	CU_ASSERT_TRUE(gone);
	CU_ASSERT_EQUAL(
	        scripted_asked(&scripted,
	                "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"propagationPolicy\":\"Background\","
	                "\"gracePeriodSeconds\":0,\"preconditions\":{\"uid\":\"u1\",\"resourceVersion\":\"7\"}}\n"),
	        1);
	CU_ASSERT_TRUE(api_delete(scripted.api, &request, &gone, NULL, NULL));
	CU_ASSERT_FALSE(gone);
	CU_ASSERT_FALSE(api_delete(scripted.api, &request, &gone, NULL, &error));
	CU_ASSERT_TRUE(error.retryable);
	// A change is not repeated by itself.
	CU_ASSERT_TRUE(scripted_is_done(&scripted));
	scripted_finish(&scripted);
}

static void only_a_clear_yes_allows(void)
{
	static const struct step steps[] = {
	        {201, WHOLE, "{\"kind\":\"SelfSubjectAccessReview\",\"status\":{\"allowed\":true}}"},
	        {201, WHOLE, "{\"kind\":\"SelfSubjectAccessReview\",\"status\":{\"allowed\":false}}"},
	        {201, WHOLE, "{\"kind\":\"SelfSubjectAccessReview\",\"status\":{\"allowed\":true,\"denied\":true}}"},
	        {201, WHOLE, "{\"kind\":\"SelfSubjectAccessReview\"}"},
	};
	const struct api_target log = {.resource = &api_resources[API_PODS], .space = "ns", .part = "log"};
	static const bool wanted[] = {true, false, false};
	struct error error = {0};
	struct scripted scripted;
	bool allowed;

	scripted_init(&scripted, "token: t", steps, COUNT_OF(steps));
	for (size_t i = 0; i < COUNT_OF(wanted); i++) {
		CU_ASSERT_TRUE(api_may(scripted.api, "get", &log, &allowed, NULL, NULL));
		CU_ASSERT_EQUAL(allowed, wanted[i]);
	}
	CU_ASSERT_EQUAL(scripted_asked(&scripted,
	                        "{\"verb\":\"get\",\"group\":\"\",\"resource\":\"pods\",\"subresource\":\"log\","
	                        "\"namespace\":\"ns\"}"),
	        3);
	CU_ASSERT_FALSE(api_may(scripted.api, "get", &log, &allowed, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_PROTOCOL);
	scripted_finish(&scripted);
}

static const struct unit_test tests[] = {
        UNIT_TEST(an_object_is_read_with_the_token),
        UNIT_TEST(a_missing_right_is_named),
        UNIT_TEST(pages_are_followed_to_the_last),
        UNIT_TEST(an_expired_page_begins_again_at_last_without_a_limit),
        UNIT_TEST(what_is_no_list_is_never_an_empty_one),
        UNIT_TEST(a_refused_plugins_token_is_replaced_once),
        UNIT_TEST(a_refused_fixed_token_stays_refused),
        UNIT_TEST(changes_carry_their_type_and_manager),
        UNIT_TEST(a_deletion_holds_its_conditions_and_tells_what_waits),
        UNIT_TEST(only_a_clear_yes_allows),
};
const struct unit_suite kubernetes_call_suite = UNIT_SUITE("kubernetes calls", tests);
