// SPDX-License-Identifier: Apache-2.0
// Counts and sums by the value of a field.
#include "config.h"
#include "inventory/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { QUESTIONS_MOST = 16 };

struct amount {
	const char *value; // of a record of the part's snapshot
	double sum;
};

// One snapshot, added up.
struct tally_part {
	struct snapshot *snapshot; // a reference
	struct amount *amounts;    // by value
	size_t count;
};

struct question {
	enum kind_id kind;
	const struct field *field, *number; // number NULL = count
	uint64_t version;
	struct tally_part *parts;
	size_t part_count;
};

struct tally {
	struct store *store;
	char context[SCOPE_WORD_SIZE];
	uint64_t version;
	struct question questions[QUESTIONS_MOST];
	size_t question_count;
};

struct tally *tally_create(struct store *store)
{
	struct tally *tally = calloc(1, sizeof(*tally));

	if (tally)
		tally->store = store;
	return tally;
}

static void parts_destroy(struct tally_part *parts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		snapshot_unref(parts[i].snapshot);
		free(parts[i].amounts);
	}
	free(parts);
}

void tally_destroy(struct tally *tally)
{
	if (!tally)
		return;
	for (size_t i = 0; i < tally->question_count; i++)
		parts_destroy(tally->questions[i].parts, tally->questions[i].part_count);
	free(tally);
}

void tally_refresh(struct tally *tally, const char *context, uint64_t version)
{
	size_t length = strnlen(context, sizeof(tally->context) - 1);

	memcpy(tally->context, context, length);
	tally->context[length] = '\0';
	tally->version = version;
}

static int by_value(const void *a, const void *b)
{
	return strcmp(((const struct amount *)a)->value, ((const struct amount *)b)->value);
}

static size_t amounts_join(struct amount *amounts, size_t count)
{
	size_t kept = 0;

	if (count == 0)
		return 0;
	qsort(amounts, count, sizeof(*amounts), by_value);
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && strcmp(amounts[kept - 1].value, amounts[i].value) == 0)
			amounts[kept - 1].sum += amounts[i].sum;
		else
			amounts[kept++] = amounts[i];
	}
	return kept;
}

// Takes the reference.
static struct tally_part part_make(const struct question *question, struct snapshot *snapshot)
{
	const struct field_context nothing = {0};
	struct tally_part part = {.snapshot = snapshot};
	size_t room = 0;

	for (size_t i = 0; i < snapshot->count; i++) {
		const char *value = field_string(question->field, snapshot->records[i]);
		double number = 1;

		if (question->number &&
		        (!field_number(question->number, snapshot->records[i], &nothing, &number) || number == 0))
			continue;
		// Values are shared texts that come in runs.
		if (part.count > 0 && part.amounts[part.count - 1].value == value) {
			part.amounts[part.count - 1].sum += number;
			continue;
		}
		if (part.count == room) {
			struct amount *amounts;

			// Runs that alternate are joined before more memory is taken.
			part.count = amounts_join(part.amounts, part.count);
			if (2 * part.count >= room) {
				room = room ? 2 * room : 8;
				amounts = realloc(part.amounts, room * sizeof(*amounts));
				if (!amounts)
					break;
				part.amounts = amounts;
			}
		}
		part.amounts[part.count++] = (struct amount){value, number};
	}
	part.count = amounts_join(part.amounts, part.count);
	return part;
}

// Hands over the part of the snapshot, if it was added up before.
static bool part_take(struct question *question, const struct snapshot *snapshot, struct tally_part *out)
{
	for (size_t i = 0; i < question->part_count; i++)
		if (question->parts[i].snapshot == snapshot) {
			*out = question->parts[i];
			question->parts[i] = (struct tally_part){0};
			return true;
		}
	return false;
}

static void question_refresh(struct tally *tally, struct question *question)
{
	size_t most = store_entries(tally->store, question->kind, tally->context, NULL, NULL, 0), count, kept = 0;
	struct store_entry *entries = malloc((most + 1) * sizeof(*entries));
	struct scope *scopes = malloc((most + 1) * sizeof(*scopes));
	struct tally_part *parts = calloc(most + 1, sizeof(*parts));

	if (!entries || !scopes || !parts)
		goto done;
	count = store_entries(tally->store, question->kind, tally->context, entries, scopes, most);
	for (size_t i = 0; i < count && i < most; i++) {
		struct snapshot *snapshot = entries[i].snapshot;

		if (!snapshot)
			continue;
		if (part_take(question, snapshot, &parts[kept]))
			snapshot_unref(snapshot);
		else
			parts[kept] = part_make(question, snapshot);
		kept++;
	}
	parts_destroy(question->parts, question->part_count);
	question->parts = parts;
	question->part_count = kept;
	parts = NULL;
	question->version = tally->version;
done:
	free(entries);
	free(scopes);
	free(parts);
}

static struct question *question_find(struct tally *tally, enum kind_id kind, const char *field, const char *number)
{
	const struct kind *row = kind_get(kind);
	const struct field *by = kind_field(row, field), *of = number ? kind_field(row, number) : NULL;
	struct question *question;

	if (!by || (number && !of))
		return NULL;
	for (size_t i = 0; i < tally->question_count; i++) {
		question = &tally->questions[i];
		if (question->kind == kind && question->field == by && question->number == of)
			return question;
	}
	if (tally->question_count == QUESTIONS_MOST)
		return NULL;
	question = &tally->questions[tally->question_count++];
	*question = (struct question){.kind = kind, .field = by, .number = of, .version = UINT64_MAX};
	return question;
}

// Whether the snapshot's scope is one where such records would be: a region or cluster that was not read says nothing.
static bool could_hold(const struct question *question, const struct scope *scope, const char *value)
{
	if (strcmp(question->field->name, "region") == 0 && scope->region[0])
		return strcmp(scope->region, value) == 0;
	if (strcmp(question->field->name, "cluster_id") == 0 && scope->cluster[0])
		return strcmp(scope->cluster, value) == 0;
	return true;
}

int64_t tally_of(struct tally *tally, enum kind_id kind, const char *field, const char *value, const char *number)
{
	struct question *question = question_find(tally, kind, field, number);
	const struct amount wanted = {.value = value};
	bool known = false;
	double sum = 0;

	if (!question)
		return -1;
	if (question->version != tally->version)
		question_refresh(tally, question);
	for (size_t i = 0; i < question->part_count; i++) {
		const struct tally_part *part = &question->parts[i];
		const struct amount *amount;

		if (!could_hold(question, &part->snapshot->scope, value))
			continue;
		known = true;
		if (part->count == 0)
			continue;
		amount = bsearch(&wanted, part->amounts, part->count, sizeof(*part->amounts), by_value);
		if (amount)
			sum += amount->sum;
	}
	return known ? (int64_t)sum : -1;
}
