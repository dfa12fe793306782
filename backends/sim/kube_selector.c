// SPDX-License-Identifier: Apache-2.0
// Selectors. kubernetes docs: Labels and Selectors; Field Selectors.
#include "config.h"
#include "sim/kube_selector.h"

#include <ctype.h>
#include <string.h>

#include "base/banned.h"

static const char *skip_space(const char *at)
{
	while (*at == ' ' || *at == '\t' || *at == '\n')
		at++;
	return at;
}

static size_t word_length(const char *at)
{
	size_t length = 0;
	while (at[length] && (isalnum((unsigned char)at[length]) || strchr("-_./", at[length])))
		length++;
	return length;
}

static const char *take_word(struct arena *arena, const char **at)
{
	*at = skip_space(*at);
	size_t length = word_length(*at);
	const char *word = arena_strndup(arena, *at, length);
	*at = skip_space(*at + length);
	return word;
}

// "(a,b)"
static bool take_values(struct label_term *term, struct arena *arena, const char **at)
{
	enum { MAX_VALUES = 64 };
	*at = skip_space(*at);
	if (**at != '(')
		return false;
	(*at)++;
	term->values = arena_alloc(arena, MAX_VALUES * sizeof(*term->values));
	do {
		if (term->value_count == MAX_VALUES)
			return false;
		term->values[term->value_count++] = take_word(arena, at);
	} while (**at == ',' && (*at)++);
	if (**at != ')')
		return false;
	*at = skip_space(*at + 1);
	return true;
}

static bool take_operator(struct label_term *term, struct arena *arena, const char **at)
{
	size_t skip = 0;
	term->operator= SELECT_EXISTS;
	if (!strncmp(*at, "!=", 2))
		term->operator= SELECT_DIFFERS, skip = 2;
	else if (!strncmp(*at, "==", 2))
		term->operator= SELECT_EQUALS, skip = 2;
	else if (**at == '=')
		term->operator= SELECT_EQUALS, skip = 1;
	else if (!strncmp(*at, "in", 2) && (isspace((unsigned char)(*at)[2]) || (*at)[2] == '('))
		return term->operator= SELECT_IN, *at += 2, take_values(term, arena, at);
	else if (!strncmp(*at, "notin", 5) && (isspace((unsigned char)(*at)[5]) || (*at)[5] == '('))
		return term->operator= SELECT_NOT_IN, *at += 5, take_values(term, arena, at);
	if (!skip)
		return true;
	*at += skip;
	term->values = arena_alloc(arena, sizeof(*term->values));
	term->values[0] = take_word(arena, at);
	term->value_count = 1;
	return true;
}

bool selector_parse_labels(struct kube_selector *selector, struct arena *arena, const char *text, const char **why)
{
	const char *at = skip_space(text);
	while (*at) {
		if (selector->label_count == MAX_TERMS)
			return *why = "too many requirements", false;
		struct label_term *term = &selector->labels[selector->label_count++];
		bool missing = *at == '!';
		at += missing;
		term->key = take_word(arena, &at);
		bool good = *term->key;
		if (missing)
			term->operator= SELECT_MISSING;
		else
			good = good && take_operator(term, arena, &at);
		if (!good || (*at && *at != ',')) {
			*why = arena_printf(
			        arena, "unable to parse requirement: found '%s', expected: ',' or 'end of string'", at);
			return false;
		}
		if (*at == ',')
			at = skip_space(at + 1);
	}
	return true;
}

// "a=b,c!=d"; a backslash escapes a comma, an equals sign or itself in values.
static char *take_value(struct arena *arena, const char **at)
{
	char *value = arena_bytes(arena, strlen(*at) + 1), *out = value;
	while (**at && **at != ',') {
		if (**at == '\\' && (*at)[1])
			(*at)++;
		*out++ = *(*at)++;
	}
	*out = 0;
	return value;
}

static bool find_field(struct field_term *term, const struct kube_resource *resource, const char *name, size_t length)
{
	static const char short_source[] = "source";
	int index = 0;
	if (length == 13 && !memcmp(name, "metadata.name", length))
		return term->field = FIELD_NAME, true;
	if (length == 18 && !memcmp(name, "metadata.namespace", length) && resource->namespaced)
		return term->field = FIELD_NAMESPACE, true;
	for (const char *at = resource->fields; *at; index++) {
		size_t size = strcspn(at, ",");
		bool is_source = length == strlen(short_source) && !memcmp(name, short_source, length) &&
		                 !strncmp(at, "source.component", 16);
		if ((size == length && !memcmp(at, name, length)) || is_source)
			return term->field = index, true;
		at += size;
		at += *at == ',';
	}
	return false;
}

bool selector_parse_fields(struct kube_selector *selector, struct arena *arena, const struct kube_resource *resource,
        const char *text, const char **why)
{
	const char *at = text;
	while (*at) {
		size_t length = strcspn(at, "=!,");
		if (selector->field_count == MAX_TERMS)
			return *why = "too many requirements", false;
		struct field_term *term = &selector->fields[selector->field_count++];
		const char *name = at;
		at += length;
		if (*at == '!' && at[1] == '=')
			term->differs = true, at += 2;
		else if (*at == '=')
			at += 1 + (at[1] == '=');
		else {
			*why = arena_printf(
			        arena, "invalid selector: '%s'; can't understand '%.*s'", text, (int)length, name);
			return false;
		}
		if (!find_field(term, resource, name, length)) {
			*why = arena_printf(arena, "field label not supported: %.*s", (int)length, name);
			return false;
		}
		term->value = take_value(arena, &at);
		if (*at == ',')
			at++;
	}
	return true;
}

static bool label_matches(const struct label_term *term, const char *value)
{
	bool listed = false;
	for (size_t i = 0; value && i < term->value_count && !listed; i++)
		listed = !strcmp(term->values[i], value);
	switch (term->operator) {
	case SELECT_EXISTS:
		return value != NULL;
	case SELECT_MISSING:
		return value == NULL;
	case SELECT_EQUALS:
	case SELECT_IN:
		return listed;
	default:
		return !listed;
	}
}

static const char *field_value(const struct kube_state *state, int field)
{
	if (field == FIELD_NAME)
		return kube_state_name(state);
	if (field == FIELD_NAMESPACE)
		return kube_state_namespace(state);
	return kube_state_field(state, (size_t)field);
}

bool selector_matches(const struct kube_selector *selector, const struct kube_state *state)
{
	for (size_t i = 0; i < selector->field_count; i++) {
		const struct field_term *term = &selector->fields[i];
		if (!strcmp(field_value(state, term->field), term->value) == term->differs)
			return false;
	}
	for (size_t i = 0; i < selector->label_count; i++)
		if (!label_matches(&selector->labels[i], kube_state_label(state, selector->labels[i].key)))
			return false;
	return true;
}

bool selector_is_empty(const struct kube_selector *selector)
{
	return !selector->label_count && !selector->field_count;
}
