// SPDX-License-Identifier: Apache-2.0
// What authentication and authorization share.
#ifndef PEERDECK_SIM_KUBE_USERS_PRIVATE_H
#define PEERDECK_SIM_KUBE_USERS_PRIVATE_H

#include "sim/kube_private.h"
#include "sim/kube_users.h"

enum { MAX_TOKENS = 1000, MAX_DENIED = 16, TOKEN_SIZE = 41 };

struct kube_token {
	char text[TOKEN_SIZE];
	struct kube_subject subject;
	int64_t expires; // real ms; 0 = never
};

struct kube_users {
	struct kube_authority *authority;
	struct kube_token *tokens;
	size_t token_count, token_room;
	char denied[MAX_DENIED][KUBE_NAME_SIZE];
	size_t denied_count;
};

struct kube_users *kube_users(const struct kube *kube);

#endif
