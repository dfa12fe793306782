// SPDX-License-Identifier: Apache-2.0
// What sorts of things there are. A kind is a row of a table: what a record of it holds (fields), which of them are
// columns, what it hangs below. Panes, sorting, filtering, `list`, the cache and the column chooser all work from it.
#ifndef PEERDECK_INVENTORY_KIND_H
#define PEERDECK_INVENTORY_KIND_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buffer.h"
#include "base/error.h"

enum kind_id {
	KIND_REGION,
	KIND_ZONE,
	KIND_CLUSTER,
	KIND_NODE_POOL,
	KIND_NODE,
	KIND_POD,
	KIND_VM,
	KIND_ENI,
	KIND_EIP,
	KIND_IMAGE,
	KIND_VPC,
	KIND_VSWITCH,
	KIND_DISK,
	KIND_PEERPOD,
	KIND_EVENT,
	KIND_ORPHAN,
	KIND_COUNT
};

// How far a list of a kind reaches: one answer per context, per region, or per cluster.
enum scope_level { SCOPE_CONTEXT, SCOPE_REGION, SCOPE_CLUSTER };

// What every record begins with. Strings are never NULL ("" = not known); they live in the snapshot.
struct record {
	const char *id;     // the cloud's; unique within kind and context
	const char *name;   // may equal id
	const char *region; // region id; "" for kinds without
	const char *status; // the cloud's own word
	int64_t created;    // 0 = unknown
};

struct text_pair {
	const char *key, *value;
};
struct text_list {
	const char *const *items;
	unsigned count;
};
struct tag_list {
	const struct text_pair *items;
	unsigned count;
};

enum field_type {
	FIELD_TEXT,    // const char *
	FIELD_INTEGER, // int64_t; INT64_MIN = unknown
	FIELD_REAL,    // double; NAN = unknown
	FIELD_TIME,    // int64_t
	FIELD_FLAG,    // bool
	FIELD_LIST,    // struct text_list
	FIELD_TAGS,    // struct tag_list
};

enum field_flag {
	FIELD_SHARED = 1 << 0,     // few distinct values: one copy per snapshot
	FIELD_UNCOMPARED = 1 << 1, // a difference here is no change of the record
	FIELD_UNCACHED = 1 << 2,   // not kept in the cache
	FIELD_STATE = 1 << 3,      // coloured and marked by state_of(kind, text)
	FIELD_DERIVED = 1 << 4,    // made by `derive` from other fields; has no offset
	FIELD_HIDDEN = 1 << 5,     // not a usual column (the column chooser and `wide` show it)
	FIELD_INTERNAL = 1 << 6,   // never shown or printed
	FIELD_DURATION = 1 << 7,   // the number is milliseconds: filters compare it with 40s, 26m, 9h, 3d
	FIELD_WORDS = 1 << 8,      // derived text with a number that is for sorting alone: filters compare the text
	FIELD_FOUND = 1 << 9,      // derived with context->find or twin: changes when what is found there does
	FIELD_ADDS = 1 << 10,      // a number that is added up over several records (tree.h)
};

// Time and look-ups that a derived field may need.
struct field_context {
	int64_t now;
	// Counts records of `kind` whose field `field` equals `value`; −1 = not known. May be NULL.
	int64_t (*count)(void *user, enum kind_id kind, const char *field, const char *value);
	void *user;
	// The same as count, adding up the number field `number` of these records. May be NULL.
	int64_t (*sum)(void *user, enum kind_id kind, const char *field, const char *value, const char *number);
	// The record of `kind` with this id; NULL = there is none, or it was not read. May be NULL.
	const struct record *(*find)(void *user, enum kind_id kind, const char *id);
	// The record of `kind` with the same id as this one, as find, but quick when it is asked for many records again
	// and again. May be NULL.
	const struct record *(*twin)(void *user, enum kind_id kind, const struct record *record);
	// How the last reading of `kind` in a region failed; ERROR_NONE = it did not, or none was tried. May be NULL.
	enum error_kind (*failure)(void *user, enum kind_id kind, const char *region);
};

