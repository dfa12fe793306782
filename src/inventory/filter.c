// SPDX-License-Identifier: Apache-2.0
// Judging records by a filter.
#include "config.h"
#include "inventory/filter.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "inventory/filter_own.h"

#include "base/banned.h"

enum { DERIVED_SIZE = 512, JOINED_SIZE = 4096, MEMO_SLOTS = 64 };

// Answers for shared texts by address: valid while the records live, so for one call of filter_select.
struct memo_slot {
	const char *text;
	bool holds;
};
struct memo {
	struct memo_slot slots[FILTER_SEARCHED_MOST][MEMO_SLOTS];
};

// text_contains_folded for a needle of ASCII letters alone, without its care for other alphabets.
static bool contains_ascii(const char *text, const char *needle)
{
	char lower = needle[0], upper = lower >= 'a' && lower <= 'z' ? (char)(lower - 32) : lower;

	if (!lower)
		return true;
	for (; *text; text++) {
		size_t i = 1;

		if (*text != lower && *text != upper)
			continue;
		for (; needle[i]; i++) {
			char c = text[i];

			if (c >= 'A' && c <= 'Z')
				c = (char)(c + 32);
			if (c != needle[i])
				break;
		}
		if (!needle[i])
			return true;
	}
	return false;
}

static bool contains(const struct term *term, const char *text)
{
	if (term->ascii && contains_ascii(text, term->folded))
		return true;
	// A few characters beyond ASCII fold to ASCII letters.
	for (const char *at = text; *at; at++)
		if ((unsigned char)*at >= 0x80)
			return text_contains_folded(text, term->folded);
	return false;
}

static bool equals(const struct term *term, const char *text)
{
	struct buffer folded;
	bool equal;

	if (strcasecmp(text, term->text) == 0)
		return true;
	if (text_is_utf8(text, strlen(text)) && term->ascii && strlen(text) == strlen(term->text))
		return false;
	buffer_init(&folded, 4 * DERIVED_SIZE);
	text_fold(&folded, text, strlen(text));
	equal = !folded.broken && strcmp(buffer_text(&folded), term->folded) == 0;
	buffer_finish(&folded);
	return equal;
}

// The text of one text field, made in `made` when it is derived.
static const char *text_of(const struct field *field, const struct record *record, const struct field_context *context,
        char made[DERIVED_SIZE])
{
	if (!(field->flags & FIELD_DERIVED))
		return field_string(field, record);
	if (field->borrow)
		return field->borrow(record, context);
	return field->derive(record, context, made, DERIVED_SIZE) ? made : "";
}

static struct memo_slot *memo_slot(struct memo *memo, size_t column, const char *text)
{
	uintptr_t address = (uintptr_t)text;

	return &memo->slots[column][(address ^ address >> 6) % MEMO_SLOTS];
}

static bool word_holds(const struct filter *filter, const struct term *term, const struct record *record,
        const struct field_context *context, struct memo *memo)
{
	char made[DERIVED_SIZE];

	for (size_t i = 0; i < filter->searched_count; i++) {
		const struct field *field = filter->searched[i];
		const char *text = text_of(field, record, context, made);
		struct memo_slot *slot = memo && field->flags & FIELD_SHARED ? memo_slot(memo, i, text) : NULL;

		if (!*text)
			continue;
		if (!slot || slot->text != text) {
			bool holds = contains(term, text);

			if (slot)
				*slot = (struct memo_slot){text, holds};
			if (holds)
				return true;
		} else if (slot->holds) {
			return true;
		}
	}
	return term->folded[0] == '\0';
}

// All columns as lines of one text: one search is much cheaper than one for each.
static bool regex_holds(const struct filter *filter, const struct term *term, const struct record *record,
        const struct field_context *context, struct memo *memo)
{
	char joined[JOINED_SIZE], made[DERIVED_SIZE];
	size_t used = 0;

	if (!word_holds(filter, term, record, context, memo))
		return false;
	for (size_t i = 0; i < filter->searched_count; i++) {
		const char *text = text_of(filter->searched[i], record, context, made);
		size_t length = strlen(text);

		if (length >= sizeof(joined) - used)
			length = sizeof(joined) - used - 1;
		memcpy(joined + used, text, length);
		used += length;
		if (used + 1 < sizeof(joined))
			joined[used++] = '\n';
	}
	joined[used] = '\0';
	return regexec(&term->regex, joined, 0, NULL, 0) == 0;
}

