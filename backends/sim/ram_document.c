// SPDX-License-Identifier: Apache-2.0
// Policy documents. Source: Alibaba Cloud RAM: "Policy structure and syntax".
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "sim/ram.h"

#include "base/banned.h"

// A text, or a list of texts that is not empty.
static bool is_texts(const cJSON *node)
{
	const cJSON *item;
	if (cJSON_IsString(node))
		return true;
	cJSON_ArrayForEach(item, node) if (!cJSON_IsString(item)) return false;
	return cJSON_IsArray(node) && cJSON_GetArraySize(node) > 0;
}

static bool is_principal(const cJSON *node)
{
	static const char *const sorts[] = {"Service", "RAM", "Federated"};
	size_t found = 0;
	for (size_t i = 0; i < COUNT_OF(sorts); i++) {
		const cJSON *one = cJSON_GetObjectItemCaseSensitive(node, sorts[i]);
		if (one && !is_texts(one))
			return false;
		found += one != NULL;
	}
	return found && (size_t)cJSON_GetArraySize(node) == found;
}

static bool is_statement(const cJSON *node, bool trust)
{
	const cJSON *effect = cJSON_GetObjectItemCaseSensitive(node, "Effect");
	const cJSON *action = cJSON_GetObjectItemCaseSensitive(node, "Action");
	const cJSON *not_action = cJSON_GetObjectItemCaseSensitive(node, "NotAction");
	const cJSON *principal = cJSON_GetObjectItemCaseSensitive(node, "Principal");
	const cJSON *condition = cJSON_GetObjectItemCaseSensitive(node, "Condition");
	if (!cJSON_IsObject(node) || !cJSON_IsString(effect) ||
	        (strcmp(effect->valuestring, "Allow") != 0 && strcmp(effect->valuestring, "Deny") != 0) ||
	        (condition && !cJSON_IsObject(condition)))
		return false;
	if (trust)
		return is_texts(action) && is_principal(principal);
	return is_texts(action ? action : not_action) && is_texts(cJSON_GetObjectItemCaseSensitive(node, "Resource")) &&
	       !principal;
}

cJSON *ram_document(const char *text, bool trust)
{
	cJSON *document = cJSON_ParseWithOpts(text, NULL, true);
	const cJSON *version = cJSON_GetObjectItemCaseSensitive(document, "Version");
	const cJSON *statements = cJSON_GetObjectItemCaseSensitive(document, "Statement");
	bool good = cJSON_IsObject(document) && cJSON_IsString(version) && !strcmp(version->valuestring, "1") &&
	            cJSON_IsArray(statements) && cJSON_GetArraySize(statements) > 0;
	const cJSON *statement;
	if (good)
		cJSON_ArrayForEach(statement, statements) good = good && is_statement(statement, trust);
	if (good)
		return document;
	cJSON_Delete(document);
	return NULL;
}

static void add_patterns(struct world *world, const cJSON *action, const char **out, size_t *count)
{
	const cJSON *item;
	if (cJSON_IsString(action) && *count < MAX_ACTIONS)
		out[(*count)++] = world_text(world, action->valuestring);
	if (cJSON_IsArray(action))
		cJSON_ArrayForEach(item, action) if (*count < MAX_ACTIONS) out[(*count)++] =
		        world_text(world, item->valuestring);
}

static void add_document(struct world *world, const char *text, struct identity *identity)
{
	cJSON *document = ram_document(text, false);
	const cJSON *statement;
	cJSON_ArrayForEach(statement, cJSON_GetObjectItemCaseSensitive(document, "Statement"))
	{
		const cJSON *action = cJSON_GetObjectItemCaseSensitive(statement, "Action");
		const char *effect = cJSON_GetObjectItemCaseSensitive(statement, "Effect")->valuestring;
		if (!strcmp(effect, "Allow"))
			add_patterns(world, action, identity->allowed, &identity->allowed_count);
		else
			add_patterns(world, action, identity->denied, &identity->denied_count);
	}
	cJSON_Delete(document);
}

void ram_permissions(struct world *world, const struct role *role, struct identity *identity)
{
	// An empty list would allow everything.
	identity->allowed[identity->allowed_count++] = "sts:GetCallerIdentity";
	for (size_t i = 0; i < role->policy_count; i++) {
		const struct attachment *attached = &role->policies[i];
		const struct system_policy *known =
		        strcmp(attached->type, "System") ? NULL : system_policy_find(attached->name);
		struct policy *policy = strcmp(attached->type, "System") ? policy_find(world, attached->name) : NULL;
		const struct policy_version *version = policy ? policy_version_find(policy, policy->current) : NULL;
		if (known)
			add_document(world, known->document, identity);
		else if (version)
			add_document(world, version->document, identity);
	}
}
