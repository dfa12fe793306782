// SPDX-License-Identifier: Apache-2.0
// What holds for the whole world, by name: a scenario sets it, and /_sim/rule changes it while the world lives.
#ifndef PEERDECK_SIM_RULES_H
#define PEERDECK_SIM_RULES_H

#include "sim/world.h"

// One of the rules, from its text; numbers and flags (true, false). False = there is no such rule, or no such value.
bool rule_set(struct world *world, const char *name, const char *text);
const char *rule_name_at(size_t index); // NULL after the last

#endif
