// SPDX-License-Identifier: Apache-2.0
// Masking by name. A text that was cut in the middle of a secret is masked to its end; when in doubt, it is a secret.
#include "config.h"
#include "net/http_mask.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

enum { NAME_MOST = 64 };
static const char mask[] = "***";

// Names without '-', '_' and '.', in lower case.
static const struct rule {
	const char *word;
	bool whole; // the name is the word; otherwise it holds it
	bool secret;
} rules[] = {
        // Harmless, although a rule below would match.
        {"nexttoken", true, false},
        {"clienttoken", true, false},
        {"continuetoken", true, false},
        {"signaturenonce", true, false},
        {"signaturemethod", true, false},
        {"signatureversion", true, false},
        {"signaturetype", true, false},
        {"xacssignaturenonce", true, false},
        {"xacssignaturemethod", true, false},
        {"authorizationmode", true, false},
        {"secretname", true, false},
        {"resourcegroupid", true, false},
        // Secrets.
        {"secret", false, true},
        {"token", false, true},
        {"passw", false, true},
        {"passphrase", false, true},
        {"authorization", false, true},
        {"cookie", false, true},
        {"signature", false, true},
        {"credential", false, true},
        {"assertion", false, true},
        {"privatekey", false, true},
        {"clientkey", false, true},
        {"keydata", false, true},
        {"apikey", false, true},
        {"userdata", false, true},
        {"kubeconfig", false, true},
        {"config", true, true}, // ACK's DescribeClusterUserKubeconfig
        {"pwd", true, true},
        {"sig", true, true}, // Azure's shared access signatures
        {"code", true, false},
};

