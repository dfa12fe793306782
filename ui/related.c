// SPDX-License-Identifier: Apache-2.0
// Relations are found by the names of fields: "vpc_id" holds the id of a vpc, and the parent's id stands in
// `parent_field`.
#include "config.h"

#include "ui/related.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { ENTRIES_MOST = 512 };

// The field of `kind` that holds the id of a record of `other`; NULL = none.
static const struct field *field_naming(const struct kind *kind, const struct kind *other)
{
	const struct field *field;
	char name[64];

	// Everything is in a region: that is no news.
	if (other->id == KIND_REGION)
		return NULL;
	snprintf(name, sizeof(name), "%s_id", other->name);
	field = kind->parent == (int)other->id && kind->parent_field ? kind_field(kind, kind->parent_field)
	                                                             : kind_field(kind, name);
	// ECS calls VMs instances.
	if (!field && other->id == KIND_VM)
		field = kind_field(kind, "instance_id");
	return field && field->type == FIELD_TEXT && !(field->flags & FIELD_DERIVED) ? field : NULL;
}

size_t related_above(struct ui *ui, const struct target *target, related_tell *tell, void *user)
{
	const struct kind *kind = kind_get(target->kind);
	struct snapshot *holder;
	const struct record *record = target_record(ui, target, &holder);
	size_t told = 0;
	bool more = record != NULL;

	for (int i = 0; more && i < KIND_COUNT; i++) {
		const struct kind *other = kind_get((enum kind_id)i);
		const struct field *field = field_naming(kind, other);
		struct snapshot *other_holder;
		struct target found;
		const struct record *named;

		if (!field || !*field_string(field, record) ||
		        !target_find(ui, other->id, field_string(field, record), &found))
			continue;
		named = target_record(ui, &found, &other_holder);
		if (named) {
			told++;
			more = tell(other, &found.scope, named, user);
		}
		target_release(other_holder);
	}
	target_release(holder);
	return told;
}

size_t related_below(struct ui *ui, const struct target *target, related_tell *tell, void *user)
{
	struct store_entry *entries = calloc(ENTRIES_MOST, sizeof(*entries));
	struct scope *scopes = calloc(ENTRIES_MOST, sizeof(*scopes));
	size_t told = 0;
	bool more = true;

	for (int i = 0; entries && scopes && i < KIND_COUNT; i++) {
		const struct kind *child = kind_get((enum kind_id)i);
		const struct field *field = field_naming(child, kind_get(target->kind));
		size_t count = field ? store_entries(ui->deck->store, child->id, target->scope.context, entries, scopes,
		                               ENTRIES_MOST)
		                     : 0;

		for (size_t j = 0; j < count && j < ENTRIES_MOST; j++) {
			const struct snapshot *snapshot = entries[j].snapshot;

			for (size_t k = 0; more && snapshot && k < snapshot->count; k++) {
				if (strcmp(field_string(field, snapshot->records[k]), target->id) != 0)
					continue;
				told++;
				more = tell(child, &scopes[j], snapshot->records[k], user);
			}
			snapshot_unref(entries[j].snapshot);
		}
	}
	free(entries);
	free(scopes);
	return told;
}
