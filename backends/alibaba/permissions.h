// SPDX-License-Identifier: Apache-2.0
// What RAM policies allow, read without trying it (Alibaba Cloud API: RAM ListPoliciesForUser, ListGroupsForUser,
// ListPoliciesForGroup, ListPoliciesForRole, GetPolicy; RAM: policy elements).
#ifndef PEERDECK_ALIBABA_PERMISSIONS_H
#define PEERDECK_ALIBABA_PERMISSIONS_H

#include "alibaba/session.h"
#include "net/json.h"

enum { POLICIES_MOST = 64 };

enum permission {
	PERMISSION_NO,
	PERMISSION_YES,
	PERMISSION_UNSURE, // under a condition, or for some resources only
};

struct policies {
	bool everything; // the account itself: nothing is refused
	struct json_doc list[POLICIES_MOST];
	size_t count;
};

// All policies of a role by its name, or of whoever calls, with those of its groups. Policies of resource groups and of
// the resource directory are not among them. False when they cannot be read. policies_finish in any case.
bool policies_of_role(
        struct session *session, const char *role, struct policies *out, struct cancel *cancel, struct error *error);
bool policies_of_caller(struct session *session, struct policies *out, struct cancel *cancel, struct error *error);
void policies_finish(struct policies *policies);
// Of an action: "ecs:RunInstances".
enum permission policies_judge(const struct policies *policies, const char *action);

// A text or a list of texts, one of which stands for `value`; `*` may do so.
bool policy_names(const cJSON *item, const char *value, bool with_patterns);

// call_source.permitted
bool permissions_tell(struct session *session, const char *const *names, size_t count, struct buffer *missing,
        struct buffer *unsure, struct cancel *cancel, struct error *error);

#endif
