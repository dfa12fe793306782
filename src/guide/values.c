// SPDX-License-Identifier: Apache-2.0
// Names and what they stand for.
#include "config.h"
#include "guide/values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

#include "base/banned.h"

static struct value *find_here(const struct values *values, const char *name)
{
	for (size_t i = 0; i < values->count; i++)
		if (!strcmp(values->list[i].name, name))
			return &values->list[i];
	return NULL;
}

static void wipe(struct value *value)
{
	if (value->text && value->secret)
		secret_wipe(value->text, strlen(value->text));
	free(value->text);
	value->text = NULL;
}

void values_finish(struct values *values)
{
	for (size_t i = 0; i < values->count; i++)
		wipe(&values->list[i]);
	free(values->list);
	*values = (struct values){0};
}

static struct value *append(struct values *values, const char *name)
{
	struct value *more;

	if (values->count == VALUES_MOST || strlen(name) >= VALUE_NAME_SIZE)
		return NULL;
	if (values->count == values->room) {
		size_t room = values->room ? 2 * values->room : 32;

		more = realloc(values->list, room * sizeof(*more));
		if (!more)
			return NULL;
		values->list = more;
		values->room = room;
	}
	more = &values->list[values->count];
	memset(more, 0, sizeof(*more));
	snprintf(more->name, sizeof(more->name), "%s", name);
	more->text = strdup("");
	if (!more->text)
		return NULL;
	values->count++;
	return more;
}

bool values_set(struct values *values, const char *name, const char *text, const char *source)
{
	struct value *value = find_here(values, name);
	char *copy;

	if (text && strlen(text) > VALUE_MOST)
		return false;
	if (!value)
		value = append(values, name);
	copy = value ? strdup(text ? text : "") : NULL;
	if (!copy)
		return false;
	wipe(value);
	value->text = copy;
	value->known = text != NULL;
	snprintf(value->source, sizeof(value->source), "%s", source ? source : "");
	return true;
}

void values_set_secret(struct values *values, const char *name)
{
	struct value *value = find_here(values, name);

	if (value)
		value->secret = true;
}

void values_remove(struct values *values, const char *name)
{
	struct value *value = find_here(values, name);

	if (!value)
		return;
	wipe(value);
	*value = values->list[--values->count];
}

const struct value *values_find(const struct values *values, const char *name)
{
	const struct value *value = NULL;

	for (; values && !value; values = values->outer)
		value = find_here(values, name);
	return value;
}

const char *values_text(const struct values *values, const char *name)
{
	const struct value *value = values_find(values, name);

	return value ? value->text : "";
}
