// SPDX-License-Identifier: Apache-2.0
// Reading the filter language.
#include "config.h"
#include "inventory/filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/text.h"
#include "inventory/filter_own.h"

#include "base/banned.h"

struct reader {
	const char *text; // whole
	const char *at;
	struct filter *filter;
	struct error *error;
};

static bool mistake(const struct reader *reader, const char *at, const char *message, const char *what)
{
	size_t place = (size_t)text_columns(reader->text, (size_t)(at - reader->text)) + 1;
	char visible[96];

	text_visible(what, strlen(what), visible, sizeof(visible));
	return error_set(reader->error, ERROR_USAGE, _("filter, character %zu: %s %s"), place, message, visible);
}

static bool out_of_memory(const struct reader *reader)
{
	return error_set(reader->error, ERROR_MEMORY, _("out of memory"));
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// Reads up to the next space outside of quotes, leaving the quotes out. NULL when out of memory.
static char *take_word(struct reader *reader)
{
	char *word = malloc(strlen(reader->at) + 1);
	size_t length = 0;
	char quote = '\0';

	if (!word)
		return NULL;
	for (; *reader->at && (quote || !is_space(*reader->at)); reader->at++) {
		char c = *reader->at;

		if (quote ? c == quote : c == '"' || c == '\'')
			quote = quote ? '\0' : c;
		else
			word[length++] = c;
	}
	word[length] = '\0';
	return word;
}

// /re/ may hold spaces; the closing slash may be missing while it is being typed.
static char *take_slashed(struct reader *reader)
{
	const char *end = ++reader->at;
	char *word;

	while (*end && !(*end == '/' && (!end[1] || is_space(end[1]))))
		end++;
	word = strndup(reader->at, (size_t)(end - reader->at));
	reader->at = *end ? end + 1 : end;
	return word;
}

// Keeps the folded form beside the text.
static bool term_fold(const struct reader *reader, struct term *term)
{
	struct buffer folded;

	buffer_init(&folded, 4 * FILTER_TEXT_MOST);
	if (!text_fold(&folded, term->text, strlen(term->text)) || !(term->folded = buffer_take(&folded))) {
		buffer_finish(&folded);
		return out_of_memory(reader);
	}
	term->ascii = true;
	for (const char *at = term->folded; *at; at++)
		term->ascii = term->ascii && (unsigned char)*at < 0x80;
	return true;
}

static bool read_word(struct reader *reader, struct term *term, enum term_sort sort)
{
	term->sort = sort;
	term->text = take_word(reader);
	if (!term->text)
		return out_of_memory(reader);
	return term_fold(reader, term);
}

static bool is_literal(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-_ :/,=@%", c);
}

// The longest plain text that every match of an extended regular expression must hold, "" when that cannot be told
// easily: looking for it first spares most records the much slower expression. `out` has room for the pattern.
static void find_literal(const char *pattern, char *out)
{
	size_t best = 0, length = 0, start = 0;
	bool in_brackets = false;

	*out = '\0';
	// Alternatives, groups, repetitions by count, escapes and classes: too much to be sure of.
	if (strpbrk(pattern, "|(){}\\") || strstr(pattern, "[:") || strstr(pattern, "[.") || strstr(pattern, "[="))
		return;
	for (size_t i = 0; pattern[i]; i++) {
		bool optional = pattern[i + 1] == '*' || pattern[i + 1] == '?';

		if (in_brackets) {
			in_brackets = pattern[i] != ']' || i == start || (i == start + 1 && pattern[start] == '^');
			length = 0;
			continue;
		}
		if (pattern[i] == '[') {
			in_brackets = true;
			start = i + 1;
		}
		length = is_literal(pattern[i]) && !optional ? length + 1 : 0;
		if (length > best) {
			best = length;
			memcpy(out, pattern + i + 1 - length, length);
			out[length] = '\0';
		}
	}
}

// The C library's expressions take time and memory without bound for back references and for counts within counts.
static bool is_bearable(const char *pattern)
{
	unsigned long copies = 1;
	bool in_count = false;

	for (const char *at = pattern; *at; at++) {
		if (*at == '\\' && at[1] >= '1' && at[1] <= '9')
			return false;
		if (*at == '\\' && at[1]) {
			at++;
			continue;
		}
		in_count = *at == '{' || (in_count && *at != '}');
		if (in_count && (*at == '{' || *at == ',')) {
			unsigned long count = strtoul(at + 1, NULL, 10);

			copies *= count < REGEX_COPIES_MOST ? count + 1 : REGEX_COPIES_MOST + 1;
		}
		if (copies > REGEX_COPIES_MOST)
			return false;
	}
	return true;
}

static bool read_regex(struct reader *reader, struct term *term)
{
	const char *start = reader->at;
	char *text;
	char why[96];
	int code;

	if (*reader->at == '/') {
		text = take_slashed(reader);
	} else {
		reader->at++;
		text = take_word(reader);
	}
	if (!text)
		return out_of_memory(reader);
	if (!is_bearable(text)) {
		mistake(reader, start, _("regular expression: back references and large counts are not possible:"),
		        text);
		free(text);
		return false;
	}
	code = regcomp(&term->regex, text, REG_EXTENDED | REG_ICASE | REG_NOSUB | REG_NEWLINE);
	if (code != 0) {
		regerror(code, &term->regex, why, sizeof(why));
		free(text);
		return mistake(reader, start, _("regular expression:"), why);
	}
	term->sort = TERM_REGEX;
	term->text = text;
	term->folded = strdup(text);
	if (!term->folded)
		return out_of_memory(reader);
	find_literal(text, term->folded);
	for (char *at = term->folded; *at; at++)
		*at = (char)(*at >= 'A' && *at <= 'Z' ? *at + 32 : *at);
	term->ascii = true;
	return true;
}

// k=v,k2,k!=v
static bool read_tags(struct reader *reader, struct term *term)
{
	const char *start = reader->at;
	char *next;

	term->sort = TERM_TAGS;
	term->text = take_word(reader);
	// A copy to cut up: `text` stays whole for comparing terms.
	term->folded = term->text ? strdup(term->text) : NULL;
	if (!term->folded)
		return out_of_memory(reader);
	for (char *part = term->folded; part; part = next) {
		struct tag_wish *wish = &term->tags[term->tag_count];
		char *equals;

		next = strchr(part, ',');
		if (next)
			*next++ = '\0';
		if (!*part)
			continue;
		if (term->tag_count == FILTER_TAGS_MOST)
			return mistake(reader, start, _("too many tags:"), part);
		*wish = (struct tag_wish){.key = part};
		equals = strchr(part, '=');
		if (equals) {
			wish->unequal = equals > part && equals[-1] == '!';
			wish->value = equals + 1;
			equals[wish->unequal ? -1 : 0] = '\0';
		}
		term->tag_count++;
	}
	return true;
}

struct unit {
	const char *word;
	double factor;
};

static bool unit_find(const struct unit *units, size_t count, const char *word, double *factor)
{
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(units[i].word, word) == 0) {
			*factor = units[i].factor;
			return true;
		}
	return false;
}

