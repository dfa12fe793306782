// SPDX-License-Identifier: Apache-2.0
// The tree of a view: by what, when it must be made anew, and what is asked of its lines.
#include "config.h"
#include "inventory/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inventory/view_own.h"

#include "base/banned.h"

enum { PATH_START = '\x1f', TEXTS_MOST = 512 << 20 };

bool tree_is_path(const char *id)
{
	return id[0] == PATH_START;
}

void tree_part_finish(struct tree_part *part)
{
	free(part->groups);
	free(part->words);
	free(part->numbers);
	*part = (struct tree_part){0};
}

void tree_destroy(struct tree *tree)
{
	if (!tree)
		return;
	arena_finish(&tree->texts);
	free(tree->nodes);
	free(tree->slots);
	free(tree->by_name);
	free(tree->ranked);
	free(tree->children);
	free(tree->order);
	free(tree->lines);
	free(tree);
}

void tree_clear(struct tree *tree)
{
	tree->line_count = tree->order_count = tree->top_count = 0;
	for (size_t i = 0; i < tree->node_count; i++)
		tree->nodes[i].group.count = tree->nodes[i].own = 0;
	tree->forget = true;
}

static bool add_level(struct tree *tree, const struct kind *kind, const struct tree_level *level)
{
	const struct field *field = kind_field(kind, level->field);

	if (!field || tree->level_count == TREE_LEVELS_MOST)
		return false;
	tree->levels[tree->level_count].field = field;
	tree->levels[tree->level_count].shown = level->shown ? kind_field(kind, level->shown) : NULL;
	tree->levels[tree->level_count].narrowed = level->narrowed ? kind_field(kind, level->narrowed) : field;
	tree->levels[tree->level_count++].named = level->named;
	return true;
}

// What a person calls a level: its field, the field that is shown, or what it is named after.
static bool add_named_level(struct tree *tree, const struct kind *kind, const char *word)
{
	const struct tree_level *levels, own = {.field = word};
	const size_t count = tree_levels(kind->id, &levels);
	const struct field *field = kind_field(kind, word);

	for (size_t i = 0; i < count; i++)
		if (strcmp(levels[i].field, word) == 0 || (levels[i].shown && strcmp(levels[i].shown, word) == 0) ||
		        (levels[i].named && strcmp(levels[i].named->name, word) == 0))
			return add_level(tree, kind, &levels[i]);
	return field && !(field->flags & FIELD_INTERNAL) && add_level(tree, kind, &own);
}

static bool add_levels(struct tree *tree, const struct kind *kind, const char *fields)
{
	const struct tree_level *levels;
	const size_t count = tree_levels(kind->id, &levels);
	bool all = true;

	for (size_t i = 0; i < count && !*fields; i++)
		all = all && add_level(tree, kind, &levels[i]);
	while (all && *(fields += strspn(fields, " "))) {
		const size_t length = strcspn(fields, " ");
		char word[64];

		snprintf(word, sizeof(word), "%.*s", (int)(length < sizeof(word) ? length : sizeof(word) - 1), fields);
		all = add_named_level(tree, kind, word);
		fields += length;
	}
	return all && tree->level_count > 0;
}

static void add_columns(struct tree *tree, const struct kind *kind)
{
	for (size_t i = 0; i < kind->field_count; i++) {
		const struct field *field = &kind->fields[i];

		if ((field->flags & FIELD_ADDS) && tree->sum_count < TREE_SUMS_MOST)
			tree->sums[tree->sum_count++] = field;
		if ((field->flags & FIELD_STATE) && tree->state_count < TREE_STATES_MOST)
			tree->states[tree->state_count++] = field;
		if (field->currency && !tree->money)
			tree->money = field;
	}
}

bool view_set_tree(struct view *view, const char *fields, struct folds *folds)
{
	struct tree *tree = fields ? calloc(1, sizeof(*tree)) : NULL;

	if (fields && !tree)
		return false;
	if (tree && !add_levels(tree, view->kind, fields)) {
		free(tree);
		return false;
	}
	if (tree) {
		add_columns(tree, view->kind);
		arena_init(&tree->texts, TEXTS_MOST);
		tree->folds = folds;
		tree->forget = true;
	}
	for (size_t i = 0; i < view->source_count; i++)
		tree_part_finish(&view->parts[i].tree);
	tree_destroy(view->tree);
	view->tree = tree;
	return true;
}

bool view_has_tree(const struct view *view)
{
	return view->tree != NULL;
}

void view_tree_text(const struct view *view, char *out, size_t size)
{
	const struct tree *tree = view->tree;

	*out = '\0';
	for (size_t i = tree ? tree->level_first : 0; tree && i < tree->level_count; i++) {
		const char *name = tree->levels[i].named   ? tree->levels[i].named->name
		                   : tree->levels[i].shown ? tree->levels[i].shown->name
		                                           : tree->levels[i].field->name;
		const size_t used = strlen(out);

		snprintf(out + used, size - used, "%s%s", used ? ", " : "", name);
	}
}

