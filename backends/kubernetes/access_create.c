// SPDX-License-Identifier: Apache-2.0
// From a context to an access: what it names must be there, and be something that may be used.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "kubernetes/access_private.h"
#include "kubernetes/file.h"

#include "base/banned.h"

enum { CA_MOST = 1 << 20, ARENA_MOST = 8 << 20 };

static bool find_entries(struct access *access, const char *name, struct error *error)
{
	struct kubeconfig *config = access->config;

	if (!name)
		name = kubeconfig_current(config);
	if (!name) {
		error_set(error, ERROR_CONFIG, _("the kubeconfig has no current-context"));
		error_remedy(error, "%s", _("name one with --context, or run: kubectl config use-context NAME"));
		return false;
	}
	access->context = kubeconfig_context(config, name);
	if (!access->context) {
		error_set(error, ERROR_CONFIG, _("context was not found for specified context: %s"), name);
		error_remedy(error, "%s", _("kubectl config get-contexts lists those there are"));
		return false;
	}
	access->cluster = kubeconfig_cluster(config, access->context->cluster);
	if (!access->cluster || !access->cluster->server) {
		error_set(error, ERROR_CONFIG, _("context \"%s\" names the cluster \"%s\", which %s"), name,
		        access->context->cluster, access->cluster ? _("has no server") : _("is not there"));
		error_doing(error, "%s", access->cluster ? access->cluster->place : access->context->place);
		return false;
	}
	access->user = kubeconfig_user(config, access->context->user);
	if (!access->user && *access->context->user) {
		error_set(error, ERROR_CONFIG, _("context \"%s\" names the user \"%s\", which is not there"), name,
		        access->context->user);
		error_doing(error, "%s", access->context->place);
		return false;
	}
	return true;
}

static bool refuse(const char *place, struct error *error, const char *why, const char *remedy)
{
	error_set(error, ERROR_CONFIG, "%s", why);
	error_doing(error, "%s", place);
	error_remedy(error, "%s", remedy);
	return false;
}

static bool check_entries(const struct access *access, struct error *error)
{
	const struct kubeconfig_cluster *cluster = access->cluster;
	const struct kubeconfig_user *user = access->user;

	if (cluster->insecure)
		return refuse(cluster->place, error,
		        _("insecure-skip-tls-verify is refused: TLS is always verified here"),
		        _("put the cluster's authority into certificate-authority-data; when only the name differs, "
		          "set tls-server-name"));
	if (!user)
		return true;
	if (user->user_name)
		return refuse(user->place, error,
		        _("a user name with a password is refused: no Kubernetes since 1.19 takes it"),
		        _("use a token, a client certificate or an exec plugin"));
	if (user->auth_provider)
		return refuse(user->place, error, _("auth-provider is not supported: it went with Kubernetes 1.26"),
		        _("use the exec plugin that took its place, such as gke-gcloud-auth-plugin or kubelogin"));
	if ((user->certificate || user->certificate_file) != (user->key || user->key_file))
		return refuse(user->place, error, _("a client certificate and its key belong together; one is missing"),
		        _("set both client-certificate and client-key, or both …-data"));
	if (access->uses_plugin && !exec_plugin_check(user->exec, error)) {
		error_doing(error, "%s", user->place);
		return false;
	}
	return true;
}

// kubectl takes an address without a scheme as http.
static bool set_server(struct access *access, struct error *error)
{
	const char *server = access->cluster->server;
	size_t length = strlen(server);

	while (length > 0 && server[length - 1] == '/')
		length--;
	access->server =
	        arena_printf(&access->arena, "%s%.*s", strstr(server, "://") ? "" : "http://", (int)length, server);
	if (!access->server)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	access->plain = strncasecmp(access->server, "http://", 7) == 0;
	if (http_url_allowed(access->server, error))
		return true;
	error_doing(error, "%s", access->cluster->place);
	return false;
}

