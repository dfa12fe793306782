// SPDX-License-Identifier: Apache-2.0
// How a field table is written, and the tables that kind.c gathers. For kinds/*.c and kind.c alone.
#ifndef PEERDECK_INVENTORY_KINDS_FIELDS_H
#define PEERDECK_INVENTORY_KINDS_FIELDS_H

#include <stddef.h>

#include "inventory/records.h"

// The type of a member tells the type of its field, so that a table cannot get it wrong.
#define FIELD_TYPE_OF(holder, member)                                                                                  \
	_Generic(((const struct holder *)0)->member,                                                                   \
		const char *: FIELD_TEXT,                                                                              \
		int64_t: FIELD_INTEGER,                                                                                \
		double: FIELD_REAL,                                                                                    \
		bool: FIELD_FLAG,                                                                                      \
		struct text_list: FIELD_LIST,                                                                          \
		struct tag_list: FIELD_TAGS)

// FIELD(holder, member, heading, flags, help, more designated initialisers …)
#define FIELD(holder, member, heading, bits, text, ...)                                                                \
	FIELD_NAMED(holder, member, #member, heading, bits, text, __VA_ARGS__)
#define FIELD_NAMED(holder, member, word, heading, bits, text, ...)                                                    \
	{                                                                                                              \
		.name = word, .title = heading, .type = FIELD_TYPE_OF(holder, member), .flags = (bits),                \
		.offset = offsetof(struct holder, member), .help = text, __VA_ARGS__                                   \
	}
#define FIELD_MOMENT(holder, member, heading, bits, text, ...)                                                         \
	{                                                                                                              \
		.name = #member, .title = heading, .type = FIELD_TIME, .flags = (bits),                                \
		.offset = offsetof(struct holder, member), .help = text, __VA_ARGS__                                   \
	}
#define FIELD_MADE(word, heading, bits, text, ...)                                                                     \
	{                                                                                                              \
		.name = word, .title = heading, .type = FIELD_TEXT, .flags = FIELD_DERIVED | (bits), .help = text,     \
		__VA_ARGS__                                                                                            \
	}

// Least and usual width in columns, and how soon it gives way (1 = last). Without it a field is no column.
#define COLUMN(least, usual, order) .width_min = (least), .width = (usual), .rank = (order)

// The five members that every record begins with, in the order that JSON promises.
#define FIELD_ID(bits, heading, ...) FIELD(record, id, heading, bits, N_("Identifier given by the cloud"), __VA_ARGS__)
#define FIELD_NAME(bits, heading, ...) FIELD(record, name, heading, bits, N_("Name"), __VA_ARGS__)
#define FIELD_REGION(bits, ...)                                                                                        \
	FIELD(record, region, N_("REGION"), FIELD_SHARED | (bits), N_("Region where it is"), __VA_ARGS__)
#define FIELD_STATUS(bits, heading, ...)                                                                               \
	FIELD(record, status, heading, FIELD_SHARED | FIELD_STATE | (bits), N_("State, in the cloud's own word"),      \
	        __VA_ARGS__)
#define FIELD_CREATED(bits, ...)                                                                                       \
	FIELD_MOMENT(record, created, N_("CREATED"), bits, N_("When it was created"), __VA_ARGS__)
#define FIELD_AGE(bits, ...)                                                                                           \
	FIELD_MADE("age", N_("AGE"), FIELD_DURATION | (bits), N_("Time since it was created"), .derive = derive_age,   \
	        .derive_number = derive_age_number, .right = true, __VA_ARGS__)

extern const struct kind kind_region, kind_zone, kind_cluster, kind_node_pool, kind_node, kind_pod, kind_vm, kind_eni,
        kind_eip, kind_image, kind_vpc, kind_vswitch, kind_disk, kind_peerpod, kind_event, kind_orphan;

// Derivations that several kinds share.
bool derive_age(const struct record *record, const struct field_context *context, char *out, size_t size);
bool derive_age_number(const struct record *record, const struct field_context *context, double *out); // ms

// context->count, sum, find and twin; −1 and NULL when there is nobody to ask.
int64_t derive_count(const struct field_context *context, enum kind_id kind, const char *field, const char *value);
int64_t derive_sum(const struct field_context *context, enum kind_id kind, const char *field, const char *value,
        const char *number);
const struct record *derive_find(const struct field_context *context, enum kind_id kind, const char *id);
const struct record *derive_twin(const struct field_context *context, enum kind_id kind, const struct record *record);
bool derive_integer_text(int64_t value, char *out, size_t size); // false below 0
// "3/4"; false when both are unknown. A part that is not known is a "?".
bool derive_ratio_text(int64_t part, int64_t whole, char *out, size_t size);

#endif
