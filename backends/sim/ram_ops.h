// SPDX-License-Identifier: Apache-2.0
// The operations of the RAM service, by file, and what they share.
#ifndef PEERDECK_SIM_RAM_OPS_H
#define PEERDECK_SIM_RAM_OPS_H

#include "sim/ram.h"
#include "sim/service.h"

// ram_roles.c
void ram_create_role(struct call *call);
void ram_get_role(struct call *call);
void ram_update_role(struct call *call);
void ram_list_roles(struct call *call);
void ram_delete_role(struct call *call);
void ram_attach_policy(struct call *call);
void ram_detach_policy(struct call *call);
void ram_list_policies_for_role(struct call *call);
// ram_policies.c
void ram_create_policy(struct call *call);
void ram_get_policy(struct call *call);
void ram_list_policies(struct call *call);
void ram_delete_policy(struct call *call);
void ram_list_entities_for_policy(struct call *call);
// ram_users.c
void ram_list_policies_for_user(struct call *call);
void ram_list_groups_for_user(struct call *call);
void ram_list_policies_for_group(struct call *call);
// Writes the policy that holds what a user may do, if it has this name.
bool ram_write_user_policy(struct call *call, const char *name);
// ram_versions.c
void ram_create_policy_version(struct call *call);
void ram_get_policy_version(struct call *call);
void ram_list_policy_versions(struct call *call);
void ram_delete_policy_version(struct call *call);

// Paging by Marker and MaxItems: the marker is the sequence number of the last item given.
struct marker_page {
	int64_t most;
	uint64_t before, last;
	int64_t taken;
	bool more;
};
bool marker_begin(struct call *call, struct marker_page *page);
bool marker_takes(struct marker_page *page, uint64_t sequence);
void marker_end(struct call *call, const struct marker_page *page);

// Letters, digits and those of `more`; at most `most` characters. False after failing.
bool ram_check_name(struct call *call, const char *parameter, const char *more, size_t most);
// A policy document parameter; false after failing.
bool ram_check_document(struct call *call, const char *parameter, bool trust);
// Tag: a JSON list of {Key, Value}. Puts them on the resource; false after failing, with resource NULL only checks.
bool ram_read_tags(struct call *call, struct resource *resource);
bool ram_fail_policy(struct call *call, const char *name); // EntityNotExist.Policy
struct role *ram_role(struct call *call);                  // by RoleName; NULL after failing
void ram_write_version(struct json_out *out, const char *name, const struct policy_version *version, bool is_default);

#endif
