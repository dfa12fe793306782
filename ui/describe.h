// SPDX-License-Identifier: Apache-2.0
// Views of one record: what is known of it, what it hangs together with and how it changed (describe); all that the
// cloud says (YAML or JSON); text that an action yields (console output); two records side by side.
#ifndef PEERDECK_UI_DESCRIBE_H
#define PEERDECK_UI_DESCRIBE_H

#include "ui/document.h"
#include "ui/target.h"

// Each opens a page. False when it could not be made.
bool describe_open(struct ui *ui, const struct target *target, struct error *error);
bool raw_open(struct ui *ui, const struct target *target, bool json, struct error *error);
bool output_open(struct ui *ui, const struct target *target, const struct action *action, struct error *error);
bool compare_open(struct ui *ui, const struct target *left, const struct target *right, struct error *error);

// True for names whose values are not shown unasked: passwords, keys, tokens.
bool name_is_sensitive(const char *name);
// JSON text as lines of YAML or JSON with styles, sensitive values masked unless `revealed`. False when it is no JSON.
bool raw_render(
        struct document *document, const char *text, size_t size, bool json, bool revealed, struct error *error);

#endif
