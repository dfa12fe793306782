// SPDX-License-Identifier: Apache-2.0
// Editing the tags of a record in the person's editor. The difference is shown as a plan before anything is sent.
#ifndef PEERDECK_UI_EDIT_TAGS_H
#define PEERDECK_UI_EDIT_TAGS_H

#include "ui/target.h"

bool edit_tags(struct ui *ui, const struct target *target, struct error *error);
// One tag that is set (value not NULL) or removed.
struct tag_change {
	char key[129], value[257]; // the longest that a cloud allows, and a NUL
	bool removed;
};
enum { TAG_CHANGES_MOST = 64 };
// What was changed in the edited text; returns how many, SIZE_MAX with the line number in the error when a line is no
// KEY=VALUE.
size_t tags_difference(const struct tag_list *before, const char *edited, struct tag_change *out, struct error *error);

#endif
