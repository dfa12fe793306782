// SPDX-License-Identifier: Apache-2.0
// The names of a run and what they stand for. A value is text; lists and groups are JSON text. A name that a step will
// export later is there, but not known yet. Read by several threads at a time while nobody sets.
#ifndef PEERDECK_GUIDE_VALUES_H
#define PEERDECK_GUIDE_VALUES_H

#include "base/base.h"

enum { VALUES_MOST = 1000, VALUE_NAME_SIZE = 64, VALUE_MOST = 256 << 10 };

struct value {
	char name[VALUE_NAME_SIZE];
	char *text; // "" while not known
	bool known, secret;
	char source[64]; // where it is from: "answers file", a step's id; ""
};

struct values {
	struct value *list;
	size_t count, room;
	const struct values *outer; // looked in when a name is not here; NULL = none
};

void values_finish(struct values *values);
// NULL text = not known yet. False when out of memory, or too many or too long.
bool values_set(struct values *values, const char *name, const char *text, const char *source);
void values_set_secret(struct values *values, const char *name);
void values_remove(struct values *values, const char *name);
const struct value *values_find(const struct values *values, const char *name); // NULL = no such name
const char *values_text(const struct values *values, const char *name);         // "" when absent or not known

#endif
