// SPDX-License-Identifier: Apache-2.0
// Changes: the menu of what is possible, the plan that is shown before anything is sent, and sending it.
#ifndef PEERDECK_UI_ACTIONS_H
#define PEERDECK_UI_ACTIONS_H

#include "ui/target.h"

// Begins an action for what is selected: asks for its value when it needs one (`value` "" = not given), then shows the
// plan; reading actions open a text. False with the reason when it is not possible here and now.
bool action_begin(struct ui *ui, const struct action *action, const char *value, struct error *error);
// The action of the backend for this kind by name; NULL when it has none.
const struct action *action_named(struct ui *ui, enum kind_id kind, const char *name);
// One thing to do: an action on a record. Its texts are borrowed during the call.
struct plan_item {
	const struct action *action;
	const struct target *target;
	const char *value; // "" = none
};
// Shows the plan of one action for these records, or of several actions one after the other. Copies all. hidden:
// records that are marked, but not shown.
bool plan_open(struct ui *ui, const struct plan_item *items, size_t count, size_t hidden, struct error *error);
// What guards an action with this value on this record (a change of size depends on where it goes).
enum guard action_guard(const struct action *action, const struct record *record, const char *value);

#endif
