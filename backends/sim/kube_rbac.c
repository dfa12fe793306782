// SPDX-License-Identifier: Apache-2.0
// Authorization: who is bound to which rules.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "sim/kube_users_private.h"

#include "base/banned.h"

void kube_users_deny(struct kube *kube, const char *resource)
{
	struct kube_users *users = kube_users(kube);
	if (!*resource)
		users->denied_count = 0;
	else if (users->denied_count < MAX_DENIED)
		snprintf(users->denied[users->denied_count++], KUBE_NAME_SIZE, "%s", resource);
}

void kube_users_deny_write(struct buffer *out, const struct kube *kube)
{
	const struct kube_users *users = kube_users(kube);
	for (size_t i = 0; i < users->denied_count; i++)
		buffer_printf(out, "%s%s", i ? "," : "", users->denied[i]);
}

static void full_name(const struct kube_access *access, bool with_group, char out[KUBE_NAME_SIZE])
{
	snprintf(out, KUBE_NAME_SIZE, "%.60s%s%.60s", access->resource,
	        with_group ? (*access->group ? "." : "") : (*access->subresource ? "/" : ""),
	        with_group ? access->group : access->subresource);
}

static bool is_denied(const struct kube_users *users, const struct kube_access *access)
{
	char with_group[KUBE_NAME_SIZE], with_subresource[KUBE_NAME_SIZE];
	if (access->path)
		return false;
	full_name(access, true, with_group);
	full_name(access, false, with_subresource);
	for (size_t i = 0; i < users->denied_count; i++)
		if (!strcmp(users->denied[i], with_subresource) || !strcmp(users->denied[i], access->resource) ||
		        !strcmp(users->denied[i], with_group) || !strcmp(users->denied[i], "*"))
			return true;
	return false;
}

static bool any_of(const cJSON *list, const char *value)
{
	return tree_has_text(list, "*") || tree_has_text(list, value);
}

static bool path_fits(const cJSON *list, const char *path)
{
	const cJSON *pattern;
	cJSON_ArrayForEach(pattern, list)
	{
		const char *text = cJSON_IsString(pattern) ? pattern->valuestring : "";
		size_t length = strlen(text);
		if (!strcmp(text, path) || (length && text[length - 1] == '*' && !strncmp(text, path, length - 1)))
			return true;
	}
	return false;
}

static bool resource_fits(const cJSON *list, const struct kube_access *access)
{
	char name[KUBE_NAME_SIZE], any[KUBE_NAME_SIZE];
	full_name(access, false, name);
	snprintf(any, sizeof(any), "*/%.60s", access->subresource);
	return any_of(list, name) || (*access->subresource && tree_has_text(list, any));
}

static bool rule_allows(const cJSON *rule, const struct kube_access *access)
{
	const cJSON *names = tree_member(rule, "resourceNames");
	if (!any_of(tree_member(rule, "verbs"), access->verb))
		return false;
	if (access->path)
		return path_fits(tree_member(rule, "nonResourceURLs"), access->path);
	if (!any_of(tree_member(rule, "apiGroups"), access->group) ||
	        !resource_fits(tree_member(rule, "resources"), access))
		return false;
	return !cJSON_GetArraySize(names) || tree_has_text(names, access->name);
}

static bool binds(const cJSON *binding, const struct kube_subject *subject)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, tree_member(binding, "subjects"))
	{
		const char *kind = tree_text(item, "kind"), *name = tree_text(item, "name");
		char account[3 * KUBE_NAME_SIZE];
		snprintf(account, sizeof(account), "system:serviceaccount:%.120s:%.120s", tree_text(item, "namespace"),
		        name);
		if ((!strcmp(kind, "User") && !strcmp(name, subject->name)) ||
		        (!strcmp(kind, "Group") && kube_subject_has_group(subject, name)) ||
		        (!strcmp(kind, "ServiceAccount") && !strcmp(account, subject->name)))
			return true;
	}
	return false;
}

// Calls `each` with every rule that holds in the namespace ("" = only those of the whole cluster) until it says so.
static bool each_rule(struct kube *kube, const struct kube_subject *subject, const char *namespace,
        bool (*each)(void *user, const cJSON *rule), void *user)
{
	static const char *const kinds[] = {
	        "clusterrolebindings.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io"};
	for (size_t kind = 0; kind < COUNT_OF(kinds); kind++) {
		const struct kube_resource *bindings = kube_resource(kube, kinds[kind]);
		size_t from = kind ? kube_from(kube, bindings, namespace) : 0;
		for (size_t i = from; i < kube_count(kube, bindings); i++) {
			const struct kube_object *object = kube_at(kube, bindings, i);
			if (kind && (!*namespace || strcmp(kube_namespace(object), namespace) != 0))
				break;
			const cJSON *binding = kube_tree(kube, object);
			if (!binds(binding, subject))
				continue;
			bool whole = strcmp(tree_text(binding, "roleRef.kind"), "Role") != 0;
			const cJSON *role = kube_get(kube,
			        kube_resource(kube, whole ? "clusterroles.rbac.authorization.k8s.io"
			                                  : "roles.rbac.authorization.k8s.io"),
			        kube_namespace(object), tree_text(binding, "roleRef.name"));
			const cJSON *rule;
			cJSON_ArrayForEach(rule, tree_member(role, "rules"))
			{
				if (each(user, rule))
					return true;
			}
		}
	}
	return false;
}

static bool check(void *user, const cJSON *rule)
{
	return rule_allows(rule, user);
}

bool kube_users_allow(struct kube *kube, const struct kube_subject *subject, const struct kube_access *access)
{
	struct kube_access wanted = *access;
	if (is_denied(kube_users(kube), access))
		return false;
	if (kube_subject_has_group(subject, "system:masters"))
		return true;
	return each_rule(kube, subject, access->path ? "" : access->namespace, check, &wanted);
}

struct lists {
	cJSON *resources, *paths;
};

static bool collect(void *user, const cJSON *rule)
{
	struct lists *lists = user;
	cJSON_AddItemToArray(tree_member(rule, "nonResourceURLs") ? lists->paths : lists->resources, tree_copy(rule));
	return false;
}

void kube_users_rules(struct kube *kube, const struct kube_subject *subject, const char *namespace,
        cJSON *resource_rules, cJSON *path_rules)
{
	struct lists lists = {.resources = resource_rules, .paths = path_rules};
	each_rule(kube, subject, namespace, collect, &lists);
}
