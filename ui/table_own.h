// SPDX-License-Identifier: Apache-2.0
// The table pane from inside. For table*.c alone.
#ifndef PEERDECK_UI_TABLE_OWN_H
#define PEERDECK_UI_TABLE_OWN_H

#include "ui/state.h"
#include "ui/table.h"

enum {
	TABLE_COLUMNS_MOST = 64,
	TABLE_HIGHLIGHT_MS = 3000,
	TABLE_FILTER_SIZE = 512,
	TABLE_ERRORS_MOST = 3,
	TABLE_SUMMARY_MOST = 8,
	TABLE_GUTTER = 2
};

// A column on the screen.
struct table_column {
	const struct field *field;
	unsigned index; // of the field in its kind
	int x, width;
};

// Ids in order, so that looking one up is a binary search.
struct marks {
	char **ids;
	size_t count, room;
};
bool marks_have(const struct marks *marks, const char *id);
bool marks_add(struct marks *marks, const char *id); // false when there are too many, or out of memory
void marks_remove(struct marks *marks, const char *id);
void marks_clear(struct marks *marks);
void marks_prune(struct marks *marks, const struct view *view); // forgets what is gone

struct summary_word {
	char word[32];
	enum state_class state;
	int severity; // among verdicts
	size_t count;
};

struct table {
	struct pane pane;
	const struct kind *kind;
	struct view *view;
	unsigned flags;
	char base[TABLE_FILTER_SIZE];
	char narrow_field[64], narrow_value[256];
	char (*regions)[64]; // narrowed to; NULL = all
	size_t region_count;

	// Id, or in a tree the path of a group; "" = the row for all, or nothing chosen yet.
	char cursor[TREE_PATH_SIZE];
	bool on_all, moved; // the cursor holds on to a resource once the person has moved it
	size_t row;         // where the cursor was last seen, counted with the row for all
	size_t top;         // first row on the screen
	bool wide, problems, follow;
	size_t sideways; // columns after the first that are scrolled away
	unsigned chosen; // index of the chosen field; UINT_MAX = none
	char search[128];
	char compare[256];           // id marked for comparison
	char anchor[TREE_PATH_SIZE]; // last mark, where a range begins; as the cursor
	struct marks marks;
	uint64_t columns_on, columns_off; // bit i: field i was chosen to be shown, or not

	unsigned char seen_width[TABLE_COLUMNS_MOST]; // widest text seen, by field index
	struct summary_word summary[TABLE_SUMMARY_MOST];
	size_t summary_count;
	int64_t next_change; // monotonic: when something shown changes by itself; −1 = never
	bool has_state_filter;
	table_head_fill *head; // NULL = none
	int head_rows;         // that it took
	bool touched;          // the person moved the cursor
	bool ordered;          // the person chose the order
	bool judged;           // the summary is of verdicts
};

static inline struct table *table_of(struct pane *pane)
{
	return (struct table *)pane;
}

static inline size_t table_rows(const struct table *table)
{
	return view_lines(table->view) + ((table->flags & TABLE_ALL_ROW) != 0);
}
// What a screen row stands for; neither a record nor a group: the row for all.
struct view_line table_line(const struct table *table, size_t row);
// The record of a screen row; NULL for the row for all, and for groups.
const struct record *table_record(const struct table *table, size_t row);
size_t table_cursor_row(const struct table *table);       // where the cursor is now
void table_keep_cursor(struct table *table, size_t page); // after the rows changed or the page did
// Id of its record, path of its group, "" for the row for all.
const char *table_row_id(const struct table *table, size_t row);
bool table_restate_base(struct table *table, struct error *error);

size_t table_layout(struct table *table, int columns, struct table_column *out, size_t most);
int table_draw_head(struct table *table, const struct canvas *canvas); // table_head.c; returns its rows
void table_draw(struct pane *pane, const struct canvas *canvas, bool focused);
void table_title(struct pane *pane, char *title, size_t title_size, char *note, size_t note_size);
unsigned table_command(struct pane *pane, const struct command_call *call);
bool table_save(struct pane *pane, const char *format, struct buffer *out, struct error *error);
void table_summarize(struct table *table);
// The worst first where anything is wrong, unless the person chose an order. True when that changed it.
bool table_choose_order(struct table *table);
// True when what was read there is older than two intervals, or from the cache.
bool table_source_is_stale(const struct table *table, const struct view_source *source, int64_t now);
// In how many ms the text of an age changes; something shown changes by itself at `when` (monotonic).
int64_t table_age_change(int64_t age);
void table_change_at(struct table *table, int64_t when);
// table_tree.c: rows below their parents.
void table_recall_tree(struct table *table); // as rows of this kind were last shown
unsigned table_tree_command(struct table *table, const struct command_call *call);
unsigned table_toggle_fold(struct table *table, const struct tree_group *group);
bool table_group_is_marked(const struct table *table, const struct tree_group *group);
// What stands before the name: lines to the parents, the fold mark. Returns its columns.
int table_branch(const struct view_line *line, char *out, size_t size);
int table_group_width(const struct tree_group *group); // of its name and count
void table_draw_group(const struct table *table, const struct canvas *canvas, int y, const struct view_line *line,
        const struct table_column *columns, size_t count);
size_t table_hints(struct pane *pane, struct hint *out, size_t most);
// The cursor lies under the first column only.
struct canvas table_cell_canvas(const struct canvas *line, size_t column);
// A state word with its sign, and its style. Returns the length.
size_t table_state(const struct table *table, const struct field *field, char *text, bool known, char *out, size_t size,
        enum style *style);
// Text of a cell as drawn, with the sign of its state.
size_t table_cell(const struct table *table, const struct field *field, const struct record *record, char *out,
        size_t size, enum style *style);

#endif
