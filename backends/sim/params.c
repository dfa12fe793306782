// SPDX-License-Identifier: Apache-2.0
// The tables of parameters are read as they stand; they are short.
#include "config.h"
#include "sim/params.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "sim/metadata.h"
#include "sim/service.h"

#include "base/banned.h"

bool param_word_next(const char **at, struct param_word *word)
{
	const char *from = *at + strspn(*at, " \t\n");
	if (!*from)
		return false;
	*word = (struct param_word){.type = "text"};
	size_t length = strcspn(from, "!:( \t\n");
	snprintf(word->name, sizeof(word->name), "%.*s", (int)length, from);
	from += length;
	if (*from == '!') {
		word->required = true;
		from++;
	}
	if (*from == ':') {
		length = strcspn(++from, "( \t\n");
		snprintf(word->type, sizeof(word->type), "%.*s", (int)length, from);
		from += length;
	}
	if (*from == '(') {
		length = strcspn(++from, ")");
		snprintf(word->range, sizeof(word->range), "%.*s", (int)length, from);
		from += length + 1;
	}
	*at = from;
	return true;
}

bool param_normal_name(const char *name, char *out, size_t size)
{
	size_t used = 0;
	while (*name) {
		size_t length = strcspn(name, ".");
		bool number = length && strspn(name, "0123456789") == length;
		size_t written = number ? 1 : length;
		if (used + written + 2 > size)
			return false;
		memcpy(out + used, number ? "N" : name, written);
		used += written;
		name += length;
		if (*name == '.') {
			out[used++] = '.';
			name++;
		}
	}
	out[used] = 0;
	return true;
}

bool param_is_common(const char *name)
{
	static const char *const common[] = {"Action", "Version", "Format", "Timestamp", "SignatureMethod",
	        "SignatureVersion", "SignatureNonce", "SignatureType", "AccessKeyId", "Signature", "SecurityToken",
	        "RegionId", "OwnerId", "OwnerAccount", "ResourceOwnerId", "ResourceOwnerAccount"};
	for (size_t i = 0; i < COUNT_OF(common); i++)
		if (!strcmp(common[i], name))
			return true;
	return false;
}

static bool is_roa(const struct call *call)
{
	return call->service->style == STYLE_ROA;
}

bool param_unknown(struct call *call, const char *name)
{
	return call_fail(call, 400, "InvalidParameter", "The specified parameter \"%s\" is not supported by %s.", name,
	        call->operation->name);
}

bool param_missing(struct call *call, const char *name)
{
	return call_fail(call, 400, "MissingParameter",
	        "The input parameter \"%s\" that is mandatory for processing this request is not supplied.", name);
}

bool param_invalid(struct call *call, const char *name)
{
	return call_fail(call, 400, "InvalidParameter", "The specified parameter \"%s\" is not valid.", name);
}

static bool number_fits(int64_t value, const char *range)
{
	const char *dots = strstr(range, "..");
	if (!dots)
		return true;
	long long least = strtoll(range, NULL, 10), most = strtoll(dots + 2, NULL, 10);
	return value >= least && (!dots[2] || value <= most);
}

static bool word_in(const char *value, const char *list)
{
	size_t length = strlen(value);
	for (const char *at = list; *at;) {
		size_t item = strcspn(at, "|");
		if (item == length && !memcmp(at, value, length))
			return true;
		at += item;
		at += *at == '|';
	}
	return false;
}

static bool is_json(const char *value)
{
	cJSON *parsed = cJSON_ParseWithOpts(value, NULL, true);
	bool good = parsed != NULL;
	cJSON_Delete(parsed);
	return good;
}

