// SPDX-License-Identifier: Apache-2.0
// How one cluster is reached: the context of a kubeconfig, made into what a request needs. Keeps credentials fresh:
// files are read again every minute, plugins run when theirs have expired or were refused. Safe from any thread; a
// plugin runs once for all who wait.
#ifndef PEERDECK_KUBERNETES_ACCESS_H
#define PEERDECK_KUBERNETES_ACCESS_H

#include "base/cancel.h"
#include "base/clock.h"
#include "kubernetes/kubeconfig.h"
#include "net/http.h"

enum { ACCESS_FILES_MS = 60000 }; // files that hold credentials are read again after so long

struct access;

struct access_options {
	const struct clock *clock; // NULL = clock_system
	int64_t plugin_limit_ms;   // 0 = EXEC_PLUGIN_LIMIT_MS
	// Asked before the first run of a plugin from a kubeconfig that a service sent; NULL = such plugins are
	// refused.
	bool (*plugin_allowed)(const struct kubeconfig_exec *exec, const char *place, void *user);
	void *user;
};

// What requests need, good for the moment. Its texts live until access_grant_finish.
struct access_grant {
	const char *server; // "https://HOST[:PORT][/PREFIX]", without a '/' at its end
	const char *proxy;
	struct http_tls tls;
	struct secret *authorization;       // value of that header, NULL = none
	const struct http_header *identity; // Impersonate-…
	size_t identity_count;
	unsigned generation; // private
	struct secret *certificate, *key;
};

// `context` NULL = the current one. Keeps a reference of `config`. Refused with a reason: insecure-skip-tls-verify,
// user name and password, auth-provider.
struct access *access_create(
        struct kubeconfig *config, const char *context, const struct access_options *options, struct error *error);
void access_destroy(struct access *access);
const char *access_context(const struct access *access);
const char *access_space(const struct access *access); // the context's namespace
const char *access_server(const struct access *access);

bool access_take(struct access *access, struct access_grant *out, const struct cancel *cancel, struct error *error);
void access_grant_finish(struct access_grant *grant);
// The service answered 401: the next access_take brings fresh credentials. True when that can make a difference.
bool access_refused(struct access *access, const struct access_grant *grant);

#endif
