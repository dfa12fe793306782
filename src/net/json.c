// SPDX-License-Identifier: Apache-2.0
// Opening, closing and looking into JSON documents.
#include "config.h"
#include "net/json.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "net/json_memory.h"
#include "net/json_parse.h"

#include "base/banned.h"

void json_thread_finish(void)
{
	json_memory_release(json_memory_here());
}

bool json_open(struct json_doc *doc, const char *text, size_t size, const char *what, struct error *error)
{
	struct json_memory *memory = json_memory_here();
	struct json_slot *slot = json_memory_begin(memory);
	struct json_parser parser = {.start = text, .at = text, .end = text + size, .memory = memory};
	const cJSON *root;

	doc->failed_at = 0;
	if (!slot)
		return error_set(error, ERROR_MEMORY, _("%s: no memory to read JSON"), what);
	root = json_parse(&parser);
	if (root) {
		doc->root = root;
		doc->arena = slot;
		return true;
	}
	json_memory_end(memory, slot);
	doc->failed_at = (size_t)(parser.at - text);
	if (parser.full)
		return error_set(error, ERROR_LIMIT, _("%s: %zu bytes of JSON need more than the %d MB allowed"), what,
		        size, JSON_MEMORY_MOST >> 20);
	return error_set(error, ERROR_PROTOCOL, _("%s: not JSON: %s at byte %zu of %zu"), what, _(parser.mistake),
	        doc->failed_at, size);
}

void json_close(struct json_doc *doc)
{
	if (doc->arena)
		json_memory_end(json_memory_here(), doc->arena);
	*doc = (struct json_doc){0};
}

// The member whose name is the first `length` bytes of `name`.
static const cJSON *member(const cJSON *object, const char *name, size_t length)
{
	char first = length > 0 ? *name : '\0';

	if (!cJSON_IsObject(object))
		return NULL;
	// Most names differ in their first byte.
	for (const cJSON *child = object->child; child; child = child->next)
		if (child->string && *child->string == first && strncmp(child->string, name, length) == 0 &&
			child->string[length] == '\0')
			return child;
	return NULL;
}

// The element whose index is written in decimal without leading zeros.
static const cJSON *element(const cJSON *array, const char *index, size_t length)
{
	const cJSON *child = array->child;
	size_t number = 0;

	if (length == 0 || length > 9 || (length > 1 && *index == '0'))
		return NULL;
	for (size_t i = 0; i < length; i++) {
		if (index[i] < '0' || index[i] > '9')
			return NULL;
		number = number * 10 + (size_t)(index[i] - '0');
	}
	while (child && number-- > 0)
		child = child->next;
	return child;
}

const cJSON *json_member(const cJSON *object, const char *name)
{
	return member(object, name, strlen(name));
}

const cJSON *json_path(const cJSON *node, const char *path)
{
	while (node && *path) {
		size_t length = strcspn(path, ".");

		node = cJSON_IsArray(node) ? element(node, path, length) : member(node, path, length);
		path += length;
		path += *path == '.';
	}
	return node;
}

const cJSON *json_pointer(const cJSON *node, const char *pointer)
{
	char name[256];

	while (node && *pointer) {
		size_t length = 0;

		if (*pointer++ != '/')
			return NULL;
		for (; *pointer && *pointer != '/'; pointer++) {
			char c = *pointer;

			if (c == '~' && (pointer[1] == '0' || pointer[1] == '1'))
				c = *++pointer == '0' ? '~' : '/';
			if (length == sizeof(name))
				return NULL;
			name[length++] = c;
		}
		node = cJSON_IsArray(node) ? element(node, name, length) : member(node, name, length);
	}
	return node;
}

static const char *text_of(const cJSON *node)
{
	return cJSON_IsString(node) && node->valuestring ? node->valuestring : "";
}

const char *json_text(const cJSON *object, const char *name)
{
	return text_of(json_member(object, name));
}

const char *json_text_at(const cJSON *node, const char *path)
{
	return text_of(json_path(node, path));
}

int64_t json_int(const cJSON *object, const char *name, int64_t fallback)
{
	const cJSON *node = json_member(object, name);
	int64_t value;

	// Large numbers keep their text, because a double would round them.
	if (node && node->valuestring && (cJSON_IsString(node) || cJSON_IsNumber(node)) &&
	        text_to_int64(node->valuestring, &value))
		return value;
	if (!cJSON_IsNumber(node) || !(node->valuedouble >= -0x1p63 && node->valuedouble < 0x1p63))
		return fallback;
	return (int64_t)node->valuedouble;
}

double json_real(const cJSON *object, const char *name, double fallback)
{
	const cJSON *node = json_member(object, name);
	const char *text = text_of(node);
	size_t length = strlen(text);

	if (cJSON_IsNumber(node))
		return node->valuedouble;
	if (length == 0 || length > 64 || strspn(text, "+-.0123456789eE") != length || !strpbrk(text, "0123456789"))
		return fallback;
	return json_number_value(text, length);
}

bool json_flag(const cJSON *object, const char *name, bool fallback)
{
	const cJSON *node = json_member(object, name);

	if (cJSON_IsBool(node))
		return cJSON_IsTrue(node);
	if (strcmp(text_of(node), "true") == 0)
		return true;
	if (strcmp(text_of(node), "false") == 0)
		return false;
	return fallback;
}

int64_t json_time(const cJSON *object, const char *name)
{
	int64_t time;

	return time_parse(json_text(object, name), &time) ? time : 0;
}
