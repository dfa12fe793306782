// SPDX-License-Identifier: Apache-2.0
// A parsed filter. For filter*.c alone.
#ifndef PEERDECK_INVENTORY_FILTER_OWN_H
#define PEERDECK_INVENTORY_FILTER_OWN_H

#include <regex.h>

#include "inventory/filter.h"

enum {
	FILTER_TERMS_MOST = 32,
	FILTER_TAGS_MOST = 16,
	FILTER_TEXT_MOST = 2000,
	FILTER_SEARCHED_MOST = 24,
	REGEX_COPIES_MOST = 2000
};

enum term_sort {
	TERM_WORD,    // substring in the columns that are searched
	TERM_REGEX,   // the same by regular expression
	TERM_FUZZY,   // letters in this order, in name or id
	TERM_TAGS,    // all of `tags`
	TERM_COLUMN,  // substring in one column
	TERM_COMPARE, // one column against a value
	TERM_PROBLEM, // a state that wants an eye
};
enum comparison { COMPARE_EQUAL, COMPARE_UNEQUAL, COMPARE_MORE, COMPARE_MORE_EQUAL, COMPARE_LESS, COMPARE_LESS_EQUAL };

struct tag_wish {
	char *key, *value; // value NULL = any; point into the filter's text
	bool unequal;
};

struct term {
	enum term_sort sort;
	bool inverse;
	const struct field *field; // TERM_COLUMN, TERM_COMPARE
	enum comparison comparison;
	char *text;   // as typed
	char *folded; // for finding without regard to case; of an expression, what every match holds
	bool ascii;   // folded holds only ASCII
	bool numeric; // compare with `number`
	double number;
	regex_t regex;
	struct tag_wish tags[FILTER_TAGS_MOST];
	size_t tag_count;
};

struct filter {
	const struct kind *kind;
	const struct field *searched[FILTER_SEARCHED_MOST]; // what a plain word is looked for in
	size_t searched_count;
	struct term terms[FILTER_TERMS_MOST];
	size_t count;
};

#endif
