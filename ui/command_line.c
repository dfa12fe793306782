// SPDX-License-Identifier: Apache-2.0
// The language of `:`.
#include "config.h"

#include "ui/command_line.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "work/config.h"
#include "base/banned.h"

enum { WORD_SIZE = 64, NEAR_MOST = 2 };

// Commands that make sense when typed: those of panes, not the keys of prompts and dialogs.
static bool command_is_typed(const struct command *command)
{
	return command->name && (command->places & PLACE_PANES);
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " ");
}

static const struct action *action_find(const struct command_words *words, const char *name)
{
	const struct action *other = NULL;

	for (size_t i = 0; words && i < words->action_count; i++) {
		const struct action *action = &words->actions[i];

		if (strcmp(action->name, name) != 0)
			continue;
		if (words->kind && words->kind->id == action->kind)
			return action;
		other = action;
	}
	return other;
}

// Edits needed to get from one word to the other; words are short.
static unsigned word_distance(const char *a, const char *b)
{
	unsigned row[WORD_SIZE + 1];
	size_t length = strlen(b);

	if (length > WORD_SIZE)
		return WORD_SIZE;
	for (unsigned j = 0; j <= length; j++)
		row[j] = j;
	for (unsigned i = 1; a[i - 1]; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			unsigned best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[length];
}

static void nearest(const char *candidate, const char *word, const char **best, unsigned *distance)
{
	unsigned d = word_distance(word, candidate);

	if (d < *distance && d < strlen(word)) {
		*best = candidate;
		*distance = d;
	}
}

static bool unknown_command(const char *word, const struct command_words *words, struct error *error)
{
	const char *best = NULL;
	unsigned distance = NEAR_MOST + 1;

	for (int i = 1; i < COMMAND_COUNT; i++)
		if (command_is_typed(&command_table[i]))
			nearest(command_table[i].name, word, &best, &distance);
	for (int i = 0; i < KIND_COUNT; i++)
		nearest(kind_get((enum kind_id)i)->plural, word, &best, &distance);
	for (size_t i = 0; words && i < words->action_count; i++)
		nearest(words->actions[i].name, word, &best, &distance);
	error_set(error, ERROR_USAGE, _("no such command: %s"), word);
	if (best)
		error_remedy(error, _("did you mean %s?"), best);
	else if (words)
		error_remedy(error, _("Ctrl-a lists the commands"));
	else
		error_remedy(error, _("peerdeck help tells what there is"));
	return false;
}

static void argument_set(struct command_line *out, const char *text)
{
	size_t length;

	snprintf(out->argument, sizeof(out->argument), "%s", text);
	length = strlen(out->argument);
	while (length && out->argument[length - 1] == ' ')
		out->argument[--length] = '\0';
}

bool command_line_parse(
        const char *line, const struct command_words *words, struct command_line *out, struct error *error)
{
	struct command_line parsed = {.command = COMMAND_NONE};
	const char *start = skip_blanks(line);
	size_t length = strcspn(start, " ");
	char word[WORD_SIZE];

	if (length == 0)
		return error_set(error, ERROR_USAGE, "%s", _("type a command; Tab completes"));
	if (length >= sizeof(word))
		return error_set(
		        error, ERROR_USAGE, _("no such command: %.*s…"), (int)text_fit(start, length, 20, NULL), start);
	memcpy(word, start, length);
	word[length] = '\0';
	argument_set(&parsed, skip_blanks(start + length));
	parsed.command = command_find(word);
	if (parsed.command != COMMAND_NONE && !command_is_typed(&command_table[parsed.command]))
		parsed.command = COMMAND_NONE;
	if (parsed.command == COMMAND_NONE)
		parsed.kind = kind_find(word);
	if (parsed.command == COMMAND_NONE && !parsed.kind)
		parsed.action = action_find(words, word);
	if (parsed.command == COMMAND_NONE && !parsed.kind && !parsed.action)
		return unknown_command(word, words, error);
	if (parsed.command != COMMAND_NONE && parsed.argument[0] && !command_table[parsed.command].argument[0])
		return error_set(error, ERROR_USAGE, _(":%s takes no argument"), command_table[parsed.command].name);
	if (parsed.kind && parsed.argument[0] == '/')
		argument_set(&parsed, skip_blanks(start + length) + 1);
	*out = parsed;
	return true;
}

struct found {
	const char *word; // what is being completed
	size_t length;
	char (*out)[COMPLETION_SIZE];
	size_t count, most;
};

static void offer(struct found *found, const char *candidate)
{
	if (strncmp(candidate, found->word, found->length) != 0 || strlen(candidate) >= COMPLETION_SIZE ||
	        found->count == found->most)
		return;
	for (size_t i = 0; i < found->count; i++)
		if (strcmp(found->out[i], candidate) == 0)
			return;
	snprintf(found->out[found->count++], COMPLETION_SIZE, "%s", candidate);
}

static void offer_all(struct found *found, const char *const *candidates, size_t count)
{
	for (size_t i = 0; i < count; i++)
		offer(found, candidates[i]);
}

static void offer_first_words(struct found *found, const struct command_words *words)
{
	for (int i = 0; i < KIND_COUNT; i++)
		offer(found, kind_get((enum kind_id)i)->plural);
	for (int i = 1; i < COMMAND_COUNT; i++)
		if (command_is_typed(&command_table[i]))
			offer(found, command_table[i].name);
	for (size_t i = 0; i < words->action_count; i++)
		if (!words->kind || words->actions[i].kind == words->kind->id)
			offer(found, words->actions[i].name);
}

static void offer_columns(struct found *found, const struct kind *kind)
{
	const char *word = found->word;
	char name[COMPLETION_SIZE];

	for (size_t i = 0; kind && i < kind->field_count; i++) {
		const struct field *field = &kind->fields[i];

		if (field->flags & FIELD_INTERNAL)
			continue;
		snprintf(name, sizeof(name), "%s%s", *word == '-' ? "-" : "", field->name);
		offer(found, name);
	}
}

static void offer_settings(struct found *found)
{
	for (size_t i = 0; i < config_table_count; i++)
		if (!config_table[i].file_only)
			offer(found, config_table[i].name);
}

// The values that a setting can have.
static void offer_values(struct found *found, const char *setting, size_t length)
{
	for (size_t i = 0; i < config_table_count; i++) {
		const struct config_row *row = &config_table[i];
		char words[512], *rest = words, *word;

		if (strlen(row->name) != length || strncmp(row->name, setting, length) != 0)
			continue;
		snprintf(words, sizeof(words), "%s",
		        row->type == CONFIG_FLAG ? "true false"
		        : row->choices           ? row->choices
		                                 : "");
		while ((word = strtok_r(rest, " ", &rest)))
			offer(found, word);
	}
}

static void offer_argument(struct found *found, const struct command_line *line, const struct command_words *words)
{
	static const char *const times[] = {"5m", "15m", "1h", "off"};

	switch (line->command) {
	case COMMAND_REGIONS:
		offer(found, "all");
		offer_all(found, words->regions, words->region_count);
		break;
	case COMMAND_CONTEXT:
		offer_all(found, words->contexts, words->context_count);
		break;
	case COMMAND_THEME:
		offer_all(found, words->themes, words->theme_count);
		break;
	case COMMAND_SORT:
		offer_columns(found, words->kind);
		break;
	case COMMAND_WRITE:
		offer_all(found, times, COUNT_OF(times));
		break;
	case COMMAND_SET: {
		size_t name = strcspn(line->argument, " ");

		if (found->word > line->argument + name)
			offer_values(found, line->argument, name);
		else
			offer_settings(found);
		break;
	}
	default:
		break;
	}
}

size_t command_line_complete(
        const char *line, size_t caret, const struct command_words *words, char (*out)[COMPLETION_SIZE], size_t most)
{
	struct found found = {.out = out, .most = most};
	char before[LINE_MOST + 1];
	const char *start, *argument;
	size_t word;
	struct command_line parsed = {.command = COMMAND_NONE};

	if (caret > LINE_MOST)
		return 0;
	memcpy(before, line, caret);
	before[caret] = '\0';
	start = skip_blanks(before);
	word = strcspn(start, " ");
	if (!start[word]) {
		found.word = start;
		found.length = word;
		offer_first_words(&found, words);
		return found.count;
	}
	argument = skip_blanks(start + word);
	before[start + word - before] = '\0';
	parsed.command = command_find(start);
	if (parsed.command == COMMAND_NONE || parsed.command == COMMAND_FILTER) {
		const struct kind *kind = parsed.command == COMMAND_FILTER ? words->kind : kind_find(start);

		if (*argument == '/')
			argument++;
		return kind ? filter_complete(kind, argument, strlen(argument), out, most) : 0;
	}
	snprintf(parsed.argument, sizeof(parsed.argument), "%s", argument);
	found.word = strrchr(parsed.argument, ' ') ? strrchr(parsed.argument, ' ') + 1 : parsed.argument;
	found.length = strlen(found.word);
	offer_argument(&found, &parsed, words);
	return found.count;
}
