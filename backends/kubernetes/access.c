// SPDX-License-Identifier: Apache-2.0
// Credentials of one context, kept fresh.
#include "config.h"
#include "kubernetes/access_private.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/text.h"
#include "kubernetes/exec_plugin.h"
#include "kubernetes/file.h"

#include "base/banned.h"

enum { TOKEN_MOST = 64 << 10, PEM_MOST = 1 << 20, LOOK_MS = 200 };

// Waits for the lock, which is held while a plugin runs, and notices a cancel.
static bool access_lock(struct access *access, const struct cancel *cancel, struct error *error)
{
	struct timespec until;

	for (;;) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += LOOK_MS * 1000000L;
		if (until.tv_nsec >= 1000000000L) {
			until.tv_nsec -= 1000000000L;
			until.tv_sec++;
		}
		if (pthread_mutex_timedlock(&access->lock, &until) == 0)
			return true;
		if (cancel_asked(cancel))
			return error_set(error, ERROR_CANCELLED, _("cancelled"));
	}
}

// A secret out of a file; *out is replaced only when that worked.
static bool read_secret(const char *path, size_t most, struct secret **out, struct error *error)
{
	struct secret *secret = NULL;
	struct buffer text;
	bool read;

	buffer_init(&text, most);
	read = file_load_line(path, &text, error);
	if (read && text.size == 0)
		read = error_set(error, ERROR_CREDENTIALS, _("%s is empty"), path);
	if (read && !(secret = secret_create(buffer_text(&text), text.size)))
		read = error_set(error, ERROR_MEMORY, _("out of memory"));
	file_forget(&text);
	if (!read)
		return false;
	secret_unref(*out);
	*out = secret;
	return true;
}

static void keep(struct secret **to, struct secret *from)
{
	if (!from)
		return;
	secret_unref(*to);
	*to = secret_ref(from);
}

// Files win over values for tokens (kubectl sends the file's), values over files for certificates.
static bool read_files(struct access *access, struct exec_answer *fresh, struct error *error)
{
	const struct kubeconfig_user *user = access->user;
	struct secret *certificate = NULL;

	keep(&fresh->token, user->token);
	if (user->token_file && !read_secret(user->token_file, TOKEN_MOST, &fresh->token, error))
		return false;
	if (user->certificate_file && !read_secret(user->certificate_file, PEM_MOST, &fresh->certificate, error))
		return false;
	if (user->key_file && !read_secret(user->key_file, PEM_MOST, &fresh->key, error))
		return false;
	if (user->certificate) {
		certificate = secret_create(user->certificate, strlen(user->certificate));
		if (!certificate)
			return error_set(error, ERROR_MEMORY, _("out of memory"));
		keep(&fresh->certificate, certificate);
		secret_unref(certificate);
	}
	keep(&fresh->key, user->key);
	if (strpbrk(secret_text(fresh->token), "\r\n"))
		return error_set(error, ERROR_CREDENTIALS, _("the token has a line break in it"));
	if (!fresh->certificate != !fresh->key)
		return error_set(
		        error, ERROR_CONFIG, _("a client certificate and its key belong together; one is missing"));
	return true;
}

static bool run_plugin(
        struct access *access, struct exec_answer *fresh, const struct cancel *cancel, struct error *error)
{
	const struct kubeconfig_exec *exec = access->user->exec;

	if (!access->user->trusted && !access->plugin_confirmed) {
		const struct access_options *options = &access->options;

		if (!options->plugin_allowed || !options->plugin_allowed(exec, access->user->place, options->user)) {
			error_set(error, ERROR_CREDENTIALS,
			        _("this kubeconfig was sent by a service and wants to run \"%s\""), exec->command);
			error_remedy(error, "%s",
			        _("look at the command first; then save the kubeconfig as a file and use that"));
			return false;
		}
		access->plugin_confirmed = true;
	}
	return exec_plugin_run(
	        fresh, exec, access->cluster, access->ca, access->options.plugin_limit_ms, cancel, error);
}

static bool is_fresh(const struct access *access)
{
	if (!access->known)
		return false;
	if (access->uses_plugin)
		return access->credentials.expires == 0 ||
		       clock_now(access->options.clock) < access->credentials.expires;
	return !access->uses_files || clock_monotonic(access->options.clock) - access->read_at < ACCESS_FILES_MS;
}

// The lock is held.
static bool refresh(struct access *access, const struct cancel *cancel, struct error *error)
{
	struct exec_answer fresh = {0};
	bool good;

	if (is_fresh(access))
		return true;
	good = !access->user ||
	       (access->uses_plugin ? run_plugin(access, &fresh, cancel, error) : read_files(access, &fresh, error));
	if (!good) {
		exec_answer_finish(&fresh);
		if (error && !*error->doing)
			error_doing(error, _("read the credentials of user \"%s\""), access->user->name);
		return false;
	}
	exec_answer_finish(&access->credentials);
	access->credentials = fresh;
	access->known = true;
	access->read_at = clock_monotonic(access->options.clock);
	access->generation++;
	return true;
}

static struct secret *authorization(const struct secret *token)
{
	struct buffer text;
	struct secret *made = NULL;

	buffer_init(&text, TOKEN_MOST + 16);
	buffer_add_text(&text, "Bearer ");
	if (buffer_add(&text, secret_text(token), secret_length(token)))
		made = secret_create(text.data, text.size);
	file_forget(&text);
	return made;
}

bool access_take(struct access *access, struct access_grant *out, const struct cancel *cancel, struct error *error)
{
	struct access_grant grant = {.server = access->server, .proxy = access->cluster->proxy};
	const struct exec_answer *credentials = &access->credentials;
	bool good;

	if (!access_lock(access, cancel, error))
		return false;
	good = refresh(access, cancel, error);
	// As kubectl: nothing secret over http, which is only spoken on loopback.
	if (good && credentials->token && !access->plain) {
		grant.authorization = authorization(credentials->token);
		if (!grant.authorization)
			good = error_set(error, ERROR_MEMORY, _("out of memory"));
	}
	if (good) {
		grant.certificate = secret_ref(credentials->certificate);
		grant.key = secret_ref(credentials->key);
		grant.generation = access->generation;
	}
	pthread_mutex_unlock(&access->lock);
	if (!good)
		return false;
	grant.identity = access->identity;
	grant.identity_count = access->identity_count;
	grant.tls.ca = access->ca;
	grant.tls.server_name = access->cluster->server_name;
	if (grant.certificate) {
		grant.tls.certificate = secret_text(grant.certificate);
		grant.tls.key = secret_text(grant.key);
	}
	*out = grant;
	return true;
}

void access_grant_finish(struct access_grant *grant)
{
	secret_unref(grant->authorization);
	secret_unref(grant->certificate);
	secret_unref(grant->key);
	*grant = (struct access_grant){0};
}

bool access_refused(struct access *access, const struct access_grant *grant)
{
	if (!access->uses_plugin && !access->uses_files)
		return false;
	pthread_mutex_lock(&access->lock);
	// Somebody else may have brought fresh ones meanwhile.
	if (access->generation == grant->generation)
		access->known = false;
	pthread_mutex_unlock(&access->lock);
	return true;
}

const char *access_context(const struct access *access)
{
	return access->context->name;
}

const char *access_space(const struct access *access)
{
	return access->context->space;
}

const char *access_server(const struct access *access)
{
	return access->server;
}
