// SPDX-License-Identifier: Apache-2.0
// The RAM service: its operations, names, documents and pages. Source: Alibaba Cloud API: RAM 2015-05-01.
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim/ram_ops.h"

#include "base/banned.h"

enum { ITEMS_USUAL = 100, ITEMS_MOST = 1000, TAGS_MOST = 20 };

#define POLICY "PolicyType!(Custom|System) PolicyName!"

static const struct operation operations[] = {
        {"CreateRole", ram_create_role,
                "RoleName! AssumeRolePolicyDocument! Description MaxSessionDuration:int(3600..43200) Tag:json",
                OPERATION_CHANGES},
        {"GetRole", ram_get_role, "RoleName!", 0},
        {"UpdateRole", ram_update_role,
                "RoleName! NewAssumeRolePolicyDocument NewDescription NewMaxSessionDuration:int(3600..43200)",
                OPERATION_CHANGES},
        {"ListRoles", ram_list_roles, "Marker MaxItems:int(1..1000) Tag:json", OPERATION_SILENT},
        {"DeleteRole", ram_delete_role, "RoleName!", OPERATION_CHANGES},
        {"AttachPolicyToRole", ram_attach_policy, POLICY " RoleName! ResourceGroupId", OPERATION_CHANGES},
        {"DetachPolicyFromRole", ram_detach_policy, POLICY " RoleName! ResourceGroupId", OPERATION_CHANGES},
        {"ListPoliciesForRole", ram_list_policies_for_role, "RoleName!", 0},
        {"ListPoliciesForUser", ram_list_policies_for_user, "UserName!", 0},
        {"ListGroupsForUser", ram_list_groups_for_user, "UserName!", 0},
        {"ListPoliciesForGroup", ram_list_policies_for_group, "GroupName!", 0},
        {"CreatePolicy", ram_create_policy, "PolicyName! PolicyDocument! Description Tag:json", OPERATION_CHANGES},
        {"GetPolicy", ram_get_policy, POLICY, 0},
        {"ListPolicies", ram_list_policies, "PolicyType(Custom|System) Marker MaxItems:int(1..1000) Tag:json",
                OPERATION_SILENT},
        {"DeletePolicy", ram_delete_policy, "PolicyName! CascadingDelete:bool", OPERATION_CHANGES},
        {"ListEntitiesForPolicy", ram_list_entities_for_policy, POLICY, 0},
        {"CreatePolicyVersion", ram_create_policy_version,
                "PolicyName! PolicyDocument! SetAsDefault:bool "
                "RotateStrategy(None|DeleteOldestNonDefaultVersionWhenLimitExceeded)",
                OPERATION_CHANGES},
        {"GetPolicyVersion", ram_get_policy_version, POLICY " VersionId!", 0},
        {"ListPolicyVersions", ram_list_policy_versions, POLICY, 0},
        {"DeletePolicyVersion", ram_delete_policy_version, "PolicyName! VersionId!", OPERATION_CHANGES},
};

extern const struct service ram_service;
const struct service ram_service = {
        .name = "ram",
        .version = "2015-05-01",
        .style = STYLE_RPC,
        .central = true,
        .operations = operations,
        .operation_count = COUNT_OF(operations),
};

bool marker_begin(struct call *call, struct marker_page *page)
{
	const char *marker = call_text(call, "Marker");
	*page = (struct marker_page){.most = call_int(call, "MaxItems", ITEMS_USUAL), .before = UINT64_MAX};
	if (marker && sscanf(marker, "m%" SCNu64, &page->before) != 1)
		return call_fail(call, 400, "InvalidParameter.Marker", "The parameter - Marker - is invalid.");
	return true;
}

bool marker_takes(struct marker_page *page, uint64_t sequence)
{
	if (sequence >= page->before || page->more)
		return false;
	page->more = page->taken == page->most;
	if (page->more)
		return false;
	page->taken++;
	page->last = sequence;
	return true;
}

void marker_end(struct call *call, const struct marker_page *page)
{
	json_bool(&call->out, "IsTruncated", page->more);
	if (page->more)
		json_printf(&call->out, "Marker", "m%" PRIu64, page->last);
}

bool ram_check_name(struct call *call, const char *parameter, const char *more, size_t most)
{
	const char *name = call_text(call, parameter);
	if (strlen(name) > most)
		return call_fail(call, 400,
		        arena_printf(&call->request->arena, "InvalidParameter.%s.Length", parameter),
		        "The parameter - %s - is longer than %zu characters.", parameter, most);
	for (const char *c = name; *c; c++) {
		bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
		if (!plain && !strchr(more, *c))
			return call_fail(call, 400,
			        arena_printf(&call->request->arena, "InvalidParameter.%s.InvalidChars", parameter),
			        "The parameter - %s - contains invalid chars.", parameter);
	}
	return true;
}

bool ram_check_document(struct call *call, const char *parameter, bool trust)
{
	const char *text = call_text(call, parameter);
	if (strlen(text) > POLICY_DOCUMENT_MOST)
		return call_fail(call, 400,
		        arena_printf(&call->request->arena, "InvalidParameter.%s.Length", parameter),
		        "The parameter - %s - is longer than %d characters.", parameter, POLICY_DOCUMENT_MOST);
	cJSON *document = ram_document(text, trust);
	cJSON_Delete(document);
	return document ||
	       call_fail(call, 400, "MalformedPolicyDocument", "The policy document is malformed: %s.", parameter);
}

bool ram_read_tags(struct call *call, struct resource *resource)
{
	const char *text = call_text(call, "Tag");
	cJSON *list = text ? cJSON_Parse(text) : NULL;
	const cJSON *item;
	bool good = !text || (cJSON_IsArray(list) && cJSON_GetArraySize(list) <= TAGS_MOST);
	cJSON_ArrayForEach(item, list)
	{
		const char *key = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "Key"));
		const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "Value"));
		good = good && key && *key;
		if (good && resource)
			resource_tag(call->world, resource, key, value);
	}
	cJSON_Delete(list);
	return good || call_fail(call, 400, "InvalidParameter.Tag", "The parameter - Tag - is invalid.");
}

bool ram_fail_policy(struct call *call, const char *name)
{
	return call_fail(call, 404, "EntityNotExist.Policy", "The policy does not exist: %s .", name);
}

struct role *ram_role(struct call *call)
{
	const char *name = call_text(call, "RoleName");
	struct role *role = role_find(call->world, name);
	if (!role)
		call_fail(call, 404, "EntityNotExist.Role", "The role not exists: %s .", name);
	return role;
}
