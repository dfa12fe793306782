// SPDX-License-Identifier: Apache-2.0
// The protocol of exec plugins, with shell scripts as plugins.
#include "config.h"
#include "tests/unit/kubernetes.h"

#include "base/clock.h"
#include "kubernetes/exec_plugin.h"

#include "base/banned.h"

#define V1 "client.authentication.k8s.io/v1"

static const struct kubeconfig_cluster cluster = {
        .name = "c", .server = "https://c:6443", .exec_config = "{\"audience\":\"x\"}", .server_name = "kubernetes"};

static bool read_answer(const char *text, struct exec_answer *answer, struct error *error)
{
	static const struct kubeconfig_exec exec = {.api_version = V1, .command = "helper"};

	return exec_answer_read(answer, &exec, text, strlen(text), error);
}

static void a_token_with_its_end_is_read(void)
{
	struct exec_answer answer = {0};

	CU_ASSERT_TRUE_FATAL(
	        read_answer("{\"apiVersion\":\"" V1 "\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"abc\","
	                    "\"expirationTimestamp\":\"2026-11-20T20:52:00Z\",\"future\":1}}\n",
	                &answer, NULL));
	UNIT_SAME_TEXT(secret_text(answer.token), "abc");
	CU_ASSERT_EQUAL(answer.expires, 1795207920000);
	CU_ASSERT_PTR_NULL(answer.key);
	exec_answer_finish(&answer);
}

static void rubbish_is_refused_and_never_quoted(void)
{
	static const char *const rubbish[] = {
	        "",
	        "SECRET",
	        "{\"token\":\"SECRET\"}",
	        "[]",
	        "{\"apiVersion\":\"client.authentication.k8s.io/"
	        "v1beta1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"SECRET\"}}",
	        "{\"apiVersion\":\"" V1 "\",\"kind\":\"ExecCredential\"}",
	        "{\"apiVersion\":\"" V1 "\",\"kind\":\"ExecCredential\",\"status\":{}}",
	        "{\"apiVersion\":\"" V1 "\",\"kind\":\"ExecCredential\",\"status\":\"SECRET\"}",
	        "{\"apiVersion\":\"" V1 "\",\"kind\":\"ExecCredential\",\"status\":{\"clientKeyData\":\"SECRET\"}}",
	        "{\"apiVersion\":\"" V1 "\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"SECRET\\r\\nX: y\"}}",
	        "{\"apiVersion\":\"" V1
	        "\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"SECRET\",\"expirationTimestamp\":\"soon\"}}",
	        "{\"apiVersion\":\"" V1 "\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"SECRET\"}} trailing",
	};

	for (size_t i = 0; i < COUNT_OF(rubbish); i++) {
		struct exec_answer answer = {0};
		struct error error = {0};

		CU_ASSERT_FALSE(read_answer(rubbish[i], &answer, &error));
		CU_ASSERT_EQUAL(error.kind, ERROR_CREDENTIALS);
		CU_ASSERT_PTR_NULL(strstr(error.message, "SECRET"));
		CU_ASSERT_PTR_NULL(answer.token);
	}
}

static void versions_and_terminals_are_checked_before(void)
{
	static const struct {
		const char *version, *mode;
		bool good;
	} rows[] = {
	        {V1, "Never", true},
	        {V1, "IfAvailable", true},
	        {V1, "Always", false},
	        {V1, "sometimes", false},
	        {V1, NULL, false},
	        {V1 "beta1", NULL, true},
	        {V1 "alpha1", "Never", false},
	        {NULL, "Never", false},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct kubeconfig_exec exec = {
		        .api_version = rows[i].version, .command = "helper", .interactive_mode = rows[i].mode};
		struct error error = {0};

		CU_ASSERT_EQUAL(exec_plugin_check(&exec, &error), rows[i].good);
		CU_ASSERT_EQUAL(*error.remedy == '\0', rows[i].good);
	}
}

