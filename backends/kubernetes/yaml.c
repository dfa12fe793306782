// SPDX-License-Identifier: Apache-2.0
// libyaml's document tree. Aliases point to the same node there, so that a "billion laughs" text stays small; only
// writing it as JSON follows them, within a depth and a buffer's limit.
#include "config.h"
#include "kubernetes/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/text.h"

#include "base/banned.h"

enum { DEPTH_MOST = 40 };

static const char *scalar_text(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

static bool is_null(const yaml_node_t *node)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};

	if (node->type != YAML_SCALAR_NODE || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	for (size_t i = 0; i < COUNT_OF(nulls); i++)
		if (strcmp(scalar_text(node), nulls[i]) == 0)
			return true;
	return false;
}

static void wipe_parser(yaml_parser_t *parser)
{
	if (parser->raw_buffer.start)
		secret_wipe(parser->raw_buffer.start, (size_t)(parser->raw_buffer.end - parser->raw_buffer.start));
	if (parser->buffer.start)
		secret_wipe(parser->buffer.start, (size_t)(parser->buffer.end - parser->buffer.start));
}

static bool parser_failed(const yaml_parser_t *parser, const char *file, struct error *error)
{
	if (parser->error == YAML_MEMORY_ERROR)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	error_set(error, ERROR_CONFIG, _("this is not YAML: %s%s%s"),
	        parser->problem ? parser->problem : _("unreadable text"), parser->context ? ", " : "",
	        parser->context ? parser->context : "");
	error_doing(error, "%s:%zu", file, parser->problem_mark.line + 1);
	error_remedy(error, "%s", _("correct the line, or fetch the kubeconfig again"));
	return false;
}

bool yaml_text_open(struct yaml_text *yaml, const char *file, const char *text, size_t size, struct error *error)
{
	yaml_parser_t parser;
	bool read;

	*yaml = (struct yaml_text){.file = file};
	if (!yaml_parser_initialize(&parser))
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
	read = yaml_parser_load(&parser, &yaml->document) == 1;
	if (!read)
		parser_failed(&parser, file, error);
	else
		yaml->root = yaml_document_get_root_node(&yaml->document);
	if (yaml->root && is_null(yaml->root))
		yaml->root = NULL;
	wipe_parser(&parser);
	yaml_parser_delete(&parser);
	return read;
}

void yaml_text_close(struct yaml_text *yaml)
{
	for (yaml_node_t *node = yaml->document.nodes.start; node && node < yaml->document.nodes.top; node++)
		if (node->type == YAML_SCALAR_NODE)
			secret_wipe(node->data.scalar.value, node->data.scalar.length);
	yaml_document_delete(&yaml->document);
	yaml->root = NULL;
}

bool yaml_is_map(const yaml_node_t *node)
{
	return node && node->type == YAML_MAPPING_NODE;
}

bool yaml_is_list(const yaml_node_t *node)
{
	return node && node->type == YAML_SEQUENCE_NODE;
}

yaml_node_t *yaml_member(struct yaml_text *yaml, yaml_node_t *map, const char *key)
{
	if (!yaml_is_map(map))
		return NULL;
	for (yaml_node_pair_t *pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top; pair++) {
		const yaml_node_t *name = yaml_document_get_node(&yaml->document, pair->key);

		if (name && name->type == YAML_SCALAR_NODE && strcmp(scalar_text(name), key) == 0) {
			yaml_node_t *value = yaml_document_get_node(&yaml->document, pair->value);

			return value && !is_null(value) ? value : NULL;
		}
	}
	return NULL;
}

yaml_node_t *yaml_item(struct yaml_text *yaml, yaml_node_t *list, size_t index)
{
	if (!yaml_is_list(list) || index >= (size_t)(list->data.sequence.items.top - list->data.sequence.items.start))
		return NULL;
	return yaml_document_get_node(&yaml->document, list->data.sequence.items.start[index]);
}

