// SPDX-License-Identifier: Apache-2.0
// Walks a JSON tree.
#include "config.h"
#include "sim/xml_out.h"

#include <cjson/cJSON.h>

#include "base/banned.h"

void xml_add_text(struct buffer *out, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '&':
			buffer_add_text(out, "&amp;");
			break;
		case '<':
			buffer_add_text(out, "&lt;");
			break;
		case '>':
			buffer_add_text(out, "&gt;");
			break;
		case '"':
			buffer_add_text(out, "&quot;");
			break;
		default:
			// XML 1.0 has no form for most control characters.
			buffer_add_char(
			        out, (unsigned char)*text < ' ' && *text != '\n' && *text != '\t' ? '?' : *text);
		}
}

static void add_element(struct buffer *out, const char *name, const cJSON *value);

static void add_content(struct buffer *out, const cJSON *value)
{
	const cJSON *item;
	if (cJSON_IsString(value))
		xml_add_text(out, value->valuestring);
	else if (cJSON_IsBool(value))
		buffer_add_text(out, cJSON_IsTrue(value) ? "true" : "false");
	else if (cJSON_IsNumber(value))
		buffer_printf(out, "%.15g", value->valuedouble);
	else if (cJSON_IsObject(value))
		cJSON_ArrayForEach(item, value) add_element(out, item->string, item);
}

static void add_element(struct buffer *out, const char *name, const cJSON *value)
{
	if (cJSON_IsArray(value)) {
		const cJSON *item;
		cJSON_ArrayForEach(item, value) add_element(out, name, item);
		return;
	}
	buffer_printf(out, "<%s>", name);
	add_content(out, value);
	buffer_printf(out, "</%s>", name);
}

bool xml_from_json(struct buffer *out, const char *root, const char *json)
{
	cJSON *tree = cJSON_Parse(json);
	if (!tree)
		return false;
	buffer_add_text(out, "<?xml version='1.0' encoding='UTF-8'?>");
	add_element(out, root, tree);
	cJSON_Delete(tree);
	return !out->broken;
}
