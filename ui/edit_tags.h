// SPDX-License-Identifier: Apache-2.0
// Editing the tags of a record in the person's editor. The difference is shown as a plan before anything is sent.
#ifndef PEERDECK_UI_EDIT_TAGS_H
#define PEERDECK_UI_EDIT_TAGS_H

#include "ui/target.h"

bool edit_tags(struct ui *ui, const struct target *target, struct error *error);
// The difference as the `tag` action takes it: "key=value -removed", separated by blanks. False with the line number
// when a line is no KEY=VALUE.
bool tags_difference(const struct tag_list *before, const char *edited, struct buffer *out, struct error *error);

#endif
