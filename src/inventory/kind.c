// SPDX-License-Identifier: Apache-2.0
// The table of kinds, and what can be said of any field of any record: its text, its number, its JSON.
#include "config.h"
#include "inventory/kind.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/text.h"
#include "inventory/kinds/fields.h"

#include "base/banned.h"

static const struct kind *const kinds[KIND_COUNT] = {
        [KIND_REGION] = &kind_region,
        [KIND_ZONE] = &kind_zone,
        [KIND_CLUSTER] = &kind_cluster,
        [KIND_NODE_POOL] = &kind_node_pool,
        [KIND_NODE] = &kind_node,
        [KIND_POD] = &kind_pod,
        [KIND_VM] = &kind_vm,
        [KIND_ENI] = &kind_eni,
        [KIND_EIP] = &kind_eip,
        [KIND_IMAGE] = &kind_image,
        [KIND_VPC] = &kind_vpc,
        [KIND_VSWITCH] = &kind_vswitch,
        [KIND_DISK] = &kind_disk,
        [KIND_PEERPOD] = &kind_peerpod,
        [KIND_EVENT] = &kind_event,
        [KIND_ORPHAN] = &kind_orphan,
};

static const char unknown_text[] = "–";

const struct kind *kind_get(enum kind_id id)
{
	return kinds[id];
}

void kind_blank(const struct kind *kind, void *record)
{
	for (size_t i = 0; i < kind->field_count; i++) {
		const struct field *field = &kind->fields[i];
		void *at = (char *)record + field->offset;

		if (field->flags & FIELD_DERIVED)
			continue;
		if (field->type == FIELD_TEXT)
			*(const char **)at = "";
		else if (field->type == FIELD_INTEGER)
			*(int64_t *)at = INT64_MIN;
		else if (field->type == FIELD_REAL)
			*(double *)at = NAN;
	}
}

static bool is_among(const char *words, const char *word)
{
	size_t length = strlen(word);

	while (*words) {
		size_t size = strcspn(words, " ");

		if (size == length && strncasecmp(words, word, size) == 0)
			return true;
		words += size;
		words += strspn(words, " ");
	}
	return false;
}

const struct kind *kind_find(const char *word)
{
	if (!word || !*word)
		return NULL;
	for (int i = 0; i < KIND_COUNT; i++)
		if (strcasecmp(kinds[i]->name, word) == 0 || strcasecmp(kinds[i]->plural, word) == 0 ||
		        is_among(kinds[i]->aliases, word))
			return kinds[i];
	return NULL;
}

const struct field *kind_field(const struct kind *kind, const char *name)
{
	for (size_t i = 0; i < kind->field_count; i++)
		if (strcmp(kind->fields[i].name, name) == 0)
			return &kind->fields[i];
	return NULL;
}

static const void *value_at(const struct field *field, const struct record *record)
{
	return (const char *)record + field->offset;
}

const char *field_string(const struct field *field, const struct record *record)
{
	if (field->type != FIELD_TEXT || field->flags & FIELD_DERIVED)
		return "";
	return *(const char *const *)value_at(field, record);
}

bool field_number(
        const struct field *field, const struct record *record, const struct field_context *context, double *out)
{
	const void *value = value_at(field, record);

	if (field->flags & FIELD_DERIVED)
		return field->derive_number && field->derive_number(record, context, out);
	switch (field->type) {
	case FIELD_INTEGER:
		*out = (double)*(const int64_t *)value;
		return *(const int64_t *)value != INT64_MIN;
	case FIELD_TIME:
		*out = (double)*(const int64_t *)value;
		return *(const int64_t *)value != 0;
	case FIELD_REAL:
		*out = *(const double *)value;
		return !isnan(*out);
	case FIELD_FLAG:
		*out = *(const bool *)value;
		return true;
	case FIELD_TEXT:
	case FIELD_LIST:
	case FIELD_TAGS:
		break;
	}
	return false;
}

static bool lists_equal(const struct text_list *a, const struct text_list *b)
{
	if (a->count != b->count)
		return false;
	for (unsigned i = 0; i < a->count && a->items != b->items; i++)
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	return true;
}

static bool tags_equal(const struct tag_list *a, const struct tag_list *b)
{
	if (a->count != b->count)
		return false;
	for (unsigned i = 0; i < a->count && a->items != b->items; i++)
		if (strcmp(a->items[i].key, b->items[i].key) != 0 || strcmp(a->items[i].value, b->items[i].value) != 0)
			return false;
	return true;
}

bool field_equal(const struct field *field, const struct record *a, const struct record *b)
{
	const void *left = value_at(field, a), *right = value_at(field, b);

	if (field->flags & FIELD_DERIVED)
		return true;
	switch (field->type) {
	case FIELD_TEXT:
		return *(const char *const *)left == *(const char *const *)right ||
		       strcmp(*(const char *const *)left, *(const char *const *)right) == 0;
	case FIELD_INTEGER:
	case FIELD_TIME:
		return *(const int64_t *)left == *(const int64_t *)right;
	case FIELD_REAL:
		return memcmp(left, right, sizeof(double)) == 0;
	case FIELD_FLAG:
		return *(const bool *)left == *(const bool *)right;
	case FIELD_LIST:
		return lists_equal(left, right);
	case FIELD_TAGS:
		return tags_equal(left, right);
	}
	return true;
}