static bool value_fits(const struct param_word *word, const char *value, bool in_list)
{
	int64_t number;
	char *end;
	if (!strcmp(word->type, "int"))
		return text_to_int64(value, &number) && (in_list || number_fits(number, word->range));
	if (!strcmp(word->type, "bool"))
		return !strcmp(value, "true") || !strcmp(value, "false") || !strcmp(value, "True") ||
		       !strcmp(value, "False");
	if (!strcmp(word->type, "json"))
		return is_json(value);
	if (!strcmp(word->type, "time"))
		return time_parse(value, &number);
	if (!strcmp(word->type, "number"))
		return (void)strtod(value, &end), end != value && !*end;
	return in_list || !*word->range || strstr(word->range, "..") || word_in(value, word->range);
}

static bool word_find(const char *words, const char *name, struct param_word *word)
{
	while (param_word_next(&words, word))
		if (!strcmp(word->name, name))
			return true;
	return false;
}

static bool ends_numbered(const char *normal)
{
	size_t length = strlen(normal);
	return length > 2 && !strcmp(normal + length - 2, ".N");
}

// The last number in "InstanceId.17" must lie in the range of the list.
static bool index_fits(const char *name, const char *range)
{
	const char *dot = strrchr(name, '.');
	int64_t index;
	return !dot || (text_to_int64(dot + 1, &index) && index >= 1 && number_fits(index, range));
}

static bool check_one(struct call *call, const struct pair *pair)
{
	char normal[128];
	struct param_word word;
	if (!param_normal_name(pair->name, normal, sizeof(normal)))
		return param_unknown(call, pair->name);
	if (!word_find(call->operation->params, normal, &word)) {
		if (!is_roa(call) && param_is_common(pair->name))
			return true;
		return param_unknown(call, pair->name);
	}
	bool list = ends_numbered(normal);
	if (list && !index_fits(pair->name, word.range))
		return param_invalid(call, word.name);
	if (*pair->value && !value_fits(&word, pair->value, list))
		return param_invalid(call, pair->name);
	return true;
}

static bool check_required(struct call *call)
{
	struct param_word word;
	for (const char *at = call->operation->params; param_word_next(&at, &word);) {
		if (!word.required)
			continue;
		if (!strncmp(word.name, "body.", 5)) {
			const cJSON *item = cJSON_GetObjectItemCaseSensitive(call->body, word.name + 5);
			if (!item || cJSON_IsNull(item) || (cJSON_IsString(item) && !*item->valuestring))
				return param_missing(call, word.name + 5);
			continue;
		}
		char first[104];
		char *numbered = strstr(word.name, ".N");
		size_t head = numbered ? (size_t)(numbered - word.name) : strlen(word.name);
		snprintf(first, sizeof(first), "%.*s%s%s", (int)head, word.name, numbered ? ".1" : "",
		        numbered ? numbered + 2 : "");
		if (!call_text(call, first))
			return param_missing(call, word.name);
	}
	return true;
}

static bool body_fits(const struct param_word *word, const cJSON *item)
{
	if (cJSON_IsNull(item))
		return true;
	if (!strcmp(word->type, "int"))
		return cJSON_IsNumber(item) && number_fits((int64_t)item->valuedouble, word->range);
	if (!strcmp(word->type, "bool"))
		return cJSON_IsBool(item);
	if (!strcmp(word->type, "json"))
		return cJSON_IsObject(item) || cJSON_IsArray(item);
	return cJSON_IsString(item) &&
	       (!*word->range || strstr(word->range, "..") || word_in(item->valuestring, word->range));
}

static bool check_body(struct call *call)
{
	const cJSON *item;
	struct param_word word;
	char name[128];
	if (!cJSON_IsObject(call->body))
		return true;
	cJSON_ArrayForEach(item, call->body)
	{
		snprintf(name, sizeof(name), "body.%s", item->string);
		if (!word_find(call->operation->params, name, &word))
			return param_unknown(call, item->string);
		if (!body_fits(&word, item))
			return param_invalid(call, item->string);
	}
	return true;
}

bool params_check(struct call *call, const struct metadata *metadata)
{
	for (size_t i = 0; i < call->params.count; i++)
		if (!check_one(call, &call->params.items[i]))
			return false;
	return check_required(call) && check_body(call) && (!metadata || metadata_check(metadata, call));
}