static bool read_ca(struct access *access, struct error *error)
{
	const struct kubeconfig_cluster *cluster = access->cluster;
	struct buffer pem;
	bool read;

	access->ca = cluster->ca;
	if (!cluster->ca_file)
		return true;
	// Data wins, but as with kubectl a file that is named must be there.
	buffer_init(&pem, CA_MOST);
	read = file_load(cluster->ca_file, &pem, NULL, error);
	if (read && !cluster->ca) {
		access->ca = arena_strdup(&access->arena, buffer_text(&pem));
		if (!access->ca)
			read = error_set(error, ERROR_MEMORY, _("out of memory"));
		else if (!strstr(access->ca, "-----BEGIN "))
			read = error_set(error, ERROR_CONFIG, _("%s holds no PEM certificate"), cluster->ca_file);
	}
	buffer_finish(&pem);
	if (!read)
		error_doing(error, "%s", cluster->place);
	return read;
}

static void add_identity(struct access *access, const char *name, const char *value)
{
	if (name && value)
		access->identity[access->identity_count++] = (struct http_header){name, value};
}

static const char *extra_name(struct access *access, const char *key)
{
	struct buffer name;
	const char *made;

	buffer_init(&name, 1024);
	buffer_add_text(&name, "Impersonate-Extra-");
	text_add_percent(&name, key, strlen(key), "!#$&'*+^`|");
	made = name.broken ? NULL : arena_strdup(&access->arena, buffer_text(&name));
	buffer_finish(&name);
	return made;
}

// Source: kubernetes docs, "User impersonation".
static bool set_identity(struct access *access, struct error *error)
{
	const struct kubeconfig_user *user = access->user;
	size_t wanted;

	if (!user)
		return true;
	wanted = (user->as_user != NULL) + (user->as_uid != NULL) + user->as_group_count + user->as_extra_count;
	if (wanted > 0 && !user->as_user)
		return refuse(user->place, error, _("as-uid, as-groups and as-user-extra need an \"as\" beside them"),
		        _("say who is impersonated with as: NAME"));
	access->identity = arena_alloc(&access->arena, wanted * sizeof(*access->identity));
	if (!access->identity)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	add_identity(access, "Impersonate-User", user->as_user);
	add_identity(access, "Impersonate-Uid", user->as_uid);
	for (size_t i = 0; i < user->as_group_count; i++)
		add_identity(access, "Impersonate-Group", user->as_groups[i]);
	for (size_t i = 0; i < user->as_extra_count; i++)
		add_identity(access, extra_name(access, user->as_extra[i].name), secret_text(user->as_extra[i].value));
	return access->identity_count == wanted || error_set(error, ERROR_MEMORY, _("out of memory"));
}

struct access *access_create(
        struct kubeconfig *config, const char *context, const struct access_options *options, struct error *error)
{
	struct access *access = calloc(1, sizeof(*access));
	const struct kubeconfig_user *user;

	if (!access) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	access->config = kubeconfig_ref(config);
	if (options)
		access->options = *options;
	if (!access->options.clock)
		access->options.clock = &clock_system;
	if (access->options.plugin_limit_ms == 0)
		access->options.plugin_limit_ms = EXEC_PLUGIN_LIMIT_MS;
	arena_init(&access->arena, ARENA_MOST);
	pthread_mutex_init(&access->lock, NULL);
	if (!find_entries(access, context, error))
		goto failed;
	user = access->user;
	// A token beside a plugin wins, and the plugin is not run.
	access->uses_plugin = user && user->exec && !user->token && !user->token_file;
	access->uses_files = user && (user->token_file || user->certificate_file || user->key_file);
	if (!check_entries(access, error) || !set_server(access, error) || !read_ca(access, error) ||
	        !set_identity(access, error))
		goto failed;
	return access;

failed:
	access_destroy(access);
	return NULL;
}

void access_destroy(struct access *access)
{
	if (!access)
		return;
	exec_answer_finish(&access->credentials);
	pthread_mutex_destroy(&access->lock);
	arena_finish(&access->arena);
	kubeconfig_unref(access->config);
	free(access);
}