static bool fuzzy_in(const char *text, const char *letters)
{
	struct buffer folded;
	const char *at;
	bool holds;

	buffer_init(&folded, 4 * DERIVED_SIZE);
	text_fold(&folded, text, strlen(text));
	at = buffer_text(&folded);
	while (*at && *letters) {
		if (*at == *letters)
			letters++;
		at++;
	}
	holds = !*letters && !folded.broken;
	buffer_finish(&folded);
	return holds;
}

static bool fuzzy_ascii(const char *text, const char *letters)
{
	for (; *text && *letters; text++) {
		char c = *text;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		if (c == *letters)
			letters++;
	}
	return !*letters;
}

static bool fuzzy_holds(const struct term *term, const struct record *record)
{
	if (fuzzy_ascii(record->name, term->folded) || fuzzy_ascii(record->id, term->folded))
		return true;
	return !term->ascii && fuzzy_in(record->name, term->folded);
}

static const struct tag_list *tags_of(const struct kind *kind, const struct record *record)
{
	for (size_t i = 0; i < kind->field_count; i++)
		if (kind->fields[i].type == FIELD_TAGS)
			return (const struct tag_list *)(const void *)((const char *)record + kind->fields[i].offset);
	return NULL;
}

static bool wish_holds(const struct tag_wish *wish, const struct tag_list *tags)
{
	for (unsigned i = 0; tags && i < tags->count; i++)
		if (strcmp(tags->items[i].key, wish->key) == 0)
			return !wish->value || (strcmp(tags->items[i].value, wish->value) == 0) != wish->unequal;
	return wish->unequal;
}

static bool tags_hold(const struct filter *filter, const struct term *term, const struct record *record)
{
	const struct tag_list *tags = tags_of(filter->kind, record);

	for (size_t i = 0; i < term->tag_count; i++)
		if (!wish_holds(&term->tags[i], tags))
			return false;
	return true;
}

static bool compared(int order, enum comparison comparison)
{
	switch (comparison) {
	case COMPARE_EQUAL:
		return order == 0;
	case COMPARE_UNEQUAL:
		return order != 0;
	case COMPARE_MORE:
		return order > 0;
	case COMPARE_MORE_EQUAL:
		return order >= 0;
	case COMPARE_LESS:
		return order < 0;
	case COMPARE_LESS_EQUAL:
		return order <= 0;
	}
	return false;
}

static bool text_compared(const struct term *term, const char *text)
{
	if (term->comparison == COMPARE_EQUAL || term->comparison == COMPARE_UNEQUAL)
		return equals(term, text) == (term->comparison == COMPARE_EQUAL);
	return compared(text_compare_natural(text, term->text), term->comparison);
}

static bool text_judged(const struct term *term, const char *text)
{
	return term->sort == TERM_COLUMN ? contains(term, text) : text_compared(term, text);
}

static bool list_judged(const struct term *term, const struct text_list *list)
{
	bool unequal = term->sort == TERM_COMPARE && term->comparison == COMPARE_UNEQUAL;

	for (unsigned i = 0; i < list->count; i++)
		if (unequal ? equals(term, list->items[i]) : text_judged(term, list->items[i]))
			return !unequal;
	// Nothing in it equals nothing.
	return unequal ? *term->text || list->count : list->count == 0 && !*term->text;
}

static bool field_judged(const struct term *term, const struct record *record, const struct field_context *context)
{
	const struct field *field = term->field;
	char text[DERIVED_SIZE];
	double number;

	if (term->numeric && term->sort == TERM_COMPARE) {
		if (!field_number(field, record, context, &number))
			return term->comparison == COMPARE_UNEQUAL;
		return compared((number > term->number) - (number < term->number), term->comparison);
	}
	if (field->type == FIELD_TEXT)
		return text_judged(term, text_of(field, record, context, text));
	if (field->type == FIELD_LIST)
		return list_judged(
		        term, (const struct text_list *)(const void *)((const char *)record + field->offset));
	field_text(field, record, context, field->type != FIELD_FLAG, text, sizeof(text));
	return text_judged(term, text);
}

static bool column_holds(
        const struct term *term, const struct record *record, const struct field_context *context, struct memo *memo)
{
	struct memo_slot *slot;
	const char *text;
	bool holds;

	if (!memo || !(term->field->flags & FIELD_SHARED) || term->field->type != FIELD_TEXT)
		return field_judged(term, record, context);
	text = text_of(term->field, record, context, NULL); // what is shared is never made
	slot = memo_slot(memo, 0, text);
	if (slot->text == text)
		return slot->holds;
	holds = field_judged(term, record, context);
	*slot = (struct memo_slot){text, holds};
	return holds;
}

