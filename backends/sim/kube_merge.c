// SPDX-License-Identifier: Apache-2.0
// Merge patches.
#include "config.h"
#include "sim/kube_merge.h"

#include <stdio.h>
#include <string.h>

#include "sim/kube_fields.h"

#include "base/banned.h"

enum merge_sort { MERGE_STRATEGIC, MERGE_APPLIED, MERGE_APPLIED_CUSTOM };

static const char order_prefix[] = "$setElementOrder/";
static const char delete_prefix[] = "$deleteFromPrimitiveList/";

void merge_json(cJSON *document, const cJSON *patch)
{
	for (const cJSON *member = patch->child; member; member = member->next) {
		cJSON *mine = tree_member(document, member->string);
		if (cJSON_IsNull(member)) {
			tree_set(document, member->string, NULL);
		} else if (cJSON_IsObject(member)) {
			cJSON *object = cJSON_IsObject(mine) ? mine : tree_object(document, member->string);
			merge_json(object, member);
		} else {
			tree_set(document, member->string, tree_copy(member));
		}
	}
}

static void merge_object(cJSON *document, const cJSON *patch, enum merge_sort sort);

static bool directive_is(const cJSON *patch, const char *what)
{
	return !strcmp(tree_text(patch, "$patch"), what);
}

// A copy without directives and, in a strategic patch, without nulls.
static cJSON *clean(const cJSON *patch, enum merge_sort sort)
{
	if (!cJSON_IsObject(patch))
		return tree_copy(patch);
	cJSON *object = cJSON_CreateObject();
	merge_object(object, patch, sort);
	return object;
}

static cJSON *find_element(cJSON *list, const char *key, const cJSON *like)
{
	cJSON *element;
	cJSON_ArrayForEach(element, list)
	{
		if (tree_equal(tree_member(element, key), tree_member(like, key)))
			return element;
	}
	return NULL;
}

static void merge_elements(cJSON *list, const cJSON *patch, const char *key, enum merge_sort sort)
{
	const cJSON *change;
	cJSON_ArrayForEach(change, patch)
	{
		cJSON *element = find_element(list, key, change);
		bool removes = sort == MERGE_STRATEGIC && directive_is(change, "delete");
		if (element && removes)
			cJSON_Delete(cJSON_DetachItemViaPointer(list, element));
		else if (element && sort == MERGE_STRATEGIC && directive_is(change, "replace"))
			cJSON_ReplaceItemViaPointer(list, element, clean(change, sort));
		else if (element)
			merge_object(element, change, sort);
		else if (!removes)
			cJSON_AddItemToArray(list, clean(change, sort));
	}
}

static void merge_set(cJSON *list, const cJSON *patch)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, patch)
	{
		if (cJSON_IsString(item) && !tree_has_text(list, item->valuestring))
			cJSON_AddItemToArray(list, tree_copy(item));
	}
}

static bool replaces_list(const cJSON *patch)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, patch)
	{
		if (directive_is(item, "replace") && item->child && !item->child->next)
			return true;
	}
	return false;
}

static void set_clean_list(cJSON *document, const cJSON *patch, enum merge_sort sort)
{
	cJSON *list = cJSON_CreateArray();
	const cJSON *item;
	cJSON_ArrayForEach(item, patch)
	{
		if (sort != MERGE_STRATEGIC || !tree_member(item, "$patch"))
			cJSON_AddItemToArray(list, clean(item, sort));
	}
	tree_set(document, patch->string, list);
}

static void merge_list(cJSON *document, const cJSON *patch, enum merge_sort sort)
{
	const char *name = patch->string;
	const char *key = patch->child ? kube_list_key(name, patch->child) : NULL;
	bool custom = sort == MERGE_APPLIED_CUSTOM && strcmp(name, "ownerReferences") != 0;
	if (kube_list_is_set(name))
		merge_set(tree_list(document, name), patch);
	else if (key && !custom && !(sort == MERGE_STRATEGIC && replaces_list(patch)))
		merge_elements(tree_list(document, name), patch, key, sort);
	else
		set_clean_list(document, patch, sort);
}

