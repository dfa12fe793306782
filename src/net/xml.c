// SPDX-License-Identifier: Apache-2.0
// Small XML answers into a tree.
#include "config.h"
#include "net/xml.h"

#include <expat.h>
#include <limits.h>
#include <string.h>

#include "base/buffer.h"

#include "base/banned.h"

enum { TEXT_MOST = 32 << 20 };

struct reader {
	XML_Parser parser;
	struct arena *arena;
	struct xml_node *root;
	struct xml_node *open[XML_DEPTH_MOST]; // from the root inwards
	struct xml_node *last[XML_DEPTH_MOST]; // newest child of each
	struct buffer text[XML_DEPTH_MOST];    // character data of each so far
	unsigned depth, nodes;
	const char *mistake;  // our own reason to stop
	enum error_kind kind; // of it
};

static void stop(struct reader *reader, enum error_kind kind, const char *mistake)
{
	if (reader->mistake)
		return;
	reader->mistake = mistake;
	reader->kind = kind;
	XML_StopParser(reader->parser, XML_FALSE);
}

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
	struct reader *reader = user;
	struct xml_node *node;
	unsigned depth = reader->depth;

	(void)attributes;
	if (depth == XML_DEPTH_MOST) {
		stop(reader, ERROR_LIMIT, N_("too many elements inside one another"));
		return;
	}
	if (++reader->nodes > XML_NODES_MOST) {
		stop(reader, ERROR_LIMIT, N_("too many elements"));
		return;
	}
	node = arena_alloc(reader->arena, sizeof(*node));
	if (node)
		node->name = arena_strdup(reader->arena, name);
	if (!node || !node->name) {
		stop(reader, ERROR_MEMORY, N_("out of memory"));
		return;
	}
	node->text = "";
	if (depth == 0)
		reader->root = node;
	else if (reader->last[depth - 1])
		reader->last[depth - 1]->next = node;
	else
		reader->open[depth - 1]->child = node;
	if (depth > 0)
		reader->last[depth - 1] = node;
	reader->open[depth] = node;
	reader->last[depth] = NULL;
	buffer_clear(&reader->text[depth]);
	reader->depth++;
}

static void XMLCALL on_end(void *user, const XML_Char *name)
{
	struct reader *reader = user;
	struct buffer *text;
	struct xml_node *node;

	(void)name;
	if (reader->mistake)
		return;
	reader->depth--;
	node = reader->open[reader->depth];
	text = &reader->text[reader->depth];
	if (text->size == 0 && !text->broken)
		return;
	node->text = text->broken ? NULL : arena_strndup(reader->arena, text->data, text->size);
	if (!node->text) {
		node->text = "";
		stop(reader, ERROR_MEMORY, N_("out of memory"));
	}
}

static void XMLCALL on_text(void *user, const XML_Char *text, int length)
{
	struct reader *reader = user;

	if (!reader->mistake && reader->depth > 0)
		buffer_add(&reader->text[reader->depth - 1], text, (size_t)length);
}

static void XMLCALL on_doctype(
        void *user, const XML_Char *name, const XML_Char *system, const XML_Char *public, int subset)
{
	(void)name;
	(void)system;
	(void)public;
	(void)subset;
	stop(user, ERROR_PROTOCOL, N_("a document type, which no service sends"));
}

const struct xml_node *xml_parse(
        struct arena *arena, const char *text, size_t size, const char *what, struct error *error)
{
	struct reader reader = {.arena = arena, .parser = XML_ParserCreate(NULL)};
	const struct xml_node *root = NULL;
	enum XML_Status status;

	if (!reader.parser) {
		error_set(error, ERROR_MEMORY, _("%s: out of memory"), what);
		return NULL;
	}
	if (size > TEXT_MOST) {
		error_set(error, ERROR_LIMIT, _("%s: %zu bytes of XML are more than the %d MB allowed"), what, size,
		        TEXT_MOST >> 20);
		goto done;
	}
	for (size_t i = 0; i < XML_DEPTH_MOST; i++)
		buffer_init(&reader.text[i], TEXT_MOST);
	XML_SetUserData(reader.parser, &reader);
	XML_SetElementHandler(reader.parser, on_start, on_end);
	XML_SetCharacterDataHandler(reader.parser, on_text);
	XML_SetStartDoctypeDeclHandler(reader.parser, on_doctype);
	status = XML_Parse(reader.parser, text, (int)size, XML_TRUE);
	if (reader.mistake)
		error_set(error, reader.kind, _("%s: not the XML expected: %s at line %lu, column %lu"), what,
		        _(reader.mistake), (unsigned long)XML_GetCurrentLineNumber(reader.parser),
		        (unsigned long)XML_GetCurrentColumnNumber(reader.parser) + 1);
	else if (status != XML_STATUS_OK)
		error_set(error, ERROR_PROTOCOL, _("%s: not XML: %s at line %lu, column %lu"), what,
		        XML_ErrorString(XML_GetErrorCode(reader.parser)),
		        (unsigned long)XML_GetCurrentLineNumber(reader.parser),
		        (unsigned long)XML_GetCurrentColumnNumber(reader.parser) + 1);
	else
		root = reader.root;
	for (size_t i = 0; i < XML_DEPTH_MOST; i++)
		buffer_finish(&reader.text[i]);
done:
	XML_ParserFree(reader.parser);
	return root;
}

static const struct xml_node *find(const struct xml_node *node, const char *name, size_t length)
{
	while (node && (strncmp(node->name, name, length) != 0 || node->name[length] != '\0'))
		node = node->next;
	return node;
}

const struct xml_node *xml_child(const struct xml_node *node, const char *name)
{
	return node ? find(node->child, name, strlen(name)) : NULL;
}

const struct xml_node *xml_next(const struct xml_node *node, const char *name)
{
	return node ? find(node->next, name, strlen(name)) : NULL;
}

const char *xml_text(const struct xml_node *node, const char *path)
{
	while (node && *path) {
		size_t length = strcspn(path, "/");

		node = find(node->child, path, length);
		path += length;
		path += *path == '/';
	}
	return node ? node->text : "";
}
