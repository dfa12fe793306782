// SPDX-License-Identifier: Apache-2.0
// From a context to what a request needs, and keeping that fresh.
#include "config.h"
#include "tests/unit/kubernetes.h"

#include <stdlib.h>

#include "kubernetes/access.h"

#include "base/banned.h"

#define CONFIG(cluster, user)                                                                                          \
	"clusters:\n- name: c\n  cluster: {" cluster "}\nusers:\n- name: u\n  user: {" user "}\n"                      \
	"contexts:\n- name: x\n  context: {cluster: c, user: u}\ncurrent-context: x\n"
#define SERVER "server: 'https://c.example/prefix/'"

static int64_t now;

static int64_t test_time(void *user)
{
	(void)user;
	return now;
}

static const struct clock test_clock = {.wall = test_time, .monotonic = test_time};

static struct access *open_access(struct folder *folder, const char *text, const char *context, struct error *error)
{
	const struct access_options options = {.clock = &test_clock};
	struct kubeconfig *config = folder_config(folder, text);
	struct access *access = access_create(config, context, &options, error);

	kubeconfig_unref(config);
	return access;
}

// The token that would be sent now.
static void take_is(struct access *access, const char *wanted)
{
	struct access_grant grant = {0};
	struct error error = {0};

	CU_ASSERT_TRUE(access_take(access, &grant, NULL, &error));
	UNIT_SAME_TEXT(error.message, "");
	UNIT_SAME_TEXT(secret_text(grant.authorization), wanted);
	access_grant_finish(&grant);
}

static void what_cannot_be_used_is_refused_with_a_reason(void)
{
	static const struct {
		const char *text, *context, *message;
	} rows[] = {
	        {CONFIG(SERVER ", insecure-skip-tls-verify: true", ""), NULL, "TLS is always verified"},
	        {CONFIG(SERVER, "username: u, password: p"), NULL, "user name with a password"},
	        {CONFIG(SERVER, "auth-provider: {name: gcp}"), NULL, "auth-provider"},
	        {CONFIG(SERVER, "client-certificate: /x"), NULL, "belong together"},
	        {CONFIG(SERVER, "as-uid: '1'"), NULL, "need an \"as\""},
	        {CONFIG(SERVER, "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}"), NULL,
	                "not spoken here"},
	        {CONFIG(SERVER ", certificate-authority: absent.pem", ""), NULL, "No such file"},
	        {CONFIG("server: c.example", ""), NULL, "plain http"},
	        {CONFIG("server: ''", ""), NULL, "has no server"},
	        {CONFIG(SERVER, ""), "y", "context was not found for specified context: y"},
	        {"contexts:\n- name: x\n  context: {cluster: c, user: u}\n", "x", "is not there"},
	        {"contexts: []\n", NULL, "no current-context"},
	};
	struct folder folder;

	folder_init(&folder);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct error error = {0};
		struct access *access = open_access(&folder, rows[i].text, rows[i].context, &error);

		CU_ASSERT_PTR_NULL(access);
		CU_ASSERT_TRUE(
		        error.kind == ERROR_CONFIG || error.kind == ERROR_NOT_FOUND || error.kind == ERROR_USAGE);
		if (!strstr(error.message, rows[i].message)) {
			printf("\n    %zu: %s\n", i, error.message);
			CU_FAIL("message");
		}
		access_destroy(access);
	}
	folder_finish(&folder);
}