// "$setElementOrder/containers": those it names come in its order, the others after them.
static void order_list(cJSON *document, const cJSON *order)
{
	const char *name = order->string + strlen(order_prefix);
	cJSON *list = tree_member(document, name);
	const cJSON *wanted;
	if (!cJSON_IsArray(list))
		return;
	cJSON *sorted = cJSON_CreateArray();
	cJSON_ArrayForEach(wanted, order)
	{
		const char *key = kube_list_key(name, cJSON_IsObject(wanted) ? wanted : NULL);
		cJSON *element = NULL, *item;
		cJSON_ArrayForEach(item, list)
		{
			bool same = cJSON_IsObject(wanted) && key
			                    ? tree_equal(tree_member(item, key), tree_member(wanted, key))
			                    : tree_equal(item, wanted);
			if (same) {
				element = item;
				break;
			}
		}
		if (element)
			cJSON_AddItemToArray(sorted, cJSON_DetachItemViaPointer(list, element));
	}
	while (list->child)
		cJSON_AddItemToArray(sorted, cJSON_DetachItemViaPointer(list, list->child));
	tree_set(document, name, sorted);
}

static void delete_values(cJSON *document, const cJSON *values)
{
	cJSON *list = tree_member(document, values->string + strlen(delete_prefix));
	const cJSON *value;
	cJSON_ArrayForEach(value, values)
	{
		for (cJSON *item = list ? list->child : NULL, *next; item; item = next) {
			next = item->next;
			if (tree_equal(item, value))
				cJSON_Delete(cJSON_DetachItemViaPointer(list, item));
		}
	}
}

static void retain_keys(cJSON *document, const cJSON *keys)
{
	for (cJSON *member = document->child, *next; member; member = next) {
		next = member->next;
		if (!tree_has_text(keys, member->string))
			cJSON_Delete(cJSON_DetachItemViaPointer(document, member));
	}
}

static void merge_member(cJSON *document, const cJSON *member, enum merge_sort sort)
{
	cJSON *mine = tree_member(document, member->string);
	if (cJSON_IsNull(member)) {
		tree_set(document, member->string, sort == MERGE_STRATEGIC ? NULL : cJSON_CreateNull());
	} else if (cJSON_IsArray(member)) {
		merge_list(document, member, sort);
	} else if (!cJSON_IsObject(member)) {
		tree_set(document, member->string, tree_copy(member));
	} else if (sort == MERGE_STRATEGIC && directive_is(member, "delete")) {
		tree_set(document, member->string, NULL);
	} else if (!cJSON_IsObject(mine) || (sort == MERGE_STRATEGIC && directive_is(member, "replace"))) {
		tree_set(document, member->string, clean(member, sort));
	} else {
		merge_object(mine, member, sort);
	}
}

static void merge_object(cJSON *document, const cJSON *patch, enum merge_sort sort)
{
	const cJSON *keys = sort == MERGE_STRATEGIC ? tree_member(patch, "$retainKeys") : NULL;
	if (keys)
		retain_keys(document, keys);
	for (const cJSON *member = patch->child; member; member = member->next) {
		if (sort == MERGE_STRATEGIC && !strncmp(member->string, delete_prefix, strlen(delete_prefix)))
			delete_values(document, member);
		else if (sort != MERGE_STRATEGIC || member->string[0] != '$')
			merge_member(document, member, sort);
	}
	for (const cJSON *member = patch->child; member && sort == MERGE_STRATEGIC; member = member->next)
		if (!strncmp(member->string, order_prefix, strlen(order_prefix)))
			order_list(document, member);
}

void merge_strategic(cJSON *document, const cJSON *patch)
{
	merge_object(document, patch, MERGE_STRATEGIC);
}

void merge_applied(cJSON *document, const cJSON *applied, bool custom)
{
	merge_object(document, applied, custom ? MERGE_APPLIED_CUSTOM : MERGE_APPLIED);
}
