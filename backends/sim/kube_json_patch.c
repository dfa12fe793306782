// SPDX-License-Identifier: Apache-2.0
// JSON Patch (RFC 6902).
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/kube_merge.h"

#include "base/banned.h"

enum { POINTER_MOST = 1024 };

// One step of a JSON pointer (RFC 6901): undoes ~1 and ~0; returns what comes after it.
static const char *take_step(const char *pointer, char out[POINTER_MOST])
{
	size_t length = 0;
	const char *at = pointer + 1;
	for (; *at && *at != '/' && length + 1 < POINTER_MOST; at++) {
		char c = *at;
		if (c == '~' && (at[1] == '0' || at[1] == '1'))
			c = *++at == '0' ? '~' : '/';
		out[length++] = c;
	}
	out[length] = 0;
	return at;
}

static bool index_of(const cJSON *list, const char *step, bool may_append, int *out)
{
	int64_t number;
	int size = cJSON_GetArraySize(list);
	if (may_append && !strcmp(step, "-"))
		return *out = size, true;
	if (!text_to_int64(step, &number) || number < 0 || number > size - !may_append)
		return false;
	*out = (int)number;
	return true;
}

static cJSON *child(const cJSON *node, const char *step)
{
	int index;
	if (cJSON_IsObject(node))
		return tree_member(node, step);
	return cJSON_IsArray(node) && index_of(node, step, false, &index) ? cJSON_GetArrayItem(node, index) : NULL;
}

// The container of what the pointer names, and its last step. NULL when the way there is broken.
static cJSON *parent_of(cJSON *document, const char *pointer, char last[POINTER_MOST])
{
	cJSON *node = document;
	if (pointer[0] != '/')
		return NULL;
	for (;;) {
		pointer = take_step(pointer, last);
		if (!*pointer)
			return node;
		node = child(node, last);
		if (!node)
			return NULL;
	}
}

static const cJSON *value_at(cJSON *document, const char *pointer)
{
	char last[POINTER_MOST];
	if (!*pointer)
		return document;
	const cJSON *parent = parent_of(document, pointer, last);
	return parent ? child(parent, last) : NULL;
}

static bool set_at(cJSON **document, const char *pointer, cJSON *value, bool replace)
{
	char last[POINTER_MOST];
	int index;
	if (!*pointer) {
		cJSON_Delete(*document);
		*document = value;
		return true;
	}
	cJSON *parent = parent_of(*document, pointer, last);
	bool good = cJSON_IsObject(parent) && (!replace || tree_member(parent, last));
	if (good) {
		tree_set(parent, last, value);
		return true;
	}
	if (!cJSON_IsArray(parent) || !index_of(parent, last, !replace, &index)) {
		cJSON_Delete(value);
		return false;
	}
	if (replace)
		cJSON_ReplaceItemInArray(parent, index, value);
	else if (index == cJSON_GetArraySize(parent))
		cJSON_AddItemToArray(parent, value);
	else
		cJSON_InsertItemInArray(parent, index, value);
	return true;
}

static bool remove_at(cJSON *document, const char *pointer)
{
	char last[POINTER_MOST];
	cJSON *parent = *pointer ? parent_of(document, pointer, last) : NULL;
	cJSON *value = parent ? child(parent, last) : NULL;
	if (!value)
		return false;
	cJSON_Delete(cJSON_DetachItemViaPointer(parent, value));
	return true;
}

static bool run_one(cJSON **document, const cJSON *operation, char why[WHY_SIZE])
{
	const char *op = tree_text(operation, "op"), *path = tree_text(operation, "path");
	const cJSON *value = tree_member(operation, "value");
	bool good = false;
	if (!strcmp(op, "test")) {
		const cJSON *found = value_at(*document, path);
		good = found ? tree_equal(found, value) : cJSON_IsNull(value);
		if (!good)
			snprintf(why, WHY_SIZE, "testing value %.120s failed", path);
		return good;
	}
	if ((!strcmp(op, "add") || !strcmp(op, "replace")) && value) {
		good = set_at(document, path, tree_copy(value), op[0] == 'r');
	} else if (!strcmp(op, "remove")) {
		good = remove_at(*document, path);
	} else if (!strcmp(op, "move") || !strcmp(op, "copy")) {
		const char *from = tree_text(operation, "from");
		const cJSON *source = value_at(*document, from);
		cJSON *copy = source ? tree_copy(source) : NULL;
		good = copy && (op[0] == 'c' || remove_at(*document, from));
		if (good)
			good = set_at(document, path, copy, false);
		else
			cJSON_Delete(copy);
	}
	if (!good)
		snprintf(why, WHY_SIZE, "%.20s operation does not apply: doc is missing path: %.120s: missing value",
		        op, path);
	return good;
}

bool merge_json_patch(cJSON **document, const cJSON *patch, char why[WHY_SIZE])
{
	const cJSON *operation;
	if (!cJSON_IsArray(patch)) {
		snprintf(why, WHY_SIZE, "a JSON patch is a list");
		return false;
	}
	cJSON_ArrayForEach(operation, patch)
	{
		if (!run_one(document, operation, why))
			return false;
	}
	return true;
}
