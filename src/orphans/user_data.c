// SPDX-License-Identifier: Apache-2.0
// A narrow reader: finds the file with the pod's data in the cloud-config and walks its JSON where it lies. Line ends
// and indentation of the block are white space to JSON, so that nothing has to be unfolded into a copy.
#include "config.h"

#include "orphans/user_data.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/text.h"

#include "base/banned.h"

enum {
	NESTING_MOST = 32,
};

struct cursor {
	const char *at, *end;
	struct user_data *out;
};

// Where the members that are kept go; "" as parent is the top of the file.
static const struct member {
	const char *parent, *name;
	size_t offset, size;
	bool is_address;
} members[] = {
        {"", "pod-namespace", offsetof(struct user_data, pod_namespace), sizeof((struct user_data *)0)->pod_namespace,
                false},
        {"", "pod-name", offsetof(struct user_data, pod_name), sizeof((struct user_data *)0)->pod_name, false},
        {"pod-network", "podip", offsetof(struct user_data, pod_ip), sizeof((struct user_data *)0)->pod_ip, true},
        {"pod-network", "worker-node-ip", offsetof(struct user_data, worker_ip),
                sizeof((struct user_data *)0)->worker_ip, true},
};

struct span {
	const char *text;
	size_t length;
};

static bool span_is(struct span span, const char *text)
{
	return span.length == strlen(text) && memcmp(span.text, text, span.length) == 0;
}

static void skip_blanks(struct cursor *cursor)
{
	while (cursor->at < cursor->end && strchr(" \t\r\n", *cursor->at) && *cursor->at)
		cursor->at++;
}

static bool take(struct cursor *cursor, char c)
{
	skip_blanks(cursor);
	if (cursor->at >= cursor->end || *cursor->at != c)
		return false;
	cursor->at++;
	return true;
}

// The raw text between the quotes; escapes stay as they are: no name or address that is kept has any.
static bool take_string(struct cursor *cursor, struct span *out)
{
	if (!take(cursor, '"'))
		return false;
	out->text = cursor->at;
	for (; cursor->at < cursor->end; cursor->at++) {
		if (*cursor->at == '"') {
			out->length = (size_t)(cursor->at - out->text);
			cursor->at++;
			return true;
		}
		if (*cursor->at == '\\' && ++cursor->at >= cursor->end)
			return false;
	}
	return false;
}

static const struct member *member_find(const char *parent, struct span name)
{
	for (size_t i = 0; i < COUNT_OF(members); i++)
		if (!strcmp(members[i].parent, parent) && span_is(name, members[i].name))
			return &members[i];
	return NULL;
}

static bool member_keep(const struct member *member, struct span value, struct user_data *out)
{
	const char *letters =
	        member->is_address ? "0123456789abcdefABCDEF:." : "abcdefghijklmnopqrstuvwxyz0123456789-.";
	const char *slash = member->is_address ? memchr(value.text, '/', value.length) : NULL;
	size_t length = slash ? (size_t)(slash - value.text) : value.length;
	char *to = (char *)out + member->offset;

	if (length >= member->size)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!value.text[i] || !strchr(letters, value.text[i]))
			return false;
	memcpy(to, value.text, length);
	to[length] = '\0';
	return true;
}

static bool walk_value(struct cursor *cursor, const char *within, int depth);

// `within` is "" for the top, the name of a known object in it, or NULL where nothing is of interest.
static bool walk_object(struct cursor *cursor, const char *within, int depth)
{
	if (take(cursor, '}'))
		return true;
	do {
		const struct member *member = NULL;
		struct span name, value;

		if (!take_string(cursor, &name) || !take(cursor, ':'))
			return false;
		skip_blanks(cursor);
		if (within)
			member = member_find(within, name);
		if (member && cursor->at < cursor->end && *cursor->at == '"') {
			if (!take_string(cursor, &value) || !member_keep(member, value, cursor->out))
				return false;
		} else {
			bool is_network = within && !*within && span_is(name, "pod-network");

			if (!walk_value(cursor, is_network ? "pod-network" : NULL, depth + 1))
				return false;
		}
	} while (take(cursor, ','));
	return take(cursor, '}');
}

static bool walk_array(struct cursor *cursor, int depth)
{
	if (take(cursor, ']'))
		return true;
	do {
		if (!walk_value(cursor, NULL, depth + 1))
			return false;
	} while (take(cursor, ','));
	return take(cursor, ']');
}

