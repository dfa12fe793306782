// SPDX-License-Identifier: Apache-2.0
// RAM: roles and policies, and what they allow. Everything is the account's and lies in the home region's tables.
#ifndef PEERDECK_SIM_RAM_H
#define PEERDECK_SIM_RAM_H

#include <cjson/cJSON.h>

#include "sim/identity.h"
#include "sim/world.h"

enum {
	ROLE_POLICIES_MOST = 20,
	POLICY_VERSIONS_MOST = 5,
	POLICY_DOCUMENT_MOST = 6144, // characters
	ROLES_MOST = 1000,
	POLICIES_MOST = 1500,
	SESSION_LEAST_S = 900,
	SESSION_USUAL_S = 3600,
	SESSION_MOST_S = 43200,
};

struct attachment {
	const char *type, *name; // Custom or System
	int64_t since;           // virtual ms
};

struct role {
	struct resource base; // "role:NAME"; visible_from is when STS and attachments know it
	const char *name, *description, *document, *role_id;
	int64_t max_session; // seconds
	int64_t updated;
	struct attachment policies[ROLE_POLICIES_MOST];
	size_t policy_count;
};

struct policy_version {
	int number; // v1 …
	const char *document;
	int64_t created;
};

struct policy {
	struct resource base; // "policy:NAME"
	const char *name, *description;
	struct policy_version versions[POLICY_VERSIONS_MOST]; // oldest first
	size_t version_count;
	int current, last; // default version, highest ever given
	int64_t updated;
};

// Policies that the cloud itself has.
struct system_policy {
	const char *name, *description, *document;
};
extern const struct system_policy system_policies[];
extern const size_t system_policy_count;
const struct system_policy *system_policy_find(const char *name);

// The roles that every account in use has: image import, ACK's service roles.
void ram_populate(struct world *world);
struct role *role_create(
        struct world *world, const char *name, const char *description, const char *document, enum made_by made_by);
struct role *role_find(const struct world *world, const char *name);
const char *role_arn(struct world *world, const char *name);
struct attachment *role_attachment(struct role *role, const char *type, const char *name);    // NULL = not attached
bool role_attach(struct world *world, struct role *role, const char *type, const char *name); // false: no room
void role_detach(struct world *world, struct role *role, const char *type, const char *name);
struct policy *policy_create(
        struct world *world, const char *name, const char *description, const char *document, enum made_by made_by);
struct policy *policy_find(const struct world *world, const char *name);
struct policy_version *policy_version_find(struct policy *policy, int number);
size_t policy_users(const struct world *world, const char *type, const char *name); // roles that have it

// May ECS read objects for ImportImage: is its role there, does it trust ECS and hold a policy?
bool ram_allows_image_import(const struct world *world);
// Fills allowed and denied of `identity` from the policies of `role`.
void ram_permissions(struct world *world, const struct role *role, struct identity *identity);

// Reads a policy document, NULL when it is malformed; `trust` = of a role (statements have a Principal).
// The caller deletes it.
cJSON *ram_document(const char *text, bool trust);

#endif