static void a_plugin_is_told_of_the_cluster_when_asked_for(void)
{
	struct kubeconfig_exec exec = {.api_version = V1, .command = "helper"};
	struct buffer info;

	buffer_init(&info, 1000);
	CU_ASSERT_TRUE(exec_plugin_info(&info, &exec, &cluster, "PEM"));
	UNIT_SAME_TEXT(buffer_text(&info),
	        "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "\",\"spec\":{\"interactive\":false}}");
	buffer_clear(&info);
	exec.provides_cluster = true;
	CU_ASSERT_TRUE(exec_plugin_info(&info, &exec, &cluster, "PEM"));
	UNIT_SAME_TEXT(buffer_text(&info),
	        "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "\",\"spec\":{\"interactive\":false,"
	        "\"cluster\":{\"config\":{\"audience\":\"x\"},\"server\":\"https://c:6443\","
	        "\"tls-server-name\":\"kubernetes\",\"certificate-authority-data\":\"UEVN\"}}}");
	buffer_finish(&info);
}

// Runs a script as the plugin.
static bool run(const char *script, int64_t limit_ms, struct exec_answer *answer, struct error *error)
{
	struct kubeconfig_variable variable = {.name = "SECRET_WORD", .value = secret_create("xyzzy", 5)};
	const char *arguments[] = {"-c", script};
	const struct kubeconfig_exec exec = {.api_version = V1,
	        .command = "sh",
	        .arguments = arguments,
	        .argument_count = 2,
	        .variables = &variable,
	        .variable_count = 1,
	        .provides_cluster = true};
	bool good = exec_plugin_run(answer, &exec, &cluster, NULL, limit_ms, NULL, error);

	secret_unref(variable.value);
	return good;
}

static void a_plugin_gets_its_environment_and_no_terminal(void)
{
	struct exec_answer answer = {0};
	struct error error = {0};

	CU_ASSERT_TRUE(run("read x && exit 3; case $KUBERNETES_EXEC_INFO in *https://c:6443*) ;; *) exit 4;; esac; "
	                   "test -n \"$PATH\" || exit 5; "
	                   "printf '{\"apiVersion\":\"" V1
	                   "\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"%s\"}}' $SECRET_WORD",
	        10000, &answer, &error));
	UNIT_SAME_TEXT(error.message, "");
	UNIT_SAME_TEXT(secret_text(answer.token), "xyzzy");
	exec_answer_finish(&answer);
}

static void a_plugins_complaint_is_told(void)
{
	struct exec_answer answer = {0};
	struct error error = {0};

	CU_ASSERT_FALSE(run("echo 'please log in' >&2; exit 7", 10000, &answer, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CREDENTIALS);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "status 7"));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "please log in"));
}

static void a_hanging_plugin_is_ended(void)
{
	int64_t start = clock_monotonic(&clock_system);
	struct exec_answer answer = {0};
	struct error error = {0};

	CU_ASSERT_FALSE(run("sleep 60", 300, &answer, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_TIMEOUT);
	CU_ASSERT_TRUE(clock_monotonic(&clock_system) - start < 20000);
}

static void an_endless_plugin_is_refused(void)
{
	struct exec_answer answer = {0};
	struct error error = {0};

	CU_ASSERT_FALSE(run("head -c 2000000 /dev/zero", 10000, &answer, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
}

static void a_missing_plugin_is_explained(void)
{
	const struct kubeconfig_exec exec = {
	        .api_version = V1, .command = "no-such-helper-at-all", .install_hint = "Install it from example.org"};
	struct exec_answer answer = {0};
	struct error error = {0};

	CU_ASSERT_FALSE(exec_plugin_run(&answer, &exec, &cluster, NULL, 1000, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CREDENTIALS);
	UNIT_SAME_TEXT(error.remedy, "Install it from example.org");
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_token_with_its_end_is_read),
        UNIT_TEST(rubbish_is_refused_and_never_quoted),
        UNIT_TEST(versions_and_terminals_are_checked_before),
        UNIT_TEST(a_plugin_is_told_of_the_cluster_when_asked_for),
        UNIT_TEST(a_plugin_gets_its_environment_and_no_terminal),
        UNIT_TEST(a_plugins_complaint_is_told),
        UNIT_TEST(a_hanging_plugin_is_ended),
        UNIT_TEST(an_endless_plugin_is_refused),
        UNIT_TEST(a_missing_plugin_is_explained),
};
const struct unit_suite kubernetes_exec_suite = UNIT_SUITE("kubernetes exec plugins", tests);
