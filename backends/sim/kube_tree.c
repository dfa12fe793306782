// SPDX-License-Identifier: Apache-2.0
// cJSON trees.
#include "config.h"
#include "sim/kube_tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/memory.h"

#include "base/banned.h"

enum { MADE_LIMIT = 1 << 20, NAME_MOST = 256 };

cJSON *tree_member(const cJSON *object, const char *name)
{
	if (!object || !(object->type & cJSON_Object))
		return NULL;
	for (cJSON *member = object->child; member; member = member->next)
		if (!strcmp(member->string, name))
			return member;
	return NULL;
}

cJSON *tree_path(const cJSON *node, const char *path)
{
	cJSON *found = NULL;
	while (node && *path) {
		char name[NAME_MOST];
		size_t length = strcspn(path, ".");
		if (length >= sizeof(name))
			return NULL;
		memcpy(name, path, length);
		name[length] = 0;
		node = found = tree_member(node, name);
		path += length;
		path += *path == '.';
	}
	return found;
}

const char *tree_text(const cJSON *node, const char *path)
{
	const cJSON *found = tree_path(node, path);
	return cJSON_IsString(found) ? found->valuestring : "";
}

int64_t tree_int(const cJSON *node, const char *path, int64_t otherwise)
{
	const cJSON *found = tree_path(node, path);
	return cJSON_IsNumber(found) ? (int64_t)found->valuedouble : otherwise;
}

bool tree_flag(const cJSON *node, const char *path)
{
	return cJSON_IsTrue(tree_path(node, path));
}

static cJSON *made(cJSON *parent, const char *name, cJSON *(*make)(void), cJSON_bool (*is)(const cJSON *item))
{
	cJSON *found = tree_member(parent, name);
	if (is(found))
		return found;
	tree_set(parent, name, make());
	return tree_member(parent, name);
}

cJSON *tree_object(cJSON *parent, const char *name)
{
	return made(parent, name, cJSON_CreateObject, cJSON_IsObject);
}

cJSON *tree_list(cJSON *parent, const char *name)
{
	return made(parent, name, cJSON_CreateArray, cJSON_IsArray);
}

void tree_set(cJSON *object, const char *name, cJSON *value)
{
	cJSON *old = tree_member(object, name);
	if (!value) {
		if (old)
			cJSON_Delete(cJSON_DetachItemViaPointer(object, old));
		return;
	}
	if (!old) {
		cJSON_AddItemToObject(object, name, value);
		return;
	}
	free(value->string);
	value->string = memory_copy(name, strlen(name));
	cJSON_ReplaceItemViaPointer(object, old, value);
}

void tree_set_text(cJSON *object, const char *name, const char *value)
{
	tree_set(object, name, value ? cJSON_CreateString(value) : NULL);
}

void tree_set_int(cJSON *object, const char *name, int64_t value)
{
	tree_set(object, name, cJSON_CreateNumber((double)value));
}

void tree_set_flag(cJSON *object, const char *name, bool value)
{
	tree_set(object, name, cJSON_CreateBool(value));
}

cJSON *tree_printf(const char *format, ...)
{
	struct buffer text;
	va_list arguments;
	buffer_init(&text, MADE_LIMIT);
	va_start(arguments, format);
	buffer_vprintf(&text, format, arguments);
	va_end(arguments);
	cJSON *tree = cJSON_Parse(buffer_text(&text));
	if (!tree) {
		fprintf(stderr, "peerdeck-sim: not JSON: %s\n", buffer_text(&text));
		abort();
	}
	buffer_finish(&text);
	return tree;
}

cJSON *tree_copy(const cJSON *node)
{
	cJSON *copy = cJSON_Duplicate(node, true);
	if (!copy)
		abort();
	return copy;
}

static bool objects_equal(const cJSON *a, const cJSON *b)
{
	size_t count_a = 0, count_b = 0;
	for (const cJSON *member = b->child; member; member = member->next)
		count_b++;
	for (const cJSON *member = a->child; member; member = member->next) {
		count_a++;
		if (!tree_equal(member, tree_member(b, member->string)))
			return false;
	}
	return count_a == count_b;
}

bool tree_equal(const cJSON *a, const cJSON *b)
{
	if (!a || !b)
		return a == b;
	if ((a->type & 0xff) != (b->type & 0xff))
		return false;
	if (cJSON_IsString(a) || cJSON_IsRaw(a))
		return !strcmp(a->valuestring, b->valuestring);
	if (cJSON_IsNumber(a))
		return !(a->valuedouble < b->valuedouble || a->valuedouble > b->valuedouble);
	if (cJSON_IsObject(a))
		return objects_equal(a, b);
	if (!cJSON_IsArray(a))
		return true;
	const cJSON *left = a->child, *right = b->child;
	for (; left && right; left = left->next, right = right->next)
		if (!tree_equal(left, right))
			return false;
	return left == right;
}

cJSON *tree_find(const cJSON *list, const char *key, const char *value)
{
	cJSON *element;
	cJSON_ArrayForEach(element, list) if (!strcmp(tree_text(element, key), value)) return element;
	return NULL;
}

bool tree_has_text(const cJSON *list, const char *value)
{
	const cJSON *element;
	cJSON_ArrayForEach(element, list)
	{
		if (cJSON_IsString(element) && !strcmp(element->valuestring, value))
			return true;
	}
	return false;
}

void tree_write(struct buffer *out, const cJSON *node)
{
	char *text = cJSON_PrintUnformatted(node);
	buffer_add_text(out, text ? text : "null");
	free(text);
}

void tree_set_time(cJSON *object, const char *name, int64_t time)
{
	char text[TIME_TEXT_SIZE];
	time_format_iso(time, text);
	tree_set_text(object, name, text);
}

void tree_set_micro_time(cJSON *object, const char *name, int64_t time)
{
	char text[TIME_TEXT_SIZE], micro[TIME_TEXT_SIZE + 16];
	time_format_iso(time, text);
	snprintf(micro, sizeof(micro), "%.19s.%03d000Z", text, (int)(time % 1000));
	tree_set_text(object, name, micro);
}

int64_t tree_time(const cJSON *node, const char *path)
{
	int64_t time = 0;
	const char *text = tree_text(node, path);
	return *text && time_parse(text, &time) ? time : 0;
}
