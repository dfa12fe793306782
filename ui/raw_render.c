// SPDX-License-Identifier: Apache-2.0
// JSON text as lines of YAML or JSON. What the writer lays out is looked at line by line: indentation gives the depth,
// what stands before the first colon is a name.
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "net/json.h"
#include "ui/describe.h"
#include "ui/document.h"
#include "base/banned.h"

enum { RAW_TEXT_MOST = 32 << 20, NAME_SIZE = 128 };

static const char masked[] = "********";

bool name_is_sensitive(const char *name)
{
	static const char *const parts[] = {"password", "passwd", "secret", "token", "privatekey", "private_key",
	        "kubeconfig", "userdata", "user_data", "accesskeyid", "credential", "client-key", "client_key"};
	// Names that only look like it.
	static const char *const harmless[] = {"clienttoken", "nexttoken", "secretname", "token_expiration"};

	for (size_t i = 0; i < COUNT_OF(harmless); i++)
		if (strcasecmp(name, harmless[i]) == 0)
			return false;
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (strcasestr(name, parts[i]))
			return true;
	return false;
}

struct parts {
	size_t indent;      // blanks and list dashes
	size_t name_length; // with its quotes; 0 = no name
	size_t value;       // byte where the value begins, past the colon and blank
};

// The end of a quoted or plain name that begins at `text`, 0 when what stands there is no name.
static size_t name_end(const char *text)
{
	size_t at = 0;

	if (*text == '"' || *text == '\'') {
		for (at = 1; text[at] && text[at] != *text; at++)
			if (*text == '"' && text[at] == '\\' && text[at + 1])
				at++;
		if (!text[at])
			return 0;
		at++;
	} else {
		while (text[at] && !(text[at] == ':' && (text[at + 1] == ' ' || text[at + 1] == '\t' || !text[at + 1])))
			at++;
	}
	return text[at] == ':' ? at : 0;
}

static struct parts split(const char *line)
{
	struct parts parts = {.indent = 0};

	while (line[parts.indent] == ' ' || line[parts.indent] == '\t' ||
	        (line[parts.indent] == '-' && line[parts.indent + 1] == ' '))
		parts.indent++;
	parts.name_length = name_end(line + parts.indent);
	parts.value = parts.indent + parts.name_length;
	if (parts.name_length) {
		parts.value++;
		while (line[parts.value] == ' ' || line[parts.value] == '\t')
			parts.value++;
	}
	return parts;
}

static void copy_name(const char *line, const struct parts *parts, char out[NAME_SIZE])
{
	const char *name = line + parts->indent;
	size_t length = parts->name_length;

	if (length >= 2 && (*name == '"' || *name == '\'')) {
		name++;
		length -= 2;
	}
	if (length >= NAME_SIZE)
		length = NAME_SIZE - 1;
	memcpy(out, name, length);
	out[length] = '\0';
}

static bool opens_block(const char *value)
{
	return !*value || strcmp(value, "{") == 0 || strcmp(value, "[") == 0 || strcmp(value, "|") == 0 ||
	       strcmp(value, "|-") == 0 || strcmp(value, ">") == 0 || strcmp(value, ">-") == 0 ||
	       strcmp(value, "|+") == 0;
}

// Keeps what is masked below a name: a block or list that belongs to it.
struct rendering {
	struct document *document;
	bool revealed;
	size_t masked_below; // indentation of the sensitive name + 1; 0 = none
};

static void add_line(struct rendering *rendering, char *line)
{
	struct parts parts = split(line);
	char name[NAME_SIZE] = "", indent[256];
	struct document_piece pieces[4];
	size_t count = 0;
	char kept;

	copy_name(line, &parts, name);
	if (rendering->masked_below && parts.indent + 1 <= rendering->masked_below)
		rendering->masked_below = 0;
	if (rendering->masked_below)
		return;
	snprintf(indent, sizeof(indent), "%.*s",
	        (int)(parts.indent < sizeof(indent) ? parts.indent : sizeof(indent) - 1), line);
	pieces[count++] = (struct document_piece){STYLE_CODE, indent};
	kept = line[parts.indent + parts.name_length];
	line[parts.indent + parts.name_length] = '\0';
	pieces[count++] = (struct document_piece){STYLE_NAME, line + parts.indent};
	if (parts.name_length)
		pieces[count++] = (struct document_piece){STYLE_CODE, kept && line[parts.value] ? ": " : ":"};
	else
		line[parts.indent] = kept;
	if (name[0] && !rendering->revealed && name_is_sensitive(name)) {
		bool block = opens_block(line + parts.value);

		pieces[count++] = (struct document_piece){STYLE_DIM, block ? " ********" : masked};
		rendering->masked_below = block ? parts.indent + 1 : 0;
	} else if (parts.name_length) {
		pieces[count++] = (struct document_piece){STYLE_VALUE, line + parts.value};
	} else {
		pieces[count - 1] = (struct document_piece){STYLE_VALUE, line + parts.indent};
	}
	document_add(rendering->document, pieces, count, (unsigned)parts.indent, "", 0);
}

bool raw_render(struct document *document, const char *text, size_t size, bool json, bool revealed, struct error *error)
{
	struct rendering rendering = {.document = document, .revealed = revealed};
	struct json_doc doc;
	struct buffer out;
	bool written;

	if (!json_open(&doc, text, size, "what the cloud says", error))
		return false;
	buffer_init(&out, RAW_TEXT_MOST);
	written = json ? json_write(&out, doc.root, true) : json_write_yaml(&out, doc.root);
	json_close(&doc);
	for (char *line = written ? out.data : NULL; line && *line;) {
		char *end = strchr(line, '\n');

		if (end)
			*end = '\0';
		add_line(&rendering, line);
		line = end ? end + 1 : NULL;
	}
	buffer_finish(&out);
	return written ? true : error_set(error, ERROR_LIMIT, "%s", _("the text is too long"));
}
