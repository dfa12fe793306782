// SPDX-License-Identifier: Apache-2.0
// One line being typed.
#include "config.h"

#include "ui/line_editor.h"

#include <string.h>

#include "base/text.h"
#include "base/text_decode.h"
#include "base/banned.h"

void line_init(struct line_editor *line, const char *text, const struct line_history *history)
{
	line->history = history;
	line_set(line, text);
}

static void line_changed(struct line_editor *line)
{
	line->text[line->length] = '\0';
	line->history_at = 0;
	line->completion.count = 0;
}

void line_set(struct line_editor *line, const char *text)
{
	line->length = line->caret = 0;
	line_changed(line);
	line_insert(line, text, strlen(text));
}

// Bytes of the character that begins at `at`.
static size_t character_size(const struct line_editor *line, size_t at)
{
	uint32_t character;
	size_t size = text_decode(line->text + at, line->length - at, &character);

	if (!size)
		return 1;
	while (at + size < line->length) {
		size_t mark = text_decode(line->text + at + size, line->length - at - size, &character);

		if (!mark || character < 0x80 || text_columns(line->text + at + size, mark) != 0)
			break;
		size += mark;
	}
	return size;
}

static size_t character_before(const struct line_editor *line, size_t at)
{
	size_t previous = 0;

	for (size_t i = 0; i < at; i += character_size(line, i))
		previous = i;
	return previous;
}

static void erase(struct line_editor *line, size_t from, size_t to)
{
	memmove(line->text + from, line->text + to, line->length - to);
	line->length -= to - from;
	line->caret = from;
	line_changed(line);
}

static bool insert_clean(struct line_editor *line, const char *text, size_t length)
{
	if (line->length + length > LINE_MOST)
		return false;
	memmove(line->text + line->caret + length, line->text + line->caret, line->length - line->caret);
	memcpy(line->text + line->caret, text, length);
	line->length += length;
	line->caret += length;
	line_changed(line);
	return true;
}

bool line_insert(struct line_editor *line, const char *text, size_t length)
{
	char clean[LINE_MOST];
	size_t size = 0;

	for (size_t at = 0; at < length;) {
		uint32_t character;
		size_t bytes = text_decode(text + at, length - at, &character);

		if (!bytes) {
			at++;
			continue;
		}
		if (character == '\n' || character == '\t' || character == '\r') {
			if (size == sizeof(clean))
				return false;
			clean[size++] = ' ';
		} else if (text_is_visible(text + at, bytes)) {
			if (size + bytes > sizeof(clean))
				return false;
			memcpy(clean + size, text + at, bytes);
			size += bytes;
		}
		at += bytes;
	}
	return insert_clean(line, clean, size);
}

bool line_insert_character(struct line_editor *line, uint32_t character)
{
	char bytes[4];

	return line_insert(line, bytes, text_encode(character, bytes));
}

static size_t word_before(const struct line_editor *line)
{
	size_t at = line->caret;

	while (at && line->text[at - 1] == ' ')
		at--;
	while (at && line->text[at - 1] != ' ')
		at--;
	return at;
}

static void walk_history(struct line_editor *line, bool older)
{
	size_t at;
	const char *text;

	if (!line->history || (!older && line->history_at == 0))
		return;
	if (line->history_at == 0)
		memcpy(line->typed, line->text, line->length + 1);
	at = line_history_find(line->history, line->typed, line->history_at, older);
	if (older && !at)
		return;
	text = at ? line_history_line(line->history, at) : line->typed;
	line->length = strlen(text);
	if (line->length > LINE_MOST)
		line->length = LINE_MOST;
	memmove(line->text, text, line->length);
	line->caret = line->length;
	line_changed(line);
	line->history_at = at;
}

