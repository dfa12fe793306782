// SPDX-License-Identifier: Apache-2.0
// Keeps secrets out of the journal: one pass over JSON text, members named in a table lose their value.
#include <config.h>
#include "work/journal.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/banned.h"

// Names without '-' and '_', any case. `whole` = exactly this name, otherwise its end.
static const struct masked_name {
	const char *name;
	bool whole;
} masked_names[] = {
        {"password", false},
        {"passwd", false},
        {"passphrase", false},
        {"secret", false},
        {"secretdata", true},
        {"privatekey", false},
        {"userdata", false},
        {"customdata", false},
        {"kubeconfig", false},
        {"credential", false},
        {"credentials", false},
        {"authorization", false},
        {"securitytoken", false},
        {"sessiontoken", false},
        {"ststoken", false},
        {"accesstoken", false},
        {"refreshtoken", false},
        {"bearertoken", false},
        {"oidctoken", false},
        {"idtoken", false},
        {"token", true},
        {"dockerconfigjson", false},
};

static bool name_is_masked(const char *text, size_t length)
{
	char plain[64];
	size_t size = 0;

	for (size_t i = 0; i < length; i++)
		if (text[i] != '-' && text[i] != '_' && text[i] != '.') {
			if (size == sizeof(plain) - 1) {
				// A long name: its end decides.
				memmove(plain, plain + 1, size - 1);
				size--;
			}
			plain[size++] = text[i];
		}
	plain[size] = '\0';
	for (size_t i = 0; i < COUNT_OF(masked_names); i++) {
		size_t wanted = strlen(masked_names[i].name);

		if (size < wanted || (masked_names[i].whole && size != wanted))
			continue;
		if (strcasecmp(plain + size - wanted, masked_names[i].name) == 0)
			return true;
	}
	return false;
}

// Past the string that begins at `at` (a quote); NULL when it does not end.
static const char *past_string(const char *at)
{
	for (at++; *at; at++) {
		if (*at == '"')
			return at + 1;
		if (*at == '\\' && *++at == '\0')
			return NULL;
	}
	return NULL;
}

static const char *past_space(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

// Past the value that begins at `at`; NULL when it does not end.
static const char *past_value(const char *at)
{
	unsigned depth = 0;

	do {
		at = past_space(at);
		if (*at == '"') {
			at = past_string(at);
			if (!at)
				return NULL;
			continue;
		}
		if (*at == '\0')
			return NULL;
		depth += *at == '{' || *at == '[';
		depth -= depth > 0 && (*at == '}' || *at == ']');
		at++;
		if (depth == 0 && strchr("}]", at[-1]) == NULL)
			at += strcspn(at, ",}] \t\r\n");
	} while (depth > 0);
	return at;
}

bool journal_mask(struct buffer *out, const char *json)
{
	const char *at = json;

	buffer_clear(out);
	while (at && *at) {
		const char *end, *after;

		if (*at != '"') {
			buffer_add_char(out, *at++);
			continue;
		}
		end = past_string(at);
		if (!end)
			break;
		buffer_add(out, at, (size_t)(end - at));
		after = past_space(end);
		if (*after != ':' || !name_is_masked(at + 1, (size_t)(end - at) - 2)) {
			at = end;
			continue;
		}
		buffer_add_text(out, ":\"***\"");
		end = past_value(after + 1);
		if (!end)
			break;
		at = end;
	}
	if (at && *at) {
		buffer_clear(out);
		buffer_add_text(out, "null");
	}
	return !out->broken;
}