// Appends to a text of at most `size` bytes with the NUL; what does not fit is cut, never within a character.
static void append(char *out, size_t size, size_t *used, const char *text)
{
	size_t length = strlen(text), room = size - 1 - *used;

	if (length > room) {
		length = room;
		while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
			length--;
	}
	memcpy(out + *used, text, length);
	*used += length;
	out[*used] = '\0';
}

static size_t list_text(const struct text_list *list, char *out, size_t size)
{
	size_t used = 0;

	for (unsigned i = 0; i < list->count; i++) {
		append(out, size, &used, i ? "," : "");
		append(out, size, &used, list->items[i]);
	}
	return used;
}

static size_t tags_text(const struct tag_list *tags, char *out, size_t size)
{
	size_t used = 0;

	for (unsigned i = 0; i < tags->count; i++) {
		append(out, size, &used, i ? "," : "");
		append(out, size, &used, tags->items[i].key);
		if (!tags->items[i].value[0])
			continue;
		append(out, size, &used, "=");
		append(out, size, &used, tags->items[i].value);
	}
	return used;
}

static size_t time_text(int64_t time, bool exact, char *out, size_t size)
{
	char text[TIME_TEXT_SIZE];
	size_t used = 0;

	if (time == 0)
		return 0;
	time_format_iso(time, text);
	if (!exact && strlen(text) > strlen("2026-11-20T20:52")) {
		text[strlen("2026-11-20")] = ' ';
		memcpy(text + strlen("2026-11-20T20:52"), "Z", 2);
	}
	append(out, size, &used, text);
	return used;
}

static size_t value_text(const struct field *field, const struct record *record, bool exact, char *out, size_t size)
{
	const void *value = value_at(field, record);
	char number[32] = "";
	size_t used = 0;

	switch (field->type) {
	case FIELD_TEXT:
		append(out, size, &used, *(const char *const *)value);
		return used;
	case FIELD_INTEGER:
		if (*(const int64_t *)value != INT64_MIN)
			snprintf(number, sizeof(number), "%" PRId64, *(const int64_t *)value);
		break;
	case FIELD_REAL:
		if (!isnan(*(const double *)value))
			snprintf(number, sizeof(number), exact ? "%.17g" : "%.2f", *(const double *)value);
		break;
	case FIELD_TIME:
		return time_text(*(const int64_t *)value, exact, out, size);
	case FIELD_FLAG:
		if (exact)
			append(out, size, &used, *(const bool *)value ? "true" : "false");
		else
			append(out, size, &used, *(const bool *)value ? _("yes") : _("no"));
		return used;
	case FIELD_LIST:
		return list_text(value, out, size);
	case FIELD_TAGS:
		return tags_text(value, out, size);
	}
	append(out, size, &used, number);
	return used;
}

size_t field_text(const struct field *field, const struct record *record, const struct field_context *context,
        bool exact, char *out, size_t size)
{
	size_t used = 0;

	if (size == 0)
		return 0;
	out[0] = '\0';
	if (!(field->flags & FIELD_DERIVED))
		used = value_text(field, record, exact, out, size);
	else if (field->derive(record, context, out, size))
		used = strlen(out);
	else
		out[0] = '\0';
	if (used == 0 && !exact)
		append(out, size, &used, unknown_text);
	return used;
}

static bool string_json(const char *text, struct buffer *out)
{
	return text_add_json_string(out, text, strlen(text));
}

static bool list_json(const struct text_list *list, struct buffer *out)
{
	buffer_add_char(out, '[');
	for (unsigned i = 0; i < list->count; i++) {
		buffer_add_text(out, i ? "," : "");
		string_json(list->items[i], out);
	}
	return buffer_add_char(out, ']');
}

static bool tags_json(const struct tag_list *tags, struct buffer *out)
{
	buffer_add_char(out, '{');
	for (unsigned i = 0; i < tags->count; i++) {
		buffer_add_text(out, i ? "," : "");
		string_json(tags->items[i].key, out);
		buffer_add_char(out, ':');
		string_json(tags->items[i].value, out);
	}
	return buffer_add_char(out, '}');
}

bool field_json(
        const struct field *field, const struct record *record, const struct field_context *context, struct buffer *out)
{
	const void *value = value_at(field, record);
	char text[512];

	if (field->flags & FIELD_DERIVED) {
		if (!field->derive(record, context, text, sizeof(text)))
			return buffer_add_text(out, "null");
		return string_json(text, out);
	}
	switch (field->type) {
	case FIELD_TEXT:
		if (!**(const char *const *)value)
			return buffer_add_text(out, "null");
		return string_json(*(const char *const *)value, out);
	case FIELD_LIST:
		return list_json(value, out);
	case FIELD_TAGS:
		return tags_json(value, out);
	case FIELD_TIME:
		if (time_text(*(const int64_t *)value, true, text, sizeof(text)) == 0)
			return buffer_add_text(out, "null");
		return string_json(text, out);
	case FIELD_INTEGER:
	case FIELD_REAL:
	case FIELD_FLAG:
		break;
	}
	return buffer_add_text(out, value_text(field, record, true, text, sizeof(text)) ? text : "null");
}

bool record_json(
        const struct kind *kind, const struct record *record, const struct field_context *context, struct buffer *out)
{
	const char *comma = "";

	buffer_add_char(out, '{');
	for (size_t i = 0; i < kind->field_count; i++) {
		const struct field *field = &kind->fields[i];

		if (field->flags & (FIELD_DERIVED | FIELD_INTERNAL))
			continue;
		buffer_printf(out, "%s\"%s\":", comma, field->name);
		field_json(field, record, context, out);
		comma = ",";
	}
	return buffer_add_char(out, '}');
}
