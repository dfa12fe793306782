// SPDX-License-Identifier: Apache-2.0
// The rows of a view as a tree: below each value of a field the rows that have it, within that those of the next field.
// A group line stands for the rows below it: how many, what of them adds up, the worst state. Groups go by name (or by
// their worst state, where that is the order), the rows of one group in the order of the view. What is folded is known
// by its path, so that it stays when rows come and go.
#ifndef PEERDECK_INVENTORY_TREE_H
#define PEERDECK_INVENTORY_TREE_H

#include "inventory/kind.h"

struct view;

enum { TREE_LEVELS_MOST = 4, TREE_PATH_SIZE = 512, TREE_FOLDS_MOST = 20000 };

// What makes the parents of a kind's rows, the topmost level first.
struct tree_level {
	const char *field;        // rows with the same value have the same parent
	const char *shown;        // field whose text is the parent's name; NULL = `field`
	const struct kind *named; // kind of the record whose id the field holds, which gives the name; NULL = none
	const char *narrowed;     // left out while the view is narrowed by this field; NULL = by `field`
};
// The levels of a kind; none = its rows have no parents.
size_t tree_levels(enum kind_id kind, const struct tree_level **out);

// Which groups are folded. May serve several views; outlives them.
struct folds;
struct folds *folds_create(void); // nothing folded; NULL when out of memory
void folds_destroy(struct folds *folds);
bool folds_have(const struct folds *folds, const char *path);
void folds_set(struct folds *folds, const char *path, bool folded);
void folds_set_all(struct folds *folds, bool folded); // also those that are not there yet

struct tree_group {
	struct record record; // id = its path; name = what it is called, "" = of these rows the value is not known
	unsigned depth;       // 0 = topmost
	bool folded;
	size_t count; // rows below it
	size_t first; // place of the first of them in the order of the whole tree
};
// Paths begin with a byte that no id has, so that a text can hold either.
bool tree_is_path(const char *id);

// One line: a row, or a group.
struct view_line {
	const struct record *record;    // NULL = a group
	const struct tree_group *group; // NULL = a row
	unsigned depth;
	unsigned
	        goes_on; // bit d: below this line more comes at depth d that has the same parent (its own: bit `depth`)
};

// `fields`: "" = the kind's own levels, or field names separated by spaces; NULL = no tree. False when there are no
// such fields, or the kind has no levels. `folds` may be NULL (nothing is folded).
bool view_set_tree(struct view *view, const char *fields, struct folds *folds);
bool view_has_tree(const struct view *view);
// What it is by, for people: "cluster, zone".
void view_tree_text(const struct view *view, char *out, size_t size);

// As of the last view_update. Without a tree the lines are the rows.
size_t view_lines(const struct view *view);
bool view_line(const struct view *view, size_t line, struct view_line *out);
// The line of a record or of a group's path; what is folded away is where its parent is. SIZE_MAX = not shown.
size_t view_find_line(const struct view *view, const char *id);
size_t view_parent_line(const struct view *view, size_t line); // SIZE_MAX at the top, and without a tree
const struct tree_group *view_group(const struct view *view, const char *path); // NULL = there is none
// The record at a place of the order of all rows, folded or not; and the place of a line (a group: its first row).
const struct record *view_tree_row(const struct view *view, size_t place);
size_t view_tree_place(const struct view *view, size_t line);

// These change `folds` and the lines at once; other views with the same folds follow with their next view_update.
void view_fold(struct view *view, const char *path, bool folded);
void view_fold_all(struct view *view); // unfolds all when nothing is left to be folded
void view_reveal(struct view *view, const char *id);

// What a group has in a column: a sum, or the worst state word. 0 = nothing; else bytes written.
size_t view_group_sum(
        const struct view *view, const struct tree_group *group, const struct field *field, char *out, size_t size);
size_t view_group_state(
        const struct view *view, const struct tree_group *group, const struct field *field, char *out, size_t size);

#endif