static const struct unit size_units[] = {{"", 1}, {"k", 1024.0}, {"kib", 1024.0}, {"kb", 1024.0}, {"m", 1048576.0},
        {"mib", 1048576.0}, {"mb", 1048576.0}, {"g", 1073741824.0}, {"gib", 1073741824.0}, {"gb", 1073741824.0},
        {"t", 1099511627776.0}, {"tib", 1099511627776.0}, {"tb", 1099511627776.0}};
static const struct unit time_units[] = {{"ms", 1}, {"s", 1000}, {"", 1000}, {"m", 60e3}, {"min", 60e3}, {"h", 3600e3},
        {"d", 86400e3}, {"w", 7 * 86400e3}};

// "1.5", "8G", "¥1.02", and for durations "90s", "2h", "3 d".
static bool number_parse(const char *text, bool duration, double *out)
{
	static const char *const signs[] = {"¥", "$", "€", "CNY", "USD", "EUR"};
	double factor = 1;
	char *end;

	for (size_t i = 0; i < COUNT_OF(signs); i++)
		if (text_starts_with(text, signs[i])) {
			text += strlen(signs[i]);
			break;
		}
	while (*text == ' ')
		text++;
	// strtod alone would take words and hexadecimal numbers.
	if (!*text || strspn(text, "0123456789.-+") == 0 || text[0] == '+')
		return false;
	if (strncasecmp(text, "0x", 2) == 0)
		return false;
	*out = strtod(text, &end);
	if (end == text || !(*out > -1e300 && *out < 1e300))
		return false;
	while (*end == ' ')
		end++;
	if (duration ? !unit_find(time_units, COUNT_OF(time_units), end, &factor)
	             : !unit_find(size_units, COUNT_OF(size_units), end, &factor))
		return false;
	*out *= factor;
	return true;
}

