// SPDX-License-Identifier: Apache-2.0
// What a view holds. For view*.c alone.
#ifndef PEERDECK_INVENTORY_VIEW_OWN_H
#define PEERDECK_INVENTORY_VIEW_OWN_H

#include "inventory/sort.h"
#include "inventory/tally.h"
#include "inventory/tree_own.h"
#include "inventory/view.h"

enum { VIEW_REGIONS_MOST = 256, VIEW_TIME_STEP_MS = 1000 };

enum view_dirty {
	DIRTY_SCOPES = 1 << 0,   // other sources may be wanted
	DIRTY_BASE = 1 << 1,     // narrowing or base filter changed
	DIRTY_ORDER = 1 << 2,    // to be sorted anew
	DIRTY_FILTER = 1 << 3,   // the user's filter changed
	DIRTY_NARROWER = 1 << 4, // it only lets less through
};

// The records of one source. The snapshot's reference is held by the source beside it.
struct view_part {
	unsigned char *base;   // 1 = passes narrowing and base filter
	unsigned char *passes; // 1 = passes the user's filter too
	size_t judged;         // records of which that is known
	struct tree_part tree; // empty without a tree
};

// A record of this view and the one of another kind with its id; NULL = there is none.
struct view_pair {
	const struct record *record, *twin; // record NULL = a free slot
};

// Records of another kind, for derived fields that look them up.
struct view_found {
	struct snapshot **snapshots;
	size_t count;
	const struct record **index; // of all of them by id; NULL = not made
	size_t slots;
	const char *last_id; // of the last question, by address
	const struct record *last;
	struct view_pair *pairs; // answers of view_twin, by address of the record; NULL = none yet
	size_t pair_count, pair_slots;
	bool asked;
};

struct view {
	const struct kind *kind;
	struct store *store;
	const struct clock *clock;
	struct tally *tally;

	char context_name[SCOPE_WORD_SIZE];
	char (*regions)[SCOPE_WORD_SIZE];
	size_t region_count;
	const struct field *narrow_field; // NULL = none
	char *narrow_value;
	const struct field *unknown_field; // decides where the narrowed field is unknown; NULL = none
	char *unknown_value;
	struct filter *base_filter, *filter;
	char *base_text, *filter_text;
	struct sort_order order;
	char order_text[64];
	unsigned dirty;
	uint64_t version;

	struct field_context context;
	struct view_found found[KIND_COUNT];
	struct view_source *sources; // each entry holds a reference to its snapshot
	struct view_part *parts;     // beside it
	size_t source_count;
	struct sort_row *rows; // what passes narrowing and base filter, sorted
	size_t row_count, row_room;
	bool all_shown;  // no filter: `shown` is not used
	uint32_t *shown; // indexes of rows that pass the user's filter
	size_t shown_count, shown_room;
	struct tree *tree; // NULL = none
};

// view_sources.c: reads the sources anew. Rows of what went or was replaced are taken out, the rest knows its new
// place. *changed tells whether anything differs. False when out of memory: nothing was changed.
bool view_read_sources(struct view *view, bool *changed);
void view_drop_sources(struct view *view);

// view_find.c: field_context.find, .twin and .failure. Only records of the view's sources may have twins.
const struct record *view_find_other(void *user, enum kind_id kind, const char *id);
const struct record *view_twin(void *user, enum kind_id kind, const struct record *record);
// These records are about to go: another one may have the same address next.
void view_forget_twins(struct view *view, const struct snapshot *snapshot);
enum error_kind view_failure(void *user, enum kind_id kind, const char *region);
// Brings what was looked up to the present; true when any of it may differ.
bool view_refresh_found(struct view *view);
void view_drop_found(struct view *view);

#endif
