// SPDX-License-Identifier: Apache-2.0
// Private to the language of guides: the filters of ${NAME|filter:argument}: pure functions of one text.
#ifndef PEERDECK_GUIDE_FILTERS_H
#define PEERDECK_GUIDE_FILTERS_H

#include "guide/expression.h"

struct filter {
	struct filter_row row;
	bool (*apply)(const char *in, const char *argument, const struct values *values, struct buffer *out,
	        struct error *error);
	bool names; // its argument is a name
};
const struct filter *filter_find(const char *name, size_t length);

// Whether a range of addresses shares one with any of a list.
bool cidr_overlaps(const char *range, const char *list);

// The other half of expression_check.
bool condition_check(const char *text, expression_name *name, void *user, struct error *error);
bool test_check(const char *text, expression_name *name, void *user, struct error *error);

#endif
