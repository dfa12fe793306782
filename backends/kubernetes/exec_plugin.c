// SPDX-License-Identifier: Apache-2.0
// Running a credential plugin and reading its ExecCredential.
#include "config.h"
#include "kubernetes/exec_plugin.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/process.h"
#include "base/clock.h"
#include "base/text.h"
#include "kubernetes/file.h"
#include "net/json.h"

#include "base/banned.h"

enum { INFO_MOST = 1 << 20, COMPLAINT_MOST = 4 << 10, COMPLAINT_SHOWN = 400 };

void exec_answer_finish(struct exec_answer *answer)
{
	secret_unref(answer->token);
	secret_unref(answer->certificate);
	secret_unref(answer->key);
	*answer = (struct exec_answer){0};
}

bool exec_plugin_check(const struct kubeconfig_exec *exec, struct error *error)
{
	static const char *const versions[] = {
	        "client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"};
	static const char *const modes[] = {"Never", "IfAvailable", "Always"};
	const char *version = exec->api_version ? exec->api_version : "", *mode = exec->interactive_mode;
	bool known = false;

	if (strcmp(version, versions[0]) != 0 && strcmp(version, versions[1]) != 0) {
		error_set(error, ERROR_CONFIG, _("the exec plugin's apiVersion \"%s\" is not spoken here"), version);
		error_remedy(error, _("use %s or %s; older plugins need an update"), versions[0], versions[1]);
		return false;
	}
	if (!mode && strcmp(version, versions[1]) == 0)
		return true;
	for (size_t i = 0; mode && i < COUNT_OF(modes); i++)
		known = known || strcmp(mode, modes[i]) == 0;
	if (!known) {
		error_set(error, ERROR_CONFIG, _("the exec plugin's interactiveMode is \"%s\""), mode ? mode : "");
		error_remedy(error, "%s", _("set it to Never, IfAvailable or Always; version v1 needs one"));
		return false;
	}
	if (strcmp(mode, "Always") == 0) {
		error_set(error, ERROR_CREDENTIALS,
		        _("the exec plugin \"%s\" must ask at a terminal, which the console holds"), exec->command);
		error_remedy(error, "%s", _("sign in with the plugin beforehand and set interactiveMode: IfAvailable"));
		return false;
	}
	return true;
}

static void add_member(struct buffer *out, const char *name, const char *value)
{
	if (!value)
		return;
	buffer_printf(out, ",\"%s\":", name);
	text_add_json_string(out, value, strlen(value));
}

bool exec_plugin_info(struct buffer *out, const struct kubeconfig_exec *exec, const struct kubeconfig_cluster *cluster,
        const char *ca)
{
	buffer_add_text(out, "{\"kind\":\"ExecCredential\"");
	add_member(out, "apiVersion", exec->api_version);
	buffer_add_text(out, ",\"spec\":{\"interactive\":false");
	if (exec->provides_cluster) {
		buffer_add_text(out, ",\"cluster\":{\"config\":");
		buffer_add_text(out, cluster->exec_config ? cluster->exec_config : "null");
		add_member(out, "server", cluster->server);
		add_member(out, "tls-server-name", cluster->server_name);
		add_member(out, "proxy-url", cluster->proxy);
		if (ca) {
			buffer_add_text(out, ",\"certificate-authority-data\":\"");
			text_add_base64(out, ca, strlen(ca));
			buffer_add_char(out, '"');
		}
		buffer_add_char(out, '}');
	}
	buffer_add_text(out, "}}");
	return !out->broken;
}

// The tree's memory is used again by the thread's next answer, not wiped.
static void wipe_texts(const cJSON *node)
{
	for (; node; node = node->next) {
		if (node->valuestring)
			secret_wipe((void *)(uintptr_t)node->valuestring, strlen(node->valuestring));
		wipe_texts(node->child);
	}
}

static bool keep(struct secret **out, const cJSON *status, const char *name, struct error *error)
{
	const char *text = json_text(status, name);

	if (!*text)
		return true;
	*out = secret_create(text, strlen(text));
	return *out || error_set(error, ERROR_MEMORY, _("out of memory"));
}

static bool read_status(
        struct exec_answer *out, const struct kubeconfig_exec *exec, const cJSON *root, struct error *error)
{
	const cJSON *status = json_member(root, "status");
	const char *expires = json_text(status, "expirationTimestamp");

	if (strcmp(json_text(root, "kind"), "ExecCredential") != 0)
		return error_set(error, ERROR_CREDENTIALS, _("the plugin printed JSON that is no ExecCredential"));
	if (strcmp(json_text(root, "apiVersion"), exec->api_version) != 0)
		return error_set(error, ERROR_CREDENTIALS,
		        _("the plugin answered in version \"%.80s\", the kubeconfig asks for %s"),
		        json_text(root, "apiVersion"), exec->api_version);
	if (!cJSON_IsObject(status))
		return error_set(error, ERROR_CREDENTIALS, _("the plugin printed no status with credentials"));
	if (!keep(&out->token, status, "token", error) ||
	        !keep(&out->certificate, status, "clientCertificateData", error) ||
	        !keep(&out->key, status, "clientKeyData", error))
		return false;
	if (!out->certificate != !out->key || (!out->token && !out->key))
		return error_set(error, ERROR_CREDENTIALS,
		        _("the plugin printed neither a token nor certificate and key together"));
	if (strpbrk(secret_text(out->token), "\r\n"))
		return error_set(error, ERROR_CREDENTIALS, _("the plugin's token has a line break in it"));
	if (*expires && !time_parse(expires, &out->expires))
		return error_set(error, ERROR_CREDENTIALS, _("the plugin's expirationTimestamp is no time"));
	return true;
}

