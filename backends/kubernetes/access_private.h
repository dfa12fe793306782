// SPDX-License-Identifier: Apache-2.0
// Inside of an access, for the access*.c files alone.
#ifndef PEERDECK_KUBERNETES_ACCESS_PRIVATE_H
#define PEERDECK_KUBERNETES_ACCESS_PRIVATE_H

#include <pthread.h>

#include "base/arena.h"
#include "kubernetes/access.h"
#include "kubernetes/exec_plugin.h"

struct access {
	// Never changed after its creation.
	struct kubeconfig *config;
	const struct kubeconfig_context *context;
	const struct kubeconfig_cluster *cluster;
	const struct kubeconfig_user *user; // NULL = nobody
	struct access_options options;
	struct arena arena;
	const char *server, *ca;
	struct http_header *identity;
	size_t identity_count;
	bool plain, uses_plugin, uses_files;

	pthread_mutex_t lock; // for what follows
	struct exec_answer credentials;
	bool known, plugin_confirmed;
	int64_t read_at;     // monotonic
	unsigned generation; // counts credentials
};

#endif