bool http_mask_is_secret(const char *name, size_t length)
{
	char plain[NAME_MOST + 1];
	size_t used = 0;

	for (size_t i = 0; i < length && used < NAME_MOST; i++) {
		char c = name[i];

		if (c == '-' || c == '_' || c == '.')
			continue;
		plain[used++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	plain[used] = '\0';
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		if (rules[i].whole ? strcmp(plain, rules[i].word) == 0 : strstr(plain, rules[i].word) != NULL)
			return rules[i].secret;
	return false;
}

// name=value&name=value
static void mask_form(struct buffer *out, const char *text, size_t size)
{
	const char *end = text + size;

	while (text < end) {
		const char *pair_end = memchr(text, '&', (size_t)(end - text));
		const char *equals;

		if (!pair_end)
			pair_end = end;
		equals = memchr(text, '=', (size_t)(pair_end - text));
		if (equals && http_mask_is_secret(text, (size_t)(equals - text))) {
			buffer_add(out, text, (size_t)(equals + 1 - text));
			buffer_add_text(out, mask);
		} else {
			buffer_add(out, text, (size_t)(pair_end - text));
		}
		if (pair_end < end)
			buffer_add_char(out, '&');
		text = pair_end + 1;
	}
}

void http_mask_url(struct buffer *out, const char *url)
{
	size_t path = strcspn(url, "?");

	buffer_add(out, url, path);
	if (!url[path])
		return;
	buffer_add_char(out, '?');
	mask_form(out, url + path + 1, strlen(url + path + 1));
}

void http_mask_header(struct buffer *out, const char *line)
{
	const char *colon = strchr(line, ':');

	if (!colon || !http_mask_is_secret(line, (size_t)(colon - line))) {
		buffer_add_text(out, line);
		return;
	}
	buffer_add(out, line, (size_t)(colon - line));
	buffer_printf(out, ": %s", mask);
}

struct span {
	const char *at, *end;
};

// Where a JSON string ends whose quote stands behind `level` backslashes; `at` is inside. JSON inside a string has its
// quotes behind one backslash, inside that behind three, and so on; a closing quote may follow further escaped
// backslashes.
static const char *string_end(const char *at, const char *end, size_t level)
{
	size_t slashes = 0;

	for (; at < end; at++) {
		if (*at == '"' && slashes % (2 * (level + 1)) == level)
			return at;
		slashes = *at == '\\' ? slashes + 1 : 0;
	}
	return NULL;
}

static const char *skip_space(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
		at++;
	return at;
}

// Behind the bracket that closes the one at `at`; the end when there is none.
static const char *skip_brackets(const char *at, const char *end)
{
	int depth = 0;

	for (; at < end; at++) {
		if (*at == '{' || *at == '[')
			depth++;
		else if ((*at == '}' || *at == ']') && --depth == 0)
			return at + 1;
		else if (*at == '"' && !(at = string_end(at + 1, end, 0)))
			return end;
	}
	return end;
}

// Behind the value at `at`.
static const char *skip_json_value(const char *at, const char *end, size_t level)
{
	const char *quote = at + level;

	if (quote < end && *quote == '"') {
		const char *stop = string_end(quote + 1, end, level);

		return stop ? stop + 1 : end;
	}
	if (at < end && (*at == '{' || *at == '['))
		return level == 0 ? skip_brackets(at, end) : end;
	while (at < end && !strchr(",}] \t\r\n", *at))
		at++;
	return at;
}

// When a member with a secret name begins at the quote `at`: where its value begins; NULL otherwise.
static const char *secret_value(const char *at, const char *end, size_t level)
{
	const char *name = at + 1, *stop = string_end(name, end, level), *name_end;

	if (!stop || (size_t)(stop - name) <= level)
		return NULL;
	name_end = stop - level;
	if (name_end - name > NAME_MOST || !http_mask_is_secret(name, (size_t)(name_end - name)))
		return NULL;
	stop = skip_space(stop + 1, end);
	if (stop >= end || *stop != ':')
		return NULL;
	return skip_space(stop + 1, end);
}

static void mask_json(struct buffer *out, const char *text, size_t size)
{
	const char *at = text, *end = text + size, *shown = text;
	size_t slashes = 0;

	for (; at < end; at++) {
		const char *value = *at == '"' ? secret_value(at, end, slashes) : NULL;

		if (!value) {
			slashes = *at == '\\' ? slashes + 1 : 0;
			continue;
		}
		buffer_add(out, shown, (size_t)(value - shown));
		buffer_add_text(out, mask);
		shown = skip_json_value(value, end, slashes);
		at = shown - 1;
		slashes = 0;
	}
	if (shown < end)
		buffer_add(out, shown, (size_t)(end - shown));
}

static void mask_xml(struct buffer *out, const char *text, size_t size)
{
	const char *end = text + size;

	while (text < end) {
		const char *open = memchr(text, '<', (size_t)(end - text));
		const char *close = open ? memchr(open, '>', (size_t)(end - open)) : NULL;
		size_t name;

		if (!close)
			break;
		buffer_add(out, text, (size_t)(close + 1 - text));
		name = strcspn(open + 1, " >/");
		text = close + 1;
		if (!http_mask_is_secret(open + 1, name))
			continue;
		buffer_add_text(out, mask);
		text = memchr(text, '<', (size_t)(end - text));
		if (!text)
			return;
	}
	if (text < end)
		buffer_add(out, text, (size_t)(end - text));
}

// A form has a name and an equals sign, and no space.
static bool is_form(const char *body, size_t size)
{
	const char *equals = memchr(body, '=', size);

	return equals && equals > body && !memchr(body, ' ', size) && !memchr(body, '\n', size);
}

void http_mask_body(struct buffer *out, const char *body, size_t size)
{
	const char *begin = skip_space(body, body + size);
	size_t left = size - (size_t)(begin - body);

	// A copy cut in the middle of a character is no UTF-8 at its very end.
	if (left == 0)
		return;
	if (*begin == '{' || *begin == '[' || *begin == '"')
		mask_json(out, begin, left);
	else if (*begin == '<')
		mask_xml(out, begin, left);
	else if (is_form(begin, left) && text_is_utf8(begin, left))
		mask_form(out, begin, left);
	else
		buffer_printf(out, _("(%zu bytes, not shown)"), size);
}
