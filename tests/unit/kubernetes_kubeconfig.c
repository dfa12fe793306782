// SPDX-License-Identifier: Apache-2.0
// Kubeconfigs: merging, paths, broken texts.
#include "config.h"
#include "tests/unit/kubernetes.h"

#include <stdlib.h>

#include "base/banned.h"

static const char first[] = "apiVersion: v1\n"
                            "kind: Config\n"
                            "clusters:\n"
                            "- name: a\n"
                            "  cluster: {server: https://one.example:6443, certificate-authority: ca.pem}\n"
                            "users:\n"
                            "- name: u\n"
                            "  user: {token: first, client-key: /abs/key}\n"
                            "contexts:\n"
                            "- name: one\n"
                            "  context: {cluster: a, user: u, namespace: apps}\n"
                            "future: [1, 2]\n";
static const char second[] =
        "{\"kind\": \"Config\", \"current-context\": \"two\",\n"
        "\"clusters\": [{\"name\": \"a\", \"cluster\": {\"server\": \"https://other\", \"proxy-url\": "
        "\"socks5://p\"}},\n"
        "  {\"name\": \"b\", \"cluster\": {\"server\": \"https://b\", \"tls-server-name\": \"kubernetes\"}}],\n"
        "\"contexts\": [{\"name\": \"two\", \"context\": {\"cluster\": \"b\", \"user\": \"u\"}}]}";

static void the_first_file_wins_whole_entries(void)
{
	struct kubeconfig *config = kubeconfig_create();
	const struct kubeconfig_context *context;
	const struct kubeconfig_cluster *cluster;
	struct folder folder;
	char list[500], one[200], path[300];

	folder_init(&folder);
	snprintf(one, sizeof(one), "%s", folder_write(&folder, "one", 0600, first));
	snprintf(list, sizeof(list), ":%s/absent:%s:%s", folder.path, one, folder_write(&folder, "two", 0600, second));
	CU_ASSERT_TRUE(kubeconfig_read_places(config, &(struct kubeconfig_places){.list = list}, NULL));
	UNIT_SAME_TEXT(kubeconfig_current(config), "two");
	cluster = kubeconfig_cluster(config, "a");
	CU_ASSERT_PTR_NOT_NULL_FATAL(cluster);
	UNIT_SAME_TEXT(cluster->server, "https://one.example:6443");
	CU_ASSERT_PTR_NULL(cluster->proxy);
	snprintf(path, sizeof(path), "%s/ca.pem", folder.path);
	UNIT_SAME_TEXT(cluster->ca_file, path);
	snprintf(path, sizeof(path), "%s:4", one);
	UNIT_SAME_TEXT(cluster->place, path);
	UNIT_SAME_TEXT(kubeconfig_cluster(config, "b")->server_name, "kubernetes");
	UNIT_SAME_TEXT(secret_text(kubeconfig_user(config, "u")->token), "first");
	UNIT_SAME_TEXT(kubeconfig_user(config, "u")->key_file, "/abs/key");
	UNIT_SAME_TEXT(kubeconfig_context(config, "one")->space, "apps");
	context = kubeconfig_context_at(config, 1);
	UNIT_SAME_TEXT(context ? context->space : NULL, "default");
	CU_ASSERT_PTR_NULL(kubeconfig_context_at(config, 2));
	CU_ASSERT_PTR_NULL(kubeconfig_warning(config, 0));
	kubeconfig_unref(config);
	folder_finish(&folder);
}

static void a_named_file_must_be_there_and_stands_alone(void)
{
	struct kubeconfig *config = kubeconfig_create();
	struct error error = {0};
	struct folder folder;
	const char *files[2];
	char one[200];

	folder_init(&folder);
	snprintf(one, sizeof(one), "%s", folder_write(&folder, "one", 0600, first));
	files[0] = one;
	files[1] = "/nonexistent/kubeconfig";
	CU_ASSERT_TRUE(kubeconfig_read_places(
	        config, &(struct kubeconfig_places){.files = files, .file_count = 1, .list = "/also/absent"}, NULL));
	CU_ASSERT_FALSE(
	        kubeconfig_read_places(config, &(struct kubeconfig_places){.files = files, .file_count = 2}, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_NOT_FOUND);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.doing, "/nonexistent/kubeconfig"));
	kubeconfig_unref(config);
	folder_finish(&folder);
}