static bool has_problem(const struct kind *kind, const struct record *record, const struct field_context *context)
{
	char made[DERIVED_SIZE];

	for (size_t i = 0; i < kind->field_count; i++) {
		const struct field *field = &kind->fields[i];

		if (!(field->flags & FIELD_STATE))
			continue;
		enum state_class state = state_of(kind->id, text_of(field, record, context, made));
		if (state == STATE_WARNING || state == STATE_BAD)
			return true;
	}
	return false;
}

static bool term_passes(const struct filter *filter, const struct term *term, const struct record *record,
        const struct field_context *context, struct memo *memo)
{
	bool holds = false;

	switch (term->sort) {
	case TERM_WORD:
		holds = word_holds(filter, term, record, context, memo);
		break;
	case TERM_REGEX:
		holds = regex_holds(filter, term, record, context, memo);
		break;
	case TERM_FUZZY:
		holds = fuzzy_holds(term, record);
		break;
	case TERM_TAGS:
		holds = tags_hold(filter, term, record);
		break;
	case TERM_COLUMN:
	case TERM_COMPARE:
		holds = column_holds(term, record, context, memo);
		break;
	case TERM_PROBLEM:
		holds = has_problem(filter->kind, record, context);
		break;
	}
	return holds != term->inverse;
}

bool filter_passes(const struct filter *filter, const struct record *record, const struct field_context *context)
{
	for (size_t i = 0; filter && i < filter->count; i++)
		if (!term_passes(filter, &filter->terms[i], record, context, NULL))
			return false;
	return true;
}

bool filter_is_empty(const struct filter *filter)
{
	return !filter || filter->count == 0;
}

size_t filter_select(const struct filter *filter, const struct record *const *records, size_t count,
        const struct field_context *context, unsigned char *passes)
{
	struct memo memo;
	size_t left = 0;

	for (size_t t = 0; filter && t < filter->count; t++) {
		memset(&memo, 0, sizeof(memo));
		for (size_t i = 0; i < count; i++)
			if (passes[i])
				passes[i] = term_passes(filter, &filter->terms[t], records[i], context, &memo);
	}
	for (size_t i = 0; i < count; i++)
		left += passes[i];
	return left;
}

// Whether nothing can pass `term` that does not pass `wider`.
static bool term_narrows(const struct term *term, const struct term *wider)
{
	if (term->sort != wider->sort || term->inverse != wider->inverse || term->field != wider->field ||
	        term->comparison != wider->comparison)
		return false;
	if (strcmp(term->text, wider->text) == 0)
		return true;
	if (term->inverse)
		return false;
	switch (term->sort) {
	case TERM_WORD:
	case TERM_COLUMN:
		return strstr(term->folded, wider->folded) != NULL;
	case TERM_FUZZY:
		return text_starts_with(term->folded, wider->folded);
	case TERM_REGEX:
	case TERM_TAGS:
	case TERM_COMPARE:
	case TERM_PROBLEM:
		break;
	}
	return false;
}

bool filter_narrows(const struct filter *filter, const struct filter *wider)
{
	if (filter_uses_time(wider))
		return false;
	for (size_t i = 0; wider && i < wider->count; i++) {
		bool narrows = false;

		for (size_t k = 0; filter && k < filter->count && !narrows; k++)
			narrows = term_narrows(&filter->terms[k], &wider->terms[i]);
		if (!narrows)
			return false;
	}
	return true;
}

static bool has_derived_state(const struct kind *kind)
{
	const unsigned wanted = FIELD_STATE | FIELD_DERIVED;

	for (size_t i = 0; i < kind->field_count; i++)
		if ((kind->fields[i].flags & (wanted | FIELD_FOUND)) == wanted)
			return true;
	return false;
}

bool filter_uses_time(const struct filter *filter)
{
	for (size_t i = 0; filter && i < filter->count; i++) {
		if (filter->terms[i].sort == TERM_PROBLEM && has_derived_state(filter->kind))
			return true;
		if (filter->terms[i].field &&
		        (filter->terms[i].field->flags & (FIELD_DERIVED | FIELD_FOUND)) == FIELD_DERIVED)
			return true;
	}
	return false;
}
