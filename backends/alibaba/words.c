// SPDX-License-Identifier: Apache-2.0
// POSIX quoting rules (XCU 2.2) without expansions.
#include "alibaba/words.h"

#include <string.h>

#include "base/banned.h"

static const char blanks[] = " \t\n";

// Copies one word to `out`; *from ends behind it. False on an open quote or a lone backslash.
static bool take_word(const char **from, char **out)
{
	const char *text = *from;
	char *to = *out;
	char quote = '\0';

	for (; *text && (quote || !strchr(blanks, *text)); text++) {
		if (quote == '\'') {
			if (*text == '\'')
				quote = '\0';
			else
				*to++ = *text;
		} else if (*text == '\\') {
			// Between double quotes a backslash stands for itself unless one of these follows.
			if (quote && !(text[1] && strchr("$`\"\\\n", text[1]))) {
				*to++ = *text;
				continue;
			}
			if (!*++text)
				return false;
			if (*text != '\n')
				*to++ = *text;
		} else if (quote ? *text == quote : *text == '"' || *text == '\'') {
			quote = quote ? '\0' : *text;
		} else {
			*to++ = *text;
		}
	}
	*to++ = '\0';
	*from = text;
	*out = to;
	return !quote;
}

char **words_split(struct arena *arena, const char *text, struct error *error)
{
	char **words = arena_alloc(arena, (WORDS_MOST + 1) * sizeof(*words));
	// Each word is at most as long as its source and a NUL where a blank or the end was.
	char *out = arena_bytes(arena, strlen(text) + 2);
	size_t count = 0;

	if (!words || !out) {
		error_set(error, ERROR_MEMORY, _("Out of memory"));
		return NULL;
	}
	for (text += strspn(text, blanks); *text; text += strspn(text, blanks)) {
		if (count == WORDS_MOST) {
			error_set(error, ERROR_CONFIG, _("The command has more than %d words"), WORDS_MOST);
			return NULL;
		}
		words[count++] = out;
		if (!take_word(&text, &out)) {
			error_set(error, ERROR_CONFIG, _("The command ends inside a quotation"));
			return NULL;
		}
	}
	words[count] = NULL;
	if (!count)
		error_set(error, ERROR_CONFIG, _("The command is empty"));
	return count ? words : NULL;
}
