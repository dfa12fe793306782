// SPDX-License-Identifier: Apache-2.0
// To which group each record belongs, and what of it is added up. Known once per record, so that a filter costs nothing
// of it.
#include "config.h"
#include "inventory/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inventory/hash.h"
#include "inventory/view_own.h"

#include "base/banned.h"

enum { MADE_SIZE = 256 };

// The text of a field; *lies tells whether it stays where it is.
static const char *text_of(const struct field *field, const struct record *record, const struct field_context *context,
        char made[MADE_SIZE], bool *lies)
{
	*lies = true;
	if (field->type == FIELD_TEXT && !(field->flags & FIELD_DERIVED))
		return field_string(field, record);
	if (field->borrow)
		return field->borrow(record, context);
	*lies = false;
	if (field->flags & FIELD_DERIVED)
		return field->derive(record, context, made, MADE_SIZE) ? made : "";
	field_text(field, record, context, false, made, MADE_SIZE);
	return strcmp(made, "–") == 0 ? "" : made;
}

static size_t slot_of(const struct tree *tree, const char *path)
{
	size_t slot = hash_bytes(path, strlen(path)) & (tree->slot_count - 1);

	while (tree->slots[slot] && strcmp(tree->nodes[tree->slots[slot] - 1].group.record.id, path) != 0)
		slot = (slot + 1) & (tree->slot_count - 1);
	return slot;
}

uint32_t tree_find(const struct tree *tree, const char *path)
{
	const uint32_t found = tree->slot_count ? tree->slots[slot_of(tree, path)] : 0;

	return found ? found - 1 : TREE_NONE;
}

static bool reserve_nodes(struct tree *tree)
{
	if (tree->node_count == tree->node_room) {
		const size_t room = tree->node_room ? 2 * tree->node_room : 64;
		struct tree_node *nodes = realloc(tree->nodes, room * sizeof(*nodes));

		if (!nodes)
			return false;
		tree->nodes = nodes;
		tree->node_room = room;
	}
	if (2 * (tree->node_count + 1) <= tree->slot_count)
		return true;
	const size_t count = tree->slot_count ? 2 * tree->slot_count : 256;
	uint32_t *slots = calloc(count, sizeof(*slots));
	if (!slots)
		return false;
	free(tree->slots);
	tree->slots = slots;
	tree->slot_count = count;
	for (size_t i = 0; i < tree->node_count; i++)
		tree->slots[slot_of(tree, tree->nodes[i].group.record.id)] = (uint32_t)i + 1;
	return true;
}

// What the group of a value is called; `record` is one of its rows.
static const char *name_of(struct view *view, size_t level, const struct record *record, const char *text)
{
	struct tree *tree = view->tree;
	const struct kind *named = tree->levels[level].named;
	const struct record *found;
	const char *name = text;
	char made[MADE_SIZE];
	bool lies;

	if (*text && tree->levels[level].shown) {
		name = text_of(tree->levels[level].shown, record, &view->context, made, &lies);
	} else if (*text && named) {
		found = view_find_other(view, named->id, text);
		name = found ? found->name : text;
	}
	return arena_strdup(&tree->texts, *name ? name : text);
}

// The group of a value below `parent`, made when there is none. TREE_NONE when out of memory.
static uint32_t child_of(
        struct view *view, size_t level, uint32_t parent, const struct record *record, const char *text)
{
	struct tree *tree = view->tree;
	char path[TREE_PATH_SIZE];

	snprintf(path, sizeof(path), "%s\x1f%s=%s", parent == TREE_NONE ? "" : tree->nodes[parent].group.record.id,
	        tree->levels[level].field->name, text);
	const uint32_t known = tree_find(tree, path);
	if (known != TREE_NONE)
		return known;
	const char *id = arena_strdup(&tree->texts, path), *name = name_of(view, level, record, text);
	if (!id || !name || tree->node_count == TREE_GROUP - 1 || !reserve_nodes(tree))
		return TREE_NONE;
	const uint32_t made = (uint32_t)tree->node_count;
	tree->slots[slot_of(tree, path)] = made + 1;
	tree->nodes[tree->node_count++] = (struct tree_node){
	        .group = {.record = {.id = id, .name = name, .region = "", .status = ""},
	                .depth = parent == TREE_NONE ? 0 : tree->nodes[parent].group.depth + 1},
	        .parent = parent,
	};
	return made;
}

