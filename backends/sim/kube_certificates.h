// SPDX-License-Identifier: Apache-2.0
// The certificates of one cluster: its own CA, the server's, those of users. EC P-256, valid in real time.
#ifndef PEERDECK_SIM_KUBE_CERTIFICATES_H
#define PEERDECK_SIM_KUBE_CERTIFICATES_H

#include "base/base.h"

struct kube_authority;

struct kube_certificate {
	char *certificate, *key; // PEM, the caller's
};

struct kube_authority *kube_authority_create(const char *name);
void kube_authority_destroy(struct kube_authority *authority);
const char *kube_authority_pem(const struct kube_authority *authority);
// For 127.0.0.1, localhost and the usual names of an API server.
struct kube_certificate kube_authority_issue_server(struct kube_authority *authority);
// `groups` is NULL-terminated. `generation` and `until` come back with the certificate.
struct kube_certificate kube_authority_issue_user(struct kube_authority *authority, const char *name,
        const char *const *groups, uint32_t generation, int64_t valid_s, int64_t until);
void kube_certificate_finish(struct kube_certificate *certificate);

enum { MAX_KUBE_GROUPS = 8, KUBE_NAME_SIZE = 128 };
struct kube_subject {
	char name[KUBE_NAME_SIZE], groups[MAX_KUBE_GROUPS][KUBE_NAME_SIZE];
	size_t group_count;
	uint32_t generation;
	int64_t until; // real ms and what the world was advanced by; 0 = as the certificate says alone
};
// Reads a DER certificate.
bool kube_certificate_read(const void *data, size_t size, struct kube_subject *out);

#endif
