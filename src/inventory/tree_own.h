// SPDX-License-Identifier: Apache-2.0
// A view's tree from inside. For view*.c and tree_folds.c alone.
#ifndef PEERDECK_INVENTORY_TREE_OWN_H
#define PEERDECK_INVENTORY_TREE_OWN_H

#include "inventory/sort.h"
#include "inventory/tree.h"

enum {
	TREE_SUMS_MOST = 6,
	TREE_STATES_MOST = 4,
	TREE_WORDS_MOST = 64, // distinct state words of one field
	TREE_UNITS_MOST = 16,
	TREE_NO_WORD = 255, // also for a currency that is not known
	TREE_MIXED = 254    // several currencies
};
#define TREE_NONE UINT32_MAX

struct folds {
	bool all;     // what is not among the paths
	char **paths; // those that are otherwise; open addressing
	size_t slots, count;
	uint64_t version;
};

// What is known of the records of one source; beside the view's part of it.
struct tree_part {
	uint32_t *groups;     // of each record; TREE_NONE = not judged yet
	unsigned char *words; // of each record: one per state field, then the currency
	double *numbers;      // of each record: one per field that adds up; NAN = not known
	size_t room;
};
void tree_part_finish(struct tree_part *part);

struct tree_node {
	struct tree_group group;                        // first: seen from outside as this
	uint32_t parent;                                // TREE_NONE at the top
	uint32_t child_first, child_count, place_among; // in `children`
	uint32_t own, own_first;                        // rows that hang directly below it, and the place of the first
	uint32_t filled;                                // of these, while the order is made
	uint32_t line, rows_line; // its line and the first of its own rows; TREE_NONE = folded away
	unsigned char words[TREE_STATES_MOST], unit;
	unsigned known; // bit i: of sum i something is known
	double sums[TREE_SUMS_MOST];
};

struct tree_word {
	char text[40];
	double rank; // worst first
};

// The last texts seen, by address: few distinct ones come again and again.
struct tree_memo {
	const char *text;
	uint32_t parent, group;
};

struct tree {
	struct {
		const struct field *field, *shown, *narrowed;
		const struct kind *named;
	} levels[TREE_LEVELS_MOST];
	size_t level_count, level_first; // those before the first say the same in every row
	const struct field *sums[TREE_SUMS_MOST], *states[TREE_STATES_MOST], *money;
	size_t sum_count, state_count;
	struct folds *folds; // borrowed; NULL = nothing is folded
	uint64_t folds_version;
	bool forget; // all records are to be judged anew

	struct arena texts;
	struct tree_node *nodes; // children after their parents
	size_t node_count, node_room;
	uint32_t *slots; // by path: node + 1
	size_t slot_count;
	uint32_t *by_name; // all nodes
	size_t named_count;
	uint32_t *ranked, *children; // by name or by their worst; by parent
	uint32_t top_count;
	size_t judged; // records since all was judged anew
	struct tree_word words[TREE_STATES_MOST][TREE_WORDS_MOST];
	size_t word_count[TREE_STATES_MOST];
	char units[TREE_UNITS_MOST][16];
	size_t unit_count;
	struct tree_memo memo[256];

	uint32_t *order; // rows shown (their index among those) in the order of the tree
	uint32_t *lines; // a row shown, or TREE_GROUP | node
	size_t order_count, order_room, line_count, line_room;
};
#define TREE_GROUP (UINT32_C(1) << 31)

void tree_destroy(struct tree *tree);
void tree_clear(struct tree *tree); // the rows went
// Brings it up to date with the rows, or with the folds alone. False when out of memory.
bool tree_update(struct view *view, bool rows_changed);
// True when its folds were changed, or all must be judged anew.
bool tree_is_due(const struct tree *tree);
// The store changed, and perhaps what was found in it (names, verdicts, prices).
void tree_store_changed(struct tree *tree, bool found);
// view_tree_group.c: gives each row of the view its group. view_tree_lines.c: order and lines.
bool tree_judge(struct view *view);
uint32_t tree_find(const struct tree *tree, const char *path); // node, TREE_NONE when absent
uint32_t tree_row_node(const struct view *view, size_t row);   // of a row shown
void tree_count(struct view *view);
bool tree_order(struct view *view);
bool tree_lay(struct view *view);

#endif