bool line_command(struct line_editor *line, enum command_id command)
{
	switch (command) {
	case COMMAND_EDIT_START:
		line->caret = 0;
		break;
	case COMMAND_EDIT_END:
		line->caret = line->length;
		break;
	case COMMAND_EDIT_LEFT:
		line->caret = character_before(line, line->caret);
		break;
	case COMMAND_EDIT_RIGHT:
		if (line->caret < line->length)
			line->caret += character_size(line, line->caret);
		break;
	case COMMAND_EDIT_WORD:
		erase(line, word_before(line), line->caret);
		return true;
	case COMMAND_EDIT_BEFORE:
		erase(line, 0, line->caret);
		return true;
	case COMMAND_EDIT_AFTER:
		erase(line, line->caret, line->length);
		return true;
	case COMMAND_EDIT_ERASE:
		erase(line, character_before(line, line->caret), line->caret);
		return true;
	case COMMAND_EDIT_DELETE:
		if (line->caret < line->length)
			erase(line, line->caret, line->caret + character_size(line, line->caret));
		return true;
	case COMMAND_EDIT_EARLIER:
	case COMMAND_EDIT_LATER:
		walk_history(line, command == COMMAND_EDIT_EARLIER);
		return true;
	default:
		return false;
	}
	line->completion.count = 0;
	return true;
}

size_t line_word_start(const struct line_editor *line)
{
	size_t start = 0;
	bool quoted = false;

	for (size_t i = 0; i < line->caret; i++) {
		if (line->text[i] == '"')
			quoted = !quoted;
		else if (line->text[i] == ' ' && !quoted)
			start = i + 1;
	}
	return start;
}

static size_t common_beginning(const struct completion *completion)
{
	size_t length = strlen(completion->words[0]);

	for (size_t i = 1; i < completion->count; i++) {
		size_t same = 0;

		while (same < length && completion->words[i][same] == completion->words[0][same])
			same++;
		length = same;
	}
	// Never half a character.
	while (length && (completion->words[0][length] & 0xc0) == 0x80)
		length--;
	return length;
}

static bool replace_word(struct line_editor *line, const char *word, size_t length)
{
	struct completion *completion = &line->completion;
	size_t count = completion->count, at = completion->at, start = completion->word_start;

	if (line->length - (completion->word_end - start) + length > LINE_MOST)
		return false;
	erase(line, start, completion->word_end);
	insert_clean(line, word, length);
	completion->count = count;
	completion->at = at;
	completion->word_end = start + length;
	return true;
}

bool line_complete(struct line_editor *line,
        size_t (*find)(const char *, size_t, char (*)[COMPLETION_SIZE], size_t, void *), void *user, bool back)
{
	struct completion *completion = &line->completion;
	size_t common, typed;

	if (completion->count) {
		size_t places = completion->count;

		if (completion->at >= places)
			completion->at = back ? places - 1 : 0;
		else
			completion->at = (completion->at + (back ? places - 1 : 1)) % places;
		return replace_word(line, completion->words[completion->at], strlen(completion->words[completion->at]));
	}
	completion->count = find(line->text, line->caret, completion->words, COMPLETIONS_MOST, user);
	if (!completion->count)
		return false;
	completion->word_start = line_word_start(line);
	completion->word_end = line->caret;
	completion->at = completion->count;
	typed = line->caret - completion->word_start;
	if (completion->count == 1) {
		char word[COMPLETION_SIZE + 1];
		size_t length = strlen(completion->words[0]);

		memcpy(word, completion->words[0], length);
		// A name that ends in : or = goes on with its value.
		if (length && !strchr(":=>/", word[length - 1]) && line->text[line->caret] != ' ')
			word[length++] = ' ';
		replace_word(line, word, length);
		completion->count = 0;
		return true;
	}
	common = common_beginning(completion);
	return common > typed ? replace_word(line, completion->words[0], common) : false;
}

int line_window(const struct line_editor *line, int columns, size_t *first)
{
	int room = columns > 1 ? columns - 1 : 1; // the caret may stand behind the last character

	if (*first > line->caret)
		*first = line->caret;
	if (*first > line->length)
		*first = 0;
	while (text_columns(line->text + *first, line->caret - *first) > room)
		*first += character_size(line, *first);
	// Show as much as possible when text was deleted.
	while (*first) {
		size_t before = character_before(line, *first);

		if (text_columns(line->text + before, line->length - before) > room)
			break;
		*first = before;
	}
	return text_columns(line->text + *first, line->caret - *first);
}
