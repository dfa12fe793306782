// SPDX-License-Identifier: Apache-2.0
// Inside of a kubeconfig, for the kubeconfig*.c files alone.
#ifndef PEERDECK_KUBERNETES_KUBECONFIG_PRIVATE_H
#define PEERDECK_KUBERNETES_KUBECONFIG_PRIVATE_H

#include <stdatomic.h>

#include "base/arena.h"
#include "kubernetes/kubeconfig.h"

// Entries in the order in which they were read; each array is grown by kubeconfig_grow.
struct kubeconfig {
	atomic_uint references;
	struct arena arena; // all texts
	const char *current;
	struct kubeconfig_cluster *clusters;
	struct kubeconfig_user *users;
	struct kubeconfig_context *contexts;
	const char **warnings;
	struct secret **secrets; // all that the entries point to
	size_t cluster_count, user_count, context_count, warning_count, secret_count;
};

// Room for one more of `size` bytes at *array, which holds `count`; NULL (ERROR_MEMORY, ERROR_LIMIT) when there is
// none.
void *kubeconfig_grow(void *array, size_t count, size_t size, struct error *error);
// Keeps a secret as long as the config; NULL when out of memory.
struct secret *kubeconfig_keep(struct kubeconfig *config, const char *text, size_t length);
bool kubeconfig_warn(struct kubeconfig *config, const char *text);

// Reads one file's text into an empty config. `folder` (ending in '/') is where relative paths begin; NULL = it may
// hold none.
bool kubeconfig_parse(struct kubeconfig *config, const char *name, const char *folder, const char *text, size_t size,
        struct error *error);
// The same, then merged into `config`; `warning` (may be NULL) is kept with it.
bool kubeconfig_add(struct kubeconfig *config, const char *name, const char *folder, const char *text, size_t size,
        const char *warning, struct error *error);

#endif
