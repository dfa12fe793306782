// SPDX-License-Identifier: Apache-2.0
// The little language of guides: ${NAME|filter:argument} in texts, conditions, tests of answers, JSON pointers with *
// for each element. Pure: no clock, no network.
#ifndef PEERDECK_GUIDE_EXPRESSION_H
#define PEERDECK_GUIDE_EXPRESSION_H

#include <cjson/cJSON.h>

#include "base/buffer.h"
#include "base/error.h"
#include "guide/guide.h"
#include "guide/values.h"

enum { EXPAND_MOST = 1 << 20 };

// What came of it: a name in it may not be known yet.
enum expand { EXPAND_DONE, EXPAND_UNKNOWN, EXPAND_WRONG };
enum expand_mode {
	EXPAND_PLAIN,
	EXPAND_JSON,      // values are written as the inside of a JSON string: templates that end in .json
	EXPAND_SHOWN = 4, // secrets become ***, what is not known yet its own ${NAME}; or'ed to one of the others
};

// Appends `text` with its names replaced. $$ is a dollar.
enum expand expand_text(
        struct buffer *out, const char *text, const struct values *values, unsigned mode, struct error *error);
// Appends a tree as JSON. A text that is one ${NAME|number}, |flag or |json becomes that type; members whose text is
// one
// ${NAME|optional} and empty are left out; "@FILE" is a template of the guide's folder.
enum expand expand_tree(struct buffer *out, const guide_tree *tree, const struct guide *guide,
        const struct values *values, unsigned mode, struct error *error);

enum truth { TRUTH_NO, TRUTH_YES, TRUTH_UNKNOWN, TRUTH_WRONG };
// NAME, 'text with ${NAME}', ==, !=, !, &&, ||, ( ). A value alone holds unless it is empty, false, no or 0. NULL is
// true.
enum truth condition_judge(const char *text, const struct values *values, struct error *error);
// A test of a node: POINTER OPERATOR TEXT.
enum truth test_judge(const char *text, const cJSON *node, const struct values *values, struct error *error);
// A test taken apart: its pointer ("" = the node), its operator and the text after it. False when it is none.
bool test_parts(const char *text, char pointer[256], char operator[16], const char **rest);
// All tests of a list; NULL = true.
enum truth tests_judge(const guide_tree *tests, const cJSON *node, const struct values *values, const char **failed,
        struct error *error);

// What a pointer (with | filters) picks, as a value; false when there is nothing. `node` may be NULL.
bool pointer_pick(const cJSON *node, const char *pointer, const struct values *values, struct buffer *out);
const cJSON *pointer_node(const cJSON *node, const char *pointer); // NULL pointer = the node

// Checks the writing and tells each name used; `condition` says which of the languages it is.
enum expression_kind { EXPRESSION_TEXT, EXPRESSION_CONDITION, EXPRESSION_TEST, EXPRESSION_POINTER };
typedef bool expression_name(const char *name, void *user, struct error *error); // false = wrong
bool expression_check(
        enum expression_kind kind, const char *text, expression_name *name, void *user, struct error *error);

// The rows of the manual.
struct filter_row {
	const char *name;
	bool argument;
	const char *help; // N_()
};
const struct filter_row *filter_at(size_t index); // NULL after the last
const char *test_operator_at(size_t index, const char **help);

// Elements of a list value: a JSON list, or text separated by commas. `index` 0…; false after the last.
bool list_element(const char *list, size_t index, struct buffer *out);
size_t list_count(const char *list);
bool list_write(const char *list, struct buffer *out); // as a JSON list of texts

#endif
