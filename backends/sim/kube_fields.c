// SPDX-License-Identifier: Apache-2.0
// Sets of fields.
#include "config.h"
#include "sim/kube_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"

#include "base/banned.h"

enum { SEGMENT_MOST = 1024, PATH_LIMIT = 16 * 1024 };

// source: patchMergeKey of the Go types in k8s.io/api
const char *kube_list_key(const char *list_name, const cJSON *element)
{
	static const struct {
		const char *list, *key;
	} keys[] = {
	        {"containers", "name"},
	        {"initContainers", "name"},
	        {"ephemeralContainers", "name"},
	        {"env", "name"},
	        {"volumes", "name"},
	        {"imagePullSecrets", "name"},
	        {"secrets", "name"},
	        {"schedulingGates", "name"},
	        {"conditions", "type"},
	        {"addresses", "type"},
	        {"volumeMounts", "mountPath"},
	        {"volumeDevices", "devicePath"},
	        {"hostAliases", "ip"},
	        {"podIPs", "ip"},
	        {"hostIPs", "ip"},
	        {"topologySpreadConstraints", "topologyKey"},
	        {"ownerReferences", "uid"},
	};
	if (element && !cJSON_IsObject(element))
		return NULL;
	if (!strcmp(list_name, "ports"))
		return tree_member(element, "containerPort") ? "containerPort" : "port";
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		if (!strcmp(keys[i].list, list_name))
			return keys[i].key;
	return NULL;
}

bool kube_list_is_set(const char *list_name)
{
	return !strcmp(list_name, "finalizers") || !strcmp(list_name, "podCIDRs");
}

static bool is_atomic(const char *name)
{
	return !strcmp(name, "selector") || !strcmp(name, "nodeSelector");
}