static void a_pod_has_its_service_account(void)
{
	struct kubeconfig *config = kubeconfig_create();
	struct kubeconfig_places places = {.service_host = "fd00::1", .service_port = "443"};
	struct error error = {0};
	struct folder folder;
	char path[200];

	folder_init(&folder);
	places.service_folder = folder.path;
	CU_ASSERT_FALSE(kubeconfig_read_places(config, &places, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_NOT_FOUND);
	CU_ASSERT_TRUE(*error.remedy);
	folder_write(&folder, "token", 0600, "t");
	folder_write(&folder, "namespace", 0600, "peerdeck\n");
	CU_ASSERT_TRUE_FATAL(kubeconfig_read_places(config, &places, NULL));
	UNIT_SAME_TEXT(kubeconfig_current(config), "in-cluster");
	UNIT_SAME_TEXT(kubeconfig_cluster(config, "in-cluster")->server, "https://[fd00::1]:443");
	CU_ASSERT_PTR_NULL(kubeconfig_cluster(config, "in-cluster")->ca_file);
	snprintf(path, sizeof(path), "%s/token", folder.path);
	UNIT_SAME_TEXT(kubeconfig_user(config, "in-cluster")->token_file, path);
	UNIT_SAME_TEXT(kubeconfig_context(config, "in-cluster")->space, "peerdeck");
	kubeconfig_unref(config);
	folder_finish(&folder);
}

static void a_broken_text_tells_line_and_expectation(void)
{
	static const struct {
		const char *text, *place, *message;
	} broken[] = {
	        {"clusters:\n- name: a\n  cluster: [", "sent:4", "not YAML"},
	        {"a: b\n\tc: d\n", "sent:2", "not YAML"},
	        {"just words\n", "sent:1", "expected a kubeconfig"},
	        {"kind: Config\nclusters: {a: b}\n", "sent:2", "a list of clusters"},
	        {"clusters:\n- cluster: {}\n", "sent:2", "with a name"},
	        {"clusters:\n- name: a\n- name: a\n", "sent:3", "does not have yet"},
	        {"clusters:\n- name: a\n  cluster:\n    server: [x]\n", "sent:4", "one text as \"server\""},
	        {"clusters:\n- name: a\n  cluster:\n    insecure-skip-tls-verify: perhaps\n", "sent:4",
	                "true or false"},
	        {"clusters:\n- name: a\n  cluster:\n    certificate-authority-data: '***'\n", "sent:4",
	                "base64 of a PEM"},
	        {"users:\n- name: a\n  user:\n    client-key-data: aGVsbG8=\n", "sent:4", "base64 of a PEM"},
	        {"users:\n- name: a\n  user:\n    tokenFile: /etc/shadow\n", "sent:4", "no path"},
	        {"users:\n- name: a\n  user:\n    exec: {apiVersion: x}\n", "sent:4", "a command"},
	        {"users:\n- name: a\n  user:\n    exec:\n      command: x\n      args: [[]]\n", "sent:6", "list of"},
	        {"kind: Secret\n", "sent:1", "kind: Config"},
	        {"x: &x [*x, *x]\nusers: *x\n", "sent:1", "list of users"},
	};

	for (size_t i = 0; i < COUNT_OF(broken); i++) {
		struct kubeconfig *config = kubeconfig_create();
		struct error error = {0};

		CU_ASSERT_FALSE(kubeconfig_read_text(config, "sent", broken[i].text, strlen(broken[i].text), &error));
		CU_ASSERT_EQUAL(error.kind, ERROR_CONFIG);
		UNIT_SAME_TEXT(error.doing, broken[i].place);
		if (!strstr(error.message, broken[i].message)) {
			printf("\n    %s\n", error.message);
			CU_FAIL("message");
		}
		kubeconfig_unref(config);
	}
}

static void everybodys_file_is_warned_of(void)
{
	struct kubeconfig *config = kubeconfig_create();
	struct folder folder;

	folder_init(&folder);
	CU_ASSERT_TRUE(kubeconfig_read_file(config, folder_write(&folder, "open", 0644, first), NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(kubeconfig_warning(config, 0));
	CU_ASSERT_PTR_NOT_NULL(strstr(kubeconfig_warning(config, 0), "chmod 600"));
	CU_ASSERT_PTR_NULL(kubeconfig_warning(config, 1));
	kubeconfig_unref(config);
	folder_finish(&folder);
}

static void an_empty_file_is_an_empty_kubeconfig(void)
{
	struct kubeconfig *config = kubeconfig_create();

	CU_ASSERT_TRUE(kubeconfig_read_text(config, "sent", "", 0, NULL));
	CU_ASSERT_TRUE(kubeconfig_read_text(config, "sent", "---\n", 4, NULL));
	CU_ASSERT_TRUE(kubeconfig_read_text(config, "sent", "clusters: null\nusers: []\n", 25, NULL));
	CU_ASSERT_PTR_NULL(kubeconfig_current(config));
	kubeconfig_unref(config);
}

static void words_that_look_like_booleans_stay_words(void)
{
	static const char text[] = "users:\n- name: yes\n  user: {exec: {command: tool, args: [y, 010, null], env: "
	                           "[{name: A, value: on}]}}\n";
	struct kubeconfig *config = kubeconfig_create();
	const struct kubeconfig_user *user;

	CU_ASSERT_TRUE(kubeconfig_read_text(config, "sent", text, strlen(text), NULL));
	user = kubeconfig_user(config, "yes");
	CU_ASSERT_PTR_NOT_NULL_FATAL(user);
	CU_ASSERT_EQUAL_FATAL(user->exec->argument_count, 3);
	UNIT_SAME_TEXT(user->exec->arguments[0], "y");
	UNIT_SAME_TEXT(user->exec->arguments[1], "010");
	UNIT_SAME_TEXT(secret_text(user->exec->variables[0].value), "on");
	CU_ASSERT_FALSE(user->trusted);
	kubeconfig_unref(config);
}

static const struct unit_test tests[] = {
        UNIT_TEST(the_first_file_wins_whole_entries),
        UNIT_TEST(a_named_file_must_be_there_and_stands_alone),
        UNIT_TEST(a_pod_has_its_service_account),
        UNIT_TEST(a_broken_text_tells_line_and_expectation),
        UNIT_TEST(everybodys_file_is_warned_of),
        UNIT_TEST(an_empty_file_is_an_empty_kubeconfig),
        UNIT_TEST(words_that_look_like_booleans_stay_words),
};
const struct unit_suite kubernetes_kubeconfig_suite = UNIT_SUITE("kubernetes kubeconfig", tests);
