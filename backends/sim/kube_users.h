// SPDX-License-Identifier: Apache-2.0
// Who calls a cluster's API, and what that one may do: client certificates, bearer tokens, impersonation, RBAC from
// the cluster's own roles and bindings. kubernetes docs: Authenticating, Using RBAC Authorization.
#ifndef PEERDECK_SIM_KUBE_USERS_H
#define PEERDECK_SIM_KUBE_USERS_H

#include "sim/kube_certificates.h"
#include "sim/kube_store.h"
#include "sim/request.h"

// Makes the CA, and the roles that every cluster has.
void kube_users_begin(struct kube *kube);
struct kube_authority *kube_authority(const struct kube *kube);
// A token for that subject, valid for so long in real time; the text lives as long as the cluster.
const char *kube_users_token(struct kube *kube, const struct kube_subject *subject, int64_t expires);
// False: 401. Without any credentials the subject is system:anonymous.
bool kube_users_identify(struct kube *kube, const struct request *request, int64_t wall, struct kube_subject *out);

struct kube_access {
	const char *verb, *group, *resource, *subresource, *namespace, *name; // "" = none
	const char *path;                                                     // instead of a resource; NULL
};
bool kube_users_allow(struct kube *kube, const struct kube_subject *subject, const struct kube_access *access);
// Adds each rule that holds for the subject in the namespace to `resource_rules` and `path_rules`.
void kube_users_rules(struct kube *kube, const struct kube_subject *subject, const char *namespace,
        cJSON *resource_rules, cJSON *path_rules);
// Takes away a right from everybody: "pods", "pods/log", "peerpods.confidentialcontainers.org"; "" gives all back.
void kube_users_deny(struct kube *kube, const char *resource);
void kube_users_deny_write(struct buffer *out, const struct kube *kube); // comma list
bool kube_subject_has_group(const struct kube_subject *subject, const char *group);
void kube_subject_add_group(struct kube_subject *subject, const char *group);

#endif