// ---- keeping up ----

bool tree_is_due(const struct tree *tree)
{
	return tree->forget || (tree->folds && tree->folds->version != tree->folds_version);
}

void tree_store_changed(struct tree *tree, bool found)
{
	for (size_t i = 0; i < tree->sum_count && !found; i++)
		found = (tree->sums[i]->flags & FIELD_DERIVED) && (tree->sums[i]->flags & FIELD_UNCOMPARED);
	tree->forget = tree->forget || found;
}

static void refold(struct tree *tree)
{
	const struct folds *folds = tree->folds;

	for (size_t i = 0; i < tree->node_count; i++)
		tree->nodes[i].group.folded = folds && folds->all;
	for (size_t i = 0; folds && i < folds->slots; i++) {
		const uint32_t node = folds->paths[i] ? tree_find(tree, folds->paths[i]) : TREE_NONE;

		if (node != TREE_NONE)
			tree->nodes[node].group.folded = !folds->all;
	}
	tree->folds_version = folds ? folds->version : 0;
}

// Levels at the top that the view is narrowed by say nothing.
static size_t first_level(const struct view *view)
{
	const struct tree *tree = view->tree;
	size_t first = 0;

	while (first + 1 < tree->level_count && view->narrow_field &&
	        tree->levels[first].narrowed == view->narrow_field)
		first++;
	return first;
}

static void forget_all(struct view *view)
{
	struct tree *tree = view->tree;

	for (size_t i = 0; i < view->source_count; i++)
		tree_part_finish(&view->parts[i].tree);
	arena_finish(&tree->texts);
	arena_init(&tree->texts, TEXTS_MOST);
	if (tree->slots)
		memset(tree->slots, 0, tree->slot_count * sizeof(*tree->slots));
	memset(tree->word_count, 0, sizeof(tree->word_count));
	tree->node_count = tree->named_count = tree->unit_count = tree->judged = 0;
	tree->forget = false;
}

bool tree_update(struct view *view, bool rows_changed)
{
	enum { SPARE = 16384 };
	struct tree *tree = view->tree;
	const size_t first = first_level(view);

	// Groups that are empty now are kept for a while, not for ever.
	if (tree->forget || first != tree->level_first || tree->judged > 4 * view->row_count + SPARE) {
		tree->level_first = first;
		forget_all(view);
		rows_changed = true;
	}
	if (rows_changed && !tree_judge(view))
		return false;
	if (rows_changed || !tree->folds || tree->folds->version != tree->folds_version)
		refold(tree);
	if (rows_changed) {
		tree_count(view);
		if (!tree_order(view))
			return false;
	}
	return tree_lay(view);
}

// ---- what is asked ----

size_t view_lines(const struct view *view)
{
	return view->tree ? view->tree->line_count : view_count(view);
}

static uint32_t line_node(const struct view *view, size_t line)
{
	const uint32_t entry = view->tree->lines[line];

	return entry & TREE_GROUP ? entry & ~TREE_GROUP : tree_row_node(view, entry);
}

static bool is_last(const struct tree *tree, const struct tree_node *node)
{
	const struct tree_node *parent = node->parent == TREE_NONE ? NULL : &tree->nodes[node->parent];
	const uint32_t among = parent ? parent->child_count : tree->top_count;

	// Rows of its own come after the groups in it.
	return node->place_among + 1 == among && !(parent && parent->own);
}

bool view_line(const struct view *view, size_t line, struct view_line *out)
{
	const struct tree *tree = view->tree;

	*out = (struct view_line){0};
	if (line >= view_lines(view))
		return false;
	if (!tree) {
		out->record = view_row(view, line);
		return true;
	}
	const struct tree_node *node = &tree->nodes[line_node(view, line)];
	if (tree->lines[line] & TREE_GROUP) {
		out->group = &node->group;
		out->depth = node->group.depth;
	} else {
		out->record = view_row(view, tree->lines[line]);
		out->depth = node->group.depth + 1;
		if (line + 1 < node->rows_line + node->own)
			out->goes_on = 1U << out->depth;
	}
	for (;; node = &tree->nodes[node->parent]) {
		if (!is_last(tree, node))
			out->goes_on |= 1U << node->group.depth;
		if (node->parent == TREE_NONE)
			return true;
	}
}

