// SPDX-License-Identifier: Apache-2.0
// Where kubeconfigs come from: files, the environment's list, a text in memory, a pod's service account.
#include "config.h"
#include "kubernetes/kubeconfig_private.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "kubernetes/file.h"

#include "base/banned.h"

#define SERVICE_FOLDER "/var/run/secrets/kubernetes.io/serviceaccount"

// The folder of a path with its '/', absolute, so that a later chdir() changes nothing.
static bool folder_of(const char *path, char *out, size_t size, struct error *error)
{
	const char *slash = strrchr(path, '/');
	int length = slash ? (int)(slash - path + 1) : 0;
	char here[PATH_MAX] = "";

	if (path[0] != '/' && !getcwd(here, sizeof(here)))
		return error_set_errno(error, "%s", _("the current folder"));
	if (snprintf(out, size, "%s%s%.*s", here, *here ? "/" : "", length, path) >= (int)size)
		return error_set(error, ERROR_CONFIG, _("%.100s: the path is too long"), path);
	return true;
}

bool kubeconfig_read_file(struct kubeconfig *config, const char *path, struct error *error)
{
	char folder[PATH_MAX + 64], warning[PATH_MAX + 200];
	struct buffer text;
	unsigned mode = 0;
	bool read;

	buffer_init(&text, KUBECONFIG_SIZE_MOST);
	read = folder_of(path, folder, sizeof(folder), error) && file_load(path, &text, &mode, error);
	if (read) {
		snprintf(warning, sizeof(warning), _("%s can be read by everybody on this machine: chmod 600 %s"), path,
		        path);
		read = kubeconfig_add(
		        config, path, folder, buffer_text(&text), text.size, mode & S_IROTH ? warning : NULL, error);
	}
	if (!read && error && !*error->doing)
		error_doing(error, _("read kubeconfig %s"), path);
	file_forget(&text);
	return read;
}

bool kubeconfig_read_text(
        struct kubeconfig *config, const char *name, const char *text, size_t size, struct error *error)
{
	if (size > KUBECONFIG_SIZE_MOST)
		return error_set(error, ERROR_LIMIT, _("%s: a kubeconfig of more than %d MiB"), name,
		        KUBECONFIG_SIZE_MOST >> 20);
	return kubeconfig_add(config, name, NULL, text, size, NULL, error);
}

static bool add_quoted(struct buffer *out, const char *before, const char *text)
{
	return buffer_add_text(out, before) && text_add_json_string(out, text, strlen(text));
}

static bool folder_has(const char *folder, const char *name)
{
	char path[PATH_MAX];

	return (size_t)snprintf(path, sizeof(path), "%s%s", folder, name) < sizeof(path) && access(path, R_OK) == 0;
}

// Written as the kubeconfig that it amounts to, so that there is one way to read them.
bool kubeconfig_read_in_cluster(
        struct kubeconfig *config, const char *host, const char *port, const char *folder, struct error *error)
{
	char from[PATH_MAX], server[300];
	struct buffer text, space;
	bool read;

	snprintf(from, sizeof(from), "%s/", folder ? folder : SERVICE_FOLDER);
	if (!host || !*host || !port || !*port || !folder_has(from, "token")) {
		error_set(error, ERROR_NOT_FOUND, _("no kubeconfig, and this is no pod with a service account"));
		error_remedy(error, "%s", _("name one with --kubeconfig FILE or KUBECONFIG, or make ~/.kube/config"));
		return false;
	}
	snprintf(server, sizeof(server), strchr(host, ':') ? "https://[%s]:%s" : "https://%s:%s", host, port);
	buffer_init(&text, 16 << 10);
	buffer_init(&space, 1 << 10);
	add_quoted(&text, "{\"clusters\":[{\"name\":\"in-cluster\",\"cluster\":{\"server\":", server);
	if (folder_has(from, "ca.crt"))
		buffer_add_text(&text, ",\"certificate-authority\":\"ca.crt\"");
	buffer_add_text(&text, "}}],\"users\":[{\"name\":\"in-cluster\",\"user\":{\"tokenFile\":\"token\"}}],"
	                       "\"contexts\":[{\"name\":\"in-cluster\",\"context\":{\"cluster\":\"in-cluster\","
	                       "\"user\":\"in-cluster\"");
	if (folder_has(from, "namespace")) {
		char path[PATH_MAX + 16];

		snprintf(path, sizeof(path), "%snamespace", from);
		if (file_load_line(path, &space, NULL) && space.size > 0)
			add_quoted(&text, ",\"namespace\":", buffer_text(&space));
	}
	buffer_add_text(&text, "}}],\"current-context\":\"in-cluster\"}");
	read = text.broken
	               ? error_set(error, ERROR_LIMIT, _("service account files that are too long"))
	               : kubeconfig_add(config, _("service account"), from, buffer_text(&text), text.size, NULL, error);
	buffer_finish(&text);
	buffer_finish(&space);
	return read;
}

// $KUBECONFIG; what is missing is skipped, what is broken is not.
static bool read_list(struct kubeconfig *config, const char *list, size_t *found, struct error *error)
{
	for (const char *at = list; *at;) {
		size_t length = strcspn(at, ":");
		char path[PATH_MAX];

		if (length > 0 && length < sizeof(path)) {
			snprintf(path, sizeof(path), "%.*s", (int)length, at);
			if (access(path, F_OK) == 0) {
				if (!kubeconfig_read_file(config, path, error))
					return false;
				++*found;
			}
		}
		at += length + (at[length] == ':');
	}
	return true;
}

bool kubeconfig_read_places(struct kubeconfig *config, const struct kubeconfig_places *places, struct error *error)
{
	size_t found = 0;
	char path[PATH_MAX];

	for (; found < places->file_count; found++)
		if (!kubeconfig_read_file(config, places->files[found], error))
			return false;
	if (found > 0)
		return true;
	if (places->list && *places->list) {
		if (!read_list(config, places->list, &found, error))
			return false;
	} else if (places->home) {
		snprintf(path, sizeof(path), "%s/.kube/config", places->home);
		if (access(path, F_OK) == 0)
			return kubeconfig_read_file(config, path, error);
	}
	return found > 0 || kubeconfig_read_in_cluster(
	                            config, places->service_host, places->service_port, places->service_folder, error);
}