static void a_token_file_is_read_again(void)
{
	struct access_grant grant;
	struct access *access;
	struct folder folder;

	folder_init(&folder);
	now = 1000000;
	folder_write(&folder, "token", 0600, " one\n");
	access = open_access(&folder, CONFIG(SERVER, "token: value, tokenFile: token"), NULL, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(access);
	UNIT_SAME_TEXT(access_server(access), "https://c.example/prefix");
	UNIT_SAME_TEXT(access_space(access), "default");
	take_is(access, "Bearer one");
	folder_write(&folder, "token", 0600, "two\n");
	take_is(access, "Bearer one");
	now += ACCESS_FILES_MS;
	take_is(access, "Bearer two");
	folder_write(&folder, "token", 0600, "three");
	CU_ASSERT_TRUE_FATAL(access_take(access, &grant, NULL, NULL));
	CU_ASSERT_TRUE(access_refused(access, &grant));
	access_grant_finish(&grant);
	take_is(access, "Bearer three");
	access_destroy(access);
	folder_finish(&folder);
}

static void a_plugin_runs_when_its_answer_expired_or_was_refused(void)
{
	static const char script[] =
	        "#!/bin/sh\necho x >>\"$(dirname \"$0\")/runs\"\n"
	        "echo '{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"kind\":\"ExecCredential\","
	        "\"status\":{\"token\":\"t'$(wc -l <\"$(dirname "
	        "\"$0\")/runs\")'\",\"expirationTimestamp\":\"1970-01-01T01:00:00Z\"}}'\n";
	struct access_grant grant;
	struct access *access;
	struct folder folder;

	folder_init(&folder);
	now = 1000;
	folder_write(&folder, "helper", 0700, script);
	access = open_access(&folder,
	        CONFIG(SERVER, "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./helper}"), NULL,
	        NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(access);
	take_is(access, "Bearer t1");
	take_is(access, "Bearer t1");
	CU_ASSERT_TRUE_FATAL(access_take(access, &grant, NULL, NULL));
	CU_ASSERT_TRUE(access_refused(access, &grant));
	take_is(access, "Bearer t2");
	// A late refusal of what is already replaced changes nothing.
	CU_ASSERT_TRUE(access_refused(access, &grant));
	access_grant_finish(&grant);
	take_is(access, "Bearer t2");
	now = 3600000;
	take_is(access, "Bearer t3");
	access_destroy(access);
	folder_finish(&folder);
}

static bool allow(const struct kubeconfig_exec *exec, const char *place, void *user)
{
	unsigned *asked = user;

	++*asked;
	UNIT_SAME_TEXT(exec->command, "/nonexistent/helper");
	UNIT_SAME_TEXT(place, "sent:5");
	return true;
}

static void a_plugin_that_a_service_sent_runs_only_when_allowed(void)
{
	static const char text[] = CONFIG(SERVER, "exec: {apiVersion: client.authentication.k8s.io/v1, command: "
	                                          "/nonexistent/helper, interactiveMode: Never}");
	struct kubeconfig *config = kubeconfig_create();
	struct access_options options = {0};
	struct access_grant grant;
	struct access *access;
	struct error error = {0};
	unsigned asked = 0;

	CU_ASSERT_TRUE(kubeconfig_read_text(config, "sent", text, strlen(text), NULL));
	access = access_create(config, NULL, NULL, NULL);
	CU_ASSERT_FALSE(access_take(access, &grant, NULL, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "sent by a service"));
	access_destroy(access);
	options.plugin_allowed = allow;
	options.user = &asked;
	access = access_create(config, NULL, &options, NULL);
	CU_ASSERT_FALSE(access_take(access, &grant, NULL, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "/nonexistent/helper"));
	CU_ASSERT_FALSE(access_take(access, &grant, NULL, &error));
	CU_ASSERT_EQUAL(asked, 1);
	access_destroy(access);
	kubeconfig_unref(config);
}

static void who_is_impersonated_stands_in_headers(void)
{
	struct access_grant grant = {0};
	struct access *access;
	struct folder folder;

	folder_init(&folder);
	access = open_access(&folder,
	        CONFIG(SERVER,
	                "token: t, as: a, as-uid: '7', as-groups: [g, h], as-user-extra: {example.org/Key: [v]}"),
	        NULL, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(access);
	CU_ASSERT_TRUE(access_take(access, &grant, NULL, NULL));
	CU_ASSERT_EQUAL_FATAL(grant.identity_count, 5);
	UNIT_SAME_TEXT(grant.identity[0].value, "a");
	UNIT_SAME_TEXT(grant.identity[3].value, "h");
	UNIT_SAME_TEXT(grant.identity[4].name, "Impersonate-Extra-example.org%2FKey");
	access_grant_finish(&grant);
	access_destroy(access);
	folder_finish(&folder);
}

static void no_secret_goes_over_http(void)
{
	struct access *access;
	struct folder folder;

	folder_init(&folder);
	access = open_access(&folder, CONFIG("server: 'http://127.0.0.1:8001'", "token: t"), NULL, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(access);
	take_is(access, "");
	access_destroy(access);
	folder_finish(&folder);
}

static const struct unit_test tests[] = {
        UNIT_TEST(what_cannot_be_used_is_refused_with_a_reason),
        UNIT_TEST(a_token_file_is_read_again),
        UNIT_TEST(a_plugin_runs_when_its_answer_expired_or_was_refused),
        UNIT_TEST(a_plugin_that_a_service_sent_runs_only_when_allowed),
        UNIT_TEST(who_is_impersonated_stands_in_headers),
        UNIT_TEST(no_secret_goes_over_http),
};
const struct unit_suite kubernetes_access_suite = UNIT_SUITE("kubernetes access", tests);
