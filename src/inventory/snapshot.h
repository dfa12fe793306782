// SPDX-License-Identifier: Apache-2.0
// A snapshot: all records of one kind in one scope at one time. Built once in its own arena, then published and never
// changed; shared between threads by reference count, read without a lock.
#ifndef PEERDECK_INVENTORY_SNAPSHOT_H
#define PEERDECK_INVENTORY_SNAPSHOT_H

#include "base/error.h"
#include "inventory/kind.h"

enum { SCOPE_WORD_SIZE = 128 };

// Where a list was read. region and cluster are "" above that level.
struct scope {
	char context[SCOPE_WORD_SIZE];
	char region[SCOPE_WORD_SIZE];
	char cluster[SCOPE_WORD_SIZE]; // id
};
bool scope_equal(const struct scope *a, const struct scope *b);

enum snapshot_origin { SNAPSHOT_LIVE, SNAPSHOT_CACHED };

// All members are read-only once published.
struct snapshot {
	enum kind_id kind;
	struct scope scope;
	enum snapshot_origin origin;
	const struct record **records; // in the order they came
	size_t count;
	int64_t total;      // records the service says there are; −1 = not said
	bool complete;      // false: pages are still coming, or reading ended with `error`
	int64_t read_at;    // wall clock when reading ended (or the partial state was published)
	struct error error; // why it is not complete; ERROR_NONE otherwise
	size_t bytes;       // memory that it holds
};

struct snapshot *snapshot_ref(struct snapshot *snapshot); // NULL in, NULL out
void snapshot_unref(struct snapshot *snapshot);
// By id, in O(1) after the first call (an index is built once, under a once-guard). NULL when absent.
const struct record *snapshot_find(struct snapshot *snapshot, const char *id);
size_t snapshot_position(struct snapshot *snapshot, const char *id); // index into records, SIZE_MAX when absent

// Building. One thread at a time, unless the caller locks.
struct snapshot_builder;
enum { SNAPSHOT_RECORDS_MOST = 2000000 };
struct snapshot_builder *snapshot_builder_create(enum kind_id kind, const struct scope *scope, struct error *error);
void snapshot_builder_destroy(struct snapshot_builder *builder);
// A zeroed record of the kind's size whose texts are all "" and numbers unknown; the caller fills it. NULL on failure.
// A record whose id was added before replaces the earlier one (pages shift while things change): set id through this
// call.
void *snapshot_add(struct snapshot_builder *builder, const char *id);
// A copy of a record of the same kind, with all its texts. NULL on failure.
void *snapshot_copy(struct snapshot_builder *builder, const struct record *record);
// Ids of records, and texts that are set without a copy, may lie in the owner's memory from now on: it is released with
// the last snapshot, on any thread. Before the first record.
void snapshot_borrow(struct snapshot_builder *builder, void *owner, void (*release)(void *owner));
size_t snapshot_builder_count(const struct snapshot_builder *builder);
// Copies text into the snapshot; invalid UTF-8 becomes U+FFFD; NULL gives "". shared = one copy per distinct value.
const char *snapshot_text(struct snapshot_builder *builder, const char *text);
const char *snapshot_shared(struct snapshot_builder *builder, const char *text);
void *snapshot_bytes(struct snapshot_builder *builder, size_t size); // zeroed, for lists
// Lists and tags, copied with their texts: one copy per distinct list (security groups, tags), the usual way to fill
// these members. With `shared` false only for lists that hardly ever repeat (network interfaces of a VM). Empty when
// out of memory.
struct text_list snapshot_list(struct snapshot_builder *builder, const char *const *items, unsigned count, bool shared);
struct tag_list snapshot_tags(struct snapshot_builder *builder, const struct text_pair *items, unsigned count);
void snapshot_total(struct snapshot_builder *builder, int64_t total);
int64_t snapshot_builder_total(const struct snapshot_builder *builder); // −1 = not said
// A snapshot of what there is so far, for the screen while pages arrive: shares the records, costs one pointer array.
// The builder goes on.
struct snapshot *snapshot_partial(struct snapshot_builder *builder, int64_t now);
// Ends building and takes the builder. `error` not ERROR_NONE marks it incomplete. NULL only when out of memory (the
// builder is gone).
struct snapshot *snapshot_finish(struct snapshot_builder *builder, int64_t now, const struct error *error);

#endif