// "2026-11-20", "2026-11-20T20:52Z" and the other shapes of time_parse.
static bool moment_parse(const char *text, double *out)
{
	char whole[64];
	int64_t time;

	snprintf(whole, sizeof(whole), "%s%s", text, strlen(text) == strlen("2026-11-20") ? "T00:00Z" : "");
	if (!time_parse(whole, &time))
		return false;
	*out = (double)time;
	return true;
}

static bool flag_parse(const char *text, double *out)
{
	static const char *const words[] = {"no", "false", "0", "yes", "true", "1"};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strcasecmp(words[i], text) == 0) {
			*out = i >= 3;
			return true;
		}
	return false;
}

static bool is_number(const struct field *field)
{
	if (field->flags & FIELD_DERIVED)
		return field->derive_number != NULL && !(field->flags & FIELD_WORDS);
	return field->type == FIELD_INTEGER || field->type == FIELD_REAL || field->type == FIELD_TIME ||
	       field->type == FIELD_FLAG;
}

// Turns the typed value into the number that the column is compared with.
static bool read_value(const struct reader *reader, const char *at, struct term *term)
{
	const struct field *field = term->field;

	if (!is_number(field) || !*term->text)
		return true;
	term->numeric = true;
	if (!(field->flags & FIELD_DERIVED) && field->type == FIELD_TIME)
		return moment_parse(term->text, &term->number) ||
		       mistake(reader, at, _("expected a date such as 2026-11-20 (for ages use age>2h), found"),
		               term->text);
	if (!(field->flags & FIELD_DERIVED) && field->type == FIELD_FLAG)
		return flag_parse(term->text, &term->number) ||
		       mistake(reader, at, _("expected yes or no, found"), term->text);
	if (field->flags & FIELD_DURATION)
		return number_parse(term->text, true, &term->number) ||
		       mistake(reader, at, _("expected an age such as 40s, 26m, 9h or 3d, found"), term->text);
	if (number_parse(term->text, false, &term->number))
		return true;
	// "3/3" is no number, but it can be equal.
	term->numeric = false;
	if (term->comparison == COMPARE_EQUAL || term->comparison == COMPARE_UNEQUAL)
		return true;
	return mistake(reader, at, _("expected a number, found"), term->text);
}

// Longest first.
static const struct operator
{
	const char *text;
	enum term_sort sort;
	enum comparison comparison;
}
operators[] = {
        {"!=", TERM_COMPARE, COMPARE_UNEQUAL},
        {">=", TERM_COMPARE, COMPARE_MORE_EQUAL},
        {"<=", TERM_COMPARE, COMPARE_LESS_EQUAL},
        {"==", TERM_COMPARE, COMPARE_EQUAL},
        {"=", TERM_COMPARE, COMPARE_EQUAL},
        {">", TERM_COMPARE, COMPARE_MORE},
        {"<", TERM_COMPARE, COMPARE_LESS},
        {":", TERM_COLUMN, COMPARE_EQUAL},
};

