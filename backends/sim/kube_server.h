// SPDX-License-Identifier: Apache-2.0
// The listeners of all clusters' APIs, and the kubeconfigs that lead to them.
#ifndef PEERDECK_SIM_KUBE_SERVER_H
#define PEERDECK_SIM_KUBE_SERVER_H

#include "base/buffer.h"
#include "base/error.h"
#include "sim/json_out.h"
#include "sim/kube_certificates.h"
#include "sim/kube_store.h"
#include "sim/simulator.h"

// Opens what is missing, and writes the kubeconfig file again when something changed. Cheap when nothing did.
bool kube_servers_update(struct simulator *simulator, struct error *error);
// Frees the APIs of clusters that have gone. Never from within a request.
void kube_servers_reap(struct simulator *simulator);
void kube_servers_close(struct simulator *simulator);
// https://127.0.0.1:PORT, "" while the cluster has no listener.
const char *kube_endpoint(const struct cluster *cluster);

// Which user a kubeconfig is for.
struct kubeconfig_plan {
	const char *server; // NULL = the cluster's endpoint
	const char *context, *cluster, *user;
	const char *subject;       // CN of the certificate
	const char *const *groups; // NULL-terminated
	uint32_t generation;
	int64_t valid_s;
	int64_t until;     // when the world's own time ends it: real ms and what it was advanced by; 0 = never
	const char *token; // instead of a certificate; NULL
};
void kubeconfig_write(struct buffer *out, struct kube *kube, const struct kubeconfig_plan *plan);
// The members "kubeconfig" and "clusters" of the ready line.
void kube_servers_tell(const struct simulator *simulator, struct json_out *out);
// A kubeconfig for any subject, for /_sim/kubeconfig. False: there is no such running cluster.
bool kube_servers_issue(struct simulator *simulator, const char *cluster, const struct kube_subject *subject,
        int64_t minutes, bool token, struct json_out *out);
struct kube *kube_named(const struct world *world, const char *cluster); // by name, id or uid; NULL

#endif