struct field {
	const char *name;  // snake case: JSON member, filter and sort name
	const char *title; // column heading, upper case, N_()
	enum field_type type;
	unsigned flags;
	size_t offset;                  // in the record
	unsigned char width_min, width; // columns; 0 = not a column
	unsigned char rank;             // 1 = last to give way when the screen is narrow
	bool right;                     // aligned right
	const char *help;               // one line for the column chooser and the manual, N_()
	// FIELD_DERIVED: writes text for people into `out` (at most `size`), returns false when unknown.
	bool (*derive)(const struct record *record, const struct field_context *context, char *out, size_t size);
	// FIELD_DERIVED | FIELD_SHARED: the same text where it lies, good as long as the records; "" when unknown.
	// Filters look at it instead.
	const char *(*borrow)(const struct record *record, const struct field_context *context);
	// FIELD_DERIVED: the number or time to sort and filter by; NULL = sort by the text.
	bool (*derive_number)(const struct record *record, const struct field_context *context, double *out);
	// FIELD_ADDS: the currency of the number, "" = not known; NULL = it is no money. What differs is not added up.
	const char *(*currency)(const struct record *record, const struct field_context *context);
	// FIELD_ADDS: a sum for people; NULL = a whole number, or money.
	void (*sum_text)(double sum, char *out, size_t size);
};

struct kind {
	enum kind_id id;
	const char *name;    // "vm": JSON, design's word in singular, snake case
	const char *plural;  // "vms": `list vms`, `:vms`
	const char *aliases; // space separated: "vm podvms pv"
	const char *title;   // "Pod VMs", N_()
	const char *help;    // one line, N_()
	enum scope_level level;
	int parent;               // enum kind_id or −1: opening a parent shows its children
	const char *parent_field; // field of this kind that holds the parent's id
	size_t record_size;
	const struct field *fields;
	size_t field_count;
	const char *order; // usual sort: "-created" or "name"
};

const struct kind *kind_get(enum kind_id id);
// Makes a zeroed record of the kind one of which nothing is known: texts "", numbers unknown.
void kind_blank(const struct kind *kind, void *record);
// By name, plural or alias, any case; NULL when unknown.
const struct kind *kind_find(const char *word);
const struct field *kind_field(const struct kind *kind, const char *name); // NULL when absent

// State words. A word that the table does not know is transitional (alibaba API: states).
enum state_class { STATE_NONE, STATE_GOOD, STATE_IDLE, STATE_TRANSIENT, STATE_WARNING, STATE_BAD, STATE_GONE };
enum state_class state_of(enum kind_id kind, const char *status);

enum { MONEY_TEXT_SIZE = 64 };
// "¥ 1.02", rounded for people; false when the amount is not known (NAN).
bool money_text(double amount, const char *currency, char *out, size_t size);

// Text of one field for people ("3 d", "–" when unknown) or exact (ISO time, full number). Not yet made visible.
// Returns bytes written without the NUL.
size_t field_text(const struct field *field, const struct record *record, const struct field_context *context,
        bool exact, char *out, size_t size);
// The value as a number: integers, reals, times, flags (0 or 1), derived numbers. False when it is unknown or has none.
bool field_number(
        const struct field *field, const struct record *record, const struct field_context *context, double *out);
// The text of a FIELD_TEXT, "" for every other type.
const char *field_string(const struct field *field, const struct record *record);
bool field_equal(
        const struct field *field, const struct record *a, const struct record *b); // stored fields; derived are equal
// The value as JSON (null when unknown).
bool field_json(const struct field *field, const struct record *record, const struct field_context *context,
        struct buffer *out);
// One object per record, the design's words in snake case, `id name region status created` first. Stored fields only:
// no internal and no derived ones.
bool record_json(
        const struct kind *kind, const struct record *record, const struct field_context *context, struct buffer *out);

#endif