static bool walk_value(struct cursor *cursor, const char *within, int depth)
{
	struct span ignored;
	const char *start;

	skip_blanks(cursor);
	if (depth > NESTING_MOST || cursor->at >= cursor->end)
		return false;
	if (*cursor->at == '"')
		return take_string(cursor, &ignored);
	if (take(cursor, '{'))
		return walk_object(cursor, within, depth);
	if (take(cursor, '['))
		return walk_array(cursor, depth);
	start = cursor->at;
	while (cursor->at < cursor->end && *cursor->at &&
	        strchr("+-.0123456789abcdefghijklmnopqrstuvwxyzE", *cursor->at))
		cursor->at++;
	return cursor->at > start;
}

// The next line without its end; false after the last one.
static bool take_line(struct cursor *cursor, struct span *line)
{
	const char *end;

	if (cursor->at >= cursor->end)
		return false;
	end = memchr(cursor->at, '\n', (size_t)(cursor->end - cursor->at));
	line->text = cursor->at;
	line->length = (size_t)((end ? end : cursor->end) - cursor->at);
	cursor->at = end ? end + 1 : cursor->end;
	if (line->length > 0 && line->text[line->length - 1] == '\r')
		line->length--;
	return true;
}

static size_t line_indent(struct span line)
{
	size_t indent = 0;

	while (indent < line.length && (line.text[indent] == ' ' || line.text[indent] == '-'))
		indent++;
	return indent;
}

// The value after "key:" in a line of the list, without blanks and quotes.
static bool line_value(struct span line, const char *key, struct span *value)
{
	size_t indent = line_indent(line), length = strlen(key);

	if (line.length - indent <= length || memcmp(line.text + indent, key, length) != 0 ||
	        line.text[indent + length] != ':')
		return false;
	value->text = line.text + indent + length + 1;
	value->length = line.length - indent - length - 1;
	while (value->length > 0 && strchr(" \"'", value->text[0]) && value->text[0])
		value->text++, value->length--;
	while (value->length > 0 && strchr(" \"'", value->text[value->length - 1]) && value->text[value->length - 1])
		value->length--;
	return true;
}

// Cuts `cursor` down to the block of indented lines at which it stands.
static void cut_to_block(struct cursor *cursor, size_t parent_indent)
{
	struct cursor probe = *cursor;
	struct span line;

	while (take_line(&probe, &line)) {
		size_t blanks = 0;

		while (blanks < line.length && line.text[blanks] == ' ')
			blanks++;
		if (blanks < line.length && blanks <= parent_indent) {
			cursor->end = line.text;
			return;
		}
	}
}

static bool is_pod_file(struct span path)
{
	return span_is(path, "/run/peerpod/apf.json") || span_is(path, "/run/peerpod/daemon.json");
}

void user_data_read(const char *text, size_t size, struct user_data *out)
{
	struct cursor cursor = {text, text + size, out};
	struct span line, value;
	bool is_wanted = false, is_list = false;

	memset(out, 0, sizeof *out);
	out->state = USER_DATA_FOREIGN;
	if (size > USER_DATA_MOST) {
		out->state = USER_DATA_BROKEN;
		return;
	}
	while (take_line(&cursor, &line)) {
		if (span_is(line, "write_files:"))
			is_list = true;
		else if (is_list && line_value(line, "path", &value))
			is_wanted = is_pod_file(value);
		else if (is_wanted && line_value(line, "content", &value) && value.length > 0 && value.text[0] == '|') {
			cut_to_block(&cursor, line_indent(line));
			if (!take(&cursor, '{') || !walk_object(&cursor, "", 0)) {
				memset(out, 0, sizeof *out);
				out->state = USER_DATA_BROKEN;
				return;
			}
			out->state = USER_DATA_PODVM;
			return;
		}
	}
	if (is_wanted)
		out->state = USER_DATA_BROKEN;
}

void user_data_read_base64(const char *text, size_t size, struct user_data *out)
{
	// All room at once: growing would leave copies of the secrets behind.
	struct buffer plain = {.room = size / 4 * 3 + 16, .limit = size / 4 * 3 + 15};

	memset(out, 0, sizeof *out);
	out->state = USER_DATA_BROKEN;
	if (size > USER_DATA_MOST / 3 * 4 + 4)
		return;
	plain.data = malloc(plain.room);
	if (!plain.data)
		return;
	plain.data[0] = '\0';
	if (text_decode_base64(&plain, text, size))
		user_data_read(plain.data, plain.size, out);
	secret_wipe(plain.data, plain.room);
	buffer_finish(&plain);
}