bool yaml_expected(const struct yaml_text *yaml, const yaml_node_t *node, const char *what, struct error *error)
{
	error_set(error, ERROR_CONFIG, _("expected %s"), what);
	error_doing(error, "%s:%zu", yaml->file, node ? node->start_mark.line + 1 : 1);
	error_remedy(error, "%s", _("correct the line, or fetch the kubeconfig again"));
	return false;
}

bool yaml_read_text(struct yaml_text *yaml, yaml_node_t *map, const char *key, const char **out, struct error *error)
{
	yaml_node_t *node = yaml_member(yaml, map, key);
	char what[120];

	*out = NULL;
	if (!node)
		return true;
	if (node->type != YAML_SCALAR_NODE || strlen(scalar_text(node)) != node->data.scalar.length) {
		snprintf(what, sizeof(what), _("one text as \"%s\""), key);
		return yaml_expected(yaml, node, what, error);
	}
	*out = scalar_text(node);
	return true;
}

bool yaml_read_flag(struct yaml_text *yaml, yaml_node_t *map, const char *key, bool *out, struct error *error)
{
	static const char *const yes[] = {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"};
	static const char *const no[] = {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"};
	const char *text;
	char what[120];

	*out = false;
	if (!yaml_read_text(yaml, map, key, &text, error))
		return false;
	if (!text)
		return true;
	for (size_t i = 0; i < COUNT_OF(yes); i++) {
		if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0) {
			*out = strcmp(text, yes[i]) == 0;
			return true;
		}
	}
	snprintf(what, sizeof(what), _("true or false as \"%s\""), key);
	return yaml_expected(yaml, yaml_member(yaml, map, key), what, error);
}

// True for what JSON writes the same way without quotes: booleans and numbers.
static bool is_bare(const yaml_node_t *node)
{
	const char *text = scalar_text(node);
	char *end;

	if (node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
		return true;
	if (strspn(text, "0123456789.eE+-") != strlen(text) || strchr("0123456789-", text[0]) == NULL)
		return false;
	if (text[0] == '0' && text[1] >= '0' && text[1] <= '9')
		return false;
	(void)strtod(text, &end);
	return *end == '\0' && end[-1] != '.' && !(text[0] == '-' && text[1] == '.');
}

static bool add_json(struct yaml_text *yaml, const yaml_node_t *node, struct buffer *out, int depth)
{
	if (!node || depth > DEPTH_MOST)
		return false;
	if (node->type == YAML_SCALAR_NODE) {
		if (is_null(node))
			return buffer_add_text(out, "null");
		return is_bare(node) ? buffer_add_text(out, scalar_text(node))
		                     : text_add_json_string(out, scalar_text(node), node->data.scalar.length);
	}
	buffer_add_char(out, yaml_is_map(node) ? '{' : '[');
	if (yaml_is_map(node)) {
		const yaml_node_pair_t *first = node->data.mapping.pairs.start;

		for (const yaml_node_pair_t *pair = first; pair < node->data.mapping.pairs.top; pair++) {
			const yaml_node_t *key = yaml_document_get_node(&yaml->document, pair->key);

			if (!key || key->type != YAML_SCALAR_NODE)
				return false;
			if (pair > first)
				buffer_add_char(out, ',');
			text_add_json_string(out, scalar_text(key), key->data.scalar.length);
			buffer_add_char(out, ':');
			if (!add_json(yaml, yaml_document_get_node(&yaml->document, pair->value), out, depth + 1))
				return false;
		}
	} else {
		const yaml_node_item_t *first = node->data.sequence.items.start;

		for (const yaml_node_item_t *item = first; item < node->data.sequence.items.top; item++) {
			if (item > first)
				buffer_add_char(out, ',');
			if (!add_json(yaml, yaml_document_get_node(&yaml->document, *item), out, depth + 1))
				return false;
		}
	}
	return buffer_add_char(out, yaml_is_map(node) ? '}' : ']');
}

bool yaml_add_json(struct yaml_text *yaml, yaml_node_t *node, struct buffer *out)
{
	return add_json(yaml, node, out, 0) && !out->broken;
}
