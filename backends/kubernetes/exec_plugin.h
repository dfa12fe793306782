// SPDX-License-Identifier: Apache-2.0
// Credentials from a program, by the client.authentication.k8s.io protocol, versions v1 and v1beta1.
// Source: kubernetes docs, "Authenticating: client-go credential plugins".
#ifndef PEERDECK_KUBERNETES_EXEC_PLUGIN_H
#define PEERDECK_KUBERNETES_EXEC_PLUGIN_H

#include "base/buffer.h"
#include "base/cancel.h"
#include "kubernetes/kubeconfig.h"

enum { EXEC_PLUGIN_LIMIT_MS = 60000, EXEC_PLUGIN_OUTPUT_MOST = 1 << 20 };

// A token, or certificate and key (PEM), or all three.
struct exec_answer {
	struct secret *token, *certificate, *key;
	int64_t expires; // 0 = not told: until it is refused
};
void exec_answer_finish(struct exec_answer *answer);

// What may be known without running it: version, interactive mode.
bool exec_plugin_check(const struct kubeconfig_exec *exec, struct error *error);
// Appends what KUBERNETES_EXEC_INFO holds; `ca` is the cluster's authority as PEM, NULL = none.
bool exec_plugin_info(struct buffer *out, const struct kubeconfig_exec *exec, const struct kubeconfig_cluster *cluster,
        const char *ca);
// Reads what a plugin printed. Errors never quote it: it may be a secret.
bool exec_answer_read(struct exec_answer *out, const struct kubeconfig_exec *exec, const char *text, size_t size,
        struct error *error);
// Runs it, at most `limit_ms`. What it says on standard error stands in the error's message.
bool exec_plugin_run(struct exec_answer *out, const struct kubeconfig_exec *exec,
        const struct kubeconfig_cluster *cluster, const char *ca, int64_t limit_ms, const struct cancel *cancel,
        struct error *error);

#endif
