// SPDX-License-Identifier: Apache-2.0
// The order of a tree and its lines. All of it is linear in rows and groups: it is done with each key of a filter.
#include "config.h"
#include "inventory/view.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "inventory/view_own.h"

#include "base/banned.h"

static const struct sort_row *shown_row(const struct view *view, size_t row)
{
	return &view->rows[view->all_shown ? row : view->shown[row]];
}

uint32_t tree_row_node(const struct view *view, size_t row)
{
	const struct sort_row *place = shown_row(view, row);
	const struct tree_part *part = &view->parts[place->source].tree;

	return place->index < part->room ? part->groups[place->index] : TREE_NONE;
}

static void add_word(const struct tree *tree, size_t state, unsigned char *worst, unsigned char word)
{
	const struct tree_word *words = tree->words[state];

	if (word == TREE_NO_WORD || word == *worst)
		return;
	if (*worst == TREE_NO_WORD || words[word].rank < words[*worst].rank ||
	        (words[word].rank == words[*worst].rank && strcmp(words[word].text, words[*worst].text) < 0))
		*worst = word;
}

static void add_unit(unsigned char *unit, unsigned char other)
{
	if (other == TREE_NO_WORD || other == *unit)
		return;
	*unit = *unit == TREE_NO_WORD ? other : TREE_MIXED;
}

static void add_record(const struct tree *tree, struct tree_node *node, const struct tree_part *part, size_t index)
{
	const unsigned char *words = part->words + index * (tree->state_count + 1);
	const double *numbers = part->numbers + index * tree->sum_count;

	node->own++;
	node->group.count++;
	for (size_t i = 0; i < tree->state_count; i++)
		add_word(tree, i, &node->words[i], words[i]);
	add_unit(&node->unit, words[tree->state_count]);
	for (size_t i = 0; i < tree->sum_count; i++)
		if (!isnan(numbers[i])) {
			node->sums[i] += numbers[i];
			node->known |= 1U << i;
		}
}

static void add_node(const struct tree *tree, struct tree_node *parent, const struct tree_node *node)
{
	parent->group.count += node->group.count;
	for (size_t i = 0; i < tree->state_count; i++)
		add_word(tree, i, &parent->words[i], node->words[i]);
	add_unit(&parent->unit, node->unit);
	for (size_t i = 0; i < tree->sum_count; i++)
		parent->sums[i] += node->sums[i];
	parent->known |= node->known;
}

void tree_count(struct view *view)
{
	struct tree *tree = view->tree;
	const size_t rows = view_count(view);

	for (size_t i = 0; i < tree->node_count; i++) {
		struct tree_node *node = &tree->nodes[i];

		node->group.count = 0;
		node->own = node->known = 0;
		memset(node->sums, 0, sizeof(node->sums));
		memset(node->words, TREE_NO_WORD, sizeof(node->words));
		node->unit = TREE_NO_WORD;
	}
	for (size_t row = 0; row < rows; row++) {
		const struct sort_row *place = shown_row(view, row);
		const struct tree_part *part = &view->parts[place->source].tree;

		add_record(tree, &tree->nodes[part->groups[place->index]], part, place->index);
	}
	for (size_t i = tree->node_count; i-- > 0;)
		if (tree->nodes[i].parent != TREE_NONE)
			add_node(tree, &tree->nodes[tree->nodes[i].parent], &tree->nodes[i]);
}

// All groups by name, those whose value is not known last.
static bool sort_names(struct view *view)
{
	static const struct field name = {
	        .name = "name", .title = "", .type = FIELD_TEXT, .offset = offsetof(struct record, name)};
	struct tree *tree = view->tree;
	const size_t count = tree->node_count;
	struct sort_order order;

	if (tree->named_count == count)
		return true;
	struct sort_row *rows = malloc(count * sizeof(*rows));
	uint32_t *by_name = realloc(tree->by_name, count * sizeof(*by_name));
	if (by_name)
		tree->by_name = by_name;
	uint32_t *ranked = realloc(tree->ranked, count * sizeof(*ranked));
	if (ranked)
		tree->ranked = ranked;
	uint32_t *children = realloc(tree->children, count * sizeof(*children));
	if (children)
		tree->children = children;
	if (!rows || !by_name || !ranked || !children) {
		free(rows);
		return false;
	}
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct sort_row){0, &tree->nodes[i].group.record, 0, (uint32_t)i};
	sort_order_init(&order, &name, false, &view->context);
	sort_rows(&order, rows, count);
	for (size_t i = 0; i < count; i++)
		tree->by_name[i] = rows[i].index;
	tree->named_count = count;
	free(rows);
	return true;
}

// The state that the rows are sorted by; SIZE_MAX = none. *worst_first tells in which direction.
static size_t state_of_order(const struct view *view, bool *worst_first)
{
	const struct tree *tree = view->tree;
	const struct field *field = view->order.field;
	const bool severity = strcmp(field->name, "severity") == 0;

	*worst_first = view->order.descending == severity;
	for (size_t i = 0; i < tree->state_count; i++)
		if (tree->states[i] == field || (severity && strcmp(tree->states[i]->name, "verdict") == 0))
			return i;
	return SIZE_MAX;
}

