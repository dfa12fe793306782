// SPDX-License-Identifier: Apache-2.0
// Who may call: access keys with their secret, their principal and what RAM lets them do.
#ifndef PEERDECK_SIM_IDENTITY_H
#define PEERDECK_SIM_IDENTITY_H

#include "base/base.h"

struct world;

enum { MAX_ACTIONS = 64 };

struct identity {
	char key_id[64];
	char secret[64];
	char token[256]; // security token of temporary credentials; empty = none
	bool inactive;
	int64_t expires;            // real ms by the server's clock; 0 = never
	const char *type;           // Account RAMUser AssumedRoleUser
	const char *arn;            // acs:ram::1234567890123456:user/alice
	const char *principal_id;   // what GetCallerIdentity answers
	const char *group;          // whose policies the user has; NULL = its own
	const char *user_id, *role; // role: name of the assumed role, else NULL
	// Patterns like "ecs:Describe*"; a denial beats a permission. No `allowed` at all = everything.
	const char *allowed[MAX_ACTIONS], *denied[MAX_ACTIONS];
	size_t allowed_count, denied_count;
};

struct identities;

struct identities *identities_create(void);
void identities_destroy(struct identities *identities);
// Takes a copy; the text that it points to must live as long (world_text). The first one added is the ready line's.
struct identity *identity_add(struct identities *identities, const struct identity *identity);
struct identity *identity_find(struct identities *identities, const char *key_id);
const struct identity *identity_at(const struct identities *identities, size_t index); // NULL after the last
const struct identity *identity_first(const struct identities *identities);
// Forgets temporary ones that expired before `now`.
void identities_sweep(struct identities *identities, int64_t now);
bool identity_allows(const struct identity *identity, const char *action);

#endif
