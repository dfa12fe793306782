// SPDX-License-Identifier: Apache-2.0
// What the config_*.c files share. For them alone.
#ifndef PEERDECK_WORK_CONFIG_PRIVATE_H
#define PEERDECK_WORK_CONFIG_PRIVATE_H

#include "work/config.h"

// NULL when there is none of that name.
const struct config_row *config_row_find(const struct config_row *table, size_t count, const char *name);
// "… did you mean …?" as remedy, or the place where all are listed.
void config_row_suggest(const struct config_row *table, size_t count, const char *name, struct error *error);
// Puts the text into the member of `base`; a mistake says what was expected. Not for lists of groups.
bool config_row_assign(void *base, const struct config_row *row, const char *text, struct error *error);
bool config_region_add(struct config *config, const char *name, struct error *error);

#endif