static bool is_servers(const char *path_name, size_t depth)
{
	static const char *const own[] = {"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields",
	        "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "name", "namespace"};
	if (depth == 0)
		return !strcmp(path_name, "kind") || !strcmp(path_name, "apiVersion");
	for (size_t i = 0; depth == 1 && i < COUNT_OF(own); i++)
		if (!strcmp(own[i], path_name))
			return true;
	return false;
}

static const char *element_key(const char *list_name, const cJSON *list, bool custom)
{
	if (custom && strcmp(list_name, "ownerReferences") != 0)
		return NULL;
	const char *key = list->child ? kube_list_key(list_name, list->child) : NULL;
	const cJSON *element;
	cJSON_ArrayForEach(element, list)
	{
		if (key && !tree_member(element, key))
			return NULL;
	}
	return key;
}

static void segment_of_element(char out[SEGMENT_MOST], const char *key, const cJSON *element)
{
	char *value = cJSON_PrintUnformatted(tree_member(element, key));
	snprintf(out, SEGMENT_MOST, "k:{\"%s\":%s}", key, value ? value : "null");
	free(value);
}

static void segment_of_value(char out[SEGMENT_MOST], const cJSON *element)
{
	char *value = cJSON_PrintUnformatted(element);
	snprintf(out, SEGMENT_MOST, "v:%s", value ? value : "null");
	free(value);
}

static const cJSON *same_element(const cJSON *list, const char *key, const cJSON *element)
{
	const cJSON *wanted = tree_member(element, key), *other;
	cJSON_ArrayForEach(other, list)
	{
		if (tree_equal(tree_member(other, key), wanted))
			return other;
	}
	return NULL;
}

struct walk {
	bool custom;
	bool metadata; // below "metadata" of the object
};

static cJSON *changed_value(
        const struct walk *walk, const char *name, const cJSON *before, const cJSON *after, size_t depth);

static cJSON *changed_object(const struct walk *walk, const cJSON *before, const cJSON *after, size_t depth)
{
	cJSON *set = NULL;
	char segment[SEGMENT_MOST];
	for (const cJSON *member = after->child; member; member = member->next) {
		struct walk inner = *walk;
		if ((depth == 0 || (depth == 1 && walk->metadata)) && is_servers(member->string, depth))
			continue;
		inner.metadata = depth == 0 && !strcmp(member->string, "metadata");
		cJSON *below =
		        changed_value(&inner, member->string, tree_member(before, member->string), member, depth + 1);
		if (!below)
			continue;
		if (!set)
			set = cJSON_CreateObject();
		snprintf(segment, sizeof(segment), "f:%s", member->string);
		cJSON_AddItemToObject(set, segment, below);
	}
	return set;
}

static cJSON *changed_list(
        const struct walk *walk, const char *name, const cJSON *before, const cJSON *after, size_t depth)
{
	const char *key = element_key(name, after, walk->custom);
	bool is_set = kube_list_is_set(name);
	if (!key && !is_set)
		return tree_equal(before, after) ? NULL : cJSON_CreateObject();
	cJSON *set = NULL;
	const cJSON *element;
	char segment[SEGMENT_MOST];
	cJSON_ArrayForEach(element, after)
	{
		cJSON *below = NULL;
		if (key) {
			const cJSON *old = same_element(before, key, element);
			below = changed_object(walk, old, element, depth + 1);
			if (!old && !below)
				below = cJSON_CreateObject();
			if (!old)
				tree_set(below, ".", cJSON_CreateObject());
			segment_of_element(segment, key, element);
		} else if (!cJSON_IsString(element) || !tree_has_text(before, element->valuestring)) {
			below = cJSON_CreateObject();
			segment_of_value(segment, element);
		}
		if (!below)
			continue;
		if (!set)
			set = cJSON_CreateObject();
		cJSON_AddItemToObject(set, segment, below);
	}
	return set;
}

// NULL: nothing changed; an empty object: all of it is a leaf.
static cJSON *changed_value(
        const struct walk *walk, const char *name, const cJSON *before, const cJSON *after, size_t depth)
{
	if (cJSON_IsObject(after) && after->child && !is_atomic(name))
		return changed_object(walk, cJSON_IsObject(before) ? before : NULL, after, depth);
	if (cJSON_IsArray(after))
		return changed_list(walk, name, cJSON_IsArray(before) ? before : NULL, after, depth);
	return tree_equal(before, after) ? NULL : cJSON_CreateObject();
}

cJSON *fields_changed(const cJSON *before, const cJSON *after, bool custom)
{
	struct walk walk = {.custom = custom};
	cJSON *set = changed_object(&walk, before, after, 0);
	return set ? set : cJSON_CreateObject();
}

cJSON *fields_of(const cJSON *object, bool custom)
{
	return fields_changed(NULL, object, custom);
}

void fields_add(cJSON *set, const cJSON *more)
{
	for (const cJSON *member = more->child; member; member = member->next) {
		cJSON *mine = tree_member(set, member->string);
		if (mine)
			fields_add(mine, member);
		else
			cJSON_AddItemToObject(set, member->string, tree_copy(member));
	}
}

void fields_subtract(cJSON *set, const cJSON *less)
{
	for (cJSON *member = set->child, *next; member; member = next) {
		next = member->next;
		const cJSON *other = tree_member(less, member->string);
		if (!other)
			continue;
		bool leaf = !member->child;
		if (other->child)
			fields_subtract(member, other);
		if (leaf || !other->child || !member->child)
			cJSON_Delete(cJSON_DetachItemViaPointer(set, member));
	}
}

bool fields_meet(const cJSON *a, const cJSON *b)
{
	for (const cJSON *member = a->child; member; member = member->next) {
		const cJSON *other = tree_member(b, member->string);
		if (other && (!member->child || !other->child || fields_meet(member, other)))
			return true;
	}
	return false;
}

static void common(
        const cJSON *a, const cJSON *b, struct buffer *path, void (*each)(void *user, const char *path), void *user)
{
	for (const cJSON *member = a->child; member; member = member->next) {
		const cJSON *other = tree_member(b, member->string);
		size_t length = path->size;
		if (!other)
			continue;
		if (member->string[0] == 'f') {
			buffer_printf(path, ".%s", member->string + 2);
		} else if (member->string[0] == 'k') {
			cJSON *key = cJSON_Parse(member->string + 2);
			char *value = key && key->child ? cJSON_PrintUnformatted(key->child) : NULL;
			buffer_printf(path, "[%s=%s]", key && key->child ? key->child->string : "", value ? value : "");
			free(value);
			cJSON_Delete(key);
		} else if (member->string[0] == 'v') {
			buffer_printf(path, "[=%s]", member->string + 2);
		}
		if (!member->child || !other->child) {
			if (member->string[0] != '.')
				each(user, buffer_text(path));
		} else {
			common(member, other, path, each, user);
		}
		path->size = length;
		if (path->data)
			path->data[length] = 0;
	}
}

void fields_common(const cJSON *a, const cJSON *b, void (*each)(void *user, const char *path), void *user)
{
	struct buffer path;
	buffer_init(&path, PATH_LIMIT);
	common(a, b, &path, each, user);
	buffer_finish(&path);
}

// What a segment of a set names in a value; NULL when it is not there.
static cJSON *named(const cJSON *value, const char *segment)
{
	cJSON *found = NULL, *element;
	if (segment[0] == 'f')
		return tree_member(value, segment + 2);
	if (segment[0] != 'k' && segment[0] != 'v')
		return NULL;
	cJSON *wanted = cJSON_Parse(segment + 2);
	const cJSON *key = segment[0] == 'k' && wanted ? wanted->child : NULL;
	cJSON_ArrayForEach(element, value)
	{
		if (tree_equal(key ? tree_member(element, key->string) : element, key ? key : wanted)) {
			found = element;
			break;
		}
	}
	cJSON_Delete(wanted);
	return found;
}

void fields_prune(cJSON *set, const cJSON *object)
{
	for (cJSON *member = set->child, *next; member; member = next) {
		next = member->next;
		if (!strcmp(member->string, "."))
			continue;
		const cJSON *value = named(object, member->string);
		bool leaf = !member->child;
		if (value && !leaf)
			fields_prune(member, value);
		if (!value || (!leaf && !member->child))
			cJSON_Delete(cJSON_DetachItemViaPointer(set, member));
	}
}

void fields_erase(cJSON *object, const cJSON *set)
{
	for (const cJSON *member = set->child; member; member = member->next) {
		cJSON *value = named(object, member->string);
		if (!value)
			continue;
		if (member->child && !tree_member(member, "."))
			fields_erase(value, member);
		else if (member->child && (cJSON_IsObject(value) || cJSON_IsArray(value)))
			fields_erase(value, member);
		// A whole element goes when all of it was named; an object that became empty stays only if others made
		// it.
		bool whole = !member->child || (tree_member(member, ".") && !value->child);
		bool bare_key =
		        member->string[0] == 'k' && tree_member(member, ".") && value->child && !value->child->next;
		if (whole || bare_key)
			cJSON_Delete(cJSON_DetachItemViaPointer(object, value));
	}
}