static uint32_t group_of(struct view *view, const struct record *record)
{
	struct tree *tree = view->tree;
	uint32_t parent = TREE_NONE;
	char made[MADE_SIZE];
	bool lies;

	for (size_t level = tree->level_first; level < tree->level_count; level++) {
		const char *text = text_of(tree->levels[level].field, record, &view->context, made, &lies);
		const uint32_t above = parent * TREE_LEVELS_MOST + (uint32_t)level;
		struct tree_memo *memo = &tree->memo[((uintptr_t)text >> 2 ^ above) % COUNT_OF(tree->memo)];

		// Without a value it hangs one level higher, but something is above each row.
		if (!*text && level > tree->level_first)
			continue;
		if (lies && memo->text == text && memo->parent == above) {
			parent = memo->group;
			continue;
		}
		parent = child_of(view, level, parent, record, text);
		if (parent == TREE_NONE)
			return TREE_NONE;
		if (lies)
			*memo = (struct tree_memo){text, above, parent};
	}
	return parent;
}

// Worst first: verdicts know their order, other states by what they mean.
static double rank_of(const struct view *view, const struct field *field, const struct record *record, const char *text)
{
	static const double ranks[] = {[STATE_BAD] = 0,
	        [STATE_WARNING] = 1,
	        [STATE_TRANSIENT] = 2,
	        [STATE_IDLE] = 3,
	        [STATE_GOOD] = 4,
	        [STATE_GONE] = 5,
	        [STATE_NONE] = 6};
	double rank;

	if (field->derive_number && field->derive_number(record, &view->context, &rank))
		return rank;
	return ranks[state_of(view->kind->id, text)];
}

static unsigned char word_of(struct view *view, size_t state, const struct record *record)
{
	struct tree *tree = view->tree;
	struct tree_word *words = tree->words[state];
	const struct field *field = tree->states[state];
	char made[MADE_SIZE];
	bool lies;
	const char *text = text_of(field, record, &view->context, made, &lies);
	size_t at = 0;

	while (at < tree->word_count[state] && strcmp(words[at].text, text) != 0)
		at++;
	if (!*text || at == TREE_WORDS_MOST || strlen(text) >= sizeof(words[at].text))
		return TREE_NO_WORD;
	if (at == tree->word_count[state]) {
		snprintf(words[at].text, sizeof(words[at].text), "%s", text);
		words[at].rank = rank_of(view, field, record, text);
		tree->word_count[state]++;
	}
	return (unsigned char)at;
}

static unsigned char unit_of(struct view *view, const struct record *record)
{
	struct tree *tree = view->tree;
	const char *text = tree->money ? tree->money->currency(record, &view->context) : "";
	size_t at = 0;

	while (at < tree->unit_count && strcmp(tree->units[at], text) != 0)
		at++;
	if (!*text || at == TREE_UNITS_MOST || strlen(text) >= sizeof(tree->units[at]))
		return TREE_NO_WORD;
	if (at == tree->unit_count)
		snprintf(tree->units[tree->unit_count++], sizeof(tree->units[0]), "%s", text);
	return (unsigned char)at;
}

static bool judge(struct view *view, struct tree_part *part, size_t index, const struct record *record)
{
	struct tree *tree = view->tree;
	unsigned char *words = part->words + index * (tree->state_count + 1);
	double *numbers = part->numbers + index * tree->sum_count;

	part->groups[index] = group_of(view, record);
	for (size_t i = 0; i < tree->state_count; i++)
		words[i] = word_of(view, i, record);
	words[tree->state_count] = unit_of(view, record);
	for (size_t i = 0; i < tree->sum_count; i++)
		if (!field_number(tree->sums[i], record, &view->context, &numbers[i]))
			numbers[i] = NAN;
	tree->judged++;
	return part->groups[index] != TREE_NONE;
}

static bool reserve_part(const struct tree *tree, struct tree_part *part, size_t count)
{
	uint32_t *groups;
	unsigned char *words;
	double *numbers;

	if (count <= part->room)
		return true;
	groups = realloc(part->groups, count * sizeof(*groups));
	if (groups)
		part->groups = groups;
	words = realloc(part->words, count * (tree->state_count + 1));
	if (words)
		part->words = words;
	numbers = realloc(part->numbers, (count * tree->sum_count + 1) * sizeof(*numbers));
	if (numbers)
		part->numbers = numbers;
	if (!groups || !words || !numbers)
		return false;
	memset(part->groups + part->room, 0xff, (count - part->room) * sizeof(*part->groups));
	part->room = count;
	return true;
}

bool tree_judge(struct view *view)
{
	struct tree *tree = view->tree;

	// Texts of snapshots that went may lie where others lie now.
	memset(tree->memo, 0, sizeof(tree->memo));
	for (size_t i = 0; i < view->source_count; i++) {
		const struct snapshot *snapshot = view->sources[i].entry.snapshot;
		struct view_part *part = &view->parts[i];

		if (!reserve_part(tree, &part->tree, part->judged))
			return false;
		for (size_t k = 0; k < part->judged; k++)
			if (part->base[k] && part->tree.groups[k] == TREE_NONE &&
			        !judge(view, &part->tree, k, snapshot->records[k]))
				return false;
	}
	return true;
}