// A column may be written in any case and with hyphens.
static const struct field *column_find(const struct kind *kind, const char *name, size_t length)
{
	char word[64];

	if (length >= sizeof(word))
		return NULL;
	for (size_t i = 0; i < length; i++)
		word[i] = name[i] == '-' ? '_' : (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
	word[length] = '\0';
	return kind_field(kind, word);
}

static const struct operator* operator_at(const char *at)
{
	for (size_t i = 0; i < COUNT_OF(operators); i++)
		if (text_starts_with(at, operators[i].text))
			return &operators[i];
	return NULL;
}

static bool read_column(struct reader *reader, struct term *term, const struct operator* operator, size_t name_length)
{
	const char *name = reader->at;
	char word[64];

	term->field = column_find(reader->filter->kind, name, name_length);
	if (!term->field) {
		snprintf(word, sizeof(word), "%.*s", (int)(name_length < 40 ? name_length : 40), name);
		mistake(reader, name, _("there is no column"), word);
		error_remedy(reader->error, "%s", _("put the word in quotes to look for it as it is"));
		return false;
	}
	reader->at += name_length + strlen(operator->text);
	term->comparison = operator->comparison;
	name = reader->at;
	if (!read_word(reader, term, operator->sort))
		return false;
	return operator->sort == TERM_COLUMN || read_value(reader, name, term);
}

static bool read_term(struct reader *reader, struct term *term)
{
	const char *start = reader->at;
	size_t name_length = 0;
	const struct operator* operator;

	if (*reader->at == '!' && reader->at[1] && !is_space(reader->at[1])) {
		term->inverse = true;
		reader->at++;
	} else if (*reader->at == '!') {
		return mistake(reader, start, _("something to exclude must follow"), "!");
	}
	if (*reader->at == '~' || *reader->at == '/')
		return read_regex(reader, term);
	if (*reader->at == '-' && (reader->at[1] == 'f' || reader->at[1] == 'l') &&
	        (!reader->at[2] || is_space(reader->at[2]))) {
		bool fuzzy = reader->at[1] == 'f';

		reader->at += 2;
		while (is_space(*reader->at))
			reader->at++;
		if (!*reader->at)
			return mistake(reader, start, fuzzy ? _("letters to find must follow") : _("tags must follow"),
			        fuzzy ? "-f" : "-l");
		return fuzzy ? read_word(reader, term, TERM_FUZZY) : read_tags(reader, term);
	}
	if (*reader->at == '-' && reader->at[1] == 'p' && (!reader->at[2] || is_space(reader->at[2]))) {
		term->sort = TERM_PROBLEM;
		term->text = take_word(reader);
		return term->text || out_of_memory(reader);
	}
	while (is_name(reader->at[name_length]))
		name_length++;
	operator= name_length ? operator_at(reader->at + name_length) : NULL;
	if (operator)
		return read_column(reader, term, operator, name_length);
	return read_word(reader, term, TERM_WORD);
}

// A plain word is looked for in the usual text columns and in the id.
static void choose_searched(struct filter *filter)
{
	for (size_t i = 0; i < filter->kind->field_count && filter->searched_count < FILTER_SEARCHED_MOST; i++) {
		const struct field *field = &filter->kind->fields[i];
		bool is_text = field->type == FIELD_TEXT && (!field->derive_number || field->flags & FIELD_WORDS) &&
		               !(field->flags & FIELD_INTERNAL);
		bool is_usual = field->width > 0 && !(field->flags & FIELD_HIDDEN);

		if (is_text && (is_usual || strcmp(field->name, "id") == 0))
			filter->searched[filter->searched_count++] = field;
	}
}

struct filter *filter_parse(const struct kind *kind, const char *text, struct error *error)
{
	struct filter *filter;
	struct reader reader = {.text = text ? text : "", .error = error};

	if (strlen(reader.text) > FILTER_TEXT_MOST) {
		error_set(error, ERROR_LIMIT, _("a filter has at most %d bytes"), FILTER_TEXT_MOST);
		return NULL;
	}
	filter = calloc(1, sizeof(*filter));
	if (!filter) {
		out_of_memory(&reader);
		return NULL;
	}
	filter->kind = kind;
	choose_searched(filter);
	reader.at = reader.text;
	reader.filter = filter;
	for (;;) {
		while (is_space(*reader.at))
			reader.at++;
		if (!*reader.at)
			return filter;
		if (filter->count == FILTER_TERMS_MOST) {
			mistake(&reader, reader.at, _("too many conditions, from here on:"), reader.at);
			break;
		}
		if (!read_term(&reader, &filter->terms[filter->count++]))
			break;
	}
	filter_destroy(filter);
	return NULL;
}

void filter_destroy(struct filter *filter)
{
	if (!filter)
		return;
	for (size_t i = 0; i < filter->count; i++) {
		struct term *term = &filter->terms[i];

		if (term->sort == TERM_REGEX && term->text)
			regfree(&term->regex);
		free(term->text);
		free(term->folded);
	}
	free(filter);
}

size_t filter_complete(const struct kind *kind, const char *text, size_t cursor, char (*out)[64], size_t most)
{
	size_t start = cursor = strnlen(text, cursor), count = 0, length;

	while (start > 0 && !is_space(text[start - 1]))
		start--;
	if (start < cursor && text[start] == '!')
		start++;
	length = cursor - start;
	for (size_t i = 0; i < kind->field_count && count < most; i++) {
		const struct field *field = &kind->fields[i];

		if (!(field->flags & FIELD_INTERNAL) && strncasecmp(field->name, text + start, length) == 0)
			snprintf(out[count++], sizeof(out[0]), "%s", field->name);
	}
	return count;
}