bool exec_answer_read(
        struct exec_answer *out, const struct kubeconfig_exec *exec, const char *text, size_t size, struct error *error)
{
	struct exec_answer answer = {0};
	struct json_doc doc;
	bool read;

	if (size == 0)
		return error_set(error, ERROR_CREDENTIALS, _("the plugin printed nothing"));
	if (!json_open(&doc, text, size, "output of the exec plugin", NULL))
		return error_set(error, ERROR_CREDENTIALS, _("what the plugin printed is not JSON"));
	read = read_status(&answer, exec, doc.root, error);
	wipe_texts(doc.root);
	json_close(&doc);
	if (read)
		*out = answer;
	else
		exec_answer_finish(&answer);
	return read;
}

static bool is_replaced(const struct kubeconfig_exec *exec, const char *entry)
{
	size_t length = strcspn(entry, "=");

	for (size_t i = 0; i < exec->variable_count; i++)
		if (strlen(exec->variables[i].name) == length && strncmp(exec->variables[i].name, entry, length) == 0)
			return true;
	return strncmp(entry, "KUBERNETES_EXEC_INFO=", 21) == 0;
}

// The parent's environment, with the plugin's own variables in the place of equal ones. The lines that were made (the
// last ones) follow after *inherited.
static char **environment_create(const struct kubeconfig_exec *exec, const char *info, size_t *inherited)
{
	size_t count = 0, room = exec->variable_count + 2;
	char **list;

	while (environ[count])
		count++;
	list = calloc(count + room, sizeof(*list));
	if (!list)
		return NULL;
	*inherited = 0;
	for (size_t i = 0; i < count; i++)
		if (!is_replaced(exec, environ[i]))
			list[(*inherited)++] = environ[i];
	for (size_t i = 0; i <= exec->variable_count; i++) {
		const char *name = i < exec->variable_count ? exec->variables[i].name : "KUBERNETES_EXEC_INFO";
		const char *value = i < exec->variable_count ? secret_text(exec->variables[i].value) : info;
		size_t size = strlen(name) + strlen(value) + 2;
		char *line = malloc(size);

		if (!line)
			return list;
		snprintf(line, size, "%s=%s", name, value);
		list[*inherited + i] = line;
	}
	return list;
}

static void environment_destroy(char **list, size_t inherited)
{
	for (char **line = list ? list + inherited : NULL; line && *line; line++) {
		secret_wipe(*line, strlen(*line));
		free(*line);
	}
	free(list);
}

static bool plugin_failed(const struct kubeconfig_exec *exec, const struct buffer *complaint, struct error *error)
{
	char shown[COMPLAINT_SHOWN] = "";

	if (!error)
		return false;
	if (complaint->size > 0)
		text_visible(complaint->data, complaint->size, shown, sizeof(shown));
	if (*shown) {
		size_t length = strlen(error->message);

		snprintf(error->message + length, sizeof(error->message) - length, ": %s", shown);
	}
	if (error->kind == ERROR_NOT_FOUND || error->kind == ERROR_SYSTEM)
		error->kind = ERROR_CREDENTIALS;
	error_doing(error, _("run the exec plugin \"%s\""), exec->command);
	if (exec->install_hint)
		error_remedy(error, "%s", exec->install_hint);
	else if (!*error->remedy)
		error_remedy(error, "%s", _("run the plugin by hand and see what it says"));
	return false;
}

bool exec_plugin_run(struct exec_answer *out, const struct kubeconfig_exec *exec,
        const struct kubeconfig_cluster *cluster, const char *ca, int64_t limit_ms, const struct cancel *cancel,
        struct error *error)
{
	char **arguments = calloc(exec->argument_count + 2, sizeof(*arguments));
	struct buffer info, output, complaint;
	char **environment = NULL;
	size_t inherited = 0;
	bool done = false;

	buffer_init(&info, INFO_MOST);
	buffer_init_secret(&output, EXEC_PLUGIN_OUTPUT_MOST);
	buffer_init(&complaint, COMPLAINT_MOST);
	if (exec_plugin_info(&info, exec, cluster, ca))
		environment = environment_create(exec, buffer_text(&info), &inherited);
	if (!arguments || !environment || !environment[inherited + exec->variable_count]) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		goto cleanup;
	}
	arguments[0] = (char *)(uintptr_t)exec->command;
	for (size_t i = 0; i < exec->argument_count; i++)
		arguments[i + 1] = (char *)(uintptr_t)exec->arguments[i];
	done = process_run_with(&(struct process_options){.environment = environment, .errors = &complaint}, arguments,
	        limit_ms, &output, NULL, cancel, error);
	if (done && output.broken)
		done = error_set(
		        error, ERROR_LIMIT, _("the plugin printed more than %d KiB"), EXEC_PLUGIN_OUTPUT_MOST >> 10);
	done = done && exec_answer_read(out, exec, buffer_text(&output), output.size, error);
	if (!done)
		plugin_failed(exec, &complaint, error);
cleanup:
	environment_destroy(environment, inherited);
	free(arguments);
	buffer_finish(&info);
	buffer_finish(&complaint);
	file_forget(&output);
	return done;
}