// Where a row shown stands among its group's own rows, which keep the view's order.
static size_t place_of_row(const struct tree *tree, const struct tree_node *node, size_t row)
{
	size_t low = node->own_first, high = low + node->own;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (tree->order[middle] < row)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

// The line of the node, or of what it is folded into.
static size_t node_line(const struct tree *tree, uint32_t node)
{
	while (tree->nodes[node].line == TREE_NONE && tree->nodes[node].parent != TREE_NONE)
		node = tree->nodes[node].parent;
	return tree->nodes[node].line == TREE_NONE ? SIZE_MAX : tree->nodes[node].line;
}

size_t view_find_line(const struct view *view, const char *id)
{
	const struct tree *tree = view->tree;

	if (tree_is_path(id)) {
		const uint32_t node = tree ? tree_find(tree, id) : TREE_NONE;

		return node == TREE_NONE || tree->nodes[node].group.count == 0 ? SIZE_MAX : node_line(tree, node);
	}
	const size_t row = view_find(view, id);
	if (!tree || row == SIZE_MAX)
		return row;
	const uint32_t node = tree_row_node(view, row);
	if (node == TREE_NONE)
		return SIZE_MAX;
	const struct tree_node *parent = &tree->nodes[node];
	if (parent->rows_line == TREE_NONE)
		return node_line(tree, node);
	return parent->rows_line + (place_of_row(tree, parent, row) - parent->own_first);
}

size_t view_parent_line(const struct view *view, size_t line)
{
	const struct tree *tree = view->tree;

	if (!tree || line >= tree->line_count)
		return SIZE_MAX;
	uint32_t node = line_node(view, line);
	if (tree->lines[line] & TREE_GROUP)
		node = tree->nodes[node].parent;
	return node == TREE_NONE ? SIZE_MAX : tree->nodes[node].line;
}

const struct tree_group *view_group(const struct view *view, const char *path)
{
	const uint32_t node = view->tree ? tree_find(view->tree, path) : TREE_NONE;

	return node == TREE_NONE ? NULL : &view->tree->nodes[node].group;
}

const struct record *view_tree_row(const struct view *view, size_t place)
{
	if (!view->tree)
		return view_row(view, place);
	return place < view->tree->order_count ? view_row(view, view->tree->order[place]) : NULL;
}

size_t view_tree_place(const struct view *view, size_t line)
{
	const struct tree *tree = view->tree;

	if (!tree || line >= tree->line_count)
		return line;
	const struct tree_node *node = &tree->nodes[line_node(view, line)];
	if (tree->lines[line] & TREE_GROUP)
		return node->group.first;
	return place_of_row(tree, node, tree->lines[line]);
}

// The lines alone, where nothing else is due.
static void lay_again(struct view *view)
{
	struct tree *tree = view->tree;

	if (tree->forget || tree->folds->version == tree->folds_version)
		return;
	refold(tree);
	tree_lay(view);
}

void view_fold(struct view *view, const char *path, bool folded)
{
	if (!view->tree || !view->tree->folds)
		return;
	folds_set(view->tree->folds, path, folded);
	lay_again(view);
}

void view_fold_all(struct view *view)
{
	const struct tree *tree = view->tree;
	bool any = false;

	if (!tree || !tree->folds)
		return;
	for (size_t i = 0; i < tree->node_count; i++)
		any = any || (tree->nodes[i].group.count && !tree->nodes[i].group.folded);
	folds_set_all(tree->folds, any);
	lay_again(view);
}

void view_reveal(struct view *view, const char *id)
{
	const struct tree *tree = view->tree;
	const size_t row = tree && tree->folds && !tree_is_path(id) ? view_find(view, id) : SIZE_MAX;

	if (row == SIZE_MAX)
		return;
	for (uint32_t node = tree_row_node(view, row); node != TREE_NONE; node = tree->nodes[node].parent)
		folds_set(tree->folds, tree->nodes[node].group.record.id, false);
	lay_again(view);
}

size_t view_group_sum(
        const struct view *view, const struct tree_group *group, const struct field *field, char *out, size_t size)
{
	const struct tree *tree = view->tree;
	const struct tree_node *node = (const struct tree_node *)group;
	size_t at = 0;

	*out = '\0';
	while (tree && at < tree->sum_count && tree->sums[at] != field)
		at++;
	if (!tree || at == tree->sum_count || !(node->known >> at & 1))
		return 0;
	if (field->currency && node->unit >= tree->unit_count)
		snprintf(out, size, node->unit == TREE_MIXED ? "–" : "");
	else if (field->currency)
		money_text(node->sums[at], tree->units[node->unit], out, size);
	else if (field->sum_text)
		field->sum_text(node->sums[at], out, size);
	else
		snprintf(out, size, "%.0f", node->sums[at]);
	return strlen(out);
}

size_t view_group_state(
        const struct view *view, const struct tree_group *group, const struct field *field, char *out, size_t size)
{
	const struct tree *tree = view->tree;
	const struct tree_node *node = (const struct tree_node *)group;

	*out = '\0';
	for (size_t i = 0; tree && i < tree->state_count; i++)
		if (tree->states[i] == field && node->words[i] != TREE_NO_WORD)
			snprintf(out, size, "%s", tree->words[i][node->words[i]].text);
	return strlen(out);
}
