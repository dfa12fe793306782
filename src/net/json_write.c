// SPDX-License-Identifier: Apache-2.0
// JSON and YAML from cJSON nodes, whoever made them.
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "net/json.h"

#include "base/banned.h"

static void add_indent(struct buffer *out, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		buffer_add(out, "  ", 2);
}

static void add_number(struct buffer *out, const cJSON *node)
{
	char text[40];

	// Numbers that were read keep their own text where a double could not give it back.
	if (node->valuestring) {
		buffer_add_text(out, node->valuestring);
		return;
	}
	if (!isfinite(node->valuedouble)) {
		buffer_add_text(out, "null");
		return;
	}
	if (fabs(node->valuedouble) < 0x1p53 && node->valuedouble == floor(node->valuedouble)) {
		buffer_printf(out, "%lld", (long long)node->valuedouble);
		return;
	}
	snprintf(text, sizeof(text), "%.15g", node->valuedouble);
	if (strtod(text, NULL) != node->valuedouble)
		snprintf(text, sizeof(text), "%.17g", node->valuedouble);
	// Whatever the locale puts between integer and fraction.
	for (char *at = text; *at; at++)
		if (!strchr("0123456789+-eE", *at))
			*at = '.';
	buffer_add_text(out, text);
}

static void add_string(struct buffer *out, const char *text)
{
	if (!text)
		text = "";
	text_add_json_string(out, text, strlen(text));
}

static void add_scalar(struct buffer *out, const cJSON *node)
{
	if (cJSON_IsNumber(node))
		add_number(out, node);
	else if (cJSON_IsString(node))
		add_string(out, node->valuestring);
	else if (cJSON_IsBool(node))
		buffer_add_text(out, cJSON_IsTrue(node) ? "true" : "false");
	else
		buffer_add_text(out, "null");
}

static bool is_container(const cJSON *node)
{
	return cJSON_IsArray(node) || cJSON_IsObject(node);
}

static void write_node(struct buffer *out, const cJSON *node, bool indented, unsigned depth)
{
	bool object = cJSON_IsObject(node);

	if (!is_container(node)) {
		add_scalar(out, node);
		return;
	}
	buffer_add_char(out, object ? '{' : '[');
	for (const cJSON *child = node->child; child && !out->broken; child = child->next) {
		if (indented) {
			buffer_add_char(out, '\n');
			add_indent(out, depth + 1);
		}
		if (object) {
			add_string(out, child->string);
			buffer_add_text(out, indented ? ": " : ":");
		}
		write_node(out, child, indented, depth + 1);
		if (child->next)
			buffer_add_char(out, ',');
	}
	if (indented && node->child) {
		buffer_add_char(out, '\n');
		add_indent(out, depth);
	}
	buffer_add_char(out, object ? '}' : ']');
}

bool json_write(struct buffer *out, const cJSON *node, bool indented)
{
	write_node(out, node, indented, 0);
	return !out->broken;
}

// Words that YAML 1.1 or 1.2 reads as something else than a string.
static bool is_yaml_word(const char *text)
{
	static const char *const words[] = {"true", "false", "yes", "no", "on", "off", "null", "y", "n", "~"};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strcasecmp(text, words[i]) == 0)
			return true;
	return false;
}

// True for text that needs no quotes anywhere in YAML: begins with a letter, a slash or an underscore, holds nothing
// that means something there, and is no word that YAML reads otherwise.
static bool is_plain_yaml(const char *text)
{
	static const char inside[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+@()= -";
	size_t length = strlen(text);
	unsigned char first = (unsigned char)*text;

	if (length == 0 || is_yaml_word(text) || text[length - 1] == ' ')
		return false;
	if (!(first >= 0x80 || first == '/' || first == '_' || (first | 0x20u) - 'a' < 26))
		return false;
	if (!text_is_visible(text, length))
		return false;
	for (size_t i = 0; i < length; i++) {
		bool colon_inside = text[i] == ':' && text[i + 1] && text[i + 1] != ' ';

		if ((unsigned char)text[i] < 0x80 && !colon_inside && !strchr(inside, text[i]))
			return false;
	}
	return true;
}

// True for text of several lines that a literal block shows as it is.
static bool is_yaml_block(const char *text)
{
	const char *line = text;

	if (!strchr(text, '\n') || *text == ' ' || *text == '\n' || *text == '\t')
		return false;
	while (*line) {
		size_t length = strcspn(line, "\n");

		if (memchr(line, '\t', length) || !text_is_visible(line, length))
			return false;
		line += length + (line[length] == '\n');
	}
	// Keeping more than one final newline would need another block sign.
	return !(strlen(text) >= 2 && strcmp(text + strlen(text) - 2, "\n\n") == 0);
}

static void add_yaml_block(struct buffer *out, const char *text, unsigned depth)
{
	buffer_add_text(out, text[strlen(text) - 1] == '\n' ? "|" : "|-");
	while (*text) {
		size_t length = strcspn(text, "\n");

		buffer_add_char(out, '\n');
		if (length > 0)
			add_indent(out, depth);
		buffer_add(out, text, length);
		text += length + (text[length] == '\n');
	}
}

static void add_yaml_scalar(struct buffer *out, const cJSON *node, unsigned depth)
{
	const char *text = cJSON_IsString(node) && node->valuestring ? node->valuestring : NULL;

	if (!text)
		add_scalar(out, node);
	else if (is_plain_yaml(text))
		buffer_add_text(out, text);
	else if (is_yaml_block(text))
		add_yaml_block(out, text, depth);
	else
		add_string(out, text);
}

static void write_yaml(struct buffer *out, const cJSON *node, unsigned depth)
{
	bool object = cJSON_IsObject(node);

	for (const cJSON *child = node->child; child && !out->broken; child = child->next) {
		// The first entry stands where the parent's dash or the document left off.
		if (child != node->child) {
			buffer_add_char(out, '\n');
			add_indent(out, depth);
		}
		if (object) {
			if (child->string && is_plain_yaml(child->string))
				buffer_add_text(out, child->string);
			else
				add_string(out, child->string);
			buffer_add_char(out, ':');
		} else {
			buffer_add_char(out, '-');
		}
		if (!is_container(child)) {
			buffer_add_char(out, ' ');
			add_yaml_scalar(out, child, depth + 1);
		} else if (!child->child) {
			buffer_add_text(out, cJSON_IsArray(child) ? " []" : " {}");
		} else {
			if (object) {
				buffer_add_char(out, '\n');
				add_indent(out, depth + 1);
			} else {
				buffer_add_char(out, ' ');
			}
			write_yaml(out, child, depth + 1);
		}
	}
}

bool json_write_yaml(struct buffer *out, const cJSON *node)
{
	if (!is_container(node))
		add_yaml_scalar(out, node, 0);
	else if (!node->child)
		buffer_add_text(out, cJSON_IsArray(node) ? "[]" : "{}");
	else
		write_yaml(out, node, 0);
	buffer_add_char(out, '\n');
	return !out->broken;
}