// Where trouble comes first among the rows, it does among the groups: by their worst word, then by name.
static void rank_groups(struct view *view)
{
	struct tree *tree = view->tree;
	bool worst_first;
	const size_t state = state_of_order(view, &worst_first), count = tree->node_count;
	uint32_t first[TREE_WORDS_MOST + 1] = {0};
	unsigned char place[TREE_WORDS_MOST];

	if (count == 0)
		return;
	if (state == SIZE_MAX) {
		memcpy(tree->ranked, tree->by_name, count * sizeof(*tree->ranked));
		return;
	}
	const struct tree_word *words = tree->words[state];
	const size_t word_count = tree->word_count[state];
	for (size_t i = 0; i < word_count; i++) {
		place[i] = 0;
		for (size_t k = 0; k < word_count; k++)
			if (words[k].rank != words[i].rank)
				place[i] += (words[k].rank < words[i].rank) == worst_first;
	}
	for (size_t i = 0; i < count; i++) {
		const unsigned char word = tree->nodes[i].words[state];
		const size_t at = word == TREE_NO_WORD ? word_count : place[word];

		if (at < TREE_WORDS_MOST)
			first[at + 1]++;
	}
	for (size_t i = 1; i <= word_count; i++)
		first[i] += first[i - 1];
	for (size_t i = 0; i < count; i++) {
		const unsigned char word = tree->nodes[tree->by_name[i]].words[state];

		tree->ranked[first[word == TREE_NO_WORD ? word_count : place[word]]++] = tree->by_name[i];
	}
}

// Lists the groups that are not empty by parent.
static void list_children(struct tree *tree)
{
	uint32_t next;

	tree->top_count = 0;
	for (size_t i = 0; i < tree->node_count; i++)
		tree->nodes[i].child_count = 0;
	for (size_t i = 0; i < tree->node_count; i++) {
		const struct tree_node *node = &tree->nodes[i];

		if (node->group.count)
			++*(node->parent == TREE_NONE ? &tree->top_count : &tree->nodes[node->parent].child_count);
	}
	next = tree->top_count;
	tree->top_count = 0;
	for (size_t i = 0; i < tree->node_count; i++) {
		tree->nodes[i].child_first = next;
		next += tree->nodes[i].child_count;
		tree->nodes[i].child_count = 0;
	}
	for (size_t i = 0; i < tree->node_count; i++) {
		struct tree_node *node = &tree->nodes[tree->ranked[i]];
		struct tree_node *parent = node->parent == TREE_NONE ? NULL : &tree->nodes[node->parent];

		if (!node->group.count)
			continue;
		node->place_among = parent ? parent->child_count++ : tree->top_count++;
		tree->children[(parent ? parent->child_first : 0) + node->place_among] = tree->ranked[i];
	}
}

static bool reserve(struct tree *tree, size_t rows)
{
	if (rows > tree->order_room || !tree->order) {
		uint32_t *order = realloc(tree->order, (rows + 1) * sizeof(*order));

		if (!order)
			return false;
		tree->order = order;
		tree->order_room = rows;
	}
	if (rows + tree->node_count > tree->line_room || !tree->lines) {
		uint32_t *lines = realloc(tree->lines, (rows + tree->node_count + 1) * sizeof(*lines));

		if (!lines)
			return false;
		tree->lines = lines;
		tree->line_room = rows + tree->node_count;
	}
	return true;
}

static uint32_t place_rows(struct tree *tree, const uint32_t *children, uint32_t count, uint32_t next)
{
	for (uint32_t i = 0; i < count; i++) {
		struct tree_node *node = &tree->nodes[children[i]];

		node->group.first = next;
		next = place_rows(tree, tree->children + node->child_first, node->child_count, next);
		node->own_first = next;
		node->filled = 0;
		next += node->own;
	}
	return next;
}

bool tree_order(struct view *view)
{
	struct tree *tree = view->tree;
	const size_t rows = view_count(view);

	if (!reserve(tree, view->row_count) || !sort_names(view))
		return false;
	rank_groups(view);
	list_children(tree);
	place_rows(tree, tree->children, tree->top_count, 0);
	for (size_t row = 0; row < rows; row++) {
		struct tree_node *node = &tree->nodes[tree_row_node(view, row)];

		tree->order[node->own_first + node->filled++] = (uint32_t)row;
	}
	tree->order_count = rows;
	return true;
}

static void lay(struct tree *tree, const uint32_t *children, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct tree_node *node = &tree->nodes[children[i]];

		node->line = (uint32_t)tree->line_count;
		tree->lines[tree->line_count++] = TREE_GROUP | children[i];
		if (node->group.folded)
			continue;
		lay(tree, tree->children + node->child_first, node->child_count);
		node->rows_line = (uint32_t)tree->line_count;
		memcpy(tree->lines + tree->line_count, tree->order + node->own_first, node->own * sizeof(*tree->lines));
		tree->line_count += node->own;
	}
}

bool tree_lay(struct view *view)
{
	struct tree *tree = view->tree;

	for (size_t i = 0; i < tree->node_count; i++)
		tree->nodes[i].line = tree->nodes[i].rows_line = TREE_NONE;
	tree->line_count = 0;
	lay(tree, tree->children, tree->top_count);
	return true;
}
